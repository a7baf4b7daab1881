//! The segments of a print format: pieces of text, and conversions with their arguments.

use super::expression::Expression;
use super::number_format::{NumberFormat, Padding};
use super::string_argument::StringArgument;

/// One piece of a print format.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// Text between two conversions. No literal follows another one.
    Literal(String),
    /// A conversion of a number: `%d`, `%08lx`, `%p`.
    Number(NumberFormat, Expression),
    /// `%s`
    String(Padding, StringArgument),
    /// A conversion or an argument that is not understood.
    Unsupported {
        /// True for a conversion that prints the name of a kernel function (`%pS`, `%ps`). Such a name never looks like
        /// a field (`name=value`).
        is_symbol: bool,
    },
}

impl Segment {
    /// Returns whether the printed segment may contain the name of any field, because its text comes from data or is
    /// unknown. Numbers and the names of kernel functions never contain the name of a field. Returns false for
    /// literals, because callers search the text of literals themselves.
    pub(super) fn may_print_anything(&self) -> bool {
        match self {
            Segment::String(_, argument) => argument.is_from_data(),
            Segment::Unsupported { is_symbol } => !is_symbol,
            Segment::Literal(_) | Segment::Number(..) => false,
        }
    }

    /// Returns about how many bytes of memory the segment takes.
    pub(super) fn memory(&self) -> usize {
        let parts = match self {
            Segment::Literal(text) => text.capacity(),
            Segment::Number(_, value) => value.memory(),
            Segment::String(_, argument) => argument.memory(),
            Segment::Unsupported { .. } => 0,
        };
        size_of::<Segment>() + parts
    }

    /// Appends the printed segment. Returns `None` if the raw data are cut off or the segment is not supported.
    pub(super) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Segment::Unsupported { .. } => return None,
            Segment::Literal(text) => out.extend_from_slice(text.as_bytes()),
            Segment::Number(format, value) => format.print(value.value(raw)?, out),
            Segment::String(padding, argument) => {
                let start = out.len();
                argument.print(raw, out)?;
                padding.apply(start, out);
            }
        }
        Some(())
    }
}
