//! The statistics of closed loops, and the counts of the input.
//!
//! Everything is computed in one pass, in memory that does not depend on the length of the input. Everything can be
//! merged: if parts of an input are merged in any order and grouping, the result is that of the whole input, to the
//! last bit. The only exception are inputs with more group values than there are [`Groups`] for.
//!
//! - [`Tally`] has all that is known of one loop: its [`Deltas`], and the deltas of each of its [`Groups`].
//! - [`Deltas`] has a [`Transition`] for each pair of neighbouring positions, and one for the total.
//! - [`Transition`] has [`Moments`], the extremes, and a histogram for quantiles.
//! - [`Ledger`] has the counts of lines and events.

mod deltas;
mod groups;
mod histograms;
mod ledger;
mod moments;
mod tally;
mod transition;
mod u256;

#[cfg(test)]
mod tests;

pub use deltas::Deltas;
pub use groups::{Group, Groups};
pub use ledger::{Ledger, Place};
pub use moments::Moments;
pub use tally::Tally;
pub use transition::Transition;
