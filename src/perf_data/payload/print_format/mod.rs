//! The line `print fmt` of a tracepoint's format file. It is evaluated in the same way as libtraceevent evaluates it
//! (`man 3 libtraceevent`): numbers are unsigned and have 64 bits, the values of fields are not sign-extended, and a
//! cast to a smaller type cuts off the upper bits.
//!
//! These are two examples; the first one is cut off behind its second argument:
//!
//! ```text
//! print fmt: "%d,%d %s %llu", ((unsigned int) ((REC->dev) >> 20)), ((unsigned int) ((REC->dev) & ((1U << 20) - 1))), ...
//! print fmt: "prev_state=%s", REC->prev_state & 0xff ? __print_flags(REC->prev_state, "|", { 1, "S" }) : "R"
//! ```
//!
//! A print format is parsed once into segments (pieces of text, and conversions with their arguments), and then printed
//! for each sample. [`PrintFormat::is_supported`] returns false for print formats that are not understood here, such as
//! those with `%pS` or with functions of the kernel. Payloads of those are left to `perf script`.
//!
//! ```text
//! token ─> argument (expression, string_argument) ─┐
//! conversion (number_format) ──────────────────────┴─> segment ─> format
//! ```

mod argument;
mod conversion;
mod expression;
mod format;
mod number_format;
mod segment;
mod string_argument;
mod token;

#[cfg(test)]
mod tests;

pub(super) use format::{NamedNumber, PrintFormat, split_print_fmt};
pub(super) use token::is_identifier;
