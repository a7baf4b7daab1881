//! What is computed from the deltas of closed loops, online.

mod deltas;
mod groups;
mod ledger;
mod moments;
mod tally;
mod transition;

pub use deltas::Deltas;
pub use groups::{Group, Groups};
pub use ledger::{Ledger, Place};
pub use moments::Moments;
pub use tally::Tally;
pub use transition::Transition;
