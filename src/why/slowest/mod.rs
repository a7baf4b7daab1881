//! `--slowest`: the closed loops with the largest totals, and the lines of the threads that took part in them.
//!
//! When a loop closes and is among the slowest so far, only the places of its first and last line are kept. Its lines
//! are gathered later:
//!
//! ```text
//! regular file    each line has a byte offset ─────────> read again at the end of the input ─┐
//!                                                                                            ├─> Gather ─> LineSample
//! other input     Ring: the last bytes of the input ──> read before they leave the ring ─────┘   (which   (at most 64
//!                                                        or at the end of the input               lines)   lines)
//! ```

mod gather;
mod involved;
mod list;
mod place;
mod reread;
mod ring;
mod sample;
mod script_line;
mod slow_loop;

pub use gather::Gather;
pub use list::Slowest;
pub use place::Place;
pub use sample::{LineSample, SampledLine, SampledLines};
pub use script_line::push_perf_script_line;
pub use slow_loop::{Lines, SlowLoop};
