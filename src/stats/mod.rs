//! What is computed from the deltas of closed loops, online.

mod moments;
mod transition;

pub use moments::Moments;
pub use transition::Transition;
