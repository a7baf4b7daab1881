//! The list of row formats.

use super::format::RowFormat;

impl RowFormat {
    /// All row formats with their names on the command line. A new format is a line here.
    pub const NAMES: &[(&str, RowFormat)] = &[
        // They stand in the order of the help.
        named(super::tsv::FORMAT),
        named(super::csv::FORMAT),
        named(super::json::FORMAT),
    ];
}

impl Default for RowFormat {
    fn default() -> Self {
        super::tsv::FORMAT
    }
}

const fn named(format: RowFormat) -> (&'static str, RowFormat) {
    (format.name, format)
}
