//! The formats in which closed loops go to standard output.

use super::rows::RowFormat;

/// A format in which closed loops go to standard output (`-f`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopFormat {
    /// A row for each closed loop. These are the only formats that can also have rows for events.
    Rows(RowFormat),
    /// A Chrome trace.
    Perfetto,
    /// Folded stacks, for flame graphs.
    Folded,
}

impl LoopFormat {
    /// Returns all formats in the order of the help, with their names on the command line.
    pub fn names() -> impl Iterator<Item = (&'static str, LoopFormat)> {
        let rows = RowFormat::NAMES.iter().map(|&(name, format)| (name, LoopFormat::Rows(format)));
        rows.chain([("perfetto", LoopFormat::Perfetto), ("folded", LoopFormat::Folded)])
    }
}

impl Default for LoopFormat {
    fn default() -> Self {
        LoopFormat::Rows(RowFormat::default())
    }
}
