//! What a group of closed loops is called: a value with its text, in 128 bytes.

use super::value::KeyValue;

/// A value that statistics are kept apart by.
///
/// As many words as a begun loop carries along, whatever the value: the text
/// is cut where it does not fit, the identity is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupValue([u64; GroupValue::WORDS]);

impl GroupValue {
    /// How many words it takes: 2 of identity, the others of text.
    pub const WORDS: usize = 16;
    const TEXT_AT: usize = 2;
    /// How long the text may be; a byte before it says how long it is.
    const TEXT_MAX: usize = (GroupValue::WORDS - GroupValue::TEXT_AT) * 8 - 1;

    /// A value, and how it is shown.
    pub fn new(value: KeyValue, text: &[u8]) -> GroupValue {
        let mut shown = [0; (GroupValue::WORDS - GroupValue::TEXT_AT) * 8];
        let cut: &[u8] = if text.len() > GroupValue::TEXT_MAX { b"..." } else { b"" };
        let kept = text.len().min(GroupValue::TEXT_MAX - cut.len());
        shown[0] = (kept + cut.len()) as u8;
        shown[1..][..kept].copy_from_slice(&text[..kept]);
        shown[1 + kept..][..cut.len()].copy_from_slice(cut);
        let mut words = [0; GroupValue::WORDS];
        let (identity, text) = words.split_at_mut(GroupValue::TEXT_AT);
        identity.copy_from_slice(&value.words());
        for (word, bytes) in text.iter_mut().zip(shown.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        GroupValue(words)
    }

    /// No value: the input does not print it.
    pub fn is_none(&self) -> bool {
        self.0[0] == 0
    }

    /// What tells it from another.
    pub fn identity(&self) -> [u64; 2] {
        [self.0[0], self.0[1]]
    }

    /// How it is shown.
    pub fn text(&self) -> Vec<u8> {
        let mut bytes = self.0[GroupValue::TEXT_AT..].iter().flat_map(|word| word.to_le_bytes());
        let length = bytes.next().unwrap_or(0);
        bytes.take(length.into()).collect()
    }

    pub(crate) fn words(&self) -> &[u64; GroupValue::WORDS] {
        &self.0
    }

    pub(crate) fn from_words(words: &[u64]) -> GroupValue {
        let mut label = GroupValue::default();
        label.0.copy_from_slice(words);
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_still_told_apart() {
        let long = |last: &str| format!("{}/{last}", "/usr/share".repeat(12));
        let label = |text: &str| GroupValue::new(KeyValue::text(text.as_bytes()), text.as_bytes());
        let (one, other) = (label(&long("Catamarca")), label(&long("Cordoba")));
        assert_ne!(one.identity(), other.identity());
        assert_eq!(one.text(), [&b"/usr/share".repeat(10)[..], b"/usr/sha..."].concat());
        assert_eq!(label("ab").text(), b"ab");
        assert!(!label("").is_none() && GroupValue::default().is_none());
        assert_eq!(GroupValue::from_words(one.words()), one);
    }
}
