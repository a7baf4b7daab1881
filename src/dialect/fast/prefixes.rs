//! Remembers the prefixes of lines. A prefix is the text of a line before the time, with the fields comm, pid, tid and
//! cpu.
//!
//! This pays off because few threads run at a time in a recording, and the tracer prints the same bytes for a thread
//! again and again.

use super::swar::load;
use crate::dialect::prefix::Prefix;
use crate::event::{Event, OwnThreads};

/// The number of prefixes that are remembered. A hash of a prefix's bytes says at which place it is kept.
const PREFIXES: usize = 256;

/// The lengths in bytes of the prefixes that are remembered. For these lengths, the five loads of 8 bytes in
/// [`PrefixCache::find`] cover every byte of the prefix.
pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 17..=40;

/// Reads the fields of a prefix. Returns `None` if the text is no prefix of this tracer's lines.
type ReadPrefix = fn(&[u8]) -> Option<Prefix>;

/// The text of a prefix, and the fields that were read from it.
#[derive(Clone, Copy, Default)]
struct Known {
    /// All bytes of the text, 8 in each element. Elements may overlap, so that some bytes stand in two of them.
    text: [u64; 5],
    /// The length of the text, times two, plus the style of its line (0 for perf script, 1 for ftrace), so that both
    /// are compared at once; 0 if the place is free.
    shape: usize,
    prefix: Prefix,
}

impl Known {
    #[inline(always)]
    fn is(&self, text: &[u64; 5], shape: usize) -> bool {
        let differ = text.iter().zip(&self.text).fold(0, |differ, (one, other)| differ | one ^ other);
        differ | (self.shape ^ shape) as u64 == 0
    }
}

/// The prefixes that are remembered.
pub(super) struct PrefixCache {
    known: Box<[Known; PREFIXES]>,
    /// The place of the prefix that was found last.
    last: usize,
    /// The threads of this program. Their prefixes are never found, so that their lines are read field by field.
    left_out: Option<OwnThreads>,
}

impl Default for PrefixCache {
    fn default() -> Self {
        PrefixCache { known: Box::new([Known::default(); PREFIXES]), last: 0, left_out: None }
    }
}

impl PrefixCache {
    /// From now on, finds no prefix of these threads. Forgets all prefixes, because some may be of these threads.
    pub(super) fn leave_out(&mut self, threads: Option<OwnThreads>) {
        *self = PrefixCache { left_out: threads, ..PrefixCache::default() };
    }

    /// Returns whether the thread of this event is one of the threads that are left out.
    pub(super) fn leaves_out(&self, event: &Event<'_>) -> bool {
        self.left_out.as_ref().is_some_and(|threads| threads.have(event))
    }

    /// Finds the prefix in the first `length` bytes of a line. Afterwards [`PrefixCache::last`] returns its fields. A
    /// prefix that is not known is read with `read` and then remembered. Returns `None` if `read` does.
    ///
    /// The length must be in [`LENGTHS`]. The `style` is the number of the tracer that wrote the line, and must always
    /// come with the same function `read`, because a prefix is found again by its text and this number.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "the remainder is below the number of places")]
    pub(super) fn find(&mut self, line: &[u8], length: usize, style: usize, read: ReadPrefix) -> Option<()> {
        let middle = load(line, (length - 8).min(16))?;
        let text = [load(line, 0)?, load(line, 8)?, middle, load(line, length - 16)?, load(line, length - 8)?];
        let shape = length << 1 | style;
        // Several events of one thread often come in a row, so the last prefix is compared first.
        if self.known[self.last % PREFIXES].is(&text, shape) {
            Some(())
        } else {
            self.find_other(line, text, shape, read)
        }
    }

    #[inline(never)]
    #[allow(clippy::indexing_slicing, reason = "the remainder is below the number of places")]
    fn find_other(&mut self, line: &[u8], text: [u64; 5], shape: usize, read: ReadPrefix) -> Option<()> {
        let hash =
            text.iter().fold(0_u64, |hash, bytes| (hash.rotate_left(11) ^ bytes).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let place = (hash >> 56) as usize % PREFIXES;
        let known = &mut self.known[place];
        if !known.is(&text, shape) {
            let prefix = read(line.get(..shape >> 1)?)?;
            let comm = line.get(usize::from(prefix.comm.0)..usize::from(prefix.comm.1));
            if self.left_out.as_ref().is_some_and(|threads| threads.are(comm, Some(prefix.tid))) {
                return None;
            }
            *known = Known { text, shape, prefix };
        }
        self.last = place;
        Some(())
    }

    /// Returns the fields of the prefix that was found last.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "the remainder is below the number of places")]
    pub(super) fn last(&self) -> &Prefix {
        &self.known[self.last % PREFIXES].prefix
    }
}
