//! SWAR (SIMD within a register): compares and parses eight bytes of a line at a time.
//!
//! The functions take eight bytes as a `u64` whose lowest byte comes first in the line.

/// Loads the 8 bytes from a column on; returns `None` if the line ends before the eighth.
#[inline(always)]
pub(super) fn load(line: &[u8], at: usize) -> Option<u64> {
    line.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes))
}

/// Returns the same byte 8 times.
pub(super) const fn repeat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Returns 0 if the bytes under the mask equal `expected`, which must be 0 outside the mask.
#[inline(always)]
pub(super) fn mask_differs(bytes: u64, mask: [u8; 8], expected: [u8; 8]) -> u64 {
    bytes & u64::from_le_bytes(mask) ^ u64::from_le_bytes(expected)
}

/// Returns a number that has the high bit set in each byte that equals `byte`, and all other bits clear.
#[inline(always)]
pub(super) fn match_bits(bytes: u64, byte: u8) -> u64 {
    let other = bytes ^ repeat(byte);
    // In each byte that is not 0 the high bit is set already, or the addition sets it.
    !((other & repeat(0x7f)).wrapping_add(repeat(0x7f)) | other) & repeat(0x80)
}

/// Returns the number of bytes before the first that [`match_bits`] found.
#[inline(always)]
pub(super) fn first_match(match_bits: u64) -> Option<usize> {
    (match_bits != 0).then(|| match_bits.trailing_zeros() as usize / 8)
}

/// Moves the first `count` bytes to the end, and fills the bytes before them. The count is 1 to 8.
#[inline(always)]
pub(super) fn align_right(bytes: u64, count: usize, filled_with: u8) -> u64 {
    let shift = 64 - 8 * count as u32;
    bytes << shift | repeat(filled_with) & !(u64::MAX << shift)
}

/// Keeps the last bytes of 8, and replaces the bytes before them with blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct RightBytes {
    kept: u64,
    blanks: u64,
}

impl RightBytes {
    /// Keeps the last `width` bytes, 0 to 8.
    pub(super) fn new(width: usize) -> RightBytes {
        let kept = u64::MAX.checked_shl(64 - 8 * width as u32).unwrap_or(0);
        RightBytes { kept, blanks: repeat(b' ') & !kept }
    }

    #[inline(always)]
    pub(super) fn keep(self, bytes: u64) -> u64 {
        bytes & self.kept | self.blanks
    }
}

/// Parses a decimal number that is padded with blanks on the left to 8 bytes. The second value is 0 if the bytes are
/// such a number.
#[inline(always)]
pub(super) fn parse_padded(bytes: u64) -> (u64, u64) {
    // A blank differs from a zero in one bit. `)` differs from a nine in that bit, too, but is no blank.
    let zeros = bytes | repeat(0x10);
    let blanks = ((zeros ^ bytes) >> 4) * 0xff;
    let (number, wrong) = parse_eight(zeros);
    let no_blanks = bytes & blanks & repeat(0x0f);
    // Blanks must come first, and the last byte must not be one.
    (number, wrong | no_blanks | blanks & blanks.wrapping_add(1) | blanks >> 63)
}

/// Parses 8 decimal digits. The second value is 0 if all bytes are digits.
///
/// Three steps join neighbours to pairs, pairs to fours, and fours to eight.
#[inline(always)]
pub(super) fn parse_eight(bytes: u64) -> (u64, u64) {
    // The upper half of a digit is 3, and stays 3 when 6 is added.
    let carried = bytes.wrapping_add(repeat(0x06));
    let wrong = (bytes ^ repeat(0x30) | carried ^ repeat(0x30)) & repeat(0xf0);
    let ones = bytes & repeat(0x0f);
    let pairs = (ones.wrapping_mul(10).wrapping_add(ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff, wrong)
}

/// Parses the first 3 bytes as decimal digits. The second value is 0 if all three are digits.
#[inline(always)]
pub(super) fn parse_three(bytes: u64) -> (u64, u64) {
    let digits = (bytes ^ repeat(b'0')) & 0xff_ffff;
    let wrong = (digits | digits.wrapping_add(0x06_0606)) & 0xf0_f0f0;
    ((digits & 0xff) * 100 + (digits >> 8 & 0xff) * 10 + (digits >> 16), wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits() {
        let digits = |bytes: [u8; 8]| parse_eight(u64::from_le_bytes(bytes));
        assert_eq!(digits(*b"12345678"), (12_345_678, 0));
        assert_eq!(digits(*b"99999999"), (99_999_999, 0));
        for at in 0..8 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut bytes = *b"00000000";
                bytes[at] = byte;
                assert_ne!(digits(bytes).1, 0, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn three_digits_of_eight_bytes() {
        for number in 0..1000 {
            let mut bytes = *b"....x:.\0";
            bytes[..3].copy_from_slice(format!("{number:03}").as_bytes());
            assert_eq!(parse_three(u64::from_le_bytes(bytes)), (number, 0));
        }
        for at in 0..3 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut bytes = *b"00000000";
                bytes[at] = byte;
                assert_ne!(parse_three(u64::from_le_bytes(bytes)).1, 0, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn numbers_behind_blanks() {
        for (text, width, expected) in [
            (b"xx   123", 6, Some(123)),
            (b"xx 12 34", 6, None),
            (b"xx      ", 6, None),
            (b"xx1     ", 6, None),
            (b"99   123", 6, Some(123)),
            (b"99   123", 8, None),
            (b"12345678", 8, Some(12_345_678)),
            (b"xx  -123", 6, None),
            (b"xx\t  123", 6, None),
            (b"xx )  12", 6, None),
            (b"xx!   12", 6, None),
        ] {
            let (found, wrong) = parse_padded(RightBytes::new(width).keep(u64::from_le_bytes(*text)));
            assert_eq!((wrong == 0).then_some(found), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn bytes_that_match() {
        for byte in [0, 1, b' ', b'/', 0x7f, 0x80, 0xff] {
            for other in 0..=255 {
                for at in 0..8 {
                    let mut bytes = [other; 8];
                    bytes[at] = byte;
                    let found = match_bits(u64::from_le_bytes(bytes), byte).to_le_bytes();
                    let expected = bytes.map(|one| if one == byte { 0x80 } else { 0 });
                    assert_eq!(found, expected, "{byte} among {other}");
                }
            }
        }
        assert_eq!(first_match(match_bits(u64::from_le_bytes(*b"read(fd:"), b'(')), Some(4));
        assert_eq!(first_match(match_bits(u64::from_le_bytes(*b"read(fd:"), b'x')), None);
        assert_eq!(align_right(u64::from_le_bytes(*b"123 ms):"), 3, b'0').to_le_bytes(), *b"00000123");
        assert_eq!(align_right(u64::from_le_bytes(*b"12345678"), 8, b'0').to_le_bytes(), *b"12345678");
    }
}
