//! The fields before the event: comm, tid, tgid, CPU, flags and time.

use super::SYNTAX;
use super::action::read_action;
use crate::dialect::cursor::{BYTE_ORDER_MARK_START, Cursor, trim_indented};
use crate::dialect::line::{Line, NoTimeReason};
use crate::dialect::prefix::Prefix;
use crate::event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Tid};

/// The number of bytes of a padded comm. The dash between comm and tid stands behind it (`"%16s-"`).
pub(super) const COMM_WIDTH: usize = 16;
/// The number of bytes of a comm in the latency format (`"%8.8s-"`).
pub(super) const LATENCY_COMM_WIDTH: usize = 8;

/// Reads a line whose comm has `dash` bytes, if a dash stands behind it and the rest of the line has the form of
/// ftrace.
pub(super) fn read_at_dash(line: &[u8], dash: usize) -> Option<Line<'_>> {
    let (comm, rest) = line.split_at_checked(dash)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = take_ids_and_cpu(&mut cursor)?;
    let clock = take_time(&mut cursor)?;
    let (time, resolution) = match clock {
        Clock::Time(time, resolution) => (time, resolution),
        Clock::Count => (Nanos(0), Resolution::Micros),
    };
    let comm = trim_indented(comm);
    let header = Event {
        time,
        resolution,
        tid: Some(tid),
        pid,
        cpu: Some(cpu),
        machine: None,
        name: b"",
        comm: Some(comm),
        payload: Payload::empty(&SYNTAX),
    };
    match (read_action(cursor.rest(), header)?, clock) {
        (_, Clock::Count) => Some(Line::Timeless(NoTimeReason::CountingClock)),
        (found, Clock::Time(..)) => Some(found),
    }
}

/// Takes all that stands between the comm and the time: `-tid`, the tgid, the CPU and the flags.
fn take_ids_and_cpu(cursor: &mut Cursor<'_>) -> Option<(Tid, Option<Pid>, Cpu)> {
    if !cursor.eat(b'-') {
        return None;
    }
    let tid = i32::try_from(cursor.number()?).ok()?;
    if cursor.skip_blanks() == 0 {
        return None;
    }
    let pid = take_tgid(cursor)?;
    Some((tid, pid, take_cpu_and_flags(cursor)?))
}

/// Reads the fields of a prefix: the text of a line before the time, beginning with a padded comm. The text must end
/// with a blank.
///
/// [`read`](super::placed::read) finds the same fields in every line that begins with this text and goes on with a
/// time.
pub(in crate::dialect) fn read_prefix(text: &[u8]) -> Option<Prefix> {
    let (comm, rest) = text.split_at_checked(COMM_WIDTH)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = take_ids_and_cpu(&mut cursor)?;
    // In a line of a guest, behind an escape sequence (a colour) and in an indented line, the comm begins further
    // right.
    let is_at_start = !matches!(text.first().copied(), Some(b'V' | b'\x1b' | b'\t' | BYTE_ORDER_MARK_START));
    let is_usual = cursor.rest().is_empty() && text.ends_with(b" ") && is_at_start;
    is_usual.then(|| Prefix::new(text, comm, tid, pid, Some(cpu)))
}

/// Takes the tgid, if it comes next: `"(%7d) "`, or `"(-------) "` if the kernel does not know it.
///
/// Returns `Some(None)` if the line has no tgid, or an unknown one. Returns `None` if there is a parenthesis, but not
/// one around a tgid.
fn take_tgid(cursor: &mut Cursor<'_>) -> Option<Option<Pid>> {
    if !cursor.eat(b'(') {
        return Some(None);
    }
    cursor.skip_blanks();
    let pid = if cursor.take_while(|byte| byte == b'-').is_empty() { Some(cursor.id()?) } else { None };
    (cursor.eat(b')') && cursor.skip_blanks() > 0).then_some(pid)
}

/// Takes the CPU and the flags: `"[%03d] "` and, for example, `d..2.` (4 flags before Linux 5.11, 5 since). In the
/// latency format, this is `"%3d"` and the flags directly behind it.
fn take_cpu_and_flags(cursor: &mut Cursor<'_>) -> Option<Cpu> {
    let brackets = cursor.eat(b'[');
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    if brackets {
        if !cursor.eat(b']') {
            return None;
        }
        // The blank behind the bracket may be missing: trace-cmd prints the value of a counting clock there, and a long
        // value leaves no room for it.
        cursor.skip_blanks();
    }
    let mut after = *cursor;
    let flags = after.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.').len();
    // Behind brackets there may be no flags. Characters with a colon behind them are the time and not flags.
    if brackets && after.rest().starts_with(b":") {
        return Some(cpu);
    }
    *cursor = after;
    (FLAGS.contains(&flags) && cursor.skip_blanks() > 0 || brackets && flags == 0).then_some(cpu)
}

/// The accepted numbers of flags. No kernel and no trace-cmd prints more than 8.
const FLAGS: std::ops::RangeInclusive<usize> = 3..=8;

/// The value of the trace clock that a line prints.
#[derive(Clone, Copy)]
enum Clock {
    Time(Nanos, Resolution),
    /// A value that is no time, because the trace clock does not count time: `counter`, `x86-tsc`.
    Count,
}

/// Takes the value of the trace clock. It has one of three forms:
///
/// - `" %5lu.%06lu: "`, or with 9 decimals from `trace-cmd report -t`
/// - `" %4lldus%c: "` in ftrace's latency format; `%c` is a blank, or a sign that marks a long time since the line
///   before
/// - `" %12llu: "`, of a clock that counts something else than time
fn take_time(cursor: &mut Cursor<'_>) -> Option<Clock> {
    let before = *cursor;
    let time = match cursor.seconds() {
        Some((time, resolution)) => Clock::Time(time, resolution),
        None => {
            *cursor = before;
            let number = cursor.number()?;
            if cursor.eat_all(b"us") {
                cursor.take_while(|byte| b" !+#*@$".contains(&byte));
                Clock::Time(Nanos(number.checked_mul(1_000)?), Resolution::Micros)
            } else {
                Clock::Count
            }
        }
    };
    let ends = cursor.eat(b':') && (cursor.skip_blanks() > 0 || cursor.rest().is_empty());
    ends.then_some(time)
}
