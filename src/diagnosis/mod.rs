//! Why a loop did not close, and which loops are worth asking for.

mod discovery;
mod findings;
mod hints;
mod sequences;
mod trials;

pub use discovery::{Discovery, joined};
pub use findings::{Findings, Proposal, worth_asking_for};
pub use hints::{Mismatches, Trouble, why_not_closed};
pub use sequences::{Sequence, Sequences};
pub use trials::KeyTrials;
