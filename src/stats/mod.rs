//! The statistics of closed loops, and the counts of the input.
//!
//! Everything is computed in one pass, in memory that does not depend on the length of the input. Everything can be
//! merged: if parts of an input are merged in any order and grouping, the result is that of the whole input, to the
//! last bit. There are two exceptions: inputs with more group values than may have a group of their own in [`Groups`],
//! and the span of [`RowTimes`], which takes each part for an input with a clock of its own.
//!
//! - [`Tally`] has all that is known of one loop: its [`Deltas`], and the deltas of each of its [`Groups`].
//! - [`RowTimes`] has the times at which the loop closed.
//! - [`Cells`] has the closed loops by time and total, if a picture shows them.
//! - [`Deltas`] has a [`Transition`] for each pair of neighbouring positions, and one for the total.
//! - [`Transition`] has [`Moments`], the extremes, and a histogram for quantiles.
//! - [`Ledger`] has the counts of lines and events.
//! - [`state`] has the text in which all of it is written, to be read and merged later.

mod cells;
mod deltas;
mod groups;
mod histograms;
mod ledger;
mod loop_cells;
mod moments;
mod quantile;
mod row_times;
pub mod state;
mod tally;
mod transition;
mod u256;

#[cfg(test)]
mod tests;

pub use cells::{Cell, CellBin, Cells};
pub use deltas::Deltas;
pub use groups::{Group, Groups};
pub use histograms::Bin;
pub use ledger::{Ledger, NoTrace, Place};
pub use loop_cells::LoopCells;
pub use moments::Moments;
pub use quantile::Quantile;
pub use row_times::{PrintedTime, RowTimes};
pub use tally::Tally;
pub use transition::Transition;
