//! The interface of a format of rows.

use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::text::Unit;

/// The choices of the user for all formats of rows.
#[derive(Clone, Debug)]
pub struct RowOptions {
    /// The unit in which deltas are printed.
    pub unit: Unit,
    /// True if formats that have a header line print it.
    pub header: bool,
    /// The names of the values that the row of a closed loop shows (`--show`), in their order.
    pub show: Vec<String>,
}

/// Turns closed loops or events into bytes. All methods append to `out`. `closed` and `event` take new memory only if
/// `out` must grow.
pub trait RowWriter {
    /// Begins rows of closed loops: appends the header, if the format prints it even when no row follows.
    /// `finds_loops` is true if further loops, each of two positions, are found while reading and come through
    /// [`RowWriter::add_loop`].
    fn begin(&mut self, out: &mut Vec<u8>, loops: &[Loop], finds_loops: bool);

    /// Takes a loop that was found while reading (`--pairs`).
    fn add_loop(&mut self, spec: &Loop);

    /// Appends the row of a closed loop.
    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>);

    /// Begins rows of events, and appends the header.
    fn begin_events(&mut self, out: &mut Vec<u8>);

    /// Appends the row of an event.
    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>);

    /// Appends the text behind the last row, if the format has one.
    fn end(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }
}
