//! The columns of a loop's rows, and the text that stands for an unknown value in a column.

use crate::key::KeySource;
use crate::pattern::Loop;
use crate::sink::event_delta::EventDelta;
use crate::text::{Unit, push_integer, push_signed, push_time};

/// The columns in the rows of one loop.
pub(super) struct Columns {
    /// The name of the loop.
    pub(super) name: String,
    /// The name of each transition, as `delta:B__A`.
    pub(super) transitions: Vec<String>,
    /// True if the rows have a column for the key.
    pub(super) has_key: bool,
}

impl Columns {
    pub(super) fn new(spec: &Loop) -> Self {
        Columns {
            name: spec.name.clone(),
            transitions: spec.transitions().collect(),
            has_key: spec.key_source() != KeySource::Header,
        }
    }
}

/// Returns the column for a text. It is `-` for an unknown or empty text, so that a line which is split at white space
/// always has enough columns.
pub(super) fn text_column(text: Option<&[u8]>) -> &[u8] {
    text.filter(|text| !text.is_empty()).unwrap_or(b"-")
}

/// Appends a number, or `-` if it is unknown.
pub(super) fn push_known(out: &mut Vec<u8>, number: Option<impl itoa::Integer>) {
    match number {
        Some(number) => push_integer(out, number),
        None => out.push(b'-'),
    }
}

/// The two things in which formats with columns differ.
#[derive(Clone, Copy)]
pub(super) struct ColumnSyntax {
    /// The byte between two columns.
    pub(super) separator: u8,
    /// Appends a text that comes from the input as a column, escaped or quoted.
    pub(super) push_text: fn(&mut Vec<u8>, &[u8]),
}

impl ColumnSyntax {
    /// Appends the row of an event: time, tid, cpu, category, delta, event, comm.
    pub(super) fn push_event(self, out: &mut Vec<u8>, delta: &EventDelta<'_>, unit: Unit) {
        let ColumnSyntax { separator, push_text } = self;
        let EventDelta { event, category, delta_ns, .. } = *delta;
        push_time(out, event.time, event.resolution);
        out.push(separator);
        push_known(out, event.tid);
        out.push(separator);
        push_known(out, event.cpu);
        out.push(separator);
        push_text(out, category);
        out.push(separator);
        match delta_ns {
            Some(delta_ns) => push_signed(out, delta_ns, unit),
            None => out.push(b'-'),
        }
        out.push(separator);
        push_text(out, event.name);
        out.push(separator);
        push_text(out, text_column(event.comm));
        out.push(b'\n');
    }
}
