//! Reads the conversions in the string of a print format, which have the form of printf's: `%-8s`, `%08lx`.

use super::argument::ArgumentParser;
use super::expression::Expression;
use super::number_format::{Notation, NumberFormat, Padding};
use super::segment::Segment;

/// The largest width or precision of a conversion, in bytes.
const WIDTH_MAX: usize = 1024;

/// One conversion of a print format, without the argument that it prints.
pub(super) struct Conversion {
    padding: Padding,
    zeros: bool,
    alternate: bool,
    /// The number of lowest bits of the argument that are printed, if a length modifier (`h`, `ll`) says so; `None`
    /// without a modifier.
    bits: Option<u32>,
    letter: char,
    /// True for the modifier `z`, with which libtraceevent first cuts the argument to an int and then prints it as a
    /// long.
    is_size: bool,
    /// The letters and digits behind a `%p`, which choose another form: `S` in `%pS`.
    extension: String,
}

impl Conversion {
    /// Reads a conversion; `print` is the text behind its `%`. Returns the conversion and the text that follows it, or
    /// `None` if it is not understood.
    pub(super) fn read(print: &str) -> Option<(Conversion, &str)> {
        let (flags, mut rest) = print.split_at(print.len() - print.trim_start_matches(['-', '0', '#']).len());
        let mut padding = Padding { left: flags.contains('-'), width: take_width(&mut rest)?, precision: None };
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind;
            padding.precision = Some(take_width(&mut rest)?);
        }
        let (modifier, behind) = rest.split_at(rest.len() - rest.trim_start_matches(['h', 'l', 'L', 'z']).len());
        let bits = match modifier {
            "" => None,
            "h" => Some(16),
            "hh" => Some(8),
            "l" | "ll" | "L" | "z" => Some(64),
            _ => return None,
        };
        let is_size = modifier == "z";
        let letter = behind.chars().next().filter(char::is_ascii_alphabetic)?;
        let (zeros, alternate) = (flags.contains('0'), flags.contains('#'));
        let rest = &behind[1..];
        // The kernel puts letters and digits behind `%p`: `%pS` prints the name of a function, `%pI4` an IP address.
        let behind = rest.trim_start_matches(|byte: char| letter == 'p' && byte.is_ascii_alphanumeric());
        let extension = rest[..rest.len() - behind.len()].to_owned();
        Some((Conversion { padding, zeros, alternate, bits, letter, is_size, extension }, behind))
    }

    /// Returns whether the conversion prints the name of a kernel function.
    pub(super) fn is_symbol(&self) -> bool {
        ["s", "S", "f", "F"].contains(&self.extension.as_str())
    }

    /// Joins the conversion with its argument, which it takes from the parser. Returns `None` if the conversion or the
    /// argument is not understood.
    pub(super) fn segment(self, argument: &mut ArgumentParser<'_>) -> Option<Segment> {
        let Conversion { padding, zeros, alternate, bits, letter, is_size, extension } = self;
        if !extension.is_empty() {
            return None;
        }
        let is_unpadded = padding == Padding::default();
        let notation = match letter {
            'd' | 'i' => Notation::Signed,
            'u' => Notation::Unsigned,
            'x' => Notation::Hexadecimal,
            'X' => Notation::UpperHexadecimal,
            'p' if bits.is_none() && !zeros && !alternate && is_unpadded => Notation::Pointer,
            's' if bits.is_none() && !zeros && !alternate => {
                let string = argument.string_argument()?;
                return (is_unpadded || string.is_plain()).then_some(Segment::String(padding, string));
            }
            _ => return None,
        };
        let bits = bits.unwrap_or(if notation == Notation::Pointer { 64 } else { 32 });
        let value = argument.expression()?;
        let value = if is_size { Expression::Cast(32, Box::new(value)) } else { value };
        Some(Segment::Number(NumberFormat { padding, zeros, alternate, bits, notation }, value))
    }
}

/// Takes a width or a precision from the front of the text; it is 0 if no digits stand there. Returns `None` if it is
/// too large.
fn take_width(rest: &mut &str) -> Option<usize> {
    let (digits, behind) =
        rest.split_at(rest.len() - rest.trim_start_matches(|byte: char| byte.is_ascii_digit()).len());
    *rest = behind;
    if digits.is_empty() { Some(0) } else { digits.parse().ok().filter(|&width| width <= WIDTH_MAX) }
}
