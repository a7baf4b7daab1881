//! The formats of `-f`, which are those of the rows and those of the summary.

use crate::report::SummaryFormat;
use crate::sink::LoopFormat;

/// A format of standard output, as `-f` names it. A format of rows only, such as csv, cannot hold a summary. A format
/// of summaries only, such as table, implies `-s`, which prints a summary and no rows. Some formats, such as json,
/// exist for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
}

impl Format {
    /// Returns all formats in the order of the help: the formats of closed loops, and then those of summaries only.
    pub(super) fn all() -> impl Iterator<Item = Format> {
        let loops = LoopFormat::names().map(|(name, _)| name);
        let is_of_loops = |name: &&str| LoopFormat::names().any(|(of_loops, _)| of_loops == *name);
        let summaries = SummaryFormat::NAMES.iter().map(|(name, _)| *name).filter(move |name| !is_of_loops(name));
        loops.chain(summaries).map(|name| Format { name })
    }

    /// Returns the format of closed loops that has this name, if there is one.
    pub fn loops(self) -> Option<LoopFormat> {
        LoopFormat::names().find(|(name, _)| *name == self.name).map(|(_, format)| format)
    }

    /// Returns the format of summaries that has this name, if there is one.
    pub fn summary(self) -> Option<SummaryFormat> {
        SummaryFormat::NAMES.iter().find(|(name, _)| *name == self.name).map(|(_, format)| *format)
    }
}
