//! The value of a field.

use super::number::parse_number;

/// The value of a field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number from the event's header.
    Number(i64),
    /// Text in the form in which the tracer printed it. It may be a number.
    Text(&'a [u8]),
}

impl Value<'_> {
    /// Returns the value as a number, if it is one. For text, [`parse_number`] decides that.
    pub fn number(&self) -> Option<i128> {
        match self {
            Value::Number(number) => Some((*number).into()),
            Value::Text(text) => parse_number(text).map(|(number, _)| number),
        }
    }

    /// Calls a function with the value as text, and returns its result.
    pub fn with_text<T>(&self, use_text: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Value::Number(number) => use_text(itoa::Buffer::new().format(*number).as_bytes()),
            Value::Text(text) => use_text(text),
        }
    }

    /// Calls a function with the value in the form in which output shows it. This is the text as it was printed. Of a
    /// text that begins with a number (`3</dev/null>`), it is only the number (`3`).
    pub fn with_shown<T>(&self, use_text: impl FnOnce(&[u8]) -> T) -> T {
        self.with_text(|text| {
            let length = parse_number(text).map_or(text.len(), |(_, length)| length);
            use_text(text.get(..length).unwrap_or(text))
        })
    }
}
