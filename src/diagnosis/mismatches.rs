//! Collects the events that have the name of a position, but do not stand there, because they lack its fields or do not
//! fulfil its condition.

use crate::event::Payload;
use crate::pattern::{Field, Position};
use crate::perf_data::prints_only_wanted;
use crate::text::excerpt;
use bstr::ByteSlice;

/// The number of bytes that are kept of the first event's payload.
const EXAMPLE_BYTES: usize = 512;
/// The number of bytes of the payload that a message shows.
const SHOWN: usize = 80;
/// A message is cut so that it shows at least this number of bytes of a field's value, which is enough for most values.
const VALUE_BYTES: usize = 12;

/// The events that have the name of a position, but lack one of its fields or do not fulfil its condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Mismatches {
    count: u64,
    example: Vec<u8>,
    /// True if the first event's payload was printed from a perf.data. Then only the fields that the run wants were
    /// printed, so the payload may lack fields that the event has.
    is_partial: bool,
}

impl Mismatches {
    /// Counts an event. Its payload is kept if it is the first one.
    pub(super) fn add(&mut self, payload: Payload<'_>) {
        if self.count == 0 {
            self.example = payload.bytes.trim_ascii().iter().copied().take(EXAMPLE_BYTES).collect();
            self.is_partial = prints_only_wanted(payload.syntax);
        }
        self.count += 1;
    }

    /// Returns the number of these events.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the end of a sentence that shows a part of the first event's payload. If the payload is long, the part
    /// has a field that the position asks for. The text is empty if nothing is known of the payload.
    pub(super) fn example(&self, position: &Position) -> String {
        match (self.example.as_slice(), self.is_partial) {
            ([], true) => String::new(),
            ([], false) => "; the first one has no payload".to_owned(),
            (example, true) => format!("; the first one has {}", excerpt(&part(example, position))),
            (example, false) => format!("; the first one's payload is {}", excerpt(&part(example, position))),
        }
    }
}

/// Returns a payload from the place on at which a message begins to show it. This is usually its beginning. If a field
/// that the position asks for stands too far behind, it is a place at or before this field, and three dots come first.
fn part(payload: &[u8], position: &Position) -> Vec<u8> {
    let mut fields: Vec<&Field> = position.fields.iter().collect();
    position.condition.iter().for_each(|condition| condition.push_fields(&mut fields));
    let places = fields.iter().filter_map(|field| match field {
        Field::Named(name) => place_of(payload, name.text()).map(|at| (at, at + name.text().len() + VALUE_BYTES)),
        Field::Word(_) | Field::Trace | Field::Header(_) => None,
    });
    let place = places.into_iter().find(|(_, end)| *end > SHOWN).filter(|_| payload.len() > SHOWN);
    let Some((at, _)) = place else { return payload.to_vec() };
    // If few bytes stand behind the field, the part begins before it, at the beginning of a word.
    let earliest = at.min((payload.len() + 3).saturating_sub(SHOWN));
    let start = payload[earliest..at].find_byte(b' ').map_or(at, |blank| earliest + blank + 1);
    [b"...", &payload[start..]].concat()
}

/// Returns the offset of a field's name in a payload.
fn place_of(payload: &[u8], name: &str) -> Option<usize> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    payload.find_iter(name).find(|&at| {
        let (before, behind) = (at.checked_sub(1).and_then(|at| payload.get(at)), payload.get(at + name.len()));
        !before.is_some_and(is_name) && !behind.is_some_and(is_name)
    })
}
