//! The properties of one tracer's text that the program needs outside of the dialects. A dialect is the code that reads
//! the text of one tracer.

use super::field_name::FieldName;
use super::header::HeaderField;
use super::text_fields;
use std::fmt;

/// Describes how one tracer writes payloads and header fields. Each dialect defines one as a `static`.
///
/// Two syntaxes are equal if the names of their tracers are.
pub struct Syntax {
    /// The name of the tracer in messages: "perf script", "ftrace".
    pub tracer: &'static str,
    /// Returns the value of the field with this name in a payload.
    pub field: for<'p> fn(payload: &'p [u8], name: &FieldName) -> Option<&'p [u8]>,
    /// Returns the result of a system call from the payload of the call's exit, if the tracer prints the result without
    /// a name.
    pub result: for<'p> fn(payload: &'p [u8]) -> Option<&'p [u8]>,
    /// Returns how the user gets this tracer to print a header field that is missing in its text; `None` if there is no
    /// way.
    pub print_missing: fn(field: HeaderField) -> Option<Remedy>,
}

impl Syntax {
    /// Finds fields in any of the three forms in which tracers write them: `name=value`, `name: value` and
    /// `name value`.
    pub const ANY_FIELD: for<'p> fn(&'p [u8], &FieldName) -> Option<&'p [u8]> = text_fields::find;

    /// Finds no fields, for a tracer that prints no payloads.
    pub const NO_FIELD: for<'p> fn(&'p [u8], &FieldName) -> Option<&'p [u8]> = |_, _| None;

    /// Takes the first word of the payload of a call's exit as the result of the call.
    pub const FIRST_WORD: for<'p> fn(&'p [u8]) -> Option<&'p [u8]> = |payload| text_fields::nth_word(payload, 1);

    /// Returns, for example, `print it with 'perf script -F +cpu'`: the end of a message, which says what the user can
    /// do about a missing header field. If the user can do nothing, the text says under which condition the tracer
    /// prints the field, or that the tracer does not print it.
    pub fn request_missing(&self, field: HeaderField) -> String {
        match (self.print_missing)(field) {
            Some(Remedy::Print(command)) => format!("print it with '{command}'"),
            Some(Remedy::Record(command)) => format!("record it with '{command}'"),
            Some(Remedy::Condition(when)) => format!("{} prints it {when}", self.tracer),
            None => format!("{} does not print it", self.tracer),
        }
    }

    /// Returns, as a part of a sentence, what prints or records a missing header field:
    /// `perf script -F +cpu prints it`.
    pub fn state_missing(&self, field: HeaderField) -> String {
        match (self.print_missing)(field) {
            Some(Remedy::Print(command)) => format!("{command} prints it"),
            Some(Remedy::Record(command)) => format!("{command} records it"),
            Some(Remedy::Condition(_)) | None => self.request_missing(field),
        }
    }
}

impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.tracer == other.tracer
    }
}

impl Eq for Syntax {}

impl fmt::Debug for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tracer)
    }
}

/// A way to get a header field that is missing in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// This command prints the field.
    Print(&'static str),
    /// This command, used for the recording or before it, makes perf or the kernel record the field.
    Record(&'static str),
    /// The tracer prints the field only under this condition: "when it traces more than one thread".
    Condition(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_are_requests_and_statements() {
        static SYNTAX: Syntax = Syntax {
            tracer: "tracer",
            field: Syntax::NO_FIELD,
            result: Syntax::FIRST_WORD,
            print_missing: |field| match field {
                HeaderField::Tid => None,
                HeaderField::Pid => Some(Remedy::Print("tracer --pid")),
                HeaderField::Cpu => Some(Remedy::Record("tracer --cpu")),
                HeaderField::Comm => Some(Remedy::Condition("on Sundays")),
            },
        };
        for (field, request, statement) in [
            (HeaderField::Tid, "tracer does not print it", "tracer does not print it"),
            (HeaderField::Pid, "print it with 'tracer --pid'", "tracer --pid prints it"),
            (HeaderField::Cpu, "record it with 'tracer --cpu'", "tracer --cpu records it"),
            (HeaderField::Comm, "tracer prints it on Sundays", "tracer prints it on Sundays"),
        ] {
            assert_eq!(SYNTAX.request_missing(field), request);
            assert_eq!(SYNTAX.state_missing(field), statement);
        }
    }
}
