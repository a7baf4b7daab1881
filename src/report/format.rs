//! The list of all formats of the summary.

use super::style::Style;
use super::summary::Summary;

/// A format of the summary (`--summary-format`).
#[derive(Clone, Copy, Debug)]
pub struct SummaryFormat {
    /// The name of the format on the command line.
    name: &'static str,
    write: fn(&mut Vec<u8>, &Summary<'_>, &Style),
}

/// All formats, in the order in which the help lists them.
const FORMATS: &[SummaryFormat] = &[
    SummaryFormat::TABLE,
    SummaryFormat::JSON,
    SummaryFormat { name: "tsv", write: super::tsv::write },
    SummaryFormat::LOG,
];

/// Formats that other files use have a constant here.
impl SummaryFormat {
    /// Tables for people. This is the default.
    pub const TABLE: SummaryFormat = SummaryFormat { name: "table", write: super::table::write };
    /// One JSON object, on one line.
    pub const JSON: SummaryFormat = SummaryFormat { name: "json", write: super::json::write };
    /// The `delta_output.log` of the program that pspp-filter replaces, in seconds.
    pub const LOG: SummaryFormat = SummaryFormat { name: "log", write: super::log::write };

    /// All formats with their names on the command line.
    pub const NAMES: &[(&str, SummaryFormat)] = &{
        let mut names = [("", SummaryFormat::TABLE); FORMATS.len()];
        let mut at = 0;
        // This is a loop because a constant cannot use iterators.
        while at < FORMATS.len() {
            names[at] = (FORMATS[at].name, FORMATS[at]);
            at += 1;
        }
        names
    };
}

/// Formats are equal if they have the same name.
impl PartialEq for SummaryFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Default for SummaryFormat {
    fn default() -> Self {
        SummaryFormat::TABLE
    }
}

impl Summary<'_> {
    /// Appends the summary in this format.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat, style: &Style) {
        (format.write)(out, self, style);
    }
}
