//! The diagnosis says why a loop did not close, and which loops are worth asking for, because the events of the input
//! close them.
//!
//! The results of a run do not depend on anything here. The engine has at most one [`Diagnosis`]. The engine hands
//! events to the diagnosis until all loops have closed, or, with `--discover`, for the whole run.
//!
//! | file            | question                                                                  |
//! |-----------------|---------------------------------------------------------------------------|
//! | `key_trials.rs` | which other key (`-k`) would have closed the loop?                        |
//! | `missed.rs`     | why did many of a loop's last events close nothing?                       |
//! | `mismatches.rs` | which events had a position's name, but not its fields or its condition?  |
//! | `lacks.rs`      | which fields does an event of a perf.data have, in place of a wrong one?  |
//! | `sequences.rs`  | which events follow which, within a thread and from one to another?       |
//! | `discovery.rs`  | which loops do these sequences make?                                      |
//! | `seen.rs`       | which events and sequences were there, for the hints about all loops?      |
//! | `meant.rs`      | which event is meant by a name that was never seen?                       |
//! | `hints.rs`      | the sentences of the hints                                                |
//! | `run.rs`        | [`Diagnosis`]: all of these for one run                                   |

mod discovery;
mod hints;
mod key_trials;
mod lacks;
mod meant;
mod mismatches;
mod missed;
mod proposal;
mod run;
mod seen;
mod sequences;

pub use discovery::joined_loops;
pub use hints::Unclosed;
pub use lacks::fields_instead;
pub use missed::Closings;
pub use proposal::{Findings, Proposal};
pub use run::{Diagnosis, Purpose};
pub use seen::Seen;
