//! The log of what happened to a thread (or to another key) since its oldest begun loop.
//!
//! The log consists of segments. Each begins where a loop begins, or with an event at a later position of a loop. In a
//! segment, amounts of the same item are added up, so that a long loop takes no more room than a short one. The loop
//! that closes adds up the segments since its begin.

use super::item::{Code, Item};
use std::ops::Range;

/// The number of entries with which a log begins.
const ENTRIES_MIN: usize = 16;
/// The largest number of entries of a log.
const ENTRIES_MAX: usize = 8192;
/// When a loop has closed, one that began earlier may still be open, and it alone needs the oldest entries. A log with
/// fewer entries than this grows rather than drop these entries.
const DOUBTFUL_MAX: usize = 4096;
/// If all logs together may grow by fewer entries than this, a log drops entries that are perhaps not needed rather
/// than grow.
pub const ROOM_SCARCE: usize = 1 << 17;
/// The number of the latest entries of the current segment that are searched for the same item. A segment with more
/// distinct items may get two entries for one item. Their sum is right all the same, but they take more room.
const SEARCHED_MAX: usize = 32;
/// The number of entries from which on events at later positions begin no segments: a position that comes over and over
/// must not fill the log of a long loop.
const CUT_MAX: u64 = 4096;

/// The log of one key. It keeps the latest entries.
#[derive(Default)]
pub struct Log {
    /// A ring: the entry with the number n stands at n modulo the length, which is a power of two.
    ring: Vec<(Code, u64)>,
    /// The number of the next entry.
    end: u64,
    /// The number of the first entry that is still there.
    start: u64,
    /// The number of the first entry of the current segment.
    segment: u64,
    /// The number of the first entry of the segment with which the latest loop began.
    last_begin: u64,
    /// The greatest number with which a loop that has closed began. The loops that are open need only entries from here
    /// on, unless `is_doubtful` is true: then loops need not close in the order in which they begin, and one that began
    /// earlier may still be open.
    needed_from: u64,
    is_doubtful: bool,
    /// True if a loop is open, as far as the log knows: it hears of loops that begin and close, but not of those that
    /// are given up.
    is_active: bool,
}

impl Log {
    /// Creates an empty log whose entries are numbered from `end`.
    pub fn new(end: u64) -> Log {
        Log {
            ring: Vec::new(),
            end,
            start: end,
            segment: end,
            last_begin: end,
            needed_from: end,
            is_doubtful: false,
            is_active: false,
        }
    }

    /// Returns the number of the next entry.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Returns the number of entries for which there is room.
    pub fn room(&self) -> usize {
        self.ring.len()
    }

    /// Returns whether a loop of this log's key has begun and has not closed. The loop may have been given up since, which
    /// the log does not hear.
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// Adds an amount to the current segment, unless no loop is open. `room_left` is the number of entries by which all
    /// logs together may still grow.
    pub fn add(&mut self, item: Item, amount: u64, room_left: &mut usize) {
        if !self.is_active {
            return;
        }
        let item = item.code();
        let length = self.ring.len() as u64;
        let from = self.segment.max(self.end.saturating_sub(SEARCHED_MAX as u64)).max(self.start);
        for number in from..self.end {
            let entry = &mut self.ring[(number & (length - 1)) as usize];
            if entry.0 == item {
                entry.1 = entry.1.saturating_add(amount);
                return;
            }
        }
        if self.end - self.start == length {
            self.make_room(room_left);
        }
        let length = self.ring.len() as u64;
        if length > 0 {
            self.ring[(self.end & (length - 1)) as usize] = (item, amount);
        } else {
            self.start = self.end + 1;
        }
        self.end += 1;
    }

    /// Makes room for one more entry: grows the ring if the oldest entry may be needed and the ring may grow, and drops
    /// the oldest entry otherwise.
    #[cold]
    fn make_room(&mut self, room_left: &mut usize) {
        let length = self.ring.len();
        let more = length.max(ENTRIES_MIN);
        let may_grow = length + more <= ENTRIES_MAX && *room_left >= more;
        let keeps_doubtful = self.is_doubtful && length < DOUBTFUL_MAX && *room_left >= ROOM_SCARCE;
        if !may_grow || (length > 0 && self.start < self.needed_from && !keeps_doubtful) {
            if length > 0 {
                self.start += 1;
            }
            return;
        }
        *room_left -= more;
        let old = std::mem::take(&mut self.ring);
        self.ring = vec![(Code::default(), 0); length + more];
        for number in self.start..self.end {
            self.ring[number as usize & (length + more - 1)] = old[number as usize & (length.max(1) - 1)];
        }
    }

    /// Begins a segment, because a loop begins. Returns the number of the segment's first entry, which the loop
    /// carries.
    pub fn begin_segment(&mut self) -> u64 {
        if !self.is_active {
            (self.is_active, self.start) = (true, self.end);
        }
        (self.segment, self.last_begin) = (self.end, self.end);
        self.end
    }

    /// Begins a segment, because an event stands at a later position of a loop. Returns the number of the segment's
    /// first entry; `None` if no loop is open, or if the log is so long that only loops may begin segments.
    pub fn cut(&mut self) -> Option<u64> {
        let is_short = self.end - self.start.max(self.needed_from) < CUT_MAX;
        if !self.is_active || !is_short {
            return None;
        }
        self.segment = self.end;
        Some(self.end)
    }

    /// Notes that the loop which began with this segment has closed. `is_oldest` is true if no loop that began before
    /// it can be open now.
    pub fn release(&mut self, segment: u64, is_oldest: bool) {
        self.needed_from = self.needed_from.max(segment);
        self.is_doubtful = !is_oldest;
        self.is_active &= !is_oldest || segment != self.last_begin;
    }

    /// Gives the memory of the entries back if no loop is open. Returns the number of entries for which there was room.
    pub fn shrink(&mut self) -> usize {
        if self.is_active {
            return 0;
        }
        self.start = self.end;
        std::mem::take(&mut self.ring).len()
    }

    /// Returns whether all entries since the begin of a segment are there.
    pub fn reaches(&self, segment: u64) -> bool {
        (self.start..=self.end).contains(&segment)
    }

    /// Returns the entries with these numbers, all of which must be there.
    pub fn entries(&self, numbers: Range<u64>) -> impl Iterator<Item = (Code, u64)> {
        let length = self.ring.len().max(1) as u64;
        numbers.map(move |number| self.ring[(number & (length - 1)) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_gets_the_sums_since_its_begin() {
        let mut room = 1000;
        let mut log = Log::new(7);
        let add = |log: &mut Log, at: u16, room: &mut usize| log.add(Item::Transition(at), 1, room);
        let first = log.begin_segment();
        add(&mut log, 1, &mut room);
        add(&mut log, 1, &mut room);
        let second = log.begin_segment();
        add(&mut log, 1, &mut room);
        let sums = |log: &Log, from: u64| {
            let amounts = || log.entries(from..log.end()).map(|(_, amount)| amount).collect::<Vec<_>>();
            log.reaches(from).then(amounts)
        };
        assert_eq!(sums(&log, first), Some(vec![2, 1]));
        assert_eq!(sums(&log, second), Some(vec![1]));
        assert_eq!(sums(&log, 6), None);
        // The entries before the closed loop's begin are dropped before the log grows, because all logs together have
        // little room left.
        log.release(second, false);
        (0..200).for_each(|at| add(&mut log, at + 2, &mut room));
        assert_eq!(sums(&log, first), None);
        assert_eq!(sums(&log, second).map(|sums| sums.len()), Some(201));
        assert_eq!(room, 1000 - 256);
        // If no log may grow any more, a full log drops its oldest entries.
        (0..200).for_each(|at| add(&mut log, at + 300, &mut 0));
        assert_eq!(sums(&log, second), None);
        // The last loop closes, and nothing more is kept.
        assert_eq!(log.shrink(), 0);
        log.release(second, true);
        let end = log.end();
        add(&mut log, 1, &mut room);
        assert_eq!((log.end(), log.shrink()), (end, 256));
    }

    #[test]
    fn the_entries_of_a_loop_that_began_earlier_are_kept() {
        let mut log = Log::new(7);
        let first = log.begin_segment();
        log.add(Item::Transition(1), 1, &mut (2 * ROOM_SCARCE));
        let second = log.begin_segment();
        log.release(second, false);
        (0..200).for_each(|at| log.add(Item::Transition(at + 2), 1, &mut (2 * ROOM_SCARCE)));
        assert!(log.reaches(first));
        // If all logs together have little room left, the entries of the earlier loop are dropped.
        (0..100).for_each(|at| log.add(Item::Transition(at + 300), 1, &mut (ROOM_SCARCE - 1)));
        assert!(!log.reaches(first) && log.reaches(second));
    }

    #[test]
    fn a_position_cuts_a_log_until_it_is_long() {
        let mut log = Log::new(7);
        assert_eq!(log.cut(), None);
        log.begin_segment();
        for number in 0..CUT_MAX {
            assert_eq!(log.cut(), Some(7 + number));
            log.add(Item::Transition(1), 1, &mut (2 * ROOM_SCARCE));
        }
        assert_eq!(log.cut(), None);
    }
}
