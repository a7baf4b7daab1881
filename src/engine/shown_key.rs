//! The text of a key in rows, and the group values of fields and keys.

use crate::event::{Event, Value, parse_number};
use crate::key::{GroupValue, Key, KeySource, KeyValue};
use crate::pattern::{Field, Loop};

/// Appends the text of the key that `event` has at the position with the index `at` of a loop. The text has the values
/// of the fields of that position (`@a,b`), with commas between them. If that position has no fields, the text is the
/// value of the loop's key (`-k`). An unknown or empty value is written as `-`. If the input names the machine of the
/// event, the machine and a colon come first. For the key `all` the text is only `all`.
#[inline(never)]
pub(super) fn push_shown_key(out: &mut Vec<u8>, spec: &Loop, at: usize, key: Key, event: &Event<'_>) {
    let Some(position) = spec.positions.get(at) else { return };
    let of_header = key.header_field().map(Field::Header);
    let fields = if position.fields.is_empty() { of_header.as_slice() } else { &position.fields };
    if fields.is_empty() {
        out.extend_from_slice(b"all");
    } else if let Some(machine) = event.machine {
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

/// Returns the group value (`-b`) of a field that has this value.
#[inline(never)]
pub(super) fn group_of_value(value: Value<'_>) -> GroupValue {
    value.with_text(|text| match parse_number(text) {
        // Only the digits of a number are shown: `3` for the value `3</dev/null>`.
        Some((number, length)) => GroupValue::new(KeyValue::of_number(number), text.get(..length).unwrap_or(text)),
        None => GroupValue::new(KeyValue::text(text), text),
    })
}

/// Returns the group value of `-b key`: the key value of the loop that `event` has closed.
#[cold]
pub(super) fn group_of_key(spec: &Loop, key: Key, event: &Event<'_>) -> GroupValue {
    // If the key is a header field and no machine stands in front of it, the field alone is the group value.
    if let (KeySource::Header, Some(header), None) = (spec.key_source(), key.header_field(), event.machine) {
        return event.header_field(header).map(group_of_value).unwrap_or_default();
    }
    let mut text = Vec::new();
    push_shown_key(&mut text, spec, spec.positions.len() - 1, key, event);
    GroupValue::new(KeyValue::of_field(Value::Text(&text)), &text)
}
