//! The matcher, which follows all loops and all keys.
//!
//! A chain is a loop that has begun for one key and has not closed: its first event has come, its last one has not.

use super::carry::{CarriedValue, CarryNothing, CarryValues};
use super::counts::Counts;
use super::matching::{KeyState, Matching, Method};
use super::shape::Shape;
use super::step::{Drops, Step};
use super::table::{Id, Table};
use crate::event::{Nanos, Tid};
use crate::key::KeyValue;

/// An event that enters the state of one key of one loop.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The index of the loop: the number of loops that were added before it.
    pub loop_index: usize,
    /// The positions at which the event stands for this key. Bit k is position k, counted from 0.
    pub positions: u32,
    /// The negated positions (`!C` in `A -> !C -> B`) at which the event stands for this key. Bit k is the negated
    /// position between the positions k-1 and k.
    pub negated: u32,
    /// The value of the key.
    pub key: KeyValue,
    /// The time of the event.
    pub time: Nanos,
    /// The number of the event in the run, counted from 1. It is never smaller than that of an earlier entry.
    pub number: u64,
}

/// A loop that has closed.
#[derive(Clone, Copy, Debug)]
pub struct Closed<'m> {
    /// The time of each position, in nanoseconds.
    pub times: &'m [u64],
    /// The words of the values that the chain has carried, one value behind the other; empty in a run that carries
    /// nothing.
    pub carried: &'m [u64],
}

/// Follows all loops of a run, for each key.
pub struct Matcher {
    matching: Matching,
    loops: Vec<LoopState>,
    table: Table,
    /// The stacks of unfinished loops, one for each slot of the table. Only `--match nested` has any.
    stacks: Vec<Vec<u64>>,
    /// The number of words that the carried values of a chain take; 0 if chains carry nothing.
    slot_words: usize,
    counts: Counts,
    /// The number of the last event that was counted as out of order. With it, an event that stands in several
    /// loops counts only once.
    last_out_of_order: u64,
    /// The same, for events that were out of order in a loop whose key is not the tid of the event's header. Such a loop
    /// joins the events of several threads.
    last_joined_out_of_order: u64,
    /// The times and the carried values of the loop that closed last.
    row: Vec<u64>,
    carried: Vec<u64>,
    /// The values that chains carry.
    values: Vec<CarriedValue>,
}

/// The state of a loop that all its keys share.
pub(super) struct LoopState {
    pub(super) shape: Shape,
    pub(super) method: Method,
    /// The time limit of the loop in nanoseconds; `u64::MAX` if it has none.
    within: u64,
    /// The counts of the chains (unfinished loops) that were dropped without closing.
    drops: Drops,
    /// The number of keys that hold a chain.
    open: u64,
    /// The number of the last event before the last loss. The loss has cut all chains that this event or an earlier one
    /// began.
    pub(super) cut: u64,
    /// True if the loop takes part in the counts that [`Matcher::counts`] returns. In the count of evicted keys, every
    /// loop takes part.
    is_counted: bool,
}

impl Matcher {
    /// Creates a matcher without loops. It follows at most `max_keys` keys at once, over all loops.
    ///
    /// `longest` is the largest number of positions that a loop may have. The state of every key has room for the
    /// times of so many positions, and for the `values` that its chains carry.
    pub fn new(matching: Matching, longest: usize, max_keys: usize, values: Vec<CarriedValue>) -> Self {
        let longest = longest.max(Shape::PAIR.positions);
        let carried = CarriedValue::total_words(&values);
        let method = matching.method(false);
        let stride = method.state_words(longest) + method.slots(longest) * carried;
        Matcher {
            matching,
            loops: Vec::new(),
            table: Table::new(max_keys, stride),
            stacks: Vec::new(),
            slot_words: carried,
            counts: Counts::default(),
            last_out_of_order: 0,
            last_joined_out_of_order: 0,
            row: vec![0; longest],
            carried: vec![0; carried],
            values,
        }
    }

    /// Adds a loop. Its index is the number of loops that were added before it.
    ///
    /// # Panics
    ///
    /// In debug builds, this panics if the loop has more positions than the `longest` that [`new`](Self::new) got.
    pub fn add_loop(&mut self, shape: Shape) {
        debug_assert!(shape.positions <= self.row.len());
        let method = self.matching.method(shape.has_negated || shape.within.is_some());
        let within = shape.within.map_or(u64::MAX, |Nanos(within)| within);
        let drops = Drops::default();
        self.loops.push(LoopState { shape, method, within, drops, open: 0, cut: 0, is_counted: true });
    }

    /// Leaves a loop out of the counts. The user did not ask for such a loop, and it is followed only to see whether it
    /// closes.
    pub fn leave_out_of_counts(&mut self, loop_index: usize) {
        self.loops[loop_index].is_counted = false;
    }

    /// Puts an event into the state of its key. Returns the closed loop if the event closes it.
    #[inline(always)]
    pub fn step(&mut self, entry: Entry) -> Option<Closed<'_>> {
        if self.loops[entry.loop_index].method == Method::Latest {
            self.step_with::<true>(entry, PlainStep)
        } else {
            self.step_slowly(entry)
        }
    }

    /// Does the work of [`Matcher::step`] for any loop. This is a function of its own and not inlined, so that the
    /// fastest way of matching does not pay for the others.
    #[inline(never)]
    fn step_slowly(&mut self, entry: Entry) -> Option<Closed<'_>> {
        self.step_with::<false>(entry, PlainStep)
    }

    /// Puts an event into the state of its key, in a run whose chains carry values. Returns the closed loop if the
    /// event closes it. `event` has the words of the values of this event, one value behind the other. If the event
    /// lacks a value, the first word of the value is 0.
    #[inline(never)]
    pub fn step_carrying(&mut self, entry: Entry, event: &[u64]) -> Option<Closed<'_>> {
        if self.loops[entry.loop_index].method == Method::Latest {
            self.step_with::<true>(entry, CarryingStep(event))
        } else {
            self.step_with::<false>(entry, CarryingStep(event))
        }
    }

    /// Does the work of [`Matcher::step`] and [`Matcher::step_carrying`]. `IS_LATEST` may be true only for loops whose
    /// method is [`Method::Latest`]; the compiler then leaves out the code for the other methods.
    #[inline(always)]
    fn step_with<const IS_LATEST: bool>(&mut self, entry: Entry, key_step: impl KeyStep) -> Option<Closed<'_>> {
        let Entry { loop_index, positions: at, negated, key, time: Nanos(time), number } = entry;
        let slot = self.table.find_or_add(Id { loop_index: loop_index as u32, key });
        if let Some(displaced) = self.table.take_displaced() {
            self.evict(displaced, slot);
        }
        let LoopState { shape, method, within, drops, open, cut, is_counted } = &mut self.loops[loop_index];
        let method = if IS_LATEST { Method::Latest } else { *method };
        let state = self.table.state(slot);
        let was_open = method.is_open(state, *cut, shape.positions);

        if time < state[0] && *is_counted {
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
        let step = Step { at, negated, time, number, cut: *cut, within: *within };
        let key_state = KeyState { words: &mut *state, stacks: &mut self.stacks, slot, slot_words: self.slot_words };
        let closed = key_step.step(method, key_state, step, row, drops, (&self.values, &mut self.carried));

        let is_open = method.is_open(state, *cut, shape.positions);
        *open = *open + u64::from(is_open) - u64::from(was_open);
        closed.then_some(Closed { times: row, carried: &self.carried })
    }

    /// Takes an event that stands only at the negated positions of the entry, and drops the chains that it ends.
    /// Nothing happens if the matcher has no state for the key.
    #[inline(never)]
    pub fn negate(&mut self, entry: Entry) {
        let Entry { loop_index, negated, key, .. } = entry;
        let Some(slot) = self.table.use_known(&Id { loop_index: loop_index as u32, key }) else { return };
        let LoopState { shape, method, drops, open, cut, .. } = &mut self.loops[loop_index];
        let words = self.table.state(slot);
        let was_open = method.is_open(words, *cut, shape.positions);
        let state = KeyState { words, stacks: &mut self.stacks, slot, slot_words: self.slot_words };
        method.negate(state, negated, *cut, shape.positions, drops);
        let is_open = method.is_open(self.table.state(slot), *cut, shape.positions);
        *open = *open + u64::from(is_open) - u64::from(was_open);
    }

    /// Clears the state in `slot`, which still belongs to `displaced`, the key that had to make room.
    #[cold]
    fn evict(&mut self, displaced: Id, slot: usize) {
        self.counts.evicted += 1;
        let LoopState { shape, method, open, cut, .. } = &mut self.loops[displaced.loop_index as usize];
        let state = self.table.state(slot);
        *open -= u64::from(method.is_open(state, *cut, shape.positions));
        state.fill(0);
    }

    /// Drops the chains (unfinished loops) that a loss of events may have cut. If the loss was on a known `cpu`, loops
    /// that are followed on each cpu alone lose only the chains of this cpu; all other loops lose all chains. `cpu` is
    /// a value of the key [`Key::Cpu`](crate::key::Key::Cpu). `number` is the number of the last event before the loss.
    pub fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        for (loop_index, LoopState { shape, method, open, cut, is_counted, .. }) in self.loops.iter_mut().enumerate() {
            let counted = u64::from(*is_counted);
            match cpu {
                Some(cpu) if shape.follows_each_cpu_alone() => {
                    let id = Id { loop_index: loop_index as u32, key: cpu };
                    let Some(slot) = self.table.find(&id) else { continue };
                    let state = self.table.state(slot);
                    if method.is_open(state, *cut, shape.positions) {
                        self.counts.cut += counted;
                        *open -= 1;
                        method.drop_chains(state, shape.positions);
                    }
                }
                _ => {
                    self.counts.cut += counted * *open;
                    (*open, *cut) = (0, number);
                }
            }
        }
    }

    /// Forgets the state of a thread that has ended, or whose tid a new thread has got.
    pub fn forget(&mut self, tid: Tid) {
        for (loop_index, LoopState { shape, method, open, cut, .. }) in self.loops.iter_mut().enumerate() {
            if !shape.has_state_of_threads() {
                continue;
            }
            let id = Id { loop_index: loop_index as u32, key: KeyValue::thread(tid, None) };
            if let Some(slot) = self.table.find(&id) {
                let state = self.table.state(slot);
                *open -= u64::from(method.is_open(state, *cut, shape.positions));
                self.table.remove(&id);
            }
        }
    }

    /// Ends a recording. Its unfinished loops are counted as unfinished, and the next recording begins without any.
    pub fn end_recording(&mut self) {
        self.counts.unfinished = self.counts().unfinished;
        self.table.clear();
        for LoopState { open, cut, .. } in &mut self.loops {
            (*open, *cut) = (0, 0);
        }
    }

    /// Returns the counts of the run so far.
    pub fn counts(&self) -> Counts {
        let sum = |count: fn(&LoopState) -> u64| self.loops.iter().map(count).sum::<u64>();
        Counts {
            evicted: self.counts.evicted + sum(|state| state.drops.evicted),
            unfinished: self.counts.unfinished + sum(|state| u64::from(state.is_counted) * state.open),
            ..self.counts
        }
    }

    /// Returns how many keys of a loop have a chain now; 0 for a loop that is left out of the counts.
    pub fn open(&self, loop_index: usize) -> u64 {
        let state = &self.loops[loop_index];
        u64::from(state.is_counted) * state.open
    }

    pub(super) fn loop_state(&self, loop_index: usize) -> &LoopState {
        &self.loops[loop_index]
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// Returns the stack of the key in this slot of the table; empty if no chain was ever pushed there.
    pub(super) fn stack(&self, slot: usize) -> &[u64] {
        self.stacks.get(slot).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of words that the carried values of a chain take.
    pub(super) fn slot_words(&self) -> usize {
        self.slot_words
    }

    /// Returns how many chains of a loop have expired since the last call. A chain expires if the time limit of the
    /// loop is over when the next event of the chain comes.
    pub fn take_expired(&mut self, loop_index: usize) -> u64 {
        std::mem::take(&mut self.loops[loop_index].drops.expired)
    }

    /// Returns how many chains of a loop were dropped by events at negated positions.
    pub fn negated(&self, loop_index: usize) -> u64 {
        self.loops[loop_index].drops.negated
    }
}

/// Puts an event into the state of a key, with carried values or without. This is a trait and not a closure, so that
/// the compiler surely inlines it. A call that is not inlined costs 1 % of the instructions in a run in which every
/// line is at a position.
trait KeyStep {
    /// Puts an event into the state of its key. If this closes the loop, `row` receives its times, the words in
    /// `carried` receive the values that its chain has carried, and the result is true.
    fn step(
        self,
        method: Method,
        state: KeyState<'_>,
        step: Step,
        row: &mut [u64],
        drops: &mut Drops,
        carried: Carried<'_>,
    ) -> bool;
}

/// The values that chains carry, and room for those of the loop that closes.
type Carried<'m> = (&'m [CarriedValue], &'m mut [u64]);

struct PlainStep;

impl KeyStep for PlainStep {
    #[inline(always)]
    fn step(
        self,
        method: Method,
        state: KeyState<'_>,
        step: Step,
        row: &mut [u64],
        drops: &mut Drops,
        _: Carried<'_>,
    ) -> bool {
        method.step(state, step, row, drops, &mut CarryNothing)
    }
}

/// Holds the values of the current event.
struct CarryingStep<'e>(&'e [u64]);

impl KeyStep for CarryingStep<'_> {
    #[inline(always)]
    fn step(
        self,
        method: Method,
        state: KeyState<'_>,
        step: Step,
        row: &mut [u64],
        drops: &mut Drops,
        carried: Carried<'_>,
    ) -> bool {
        let CarryingStep(event) = self;
        let (words, slots) = state.words.split_at_mut(method.state_words(row.len()));
        let slots = &mut slots[..method.slots(row.len()) * state.slot_words];
        let state = KeyState { words, ..state };
        let (values, closed) = carried;
        method.step(state, step, row, drops, &mut CarryValues { values, slots, event, closed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Key, KeySource};
    use crate::matcher::CarriedFrom;

    /// Feeds a loop of three positions with events, each given as a position and a value; 0 stands for an event that
    /// lacks the value. Returns for each closed loop the earliest value, and the values of the three positions.
    fn closed(matching: Matching, events: &[(u32, u64)]) -> Vec<[u64; 4]> {
        let from = [0, 1, 2].map(CarriedFrom::Position);
        let values = std::iter::once(CarriedFrom::Earliest).chain(from).map(|from| CarriedValue { words: 2, from });
        let mut matcher = Matcher::new(matching, 3, 10, values.collect());
        matcher.add_loop(Shape::plain(3, Key::All, KeySource::Header));
        let mut closed = Vec::new();
        for (number, &(position, value)) in (1..).zip(events) {
            let entry = Entry {
                loop_index: 0,
                positions: 1 << position,
                negated: 0,
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
        for &(_, matching) in Matching::NAMES {
            assert_eq!(closed(matching, &events), [[3, 0, 3, 4], [5, 5, 6, 7]]);
        }
        assert_eq!(closed(Matching::Latest, &[(0, 0), (1, 0), (2, 3)]), [[3, 0, 0, 3]]);
        assert_eq!(closed(Matching::Latest, &[(0, 1), (1, 2), (1, 0), (2, 3)]), [[1, 1, 0, 3]]);
    }
}
