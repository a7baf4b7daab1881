//! The place of a line in its input.

/// The place of a line or record in its input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the line or record, counted from 1. It is 0 if events come without lines.
    pub line: u64,
    /// The number of bytes of the input in front of the line. It is 0 for every record of a perf.data that is read
    /// again, because records are found by their number.
    pub offset: u64,
}

impl Place {
    /// The number of 64-bit words of a place.
    pub const WORDS: usize = 2;

    /// Returns the place as words. The first word is 0 only if the events come without lines.
    pub fn words(self) -> [u64; Place::WORDS] {
        [self.line, self.offset]
    }

    /// Returns the place that has these words.
    pub fn from_words(words: &[u64]) -> Place {
        let word = |at: usize| words.get(at).copied().unwrap_or(0);
        Place { line: word(0), offset: word(1) }
    }
}
