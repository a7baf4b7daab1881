//! A loop: its positions, and the events that may stand at each.

use super::condition::Condition;
use super::field::Field;
use super::name::EventName;
use crate::key::{Key, KeySource};

/// The most positions that a loop can have.
pub const POSITIONS_MAX: usize = 32;

/// A loop: positions that events should pass in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The name that the user gives it; empty where there is none.
    pub name: String,
    /// The positions, 2 to [`POSITIONS_MAX`].
    pub positions: Vec<Position>,
    /// The key behind `by`; `None` where the loop has no `by`.
    pub key: Option<Key>,
}

/// One position of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The events that may stand here; any one of them is enough.
    pub events: Vec<EventName>,
    /// The fields behind `@`, from which this position takes the key. Empty
    /// where it takes the loop's key. All positions of a loop have the same
    /// number of fields; the loop's key counts as one.
    pub fields: Vec<Field>,
    /// The condition behind `if`, which the event must fulfil.
    pub condition: Option<Condition>,
    /// The position as the user wrote it.
    pub text: String,
    /// The position's name in columns: its events without subsystem, key and
    /// condition. The second position with the name A is `A#2`.
    pub unique_name: String,
}

impl Position {
    /// Returns a position that any event of these names passes, and whose key
    /// is the loop's. Its `unique_name` is empty: [`name_positions`] sets it.
    pub(super) fn of_events(events: Vec<EventName>, text: String) -> Position {
        Position { events, fields: Vec::new(), condition: None, text, unique_name: String::new() }
    }

    /// Returns the events as the user wrote them, without key and condition.
    pub fn events_text(&self) -> String {
        self.events.iter().map(|event| event.text()).collect::<Vec<_>>().join("|")
    }

    /// Returns whether the position asks for more than an event's name: a
    /// condition, or fields for the key.
    pub fn looks_inside(&self) -> bool {
        self.condition.is_some() || !self.fields.is_empty()
    }
}

impl Loop {
    /// Returns the names of the transitions, `delta:<later>__<earlier>`, in order.
    pub fn transitions(&self) -> impl Iterator<Item = String> {
        self.positions.windows(2).map(|pair| format!("delta:{}__{}", pair[1].unique_name, pair[0].unique_name))
    }

    /// Returns the names of the positions at which each transition begins and ends, in order.
    pub fn transition_ends(&self) -> impl Iterator<Item = (&str, &str)> {
        self.positions.windows(2).map(|pair| (pair[0].unique_name.as_str(), pair[1].unique_name.as_str()))
    }

    /// Returns the loop as the user wrote it, without its name and key.
    pub fn text(&self) -> String {
        self.positions.iter().map(|position| position.text.as_str()).collect::<Vec<_>>().join(" -> ")
    }

    /// Returns the source of the key's values, over all positions.
    pub fn key_source(&self) -> KeySource {
        let with_fields = self.positions.iter().filter(|position| !position.fields.is_empty()).count();
        match with_fields {
            0 => KeySource::Header,
            count if count == self.positions.len() => KeySource::Fields,
            _ => KeySource::Both,
        }
    }
}

/// Sets the `unique_name` of every position: A, B, A#2.
pub(super) fn name_positions(positions: &mut [Position]) {
    for at in 0..positions.len() {
        let (before, rest) = positions.split_at_mut(at);
        let position = &mut rest[0];
        let name = position.events.iter().map(EventName::bare).collect::<Vec<_>>().join("|");
        let same = before.iter().filter(|other| {
            other.unique_name == name || other.unique_name.strip_prefix(&name).is_some_and(|rest| rest.starts_with('#'))
        });
        position.unique_name = match same.count() {
            0 => name,
            count => format!("{name}#{}", count + 1),
        };
    }
}
