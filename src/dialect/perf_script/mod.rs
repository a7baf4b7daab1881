//! Reads the text of `perf script` in every layout that `-F`, `--ns`, `-L` and call chains give it.
//!
//! perf prints the fields in this order, whatever their order in `-F` (tools/perf/builtin-script.c,
//! `perf_sample__fprintf_start`):
//!
//! ```text
//!        fc_vcpu 1 10088/10130 [000] U      925.993596:          1  kvm:kvm_exit: reason HLT rip 0x40
//! |comm, 16 wide | pid / tid   cpu  misc    time        period    event         payload
//! ```
//!
//! Each of these fields may be missing, and a comm may contain blanks, numbers, colons, or even text that looks like a
//! header. Fixed widths make it possible to find the fields all the same. A comm has at most 15 bytes and is printed as
//! `"%16s "`, so byte 16 is the blank behind it. The numbers behind the comm have a least width (`"%5d "`, and `"%7d "`
//! since perf 6.5), by which a tid differs from a number in a comm.

mod header;
mod layouts;
mod syntax;
mod timeless;

pub(super) use layouts::{read_default, read_other_layout, read_padded_with_cpu, read_prefix};
pub(crate) use syntax::SYNTAX;

use super::line::Dialect;

/// Reads the lines of perf script in all layouts but the default one. [`read_default`] reads that one, before any
/// dialect is asked.
pub(super) static DIALECT: Dialect = Dialect { read_event: read_other_layout, read_other: timeless::read };

#[cfg(test)]
mod tests;
