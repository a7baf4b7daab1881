//! Events that the kernel prints without a name. They get the name of their folder in `tracing/events/ftrace`, which is
//! also the name that trace-cmd prints.

use super::SYNTAX;
use crate::dialect::cursor::Cursor;
use crate::event::{Event, Payload};

/// Reads an event without a name; returns `None` if the text is something else. The payload is the whole text.
///
/// ```text
/// #1     context    irq timer_latency      1200 ns
/// #1     inner/outer(us):   14/15    ts:1600000000.000000001 count:2
/// 1000000        200  99.98000      10     20      0    900     20      2
///      0:120:R   + [002]   400: 90:R control
///      0:120:R ==> [002]   400: 90:R control
/// [  ok  ] fetch_one:fetch.c:71
/// # 5 buf: 01 02
/// ```
pub(super) fn read_nameless<'a>(text: &'a [u8], header: Event<'a>) -> Option<Event<'a>> {
    let name = match text.first()? {
        b'#' => name_behind_number(text)?,
        b'[' if text.starts_with(b"[  ok  ] ") || text.starts_with(b"[ MISS ] ") => b"branch",
        b'0'..=b'9' => name_of_switch(text).or_else(|| is_osnoise(text).then_some(&b"osnoise"[..]))?,
        _ => return None,
    };
    Some(Event { name, payload: Payload::new(text, &SYNTAX), ..header })
}

/// Returns the name of an event of the tracers timerlat and hwlat, or of raw data.
fn name_behind_number(text: &[u8]) -> Option<&'static [u8]> {
    let mut cursor = Cursor::new(text.strip_prefix(b"#")?);
    cursor.skip_blanks();
    if cursor.take_while(|byte| byte.is_ascii_hexdigit()).is_empty() || cursor.skip_blanks() == 0 {
        return None;
    }
    let names: [(&[u8], &[u8]); 3] =
        [(b"context ", b"timerlat"), (b"inner/outer(us):", b"hwlat"), (b"buf:", b"raw_data")];
    names.into_iter().find(|(beginning, _)| cursor.rest().starts_with(beginning)).map(|(_, name)| name)
}

/// Returns the name of an event of the wakeup tracers: `"%7d:%3d:%c %s [%03d] %7d:%3d:%c %s"`.
fn name_of_switch(text: &[u8]) -> Option<&'static [u8]> {
    let mut cursor = Cursor::new(text);
    cursor.number()?;
    if !cursor.eat(b':') {
        return None;
    }
    cursor.skip_blanks();
    cursor.number()?;
    if !cursor.eat(b':') || cursor.until_blank().len() != 1 {
        return None;
    }
    cursor.skip_blanks();
    let name: &[u8] = match cursor.until_blank() {
        b"+" => b"wakeup",
        b"==>" => b"context_switch",
        _ => return None,
    };
    cursor.skip_blanks();
    cursor.eat(b'[').then_some(name)
}

/// Returns whether the text is an event of the tracer osnoise: the runtime, the noise, the share of the CPU with its
/// five decimals, the longest noise, and counts.
fn is_osnoise(text: &[u8]) -> bool {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let is_number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    let is_share = |word: &[u8]| word.len() > 6 && word.get(word.len() - 6) == Some(&b'.');
    is_number(words.next())
        && is_number(words.next())
        && words.next().is_some_and(is_share)
        && is_number(words.next())
        && words.all(|word| is_number(Some(word)))
}
