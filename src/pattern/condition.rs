//! `if` conditions: tests of an event's fields, in the syntax of the kernel's
//! event filters (Documentation/trace/events.rst, section 5).

use super::field::Field;
use super::glob::Glob;
use crate::event::{Event, Value};

/// A condition on the fields of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these conditions hold.
    All(Vec<Condition>),
    /// At least one of these conditions holds.
    Any(Vec<Condition>),
    /// This condition does not hold.
    Not(Box<Condition>),
    /// The event has the field, and the field's value passes the test.
    Test(Field, Test),
}

/// A test of a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The comparison holds between the value and this number. `==` and `!=` compare a value
    /// that is not a number as text with the number as the user wrote it. All other comparisons
    /// fail for such a value.
    Number(Comparison, i128, String),
    /// The value is this text.
    Equal(Vec<u8>),
    /// The value is not this text.
    NotEqual(Vec<u8>),
    /// The value matches this glob.
    Like(Glob),
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&`: the numbers share a bit.
    Bits,
}

impl Condition {
    /// Adds the fields that the condition reads, in the order of the text.
    pub fn push_fields<'c>(&'c self, fields: &mut Vec<&'c Field>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| part.push_fields(fields)),
            Condition::Not(inner) => inner.push_fields(fields),
            Condition::Test(field, _) => fields.push(field),
        }
    }

    /// Returns whether an event fulfils the condition.
    pub fn holds(&self, event: &Event<'_>) -> bool {
        match self {
            Condition::All(parts) => parts.iter().all(|part| part.holds(event)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(event)),
            Condition::Not(inner) => !inner.holds(event),
            Condition::Test(field, test) => field.read(event).is_some_and(|value| test.passes(&value)),
        }
    }
}

impl Test {
    fn passes(&self, value: &Value<'_>) -> bool {
        match self {
            Test::Number(comparison, wanted, written) => match (value.number(), comparison) {
                (Some(number), _) => comparison.holds(number, *wanted),
                (None, Comparison::Equal) => value.with_text(|text| text == written.as_bytes()),
                (None, Comparison::NotEqual) => value.with_text(|text| text != written.as_bytes()),
                (None, _) => false,
            },
            Test::Equal(wanted) => value.with_text(|text| text == wanted),
            Test::NotEqual(wanted) => value.with_text(|text| text != wanted),
            Test::Like(glob) => value.with_text(|text| glob.matches(text)),
        }
    }
}

impl Comparison {
    fn holds(self, number: i128, wanted: i128) -> bool {
        match self {
            Comparison::Equal => number == wanted,
            Comparison::NotEqual => number != wanted,
            Comparison::Less => number < wanted,
            Comparison::LessOrEqual => number <= wanted,
            Comparison::Greater => number > wanted,
            Comparison::GreaterOrEqual => number >= wanted,
            Comparison::Bits => number & wanted != 0,
        }
    }
}
