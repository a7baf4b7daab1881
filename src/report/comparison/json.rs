//! Writes a comparison as one JSON object, on one line.

use super::compared::{Compared, ComparedLoop, ComparedTransition};
use crate::compare::{Comparison, Ratio, Statistics};
use crate::report::json_writer::{Object, push_list, push_null};
use crate::report::style::Style;
use crate::text::{Unit, push_float, push_integer, push_json, push_span};

/// Appends the comparison as JSON.
pub fn write(out: &mut Vec<u8>, compared: &Compared<'_>, style: &Style) {
    let mut object = Object::open(out);
    let push_name = |out: &mut Vec<u8>, name: &String| push_json(out, name.as_bytes());
    push_list(object.field("baseline"), &compared.baseline, push_name);
    push_list(object.field("inputs"), &compared.inputs, push_name);
    push_json(object.field("unit"), style.unit.name().as_bytes());
    push_list(object.field("loops"), &compared.loops, |out, compared| push_loop(out, compared, style.unit));
    object.close();
    out.push(b'\n');
}

fn push_loop(out: &mut Vec<u8>, compared: &ComparedLoop<'_>, unit: Unit) {
    let mut object = Object::open(out);
    push_json(object.field("name"), compared.spec.name.as_bytes());
    push_json(object.field("loop"), compared.spec.text().as_bytes());
    push_list(object.field("transitions"), &compared.transitions, |out, transition| {
        push_transition(out, transition, unit);
    });
    object.close();
}

fn push_transition(out: &mut Vec<u8>, transition: &ComparedTransition<'_>, unit: Unit) {
    let Comparison { method, before, after, ratios, shape, effective, verdict, .. } = &transition.comparison;
    let mut object = Object::open(out);
    push_json(object.field("name"), transition.name.as_bytes());
    push_json(object.field("method"), method.name().as_bytes());
    push_statistics(object.field("before"), before, unit);
    push_statistics(object.field("after"), after, unit);
    let mut each = Object::open(object.field("ratio"));
    let named = [("mean", ratios.mean), ("median", ratios.median), ("p90", ratios.p90), ("p99", ratios.p99)];
    for (name, ratio) in named {
        push_ratio(each.field(name), &ratio);
    }
    each.close();
    push_number(object.field("a12"), shape.map(|shape| shape.a12));
    push_number(object.field("cliff_delta"), shape.map(|shape| shape.cliff_delta));
    let test = shape.map(|shape| shape.mann_whitney);
    let mut mann_whitney = Object::open(object.field("mann_whitney"));
    push_number(mann_whitney.field("u"), test.map(|test| test.u));
    push_number(mann_whitney.field("z"), test.map(|test| test.z));
    push_number(mann_whitney.field("p"), test.map(|test| test.p));
    mann_whitney.close();
    let distance = shape.map(|shape| shape.ks);
    let mut ks = Object::open(object.field("ks"));
    push_number(ks.field("d"), distance.map(|ks| ks.d));
    let at = ks.field("at");
    match distance.and_then(|ks| ks.at) {
        Some(place) => push_span(at, place, unit),
        None => push_null(at),
    }
    ks.close();
    push_list(object.field("effective"), effective, |out, size| push_number(out, Some(*size)));
    push_json(object.field("verdict"), verdict.name().as_bytes());
    object.close();
}

fn push_statistics(out: &mut Vec<u8>, statistics: &Statistics, unit: Unit) {
    let Statistics { count, mean, median, p90, p99 } = *statistics;
    let mut object = Object::open(out);
    push_integer(object.field("count"), count);
    for (name, ns) in [("mean", mean), ("median", median), ("p90", p90), ("p99", p99)] {
        push_number(object.field(name), ns.map(|ns| ns / unit.in_ns() as f64));
    }
    object.close();
}

/// Appends a ratio. It has a p only if the inputs were compared as wholes (method `runs`).
fn push_ratio(out: &mut Vec<u8>, ratio: &Ratio) {
    let mut object = Object::open(out);
    push_number(object.field("value"), ratio.value);
    push_number(object.field("low"), ratio.low);
    push_number(object.field("high"), ratio.high);
    if ratio.p.is_some() {
        push_number(object.field("p"), ratio.p);
    }
    object.close();
}

/// Appends a number, or null if there is no number or if the number is not finite.
fn push_number(out: &mut Vec<u8>, number: Option<f64>) {
    match number.filter(|number| number.is_finite()) {
        Some(number) => push_float(out, number),
        None => push_null(out),
    }
}
