//! The text of a key in rows, and the group value of a closed loop.

use crate::event::{Event, Value};
use crate::key::{GroupValue, Key, KeySource, KeyValue};
use crate::pattern::{Field, Grouping, Loop};

/// Appends the text of the key of a loop that `event` has closed. The text has the values of the fields of the loop's
/// last position (`@a,b`), with commas between them. If that position has no fields, it is the value of the loop's key
/// (`-k`). An unknown or empty value is written as `-`. Where the input
/// names the machine of the event, the machine and a colon come first.
#[inline(never)]
pub(super) fn push_shown_key(out: &mut Vec<u8>, spec: &Loop, key: Key, event: &Event<'_>) {
    let Some(position) = spec.positions.last() else { return };
    let of_header = key.header_field().map(Field::Header);
    let fields = if position.fields.is_empty() { of_header.as_slice() } else { &position.fields };
    if let (Some(machine), false) = (event.machine, fields.is_empty()) {
        out.extend_from_slice(machine);
        out.push(b':');
    }
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let before = out.len();
        if let Some(value) = field.read(event) {
            value.with_shown(|text| out.extend_from_slice(text));
        }
        if out.len() == before {
            out.push(b'-');
        }
    }
}

/// Returns the group value (`-b`) that a field of an event gives; `None` if the event does not have the field.
#[inline(never)]
pub(super) fn group_of_field(field: &Field, event: &Event<'_>) -> Option<GroupValue> {
    let value = field.read(event)?;
    Some(value.with_shown(|text| GroupValue::new(KeyValue::of_field(value), text)))
}

/// Returns the group value (`-b`) of a loop that `event` has closed. Returns `None` if the value is that of a field,
/// which an earlier event of the loop may have.
#[inline(never)]
pub(super) fn group_of_loop(by: &Grouping, spec: &Loop, key: Key, event: &Event<'_>) -> Option<GroupValue> {
    match by {
        Grouping::Field(_) => None,
        Grouping::Header(header) => Some(group_of_field(&Field::Header(*header), event).unwrap_or_default()),
        Grouping::Key => Some(group_of_key(spec, key, event)),
    }
}

#[cold]
fn group_of_key(spec: &Loop, key: Key, event: &Event<'_>) -> GroupValue {
    let Some(header) = key.header_field() else {
        return GroupValue::new(KeyValue::of_field(Value::Text(b"all")), b"all");
    };
    if spec.key_source() == KeySource::Header && event.machine.is_none() {
        return group_of_field(&Field::Header(header), event).unwrap_or_default();
    }
    let mut text = Vec::new();
    push_shown_key(&mut text, spec, key, event);
    GroupValue::new(KeyValue::of_field(Value::Text(&text)), &text)
}
