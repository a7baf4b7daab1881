//! SWAR (SIMD within a register): functions that compare and parse eight bytes of a line at a time.
//!
//! The eight bytes stand in a `u64`, of which the lowest byte comes first in the line.

/// Loads the 8 bytes of a line that begin at the column `at`. Returns `None` if the line does not have so many.
#[inline(always)]
pub(super) fn load(line: &[u8], at: usize) -> Option<u64> {
    line.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes))
}

/// Returns eight copies of a byte.
pub(super) const fn repeat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Compares some of eight bytes. Returns 0 if `bytes` equals `expected` wherever `mask` has 255. Where `mask` has 0,
/// `expected` must have 0.
#[inline(always)]
pub(super) fn mask_differs(bytes: u64, mask: [u8; 8], expected: [u8; 8]) -> u64 {
    bytes & u64::from_le_bytes(mask) ^ u64::from_le_bytes(expected)
}

/// Marks the bytes of `bytes` that equal `byte`: in the result, the high bit of each such byte is set, and all other
/// bits are 0.
#[inline(always)]
pub(super) fn match_bits(bytes: u64, byte: u8) -> u64 {
    let other = bytes ^ repeat(byte);
    // `other` has a 0 where the byte was equal. In any other byte of `other`, the high bit is set already, or this
    // addition sets it.
    !((other & repeat(0x7f)).wrapping_add(repeat(0x7f)) | other) & repeat(0x80)
}

/// Returns the index, 0 to 7, of the first byte that [`match_bits`] has marked; `None` if it has marked none.
#[inline(always)]
pub(super) fn first_match(match_bits: u64) -> Option<usize> {
    (match_bits != 0).then(|| match_bits.trailing_zeros() as usize / 8)
}

/// Moves the first `count` bytes (1 to 8) to the end of the eight, and fills the bytes before them with `filled_with`.
#[inline(always)]
pub(super) fn align_right(bytes: u64, count: usize, filled_with: u8) -> u64 {
    let shift = 64 - 8 * count as u32;
    bytes << shift | repeat(filled_with) & !(u64::MAX << shift)
}

/// Keeps the last bytes of eight, and replaces the bytes before them by blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct RightBytes {
    kept: u64,
    blanks: u64,
}

impl RightBytes {
    /// Creates a mask that keeps the last `width` bytes, 0 to 8.
    pub(super) fn new(width: usize) -> RightBytes {
        let kept = u64::MAX.checked_shl(64 - 8 * width as u32).unwrap_or(0);
        RightBytes { kept, blanks: repeat(b' ') & !kept }
    }

    #[inline(always)]
    pub(super) fn keep(self, bytes: u64) -> u64 {
        bytes & self.kept | self.blanks
    }
}

/// Parses a decimal number that blanks pad on the left to 8 bytes. Returns the number, and a second value that is 0 if
/// the bytes have this form.
#[inline(always)]
pub(super) fn parse_padded(bytes: u64) -> (u64, u64) {
    // Setting the bit 0x10 turns a blank (0x20) into a zero (0x30) and leaves digits as they are. It also turns the
    // bytes from `!` to `)` into digits. If there is such a byte, `no_blanks` is above 0, because such a byte has at
    // least one of its lower four bits set, and a blank has none.
    let zeros = bytes | repeat(0x10);
    let blanks = ((zeros ^ bytes) >> 4) * 0xff;
    let (number, wrong) = parse_eight(zeros);
    let no_blanks = bytes & blanks & repeat(0x0f);
    // All blanks must stand before the digits, and the last byte must be a digit.
    (number, wrong | no_blanks | blanks & blanks.wrapping_add(1) | blanks >> 63)
}

/// Parses 8 decimal digits. Returns the number, and a second value that is 0 if all bytes are digits.
///
/// Three steps join digits to pairs, pairs to groups of four, and those to the number.
#[inline(always)]
pub(super) fn parse_eight(bytes: u64) -> (u64, u64) {
    // The upper half of a digit's byte is 3, and stays 3 if 6 is added. That is true of no other byte.
    let carried = bytes.wrapping_add(repeat(0x06));
    let wrong = (bytes ^ repeat(0x30) | carried ^ repeat(0x30)) & repeat(0xf0);
    let ones = bytes & repeat(0x0f);
    let pairs = (ones.wrapping_mul(10).wrapping_add(ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff, wrong)
}

/// Parses the first 3 bytes as decimal digits. Returns the number, and a second value that is 0 if all three are
/// digits.
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
