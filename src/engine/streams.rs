//! Finds the keys for which an event stands in a loop whose positions look at fields (`@field`, `if`).
//!
//! All events of a loop with the same key value are a stream. Each position of the loop takes a key value from the
//! event. The event enters the stream of each key value that is found in this way.

use crate::event::{Event, Value};
use crate::key::{Key, KeySource, KeyValue};
use crate::pattern::{Field, Hit, Loop, Position};

/// A stream that an event enters: the key value of the stream, and the positions at which the event stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) key: KeyValue,
    /// The positions; bit k is position k, counted from 0.
    pub(super) positions: u32,
    /// The negated positions; bit k is the negated position between the positions k-1 and k.
    pub(super) negated: u32,
}

/// Memory for the streams of one event. It is used again for the next event.
#[derive(Default)]
pub(super) struct Streams {
    entered: Vec<Stream>,
    values: Vec<KeyValue>,
}

/// The result of [`Streams::enter`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Entered {
    /// The positions whose condition the event fulfils and whose fields it has; bit k is position k.
    pub(super) positions: u32,
    /// The negated positions whose condition the event fulfils and whose fields it has; bits as in [`Stream::negated`].
    pub(super) negated: u32,
    /// True if a position takes the loop's key from the header and the event lacks it there.
    pub(super) missing_key: bool,
}

impl Streams {
    /// Finds the streams of a loop that an event enters. `hit` has the positions that the event's name matches.
    #[inline(never)]
    pub(super) fn enter(&mut self, spec: &Loop, key: Key, source: KeySource, hit: Hit, event: &Event<'_>) -> Entered {
        self.entered.clear();
        let mut entered = Entered { positions: 0, negated: 0, missing_key: false };
        let mut left = hit.positions | hit.negated;
        while left != 0 {
            let at = left.ilog2();
            left &= !(1 << at);
            if hit.positions >> at & 1 != 0 {
                let (stands, value) = self.stands(&spec.positions[at as usize], key, source, event);
                entered.positions |= u32::from(stands) << at;
                entered.missing_key |= stands && value.is_none();
                if let Some(value) = value {
                    self.add(value, 1 << at, 0);
                }
            }
            if hit.negated >> at & 1 != 0 {
                self.enter_negated(spec, key, source, at, event, &mut entered);
            }
        }
        entered
    }

    /// Finds the stream that an event enters at the negated position in front of position `at`, and adds it to the
    /// others. Notes in `entered` whether the event stands there.
    #[inline(never)]
    fn enter_negated(
        &mut self,
        spec: &Loop,
        key: Key,
        source: KeySource,
        at: u32,
        event: &Event<'_>,
        entered: &mut Entered,
    ) {
        let Some(negated) = spec.negated.iter().find(|negated| negated.before == at as usize) else { return };
        let (stands, value) = self.stands(&negated.position, key, source, event);
        entered.negated |= u32::from(stands) << at;
        entered.missing_key |= stands && value.is_none();
        if let Some(value) = value {
            self.add(value, 0, 1 << at);
        }
    }

    /// Returns whether an event of the right name stands at a position, and its key value there. An event that does not
    /// stand there has none.
    ///
    /// An event that lacks a field does not stand at the position. An event that lacks the loop's key stands there, but
    /// it cannot be followed, and the user gets a note.
    #[inline(always)]
    fn stands(
        &mut self,
        position: &Position,
        key: Key,
        source: KeySource,
        event: &Event<'_>,
    ) -> (bool, Option<KeyValue>) {
        if position.condition.as_ref().is_some_and(|condition| !condition.holds(event)) {
            return (false, None);
        }
        let value = self.value(position, key, source, event);
        (position.fields.is_empty() || value.is_some(), value)
    }

    /// Returns the streams that [`Streams::enter`] found last. The one with the latest position in the loop comes
    /// first.
    pub(super) fn entered(&self) -> &[Stream] {
        &self.entered
    }

    /// Adds positions to the stream of a key.
    fn add(&mut self, key: KeyValue, positions: u32, negated: u32) {
        match self.entered.iter_mut().find(|stream| stream.key == key) {
            Some(stream) => {
                stream.positions |= positions;
                stream.negated |= negated;
            }
            None => self.entered.push(Stream { key, positions, negated }),
        }
    }

    /// Returns the key value of an event at a position. Returns `None` if the event does not have the field or the
    /// loop's key.
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
                // The field is compared with threads of other positions. There, thread 0 is the idle thread of one CPU,
                // so the CPU must be added here, too.
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

/// Returns the value of the loop's key in the form that fields have, so that the two can be compared. A comm that is a
/// whole number becomes a number, as a field would.
fn comparable_key(key: Key, event: &Event<'_>) -> Option<KeyValue> {
    match key {
        Key::Comm => event.comm.map(|comm| KeyValue::of_field(Value::Text(comm)).on_machine(event.machine)),
        _ => KeyValue::of(key, event),
    }
}
