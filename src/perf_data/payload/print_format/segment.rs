//! The segments of a print format: literal text, and conversions with their arguments.

use super::expression::Expression;
use super::number_format::{NumberFormat, Padding};
use super::string_argument::StringArgument;

#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// Text between conversions. Two literals never stand side by side.
    Literal(String),
    /// A conversion of a number: `%d`, `%08lx`, `%p`.
    Number(NumberFormat, Expression),
    /// `%s`
    String(Padding, StringArgument),
    /// A conversion or an argument that is not understood.
    Unsupported {
        /// True for the name of a kernel function (`%pS`, `%ps`), which never holds a field's name.
        is_symbol: bool,
    },
}

impl Segment {
    /// Returns whether the printed segment could contain a field's name by chance. Numbers and kernel function names
    /// cannot. The caller checks literals.
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

    /// Appends the segment. `None` where the raw data are cut off, and for a
    /// segment that is not supported.
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
