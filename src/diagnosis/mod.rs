//! The diagnosis answers why a loop did not close, and which loops are worth asking for.
//!
//! The results of a run do not depend on anything here. The engine has one [`Diagnosis`] or none. It passes events to
//! it as long as a loop has not closed yet, or for the whole run with `--discover`.
//!
//! | file            | question                                                                  |
//! |-----------------|---------------------------------------------------------------------------|
//! | `key_trials.rs` | which other key (`-k`) would have closed the loop?                        |
//! | `mismatches.rs` | which events had a position's name, but not its fields or its condition?  |
//! | `sequences.rs`  | which events follow which, within a thread and from one to another?       |
//! | `discovery.rs`  | which loops do these sequences make?                                      |
//! | `seen.rs`       | which events and sequences were there, for the hints about all loops?      |
//! | `hints.rs`      | the sentences of the hints                                                |
//! | `run.rs`        | [`Diagnosis`]: all of these for one run                                   |

mod discovery;
mod hints;
mod key_trials;
mod mismatches;
mod proposal;
mod run;
mod seen;
mod sequences;

pub use discovery::joined_loops;
pub use hints::Unclosed;
pub use proposal::{Findings, Proposal};
pub use run::{Diagnosis, Purpose};
pub use seen::Seen;
