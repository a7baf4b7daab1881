//! The comparison of two sides: is a transition slower after a change than before it, by how much, and how sure is
//! that?
//!
//! Everything is computed from statistics that can be merged, so no delta is kept. Every interval holds the true value
//! in 95 % of all comparisons. In names and formulas, *before* (A) is the baseline, and *after* (B) is the side that is
//! compared with it. A ratio above 1 says that the loops take longer after the change.
//!
//! - [`compare`] takes two [`Side`]s and returns a [`Comparison`].
//! - [`Ratio`] says how many times as long the loops take, with an interval.
//! - [`Shape`] says how often a loop takes longer than one before the change, and where the distributions differ most.
//! - [`LoopSide`] has what is compared of all transitions of a loop.
//! - [`Run`] is what is kept of each input, if each side has several.
//! - [`Verdict`] is the answer in a word, and [`Method`] says what it rests on.

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

/// Checks that a number is the known one to 9 decimals, or to 9 digits if it is above 1.
#[cfg(test)]
fn near(found: impl Into<Option<f64>>, known: f64) {
    let found = found.into().expect("a number");
    assert!((found - known).abs() <= 1e-9 * known.abs().max(1.0), "{found}, not {known}");
}
