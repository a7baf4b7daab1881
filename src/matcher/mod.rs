//! Events at positions -> closed loops.
//!
//! Knows small integers, times and the values of keys, which `key/` takes
//! from an event; no names of events.

mod carry;
mod latest;
mod previous;
mod strict;
pub(crate) mod table;

pub use previous::Previous;

use crate::event::{Cpu, Nanos, Tid};
use crate::key::{GroupValue, Key, KeySource, KeyValue};
use carry::{Labels, Nothing};
use table::{Id, Table};

/// How events become loops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// The latest events in loop order, once the last one comes.
    #[default]
    Latest,
    /// The events must follow each other directly.
    Strict,
}

impl Matching {
    /// Every way with its name on the command line.
    pub const NAMES: &[(&str, Matching)] = &[("latest", Matching::Latest), ("strict", Matching::Strict)];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Matching::NAMES.iter().find(|(_, how)| *how == self).map_or("", |(name, _)| name)
    }
}

/// A loop as the matcher sees it.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// How many positions it has.
    pub positions: usize,
    /// What keeps its own place.
    pub key: Key,
    /// Where the key's values come from.
    pub source: KeySource,
}

/// An event, as far as it matters to a loop: what enters a stream of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Which loop.
    pub loop_index: usize,
    /// Bit k is position k, counted from 0.
    pub positions: u32,
    /// Whose place in the loop.
    pub key: KeyValue,
    /// When.
    pub time: Nanos,
    /// Counts the events of the run from 1 and never falls.
    pub number: u64,
}

/// A loop that has closed.
#[derive(Clone, Copy, Debug)]
pub struct Closed<'m> {
    /// The times of its positions.
    pub times: &'m [u64],
    /// Of the earliest position whose event has one.
    pub label: &'m GroupValue,
}

/// An event for one key's state: the set of its positions, its time and
/// number, and which chains are cut.
#[derive(Clone, Copy)]
struct Step {
    at: u32,
    time: u64,
    number: u64,
    cut: u64,
}

impl Shape {
    /// Whether its state belongs to threads, all or some of it.
    fn is_of_threads(&self) -> bool {
        self.key == Key::Tid && self.source != KeySource::Fields
    }

    /// Whether all that its state holds happened on the processor that is the key.
    fn is_of_processors(&self) -> bool {
        self.key == Key::Cpu && self.source == KeySource::Header
    }

    /// How many words of state each of its keys takes.
    pub(crate) fn words(&self, how: Matching) -> usize {
        Shape::words_of(self.positions, how)
    }

    fn words_of(positions: usize, how: Matching) -> usize {
        match how {
            Matching::Latest => latest::words(positions),
            Matching::Strict => strict::words(positions),
        }
    }
}

/// What the matcher had to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events earlier than the one before them in the same loop and key.
    pub out_of_order: u64,
    /// Those of them in loops that join threads.
    pub joined_out_of_order: u64,
    /// Keys dropped because the table was full.
    pub evicted: u64,
    /// Keys whose open chain a loss may have cut.
    pub cut: u64,
    /// Keys that held a chain when their recording ended, or hold one now.
    pub unfinished: u64,
}

impl Counts {
    /// What was counted since; chains that are open now stay as they are.
    pub fn since(self, before: Counts) -> Counts {
        Counts {
            out_of_order: self.out_of_order - before.out_of_order,
            joined_out_of_order: self.joined_out_of_order - before.joined_out_of_order,
            evicted: self.evicted - before.evicted,
            cut: self.cut - before.cut,
            unfinished: self.unfinished,
        }
    }

    /// Adds the counts of another run.
    pub fn merge(&mut self, other: Counts) {
        let Counts { out_of_order, joined_out_of_order, evicted, cut, unfinished } = other;
        self.out_of_order += out_of_order;
        self.joined_out_of_order += joined_out_of_order;
        self.evicted += evicted;
        self.cut += cut;
        self.unfinished += unfinished;
    }
}

/// Follows all loops.
pub struct Matcher {
    how: Matching,
    loops: Vec<Followed>,
    table: Table,
    counts: Counts,
    /// The last event counted as out of order: an event counts once; and in
    /// loops that join threads.
    out_of_order: u64,
    joined_out_of_order: u64,
    row: Vec<u64>,
    /// That of the loop that closed last.
    label: GroupValue,
}

struct Followed {
    shape: Shape,
    /// Keys that hold a chain.
    open: u64,
    /// Chains begun by this event or an earlier one are cut.
    cut: u64,
}

impl Matcher {
    /// Follows at most `max_keys` keys at once, over all loops; `labelled`:
    /// events bring labels, which the loops that they close are given. There
    /// is room for loops of two positions that are added later.
    pub fn new(how: Matching, loops: &[Shape], max_keys: usize, labelled: bool) -> Self {
        let words = |shape: &Shape| shape.words(how) + if labelled { shape.positions * GroupValue::WORDS } else { 0 };
        let pair = Shape { positions: 2, key: Key::Tid, source: KeySource::Header };
        let stride = loops.iter().chain([&pair]).map(words).max().unwrap_or(0);
        let longest = loops.iter().chain([&pair]).map(|shape| shape.positions).max().unwrap_or(0);
        Matcher {
            how,
            loops: loops.iter().map(|&shape| Followed { shape, open: 0, cut: 0 }).collect(),
            table: Table::new(max_keys, stride),
            counts: Counts::default(),
            out_of_order: 0,
            joined_out_of_order: 0,
            row: vec![0; longest],
            label: GroupValue::default(),
        }
    }

    /// Follows one more loop, of two positions.
    pub fn follow(&mut self, shape: Shape) {
        self.loops.push(Followed { shape, open: 0, cut: 0 });
    }

    /// Takes an event; where it closes the loop, the times of its positions.
    #[inline(always)]
    pub fn step(&mut self, entry: Entry) -> Option<Closed<'_>> {
        self.step_by(entry, |how, state, step, row, _| match how {
            Matching::Latest => latest::step(state, step, row, &mut Nothing),
            Matching::Strict => strict::step(state, step, row, &mut Nothing),
        })
    }

    /// As [`Matcher::step`], of an event with a label, if it has one: what
    /// chains carry stands behind the words of their times.
    #[inline(never)]
    pub fn step_labelled(&mut self, entry: Entry, label: Option<&GroupValue>) -> Option<Closed<'_>> {
        self.step_by(entry, |how, state, step, row, closed_label| {
            let words = Shape::words_of(row.len(), how);
            let (state, slots) = state.split_at_mut(words);
            let slots = &mut slots[..row.len() * GroupValue::WORDS];
            let mut carry = Labels { slots, event: label.copied().unwrap_or_default(), closed: GroupValue::default() };
            let closed = match how {
                Matching::Latest => latest::step(state, step, row, &mut carry),
                Matching::Strict => strict::step(state, step, row, &mut carry),
            };
            if closed {
                *closed_label = carry.closed;
            }
            closed
        })
    }

    #[inline(always)]
    fn step_by(
        &mut self,
        entry: Entry,
        step: impl Fn(Matching, &mut [u64], Step, &mut [u64], &mut GroupValue) -> bool,
    ) -> Option<Closed<'_>> {
        let Entry { loop_index, positions: at, key, time: Nanos(time), number } = entry;
        let slot = self.table.find_or_add(Id { loop_index: loop_index as u32, key });
        if let Some(displaced) = self.table.take_displaced() {
            self.displace(displaced, slot);
        }
        let followed = &mut self.loops[loop_index];
        let state = self.table.state(slot);
        let was_open = is_open(self.how, state, followed.cut);

        if time < state[0] {
            let alone = followed.shape.key == Key::Tid && followed.shape.source == KeySource::Header;
            self.counts.out_of_order += u64::from(self.out_of_order != number);
            self.counts.joined_out_of_order += u64::from(!alone && self.joined_out_of_order != number);
            self.out_of_order = number;
            if !alone {
                self.joined_out_of_order = number;
            }
        }
        state[0] = time;
        let row = &mut self.row[..followed.shape.positions];
        let closed = step(self.how, state, Step { at, time, number, cut: followed.cut }, row, &mut self.label);

        let now_open = is_open(self.how, state, followed.cut);
        followed.open = followed.open + u64::from(now_open) - u64::from(was_open);
        closed.then_some(Closed { times: row, label: &self.label })
    }

    #[cold]
    fn displace(&mut self, displaced: Id, slot: usize) {
        self.counts.evicted += 1;
        let followed = &mut self.loops[displaced.loop_index as usize];
        let state = self.table.state(slot);
        followed.open -= u64::from(is_open(self.how, state, followed.cut));
        state.fill(0);
    }

    /// Drops the chains that a loss of events may have cut: those of `cpu` in
    /// the loops that are kept by processor, all in the others. `number` is that
    /// of the last event before the loss.
    pub fn cut(&mut self, cpu: Option<Cpu>, number: u64) {
        for (loop_index, followed) in self.loops.iter_mut().enumerate() {
            let positions = followed.shape.positions;
            match cpu {
                Some(cpu) if followed.shape.is_of_processors() => {
                    let id = Id { loop_index: loop_index as u32, key: KeyValue::number(cpu.into()) };
                    let Some(slot) = self.table.find(&id) else { continue };
                    let state = self.table.state(slot);
                    if is_open(self.how, state, followed.cut) {
                        self.counts.cut += 1;
                        followed.open -= 1;
                        drop_chains(self.how, state, positions);
                    }
                }
                _ => {
                    self.counts.cut += followed.open;
                    followed.open = 0;
                    followed.cut = number;
                }
            }
        }
    }

    /// Forgets a thread that ended, or whose tid begins anew, in the loops
    /// that are kept by thread.
    pub fn forget(&mut self, tid: Tid) {
        for (loop_index, followed) in self.loops.iter_mut().enumerate() {
            if !followed.shape.is_of_threads() {
                continue;
            }
            let id = Id { loop_index: loop_index as u32, key: KeyValue::thread(tid, None) };
            if let Some(slot) = self.table.find(&id) {
                let state = self.table.state(slot);
                followed.open -= u64::from(is_open(self.how, state, followed.cut));
                self.table.remove(&id);
            }
        }
    }

    /// Ends a recording: what is open now stays unfinished.
    pub fn end_recording(&mut self) {
        self.counts = self.counts();
        self.table.clear();
        for followed in &mut self.loops {
            (followed.open, followed.cut) = (0, 0);
        }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        let open: u64 = self.loops.iter().map(|followed| followed.open).sum();
        Counts { unfinished: self.counts.unfinished + open, ..self.counts }
    }
}

#[inline(always)]
fn is_open(how: Matching, state: &[u64], cut: u64) -> bool {
    match how {
        Matching::Latest => latest::is_open(state, cut),
        Matching::Strict => strict::is_open(state, cut),
    }
}

fn drop_chains(how: Matching, state: &mut [u64], positions: usize) {
    match how {
        Matching::Latest => latest::drop_chains(state, positions),
        Matching::Strict => strict::drop_chains(state),
    }
}
