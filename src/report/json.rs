//! Writes the summary as one JSON object, on one line.

use super::discovery::push_proposals_json;
use super::hist::push_histogram_json;
use super::json_writer::{Object, push_list, push_null};
use super::states::push_states_json;
use super::statistics::{push_amount, statistics};
use super::style::Style;
use super::summary::{GroupSummary, LoopSummary, Summary};
use super::{explain_json, slowest, unfinished};
use crate::event::{Nanos, Resolution};
use crate::pattern::FieldReferences;
use crate::stats::{Deltas, Ledger};
use crate::text::{push_integer, push_json, push_time};
use crate::why::LoopStates;

/// Appends the summary as JSON.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    let mut object = Object::open(out);
    push_json(object.field("unit"), style.unit.name().as_bytes());
    push_list(object.field("loops"), &summary.loops, |out, loop_summary| push_loop(out, loop_summary, summary, style));
    push_counts(object.field("categories"), &summary.categories);
    push_counts(object.field("events"), &summary.events);
    if let Some([from, to]) = summary.interval_bounds() {
        let mut bounds = Object::open(object.field("interval"));
        bounds.field("from").extend_from_slice(&from);
        bounds.field("to").extend_from_slice(&to);
        bounds.close();
    }
    push_input(object.field("input"), &summary.ledger);
    if let Some(proposed) = &summary.proposed {
        push_proposals_json(object.field("proposed"), proposed, &style.arguments);
    }
    object.close();
    out.push(b'\n');
}

/// Appends names with their numbers of events.
fn push_counts(out: &mut Vec<u8>, counts: &[(&[u8], u64)]) {
    push_list(out, counts, |out, (name, count)| {
        let mut object = Object::open(out);
        push_json(object.field("name"), name);
        push_integer(object.field("count"), *count);
        object.close();
    });
}

fn push_loop(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    let LoopSummary { spec, key, matching, deltas, seen, row_times, groups, .. } = loop_summary;
    let mut object = Object::open(out);
    push_json(object.field("name"), spec.name.as_bytes());
    push_json(object.field("loop"), spec.text().as_bytes());
    push_json(object.field("key"), key.name().as_bytes());
    push_json(object.field("match"), matching.name().as_bytes());
    push_integer(object.field("closed"), deltas.total().count());
    push_integer(object.field("begun"), loop_summary.begun);
    push_integer(object.field("expired"), loop_summary.expired);
    push_integer(object.field("outside"), loop_summary.outside);
    push_optional_time(object.field("first"), row_times.first());
    push_optional_time(object.field("last"), row_times.last());
    push_optional_time(object.field("span"), row_times.span());
    push_transitions(object.field("transitions"), loop_summary, deltas, loop_summary.states, style);
    push_list(object.field("positions"), spec.positions.iter().zip(*seen), |out, (position, seen)| {
        let mut object = Object::open(out);
        push_json(object.field("event"), position.unique_name.as_bytes());
        push_integer(object.field("seen"), *seen);
        object.close();
    });
    explain_json::push_json_field(&mut object, loop_summary, style);
    slowest::push_json_field(&mut object, loop_summary, summary, style);
    unfinished::push_json_fields(&mut object, loop_summary, style);
    if let Some(by) = summary.by {
        push_list(object.field("groups"), groups, |out, group| push_group(out, group, by, loop_summary, style));
    }
    object.close();
}

fn push_group(
    out: &mut Vec<u8>,
    group: &GroupSummary<'_>,
    by: &FieldReferences,
    loop_summary: &LoopSummary<'_>,
    style: &Style,
) {
    let mut object = Object::open(out);
    push_json(object.field("by"), by.to_string().as_bytes());
    match &group.value {
        Some(value) => push_json(object.field("value"), value),
        None => push_null(object.field("value")),
    }
    push_integer(object.field("closed"), group.deltas.total().count());
    push_transitions(object.field("transitions"), loop_summary, group.deltas, None, style);
    object.close();
}

/// Appends the transitions of a loop or of one of its groups, and last the total. `states` says how their times divide; it
/// is `None` if the user did not ask for this, and for groups.
fn push_transitions(
    out: &mut Vec<u8>,
    loop_summary: &LoopSummary<'_>,
    deltas: &Deltas,
    states: Option<Option<&LoopStates>>,
    style: &Style,
) {
    push_list(out, loop_summary.named_transitions(deltas).enumerate(), |out, (at, named)| {
        let mut object = Object::open(out);
        push_json(object.field("name"), named.name.as_bytes());
        push_json(object.field("from"), named.from.as_bytes());
        push_json(object.field("to"), named.to.as_bytes());
        for statistic in statistics(named.transition, style) {
            let out = object.field(&statistic.name);
            match statistic.amount {
                Some(amount) => push_amount(out, amount, style.unit),
                None => push_null(out),
            }
        }
        if style.hist {
            push_histogram_json(object.field("hist"), named.transition, style);
        }
        if let Some(states) = states {
            push_states_json(object.field("states"), states, at, style);
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
    for (name, _, count) in ledger.named_counts() {
        push_integer(object.field(name), count);
    }
    object.close();
}
