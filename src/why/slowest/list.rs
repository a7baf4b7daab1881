//! The lists of the slowest loops, one for each loop that is followed.

use super::gather::Gather;
use super::place::Place;
use super::ring::Ring;
use super::slow_loop::{Lines, SlowLoop};
use crate::event::{OwnThreads, Tid};

/// The closed loops with the largest totals.
#[derive(Debug)]
pub struct Slowest {
    /// The largest number of closed loops in each list.
    count: usize,
    /// The number of the last bytes that are kept of an input that cannot be read again, such as a pipe.
    keep: u64,
    /// The slowest closed loops of each loop, the slowest one first.
    lists: Vec<Vec<SlowLoop>>,
    /// The last lines of the input; `None` if the input can be read again.
    ring: Option<Ring>,
}

impl Slowest {
    /// Creates empty lists. Each will have at most `count` loops. Of an input that cannot be read again, the last `keep`
    /// bytes are kept.
    pub fn new(count: usize, keep: u64) -> Self {
        Slowest { count, keep, lists: Vec::new(), ring: None }
    }

    /// Begins an input. If it can be read again, none of it is kept.
    pub fn begin_input(&mut self, can_be_read_again: bool) {
        self.ring = if can_be_read_again { None } else { self.ring.take().or_else(|| Some(Ring::new(self.keep))) };
        self.ring.iter_mut().for_each(Ring::clear);
    }

    /// Returns the slowest closed loops of the loop with this index, the slowest one first.
    pub fn list(&self, loop_index: usize) -> &[SlowLoop] {
        self.lists.get(loop_index).map_or(&[], Vec::as_slice)
    }

    /// Returns whether lines of the input must be given to [`Slowest::line`].
    pub fn keeps_lines(&self) -> bool {
        self.ring.is_some()
    }

    /// Returns the offset behind the last line that is kept; 0 if none is kept.
    pub fn end(&self) -> u64 {
        self.ring.as_ref().map_or(0, Ring::end)
    }

    /// Takes a line of an input that cannot be read again, before the loops get the line's events.
    pub fn line(&mut self, place: Place, line: &[u8], left_out: Option<&OwnThreads>) {
        while let Some(next) = self.ring.as_ref().and_then(Ring::due) {
            self.gather_kept(next, left_out);
            self.ring.iter_mut().for_each(Ring::drop_oldest);
        }
        if let Some(ring) = &mut self.ring {
            ring.push(place, line);
        }
    }

    /// Returns the index that a closed loop would get in the list of its loop; `None` if it is not among the slowest.
    pub fn rank(&self, loop_index: usize, times: &[u64], tid: Option<Tid>) -> Option<usize> {
        let list = self.list(loop_index);
        let rank = list.partition_point(|slow| slow.compare(times, tid).is_ge());
        (rank < self.count).then_some(rank)
    }

    /// Adds a closed loop at the index that [`Slowest::rank`] has returned.
    pub fn insert(&mut self, loop_index: usize, rank: usize, mut slow: SlowLoop) {
        if let Some(ring) = &self.ring {
            slow.lines.kept_from = ring.end().saturating_sub(self.keep);
        }
        if self.lists.len() <= loop_index {
            self.lists.resize_with(loop_index + 1, Vec::new);
        }
        let list = &mut self.lists[loop_index];
        list.truncate(self.count - 1);
        list.insert(rank, slow);
    }

    /// Returns the loops whose lines were not gathered yet. All of them are from the current input, because the end of
    /// an input leaves no loop pending.
    pub fn pending(&mut self) -> Vec<&mut Lines> {
        let all = self.lists.iter_mut().flatten().map(|slow| &mut slow.lines);
        all.filter(|lines| lines.is_pending).collect()
    }

    /// Ends an input. Lines that were not gathered cannot be had any more, so their loops stay without them.
    pub fn end_input(&mut self) {
        self.pending().into_iter().for_each(|lines| (lines.is_pending, lines.kept_from) = (false, u64::MAX));
        self.ring.iter_mut().for_each(Ring::clear);
    }

    /// Gathers the lines of the loops that begin before the line number `next`, out of the lines that are kept. At the
    /// end of the input, `next` is `u64::MAX`.
    pub fn gather_kept(&mut self, next: u64, left_out: Option<&OwnThreads>) {
        let Some(ring) = self.ring.take() else { return };
        let mut pending = self.pending();
        pending.retain(|lines| lines.first.line < next);
        if let Some(first) = pending.iter().map(|lines| lines.first.line).min() {
            let mut gather = Gather::new(pending, left_out);
            ring.lines_from(first, |place, line| {
                gather.line(place, line);
                gather.needed(Place { line: place.line + 1, ..place }).is_some()
            });
            gather.end();
        }
        self.ring = Some(ring);
    }
}
