//! Lines that give no event: losses, headings, frames of call chains.

use super::machine::split_machine;
use crate::dialect::cursor::Cursor;
use crate::dialect::line::Line;
use crate::event::Cpu;

/// Reads a line that gives no event; returns `None` if it is something else.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    if let Some(found) = read_marker(line) {
        return Some(found);
    }
    let (machine, text) = split_machine(line).map_or((None, line), |(machine, rest)| (Some(machine), rest));
    match read_marker(text) {
        Some(Line::Loss { count, cpu, .. }) => return Some(Line::Loss { count, cpu, machine }),
        Some(found) => return Some(found),
        None => {}
    }
    // This is a frame of a call chain: ` => do_syscall_64`
    let is_frame = text.trim_ascii_start().starts_with(b"=> ");
    (is_frame || is_heading(text) || is_of_dump(line) || is_wakeup_total(line)).then_some(Line::Skipped)
}

/// Returns whether `trace-cmd report` or atrace prints the line before the events.
///
/// ```text
/// version = 6
/// CPU 0 is empty
/// cpus=3
/// capturing trace... done
/// TRACE:
/// ```
fn is_heading(line: &[u8]) -> bool {
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number_between = |before: &[u8], behind: &[u8]| {
        line.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind)).is_some_and(is_number)
    };
    number_between(b"cpus=", b"")
        || number_between(b"version = ", b"")
        || number_between(b"CPU ", b" is empty")
        || line == b"TRACE:"
        || line.starts_with(b"capturing trace...")
}

/// Returns whether the line is one of those that the kernel prints around a buffer that it dumps.
///
/// ```text
/// Dumping ftrace buffer:
/// ---------------------------------
///    (ftrace buffer empty)
/// ```
fn is_of_dump(line: &[u8]) -> bool {
    const RULER: [u8; 33] = [b'-'; 33];
    let text = line.trim_ascii();
    text == b"Dumping ftrace buffer:" || text == b"(ftrace buffer empty)" || text == RULER
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
    cursor.rest().is_empty().then_some(Line::Loss { count, cpu, machine: None })
}
