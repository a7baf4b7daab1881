//! A loop: its positions, the events that may stand at each, and its limits.

use super::condition::Condition;
use super::field::Field;
use super::name::EventName;
use crate::event::Nanos;
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
    /// The negated positions, `!C`, in the order of the loop. They are none of the 2 to [`POSITIONS_MAX`].
    pub negated: Vec<Negated>,
    /// The key behind `by`; `None` where the loop has no `by`.
    pub key: Option<Key>,
    /// The limit behind `within`; `None` where the loop has no `within`.
    pub within: Option<Limit>,
}

/// A negated position, `!C`: no such event may come between its two neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negated {
    /// The index of the position behind it, at least 1. No two negated positions have the same index.
    pub before: usize,
    /// The events, the fields and the condition. The text begins behind the `!`, and the `unique_name` is empty.
    pub position: Position,
}

/// The longest time that a loop may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The time, at least a nanosecond.
    pub duration: Nanos,
    /// The time as the user wrote it.
    pub text: String,
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
    /// Returns a loop without a name, a key and limits.
    pub(super) fn of_positions(positions: Vec<Position>) -> Loop {
        Loop { name: String::new(), positions, negated: Vec::new(), key: None, within: None }
    }

    /// Returns the names of the transitions, `delta:<later>__<earlier>`, in order.
    pub fn transitions(&self) -> impl Iterator<Item = String> {
        self.positions.windows(2).map(|pair| format!("delta:{}__{}", pair[1].unique_name, pair[0].unique_name))
    }

    /// Returns the loop as the user wrote it, without its name and key.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (at, position) in self.positions.iter().enumerate() {
            text.push_str(if at > 0 { " -> " } else { "" });
            if let Some(negated) = self.negated.iter().find(|negated| negated.before == at) {
                text.push_str(&format!("!{} -> ", negated.position.text));
            }
            text.push_str(&position.text);
        }
        if let Some(Limit { text: limit, .. }) = &self.within {
            text.push_str(&format!(" within {limit}"));
        }
        text
    }

    /// Returns all positions with their indexes, first those that are not negated. The index of a negated position is
    /// that of the position behind it.
    pub fn all_positions(&self) -> impl Iterator<Item = (usize, &Position)> {
        let negated = self.negated.iter().map(|Negated { before, position }| (*before, position));
        self.positions.iter().enumerate().chain(negated)
    }

    /// Returns whether events between the positions, or the time, can drop a chain of the loop.
    pub fn has_limits(&self) -> bool {
        !self.negated.is_empty() || self.within.is_some()
    }

    /// Returns the source of the key's values, over all positions.
    pub fn key_source(&self) -> KeySource {
        let with_fields = self.all_positions().filter(|(_, position)| !position.fields.is_empty()).count();
        match with_fields {
            0 => KeySource::Header,
            count if count == self.positions.len() + self.negated.len() => KeySource::Fields,
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
