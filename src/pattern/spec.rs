//! A loop: its positions, the events that may stand at each of them, and what ends it early.

use super::condition::Condition;
use super::field::Field;
use super::name::EventName;
use crate::event::Nanos;
use crate::key::{Key, KeySource};

/// The largest number of positions that a loop may have.
pub const POSITIONS_MAX: usize = 32;

/// A loop. It closes when events have come at its positions, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The name that the user gave to the loop; empty if there is none.
    pub name: String,
    /// The positions, 2 to [`POSITIONS_MAX`].
    pub positions: Vec<Position>,
    /// The negated positions, such as `!C`, in the order of the loop. They do not count as positions of the loop.
    pub negated: Vec<Negated>,
    /// The key behind `by`; `None` if the loop has no `by`.
    pub key: Option<Key>,
    /// The time limit behind `within`; `None` if the loop has no `within`.
    pub within: Option<Limit>,
}

/// A negated position, such as `!C`: no event that stands at it may come between the events of its two neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negated {
    /// The index of the position behind it, which is at least 1. No two negated positions have the same index.
    pub before: usize,
    /// The events, the key fields and the condition. `text` begins behind the `!`, and `unique_name` is empty.
    pub position: Position,
}

/// The time limit of a loop: the longest time from its first event to its last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The limit, at least 1 ns.
    pub duration: Nanos,
    /// The limit in the form in which the user wrote it.
    pub text: String,
}

/// One position of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The events that may stand at this position. One of them is enough.
    pub events: Vec<EventName>,
    /// The fields behind `@`, whose values are the value of the key at this position. They are empty if the position
    /// takes the key of the loop. All positions of a loop have the same number of fields; the key of the loop counts as
    /// one.
    pub fields: Vec<Field>,
    /// The condition behind `if`, which the event must fulfil.
    pub condition: Option<Condition>,
    /// The position, in the form in which the user wrote it.
    pub text: String,
    /// The name of the position in columns. It has the names of the events, without subsystem, fields and condition.
    /// The second position with the name A is called `A#2`.
    pub unique_name: String,
}

impl Position {
    /// Creates a position at which any event with one of these names may stand. It takes the key of the loop. Its
    /// `unique_name` is empty until [`name_positions`] sets it.
    pub(super) fn of_events(events: Vec<EventName>, text: String) -> Position {
        Position { events, fields: Vec::new(), condition: None, text, unique_name: String::new() }
    }

    /// Returns the events in the form in which the user wrote them, without fields and condition.
    pub fn events_text(&self) -> String {
        self.events.iter().map(|event| event.text()).collect::<Vec<_>>().join("|")
    }

    /// Returns whether the position asks for more than the name of an event: for a condition, or for fields.
    pub fn looks_inside(&self) -> bool {
        self.condition.is_some() || !self.fields.is_empty()
    }
}

impl Loop {
    /// Returns a loop of these positions, without a name, a key, negated positions and a time limit.
    pub(super) fn of_positions(positions: Vec<Position>) -> Loop {
        Loop { name: String::new(), positions, negated: Vec::new(), key: None, within: None }
    }

    /// Returns the names of the transitions, `delta:<later>__<earlier>`, in the order of the loop. A transition leads
    /// from one position to the next one.
    pub fn transitions(&self) -> impl Iterator<Item = String> {
        self.positions.windows(2).map(|pair| format!("delta:{}__{}", pair[1].unique_name, pair[0].unique_name))
    }

    /// Returns the names of the positions at which each transition begins and ends, in order.
    pub fn transition_ends(&self) -> impl Iterator<Item = (&str, &str)> {
        self.positions.windows(2).map(|pair| (pair[0].unique_name.as_str(), pair[1].unique_name.as_str()))
    }

    /// Returns the loop in the form in which the user wrote it, without its name and its `by KEY`.
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

    /// Returns all positions with their indexes: first the positions of the loop, then its negated positions. A negated
    /// position has the index of the position behind it.
    pub fn all_positions(&self) -> impl Iterator<Item = (usize, &Position)> {
        let negated = self.negated.iter().map(|Negated { before, position }| (*before, position));
        self.positions.iter().enumerate().chain(negated)
    }

    /// Returns whether the loop has limits, which drop loops before they close: negated positions or a time limit.
    pub fn has_limits(&self) -> bool {
        !self.negated.is_empty() || self.within.is_some()
    }

    /// Returns where the values of the key come from, over all positions.
    pub fn key_source(&self) -> KeySource {
        let with_fields = self.all_positions().filter(|(_, position)| !position.fields.is_empty()).count();
        match with_fields {
            0 => KeySource::Header,
            count if count == self.positions.len() + self.negated.len() => KeySource::Fields,
            _ => KeySource::Both,
        }
    }
}

/// Sets the `unique_name` of every position, for example to A, B, A#2.
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
