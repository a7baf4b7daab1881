//! The values that travel with the chain of a loop from its first event to its last one.

use super::values::{FIELDS_MAX, FirstValues};

/// The values that travel with a chain for `--explain`.
pub struct Begin {
    /// The number of the loop's first entry in the log of its key (its thread, or the value of another key).
    pub entry: u64,
    /// The number of the event behind the loop's first one, in the count of the events of all threads (`around.rs`).
    /// The events around the loop are counted from there.
    pub around: u64,
    /// The values of the fields of the first event.
    pub values: FirstValues,
}

impl Begin {
    /// The number of 64-bit words that the values take.
    pub const WORDS: usize = 5;

    /// Returns the values as words. The first word is always 1, so that words which are all 0 stand for no values.
    pub fn words(&self) -> [u64; Begin::WORDS] {
        let (halves, _) = self.values.as_chunks::<4>();
        let word = |half: &[u16; 4]| half.iter().rev().fold(0, |word, &value| word << 16 | u64::from(value));
        [1, self.entry, self.around, word(&halves[0]), word(&halves[1])]
    }

    /// Returns the values that stand in these words; `None` if no values were stored in them.
    pub fn from_words(words: &[u64]) -> Option<Begin> {
        let &[1, entry, around, low, high] = words else { return None };
        let mut values = [0; FIELDS_MAX];
        for (at, value) in values.iter_mut().enumerate() {
            *value = ([low, high][at / 4] >> (at % 4 * 16)) as u16;
        }
        Some(Begin { entry, around, values })
    }
}
