//! The comparison of two sides: does a transition take longer after a change than before it, by how much, and how sure
//! is the answer? A transition leads from one event of a loop to the next one. Its time in one closed loop is a delta.
//!
//! The recordings from before the change are one side (*before*, A, the baseline), and those from after the change are
//! the other side (*after*, B). A ratio above 1 says that the loops take longer after the change. Every interval is a
//! confidence interval, which holds the true value in 95 % of all comparisons. Everything is computed from counts and
//! sums that can be merged, so single deltas need not be kept.
//!
//! - [`compare`] takes two [`Side`]s and returns a [`Comparison`].
//! - [`Ratio`] says how many times as long the loops take, with an interval.
//! - [`Shape`] says how often a loop takes longer than one before the change, and where the distributions differ most.
//! - [`LoopSide`] has the data of one side for all transitions of a loop.
//! - [`Run`] has the statistics of one input. Inputs are compared as wholes if each side has at least four.
//! - [`Verdict`] is the answer in a word, and [`Method`] says how the intervals behind the answer were computed.

mod blocks;
mod brunner_munzel;
mod comparison;
mod loop_side;
mod order_statistics;
mod orders;
mod ratio;
mod runs;
mod student;
mod verdict;
mod walk;

#[cfg(test)]
mod tests;

pub use brunner_munzel::StandardError;
pub use comparison::{Comparison, Shape, Side, Statistics, compare};
pub use loop_side::{BaselineLoop, LoopRuns, LoopSide};
pub use ratio::{Ratio, Ratios};
pub use runs::Run;
pub use verdict::{Method, Verdict};
pub use walk::{KolmogorovSmirnov, MannWhitney};

/// Checks that a number differs from the known one by at most 1e-9, or by at most 1e-9 of the known one if this is
/// above 1.
#[cfg(test)]
fn near(found: impl Into<Option<f64>>, known: f64) {
    let found = found.into().expect("a number");
    assert!((found - known).abs() <= 1e-9 * known.abs().max(1.0), "{found}, not {known}");
}
