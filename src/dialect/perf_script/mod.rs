//! `perf script` text, in every layout that `-F`, `--ns`, `-L` and call chains give it.
//!
//! perf prints its fields in one order, whatever their order in `-F` (tools/perf/builtin-script.c,
//! `perf_sample__fprintf_start`):
//!
//! ```text
//!        fc_vcpu 1 10088/10130 [000] U      925.993596:          1  kvm:kvm_exit: reason HLT rip 0x40
//! |comm, 16 wide | pid / tid   cpu  misc    time        period    event         payload
//! ```
//!
//! Any of these may be missing, and a comm may hold anything: blanks, numbers, colons, a whole header. The widths make
//! the parse exact all the same. A comm has at most 15 bytes and is printed as `"%16s "`, so that byte 16 is the
//! separator. The numbers behind it have a least width (`"%5d "`, since perf 6.5 `"%7d "`), which tells a tid from a
//! number inside a comm.

mod header;
mod layouts;
mod syntax;
mod timeless;

pub(super) use layouts::{read_default, read_other_layout, read_padded_with_cpu, read_prefix};
pub(crate) use syntax::SYNTAX;

use super::line::Dialect;

/// The readers of perf script's text, except for the default layout: [`read_default`] reads it before any dialect is
/// asked.
pub(super) static DIALECT: Dialect = Dialect { read_event: read_other_layout, read_other: timeless::read };

#[cfg(test)]
mod tests;
