//! Parses one line of trace text: an event, a system call, a loss, or nothing to measure.
//!
//! Each tracer's text has a file or a folder of its own, which also holds the syntax of the tracer's payloads.
//! [`read()`] reads a line from its own bytes alone: no dialect remembers the lines before it. [`Reader`] gives the same
//! results, but recognises lines that look like earlier ones and reads those faster.
//!
//! To add a tracer, write a file with its `DIALECT` and its `SYNTAX`, and add the dialect to the list in `read.rs`.

mod call;
mod csv;
mod cursor;
mod fast;
mod ftrace;
mod line;
mod perf_script;
mod perf_trace;
mod prefix;
mod read;
mod side_band;

pub use call::{Call, CallEnd, NameBuffer};
pub use fast::{FastLine, NameSlot, Reader};
pub use line::{Line, NoTimeReason, TaskRecord};
#[cfg(test)]
pub(crate) use perf_script::SYNTAX as PERF_SCRIPT_SYNTAX;
pub use read::read;
