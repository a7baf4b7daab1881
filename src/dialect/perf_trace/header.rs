//! Reads the fields of a line of perf trace that stand before the thread: time, CPU and duration.

use crate::dialect::cursor::Cursor;
use crate::event::{Cpu, Nanos};

/// Times and durations from this one on are wrong. perf subtracts unsigned numbers, so that a negative result (a time
/// before the first event) is printed as a number near 2^64 ns.
const WRAPPED: Nanos = Nanos(1 << 63);

/// The fields of a line before the thread.
pub(super) struct Header {
    /// The time of the line. It is `None` for `?`, which perf prints for a call that began before the trace, and for a
    /// wrong time.
    pub(super) time: Option<Nanos>,
    pub(super) cpu: Option<Cpu>,
    pub(super) duration: Duration,
}

/// The duration of a call in the line that ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duration {
    /// The line has no column for the duration, because the trace has no system calls.
    Absent,
    /// The column is blank, or its value is negative and so was printed wrong.
    Unknown,
    Known(Nanos),
}

/// Takes the time, `"%10.3f "` or `"         ? "`, and the duration, `"(%6.3f ms): "` or `"(         ): "`. With
/// `--show-cpu`, the CPU stands before the duration or behind it, and both are accepted.
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

/// Takes the CPU, `"[%03u] "`, if it comes next. Other text with a bracket is left, because it may begin a comm.
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

/// Takes the duration, if it comes next. Other text with a parenthesis is left, because it may begin a comm.
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

/// Takes the column of the duration. On a terminal, perf prints a long duration in red or yellow.
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
