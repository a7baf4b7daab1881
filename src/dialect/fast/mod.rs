//! Recognises lines that look like earlier ones, which costs less than reading them field by field.
//!
//! Most lines of a recording differ from an earlier line only in a few digits. This module remembers where the separators
//! of a line stand ([`layouts`]), which fields stand before the time ([`prefixes`]) and which names there are
//! ([`names`]), and compares 8 bytes at a time ([`swar`]). Lines of perf trace have no fixed columns and a reader of
//! their own ([`perf_trace`]).
//!
//! The results equal those of [`read()`](super::read()) for every line and whatever lines came before. Tests and a fuzz
//! target compare the two.

mod layout;
mod layouts;
mod names;
mod perf_trace;
mod prefixes;
mod reader;
mod swar;

pub use reader::{FastLine, NameSlot, Reader};

#[cfg(test)]
mod tests;
