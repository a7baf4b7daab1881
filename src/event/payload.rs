//! The payload of an event, together with the syntax in which its tracer writes payloads.

use super::field_name::FieldName;
use super::syntax::Syntax;
use super::text_fields;

/// The text behind the name of an event, and the syntax of this text.
///
/// A dialect reads the text of one tracer, and sets the syntax of the payloads in it. So the rest of the program need
/// not know which tracer wrote the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    /// The text, as the tracer printed it; empty if the event has none.
    pub bytes: &'a [u8],
    /// The syntax of the tracer that printed the text.
    pub syntax: &'static Syntax,
}

impl<'a> Payload<'a> {
    /// Joins a payload's text with its syntax.
    #[inline(always)]
    pub const fn new(bytes: &'a [u8], syntax: &'static Syntax) -> Self {
        Payload { bytes, syntax }
    }

    /// Creates a payload without text.
    #[inline(always)]
    pub const fn empty(syntax: &'static Syntax) -> Self {
        Payload { bytes: b"", syntax }
    }

    /// Returns the value of the field with this name. This searches the text once and allocates no memory.
    pub fn field(&self, name: &FieldName) -> Option<&'a [u8]> {
        (self.syntax.field)(self.bytes, name)
    }

    /// Returns the word with this number. Blanks separate words, and the first word has the number 1.
    pub fn word(&self, number: usize) -> Option<&'a [u8]> {
        text_fields::nth_word(self.bytes, number)
    }

    /// Returns the word behind the first ` = `, such as `-22` in `NR 158 = -22`.
    pub fn word_after_sign(&self) -> Option<&'a [u8]> {
        let (_, after) = self.bytes.split_at_checked(memchr::memmem::find(self.bytes, b" = ")?)?;
        text_fields::nth_word(after, 2)
    }

    /// Returns the result of a system call, if this is the payload of the call's exit and the tracer prints the result
    /// without a name (`syscalls:sys_exit_pread64: 0x310`).
    pub fn result(&self) -> Option<&'a [u8]> {
        (self.syntax.result)(self.bytes)
    }
}
