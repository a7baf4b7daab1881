//! The list of all formats of the summary.

use super::style::Style;
use super::summary::Summary;

/// A format of the summary (`--summary-format`).
#[derive(Clone, Copy, Debug)]
pub struct SummaryFormat {
    /// The name of the format on the command line.
    name: &'static str,
    /// True if an interval (`-I`) in which no loop closed is shown as well.
    shows_empty_intervals: bool,
    write: fn(&mut Vec<u8>, &Summary<'_>, &Style),
}

/// All formats, in the order in which the help lists them.
const FORMATS: &[SummaryFormat] = &[
    SummaryFormat::TABLE,
    SummaryFormat::JSON,
    SummaryFormat { shows_empty_intervals: true, ..SummaryFormat::new("tsv", super::tsv::write) },
    SummaryFormat::LOG,
];

/// A format has a constant here if other files use it.
impl SummaryFormat {
    /// Tables for people. This is the default.
    pub const TABLE: SummaryFormat = SummaryFormat::new("table", super::table::write);
    /// One JSON object, on one line.
    pub const JSON: SummaryFormat = SummaryFormat::new("json", super::json::write);
    /// The form of `delta_output.log`, a file of the program that pspp-filter replaces. Its values are in seconds.
    pub const LOG: SummaryFormat = SummaryFormat::new("log", super::log::write);

    /// Makes a format that does not show intervals in which no loop closed.
    const fn new(name: &'static str, write: fn(&mut Vec<u8>, &Summary<'_>, &Style)) -> SummaryFormat {
        SummaryFormat { name, shows_empty_intervals: false, write }
    }

    /// Returns whether an interval (`-I`) in which no loop closed is shown as well.
    pub fn shows_empty_intervals(self) -> bool {
        self.shows_empty_intervals
    }

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

impl SummaryFormat {
    /// Returns the name of the format on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl Summary<'_> {
    /// Appends the summary in this format.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat, style: &Style) {
        (format.write)(out, self, style);
    }
}
