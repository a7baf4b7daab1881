//! Where a position asks for more than an event's name: the streams of a loop
//! that an event enters.

use super::followed::Followed;
use crate::event::{Event, Value};
use crate::key::{Key, KeySource, KeyValue};
use crate::pattern::{Field, Header, Position};

/// A key, and the positions at which an event stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) key: KeyValue,
    pub(super) positions: u32,
}

/// Room for the streams of one event, used again and again.
#[derive(Default)]
pub(super) struct Streams {
    entered: Vec<Stream>,
    values: Vec<KeyValue>,
}

/// What an event entered, of a loop that has its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entered {
    /// The positions whose condition it fulfils and whose fields it has.
    pub(super) positions: u32,
    /// Whether one of them lacks the loop's key.
    pub(super) missing_key: bool,
}

impl Streams {
    /// Finds the streams of a loop that an event enters whose name stands at `positions`.
    #[inline(never)]
    pub(super) fn enter(&mut self, followed: &mut Followed, positions: u32, event: &Event<'_>) -> Entered {
        self.entered.clear();
        let mut entered = Entered { positions: 0, missing_key: false };
        let mut left = positions;
        while left != 0 {
            let at = left.ilog2();
            left &= !(1 << at);
            let position = &followed.spec.positions[at as usize];
            if position.condition.as_ref().is_some_and(|condition| !condition.holds(event)) {
                continue;
            }
            let value = self.value(position, followed.key, followed.source, event);
            // A field that is lacking is no match, a key that is lacking is worth a note.
            if position.fields.is_empty() || value.is_some() {
                entered.positions |= 1 << at;
            }
            match value {
                Some(value) => self.put(value, 1 << at),
                None => entered.missing_key |= position.fields.is_empty(),
            }
        }
        followed.misfit(positions & !entered.positions, event);
        entered
    }

    /// What was entered last, in the order of the streams' last positions, the last first.
    pub(super) fn entered(&self) -> &[Stream] {
        &self.entered
    }

    fn put(&mut self, key: KeyValue, positions: u32) {
        match self.entered.iter_mut().find(|stream| stream.key == key) {
            Some(stream) => stream.positions |= positions,
            None => self.entered.push(Stream { key, positions }),
        }
    }

    fn value(&mut self, position: &Position, key: Key, source: KeySource, event: &Event<'_>) -> Option<KeyValue> {
        match (source, position.fields.as_slice()) {
            (KeySource::Header, _) => KeyValue::of(key, event),
            (_, []) => joining(key, event),
            (KeySource::Both, [field]) => {
                let value = field.read(event)?;
                // A field that is to be joined with threads names one: 0 is the processor's idle thread.
                let idle = matches!(key, Key::Tid | Key::Pid) && value.number() == Some(0);
                Some(if idle { KeyValue::thread(0, event.cpu) } else { KeyValue::of_field(value) })
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

/// The loop's key as a value that fields are compared with.
fn joining(key: Key, event: &Event<'_>) -> Option<KeyValue> {
    match key {
        Key::Comm => event.comm.map(|comm| KeyValue::of_field(Value::Text(comm))),
        _ => KeyValue::of(key, event),
    }
}

/// Appends the key of an event at a position, as it is shown: the values of
/// its fields joined by commas, or the loop's key. What is unknown or empty is `-`.
pub(super) fn show_key(out: &mut Vec<u8>, position: &Position, key: Key, event: &Event<'_>) {
    let header = match key {
        Key::Tid => Some(Header::Tid),
        Key::Pid => Some(Header::Pid),
        Key::Cpu => Some(Header::Cpu),
        Key::Comm => Some(Header::Comm),
        Key::All => None,
    };
    let of_header = header.map(Field::Header);
    let fields = if position.fields.is_empty() { of_header.as_slice() } else { &position.fields };
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
