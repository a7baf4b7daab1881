//! Analyses that say why a loop was slow (`--slowest`, `--unfinished`): plain data structures that know lines, events,
//! times and keys, but no options and no output. The engine feeds them in `engine/why.rs`.

pub mod slowest;
pub mod unfinished;

pub use slowest::{
    Gather, LineSample, Lines, Place, SampledLine, SampledLines, SlowLoop, Slowest, push_perf_script_line,
};
pub use unfinished::{Unfinished, UnfinishedLoop};
