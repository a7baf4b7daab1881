//! The value of a field.

use super::payload;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Of the header.
    Number(i64),
    /// As it was printed.
    Text(&'a [u8]),
}

impl Value<'_> {
    /// It as a number, if it is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => payload::number(text).map(|(number, _)| number),
        }
    }

    /// Puts its text through a function.
    pub fn with_text<T>(&self, use_text: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Value::Number(number) => use_text(itoa::Buffer::new().format(*number).as_bytes()),
            Value::Text(text) => use_text(text),
        }
    }

    /// Puts it, as it is shown, through a function: as it was printed, a number
    /// without what stands behind it.
    pub fn with_shown<T>(&self, use_text: impl FnOnce(&[u8]) -> T) -> T {
        self.with_text(|text| {
            let length = payload::number(text).map_or(text.len(), |(_, length)| length);
            use_text(text.get(..length).unwrap_or(text))
        })
    }
}
