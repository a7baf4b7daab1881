//! The conditions behind `if` in a loop. They test fields of an event, in the syntax of the kernel's event filters
//! (Documentation/trace/events.rst, section 5).

use super::field::Field;
use super::glob::Glob;
use crate::event::{Event, Value};

/// A condition on the fields of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// True if all of these conditions are.
    All(Vec<Condition>),
    /// True if at least one of these conditions is.
    Any(Vec<Condition>),
    /// True if this condition is not.
    Not(Box<Condition>),
    /// True if the event has the field, and the value of the field passes the test.
    Test(Field, Test),
}

/// A test of a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Compares the value with a number. If the value is no number, `==` and `!=` compare it as text with the number in
    /// the user's form (the `String`), and all other comparisons fail.
    Number(Comparison, i128, String),
    /// The value must be this text.
    Equal(Vec<u8>),
    /// The value must not be this text.
    NotEqual(Vec<u8>),
    /// The value must match this glob.
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
    /// `&`: true if a bit is set in both numbers.
    Bits,
}

impl Condition {
    /// Adds the fields that the condition reads, in the order in which they stand in it.
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
