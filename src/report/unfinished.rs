//! The loops that were begun and have not closed (`--unfinished`), in the table and in JSON.

use super::json_writer::{Object, push_list, push_null};
use super::style::Style;
use super::summary::LoopSummary;
use crate::pattern::Loop;
use crate::text::{push_integer, push_json, push_plain, push_span, push_time};
use crate::why::{Unfinished, UnfinishedLoop};

/// Appends the number of unfinished loops and the oldest of them as the fields `open` and `unfinished` of the JSON object
/// of their loop, if the user asked for them.
pub(super) fn push_json_fields(object: &mut Object<'_>, loop_summary: &LoopSummary<'_>, style: &Style) {
    let Some(unfinished) = &loop_summary.unfinished else { return };
    push_integer(object.field("open"), unfinished.open);
    push_list(object.field("unfinished"), &unfinished.oldest, |out, open| {
        let mut object = Object::open(out);
        push_json(object.field("key"), &open.key);
        match open.tid {
            Some(tid) => push_integer(object.field("tid"), tid),
            None => push_null(object.field("tid")),
        }
        match &open.comm {
            Some(comm) => push_json(object.field("comm"), comm),
            None => push_null(object.field("comm")),
        }
        push_time(object.field("start"), open.start, open.resolution);
        push_span(object.field("age"), open.age, style.unit);
        push_json(object.field("waiting_for"), waiting_for(loop_summary.spec, open).as_bytes());
        object.close();
    });
}

/// Appends the unfinished loops to the table, a line for each:
///
/// ```text
/// unfinished: 3 keys have a loop that was begun and has not closed
///   812345.6 us  since 12.000102 s  tid 812 (fio)  waits for sys_exit_fsync
/// ```
pub(super) fn push_table(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, style: &Style) {
    let Some(unfinished) = &loop_summary.unfinished else { return };
    push_line(out, &heading(unfinished));
    let ages: Vec<String> =
        unfinished.oldest.iter().map(|open| text(|out| push_span(out, open.age, style.unit))).collect();
    let width = ages.iter().map(String::len).max().unwrap_or(0);
    for (open, age) in unfinished.oldest.iter().zip(&ages) {
        let start = text(|out| push_time(out, open.start, open.resolution));
        let tid = open.tid.map_or("-".to_owned(), |tid| tid.to_string());
        let comm = open.comm.as_deref().filter(|comm| !comm.is_empty()).unwrap_or(b"-");
        let mut line = format!("  {age:>width$} {}  since {start} s  tid {tid} (", style.unit.name());
        line.push_str(&String::from_utf8_lossy(comm));
        line.push(')');
        if open.key != tid.as_bytes() {
            line.push_str(&format!("  key {}", String::from_utf8_lossy(&open.key)));
        }
        line.push_str(&format!("  waits for {}", waiting_for(loop_summary.spec, open)));
        push_line(out, &line);
    }
    if let Some(more) = unfinished.open.checked_sub(unfinished.oldest.len() as u64).filter(|more| *more > 0) {
        push_line(out, &format!("  and {more} more, which are younger"));
    }
}

/// Returns how many loops are unfinished: `unfinished: 1 key has a loop that was begun and has not closed`.
pub(super) fn heading(unfinished: &Unfinished) -> String {
    match unfinished.open {
        0 => "unfinished: none".to_owned(),
        1 => "unfinished: 1 key has a loop that was begun and has not closed".to_owned(),
        open => format!("unfinished: {open} keys have a loop that was begun and has not closed"),
    }
}

/// Returns the name of the position for whose event an unfinished loop waits.
pub(super) fn waiting_for<'a>(spec: &'a Loop, open: &UnfinishedLoop) -> &'a str {
    spec.positions.get(open.waits_for).map_or("", |position| &position.unique_name)
}

fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    push(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn push_line(out: &mut Vec<u8>, text: &str) {
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}
