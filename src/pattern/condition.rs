//! `if` conditions: tests of an event's fields, in the syntax of the kernel's
//! event filters (Documentation/trace/events.rst, section 5).

use super::field::Field;
use super::glob::Glob;
use crate::event::{Event, Value};

/// A condition on an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A field and what it should be; false where an event lacks the field.
    Test(Field, Test),
}

/// What a field should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A number that compares so with this one; a text that is none is at most
    /// equal, or not, to the number as it was written.
    Number(Comparison, i64, String),
    /// This text.
    Equal(Vec<u8>),
    /// Another text.
    NotEqual(Vec<u8>),
    /// A text of this form.
    Like(Glob),
}

/// How two numbers compare.
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
    /// `&`: they have a bit in common.
    Bits,
}

impl Condition {
    /// Adds the fields that it looks at.
    pub fn push_fields<'c>(&'c self, fields: &mut Vec<&'c Field>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| part.push_fields(fields)),
            Condition::Not(inner) => inner.push_fields(fields),
            Condition::Test(field, _) => fields.push(field),
        }
    }

    /// Whether an event fulfils it.
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
    fn holds(self, number: i64, wanted: i64) -> bool {
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
