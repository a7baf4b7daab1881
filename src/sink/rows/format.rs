//! The list of row formats.

use super::writer::{RowOptions, RowWriter};
use super::{csv, json, tsv};

/// A format of rows, as `-f` names it.
#[derive(Clone, Copy)]
pub struct RowFormat {
    /// The name on the command line.
    pub name: &'static str,
    /// The format has a header line, which `-H` leaves out.
    pub has_header: bool,
    /// Creates a writer of rows in this format.
    pub writer: fn(RowOptions) -> Box<dyn RowWriter>,
}

impl RowFormat {
    /// All row formats with their names on the command line. A new format is a line here.
    pub const NAMES: &[(&str, RowFormat)] =
        &[(tsv::FORMAT.name, tsv::FORMAT), (csv::FORMAT.name, csv::FORMAT), (json::FORMAT.name, json::FORMAT)];
}

impl Default for RowFormat {
    fn default() -> Self {
        tsv::FORMAT
    }
}

impl PartialEq for RowFormat {
    fn eq(&self, other: &RowFormat) -> bool {
        self.name == other.name
    }
}

impl Eq for RowFormat {}

impl std::fmt::Debug for RowFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
