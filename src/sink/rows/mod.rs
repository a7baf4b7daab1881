//! The rows: one for each closed loop, or one for each event. A format is one file here.

mod csv;
mod json;
mod tsv;

use crate::event::{Event, Nanos};
use crate::key::KeySource;
use crate::pattern::Loop;
use crate::text::Unit;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowFormat {
    /// Columns separated by tabs, for awk, sort and gnuplot.
    #[default]
    Tsv,
    /// RFC 4180.
    Csv,
    /// One object a line.
    Json,
}

impl RowFormat {
    /// Every format with its name on the command line.
    pub const NAMES: &[(&str, RowFormat)] =
        &[("tsv", RowFormat::Tsv), ("csv", RowFormat::Csv), ("json", RowFormat::Json)];
}

/// A closed loop.
#[derive(Clone, Copy)]
pub struct LoopRow<'a> {
    /// Which loop.
    pub loop_index: usize,
    /// The event that closed it.
    pub event: &'a Event<'a>,
    /// The times of all positions.
    pub times: &'a [u64],
    /// The key, where the loop takes it from events.
    pub key: &'a [u8],
}

impl LoopRow<'_> {
    fn deltas(&self) -> impl Iterator<Item = Nanos> {
        self.times.windows(2).map(|pair| Nanos(pair[1] - pair[0]))
    }

    fn total(&self) -> Nanos {
        match self.times {
            [first, .., last] => Nanos(last - first),
            _ => Nanos(0),
        }
    }
}

/// An event with the delta to the one before it of the same category and key.
pub struct EventRow<'a> {
    /// The event.
    pub event: &'a Event<'a>,
    /// Its category.
    pub category: &'a [u8],
    /// Nanoseconds since the previous one; `None` for the first.
    pub delta_ns: Option<i128>,
}

/// What stands in the header.
pub(super) struct Columns {
    name: String,
    transitions: Vec<String>,
    /// Whether there is a column for the key.
    keyed: bool,
}

impl Columns {
    fn new(spec: &Loop) -> Self {
        Columns {
            name: spec.name.clone(),
            transitions: spec.transitions().collect(),
            keyed: spec.key_source() != KeySource::Header,
        }
    }
}

/// Writes rows in one format.
pub struct Rows {
    format: RowFormat,
    unit: Unit,
    loops: Vec<Columns>,
    header: bool,
    /// Which loops' headers are still to come.
    headers_due: Vec<bool>,
    /// Whether there is a column for the loop's name.
    several: bool,
    /// Whether loops are found on the way, so that no header can name them all.
    open_ended: bool,
}

impl Rows {
    /// Rows of these loops, with headers or without; none: loops are found on the way.
    pub fn new(format: RowFormat, unit: Unit, header: bool, loops: &[Loop]) -> Self {
        Rows {
            format,
            unit,
            loops: loops.iter().map(Columns::new).collect(),
            header,
            headers_due: vec![header; loops.len()],
            several: loops.len() != 1,
            open_ended: loops.is_empty(),
        }
    }

    /// One more loop, found on the way.
    pub fn follow(&mut self, spec: &Loop) {
        self.loops.push(Columns::new(spec));
        self.headers_due.push(self.header);
    }

    /// Appends what stands first, even when no row follows.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        match self.format {
            RowFormat::Tsv if self.header && !self.several => self.tsv_header(out, 0),
            RowFormat::Csv if self.header => csv::header(out, self),
            _ => {}
        }
    }

    /// Appends the row of a closed loop.
    ///
    /// Takes a few dozen nanoseconds and allocates nothing, but for what `out` grows.
    pub fn row(&mut self, out: &mut Vec<u8>, row: &LoopRow<'_>) {
        match self.format {
            RowFormat::Tsv => {
                if self.headers_due[row.loop_index] {
                    self.tsv_header(out, row.loop_index);
                }
                tsv::row(out, row, self);
            }
            RowFormat::Csv => csv::row(out, row, self),
            RowFormat::Json => json::row(out, row, &self.loops[row.loop_index], self.unit),
        }
    }

    /// Appends what stands before event rows.
    pub fn begin_events(&self, out: &mut Vec<u8>) {
        match self.format {
            RowFormat::Tsv if self.header => tsv::event_header(out, self.unit),
            RowFormat::Csv if self.header => csv::event_header(out, self.unit),
            _ => {}
        }
    }

    /// Appends the row of an event.
    pub fn event(&self, out: &mut Vec<u8>, row: &EventRow<'_>) {
        match self.format {
            RowFormat::Tsv => tsv::event(out, row, self.unit),
            RowFormat::Csv => csv::event(out, row, self.unit),
            RowFormat::Json => json::event(out, row, self.unit),
        }
    }

    fn tsv_header(&mut self, out: &mut Vec<u8>, loop_index: usize) {
        self.headers_due[loop_index] = false;
        tsv::header(out, &self.loops[loop_index], self.several, self.unit);
    }
}

/// The comm as a column: `-` where it is unknown, and where it is empty, so
/// that a line split at white space always has as many columns.
fn comm_column(comm: Option<&[u8]>) -> &[u8] {
    comm.filter(|comm| !comm.is_empty()).unwrap_or(b"-")
}

/// Appends a number, or `-` where it is unknown.
fn push_known(out: &mut Vec<u8>, number: Option<impl itoa::Integer>) {
    match number {
        Some(number) => crate::text::push_integer(out, number),
        None => out.push(b'-'),
    }
}
