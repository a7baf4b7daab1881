//! The list of all formats of the summary.

use super::comparison::{self, Compared};
use super::style::Style;
use super::summary::Summary;

/// A format of the summary (`--summary-format`).
#[derive(Clone, Copy, Debug)]
pub struct SummaryFormat {
    /// The name of the format on the command line.
    name: &'static str,
    /// True if an interval (`-I`) in which no loop closed is shown as well.
    shows_empty_intervals: bool,
    /// True if the format draws when the loops closed and how long they took, so that it needs the number of closed loops
    /// in each cell of a grid of times and totals.
    needs_cells: bool,
    /// True if the format is a state, for which each loop needs its definition and the cells of each transition.
    is_state: bool,
    /// True if the format has room for the analyses that say why a loop was slow, and for the histograms of `--hist`.
    holds_analyses: bool,
    /// True if the format can show the summaries of intervals (`-I`) one after the other.
    holds_intervals: bool,
    /// True if the format does not show the whole run behind the summaries of intervals, because its readers add these up.
    adds_intervals: bool,
    /// True if the format shows loops alone, so that a run without loops (`-m events`) would leave nothing to show.
    shows_only_loops: bool,
    /// Appends what stands once before all summaries of an output.
    write_heading: fn(&mut Vec<u8>),
    write: fn(&mut Vec<u8>, &Summary<'_>, &Style),
    /// Appends a comparison (`--baseline`) in the place of a summary; `None` if the format cannot hold one.
    write_comparison: Option<fn(&mut Vec<u8>, &Compared<'_>, &Style)>,
}

/// All formats, in the order in which the help lists them.
const FORMATS: &[SummaryFormat] = &[
    SummaryFormat::TABLE,
    SummaryFormat::JSON,
    SummaryFormat {
        shows_empty_intervals: true,
        holds_intervals: true,
        ..SummaryFormat::new("tsv", super::tsv::write)
    },
    SummaryFormat {
        needs_cells: true,
        holds_analyses: true,
        write_comparison: Some(super::html::write_comparison),
        ..SummaryFormat::new("html", super::html::write)
    },
    SummaryFormat { needs_cells: true, shows_only_loops: true, ..SummaryFormat::new("gnuplot", super::gnuplot::write) },
    SummaryFormat { shows_only_loops: true, ..SummaryFormat::new("hgrm", super::hgrm::write) },
    SummaryFormat {
        holds_intervals: true,
        adds_intervals: true,
        shows_only_loops: true,
        write_heading: super::hlog::write_heading,
        ..SummaryFormat::new("hlog", super::hlog::write)
    },
    SummaryFormat::new("openmetrics", super::openmetrics::write),
    SummaryFormat {
        is_state: true,
        write_heading: super::state::write_heading,
        ..SummaryFormat::new("state", super::state::write)
    },
    SummaryFormat::LOG,
];

/// A format has a constant here if other files use it.
impl SummaryFormat {
    /// Tables for people. This is the default.
    pub const TABLE: SummaryFormat = SummaryFormat {
        holds_analyses: true,
        holds_intervals: true,
        write_comparison: Some(comparison::write_table),
        ..SummaryFormat::new("table", super::table::write)
    };
    /// One JSON object, on one line.
    pub const JSON: SummaryFormat = SummaryFormat {
        holds_analyses: true,
        holds_intervals: true,
        write_comparison: Some(comparison::write_json),
        ..SummaryFormat::new("json", super::json::write)
    };
    /// The form of `delta_output.log`, a file of the program that pspp-filter replaces. Its values are in seconds.
    pub const LOG: SummaryFormat =
        SummaryFormat { holds_intervals: true, ..SummaryFormat::new("log", super::log::write) };

    /// Makes a format that shows the statistics of the whole run and nothing else.
    const fn new(name: &'static str, write: fn(&mut Vec<u8>, &Summary<'_>, &Style)) -> SummaryFormat {
        SummaryFormat {
            name,
            shows_empty_intervals: false,
            needs_cells: false,
            is_state: false,
            holds_analyses: false,
            holds_intervals: false,
            adds_intervals: false,
            shows_only_loops: false,
            write_heading: |_| {},
            write,
            write_comparison: None,
        }
    }

    /// Returns whether an interval (`-I`) in which no loop closed is shown as well.
    pub fn shows_empty_intervals(self) -> bool {
        self.shows_empty_intervals
    }

    /// Returns whether the format shows the closed loops by time and total ([`LoopSummary::cells`]).
    ///
    /// [`LoopSummary::cells`]: super::LoopSummary::cells
    pub fn needs_cells(self) -> bool {
        self.needs_cells
    }

    /// Returns whether the format is a state, which other runs can read ([`LoopSummary::state`]).
    ///
    /// [`LoopSummary::state`]: super::LoopSummary::state
    pub fn is_state(self) -> bool {
        self.is_state
    }

    /// Returns whether the format has room for the analyses that say why a loop was slow, and for histograms.
    pub fn holds_analyses(self) -> bool {
        self.holds_analyses
    }

    /// Returns whether the format can hold a comparison (`--baseline`).
    pub fn holds_comparison(self) -> bool {
        self.write_comparison.is_some()
    }

    /// Returns whether the format can show the summaries of intervals (`-I`).
    pub fn holds_intervals(self) -> bool {
        self.holds_intervals
    }

    /// Returns whether the format shows the whole run, in a run with or without intervals.
    pub fn shows_whole(self, has_intervals: bool) -> bool {
        !(has_intervals && self.adds_intervals)
    }

    /// Returns whether the format shows loops alone.
    pub fn shows_only_loops(self) -> bool {
        self.shows_only_loops
    }

    /// Appends what stands once before all summaries of an output.
    pub fn write_heading(self, out: &mut Vec<u8>) {
        (self.write_heading)(out);
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
    /// Appends the summary in this format. The heading of the format must stand before the first summary.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat, style: &Style) {
        (format.write)(out, self, style);
    }
}

impl Compared<'_> {
    /// Appends the comparison in this format. A format that cannot hold one appends nothing.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat, style: &Style) {
        if let Some(write) = format.write_comparison {
            write(out, self, style);
        }
    }
}
