//! Reads a line of perf trace: joins its header, its thread and its action to an event or a call.

use super::action::{Action, read_thread_and_action};
use super::header::{Duration, take_header};
use super::syntax::SYNTAX;
use crate::dialect::call::{Call, Ends};
use crate::dialect::cursor::Cursor;
use crate::dialect::line::Line;
use crate::event::{Event, Nanos, Payload, Resolution};

/// Reads a line that gives an event or a call. Returns `None` for any other line.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    let mut cursor = Cursor::new(line);
    let header = take_header(&mut cursor)?;
    let (thread, action) = read_thread_and_action(cursor.rest())?;
    // Other text, too, may begin with a number and a word. So a line without a thread and without a duration is
    // accepted only if its action is one that no other program prints.
    if thread.tid.is_none() && header.duration == Duration::Absent && !action.is_unmistakable() {
        return None;
    }
    let Some(time) = header.time else { return Some(Line::Skipped) };
    let event = |name, payload| Event {
        time,
        resolution: Resolution::Micros,
        tid: thread.tid,
        pid: None,
        cpu: header.cpu,
        name,
        comm: thread.comm,
        payload: Payload::new(payload, &SYNTAX),
    };
    let (enters, name, arguments, result) = match action {
        Action::Event { name, payload } => return Some(Line::Event(event(name, payload))),
        Action::Call { name, arguments, result } => (true, name, arguments, result),
        Action::Continued { name, result } => (false, name, &b""[..], Some(result)),
    };
    let exit = match (result, header.duration) {
        (Some(_), Duration::Known(duration)) => time.0.checked_add(duration.0).map(Nanos),
        _ => None,
    };
    let common = event(name, arguments);
    let (common, ends) = match (enters, exit) {
        (true, None) => (common, Ends::Enter),
        (true, Some(exit)) => (common, Ends::Both(exit)),
        (false, Some(exit)) => (Event { time: exit, ..common }, Ends::Exit),
        (false, None) => return Some(Line::Skipped),
    };
    Some(Line::Call(Call { common, ends, result: result.unwrap_or_default() }))
}
