//! The contract of a row format.

use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::text::Unit;

/// The choices of the user that shape rows.
#[derive(Clone, Debug)]
pub struct RowOptions {
    /// The unit of the deltas.
    pub unit: Unit,
    /// True if a header stands before the rows, in formats that have one.
    pub header: bool,
    /// The names of the values that closed loops show (`--show`).
    pub show: Vec<String>,
}

/// Turns closed loops or events into bytes. All methods append to `out`. `closed` and `event` allocate only if `out`
/// has to grow.
pub trait RowWriter {
    /// Begins rows of closed loops: appends the header, if it stands there even without rows. If `loops` is empty, the
    /// loops are found while reading and come through [`RowWriter::add_loop`].
    fn begin(&mut self, out: &mut Vec<u8>, loops: &[Loop]);

    /// Takes a loop that was found while reading.
    fn add_loop(&mut self, spec: &Loop);

    /// Appends the row of a closed loop.
    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>);

    /// Begins rows of events: appends their header.
    fn begin_events(&mut self, out: &mut Vec<u8>);

    /// Appends the row of an event.
    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>);

    /// Appends the text that stands behind the last row.
    fn end(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }
}
