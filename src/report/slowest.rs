//! The slowest closed loops with their lines (`--slowest`), in the table and in JSON.

use super::json_writer::{Object, push_list, push_null};
use super::style::Style;
use super::summary::{LoopSummary, Summary};
use crate::event::Nanos;
use crate::pattern::FieldReferences;
use crate::text::{push_integer, push_json, push_plain, push_span, push_time};
use crate::why::{SampledLines, SlowLoop};

/// Appends the slowest loops as the field `slowest` of the JSON object of their loop, if the user asked for them.
pub(super) fn push_json_field(
    object: &mut Object<'_>,
    loop_summary: &LoopSummary<'_>,
    summary: &Summary<'_>,
    style: &Style,
) {
    let Some(slowest) = loop_summary.slowest else { return };
    push_list(object.field("slowest"), slowest, |out, slow| push_slow_json(out, slow, summary, style));
}

fn push_slow_json(out: &mut Vec<u8>, slow: &SlowLoop, summary: &Summary<'_>, style: &Style) {
    let mut object = Object::open(out);
    let SampledLines { lines, left_out, gap } = slow.lines.sample.shown();
    push_span(object.field("total"), slow.total(), style.unit);
    push_time(object.field("start"), slow.start(), slow.resolution.for_time(slow.start()));
    push_time(object.field("time"), slow.end(), slow.resolution);
    match slow.tid {
        Some(tid) => push_integer(object.field("tid"), tid),
        None => push_null(object.field("tid")),
    }
    push_text(object.field("comm"), slow.comm.as_deref());
    push_json(object.field("key"), &slow.key);
    if let Some(show) = summary.show {
        push_shown(object.field("show"), show, slow);
    }
    push_list(object.field("deltas"), slow.deltas(), |out, delta| push_span(out, delta, style.unit));
    if summary.has_several_inputs {
        push_json(object.field("input"), &slow.input);
    }
    match slow.lines.first.line {
        0 => push_null(object.field("line")),
        line => push_integer(object.field("line"), line),
    }
    object.field("complete").extend_from_slice(if slow.lines.are_complete() { b"true" } else { b"false" });
    push_integer(object.field("left_out"), left_out);
    match gap {
        Some((after, time)) => {
            let mut gap = Object::open(object.field("gap"));
            push_integer(gap.field("after"), after as u64);
            push_span(gap.field("time"), time, style.unit);
            gap.close();
        }
        None => push_null(object.field("gap")),
    }
    push_list(object.field("lines"), lines, |out, line| push_json(out, &line.text));
    object.close();
}

fn push_text(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_json(out, text),
        None => push_null(out),
    }
}

fn push_shown(out: &mut Vec<u8>, show: &FieldReferences, slow: &SlowLoop) {
    let mut object = Object::open(out);
    for (reference, value) in show.iter().zip(&slow.shown) {
        push_text(object.field(&reference.text), value.as_deref());
    }
    object.close();
}

/// Appends the slowest loops to the table: a heading for each, and below the heading the lines of the loop. In front of
/// each line stands its offset from the start of the loop.
pub(super) fn push_table(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    let Some(slowest) = loop_summary.slowest else { return };
    for (rank, slow) in (1..).zip(slowest) {
        push_heading(out, rank, slow, loop_summary, summary, style);
        push_lines(out, slow, style);
    }
}

/// Appends the heading of a loop:
///
/// ```text
/// slowest 1: 5012.4 us, tid 812 (fio), from 12.000102 to 12.005114 s, line 1734
///   sys_enter_fsync -> block_rq_issue 12.2, block_rq_issue -> sys_exit_fsync 5000.2
/// ```
fn push_heading(
    out: &mut Vec<u8>,
    rank: usize,
    slow: &SlowLoop,
    loop_summary: &LoopSummary<'_>,
    summary: &Summary<'_>,
    style: &Style,
) {
    let total = format!("slowest {rank}: {} {}", span(slow.total(), style), style.unit.name());
    let parts: Vec<String> = [total].into_iter().chain(facts(slow, summary)).collect();
    push_line(out, "", &parts.join(", "));
    if loop_summary.transition_names.len() > 1 {
        push_line(out, "  ", &deltas(slow, loop_summary, style).join(", "));
    }
}

/// Returns what is known of a loop beside its total and deltas, for example `tid 812 (fio)` and `line 1734`.
pub(super) fn facts(slow: &SlowLoop, summary: &Summary<'_>) -> Vec<String> {
    let tid = slow.tid.map_or("-".to_owned(), |tid| tid.to_string());
    let comm = slow.comm.as_deref().filter(|comm| !comm.is_empty()).unwrap_or(b"-");
    let [start, end] = [(slow.start(), slow.resolution.for_time(slow.start())), (slow.end(), slow.resolution)];
    let time = |(time, resolution)| text(|out| push_time(out, time, resolution));
    let mut facts = vec![
        format!("tid {tid} ({})", String::from_utf8_lossy(comm)),
        format!("from {} to {} s", time(start), time(end)),
    ];
    if !slow.key.is_empty() && slow.key != tid.as_bytes() {
        facts.push(format!("key {}", String::from_utf8_lossy(&slow.key)));
    }
    if summary.has_several_inputs {
        facts.push(String::from_utf8_lossy(&slow.input).into_owned());
    }
    if slow.lines.first.line > 0 {
        facts.push(format!("line {}", slow.lines.first.line));
    }
    for (reference, value) in summary.show.iter().flat_map(|show| show.iter()).zip(&slow.shown) {
        let value = value.as_deref().unwrap_or(b"-");
        facts.push(format!("{} {}", reference.text, String::from_utf8_lossy(value)));
    }
    facts
}

/// Returns the deltas of a loop, each behind the name of its transition.
pub(super) fn deltas(slow: &SlowLoop, loop_summary: &LoopSummary<'_>, style: &Style) -> Vec<String> {
    let deltas = loop_summary.spec.transition_ends().zip(slow.deltas());
    deltas.map(|((from, to), delta)| format!("{from} -> {to} {}", span(delta, style))).collect()
}

/// Returns the reason why lines of a loop are missing; `None` if all could be gathered.
pub(super) fn missing_lines(slow: &SlowLoop) -> Option<&'static str> {
    match slow.lines.first.line {
        _ if slow.lines.are_complete() => None,
        0 => Some("the input has no lines"),
        _ => Some("the beginning was not kept; --keep SIZE keeps more of an input that cannot be read again"),
    }
}

/// Appends the lines of a loop. The longest gap has a line of its own between the lines around it.
fn push_lines(out: &mut Vec<u8>, slow: &SlowLoop, style: &Style) {
    let SampledLines { lines, left_out, gap } = slow.lines.sample.shown();
    if let Some(reason) = missing_lines(slow) {
        push_line(out, "  ", reason);
    }
    let offsets: Vec<String> = lines.iter().map(|line| offset(line.time, slow.start(), style)).collect();
    let width = offsets.iter().map(String::len).max().unwrap_or(0);
    let mut next = None;
    for (at, line) in lines.iter().enumerate() {
        if let Some(missing) = next.and_then(|next| line.index.checked_sub(next)).filter(|missing| *missing > 0) {
            push_line(out, "  ", &format!("... {missing} lines left out"));
        }
        next = Some(line.index + 1);
        out.extend_from_slice(format!("  {:>width$}  ", offsets[at]).as_bytes());
        push_plain(out, &line.text);
        out.push(b'\n');
        if let Some((_, time)) = gap.filter(|(after, _)| *after == at) {
            push_line(out, "  ", &format!("---- longest gap: {} {} ----", span(time, style), style.unit.name()));
        }
    }
    if left_out > 0 {
        push_line(out, "  ", &format!("{left_out} lines left out in all"));
    }
}

/// Returns the time from the start of a loop to a line. The sign is `-` for a line with an earlier time than the start.
pub(super) fn offset(time: Nanos, start: Nanos, style: &Style) -> String {
    let sign = if time < start { '-' } else { '+' };
    format!("{sign}{}", span(Nanos(time.0.abs_diff(start.0)), style))
}

/// Returns a time span in the unit of the summary, without the unit's name.
pub(super) fn span(span: Nanos, style: &Style) -> String {
    text(|out| push_span(out, span, style.unit))
}

fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    push(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn push_line(out: &mut Vec<u8>, indent: &str, text: &str) {
    out.extend_from_slice(indent.as_bytes());
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}
