//! Reads the text of ftrace's `trace` and `trace_pipe` (kernel/trace/trace_output.c), and that of `trace-cmd report`
//! (tracecmd/trace-read.c), which is nearly the same.
//!
//! ```text
//!  kworker/5:2-eve-10941   (  10890) [000] d..2.   955.230871: sched_switch: prev_comm=...
//!  |comm, 16 wide  -tid     tgid      cpu   flags  time        event         payload
//! ```
//!
//! The tgid and the flags are printed only if options of the tracer ask for them. In the latency format, the comm is
//! cut to 8 bytes, and the CPU is printed without brackets and directly in front of the flags. There, ftrace prints the
//! time in microseconds since the trace began:
//!
//! ```text
//!  trail  -11001     0..... 955349050us : sys_poll -> 0x0
//! ```
//!
//! The names of events have no subsystem. The enter of a system call is printed as `sys_poll(ufds: ...)`, and its exit
//! as `sys_poll -> 0x0`.

mod action;
mod function;
mod header;
mod machine;
mod nameless;
mod other;
mod placed;
mod printk;

pub(super) use action::{CALL_PREFIX, read_call_end};
pub(super) use function::is_perfs_name;
pub(super) use header::read_prefix;
pub(super) use placed::read_elsewhere;

use super::line::Dialect;
use crate::event::{HeaderField, Remedy, Syntax};

/// The syntax of the text of ftrace and trace-cmd.
///
/// All lines of these two have tid, CPU and comm. They have the tgid only if the kernel recorded it.
pub(super) static SYNTAX: Syntax = Syntax {
    tracer: "ftrace",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Pid => Some(Remedy::Record("echo 1 > /sys/kernel/tracing/options/record-tgid")),
        HeaderField::Tid | HeaderField::Cpu | HeaderField::Comm => None,
    },
};

/// Reads the lines of ftrace and trace-cmd.
pub(super) static DIALECT: Dialect = Dialect { read_event: placed::read, read_other: other::read };
