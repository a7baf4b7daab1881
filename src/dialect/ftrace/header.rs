//! The fields before the event: comm, tid, tgid, CPU, flags and time.

use super::SYNTAX;
use super::action::read_action;
use crate::dialect::cursor::{BYTE_ORDER_MARK_START, Cursor, trim_indented};
use crate::dialect::line::{Line, NoTimeReason};
use crate::dialect::prefix::Prefix;
use crate::event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Tid};

/// The width of a comm; the dash between comm and tid stands behind it (`"%16s-"`).
pub(super) const COMM_WIDTH: usize = 16;
/// The width of a comm in the latency format (`"%8.8s-"`).
pub(super) const LATENCY_COMM_WIDTH: usize = 8;

/// Reads a line whose comm ends at the byte `dash`, if a dash stands there and the rest parses.
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

/// Takes `-tid`, tgid, CPU and flags, which are all that stands between the comm and the time.
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

/// Reads the text before the time of a line with a padded comm, with a blank behind it.
///
/// [`read`](super::placed::read) finds the same fields in every line that begins with this text and goes on with a time.
pub(in crate::dialect) fn read_prefix(text: &[u8]) -> Option<Prefix> {
    let (comm, rest) = text.split_at_checked(COMM_WIDTH)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = take_ids_and_cpu(&mut cursor)?;
    // In a line of a guest, behind a colour and in an indented line, the comm begins further right.
    let is_at_start = !matches!(text.first().copied(), Some(b'V' | b'\x1b' | b'\t' | BYTE_ORDER_MARK_START));
    let is_usual = cursor.rest().is_empty() && text.ends_with(b" ") && is_at_start;
    is_usual.then(|| Prefix::new(text, comm, tid, pid, Some(cpu)))
}

/// Takes the tgid, if it comes next: `"(%7d) "`, or `"(-------) "` if the kernel does not know it.
///
/// Returns `Some(None)` if the line has no tgid or the kernel does not know it, and `None` if a parenthesis begins
/// something else.
fn take_tgid(cursor: &mut Cursor<'_>) -> Option<Option<Pid>> {
    if !cursor.eat(b'(') {
        return Some(None);
    }
    cursor.skip_blanks();
    let pid = if cursor.take_while(|byte| byte == b'-').is_empty() { Some(cursor.id()?) } else { None };
    (cursor.eat(b')') && cursor.skip_blanks() > 0).then_some(pid)
}

/// Takes `"[%03d] "` and the flags (`d..2.`; 4 before Linux 5.11, 5 since), or the latency format's `"%3d"` with the
/// flags right behind it.
fn take_cpu_and_flags(cursor: &mut Cursor<'_>) -> Option<Cpu> {
    let brackets = cursor.eat(b'[');
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    if brackets {
        if !cursor.eat(b']') {
            return None;
        }
        // The blank is optional: trace-cmd prints the value of a counting clock right behind the bracket if it fills
        // the width.
        cursor.skip_blanks();
    }
    let mut after = *cursor;
    let flags = after.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.').len();
    // The flags may be missing behind brackets. If a colon follows the characters, they are the time.
    if brackets && after.rest().starts_with(b":") {
        return Some(cpu);
    }
    *cursor = after;
    (FLAGS.contains(&flags) && cursor.skip_blanks() > 0 || brackets && flags == 0).then_some(cpu)
}

/// The numbers of flags that are accepted. No kernel and no trace-cmd prints more.
const FLAGS: std::ops::RangeInclusive<usize> = 3..=8;

/// The value of the trace clock that a line prints.
#[derive(Clone, Copy)]
enum Clock {
    Time(Nanos, Resolution),
    /// The trace clock does not count time: `counter`, `x86-tsc`.
    Count,
}

/// Takes the value of the trace clock, in one of three forms:
///
/// - `" %5lu.%06lu: "`, or with 9 decimals from `trace-cmd report -t`
/// - `" %4lldus%c: "`, of ftrace's latency format; `%c` is a blank or the sign that marks a long gap
/// - `" %12llu: "`, a count
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
