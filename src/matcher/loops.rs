//! The matcher of all loops and keys.

use super::carry::{Carried, CarryNothing, CarryValues};
use super::counts::Counts;
use super::matching::Matching;
use super::step::Step;
use super::table::{Id, Table};
use crate::event::{Nanos, Tid};
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
    /// The values that the chain has carried; the defaults in runs that carry nothing.
    pub carried: &'m Carried,
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
    carried: Carried,
}

/// The state of a loop, apart from the state of its keys.
struct LoopState {
    shape: Shape,
    /// The number of keys that hold a chain.
    open: u64,
    /// A loss has cut every chain that an event with this number or a smaller one began.
    cut: u64,
}

/// The values that chains carry in a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carries {
    /// Chains carry a group value.
    pub group: bool,
    /// Chains carry the header of their first event.
    pub first: bool,
}

impl Matcher {
    /// Creates a matcher without loops that follows at most `max_keys` keys at once, over all loops.
    ///
    /// `longest` is the largest number of positions that a loop may have. The state of every key has room for it.
    pub fn new(matching: Matching, longest: usize, max_keys: usize, carries: Carries) -> Self {
        let longest = longest.max(Shape::PAIR.positions);
        let carried = if carries.group || carries.first { Carried::words(carries.first) } else { 0 };
        let stride = matching.state_words(longest) + longest * carried;
        Matcher {
            matching,
            loops: Vec::new(),
            table: Table::new(max_keys, stride),
            counts: Counts::default(),
            last_out_of_order: 0,
            last_joined_out_of_order: 0,
            row: vec![0; longest],
            carried: Carried::default(),
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

    /// Does the same as [`Matcher::step`] in a run whose chains carry values; `event` holds the values of this event.
    ///
    /// `event.first` must be present if and only if the matcher was made to carry first events.
    #[inline(never)]
    pub fn step_carrying(&mut self, entry: Entry, event: &Carried) -> Option<Closed<'_>> {
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
        let closed = key_step.step(self.matching, state, step, row, &mut self.carried);

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
    /// and all chains in other loops. `cpu` is the value of the key [`Key::Cpu`]; it is `None` if nobody knows where the loss was; then all chains are dropped.
    /// `number` is the number of the last event before the loss.
    pub fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        for (loop_index, LoopState { shape, open, cut }) in self.loops.iter_mut().enumerate() {
            match cpu {
                Some(cpu) if shape.follows_each_cpu_alone() => {
                    let id = Id { loop_index: loop_index as u32, key: cpu };
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
    /// Puts an event into the state of its key. If this closes the loop, `row` receives its times, `carried` receives
    /// the values that its chain has carried, and the result is true.
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], carried: &mut Carried) -> bool;
}

struct PlainStep;

impl KeyStep for PlainStep {
    #[inline(always)]
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], _: &mut Carried) -> bool {
        matching.step(state, step, row, &mut CarryNothing)
    }
}

/// The values that the event brings along.
struct CarryingStep<'e>(&'e Carried);

impl KeyStep for CarryingStep<'_> {
    #[inline(always)]
    fn step(self, matching: Matching, state: &mut [u64], step: Step, row: &mut [u64], carried: &mut Carried) -> bool {
        let CarryingStep(event) = self;
        let (state, slots) = state.split_at_mut(matching.state_words(row.len()));
        let slots = &mut slots[..row.len() * Carried::words(event.first.is_some())];
        matching.step(state, step, row, &mut CarryValues { slots, event, closed: carried })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::PERF_SCRIPT_SYNTAX;
    use crate::event::{Event, Payload, Resolution};
    use crate::key::GroupValue;
    use crate::matcher::FirstEvent;

    /// Feeds a loop of three positions with events, each given as a position, a tid and a group value; an empty value
    /// stands for an event that prints none. Returns the group value and the first tid of each closed loop.
    fn closed(matching: Matching, carries: Carries, events: &[(u32, Tid, &str)]) -> Vec<(String, Option<Tid>)> {
        let mut matcher = Matcher::new(matching, 3, 10, carries);
        matcher.add_loop(Shape { positions: 3, key: Key::All, source: KeySource::Header });
        let mut closed = Vec::new();
        for (number, &(position, tid, group)) in (1..).zip(events) {
            let event = Event {
                time: Nanos(number),
                resolution: Resolution::Nanos,
                tid: Some(tid),
                pid: None,
                cpu: None,
                machine: None,
                name: b"a",
                comm: None,
                payload: Payload::new(b"", &PERF_SCRIPT_SYNTAX),
            };
            let value = || GroupValue::new(KeyValue::number(group.len() as i64), group.as_bytes());
            let group = if group.is_empty() { GroupValue::default() } else { value() };
            let first = carries.first.then(|| FirstEvent::new(&event));
            let (loop_index, key, time) = (0, KeyValue::number(0), event.time);
            let entry = Entry { loop_index, positions: 1 << position, key, time, number };
            if let Some(Closed { carried, .. }) = matcher.step_carrying(entry, &Carried { group, first }) {
                let group = String::from_utf8(carried.group.text()).expect("text");
                closed.push((group, carried.first.and_then(|first| first.tid())));
            }
        }
        closed
    }

    #[test]
    fn a_closed_loop_has_the_first_event_and_the_earliest_group_value() {
        let events = [(0, 1, ""), (0, 2, ""), (1, 3, "x"), (2, 4, "yy"), (0, 5, "x"), (1, 6, "yy"), (2, 7, "zzz")];
        for matching in [Matching::Latest, Matching::Strict] {
            let both = Carries { group: true, first: true };
            assert_eq!(closed(matching, both, &events), [("x".into(), Some(2)), ("x".into(), Some(5))]);
            let group = Carries { group: true, first: false };
            assert_eq!(closed(matching, group, &events), [("x".into(), None), ("x".into(), None)]);
        }
        let late = [(0, 1, ""), (1, 2, ""), (2, 3, "x")];
        assert_eq!(closed(Matching::Latest, Carries { group: true, first: true }, &late), [("x".into(), Some(1))]);
    }
}
