//! Writes the summary as one JSON object, on one line.

use super::json_writer::{Object, push_list, push_null};
use super::statistics::{STATISTICS, statistics};
use super::style::Style;
use super::summary::{GroupSummary, LoopSummary, Summary};
use crate::event::{Nanos, Resolution};
use crate::pattern::FieldReferences;
use crate::stats::{Ledger, Transition};
use crate::text::{Unit, push_integer, push_json, push_time};

/// Appends the summary as JSON.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    let mut object = Object::open(out);
    push_json(object.field("unit"), style.unit.name().as_bytes());
    push_list(object.field("loops"), &summary.loops, |out, loop_summary| push_loop(out, loop_summary, summary, style));
    push_list(object.field("categories"), &summary.categories, |out, (name, count)| {
        let mut object = Object::open(out);
        push_json(object.field("name"), name);
        push_integer(object.field("count"), *count);
        object.close();
    });
    if let Some([from, to]) = summary.interval_bounds() {
        let mut bounds = Object::open(object.field("interval"));
        bounds.field("from").extend_from_slice(&from);
        bounds.field("to").extend_from_slice(&to);
        bounds.close();
    }
    push_input(object.field("input"), &summary.ledger);
    object.close();
    out.push(b'\n');
}

fn push_loop(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    let LoopSummary { spec, key, matching, deltas, seen, begun, expired, outside, groups, .. } = loop_summary;
    let mut object = Object::open(out);
    push_json(object.field("name"), spec.name.as_bytes());
    push_json(object.field("loop"), spec.text().as_bytes());
    push_json(object.field("key"), key.name().as_bytes());
    push_json(object.field("match"), matching.name().as_bytes());
    push_integer(object.field("closed"), deltas.total().count());
    push_integer(object.field("begun"), *begun);
    push_integer(object.field("expired"), *expired);
    push_integer(object.field("outside"), *outside);
    push_optional_time(object.field("first"), loop_summary.first);
    push_optional_time(object.field("last"), loop_summary.last);
    push_transitions(object.field("transitions"), loop_summary.transitions_and_total(), style.unit);
    push_list(object.field("positions"), spec.positions.iter().zip(*seen), |out, (position, seen)| {
        let mut object = Object::open(out);
        push_json(object.field("event"), position.unique_name.as_bytes());
        push_integer(object.field("seen"), *seen);
        object.close();
    });
    if let Some(by) = summary.by {
        push_list(object.field("groups"), groups, |out, group| push_group(out, group, by, loop_summary, style.unit));
    }
    object.close();
}

fn push_group(
    out: &mut Vec<u8>,
    group: &GroupSummary<'_>,
    by: &FieldReferences,
    loop_summary: &LoopSummary<'_>,
    unit: Unit,
) {
    let mut object = Object::open(out);
    push_json(object.field("by"), by.to_string().as_bytes());
    match &group.value {
        Some(value) => push_json(object.field("value"), value),
        None => push_null(object.field("value")),
    }
    push_integer(object.field("closed"), group.deltas.total().count());
    push_transitions(object.field("transitions"), loop_summary.transitions_and_total_of(group.deltas), unit);
    object.close();
}

fn push_transitions<'s>(out: &mut Vec<u8>, transitions: impl Iterator<Item = (&'s str, &'s Transition)>, unit: Unit) {
    push_list(out, transitions, |out, (name, transition)| {
        let mut object = Object::open(out);
        push_json(object.field("name"), name.as_bytes());
        push_integer(object.field("count"), transition.count());
        for (name, value) in STATISTICS.iter().zip(statistics(transition, unit)) {
            object.field(name).extend_from_slice(value.as_deref().unwrap_or(b"null"));
        }
        object.close();
    });
}

fn push_optional_time(out: &mut Vec<u8>, time: Option<(Nanos, Resolution)>) {
    match time {
        Some((time, resolution)) => push_time(out, time, resolution),
        None => push_null(out),
    }
}

fn push_input(out: &mut Vec<u8>, ledger: &Ledger) {
    let mut object = Object::open(out);
    for (name, count) in [
        ("bytes", ledger.bytes),
        ("lines", ledger.lines),
        ("events", ledger.events),
        ("skipped", ledger.skipped),
        ("malformed", ledger.malformed),
        ("lost", ledger.lost),
        ("lost_markers", ledger.lost_markers),
        ("cut", ledger.matcher.cut),
        ("out_of_order", ledger.matcher.out_of_order),
        ("evicted", ledger.matcher.evicted),
        ("unfinished", ledger.matcher.unfinished),
    ] {
        push_integer(object.field(name), count);
    }
    object.close();
}
