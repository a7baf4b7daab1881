//! The summary as one line of JSON.

use super::summary::{LoopSummary, STATISTICS, Summary, statistics};
use crate::event::{Nanos, Resolution};
use crate::stats::Ledger;
use crate::stats::Transition;
use crate::text::push_json;
use crate::text::{Unit, push_integer, push_time};

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    let mut object = Object::open(out);
    push_json(object.field("unit"), summary.unit.name().as_bytes());
    list(object.field("loops"), &summary.loops, |out, of_loop| push_loop(out, of_loop, summary));
    list(object.field("categories"), &summary.categories, |out, (name, count)| {
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

fn push_loop(out: &mut Vec<u8>, of_loop: &LoopSummary<'_>, summary: &Summary<'_>) {
    let unit = summary.unit;
    let mut object = Object::open(out);
    push_json(object.field("name"), of_loop.spec.name.as_bytes());
    push_json(object.field("loop"), of_loop.spec.text().as_bytes());
    push_json(object.field("key"), of_loop.key.name().as_bytes());
    push_json(object.field("match"), of_loop.how.name().as_bytes());
    push_integer(object.field("closed"), of_loop.deltas.total().count());
    push_when(object.field("first"), of_loop.first);
    push_when(object.field("last"), of_loop.last);
    list(object.field("transitions"), of_loop.all(), |out, (name, transition)| {
        push_transition(out, name, transition, unit);
    });
    list(object.field("positions"), of_loop.spec.positions.iter().zip(of_loop.seen), |out, (position, seen)| {
        let mut object = Object::open(out);
        push_json(object.field("event"), position.unique_name.as_bytes());
        push_integer(object.field("seen"), *seen);
        object.close();
    });
    if let Some(by) = summary.by {
        list(object.field("groups"), &of_loop.groups, |out, group| {
            let mut object = Object::open(out);
            push_json(object.field("by"), by.to_string().as_bytes());
            match &group.value {
                Some(value) => push_json(object.field("value"), value),
                None => object.field("value").extend_from_slice(b"null"),
            }
            push_integer(object.field("closed"), group.deltas.total().count());
            list(object.field("transitions"), of_loop.all_of(group.deltas), |out, (name, transition)| {
                push_transition(out, name, transition, unit);
            });
            object.close();
        });
    }
    object.close();
}

fn push_transition(out: &mut Vec<u8>, name: &str, transition: &Transition, unit: Unit) {
    let mut object = Object::open(out);
    push_json(object.field("name"), name.as_bytes());
    push_integer(object.field("count"), transition.count());
    for (name, value) in STATISTICS.iter().zip(statistics(transition, unit)) {
        object.field(name).extend_from_slice(value.as_deref().unwrap_or(b"null"));
    }
    object.close();
}

fn push_when(out: &mut Vec<u8>, when: Option<(Nanos, Resolution)>) {
    match when {
        Some((time, resolution)) => push_time(out, time, resolution),
        None => out.extend_from_slice(b"null"),
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

/// An object being written.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> Object<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, empty: true }
    }

    /// Begins a field; its value goes to what this returns.
    fn field(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.out.push(b',');
        }
        push_json(self.out, name.as_bytes());
        self.out.push(b':');
        self.out
    }

    fn close(self) {
        self.out.push(b'}');
    }
}

fn list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, push: impl Fn(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}
