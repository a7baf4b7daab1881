//! The matcher of all loops and keys.

use super::carry::{CarriedValue, CarryNothing, CarryValues};
use super::counts::Counts;
use super::matching::Matching;
use super::step::Step;
use super::table::{Id, Table};
use crate::event::{Cpu, Nanos, Tid};
use crate::key::{Key, KeySource, KeyValue};

/// The parts of a loop that the matcher needs.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The number of positions, at least 2.
    pub positions: usize,
    /// The key by which the loop is followed.
    pub key: Key,
    /// The place from which the values of the key come.
    pub source: KeySource,
}

impl Shape {
    /// The shape of the loops that `--pairs` finds while it reads.
    const PAIR: Shape = Shape { positions: 2, key: Key::Tid, source: KeySource::Header };

    /// Returns whether each key of the loop is the thread of the header, so that the loop never joins the events of
    /// several threads.
    fn follows_each_thread_alone(&self) -> bool {
        self.key == Key::Tid && self.source == KeySource::Header
    }

    /// Returns whether a key of the loop can be a thread, so that its state must be dropped when the thread ends.
    fn has_state_of_threads(&self) -> bool {
        self.key == Key::Tid && self.source != KeySource::Fields
    }

    /// Returns whether each key of the loop is the cpu of the header, so that a loss on one cpu cannot have cut the
    /// chains of another.
    fn follows_each_cpu_alone(&self) -> bool {
        self.key == Key::Cpu && self.source == KeySource::Header
    }
}

/// An event that enters one key of one loop.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The index of the loop, in the order in which loops were added.
    pub loop_index: usize,
    /// The positions at which the event stands for this key: bit k is position k, counted from 0.
    pub positions: u32,
    /// The value of the key.
    pub key: KeyValue,
    /// The time of the event.
    pub time: Nanos,
    /// The number of the event in the run, counted from 1; numbers never fall.
    pub number: u64,
}

/// A loop that has closed.
#[derive(Clone, Copy, Debug)]
pub struct Closed<'m> {
    /// The time of each position, in nanoseconds.
    pub times: &'m [u64],
    /// The words of the values that the chain has carried, one value behind the other; empty in runs that carry nothing.
    pub carried: &'m [u64],
}

/// Follows all loops of a run.
pub struct Matcher {
    matching: Matching,
    loops: Vec<LoopState>,
    table: Table,
    counts: Counts,
    /// The number of the last event that was counted as out of order. An event counts once, however many loops it
    /// stands in.
    last_out_of_order: u64,
    /// The same for loops that join threads.
    last_joined_out_of_order: u64,
    /// Room for the times and the carried values of the loop that closed last.
    row: Vec<u64>,
    carried: Vec<u64>,
    /// The values that chains carry.
    values: Vec<CarriedValue>,
}

/// The state of a loop, apart from the state of its keys.
struct LoopState {
    shape: Shape,
    /// The number of keys that hold a chain.
    open: u64,
    /// A loss has cut every chain that an event with this number or a smaller one began.
    cut: u64,
}

impl Matcher {
    /// Creates a matcher without loops that follows at most `max_keys` keys at once, over all loops.
    ///
    /// `longest` is the largest number of positions that a loop may have. The state of every key has room for it, and for
    /// the `values` that its chains carry.
    pub fn new(matching: Matching, longest: usize, max_keys: usize, values: Vec<CarriedValue>) -> Self {
        let longest = longest.max(Shape::PAIR.positions);
        let carried = CarriedValue::total_words(&values);
        let stride = matching.state_words(longest) + longest * carried;
        Matcher {
            matching,
            loops: Vec::new(),
            table: Table::new(max_keys, stride),
            counts: Counts::default(),
            last_out_of_order: 0,
            last_joined_out_of_order: 0,
            row: vec![0; longest],
            carried: vec![0; carried],
            values,
        }
    }

    /// Adds a loop; its index is the number of loops before it.
    ///
    /// # Panics
    ///
    /// In debug builds, if the loop has more positions than the matcher was made for.
    pub fn add_loop(&mut self, shape: Shape) {
        debug_assert!(shape.positions <= self.row.len());
        self.loops.push(LoopState { shape, open: 0, cut: 0 });
    }

    /// Puts an event into the chains of its key. Returns the closed loop if the event closes it.
    #[inline(always)]
    pub fn step(&mut self, entry: Entry) -> Option<Closed<'_>> {
        self.step_with(entry, PlainStep)
    }

    /// Does the same as [`Matcher::step`] in a run whose chains carry values; `event` holds the words of the values that
    /// this event has, one value behind the other. The first word of a value that it lacks is 0.
    #[inline(never)]
    pub fn step_carrying(&mut self, entry: Entry, event: &[u64]) -> Option<Closed<'_>> {
        self.step_with(entry, CarryingStep(event))
    }

    #[inline(always)]
    fn step_with(&mut self, entry: Entry, key_step: impl KeyStep) -> Option<Closed<'_>> {
        let Entry { loop_index, positions: at, key, time: Nanos(time), number } = entry;
        let slot = self.table.find_or_add(Id { loop_index: loop_index as u32, key });
        if let Some(displaced) = self.table.take_displaced() {
            self.evict(displaced, slot);
        }
        let LoopState { shape, open, cut } = &mut self.loops[loop_index];
        let state = self.table.state(slot);
        let was_open = self.matching.is_open(state, *cut);

        if time < state[0] {
            let joins = !shape.follows_each_thread_alone();
            self.counts.out_of_order += u64::from(self.last_out_of_order != number);
            self.counts.joined_out_of_order += u64::from(joins && self.last_joined_out_of_order != number);
            self.last_out_of_order = number;
            if joins {
                self.last_joined_out_of_order = number;
            }
        }
        state[0] = time;
        let row = &mut self.row[..shape.positions];
        let step = Step { at, time, number, cut: *cut };
        let closed = key_step.step(self.matching, state, step, row, (&self.values, &mut self.carried));

        let is_open = self.matching.is_open(state, *cut);
        *open = *open + u64::from(is_open) - u64::from(was_open);
        closed.then_some(Closed { times: row, carried: &self.carried })
    }

    /// Clears the state in `slot`, which still belongs to `displaced`, the key that had to make room.
    #[cold]
    fn evict(&mut self, displaced: Id, slot: usize) {
        self.counts.evicted += 1;
        let LoopState { open, cut, .. } = &mut self.loops[displaced.loop_index as usize];
        let state = self.table.state(slot);
        *open -= u64::from(self.matching.is_open(state, *cut));
        state.fill(0);
    }

    /// Drops the chains that a loss of events may have cut: the chains of `cpu` in loops that follow each cpu alone,
    /// and all chains in other loops. `cpu` is `None` if nobody knows where the loss was; then all chains are dropped.
    /// `number` is the number of the last event before the loss.
    pub fn cut(&mut self, cpu: Option<Cpu>, number: u64) {
        for (loop_index, LoopState { shape, open, cut }) in self.loops.iter_mut().enumerate() {
            match cpu {
                Some(cpu) if shape.follows_each_cpu_alone() => {
                    let id = Id { loop_index: loop_index as u32, key: KeyValue::number(cpu.into()) };
                    let Some(slot) = self.table.find(&id) else { continue };
                    let state = self.table.state(slot);
                    if self.matching.is_open(state, *cut) {
                        self.counts.cut += 1;
                        *open -= 1;
                        self.matching.drop_chains(state, shape.positions);
                    }
                }
                _ => {
                    self.counts.cut += *open;
                    (*open, *cut) = (0, number);
                }
            }
        }
    }

    /// Forgets a thread that ended, or whose tid is used anew.
    pub fn forget(&mut self, tid: Tid) {
        for (loop_index, LoopState { shape, open, cut }) in self.loops.iter_mut().enumerate() {
            if !shape.has_state_of_threads() {
                continue;
            }
            let id = Id { loop_index: loop_index as u32, key: KeyValue::thread(tid, None) };
            if let Some(slot) = self.table.find(&id) {
                let state = self.table.state(slot);
                *open -= u64::from(self.matching.is_open(state, *cut));
                self.table.remove(&id);
            }
        }
    }

    /// Ends a recording: chains that are open now count as unfinished, and the next recording begins without any.
    pub fn end_recording(&mut self) {
        self.counts = self.counts();
        self.table.clear();
        for LoopState { open, cut, .. } in &mut self.loops {
            (*open, *cut) = (0, 0);
        }
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> Counts {
        let open: u64 = self.loops.iter().map(|state| state.open).sum();
        Counts { unfinished: self.counts.unfinished + open, ..self.counts }
    }
}

/// The step of one key's state, with carried values or without. It is a trait and not a closure, so that it is
/// certainly inlined: a separate call costs 1 % of the instructions of a run in which every line is at a position.
trait KeyStep {
    /// Puts an event into the state of its key. If this closes the loop, `row` receives its times, the words in
    /// `carried` receive the values that its chain has carried, and the result is true.
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], carried: Carried<'_>) -> bool;
}

/// The values that chains carry, and room for those of the loop that closes.
type Carried<'m> = (&'m [CarriedValue], &'m mut [u64]);

struct PlainStep;

impl KeyStep for PlainStep {
    #[inline(always)]
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], _: Carried<'_>) -> bool {
        matching.step(state, step, row, &mut CarryNothing)
    }
}

/// The values that the event has.
struct CarryingStep<'e>(&'e [u64]);

impl KeyStep for CarryingStep<'_> {
    #[inline(always)]
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], carried: Carried<'_>) -> bool {
        let CarryingStep(event) = self;
        let (state, slots) = state.split_at_mut(matching.state_words(row.len()));
        let (values, closed) = carried;
        let slots = &mut slots[..row.len() * event.len()];
        matching.step(state, step, row, &mut CarryValues { values, slots, event, closed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::CarriedFrom;

    /// Feeds a loop of three positions with events, each given as a position and a value; 0 stands for an event that
    /// lacks the value. Returns for each closed loop the earliest value, and the values of the three positions.
    fn closed(matching: Matching, events: &[(u32, u64)]) -> Vec<[u64; 4]> {
        let from = [0, 1, 2].map(CarriedFrom::Position);
        let values = std::iter::once(CarriedFrom::Earliest).chain(from).map(|from| CarriedValue { words: 2, from });
        let mut matcher = Matcher::new(matching, 3, 10, values.collect());
        matcher.add_loop(Shape { positions: 3, key: Key::All, source: KeySource::Header });
        let mut closed = Vec::new();
        for (number, &(position, value)) in (1..).zip(events) {
            let entry = Entry {
                loop_index: 0,
                positions: 1 << position,
                key: KeyValue::number(0),
                time: Nanos(number),
                number,
            };
            // The second word of each value is ten times the first one.
            let event = [value, 10 * value].repeat(4);
            if let Some(Closed { carried, .. }) = matcher.step_carrying(entry, &event) {
                let (words, _) = carried.as_chunks::<2>();
                assert!(words.iter().all(|[value, tenfold]| *tenfold == 10 * value));
                closed.push(std::array::from_fn(|at| words[at][0]));
            }
        }
        closed
    }

    #[test]
    fn a_closed_loop_has_the_values_of_its_own_events() {
        let events = [(0, 9), (0, 0), (1, 3), (2, 4), (0, 5), (1, 6), (2, 7)];
        for matching in [Matching::Latest, Matching::Strict] {
            assert_eq!(closed(matching, &events), [[3, 0, 3, 4], [5, 5, 6, 7]]);
        }
        assert_eq!(closed(Matching::Latest, &[(0, 0), (1, 0), (2, 3)]), [[3, 0, 0, 3]]);
        assert_eq!(closed(Matching::Latest, &[(0, 1), (1, 2), (1, 0), (2, 3)]), [[1, 1, 0, 3]]);
    }
}
