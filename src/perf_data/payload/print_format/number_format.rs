//! Prints numbers and padding in the same form as printf.

/// Width, precision and alignment of a conversion: `%-8s`, `%.3s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Padding {
    /// True for the flag `-`: blanks fill up the text on the right and not on the left.
    pub(super) left: bool,
    /// The least number of bytes. Shorter text is filled up; 0 means no filling.
    pub(super) width: usize,
    /// The greatest number of bytes of a string, or the least number of digits of a number.
    pub(super) precision: Option<usize>,
}

/// The format of a number: `%d`, `%08lx`.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberFormat {
    pub(super) padding: Padding,
    /// True for the flag `0`: zeros and not blanks fill up the width.
    pub(super) zeros: bool,
    /// True for the flag `#`: `0x` stands before a hexadecimal number.
    pub(super) alternate: bool,
    /// The number of lowest bits that are printed, 8 to 64.
    pub(super) bits: u32,
    pub(super) notation: Notation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Signed,
    Unsigned,
    Hexadecimal,
    UpperHexadecimal,
    Pointer,
}

impl Padding {
    /// Cuts and fills up the string that stands in `out` from `start` on, as `%8.3s` does.
    pub(super) fn apply(self, start: usize, out: &mut Vec<u8>) {
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

impl NumberFormat {
    /// Returns whether the number is printed without blanks around it.
    pub(super) fn has_no_blanks(&self) -> bool {
        let Padding { left, width, precision } = self.padding;
        width == 0 || self.zeros && !left && precision.is_none()
    }

    pub(super) fn print(self, value: u64, out: &mut Vec<u8>) {
        let unused = 64 - self.bits;
        let cut = value << unused >> unused;
        let signed = (value << unused) as i64 >> unused;
        let (mut decimal, mut hexadecimal) = (itoa::Buffer::new(), [0; 16]);
        let prefix = |prefix| if self.alternate && cut != 0 { prefix } else { "" };
        let (sign, digits) = match self.notation {
            Notation::Signed if signed < 0 => ("-", decimal.format(signed.unsigned_abs()).as_bytes()),
            Notation::Signed | Notation::Unsigned => ("", decimal.format(cut).as_bytes()),
            Notation::Hexadecimal => (prefix("0x"), in_hexadecimal(cut, b"0123456789abcdef", &mut hexadecimal)),
            Notation::UpperHexadecimal => (prefix("0X"), in_hexadecimal(cut, b"0123456789ABCDEF", &mut hexadecimal)),
            // glibc prints a null pointer in this form, and perf prints pointers through glibc.
            Notation::Pointer if cut == 0 => ("", &b"(nil)"[..]),
            Notation::Pointer => ("0x", in_hexadecimal(cut, b"0123456789abcdef", &mut hexadecimal)),
        };
        let Padding { left, width, precision } = self.padding;
        let digits_min = match precision {
            Some(least) => least,
            None if self.zeros && !left => width.saturating_sub(sign.len()),
            None => 0,
        };
        let start = out.len();
        out.extend_from_slice(sign.as_bytes());
        out.resize(out.len() + digits_min.saturating_sub(digits.len()), b'0');
        out.extend_from_slice(digits);
        Padding { left, width, precision: None }.apply(start, out);
    }
}

/// Writes the hexadecimal digits of a number to the end of `buffer`, and returns them.
fn in_hexadecimal<'b>(mut number: u64, digits: &[u8; 16], buffer: &'b mut [u8; 16]) -> &'b [u8] {
    let mut start = buffer.len();
    for (at, digit) in buffer.iter_mut().enumerate().rev() {
        *digit = *digits.get(number as usize % 16).unwrap_or(&b'0');
        number /= 16;
        start = at;
        if number == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}
