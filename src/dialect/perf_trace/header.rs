//! The fields that stand before the thread: time, CPU and duration.

use crate::dialect::cursor::Cursor;
use crate::event::{Cpu, Nanos};

/// Times and durations from here on are wrong. perf subtracts unsigned numbers, so it prints a time before the first
/// event, or a negative duration, as nearly 2^64 ns.
const WRAPPED: Nanos = Nanos(1 << 63);

/// The fields before the thread.
pub(super) struct Header {
    /// The time of the line; `None` for `?`, which perf prints for a call that began before the trace.
    pub(super) time: Option<Nanos>,
    pub(super) cpu: Option<Cpu>,
    pub(super) duration: Duration,
}

/// The duration of a call, as its line prints it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duration {
    /// The line has no such column, because the trace has no system calls.
    Absent,
    /// The column is blank, or its value is wrong.
    Unknown,
    Known(Nanos),
}

/// Takes `"%10.3f "` or `"         ? "`, then `"(%6.3f ms): "` or `"(         ): "`.
///
/// With `--show-cpu` perf prints the CPU before the duration or behind it.
pub(super) fn take_header(cursor: &mut Cursor<'_>) -> Option<Header> {
    cursor.skip_blanks();
    let time = if cursor.eat(b'?') { None } else { Some(cursor.milliseconds()?).filter(|time| *time < WRAPPED) };
    if cursor.skip_blanks() == 0 {
        return None;
    }
    let before = take_cpu(cursor);
    let duration = take_duration(cursor);
    let behind = take_cpu(cursor);
    Some(Header { time, cpu: before.or(behind), duration })
}

/// Takes `"[%03u] "`, if it comes next. A comm may begin with a bracket, too.
fn take_cpu(cursor: &mut Cursor<'_>) -> Option<Cpu> {
    let mut after = *cursor;
    if !after.eat(b'[') {
        return None;
    }
    let cpu = Cpu::try_from(after.number()?).ok()?;
    if !after.eat(b']') || !after.eat(b' ') {
        return None;
    }
    *cursor = after;
    Some(cpu)
}

/// Takes the duration, if it comes next. A comm may begin with a parenthesis, too.
fn take_duration(cursor: &mut Cursor<'_>) -> Duration {
    let mut after = *cursor;
    match duration(&mut after) {
        Some(duration) => {
            *cursor = after;
            duration
        }
        None => Duration::Absent,
    }
}

/// Takes the column of the duration. perf prints a long duration red or yellow on a terminal.
fn duration(cursor: &mut Cursor<'_>) -> Option<Duration> {
    if !cursor.eat(b'(') {
        return None;
    }
    cursor.skip_escapes();
    cursor.skip_blanks();
    let duration = if cursor.rest().starts_with(b")") {
        Duration::Unknown
    } else {
        let duration = cursor.milliseconds()?;
        if !cursor.eat_all(b" ms") {
            return None;
        }
        cursor.skip_escapes();
        if duration < WRAPPED { Duration::Known(duration) } else { Duration::Unknown }
    };
    cursor.eat_all(b"): ").then_some(duration)
}
