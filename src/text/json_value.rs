//! A strict reader of JSON values that this program has written itself.
//!
//! It takes less than JSON allows: numbers are whole and not negative, nothing stands between the tokens, and values are
//! nested at most [`DEPTH_MAX`] deep. The memory of a value is proportional to the length of its text.

use std::fmt;

/// The largest number of objects and lists around a value.
const DEPTH_MAX: usize = 8;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<JsonValue>),
    /// An object: its fields in the order of the text. No two fields have the same name.
    Object(Vec<(String, JsonValue)>),
}

/// A text that is no JSON value of this program. It prints what was expected and at which byte of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    expected: &'static str,
    at: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {} of the JSON", self.expected, self.at + 1)
    }
}

impl JsonValue {
    /// Reads a value, which must be the whole text.
    ///
    /// # Errors
    ///
    /// The first place at which the text is no such value.
    pub fn parse(text: &str) -> Result<JsonValue, JsonError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        if reader.at == text.len() { Ok(value) } else { Err(reader.expected("the end")) }
    }
}

/// The state of the reader: the text, and the byte at which the next token begins.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn expected(&self, expected: &'static str) -> JsonError {
        JsonError { expected, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<JsonValue, JsonError> {
        if depth > DEPTH_MAX {
            return Err(self.expected("no more nested values"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(JsonValue::Text),
            Some(b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<JsonValue, JsonError> {
        let words = [("null", JsonValue::Null), ("true", JsonValue::Flag(true)), ("false", JsonValue::Flag(false))];
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found.ok_or_else(|| self.expected("a value"))?;
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<JsonValue, JsonError> {
        let digits = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let mut number = 0_u64;
        let mut length = 0;
        for digit in digits.iter().map(|byte| byte.wrapping_sub(b'0')).take_while(|digit| *digit < 10) {
            let shifted = number.checked_mul(10).and_then(|shifted| shifted.checked_add(digit.into()));
            // Only the number 0 begins with a 0.
            let shifted = shifted.filter(|_| length == 0 || number > 0);
            number = shifted.ok_or_else(|| self.expected("a whole number below 2^64"))?;
            length += 1;
        }
        self.at += length;
        Ok(JsonValue::Number(number))
    }

    fn list(&mut self, depth: usize) -> Result<JsonValue, JsonError> {
        let mut items = Vec::new();
        self.at += 1;
        if self.eat(b']') {
            return Ok(JsonValue::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.eat(b']') {
                return Ok(JsonValue::List(items));
            }
            if !self.eat(b',') {
                return Err(self.expected("',' or ']'"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<JsonValue, JsonError> {
        let mut fields: Vec<(String, JsonValue)> = Vec::new();
        self.at += 1;
        if self.eat(b'}') {
            return Ok(JsonValue::Object(fields));
        }
        loop {
            let name_at = self.at;
            let name = self.string()?;
            // The names rise, so none comes twice, and no search is needed to see that.
            if fields.last().is_some_and(|(last, _)| *last >= name) {
                return Err(JsonError { expected: "a name that is greater than the one before", at: name_at });
            }
            if !self.eat(b':') {
                return Err(self.expected("':'"));
            }
            let value = self.value(depth + 1)?;
            fields.push((name, value));
            if self.eat(b'}') {
                return Ok(JsonValue::Object(fields));
            }
            if !self.eat(b',') {
                return Err(self.expected("',' or '}'"));
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        if !self.eat(b'"') {
            return Err(self.expected("a string"));
        }
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let ends = memchr::memchr2(b'"', b'\\', rest.as_bytes()).unwrap_or(rest.len());
            let plain = rest.get(..ends).unwrap_or_default();
            let plain = plain.bytes().position(|byte| byte < b' ').unwrap_or(ends);
            string.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(self.expected("the end of the string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let (character, length) = match rest.bytes().next() {
            Some(byte @ (b'"' | b'\\')) => (Some(char::from(byte)), 2),
            Some(b'u') => {
                let digits = rest.get(1..5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                (digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?)), 6)
            }
            _ => (None, 0),
        };
        let character = character.ok_or_else(|| self.expected("an escaped character"))?;
        self.at += length;
        Ok(character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::push_json;

    #[test]
    fn values_of_every_kind() {
        use JsonValue::{Flag, List, Null, Number, Object, Text};
        let text = r#"{"a":[1,0,18446744073709551615],"b":{},"c":"x\"\\\u0009é","d":null,"e":[true,false,[]]}"#;
        let field = |name: &str, value| (name.to_owned(), value);
        let expected = Object(vec![
            field("a", List(vec![Number(1), Number(0), Number(u64::MAX)])),
            field("b", Object(Vec::new())),
            field("c", Text("x\"\\\té".to_owned())),
            field("d", Null),
            field("e", List(vec![Flag(true), Flag(false), List(Vec::new())])),
        ]);
        assert_eq!(JsonValue::parse(text), Ok(expected));
    }

    #[test]
    fn other_texts_are_errors_with_their_place() {
        for (text, expected) in [
            ("", "a value at byte 1"),
            ("{", "a string at byte 2"),
            ("{\"a\"}", "':' at byte 5"),
            ("[1 ,2]", "',' or ']' at byte 3"),
            ("[01]", "a whole number below 2^64 at byte 2"),
            ("18446744073709551616", "a whole number below 2^64 at byte 1"),
            ("-1", "a value at byte 1"),
            ("1.5", "the end at byte 2"),
            ("{\"b\":1,\"a\":1}", "a name that is greater than the one before at byte 8"),
            ("\"a", "the end of the string at byte 3"),
            ("\"\\x\"", "an escaped character at byte 2"),
            ("\"\\ud800\"", "an escaped character at byte 2"),
            ("nul", "a value at byte 1"),
        ] {
            let error = JsonValue::parse(text).expect_err(text).to_string();
            assert_eq!(error, format!("expected {expected} of the JSON"), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(JsonValue::parse(&deep).is_err());
    }

    #[test]
    fn strings_that_were_written_are_read() {
        for text in ["", "a\u{1}\u{7f}\u{202e}\u{10ffff}\"\\", "plain"] {
            let mut written = Vec::new();
            push_json(&mut written, text.as_bytes());
            let written = String::from_utf8(written).expect("UTF-8");
            assert_eq!(JsonValue::parse(&written), Ok(JsonValue::Text(text.to_owned())));
        }
    }
}
