//! A format of rows.

use super::writer::{RowOptions, RowWriter};

/// A format of rows (`-f`).
#[derive(Clone, Copy)]
pub struct RowFormat {
    /// The name on the command line.
    pub name: &'static str,
    /// True if the format has a header line, which `-H` leaves out.
    pub has_header: bool,
    /// A function that creates a writer of rows in this format.
    pub writer: fn(RowOptions) -> Box<dyn RowWriter>,
}

impl PartialEq for RowFormat {
    fn eq(&self, other: &RowFormat) -> bool {
        self.name == other.name
    }
}

impl Eq for RowFormat {}

impl std::fmt::Debug for RowFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
