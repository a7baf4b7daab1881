//! Opens the inputs, finds out whether they have lines or records, and reads them.
//!
//! ```text
//!                          ┌─ ReadAhead ────── lines of a text file, read by a second thread
//!                          ├─ Waiting ──────── lines of a pipe, a terminal, trace_pipe
//! InputName ─> open ─> Source ─ RecordStream ─ records of a pipe from perf record -o -
//!                          ├─ RecordFile ───── records of a perf.data
//!                          └─ PerfScript ───── lines of a perf.data, printed by a child process
//! ```
//!
//! A read of a [`Recording`], which is an open input, never waits, except for a disk. If nothing has come yet, the read
//! fails with `WouldBlock`, and if a signal has come, with `Interrupted`. So the caller can first write the output that
//! is ready, and then wait.

mod again;
mod ahead;
mod binary;
mod block;
mod compression;
mod descriptors;
mod directory;
mod input;
mod lines;
mod name;
mod no_wait;
mod open;
mod own_threads;
mod pace;
mod perf_script;
mod recording;
mod signals;
mod waiting;

pub use again::AgainText;
pub use block::{Block, LINE_MAX};
pub use descriptors::{closed_at_start, stdin_is_terminal};
pub use directory::is_perf_data_csv;
pub use input::{Again, Input};
pub use lines::LineBuffer;
pub use name::InputName;
pub use own_threads::own_threads;
pub use recording::Recording;
pub use signals::{Request, Signals, Wake};
