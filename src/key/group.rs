//! The value of a group (`-b`) of closed loops, with its text.

use super::value::KeyValue;

/// The value of a group (`-b`), in 128 bytes. The first 16 bytes are the identity, by which values are compared. The
/// others hold the text that is shown.
///
/// The size is fixed, because each unfinished loop carries such a value in its state. A text of more than 111 bytes is
/// cut. The identity comes from the whole text, so two texts that are cut to the same beginning still differ.
///
/// The identity of a value is the same on every machine and in every version of the program. So statistics that were
/// written to files can be merged by it; see [`KeyValue`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupValue([u64; GroupValue::WORDS]);

impl GroupValue {
    /// The number of 64-bit words. 2 hold the identity, and the others the text.
    pub const WORDS: usize = 16;
    /// The value of loops that lack the field.
    pub const NONE: GroupValue = GroupValue([0; GroupValue::WORDS]);
    const TEXT_AT: usize = 2;
    /// The largest number of bytes of the text. The byte before the text holds its length.
    const TEXT_MAX: usize = (GroupValue::WORDS - GroupValue::TEXT_AT) * 8 - 1;

    /// Creates the value of a group. `text` is shown for `value`.
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

    /// Joins the values of several fields to one. The texts are joined by commas, with `-` for a value that is missing
    /// or has an empty text.
    pub fn joined(values: &[GroupValue]) -> GroupValue {
        let mut text = Vec::new();
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            match value.text().as_slice() {
                [] => text.push(b'-'),
                part => text.extend_from_slice(part),
            }
        }
        GroupValue::new(KeyValue::joined_words(values.iter().map(GroupValue::identity)), &text)
    }

    /// Returns whether there is no value: the events of the loop do not have the field.
    pub fn is_none(&self) -> bool {
        self.0[0] == 0
    }

    /// Returns the identity of the value. Two values belong to the same group if their identities are equal.
    pub fn identity(&self) -> [u64; 2] {
        [self.0[0], self.0[1]]
    }

    /// Returns the text of the value. If the text was cut, it ends with `...`.
    pub fn text(&self) -> Vec<u8> {
        let mut bytes = self.0[GroupValue::TEXT_AT..].iter().flat_map(|word| word.to_le_bytes());
        let length = bytes.next().unwrap_or(0);
        bytes.take(length.into()).collect()
    }

    /// Returns the value as 64-bit words, from which [`GroupValue::from_words`] makes the same value again.
    pub(crate) fn words(&self) -> &[u64; GroupValue::WORDS] {
        &self.0
    }

    /// Returns the value that [`GroupValue::words`] has turned into these words. If the first word is 0, there is no
    /// value, whatever the other words are: an unfinished loop that does not have the value yet sets only the first
    /// word. Panics if the first word is not 0 and the number of words is not [`GroupValue::WORDS`].
    pub(crate) fn from_words(words: &[u64]) -> GroupValue {
        let mut value = GroupValue::NONE;
        if words[0] != 0 {
            value.0.copy_from_slice(words);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_keep_their_identity() {
        let long = |last: &str| format!("{}/{last}", "/usr/share".repeat(12));
        let value = |text: &str| GroupValue::new(KeyValue::text(text.as_bytes()), text.as_bytes());
        let (one, other) = (value(&long("Catamarca")), value(&long("Cordoba")));
        assert_ne!(one.identity(), other.identity());
        assert_eq!(one.text(), [&b"/usr/share".repeat(10)[..], b"/usr/sha..."].concat());
        assert_eq!(value("ab").text(), b"ab");
        assert!(!value("").is_none() && GroupValue::default().is_none());
        assert_eq!(GroupValue::from_words(one.words()), one);
        // If the first word is 0, there is no value, whatever the others are.
        assert_eq!(GroupValue::from_words(&[&[0][..], &one.words()[1..]].concat()), GroupValue::NONE);
    }

    #[test]
    fn joined_values_are_the_same_if_all_parts_are() {
        let number = |number: i64, text: &str| GroupValue::new(KeyValue::number(number), text.as_bytes());
        let text = |text: &str| GroupValue::new(KeyValue::text(text.as_bytes()), text.as_bytes());
        let joined = GroupValue::joined(&[number(16, "0x10"), GroupValue::default(), text("")]);
        assert_eq!(joined.text(), b"0x10,-,-");
        let same = GroupValue::joined(&[number(16, "16"), GroupValue::default(), text("")]);
        assert_eq!(joined.identity(), same.identity());
        let other = GroupValue::joined(&[number(16, "16"), text(""), GroupValue::default()]);
        assert_ne!(joined.identity(), other.identity());
        assert_ne!(GroupValue::joined(&[text("a,b"), text("c")]), GroupValue::joined(&[text("a"), text("b,c")]));
    }
}
