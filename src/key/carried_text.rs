//! The text of a field, in the form in which an unfinished loop carries it until the loop closes.

/// The text of a field in a fixed number of 64-bit words, so that an unfinished loop, which carries it, takes a bounded
/// amount of memory.
///
/// A text of more than [`CarriedText::TEXT_MAX`] bytes is cut. Its last three bytes are then `...`.
pub struct CarriedText;

impl CarriedText {
    /// The number of 64-bit words. The first word holds the length of the text plus one, or 0 if the event does not
    /// have the field. The other words hold the bytes of the text.
    pub const WORDS: usize = 32;
    /// The longest text, in bytes.
    pub const TEXT_MAX: usize = (CarriedText::WORDS - 1) * 8;
    const CUT: &[u8] = b"...";

    /// Writes a text into `words`, which must have the length [`CarriedText::WORDS`].
    pub fn write(words: &mut [u64], text: &[u8]) {
        let (kept, cut) = match text.get(..CarriedText::TEXT_MAX) {
            Some(_) if text.len() > CarriedText::TEXT_MAX => (CarriedText::kept(text), CarriedText::CUT),
            _ => (text, &b""[..]),
        };
        words.fill(0);
        words[0] = 1 + (kept.len() + cut.len()) as u64;
        for (at, &byte) in kept.iter().chain(cut).enumerate() {
            words[1 + at / 8] |= u64::from(byte) << (at % 8 * 8);
        }
    }

    /// Returns the beginning of a text that is too long, so that the three dots fit behind it. It does not end within a
    /// character.
    fn kept(text: &[u8]) -> &[u8] {
        let longest = CarriedText::TEXT_MAX - CarriedText::CUT.len();
        let is_continuation = |at: usize| text[at] & 0xc0 == 0x80;
        // A character of UTF-8 has at most three bytes behind its first byte, so one of these four places is between
        // two characters. If none is, the text is not UTF-8, and it is cut at the last place.
        let end = (longest - 3..=longest).rev().find(|&end| !is_continuation(end));
        &text[..end.unwrap_or(longest)]
    }

    /// Appends the text that stands in these words. Returns false if they say that the event did not have the field.
    pub fn read(words: &[u64], out: &mut Vec<u8>) -> bool {
        let Some(length) = words[0].checked_sub(1) else { return false };
        out.extend(words[1..].iter().flat_map(|word| word.to_le_bytes()).take(length as usize));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(text: &[u8]) -> Vec<u8> {
        let mut words = [7; CarriedText::WORDS];
        CarriedText::write(&mut words, text);
        let mut out = b"<".to_vec();
        assert!(CarriedText::read(&words, &mut out));
        out.split_off(1)
    }

    #[test]
    fn a_text_comes_back() {
        for text in [&b""[..], b"a", b"8 bytes.", b"\0\xff\n", &[b'x'; CarriedText::TEXT_MAX]] {
            assert_eq!(carried(text), text);
        }
        assert!(!CarriedText::read(&[0; CarriedText::WORDS], &mut Vec::new()));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let ascii = [b'x'; 1000];
        assert_eq!(carried(&ascii), [&ascii[..245], b"..."].concat());
        for before in 0..4 {
            let text = format!("{}{}", "x".repeat(before), "\u{1f600}".repeat(100));
            let cut = String::from_utf8(carried(text.as_bytes())).expect("text");
            let kept = cut.strip_suffix("...").expect("three dots");
            assert!(text.starts_with(kept) && (242..=245).contains(&kept.len()), "{}", kept.len());
        }
        assert_eq!(carried(&[0x80; 300]), [&[0x80; 245][..], b"..."].concat());
    }
}
