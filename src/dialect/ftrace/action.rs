//! The action of a line, behind its time: an event, or an end of a system call.

use super::SYNTAX;
use super::function::{is_perfs_name, read_function};
use super::nameless::read_nameless;
use crate::dialect::call::{Call, Ends, NAME_MAX};
use crate::dialect::cursor::Cursor;
use crate::dialect::line::Line;
use crate::event::{Event, Payload};

/// Reads the event or the call behind the header. The fields of the header stand in `header`.
pub(super) fn read_action<'a>(text: &'a [u8], header: Event<'a>) -> Option<Line<'a>> {
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
    read_nameless(text, header).or_else(|| read_named(text, header)).map(Line::Event)
}

/// Reads an event from the text that begins with its name.
///
/// ```text
/// sched_switch: prev_comm=...
/// 0: begin id=7                      trace_printk of a caller that the kernel does not know
/// vcpu_in [vmmod] <-run_loop [vmmod]
/// ```
fn read_named<'a>(text: &'a [u8], header: Event<'a>) -> Option<Event<'a>> {
    let mut cursor = Cursor::new(text);
    let first = cursor.until_blank();
    let Some(name) = first.strip_suffix(b":") else { return read_function(text, header) };
    cursor.skip_blanks();
    // A name may consist of digits alone (`0: begin id=7`). Digits with a dot are no name, but the time of a line that
    // is cut off.
    let is_name = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        || !name.is_empty() && name.iter().all(u8::is_ascii_digit);
    (is_name && !is_perfs_name(name)).then_some(Event { name, payload: Payload::new(cursor.rest(), &SYNTAX), ..header })
}

/// The text that ftrace prints before the name of a call.
pub(in crate::dialect) const CALL_PREFIX: &[u8] = b"sys_";

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
#[inline(always)]
pub(in crate::dialect) fn read_call_end<'a>(common: Event<'a>, text: &'a [u8]) -> Option<Call<'a>> {
    if let Some(arguments) = text.strip_prefix(b"(") {
        let arguments = arguments.trim_ascii_end();
        // A function may have the name of a call: sys_read(fd=0x3, buf=0x7f10) <-do_syscall
        if !arguments.ends_with(b")") && memchr::memmem::rfind(arguments, b") <-").is_some() {
            return None;
        }
        let payload = Payload::new(arguments.strip_suffix(b")").unwrap_or(arguments), &SYNTAX);
        return Some(Call { common: Event { payload, ..common }, ends: Ends::Enter, result: b"" });
    }
    let result = text.strip_prefix(b" -> ")?;
    Some(Call { common, ends: Ends::Exit, result })
}
