//! Writes what is different in the slow loops (`--explain`) as JSON.

use super::json_writer::{Object, push_list, push_null};
use super::style::Style;
use super::summary::LoopSummary;
use crate::text::{Unit, push_float, push_integer, push_json, push_span};
use crate::why::State;
use crate::why::explain::{Explanation, Means, OriginRow, Share, WhereRow};

/// The names of the fields of the object `explain`.
const PARTS: [&str; 8] = ["tail", "rest", "transitions", "where", "origins", "inside", "around", "values"];

/// Appends the field `explain` to the object of a loop, if the user asked for it. If no loop has closed, all parts of
/// the field are null. With `--sched`, each transition also has its time in each state.
pub(super) fn push_json_field(object: &mut Object<'_>, loop_summary: &LoopSummary<'_>, style: &Style) {
    let Some(explanation) = &loop_summary.explanation else { return };
    let mut of_explain = Object::open(object.field("explain"));
    match explanation {
        Some(explanation) => push_parts(&mut of_explain, explanation, loop_summary, style),
        None => PARTS.iter().for_each(|part| push_null(of_explain.field(part))),
    }
    of_explain.close();
}

fn push_parts(object: &mut Object<'_>, explanation: &Explanation, loop_summary: &LoopSummary<'_>, style: &Style) {
    let unit = style.unit;
    let Explanation { tail: (count, from), rest, where_, origins, inside, around, values, .. } = explanation;
    let mut tail = Object::open(object.field("tail"));
    push_integer(tail.field("count"), *count);
    push_span(tail.field("from"), *from, unit);
    tail.close();
    let mut of_rest = Object::open(object.field("rest"));
    push_integer(of_rest.field("count"), *rest);
    of_rest.close();
    push_transitions(object.field("transitions"), explanation, loop_summary, unit);
    push_list(object.field("where"), where_, |out, row| push_where(out, row, unit));
    push_list(object.field("origins"), origins, |out, row| push_origin(out, row, unit));
    push_list(object.field("inside"), inside, |out, (event, means)| {
        let mut object = Object::open(out);
        push_json(object.field("event"), event);
        push_means(&mut object, means, 1.0);
        object.close();
    });
    push_list(object.field("around"), around, |out, row| {
        let mut object = Object::open(out);
        push_text(object.field("comm"), row.comm.as_deref());
        push_json(object.field("event"), &row.event);
        push_means(&mut object, &row.per_ms, 1.0);
        object.close();
    });
    push_list(object.field("values"), values, |out, row| {
        let mut object = Object::open(out);
        push_json(object.field("field"), &row.field);
        push_json(object.field("value"), &row.value);
        push_means(&mut object, &row.share, 1.0);
        object.close();
    });
}

fn push_transitions(out: &mut Vec<u8>, explanation: &Explanation, loop_summary: &LoopSummary<'_>, unit: Unit) {
    let names = loop_summary.named_transitions(loop_summary.deltas).map(|named| named.name);
    push_list(out, names.zip(&explanation.transitions).enumerate(), |out, (at, (name, time))| {
        let mut object = Object::open(out);
        push_json(object.field("name"), name.as_bytes());
        push_share(&mut object, time, unit);
        if loop_summary.states.is_some() {
            match &explanation.states {
                Some(states) => push_states(object.field("states"), states, at, unit),
                None => push_null(object.field("states")),
            }
        }
        object.close();
    });
}

/// Appends the times by state of the transition with the index `at`. Behind the last transition comes the total, which
/// gets the sums over all transitions.
fn push_states(out: &mut Vec<u8>, states: &[[Means; 5]], at: usize, unit: Unit) {
    let of_all = |state: usize| Means {
        tail: states.iter().map(|states| states[state].tail).sum(),
        rest: states.iter().map(|states| states[state].rest).sum(),
    };
    let means: [Means; 5] = states.get(at).copied().unwrap_or_else(|| std::array::from_fn(of_all));
    let mut object = Object::open(out);
    for (side, of_side) in
        [("tail", (|means: &Means| Some(means.tail)) as fn(&Means) -> _), ("rest", |means| means.rest)]
    {
        let mut of = Object::open(object.field(side));
        for (state, means) in State::ALL.iter().zip(&means) {
            push_optional(of.field(state.name()), of_side(means), unit.in_ns() as f64);
        }
        of.close();
    }
    object.close();
}

fn push_where(out: &mut Vec<u8>, row: &WhereRow, unit: Unit) {
    let mut object = Object::open(out);
    push_text(object.field("state"), row.state.map(|state| state.name().as_bytes()));
    push_text(object.field("event"), row.event.as_deref());
    push_share(&mut object, &row.time, unit);
    push_integer(object.field("loops"), row.loops);
    push_list(object.field("by"), &row.by, |out, (comm, means)| {
        let mut object = Object::open(out);
        push_text(object.field("comm"), comm.as_deref());
        push_means(&mut object, means, unit.in_ns() as f64);
        object.close();
    });
    object.close();
}

fn push_origin(out: &mut Vec<u8>, row: &OriginRow, unit: Unit) {
    let mut object = Object::open(out);
    push_text(object.field("comm"), row.comm.as_deref());
    push_text(object.field("state"), row.state.map(|state| state.name().as_bytes()));
    push_text(object.field("event"), row.event.as_deref());
    push_share(&mut object, &row.time, unit);
    object.close();
}

fn push_share(object: &mut Object<'_>, time: &Share, unit: Unit) {
    push_means(object, &time.means, unit.in_ns() as f64);
    push_optional(object.field("share"), time.share, 1.0);
}

/// Appends the fields `tail` and `rest`, divided by `unit`.
fn push_means(object: &mut Object<'_>, means: &Means, unit: f64) {
    push_optional(object.field("tail"), Some(means.tail), unit);
    push_optional(object.field("rest"), means.rest, unit);
}

fn push_optional(out: &mut Vec<u8>, value: Option<f64>, unit: f64) {
    match value {
        Some(value) => push_float(out, value / unit),
        None => push_null(out),
    }
}

fn push_text(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_json(out, text),
        None => push_null(out),
    }
}
