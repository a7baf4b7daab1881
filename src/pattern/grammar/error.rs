//! Mistakes in the text of a loop, and the form in which they are shown.

use crate::text::is_obeyed;
use std::fmt;
use std::ops::Range;

/// A mistake in the text of a loop: where it stands, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The offset of the mistake in the text, in bytes.
    pub at: usize,
    /// The number of bytes that are wrong; 0 at the end of the text.
    pub length: usize,
    /// The message for the user: what was expected, and what stands there.
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// Creates the error for a mistake at this place in the text, in bytes.
    pub(super) fn new(place: &Range<usize>, message: &str) -> SyntaxError {
        SyntaxError { at: place.start, length: place.len(), message: message.to_owned() }
    }

    /// Returns the text and a second line, in which a caret stands below each wrong character. A very long text is cut
    /// to 500 characters before and behind the mistake.
    pub fn pointer(&self, text: &str) -> Pointer {
        const AROUND: usize = 500;
        let count = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
        let (before, wrong) = (count(0..self.at), count(self.at..self.at + self.length).max(1));
        let skipped = before.saturating_sub(AROUND);
        let plain = |c: char| if is_obeyed(c) { ' ' } else { c };
        let shown = text.chars().skip(skipped).take(before - skipped + wrong.min(AROUND) + AROUND).map(plain);
        let (cut, mut line) = if skipped > 0 { (3, "...".to_owned()) } else { (0, String::new()) };
        line.extend(shown);
        let carets = format!("{}{}", " ".repeat(cut + before - skipped), "^".repeat(wrong.min(AROUND)));
        Pointer { line, carets }
    }
}

/// Two lines that point at a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The text, in which control characters are replaced by blanks.
    pub line: String,
    /// Blanks, and carets that stand below the mistake.
    pub carets: String,
}
