//! The list of row formats.

use super::format::RowFormat;
use super::{csv, json, tsv};

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
