//! The list of row formats.

use super::format::RowFormat;

impl RowFormat {
    /// All formats of rows, with their names on the command line. To add a format, add a line here.
    pub const NAMES: &[(&str, RowFormat)] = &[
        // The order is that of the help.
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
