//! What stands before the time of a line: comm, tid, processor.
//!
//! A recording has few threads at a time, and each prints the same bytes over
//! and over: what they say is remembered.

use super::swar::word;
use crate::dialect::cursor::trim;
use crate::event::{Cpu, Pid, Tid};

/// How many are remembered, each at the place that its bytes give.
const PREFIXES: usize = 256;

/// How long what stands before the time may be: so long that the words at its
/// ends hold all of it.
pub(in crate::dialect) const LENGTHS: std::ops::RangeInclusive<usize> = 17..=40;

/// What the bytes before the time say.
#[derive(Clone, Copy, Default)]
pub(in crate::dialect) struct Prefix {
    pub(in crate::dialect) tid: Tid,
    pub(in crate::dialect) pid: Option<Pid>,
    pub(in crate::dialect) cpu: Option<Cpu>,
    /// Where the comm stands, without its padding.
    pub(in crate::dialect) comm: (u8, u8),
}

impl Prefix {
    /// `comm` is a part of `text`.
    pub(in crate::dialect) fn new(text: &[u8], comm: &[u8], tid: Tid, pid: Option<Pid>, cpu: Option<Cpu>) -> Prefix {
        let comm = trim(comm);
        let start = comm.as_ptr() as usize - text.as_ptr() as usize;
        Prefix { tid, pid, cpu, comm: (start as u8, (start + comm.len()) as u8) }
    }
}

/// A head with all its bytes, of which some may stand in two words.
#[derive(Clone, Copy, Default)]
struct Known {
    words: [u64; 5],
    /// How many bytes, and in which layout; 0 for none.
    shape: usize,
    head: Prefix,
}

impl Known {
    #[inline(always)]
    fn is(&self, words: &[u64; 5], shape: usize) -> bool {
        let differ = words.iter().zip(&self.words).fold(0, |differ, (one, other)| differ | one ^ other);
        differ | (self.shape ^ shape) as u64 == 0
    }
}

pub(in crate::dialect) struct PrefixCache {
    known: Box<[Known; PREFIXES]>,
    /// The place of the one found last.
    last: usize,
}

impl Default for PrefixCache {
    fn default() -> Self {
        PrefixCache { known: Box::new([Known::default(); PREFIXES]), last: 0 }
    }
}

impl PrefixCache {
    /// Finds out what the first `length` bytes of a line say, by `read` where
    /// they are none of those remembered; `None` where that does not know.
    ///
    /// `length` is among [`LENGTHS`]; `layout` stands for `read`, which has to
    /// say the same of the same bytes.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the places is one")]
    pub(in crate::dialect) fn find(
        &mut self,
        line: &[u8],
        length: usize,
        layout: usize,
        read: fn(&[u8]) -> Option<Prefix>,
    ) -> Option<()> {
        let middle = word(line, (length - 8).min(16))?;
        let words = [word(line, 0)?, word(line, 8)?, middle, word(line, length - 16)?, word(line, length - 8)?];
        let shape = length << 1 | layout;
        // Events of one thread come in runs.
        if self.known[self.last % PREFIXES].is(&words, shape) {
            Some(())
        } else {
            self.find_other(line, words, shape, read)
        }
    }

    #[inline(never)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the places is one")]
    fn find_other(
        &mut self,
        line: &[u8],
        words: [u64; 5],
        shape: usize,
        read: fn(&[u8]) -> Option<Prefix>,
    ) -> Option<()> {
        let mixed =
            words.iter().fold(0_u64, |mixed, word| (mixed.rotate_left(11) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let place = (mixed >> 56) as usize % PREFIXES;
        let known = &mut self.known[place];
        if !known.is(&words, shape) {
            let head = read(line.get(..shape >> 1)?)?;
            *known = Known { words, shape, head };
        }
        self.last = place;
        Some(())
    }

    /// What was found last.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the places is one")]
    pub(in crate::dialect) fn last(&self) -> &Prefix {
        &self.known[self.last % PREFIXES].head
    }
}
