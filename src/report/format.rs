//! The list of summary formats.

use super::style::Style;
use super::summary::Summary;

/// A format of the summary.
#[derive(Clone, Copy, Debug)]
pub struct SummaryFormat {
    /// The name of the format on the command line.
    name: &'static str,
    write: fn(&mut Vec<u8>, &Summary<'_>, &Style),
}

/// Every format, in the order of the help.
const FORMATS: &[SummaryFormat] = &[
    SummaryFormat::TABLE,
    SummaryFormat::JSON,
    SummaryFormat { name: "tsv", write: super::tsv::write },
    SummaryFormat::LOG,
];

/// The formats that other code names are constants.
impl SummaryFormat {
    /// Tables for people. This is the default.
    pub const TABLE: SummaryFormat = SummaryFormat { name: "table", write: super::table::write };
    /// One JSON object on one line.
    pub const JSON: SummaryFormat = SummaryFormat { name: "json", write: super::json::write };
    /// The text of the predecessor, in seconds.
    pub const LOG: SummaryFormat = SummaryFormat { name: "log", write: super::log::write };

    /// Every format with its name on the command line.
    pub const NAMES: &[(&str, SummaryFormat)] = &{
        let mut names = [("", SummaryFormat::TABLE); FORMATS.len()];
        let mut at = 0;
        // A constant cannot use iterators.
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

impl SummaryFormat {
    /// Returns the name of the format on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl Summary<'_> {
    /// Appends the summary in a format.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat, style: &Style) {
        (format.write)(out, self, style);
    }
}
