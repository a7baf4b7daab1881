//! Counts the sequences in which events come, within threads and from one thread to another, in bounded memory.

use crate::event::Nanos;
use crate::key::KeyValue;
use crate::matcher::table::{Id, Table};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A sequence of events in which no event occurs twice. Each kind of event has a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Sequence {
    /// Places of 16 bits, the first one in the lowest bits. A place holds the number of an event plus one. The places
    /// behind the last event hold 0.
    events: u128,
    /// True if the first event is one of another thread than the rest.
    pub(super) crosses: bool,
}

impl Sequence {
    /// The largest number of events in a sequence.
    const LENGTH_MAX: u32 = 8;
    /// The number of bits of a place.
    const PLACE: u32 = 16;

    /// Returns the numbers of the events of the sequence, in order.
    pub(super) fn events(&self) -> impl Iterator<Item = usize> + use<> {
        let events = self.events;
        let place = move |at| (events >> (at * Sequence::PLACE)) as u16;
        (0..Sequence::LENGTH_MAX).map(place).take_while(|event| *event > 0).map(|event| usize::from(event) - 1)
    }

    #[inline(always)]
    fn holds(&self, event: u16) -> bool {
        const ONES: u64 = 0x0001_0001_0001_0001;
        // A place of `different` is 0 where the event stands. The subtraction then sets the highest bit of this place,
        // which `!different` keeps. The borrow of the subtraction can set a highest bit wrongly only to the left of a
        // place that is 0, so the result is right if it is compared with 0.
        let half_holds = |half: u64| {
            let different = half ^ ((u64::from(event) + 1) * ONES);
            different.wrapping_sub(ONES) & !different & ONES << 15 != 0
        };
        half_holds(self.events as u64) || half_holds((self.events >> 64) as u64)
    }

    /// Appends an event if there is room.
    #[inline(always)]
    fn push(&mut self, event: u16) {
        let bits = u128::BITS - self.events.leading_zeros();
        let places = bits.div_ceil(Sequence::PLACE);
        if places < Sequence::LENGTH_MAX {
            self.events |= (u128::from(event) + 1) << (places * Sequence::PLACE);
        }
    }

    /// Returns whether the sequence has no more than one event.
    fn is_single(&self) -> bool {
        self.events >> Sequence::PLACE == 0
    }

    fn pack(&self) -> [u64; 2] {
        [self.events as u64, (self.events >> 64) as u64]
    }

    #[inline(always)]
    fn unpack(words: &[u64], crosses: bool) -> Sequence {
        Sequence { events: u128::from(words[0]) | u128::from(words[1]) << 64, crosses }
    }
}

/// The largest number of threads that are followed at once. It bounds the memory.
const THREADS_MAX: usize = 4096;
/// The largest number of sequences that are counted at once. It bounds the memory.
const SEQUENCES_MAX: usize = 4096;

/// The state of a thread has six words. They hold the time of its last event plus one, the thread's *run* (two words),
/// the sequence that began with an event *handed* over by another thread (two words), and the value of `steps_back` at
/// its last event. [`Sequences`] explains the runs and the handed events.
const TIME: usize = 0;
const RUN: std::ops::Range<usize> = 1..3;
const HANDED: std::ops::Range<usize> = 3..5;
const HANDED_AT_STEP: usize = 5;
const WORDS: usize = 6;
type State = [u64; WORDS];

/// Counts the sequences of events.
///
/// The *run* of a thread is the sequence of its events that goes on at the moment. When an event comes that is in the
/// run already, the run ends and is counted, and the event begins the next run.
///
/// An event of a thread X is *handed over* to a thread Y if the next event in the trace is one of Y and of another
/// kind, and if Y seems to have slept until then. Y has slept if the time since its own previous event is at least four
/// times the time since the event of X. The handed event begins a second sequence of Y, which goes on and ends in the
/// same way as a run.
///
/// A loop does not go on where the time steps back, after a loss of events, or after the end of its thread. So the
/// sequences that have not ended at such a moment are dropped and not counted. Therefore each sequence, asked for as a
/// loop, closes at least as often as it is counted.
pub(super) struct Sequences {
    threads: Table,
    /// The thread, number and time of the last event that was added, over all threads.
    last: Option<(KeyValue, u16, u64)>,
    /// The number of events that were earlier than the event before them, over all threads.
    steps_back: u64,
    counts: HashMap<Sequence, u64, RandomState>,
}

impl Default for Sequences {
    fn default() -> Self {
        Sequences { threads: Table::new(THREADS_MAX, WORDS), last: None, steps_back: 0, counts: HashMap::default() }
    }
}

impl Sequences {
    /// Adds an event of a thread. `event` is the number of this kind of event.
    pub(super) fn step(&mut self, event: u16, thread: KeyValue, Nanos(time): Nanos) {
        self.steps_back += u64::from(self.last.is_some_and(|(_, _, at)| time < at));
        let slot = self.threads.find_or_add(Id { loop_index: 0, key: thread });
        let displaced = self.threads.take_displaced();
        let Ok(state) = <&mut State>::try_from(self.threads.state(slot)) else { return };
        if displaced.is_some() {
            state.fill(0);
        }
        let giver = self.last.filter(|(giver, other, at)| {
            let slept = time.saturating_sub(state[TIME].saturating_sub(1));
            let ago = time.checked_sub(*at);
            *giver != thread && *other != event && ago.is_some_and(|ago| ago.saturating_mul(4) <= slept)
        });
        let mut ended = [step_run(state, event, time), None];
        ended[1] = step_handed(state, event, giver.map(|(_, given, _)| given), self.steps_back);
        state[TIME] = time.saturating_add(1);
        self.last = Some((thread, event, time));
        ended.into_iter().flatten().for_each(|sequence| self.count(sequence));
    }

    fn count(&mut self, sequence: Sequence) {
        // A single event is not a sequence.
        if sequence.is_single() {
            return;
        }
        if let Some(count) = self.counts.get_mut(&sequence) {
            *count += 1;
            return;
        }
        // The rarest sequences are dropped, so that a sequence which begins late in the input still gets a place.
        let mut rare = 1;
        while self.counts.len() >= SEQUENCES_MAX {
            self.counts.retain(|_, count| *count > rare);
            rare *= 2;
        }
        self.counts.insert(sequence, 1);
    }

    /// Returns the sequences that were seen at least twice with their counts, the most frequent first.
    pub(super) fn most_first(&self) -> Vec<(Sequence, u64)> {
        let repeated = self.counts.iter().filter(|(_, count)| **count > 1);
        let mut counts: Vec<(Sequence, u64)> = repeated.map(|(sequence, count)| (*sequence, *count)).collect();
        // Sequences that are equally frequent have an order, too, so that the same input gives the same proposals.
        let places = |sequence: &Sequence| sequence.events().collect::<Vec<_>>();
        counts.sort_by_cached_key(|(sequence, count)| (std::cmp::Reverse(*count), places(sequence), sequence.crosses));
        counts
    }

    /// Drops the unfinished sequences of all threads, because events were lost or a recording ended, and no loop goes
    /// on after that.
    pub(super) fn cut(&mut self) {
        self.threads.clear();
        self.last = None;
    }

    /// Drops the unfinished sequences of a thread, because the thread ended or its tid is used by a new thread.
    pub(super) fn forget(&mut self, thread: KeyValue) {
        self.threads.remove(&Id { loop_index: 0, key: thread });
    }
}

/// Adds an event to the run of a thread. Returns the run if it ended.
#[inline(always)]
fn step_run(state: &mut State, event: u16, time: u64) -> Option<Sequence> {
    let before = Sequence::unpack(&state[RUN], false);
    let (mut run, mut ended) = (before, None);
    if time < state[TIME].saturating_sub(1) {
        run = Sequence::default();
    } else if run.holds(event) {
        (run, ended) = (Sequence::default(), Some(before));
    }
    run.push(event);
    state[RUN].copy_from_slice(&run.pack());
    ended
}

/// Adds an event to the second sequence of a thread: the one that began with a handed event. If another thread hands
/// the event `given` to the thread now, `given` and `event` begin a new sequence. Returns the old sequence if it ended.
#[inline(always)]
fn step_handed(state: &mut State, event: u16, given: Option<u16>, steps_back: u64) -> Option<Sequence> {
    let mut before = Sequence::unpack(&state[HANDED], true);
    if state[HANDED_AT_STEP] != steps_back {
        before = Sequence { crosses: true, ..Sequence::default() };
    }
    let (mut handed, mut ended) = (before, None);
    if let Some(given) = given {
        ended = Some(before);
        handed = Sequence { crosses: true, ..Sequence::default() };
        handed.push(given);
        handed.push(event);
    } else if handed.holds(event) {
        (handed, ended) = (Sequence::default(), Some(before));
    } else if handed.events != 0 {
        handed.push(event);
    }
    state[HANDED].copy_from_slice(&handed.pack());
    state[HANDED_AT_STEP] = steps_back;
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns each sequence as its count and the numbers of its events. An `x` marks a sequence that crosses threads.
    fn shown(sequences: &Sequences) -> String {
        let one = |(sequence, count): (Sequence, u64)| {
            let events: Vec<String> = sequence.events().map(|event| event.to_string()).collect();
            format!("{count}:{}{}", events.join(">"), if sequence.crosses { "x" } else { "" })
        };
        sequences.most_first().into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn runs_and_what_is_handed_over() {
        // In each of five rounds, thread 1 has the events 0 and 4. Between these two, event 0 wakes thread 2, which has
        // the events 1, 2 and 3. The last round is not counted, because no event comes that would end its sequences.
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

    /// Returns the sequences of ten rounds of event 0 and event 1 in thread 1. `between` is called between the two.
    fn rounds(between: impl Fn(&mut Sequences)) -> String {
        let mut sequences = Sequences::default();
        for round in 0..10 {
            sequences.step(0, KeyValue::number(1), Nanos(round * 100));
            between(&mut sequences);
            sequences.step(1, KeyValue::number(1), Nanos(round * 100 + 10));
        }
        shown(&sequences)
    }

    #[test]
    fn a_sequence_is_not_counted_where_its_loop_is_cut() {
        assert_eq!(rounds(|_| ()), "9:0>1");
        // Each cut comes behind event 0, so it drops the run, and the run that follows holds 1 and 0 only until the
        // next cut.
        assert_eq!(rounds(Sequences::cut), "");
        assert_eq!(rounds(|sequences| sequences.forget(KeyValue::number(1))), "");
        assert_eq!(rounds(|sequences| sequences.forget(KeyValue::number(2))), "9:0>1");
    }

    #[test]
    fn a_sequence_is_not_counted_where_time_steps_back() {
        let mut sequences = Sequences::default();
        for round in 0..10 {
            sequences.step(0, KeyValue::number(1), Nanos(round * 100 + 10));
            sequences.step(1, KeyValue::number(1), Nanos(round * 100));
        }
        assert_eq!(shown(&sequences), "");
    }

    #[test]
    fn no_event_is_handed_on_to_an_earlier_time() {
        let mut sequences = Sequences::default();
        for round in 1..10 {
            sequences.step(0, KeyValue::number(1), Nanos(round * 1000 + 10));
            sequences.step(1, KeyValue::number(2), Nanos(round * 1000));
            sequences.step(2, KeyValue::number(2), Nanos(round * 1000 + 20));
        }
        assert_eq!(shown(&sequences), "8:1>2");
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
