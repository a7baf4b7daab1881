//! `--discover`: which loops are worth asking for.

use super::{Proposal, Sequence, Sequences};
use crate::event::Event;
use crate::key::{Key, KeyValue};
use crate::pattern::{Loop, Notation, bare, grammar};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Loops that join threads by what their events print, and that sequences
/// cannot show: wake-ups, time off the processor, requests, work items.
const JOINED: [&str; 10] = [
    "sched_wakeup*@pid -> sched_switch@next_pid",
    "sched_waking@pid -> sched_switch@next_pid",
    "sched_switch@prev_pid if prev_pid != 0 -> sched_switch@next_pid",
    "block_rq_issue@$1,$5 -> block_rq_complete@$1,$4",
    "block_rq_insert@$1,$5 -> block_rq_issue@$1,$5",
    "softirq_raise@cpu,vec -> softirq_entry@cpu,vec",
    "softirq_entry@cpu,vec -> softirq_exit@cpu,vec",
    "workqueue_queue_work@struct -> workqueue_execute_start@struct",
    "timer_start@timer -> timer_expire_entry@timer",
    "hrtimer_start@hrtimer -> hrtimer_expire_entry@hrtimer",
];

/// How many sequences are proposed at most: within a thread, and across.
const PROPOSED_MAX: [usize; 2] = [8, 5];
/// How many names are told apart.
const NAMES_MAX: usize = 1024;

/// The joined loops, which are followed to see whether they close.
pub fn joined() -> Vec<Loop> {
    JOINED.iter().filter_map(|text| grammar::parse(text, Notation::Arrows).ok()).collect()
}

/// What is known of an input that no loop was asked of.
#[derive(Default)]
pub struct Discovery {
    numbers: HashMap<Box<[u8]>, usize, RandomState>,
    names: Vec<Name>,
    /// Events of other names.
    others: u64,
    sequences: Sequences,
}

struct Name {
    name: Box<[u8]>,
    count: u64,
    /// Whether it goes into sequences: the scheduler's events stand between all others.
    in_sequences: bool,
}

impl Discovery {
    /// Takes an event.
    #[cold]
    pub fn step(&mut self, event: &Event<'_>) {
        let number = match self.numbers.get(event.name) {
            Some(&number) => number,
            None if self.names.len() < NAMES_MAX && event.name.len() < 256 => {
                self.numbers.insert(event.name.into(), self.names.len());
                let in_sequences = !bare(event.name).starts_with(b"sched_");
                self.names.push(Name { name: event.name.into(), count: 0, in_sequences });
                self.names.len() - 1
            }
            None => {
                self.others += 1;
                return;
            }
        };
        self.names[number].count += 1;
        if let (true, Some(thread)) = (self.names[number].in_sequences, KeyValue::of(Key::Tid, event)) {
            self.sequences.step(number as u16, thread, event.time);
        }
    }

    /// Ends a recording.
    pub fn end_recording(&mut self) {
        self.sequences.end_recording();
    }

    /// The names of the events and their counts, most frequent first.
    pub fn events(&self) -> Vec<(&[u8], u64)> {
        let mut events: Vec<(&[u8], u64)> = self.names.iter().map(|name| (&*name.name, name.count)).collect();
        events.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        events.extend((self.others > 0).then_some((&b"others"[..], self.others)));
        events
    }

    /// Loops of the sequences seen, most frequent first: those within a thread
    /// and those that cross threads.
    pub fn proposals(&self) -> Vec<Proposal> {
        let sequences = self.sequences.most_first();
        // What is rare beside the most frequent is chance.
        let least = sequences.first().map_or(0, |(_, times)| times / 20);
        let of_kind = |crosses: bool| {
            let often = sequences.iter().filter(move |(sequence, times)| sequence.crosses == crosses && *times > least);
            often
                .filter_map(|(sequence, times)| self.proposal(sequence, *times))
                .take(PROPOSED_MAX[usize::from(crosses)])
        };
        of_kind(false).chain(of_kind(true)).collect()
    }

    /// What to ask for in place of a loop that did not close: the sequences
    /// with the most of its events, the most frequent first.
    pub fn in_place_of(&self, spec: &Loop) -> Vec<Proposal> {
        const SHOWN: usize = 2;
        let shared = |proposal: &Proposal| {
            let found = grammar::parse(&proposal.text, Notation::Arrows);
            let names = found.iter().flat_map(|found| &found.positions).map(|position| position.text.as_bytes());
            let is_wanted = |name: &&[u8]| {
                let mut events = spec.positions.iter().flat_map(|position| &position.events);
                events.any(|event| event.matches(name))
            };
            names.filter(is_wanted).count()
        };
        let mut proposals = self.proposals();
        proposals.retain(|proposal| shared(proposal) > 0);
        proposals.sort_by_key(|proposal| std::cmp::Reverse((shared(proposal), proposal.times)));
        proposals.retain(|proposal| proposal.text != spec.text());
        proposals.truncate(SHOWN);
        proposals
    }

    fn proposal(&self, sequence: &Sequence, times: u64) -> Option<Proposal> {
        let events: Vec<String> = sequence.events().filter_map(|event| self.written(event)).collect();
        let by = if sequence.crosses { " by all" } else { "" };
        let text = format!("{}{by}", events.join(" -> "));
        (events.len() == sequence.events().count()).then_some(())?;
        grammar::parse(&text, Notation::Arrows).ok()?;
        Some(Proposal { text, times, at_least: true })
    }

    /// A name as a loop can have it: without subsystem, where that is enough.
    fn written(&self, number: usize) -> Option<String> {
        let name = &self.names.get(number)?.name;
        let alone = self.names.iter().filter(|other| bare(&other.name) == bare(name)).count() == 1;
        let written = if alone { bare(name) } else { name };
        std::str::from_utf8(written).ok().map(str::to_owned)
    }
}
