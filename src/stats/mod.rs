//! The statistics of closed loops, and the counts of the input that they come from.
//!
//! Everything is computed in one pass, in memory that does not depend on the length of the input. Everything merges: if
//! parts of an input are merged in any order and grouping, the result is the same as for the whole input, to the last
//! bit. Only more group values than [`Groups`] keeps break this rule.
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
