//! What is computed from the deltas of closed loops, online.

mod moments;
mod tally;
mod transition;

pub use moments::Moments;
pub use tally::Tally;
pub use transition::Transition;
