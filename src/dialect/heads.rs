//! What stands before the time of a line: comm, tid, processor.
//!
//! A recording has few threads at a time, and each prints the same bytes over
//! and over: what they say is remembered.

use super::cursor::trim;
use super::words::word;
use crate::event::{Cpu, Pid, Tid};

/// How many are remembered, each at the place that its bytes give.
const HEADS: usize = 256;

/// How long what stands before the time may be: so long that the words at its
/// ends hold all of it.
pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 17..=40;

/// What the bytes before the time say.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) tid: Tid,
    pub(super) pid: Option<Pid>,
    pub(super) cpu: Option<Cpu>,
    /// Where the comm stands, without its padding.
    pub(super) comm: (u8, u8),
}

impl Head {
    /// `comm` is a part of `text`.
    pub(super) fn new(text: &[u8], comm: &[u8], tid: Tid, pid: Option<Pid>, cpu: Option<Cpu>) -> Head {
        let comm = trim(comm);
        let start = comm.as_ptr() as usize - text.as_ptr() as usize;
        Head { tid, pid, cpu, comm: (start as u8, (start + comm.len()) as u8) }
    }
}

/// A head with all its bytes, of which some may stand in two words.
#[derive(Clone, Copy, Default)]
struct Known {
    words: [u64; 5],
    /// How many bytes, and in which layout; 0 for none.
    shape: usize,
    head: Head,
}

impl Known {
    #[inline(always)]
    fn is(&self, words: &[u64; 5], shape: usize) -> bool {
        let differ = words.iter().zip(&self.words).fold(0, |differ, (one, other)| differ | one ^ other);
        differ | (self.shape ^ shape) as u64 == 0
    }
}

pub(super) struct Heads {
    known: Box<[Known; HEADS]>,
    /// The place of the one found last.
    last: usize,
}

impl Default for Heads {
    fn default() -> Self {
        Heads { known: Box::new([Known::default(); HEADS]), last: 0 }
    }
}

impl Heads {
    /// Finds out what the first `length` bytes of a line say, by `read` where
    /// they are none of those remembered; `None` where that does not know.
    ///
    /// `length` is among [`LENGTHS`]; `layout` stands for `read`, which has to
    /// say the same of the same bytes.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the places is one")]
    pub(super) fn find(
        &mut self,
        line: &[u8],
        length: usize,
        layout: usize,
        read: fn(&[u8]) -> Option<Head>,
    ) -> Option<()> {
        let middle = word(line, (length - 8).min(16))?;
        let words = [word(line, 0)?, word(line, 8)?, middle, word(line, length - 16)?, word(line, length - 8)?];
        let shape = length << 1 | layout;
        // Events of one thread come in runs.
        if self.known[self.last % HEADS].is(&words, shape) {
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
        read: fn(&[u8]) -> Option<Head>,
    ) -> Option<()> {
        let mixed =
            words.iter().fold(0_u64, |mixed, word| (mixed.rotate_left(11) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let place = (mixed >> 56) as usize % HEADS;
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
    pub(super) fn last(&self) -> &Head {
        &self.known[self.last % HEADS].head
    }
}
