//! Eight bytes at a time: what stands in a word of a line.
//!
//! A word is 8 bytes, the first in the low ones.

/// The 8 bytes from a place on.
#[inline(always)]
pub(in crate::dialect) fn word(line: &[u8], at: usize) -> Option<u64> {
    line.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes))
}

/// A word of one byte, 8 times.
pub(in crate::dialect) const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// 0 where the bytes of a mask are these.
#[inline(always)]
pub(in crate::dialect) fn marked(bytes: u64, mask: [u8; 8], marks: [u8; 8]) -> u64 {
    bytes & u64::from_le_bytes(mask) ^ u64::from_le_bytes(marks)
}

/// The high bit of each byte that is this one.
#[inline(always)]
pub(in crate::dialect) fn matches(bytes: u64, byte: u8) -> u64 {
    let other = bytes ^ all(byte);
    // A byte that is not 0 has its high bit, or gets it from what is added to the others.
    !((other & all(0x7f)).wrapping_add(all(0x7f)) | other) & all(0x80)
}

/// How many bytes stand before the first of those that [`matches()`] found.
#[inline(always)]
pub(in crate::dialect) fn first(matches: u64) -> Option<usize> {
    (matches != 0).then(|| matches.trailing_zeros() as usize / 8)
}

/// The first bytes of 8, moved to the end, with others before them.
///
/// There is at least one.
#[inline(always)]
pub(in crate::dialect) fn moved_to_end(bytes: u64, count: usize, filled_with: u8) -> u64 {
    let shift = 64 - 8 * count as u32;
    bytes << shift | all(filled_with) & !(u64::MAX << shift)
}

/// What of 8 bytes is a field, their last; the bytes before it count as blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::dialect) struct Field {
    kept: u64,
    blanks: u64,
}

impl Field {
    /// The last bytes of 8.
    pub(in crate::dialect) fn of_width(width: usize) -> Field {
        let kept = u64::MAX.checked_shl(64 - 8 * width as u32).unwrap_or(0);
        Field { kept, blanks: all(b' ') & !kept }
    }

    #[inline(always)]
    pub(in crate::dialect) fn of(self, bytes: u64) -> u64 {
        bytes & self.kept | self.blanks
    }
}

/// The number that the last of 8 bytes are, behind blanks; and what is wrong
/// with it: 0 where nothing is.
#[inline(always)]
pub(in crate::dialect) fn number(bytes: u64) -> (u64, u64) {
    // A blank is a zero but for one bit; so is `)` a nine, and no blank.
    let zeros = bytes | all(0x10);
    let blanks = ((zeros ^ bytes) >> 4) * 0xff;
    let (number, wrong) = digits(zeros);
    let no_blanks = bytes & blanks & all(0x0f);
    // Blanks come first, and the last byte is none.
    (number, wrong | no_blanks | blanks & blanks.wrapping_add(1) | blanks >> 63)
}

/// The number of 8 decimal digits, the first in the low byte; and what is
/// wrong with it: 0 where nothing is.
///
/// Neighbours are joined to pairs, pairs to fours, fours to eight.
#[inline(always)]
pub(in crate::dialect) fn digits(bytes: u64) -> (u64, u64) {
    // A digit has 3 in its upper half, also when 6 is added.
    let carried = bytes.wrapping_add(all(0x06));
    let wrong = (bytes ^ all(0x30) | carried ^ all(0x30)) & all(0xf0);
    let ones = bytes & all(0x0f);
    let pairs = (ones.wrapping_mul(10).wrapping_add(ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff, wrong)
}

/// The number of the first 3 bytes, digits; and what is wrong with it: 0 where
/// nothing is.
#[inline(always)]
pub(in crate::dialect) fn three_digits(bytes: u64) -> (u64, u64) {
    let digits = (bytes ^ all(b'0')) & 0xff_ffff;
    let wrong = (digits | digits.wrapping_add(0x06_0606)) & 0xf0_f0f0;
    ((digits & 0xff) * 100 + (digits >> 8 & 0xff) * 10 + (digits >> 16), wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits() {
        let digits = |bytes: [u8; 8]| digits(u64::from_le_bytes(bytes));
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
            assert_eq!(three_digits(u64::from_le_bytes(bytes)), (number, 0));
        }
        for at in 0..3 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut bytes = *b"00000000";
                bytes[at] = byte;
                assert_ne!(three_digits(u64::from_le_bytes(bytes)).1, 0, "{byte} at {at}");
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
            let (found, wrong) = number(Field::of_width(width).of(u64::from_le_bytes(*text)));
            assert_eq!((wrong == 0).then_some(found), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn bytes_that_are_one() {
        for byte in [0, 1, b' ', b'/', 0x7f, 0x80, 0xff] {
            for other in 0..=255 {
                for at in 0..8 {
                    let mut bytes = [other; 8];
                    bytes[at] = byte;
                    let found = matches(u64::from_le_bytes(bytes), byte).to_le_bytes();
                    let expected = bytes.map(|one| if one == byte { 0x80 } else { 0 });
                    assert_eq!(found, expected, "{byte} among {other}");
                }
            }
        }
        assert_eq!(first(matches(u64::from_le_bytes(*b"read(fd:"), b'(')), Some(4));
        assert_eq!(first(matches(u64::from_le_bytes(*b"read(fd:"), b'x')), None);
        assert_eq!(moved_to_end(u64::from_le_bytes(*b"123 ms):"), 3, b'0').to_le_bytes(), *b"00000123");
        assert_eq!(moved_to_end(u64::from_le_bytes(*b"12345678"), 8, b'0').to_le_bytes(), *b"12345678");
    }
}
