//! Reads the text of `perf trace` (tools/perf/builtin-trace.c).
//!
//! ```text
//!    428.087 ( 0.164 ms): python3/10345 pread64(fd: 4, buf: 0x7ffc, count: 784, pos: 64)   = 784
//! |time, ms | duration   | comm/tid    | call, its arguments                               | result
//! ```
//!
//! The time is in milliseconds, counted from the first event, or from boot with `-T`. perf prints a line when the call
//! returns, so the lines of different threads are not in the order of their times. If another thread's line must be
//! printed during a call, perf prints the call in two lines. Both lines have the time at which the call began:
//!
//! ```text
//!    428.087 (         ): python3/10345 futex(uaddr: 0x7f, op: WAIT, val: 2)                ...
//!    428.087 ( 0.164 ms): python3/10345  ... [continued]: futex())                          = 0
//! ```

mod action;
mod header;
mod other;
mod read;
mod syntax;

pub(super) use other::is_table;
pub(super) use syntax::SYNTAX;

use super::line::Dialect;

/// Reads the lines of perf trace.
pub(super) static DIALECT: Dialect = Dialect { read_event: read::read, read_other: other::read };
