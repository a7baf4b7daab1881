//! Counts the events of each comm and name over time. When a loop closes, the counts since its begin tell which events
//! came while it was open.

use super::names::{CommId, EventId};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The largest number of pairs of comm and event that are counted.
const PAIRS_MAX: usize = 128;
/// The number of events after which the counts of all pairs are stored, so that few events have to be counted again for
/// an interval that begins between two stores.
const STRIDE: u64 = 128;
/// The number of events that are remembered.
const EVENTS_MAX: u64 = 1 << 19;

/// The number that stands in place of an event's number where a thread gets a CPU. Each such switch counts as an event
/// of the thread that gets it.
pub const RUNS: EventId = u16::MAX;

/// The counts of the events of all threads, by comm and name.
pub struct Around {
    numbers: HashMap<(CommId, EventId), u8, RandomState>,
    pairs: Vec<(CommId, EventId)>,
    /// The numbers of the pairs of the latest events. That of the event number n stands at n modulo [`EVENTS_MAX`].
    events: Vec<u8>,
    /// The counts of all pairs before the event n, for each n that is a multiple of [`STRIDE`].
    stored: Vec<[u32; PAIRS_MAX]>,
    counts: [u32; PAIRS_MAX],
    end: u64,
}

impl Around {
    /// Creates counts that are all 0.
    pub fn new() -> Self {
        Around {
            numbers: HashMap::default(),
            pairs: Vec::new(),
            events: Vec::new(),
            stored: Vec::new(),
            counts: [0; PAIRS_MAX],
            end: 0,
        }
    }

    /// Counts an event. Returns the number of its pair; `None` if there are too many pairs.
    pub fn add(&mut self, comm: CommId, event: EventId) -> Option<u16> {
        let pair = match self.numbers.get(&(comm, event)) {
            Some(&pair) => pair,
            None if self.pairs.len() < PAIRS_MAX => {
                let pair = self.pairs.len() as u8;
                self.numbers.insert((comm, event), pair);
                self.pairs.push((comm, event));
                pair
            }
            None => return None,
        };
        if self.end.is_multiple_of(STRIDE) {
            put(&mut self.stored, (self.end / STRIDE) as usize, (EVENTS_MAX / STRIDE) as usize, self.counts);
        }
        put(&mut self.events, self.end as usize, EVENTS_MAX as usize, pair);
        self.counts[usize::from(pair)] = self.counts[usize::from(pair)].wrapping_add(1);
        self.end += 1;
        Some(pair.into())
    }

    /// Returns the number of events that were counted.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Calls `add` with each pair that was counted since the event number `from`, and its count. Returns false if that
    /// event is too long ago to be remembered.
    pub fn since(&self, from: u64, mut add: impl FnMut(u16, u64)) -> bool {
        if self.end - from.min(self.end) > EVENTS_MAX - STRIDE {
            return false;
        }
        let mut counts = self.counts;
        if self.end > from {
            // The counts before the event `from` are the stored counts before the event `base`, plus the events from
            // `base` to `from`. Both are subtracted from the counts of now.
            let base = from - from % STRIDE;
            let stored = &self.stored[((from / STRIDE) % (EVENTS_MAX / STRIDE)) as usize];
            counts.iter_mut().zip(stored).for_each(|(count, stored)| *count = count.wrapping_sub(*stored));
            for number in base..from {
                let pair = usize::from(self.events[(number % EVENTS_MAX) as usize]);
                counts[pair] = counts[pair].wrapping_sub(1);
            }
            for (pair, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                add(pair as u16, count.into());
            }
        }
        true
    }

    /// Returns the comm and the event of a pair.
    pub fn pair(&self, number: u16) -> Option<(CommId, EventId)> {
        self.pairs.get(usize::from(number)).copied()
    }
}

impl Default for Around {
    fn default() -> Self {
        Around::new()
    }
}

/// Stores a value at a place of a ring of this length. The ring grows until it is full.
fn put<T>(ring: &mut Vec<T>, at: usize, length: usize, value: T) {
    let at = at % length;
    match ring.get_mut(at) {
        Some(old) => *old = value,
        None => ring.push(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_since_a_number_are_counted() {
        let mut around = Around::new();
        let mut random = 1_u64;
        let mut all = Vec::new();
        for _ in 0..5000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let comm = (random >> 60) as u16 % 5;
            all.push(around.add(comm, RUNS));
        }
        for from in [0, 1, 511, 512, 513, 4999, 5000] {
            let mut counts = [0; 5];
            assert!(around.since(from, |pair, count| counts[usize::from(pair)] = count));
            let expected = |pair: u16| all[from as usize..].iter().filter(|one| **one == Some(pair)).count() as u64;
            assert_eq!(counts, [0, 1, 2, 3, 4].map(expected), "{from}");
        }
    }
}
