//! The keys of a loop that an event enters, if positions of the loop look at its fields (`@field`, `if`).
//!
//! The events of one key of one loop are a stream. A position of the loop takes a key from the event, and the event
//! enters the stream of each key that its positions take.

use crate::event::{Event, Value};
use crate::key::{Key, KeySource, KeyValue};
use crate::pattern::{Field, Loop, Position};

/// A key that an event enters, and the positions at which the event stands for this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) key: KeyValue,
    /// Bit k is position k, counted from 0.
    pub(super) positions: u32,
}

/// Room for the streams of one event. It is used again for the next event.
#[derive(Default)]
pub(super) struct Streams {
    entered: Vec<Stream>,
    values: Vec<KeyValue>,
}

/// The positions that an event entered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entered {
    /// The positions whose condition the event fulfils and whose fields it has.
    pub(super) positions: u32,
    /// True if a position takes the loop's key and the event lacks it.
    pub(super) missing_key: bool,
}

impl Streams {
    /// Finds the streams of a loop that an event enters. `positions` are the positions that have the event's name.
    #[inline(never)]
    pub(super) fn enter(
        &mut self,
        spec: &Loop,
        key: Key,
        source: KeySource,
        positions: u32,
        event: &Event<'_>,
    ) -> Entered {
        self.entered.clear();
        let mut entered = Entered { positions: 0, missing_key: false };
        let mut left = positions;
        while left != 0 {
            let at = left.ilog2();
            left &= !(1 << at);
            let position = &spec.positions[at as usize];
            if position.condition.as_ref().is_some_and(|condition| !condition.holds(event)) {
                continue;
            }
            let value = self.value(position, key, source, event);
            // An event that lacks a field does not stand at the position. An event that lacks the loop's key stands
            // there, but it cannot be followed, and the user gets a note.
            if position.fields.is_empty() || value.is_some() {
                entered.positions |= 1 << at;
            }
            match value {
                Some(value) => self.add(value, 1 << at),
                None => entered.missing_key |= position.fields.is_empty(),
            }
        }
        entered
    }

    /// Returns the streams that were found last, in the order of their last positions, the last position first.
    pub(super) fn entered(&self) -> &[Stream] {
        &self.entered
    }

    fn add(&mut self, key: KeyValue, positions: u32) {
        match self.entered.iter_mut().find(|stream| stream.key == key) {
            Some(stream) => stream.positions |= positions,
            None => self.entered.push(Stream { key, positions }),
        }
    }

    /// Returns the key value of an event at a position; `None` if the event lacks the field or the loop's key.
    fn value(&mut self, position: &Position, key: Key, source: KeySource, event: &Event<'_>) -> Option<KeyValue> {
        match (source, position.fields.as_slice()) {
            (KeySource::Header, _) => KeyValue::of(key, event),
            (_, []) => comparable_key(key, event),
            (source, fields) => Some(self.of_fields(fields, key, source, event)?.on_machine(event.machine)),
        }
    }

    /// Returns the key value that the fields of a position have in an event; `None` if the event lacks one of them.
    fn of_fields(&mut self, fields: &[Field], key: Key, source: KeySource, event: &Event<'_>) -> Option<KeyValue> {
        match (source, fields) {
            (KeySource::Both, [field]) => {
                let value = field.read(event)?;
                // The field is compared with threads, and thread 0 is the idle thread of the event's CPU.
                let is_idle = matches!(key, Key::Tid | Key::Pid) && value.number() == Some(0);
                Some(if is_idle { KeyValue::thread(0, event.cpu) } else { KeyValue::of_field(value) })
            }
            (_, [field]) => field.read(event).map(KeyValue::of_field),
            (_, fields) => {
                self.values.clear();
                for field in fields {
                    self.values.push(KeyValue::of_field(field.read(event)?));
                }
                Some(KeyValue::joined(&self.values))
            }
        }
    }
}

/// Returns the loop's key as a value that can be compared with fields. A comm that is a whole number becomes a number.
fn comparable_key(key: Key, event: &Event<'_>) -> Option<KeyValue> {
    match key {
        Key::Comm => event.comm.map(|comm| KeyValue::of_field(Value::Text(comm)).on_machine(event.machine)),
        _ => KeyValue::of(key, event),
    }
}
