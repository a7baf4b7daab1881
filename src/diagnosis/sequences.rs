//! Counts the sequences in which events come, within threads and from one thread to another, in bounded memory.

use crate::event::Nanos;
use crate::key::KeyValue;
use crate::matcher::table::{Id, Table};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A sequence of different events, each by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sequence {
    /// The numbers of the events plus one; 0 stands for no event.
    events: [u16; Sequence::LENGTH_MAX],
    /// True if the first event belongs to another thread.
    pub(super) crosses: bool,
}

impl Sequence {
    /// The largest number of events in a sequence.
    const LENGTH_MAX: usize = 8;

    /// Returns the numbers of its events, in order.
    pub(super) fn events(&self) -> impl Iterator<Item = usize> {
        self.events.iter().take_while(|event| **event > 0).map(|event| usize::from(*event) - 1)
    }

    fn holds(&self, event: u16) -> bool {
        self.events.contains(&(event + 1))
    }

    /// Appends an event if there is room.
    fn push(&mut self, event: u16) {
        if let Some(place) = self.events.iter_mut().find(|place| **place == 0) {
            *place = event + 1;
        }
    }

    fn pack(&self) -> [u64; 2] {
        let word = |half: &[u16]| half.iter().rev().fold(0, |word, &event| word << 16 | u64::from(event));
        [word(&self.events[..4]), word(&self.events[4..])]
    }

    fn unpack(words: &[u64], crosses: bool) -> Sequence {
        let event = |at: usize| (words[at / 4] >> (at % 4 * 16)) as u16;
        Sequence { events: std::array::from_fn(event), crosses }
    }
}

/// The number of threads that are followed at once.
const THREADS_MAX: usize = 4096;
/// The number of sequences that are counted at once.
const SEQUENCES_MAX: usize = 4096;

/// The words of a thread's state: the time of its last event plus one, its *run*, and the sequence that began with a
/// *handed* event; see [`Sequences`].
const TIME: usize = 0;
const RUN: std::ops::Range<usize> = 1..3;
const HANDED: std::ops::Range<usize> = 3..5;
const WORDS: usize = 5;

/// The number of times that each sequence was seen.
///
/// The *run* of a thread is the sequence of its events since one of them came for the second time. A thread is *handed*
/// an event of another thread if this event was the last one of all threads before the thread woke up. The thread
/// counts as woken up if its own last event is at least four times as long ago as the other thread's event. The handed
/// event begins a sequence of its own, which goes on in the same way as a run.
pub(super) struct Sequences {
    threads: Table,
    /// The thread, number and time of the last event of all threads.
    last: Option<(KeyValue, u16, u64)>,
    counts: HashMap<Sequence, u64, RandomState>,
}

impl Default for Sequences {
    fn default() -> Self {
        Sequences { threads: Table::new(THREADS_MAX, WORDS), last: None, counts: HashMap::default() }
    }
}

impl Sequences {
    /// Adds an event, by its number, of a thread.
    pub(super) fn step(&mut self, event: u16, thread: KeyValue, Nanos(time): Nanos) {
        let slot = self.threads.find_or_add(Id { loop_index: 0, key: thread });
        let displaced = self.threads.take_displaced();
        let state = self.threads.state(slot);
        if displaced.is_some() {
            state.fill(0);
        }
        let mut run = Sequence::unpack(&state[RUN], false);
        let mut handed = Sequence::unpack(&state[HANDED], true);
        let (run_before, handed_before) = (run, handed);
        let mut ended = [None; 2];

        if run.holds(event) {
            ended[0] = Some(run_before);
            run = Sequence::default();
        }
        run.push(event);

        let slept = time.saturating_sub(state[TIME].saturating_sub(1));
        let giver = self.last.filter(|(giver, other, at)| {
            let ago = time.saturating_sub(*at);
            *giver != thread && *other != event && ago.saturating_mul(4) <= slept
        });
        if let Some((_, given, _)) = giver {
            ended[1] = Some(handed_before);
            handed = Sequence { crosses: true, ..Sequence::default() };
            handed.push(given);
            handed.push(event);
        } else if handed.holds(event) {
            ended[1] = Some(handed_before);
            handed = Sequence::default();
        } else if handed.events[0] > 0 {
            handed.push(event);
        }

        state[TIME] = time.saturating_add(1);
        state[RUN].copy_from_slice(&run.pack());
        state[HANDED].copy_from_slice(&handed.pack());
        self.last = Some((thread, event, time));
        ended.into_iter().flatten().for_each(|sequence| self.count(sequence));
    }

    fn count(&mut self, sequence: Sequence) {
        // A single event is not a sequence.
        if sequence.events[1] == 0 {
            return;
        }
        if let Some(count) = self.counts.get_mut(&sequence) {
            *count += 1;
            return;
        }
        // The rarest sequences make room, so that a sequence that begins late in the input is still found.
        let mut rare = 1;
        while self.counts.len() >= SEQUENCES_MAX {
            self.counts.retain(|_, count| *count > rare);
            rare *= 2;
        }
        self.counts.insert(sequence, 1);
    }

    /// Returns the sequences that were seen at least twice, the most frequent first.
    pub(super) fn most_first(&self) -> Vec<(Sequence, u64)> {
        let repeated = self.counts.iter().filter(|(_, count)| **count > 1);
        let mut counts: Vec<(Sequence, u64)> = repeated.map(|(sequence, count)| (*sequence, *count)).collect();
        counts.sort_by_key(|(sequence, count)| (std::cmp::Reverse(*count), *sequence));
        counts
    }

    /// Ends a recording: no sequence goes on in the next one.
    pub(super) fn end_recording(&mut self) {
        self.threads.clear();
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sequences: &Sequences) -> String {
        let one = |(sequence, count): (Sequence, u64)| {
            let events: Vec<String> = sequence.events().map(|event| event.to_string()).collect();
            format!("{count}:{}{}", events.join(">"), if sequence.crosses { "x" } else { "" })
        };
        sequences.most_first().into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn runs_and_what_is_handed_over() {
        let mut sequences = Sequences::default();
        let thread = KeyValue::number;
        let mut time = 0;
        for _ in 0..5 {
            for (number, event, after) in [(1, 0, 100), (2, 1, 5), (2, 2, 1), (2, 3, 1), (1, 4, 50)] {
                time += after;
                sequences.step(event, thread(number), Nanos(time));
            }
        }
        assert_eq!(shown(&sequences), "4:0>1>2>3x 4:0>4 4:1>2>3");
    }

    #[test]
    fn rare_sequences_make_room() {
        let mut sequences = Sequences::default();
        let mut random = 1_u64;
        for step in 0..100_000_u64 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            sequences.step((random >> 33) as u16 % 1000, KeyValue::number(1), Nanos(step));
            assert!(sequences.counts.len() <= SEQUENCES_MAX);
        }
        for step in 0..100 {
            sequences.step(step % 2, KeyValue::number(2), Nanos(200_000 + u64::from(step)));
        }
        assert!(shown(&sequences).contains(":0>1"), "{}", shown(&sequences));
    }
}
