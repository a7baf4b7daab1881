//! Reads one line of trace text. The line gives an event, a system call, a loss, or nothing to measure.
//!
//! The text of each tracer has a file or a folder of its own, which also defines the syntax of this tracer's payloads.
//! [`read()`] knows only the line itself: no dialect remembers lines. [`Reader`] gives the same results faster, because
//! it recognises lines that look like earlier ones.
//!
//! To add a tracer, write a file with its `DIALECT` and its `SYNTAX`, and add the dialect to the list in `read.rs`.

mod call;
mod csv;
mod cursor;
mod fast;
mod foreign;
mod frame;
mod ftrace;
mod line;
mod perf_script;
mod perf_trace;
mod prefix;
mod read;
mod side_band;

pub use call::{Call, CallEnd, NameBuffer};
pub use fast::{FastLine, NameSlot, Reader};
pub use foreign::guess;
pub use frame::{Frame, read_frame};
pub use line::{Line, NoTimeReason, TaskRecord};
#[cfg(test)]
pub(crate) use perf_script::SYNTAX as PERF_SCRIPT_SYNTAX;
pub use read::read;
