//! Reads the text of ftrace's `trace` and `trace_pipe` (kernel/trace/trace_output.c), and that of `trace-cmd report`
//! (tracecmd/trace-read.c), which is nearly the same.
//!
//! ```text
//!  kworker/5:2-eve-10941   (  10890) [000] d..2.   955.230871: sched_switch: prev_comm=...
//!  |comm, 16 wide  -tid     tgid      cpu   flags  time        event         payload
//! ```
//!
//! The tgid and the flags are printed only if options of the tracer ask for them. In the latency format, the comm is
//! cut to 8 bytes, and the CPU is printed without brackets and directly in front of the flags. There, ftrace prints the
//! time in microseconds since the trace began:
//!
//! ```text
//!  trail  -11001     0..... 955349050us : sys_poll -> 0x0
//! ```
//!
//! The names of events have no subsystem. The enter of a system call is printed as `sys_poll(ufds: ...)`, and its exit
//! as `sys_poll -> 0x0`.

use super::call::{Call, Ends, NAME_MAX};
use super::cursor::{Cursor, trim};
use super::line::{Dialect, Line, NoTimeReason};
use super::prefix::Prefix;
use super::side_band::RECORD;
use crate::event::{Cpu, Event, HeaderField, Nanos, Payload, Pid, Remedy, Resolution, Syntax, Tid};
use bstr::ByteSlice;

/// The syntax of the text of ftrace and trace-cmd.
///
/// All lines of these two have tid, CPU and comm. They have the tgid only if the kernel recorded it.
pub(super) static SYNTAX: Syntax = Syntax {
    tracer: "ftrace",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Pid => Some(Remedy::Record("echo 1 > /sys/kernel/tracing/options/record-tgid")),
        HeaderField::Tid | HeaderField::Cpu | HeaderField::Comm => None,
    },
};

/// Reads the lines of ftrace and trace-cmd.
pub(super) static DIALECT: Dialect = Dialect { read_event, read_other };

/// The number of bytes of a padded comm. The dash between comm and tid stands behind it (`"%16s-"`).
const COMM_WIDTH: usize = 16;
/// The number of bytes of a comm in the latency format (`"%8.8s-"`).
const LATENCY_COMM_WIDTH: usize = 8;

/// Reads a line that gives an event, or that would give one if it had a time. Returns `None` for any other line.
fn read_event(line: &[u8]) -> Option<Line<'_>> {
    read_padded(line).or_else(|| read_unpadded(line)).or_else(|| without_file(line).and_then(read_padded))
}

fn read_padded(line: &[u8]) -> Option<Line<'_>> {
    read_at_dash(line, COMM_WIDTH).or_else(|| read_at_dash(line, LATENCY_COMM_WIDTH))
}

/// Reads a line from which the padding of the comm was cut off. A comm may contain dashes and numbers. So it is taken
/// to end at the rightmost dash behind which the rest of the line has the form of ftrace.
///
/// A dash before `-1` with a blank, a slash or a colon in front of it is passed over. There it is the tid -1 of perf
/// script, which stands for an unknown thread (`4547/-1`, `:-1 -1`). Hardly any comm ends with one of these three
/// signs.
fn read_unpadded(line: &[u8]) -> Option<Line<'_>> {
    let start = line.get(..COMM_WIDTH).unwrap_or(line);
    start.rfind_iter(b"-").find_map(|dash| {
        let (before, rest) = line.split_at_checked(dash)?;
        let may_be_lost = before.last().is_none_or(|byte| b" /:".contains(byte));
        if may_be_lost && rest.starts_with(b"-1 ") { None } else { read_at_dash(line, dash) }
    })
}

/// Cuts off the name of the file. `trace-cmd report` prints it first if it reads several files:
/// `b.dat:   sleep-13945 ...`
fn without_file(line: &[u8]) -> Option<&[u8]> {
    let (file, rest) = line.split_at_checked(line.find_byte(b':')?)?;
    let rest = rest.strip_prefix(b": ")?;
    (!file.trim_ascii_start().contains(&b' ')).then_some(rest)
}

/// Reads a line whose comm has `dash` bytes, if a dash stands behind it and the rest of the line has the form of
/// ftrace.
fn read_at_dash(line: &[u8], dash: usize) -> Option<Line<'_>> {
    let (comm, rest) = line.split_at_checked(dash)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = take_ids_and_cpu(&mut cursor)?;
    let clock = take_time(&mut cursor)?;
    let (time, resolution) = match clock {
        Clock::Time(time, resolution) => (time, resolution),
        Clock::Count => (Nanos(0), Resolution::Micros),
    };
    let comm = trim(comm);
    let header = Event {
        time,
        resolution,
        tid: Some(tid),
        pid,
        cpu: Some(cpu),
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

/// Reads the fields of a prefix: the text of a line before the time, with a padded comm, and with one blank behind it.
///
/// [`read_event`] finds the same fields in every line that begins with this text and continues with a time.
pub(super) fn read_prefix(text: &[u8]) -> Option<Prefix> {
    let (comm, rest) = text.split_at_checked(COMM_WIDTH)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = take_ids_and_cpu(&mut cursor)?;
    // In a line of a virtual machine, which begins with `V`, and behind a colour, the comm begins further right.
    let is_usual = cursor.rest().is_empty() && text.ends_with(b" ") && !matches!(text.first(), Some(b'V' | b'\x1b'));
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

/// Reads the event or the call behind the header. The fields of the header stand in `header`.
fn read_action<'a>(text: &'a [u8], header: Event<'a>) -> Option<Line<'a>> {
    let mut cursor = Cursor::new(text);
    // `trace-cmd report --ts-diff` prints the time since the event before: `(+1)`.
    if cursor.eat_all(b"(+") && (cursor.number().is_none() || !cursor.eat(b')') || cursor.skip_blanks() == 0) {
        return None;
    }
    let text = cursor.rest();
    // This line announces the frames of a call chain: `<stack trace>` or `<user stack trace>`.
    if text.starts_with(b"<") && text.trim_ascii_end().ends_with(b"stack trace>") {
        return Some(Line::Skipped);
    }
    if let Some(call) = read_call(text, header) {
        return Some(Line::Call(call));
    }
    let first = cursor.until_blank();
    cursor.skip_blanks();
    let name = match first.strip_suffix(b":") {
        Some(name) => name,
        // The function tracer prints no colon behind the name: `ktime_get <-tick_sched_timer`.
        None if cursor.rest().starts_with(b"<-") => first,
        None => return None,
    };
    if is_perfs_name(name) {
        return None;
    }
    let has_letter = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    has_letter.then_some(Line::Event(Event { name, payload: Payload::new(cursor.rest(), &SYNTAX), ..header }))
}

/// Returns whether only perf script prints such a name, and not ftrace: one with a subsystem (`sched:sched_switch`),
/// one with a dash (`cpu-clock`), or the name of a side-band record.
pub(super) fn is_perfs_name(name: &[u8]) -> bool {
    name.iter().any(|byte| b":-".contains(byte)) || name.starts_with(RECORD)
}

/// The text that ftrace prints before the name of a call.
pub(super) const CALL_PREFIX: &[u8] = b"sys_";

/// Reads the enter or the exit of a call: `sys_poll(ufds: 0x7ffd, nfds: 1)` or `sys_poll -> 0x0`.
fn read_call<'a>(text: &'a [u8], header: Event<'a>) -> Option<Call<'a>> {
    let mut cursor = Cursor::new(text.strip_prefix(CALL_PREFIX)?);
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    read_call_end(Event { name, ..header }, cursor.rest())
}

/// Reads the enter or the exit of a call. `text` is what follows the name of the call, and `common` is an event with
/// this name.
pub(super) fn read_call_end<'a>(common: Event<'a>, text: &'a [u8]) -> Option<Call<'a>> {
    if let Some(arguments) = text.strip_prefix(b"(") {
        let arguments = arguments.trim_ascii_end();
        let payload = Payload::new(arguments.strip_suffix(b")").unwrap_or(arguments), &SYNTAX);
        return Some(Call { common: Event { payload, ..common }, ends: Ends::Enter, result: b"" });
    }
    let result = text.strip_prefix(b" -> ")?;
    Some(Call { common, ends: Ends::Exit, result })
}

/// Reads a line that gives no event: a loss, a frame of a call chain, or a heading.
fn read_other(line: &[u8]) -> Option<Line<'_>> {
    let line = without_file(line).unwrap_or(line);
    if let Some(found) = read_marker(line) {
        return Some(found);
    }
    // The output of `trace-cmd report` begins with the version of the file and the number of CPUs.
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let is_heading =
        line.strip_prefix(b"cpus=").is_some_and(is_number) || line.strip_prefix(b"version = ").is_some_and(is_number);
    // This is a frame of a call chain: ` => do_syscall_64`
    let is_frame = line.trim_ascii_start().starts_with(b"=> ");
    (is_heading || is_frame || is_wakeup_total(line)).then_some(Line::Skipped)
}

/// Returns whether the line is one of those that `trace-cmd report -w` prints after all events.
///
/// ```text
/// Average wakeup latency: 17.202 usecs
/// Maximum Latency: 251.911 usecs at timestamp: 954.974018
/// Minimum Latency: 1.893 usecs at timestamp: 954.971350
/// RT task timings:
/// ```
fn is_wakeup_total(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 3] = [b"Average wakeup latency: ", b"Maximum Latency: ", b"Minimum Latency: "];
    if line == b"RT task timings:" {
        return true;
    }
    let Some(rest) = BEGINNINGS.iter().find_map(|beginning| line.strip_prefix(*beginning)) else { return false };
    let mut cursor = Cursor::new(rest);
    if cursor.decimal_seconds().is_none() || !cursor.eat_all(b" usecs") {
        return false;
    }
    let is_average = line.starts_with(b"Average");
    is_average && cursor.rest().is_empty()
        || cursor.eat_all(b" at timestamp: ") && cursor.decimal_seconds().is_some() && cursor.rest().is_empty()
}

/// Reads a loss, `CPU:1 [LOST 57 EVENTS]` or `CPU:1 [57 EVENTS DROPPED]`, or the line `CPU:1 [SUBBUFFER START]`. The
/// CPU and the number may be missing.
fn read_marker(text: &[u8]) -> Option<Line<'_>> {
    let mut cursor = Cursor::new(text);
    let cpu = if cursor.eat_all(b"CPU:") {
        let cpu = Cpu::try_from(cursor.number()?).ok()?;
        cursor.skip_blanks();
        Some(cpu)
    } else {
        None
    };
    let text = cursor.rest().strip_prefix(b"[")?.trim_ascii_end().strip_suffix(b"]")?;
    if text == b"SUBBUFFER START" {
        return Some(Line::Skipped);
    }
    let count = match text.strip_prefix(b"LOST").and_then(|rest| rest.strip_suffix(b"EVENTS")) {
        Some(count) => count,
        None => text.strip_suffix(b"EVENTS DROPPED")?,
    };
    let mut cursor = Cursor::new(count.trim_ascii());
    let count = if cursor.rest().is_empty() { 0 } else { cursor.number()? };
    cursor.rest().is_empty().then_some(Line::Loss { count, cpu })
}
