//! Events that are named after a function: those of the function tracer, and `trace_printk`.

use super::SYNTAX;
use crate::dialect::cursor::Cursor;
use crate::dialect::side_band::RECORD;
use crate::event::{Event, Payload, Syntax, text_fields};
use memchr::memmem;

/// Reads an event whose name is that of a function. The options of the tracer decide what it prints behind the name:
///
/// ```text
/// ktime_get <-tick_sched_timer
/// ktime_get                                                  noprint-parent
/// do_run+0x10/0x200 [vmmod_hw] <-guest_step+0x5b0/0x1100     sym-offset, a module
/// queue_item <ffffffffc0101000> <-__queue_more <ffffff...>   sym-addr
/// vfs_read(file=0xffff888100, buf=0x7f10) <-ksys_read        func-args
/// my_init [my_mod]: loaded with n=3                          trace_printk
/// ```
pub(super) fn read_function<'a>(text: &'a [u8], header: Event<'a>) -> Option<Event<'a>> {
    let mut cursor = Cursor::new(text);
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"_.$+/".contains(&byte));
    let has_letter = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    if !has_letter || is_perfs_name(name) {
        return None;
    }
    skip_module_and_address(&mut cursor);
    let event = |payload| Some(Event { name, payload, ..header });
    if cursor.rest().starts_with(b"(") {
        return event(read_arguments(cursor.rest())?);
    }
    if cursor.eat(b':') {
        let is_end = cursor.skip_blanks() > 0 || cursor.rest().is_empty();
        return if is_end { event(Payload::new(cursor.rest(), &SYNTAX)) } else { None };
    }
    cursor.skip_blanks();
    let is_whole = cursor.rest().is_empty() || cursor.rest().starts_with(b"<-");
    if is_whole { event(Payload::new(cursor.rest(), &SYNTAX)) } else { None }
}

/// Returns whether only perf script prints such a name, and not ftrace: one with a subsystem (`sched:sched_switch`),
/// one with a dash (`cpu-clock`), or the name of a side-band record.
pub(in crate::dialect) fn is_perfs_name(name: &[u8]) -> bool {
    name.iter().any(|byte| b":-".contains(byte)) || name.starts_with(RECORD)
}

/// Skips ` [module]` and ` <address>`, which may follow the name of a function.
fn skip_module_and_address(cursor: &mut Cursor<'_>) {
    for (open, close) in [(&b" ["[..], b']'), (b" <", b'>')] {
        let mut after = *cursor;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if after.eat_all(open) && !after.take_while(is_word).is_empty() && after.eat(close) {
            *cursor = after;
        }
    }
}

/// Reads the arguments of a function, with their parentheses and what stands behind them.
fn read_arguments(text: &[u8]) -> Option<Payload<'_>> {
    let is_whole = text.trim_ascii_end().ends_with(b")") || memmem::rfind(text, b") <-").is_some();
    is_whole.then(|| Payload::new(text, &FUNCTION_SYNTAX))
}

/// The syntax of the arguments of a function: `(file=0xffff888100, count=0x1000) <-ksys_read`.
static FUNCTION_SYNTAX: Syntax = Syntax {
    field: |payload, name| {
        let end = memmem::rfind(payload, b") <-").unwrap_or(payload.len());
        text_fields::find(payload.get(..end)?, name)
    },
    ..SYNTAX
};
