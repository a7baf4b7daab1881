//! The columns of a loop's rows, and how unknown values are printed in columns.

use crate::key::KeySource;
use crate::pattern::Loop;
use crate::text::push_integer;

/// The columns of one loop.
pub(super) struct Columns {
    /// The name of the loop.
    pub(super) name: String,
    /// The name of each transition, as `delta:B__A`.
    pub(super) transitions: Vec<String>,
    /// True if there is a column for the key.
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

/// Returns the comm as a column. An unknown or empty comm is `-`, so that splitting a line at white space never yields
/// too few columns.
pub(super) fn comm_column(comm: Option<&[u8]>) -> &[u8] {
    comm.filter(|comm| !comm.is_empty()).unwrap_or(b"-")
}

/// Appends a number, or `-` if it is unknown.
pub(super) fn push_known(out: &mut Vec<u8>, number: Option<impl itoa::Integer>) {
    match number {
        Some(number) => push_integer(out, number),
        None => out.push(b'-'),
    }
}
