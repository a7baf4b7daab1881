//! One conversion of printf: `%-8s`, `%08lx`.

use super::expression::Expression;
use super::{Piece, Tokens};

/// `%-8s`, `%.3s`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Padding {
    left: bool,
    width: usize,
    precision: Option<usize>,
}

/// `%d`, `%08lx`
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    padding: Padding,
    zeros: bool,
    alternate: bool,
    bits: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Hexadecimal,
    Upper,
    Pointer,
}

/// What follows a `%`.
pub(super) struct Conversion {
    padding: Padding,
    zeros: bool,
    alternate: bool,
    /// `h`, `ll`
    bits: Option<u32>,
    letter: char,
    /// `z`, of which libtraceevent makes an int before it is printed as a long.
    is_of_size: bool,
    /// What follows a `%p`.
    extension: String,
}

impl Conversion {
    /// And what follows behind it; `None` where that is not known.
    pub(super) fn read(print: &str) -> Option<(Conversion, &str)> {
        let (flags, mut rest) = print.split_at(print.len() - print.trim_start_matches(['-', '0', '#']).len());
        let mut padding = Padding { left: flags.contains('-'), width: digits(&mut rest)?, precision: None };
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind;
            padding.precision = Some(digits(&mut rest)?);
        }
        let (size, behind) = rest.split_at(rest.len() - rest.trim_start_matches(['h', 'l', 'L', 'z']).len());
        let bits = match size {
            "" => None,
            "h" => Some(16),
            "hh" => Some(8),
            "l" | "ll" | "L" | "z" => Some(64),
            _ => return None,
        };
        let is_of_size = size == "z";
        let letter = behind.chars().next().filter(char::is_ascii_alphabetic)?;
        let (zeros, alternate) = (flags.contains('0'), flags.contains('#'));
        let rest = &behind[1..];
        // `%pS`, `%pI4`: names of functions, addresses.
        let behind = rest.trim_start_matches(|byte: char| letter == 'p' && byte.is_ascii_alphanumeric());
        let extension = rest[..rest.len() - behind.len()].to_owned();
        Some((Conversion { padding, zeros, alternate, bits, letter, is_of_size, extension }, behind))
    }

    /// Whether it prints the name of a function.
    pub(super) fn is_symbol(&self) -> bool {
        ["s", "S", "f", "F"].contains(&self.extension.as_str())
    }

    /// With its argument.
    pub(super) fn piece(self, tokens: &mut Tokens<'_>) -> Option<Piece> {
        let Conversion { padding, zeros, alternate, bits, letter, is_of_size, extension } = self;
        if !extension.is_empty() {
            return None;
        }
        let kind = match letter {
            'd' | 'i' => Kind::Signed,
            'u' => Kind::Unsigned,
            'x' => Kind::Hexadecimal,
            'X' => Kind::Upper,
            'p' if bits.is_none() && !zeros && !alternate && padding == Padding::default() => Kind::Pointer,
            's' if bits.is_none() && !zeros && !alternate => {
                return Some(Piece::Words(padding, tokens.words()?.padded(padding)?));
            }
            _ => return None,
        };
        let bits = bits.unwrap_or(if kind == Kind::Pointer { 64 } else { 32 });
        let value = tokens.choice()?;
        let value = if is_of_size { Expression::Cast(32, Box::new(value)) } else { value };
        Some(Piece::Number(Number { padding, zeros, alternate, bits, kind }, value))
    }
}

/// A number that may not be there.
fn digits(rest: &mut &str) -> Option<usize> {
    let (digits, behind) =
        rest.split_at(rest.len() - rest.trim_start_matches(|byte: char| byte.is_ascii_digit()).len());
    *rest = behind;
    if digits.is_empty() { Some(0) } else { digits.parse().ok().filter(|&width| width <= 1024) }
}

impl Padding {
    /// Cuts and pads what stands from `start` on, as `%8.3s` does.
    pub(super) fn pad(self, start: usize, out: &mut Vec<u8>) {
        if let Some(precision) = self.precision {
            out.truncate(start + precision);
        }
        let missing = self.width.saturating_sub(out.len() - start);
        let end = out.len();
        out.resize(end + missing, b' ');
        if !self.left {
            out.get_mut(start..).unwrap_or_default().rotate_right(missing);
        }
    }
}

impl Number {
    /// Whether there are no blanks around it.
    pub(super) fn is_bare(&self) -> bool {
        let Padding { left, width, precision } = self.padding;
        width == 0 || self.zeros && !left && precision.is_none()
    }

    pub(super) fn print(self, value: u64, out: &mut Vec<u8>) {
        let unused = 64 - self.bits;
        let cut = value << unused >> unused;
        let signed = (value << unused) as i64 >> unused;
        let (mut decimal, mut hexadecimal) = (itoa::Buffer::new(), [0; 16]);
        let prefix = |prefix| if self.alternate && cut != 0 { prefix } else { "" };
        let (sign, digits) = match self.kind {
            Kind::Signed if signed < 0 => ("-", decimal.format(signed.unsigned_abs()).as_bytes()),
            Kind::Signed | Kind::Unsigned => ("", decimal.format(cut).as_bytes()),
            Kind::Hexadecimal => (prefix("0x"), in_hexadecimal(cut, b"0123456789abcdef", &mut hexadecimal)),
            Kind::Upper => (prefix("0X"), in_hexadecimal(cut, b"0123456789ABCDEF", &mut hexadecimal)),
            // As glibc prints it.
            Kind::Pointer if cut == 0 => ("", &b"(nil)"[..]),
            Kind::Pointer => ("0x", in_hexadecimal(cut, b"0123456789abcdef", &mut hexadecimal)),
        };
        let Padding { left, width, precision } = self.padding;
        let least = match precision {
            Some(least) => least,
            None if self.zeros && !left => width.saturating_sub(sign.len()),
            None => 0,
        };
        let start = out.len();
        out.extend_from_slice(sign.as_bytes());
        out.resize(out.len() + least.saturating_sub(digits.len()), b'0');
        out.extend_from_slice(digits);
        Padding { left, width, precision: None }.pad(start, out);
    }
}

/// The digits of a number, into room for all that there can be.
fn in_hexadecimal<'b>(mut number: u64, digits: &[u8; 16], room: &'b mut [u8; 16]) -> &'b [u8] {
    let mut start = room.len();
    for (at, place) in room.iter_mut().enumerate().rev() {
        *place = *digits.get(number as usize % 16).unwrap_or(&b'0');
        number /= 16;
        start = at;
        if number == 0 {
            break;
        }
    }
    room.get(start..).unwrap_or_default()
}
