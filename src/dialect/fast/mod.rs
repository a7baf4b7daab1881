//! Recognises lines that look like earlier ones. This costs less than to read them field by field.
//!
//! Most lines of a recording differ from an earlier line only in a few digits. This folder remembers in which columns
//! the separators of a line stand ([`layouts`]), which fields stand before the time ([`prefixes`]) and which names
//! there are ([`names`]). It compares 8 bytes at a time ([`swar`]). The lines of perf trace have no fixed columns, so
//! [`perf_trace`] recognises them in a way of its own.
//!
//! For every line, the result equals that of [`read()`](super::read()), which reads field by field, whatever lines came
//! before. Tests and a fuzz target compare the two.

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
