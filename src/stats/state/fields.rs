//! The fields of a JSON object of a state.

use crate::text::{JsonValue, push_json};

/// The largest count in a state. All readers of JSON have exact integers up to 2^53, and sums of counts of thousands of
/// states stay below 2^64.
pub(super) const COUNT_MAX: u64 = 1 << 53;

/// The fields of an object that is being written. They may be added in any order, and are written in the order of their
/// names.
#[derive(Default)]
pub(super) struct FieldsToWrite(Vec<(&'static str, Vec<u8>)>);

impl FieldsToWrite {
    /// Adds a field whose value is this JSON text.
    pub(super) fn add(&mut self, name: &'static str, json: impl Into<Vec<u8>>) {
        self.0.push((name, json.into()));
    }

    /// Adds a number.
    pub(super) fn number(&mut self, name: &'static str, number: u64) {
        self.add(name, number.to_string());
    }

    /// Adds a number, or null.
    pub(super) fn optional(&mut self, name: &'static str, number: Option<u64>) {
        self.add(name, number.map_or("null".to_owned(), |number| number.to_string()));
    }

    /// Adds a string.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        let mut json = Vec::new();
        push_json(&mut json, text.as_bytes());
        self.add(name, json);
    }

    /// Adds a list of numbers.
    pub(super) fn numbers(&mut self, name: &'static str, numbers: &[u64]) {
        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
        self.add(name, format!("[{}]", numbers.join(",")));
    }

    /// Returns the object.
    pub(super) fn into_json(mut self) -> Vec<u8> {
        self.0.sort_by_key(|(name, _)| *name);
        let mut json = vec![b'{'];
        for (at, (name, value)) in self.0.iter().enumerate() {
            json.extend_from_slice(if at > 0 { b"," } else { b"" });
            push_json(&mut json, name.as_bytes());
            json.push(b':');
            json.extend_from_slice(value);
        }
        json.push(b'}');
        json
    }
}

/// The fields of an object that is being read. Each field is taken out once.
pub(super) struct FieldsToRead(Vec<(String, JsonValue)>);

/// A field that is missing, or whose value is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldError(pub(super) String);

impl FieldsToRead {
    /// Takes the fields of a value; `None` if it is no object.
    pub(super) fn of(value: JsonValue) -> Option<FieldsToRead> {
        match value {
            JsonValue::Object(fields) => Some(FieldsToRead(fields)),
            _ => None,
        }
    }

    /// Takes the value of a field.
    ///
    /// # Errors
    ///
    /// This and the other methods return an error that names the field if it is missing or has another kind of value.
    pub(super) fn take(&mut self, name: &str) -> Result<JsonValue, FieldError> {
        let at = self.0.iter().position(|(known, _)| known == name);
        at.map(|at| self.0.remove(at).1).ok_or_else(|| FieldError(format!("the field '{name}' is missing")))
    }

    /// Takes the value of a field if it is there.
    pub(super) fn take_if_there(&mut self, name: &str) -> Option<JsonValue> {
        self.take(name).ok()
    }

    /// Takes a number of any size.
    pub(super) fn number(&mut self, name: &str) -> Result<u64, FieldError> {
        self.optional(name)?.ok_or_else(|| FieldError::of(name))
    }

    /// Takes a count, which is at most [`COUNT_MAX`].
    pub(super) fn count(&mut self, name: &str) -> Result<u64, FieldError> {
        self.number(name)?.in_bounds(name)
    }

    /// Takes a number or null.
    pub(super) fn optional(&mut self, name: &str) -> Result<Option<u64>, FieldError> {
        match self.take(name)? {
            JsonValue::Number(number) => Ok(Some(number)),
            JsonValue::Null => Ok(None),
            _ => Err(FieldError::of(name)),
        }
    }

    /// Takes a string.
    pub(super) fn text(&mut self, name: &str) -> Result<String, FieldError> {
        self.optional_text(name)?.ok_or_else(|| FieldError::of(name))
    }

    /// Takes a string or null.
    pub(super) fn optional_text(&mut self, name: &str) -> Result<Option<String>, FieldError> {
        match self.take(name)? {
            JsonValue::Text(text) => Ok(Some(text)),
            JsonValue::Null => Ok(None),
            _ => Err(FieldError::of(name)),
        }
    }

    /// Takes a list.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<JsonValue>, FieldError> {
        match self.take(name)? {
            JsonValue::List(items) => Ok(items),
            _ => Err(FieldError::of(name)),
        }
    }

    /// Takes a list of counts, each of them at most [`COUNT_MAX`].
    pub(super) fn counts(&mut self, name: &str) -> Result<Vec<u64>, FieldError> {
        let count = |item| match item {
            JsonValue::Number(number) => number.in_bounds(name),
            _ => Err(FieldError::of(name)),
        };
        self.list(name)?.into_iter().map(count).collect()
    }

    /// Takes an object.
    pub(super) fn object(&mut self, name: &str) -> Result<FieldsToRead, FieldError> {
        self.optional_object(name)?.ok_or_else(|| FieldError::of(name))
    }

    /// Takes an object or null.
    pub(super) fn optional_object(&mut self, name: &str) -> Result<Option<FieldsToRead>, FieldError> {
        match self.take(name)? {
            JsonValue::Null => Ok(None),
            value => FieldsToRead::of(value).map(Some).ok_or_else(|| FieldError::of(name)),
        }
    }

    /// Checks that every field was taken.
    pub(super) fn end(self) -> Result<(), FieldError> {
        match self.0.first() {
            Some((name, _)) => Err(FieldError(format!("the field '{name}' is not known"))),
            None => Ok(()),
        }
    }
}

impl FieldError {
    /// Returns the error about a field whose value cannot be used.
    pub(super) fn of(name: &str) -> FieldError {
        FieldError(format!("the field '{name}' has no possible value"))
    }
}

/// Checks that a number is a count.
trait InBounds: Sized {
    /// Returns the number, or the error about the field with this name if it is more than [`COUNT_MAX`].
    fn in_bounds(self, name: &str) -> Result<Self, FieldError>;
}

impl InBounds for u64 {
    fn in_bounds(self, name: &str) -> Result<u64, FieldError> {
        if self <= COUNT_MAX { Ok(self) } else { Err(FieldError::of(name)) }
    }
}
