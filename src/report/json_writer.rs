//! Objects and lists of JSON, written field by field.

use crate::text::push_json;

/// A JSON object that is being written. [`Object::close`] must end it.
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    /// Begins an object at the end of `out`.
    pub(super) fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Object { out, is_empty: true }
    }

    /// Begins a field. The caller must append the value of the field to the bytes that this returns.
    pub(super) fn field(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        push_json(self.out, name.as_bytes());
        self.out.push(b':');
        self.out
    }

    /// Ends the object.
    pub(super) fn close(self) {
        self.out.push(b'}');
    }
}

/// Appends a list. `push` appends one item of it.
pub(super) fn push_list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, push: impl Fn(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

/// Appends `null`.
pub(super) fn push_null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::push_integer;

    #[test]
    fn fields_and_items_are_separated_by_commas() {
        let mut out = Vec::new();
        let mut object = Object::open(&mut out);
        push_json(object.field("text"), b"a\"b");
        push_null(object.field("nothing"));
        push_list(object.field("numbers"), [1, 2, 3], push_integer);
        push_list(object.field("none"), [0_u8; 0], push_integer);
        Object::open(object.field("empty")).close();
        object.close();
        assert_eq!(out, br#"{"text":"a\"b","nothing":null,"numbers":[1,2,3],"none":[],"empty":{}}"#);
    }
}
