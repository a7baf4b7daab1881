//! The diagnosis of one run.

use super::discovery::Discovery;
use super::hints::{Unclosed, why_not_closed, worth_asking_for};
use super::key_trials::KeyTrials;
use super::mismatches::Mismatches;
use super::proposal::{Findings, Proposal};
use super::seen::Seen;
use crate::event::{Event, Tid};
use crate::key::KeyValue;
use crate::matcher::{Matching, Shape};

/// The number of events in which sequences are searched if they are only needed for hints. The beginning of the input
/// is enough for hints.
const HINT_EVENTS: u64 = 100_000;

/// The purpose of the diagnosis in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The user gets hints that say why a loop did not close. If `propose` is true, a hint may also propose other
    /// loops. To find these, the diagnosis needs every event at the beginning of the input.
    Hints {
        /// True to search for other loops that are worth asking for.
        propose: bool,
    },
    /// The whole input is searched for loops that are worth asking for (`--discover`).
    Discover,
}

/// All that is kept during a run, in order to say why a loop did not close and which loops are worth asking for.
pub struct Diagnosis {
    purpose: Purpose,
    /// The diagnosis of each loop, by the index of the loop. It is `None` if the loop has closed, or if the run gives
    /// no hints (`--discover`).
    loops: Vec<Option<LoopDiagnosis>>,
    discovery: Option<Discovery>,
    /// True while the diagnosis needs every event.
    watches: bool,
}

/// The diagnosis of one loop that has not closed yet.
struct LoopDiagnosis {
    trials: KeyTrials,
    /// For each position, the events that have its name and do not fit it.
    mismatches: Vec<Mismatches>,
}

impl Diagnosis {
    /// Creates the diagnosis for a run that follows loops of these shapes.
    pub fn new(purpose: Purpose, matching: Matching, shapes: &[Shape]) -> Self {
        let has_hints = purpose != Purpose::Discover;
        let of_loop = |shape: &Shape| {
            has_hints.then(|| LoopDiagnosis {
                trials: KeyTrials::new(matching, *shape, shapes.len()),
                mismatches: vec![Mismatches::default(); shape.positions],
            })
        };
        let watches = purpose != Purpose::Hints { propose: false };
        Diagnosis {
            purpose,
            loops: shapes.iter().map(of_loop).collect(),
            discovery: watches.then(Discovery::default),
            watches,
        }
    }

    /// Turns a diagnosis that has searched the input for loops into one that gives hints for loops of these shapes. If
    /// `propose` is true, it keeps the sequences that were found so far, and its hints may propose loops.
    pub fn into_hints(self, propose: bool, matching: Matching, shapes: &[Shape]) -> Self {
        let hints = Diagnosis::new(Purpose::Hints { propose }, matching, shapes);
        Diagnosis { discovery: self.discovery.filter(|_| propose), ..hints }
    }

    /// Returns whether the diagnosis wants to see events that stand at no position.
    pub fn watches_every_event(&self) -> bool {
        self.watches
    }

    /// Takes an event, which need not stand at a position. `number` is the number of the event in the run, counted from
    /// 1.
    #[cold]
    pub fn event(&mut self, event: &Event<'_>, number: u64) {
        if let Some(discovery) = &mut self.discovery {
            discovery.add(event);
        }
        if self.purpose != Purpose::Discover && number >= HINT_EVENTS {
            self.watches = false;
        }
    }

    /// Takes an event that stands at positions of a loop, or at negated positions (`!C` in `A -> !C -> B`). Bit k of
    /// `positions` is position k, and bit k of `negated` is the negated position between the positions k-1 and k.
    #[inline(never)]
    pub fn at_positions(&mut self, loop_index: usize, positions: u32, negated: u32, event: &Event<'_>, number: u64) {
        if let Some(Some(unclosed)) = self.loops.get_mut(loop_index) {
            unclosed.trials.step(positions, negated, event, number);
        }
    }

    /// Takes an event that has the name of these positions of a loop, but does not stand there, because of their fields
    /// or conditions.
    #[inline(never)]
    pub fn mismatch(&mut self, loop_index: usize, positions: u32, event: &Event<'_>) {
        if let Some(Some(unclosed)) = self.loops.get_mut(loop_index) {
            let at = |position: usize| positions >> position & 1 != 0;
            let mismatches = unclosed.mismatches.iter_mut().enumerate().filter(|(position, _)| at(*position));
            mismatches.for_each(|(_, mismatches)| mismatches.add(event.payload));
        }
    }

    /// Notes that a loop has closed, so that it needs no hint. Returns true if the whole diagnosis has nothing left to
    /// do.
    #[inline(never)]
    pub fn closed(&mut self, loop_index: usize) -> bool {
        if let Some(unclosed) = self.loops.get_mut(loop_index) {
            *unclosed = None;
        }
        if self.purpose != Purpose::Discover {
            (self.discovery, self.watches) = (None, false);
        }
        self.purpose != Purpose::Discover && self.loops.iter().all(Option::is_none)
    }

    /// Drops the unfinished loops and the sequences that a loss of events may have cut. `cpu` is the CPU of the loss,
    /// if it is known, and `number` is the number of the last event before the loss.
    pub fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        self.loops.iter_mut().flatten().for_each(|unclosed| unclosed.trials.cut(cpu, number));
        self.discovery.iter_mut().for_each(Discovery::cut);
    }

    /// Drops the unfinished loops and the sequences of a thread that has ended, or whose tid a new thread has got.
    pub fn forget(&mut self, tid: Tid) {
        self.loops.iter_mut().flatten().for_each(|unclosed| unclosed.trials.forget(tid));
        self.discovery.iter_mut().for_each(|discovery| discovery.forget(tid));
    }

    /// Ends a recording. No sequence and no loop goes on in the next one.
    pub fn end_recording(&mut self) {
        self.loops.iter_mut().flatten().for_each(|unclosed| unclosed.trials.end_recording());
        self.discovery.iter_mut().for_each(Discovery::cut);
    }

    /// Collects what the hints about all loops of a summary need. `names` are the event names of the input.
    pub fn seen<'a>(&self, names: impl Iterator<Item = &'a [u8]>) -> Seen {
        Seen::new(names, self.discovery.as_ref().map_or(Vec::new(), Discovery::proposals))
    }

    /// Returns the sentences that say why a loop did not close; empty if the loop has closed.
    pub fn hints(&self, loop_index: usize, unclosed: &Unclosed<'_>, seen: &Seen) -> Vec<String> {
        let Some(Some(LoopDiagnosis { trials, mismatches })) = self.loops.get(loop_index) else { return Vec::new() };
        let (mut hints, is_meant) = why_not_closed(unclosed, mismatches, trials.closed(), seen);
        // If another key, another name or a mismatch explains why the loop did not close, the user should correct the
        // loop. Then no other loop is proposed.
        let is_explained =
            is_meant || trials.closed().next().is_some() || mismatches.iter().any(|mismatches| mismatches.count() > 0);
        if !is_explained {
            hints.extend(worth_asking_for(&seen.in_place_of(unclosed.spec)));
        }
        hints
    }

    /// Returns the findings of `--discover`. `measured` are the loops that were followed and have closed, and
    /// `left_out` is the number of events that the selection (such as `--comm`) left out.
    pub fn findings(&self, measured: Vec<Proposal>, left_out: u64) -> Findings<'_> {
        let Some(discovery) = &self.discovery else {
            return Findings { events: Vec::new(), left_out, proposals: measured };
        };
        let mut proposals = without_doubles(measured);
        for proposal in discovery.proposals() {
            if proposals.iter().all(|known| known.text != proposal.text) {
                proposals.push(proposal);
            }
        }
        proposals.sort_by_key(|proposal| std::cmp::Reverse(proposal.times));
        Findings { events: discovery.events(), left_out, proposals }
    }
}

/// Two loops may have the same events, and only one of them takes its key from fields (`@field`). If both have closed
/// equally often, removes the loop without fields, because the loop with fields says more.
fn without_doubles(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    let without_fields =
        |text: &str| text.split(' ').filter_map(|word| word.split('@').next()).collect::<Vec<_>>().join(" ");
    let keyed = proposals.iter().filter(|known| known.text.contains('@'));
    let keyed: Vec<(String, u64)> = keyed.map(|known| (without_fields(&known.text), known.times)).collect();
    proposals.retain(|known| known.text.contains('@') || !keyed.contains(&(known.text.clone(), known.times)));
    proposals
}
