//! Analyses that say why a loop was slow (`--sched`, `--explain`, `--slowest`, `--unfinished`): plain data structures that
//! know events, times and keys, but no options and no output. The engine feeds them in `engine/why.rs`.

mod sched_event;
mod states;
mod threads;

pub use sched_event::{Role, SchedReader, Switch, Wake};
pub use states::{LoopStates, Snapshot, State, StateTimes};
pub use threads::{Part, Seen, Threads, Touch};
