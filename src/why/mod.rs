//! Analyses that say why a loop was slow (`--sched`, `--explain`, `--slowest`, `--unfinished`): plain data structures
//! that know lines, events, times and keys, but no options and no output. The engine feeds them in `engine/why.rs` and
//! `engine/reasons.rs`.

pub mod explain;
mod sched_event;
pub mod slowest;
mod states;
mod threads;
pub mod unfinished;

pub use sched_event::{Role, SchedReader, Switch, Wake};
pub use slowest::{
    Gather, LineSample, Lines, Place, SampledLine, SampledLines, SlowLoop, Slowest, push_perf_script_line,
};
pub use states::{LoopStates, Snapshot, State, StateTimes};
pub use threads::{Part, Seen, Threads, Touch};
pub use unfinished::{Unfinished, UnfinishedLoop};
