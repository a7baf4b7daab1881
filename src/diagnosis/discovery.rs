//! Finds loops that are worth asking for, because the events of the input close them. `--discover` shows these loops,
//! and so does the hint about a loop that did not close.

use super::proposal::Proposal;
use super::sequences::{Sequence, Sequences};
use crate::event::{Event, Tid};
use crate::key::{Key, KeyValue};
use crate::pattern::{Loop, Notation, bare, grammar};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Loops that join threads by fields of their events (`@field`; `$N` is the N-th word of the payload): wake-ups, time
/// off the CPU, requests to a disk, work items, timers. The sequences of a thread's events cannot show such loops. So
/// `--discover` follows these loops and shows those that close.
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

/// The largest numbers of sequences that are proposed. The first number is for sequences within one thread, the second
/// one for sequences that cross threads.
const PROPOSED_MAX: [usize; 2] = [8, 5];
/// The largest number of different event names. Events with other names are only counted, all together.
const NAMES_MAX: usize = 1024;

/// Returns the loops that join threads by fields. `--discover` follows them to see which of them close.
pub fn joined_loops() -> Vec<Loop> {
    JOINED.iter().filter_map(|text| grammar::parse(text, Notation::Arrows).ok()).collect()
}

/// The event names of an input, and the sequences in which the events come.
#[derive(Default)]
pub(super) struct Discovery {
    /// The index in `names` of each name.
    numbers: HashMap<Box<[u8]>, usize, RandomState>,
    names: Vec<Name>,
    /// The number of events whose name is not in `names`, because there are too many.
    others: u64,
    sequences: Sequences,
}

/// An event name of the input.
struct Name {
    name: Box<[u8]>,
    count: u64,
    /// True if events with this name count in sequences. Those of the scheduler do not, because they come between all
    /// other events.
    in_sequences: bool,
}

impl Discovery {
    /// Adds an event.
    #[cold]
    pub(super) fn add(&mut self, event: &Event<'_>) {
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

    /// Drops the sequences that have not ended, because events were lost or the recording ended.
    pub(super) fn cut(&mut self) {
        self.sequences.cut();
    }

    /// Drops the unfinished sequences of a thread, because the thread ended or its tid is used by a new thread.
    pub(super) fn forget(&mut self, tid: Tid) {
        self.sequences.forget(KeyValue::thread(tid, None));
    }

    /// Returns the event names and their counts, the most frequent name first. The last entry, `others`, counts the
    /// events whose names found no room ([`NAMES_MAX`]).
    pub(super) fn events(&self) -> Vec<(&[u8], u64)> {
        let mut events: Vec<(&[u8], u64)> = self.names.iter().map(|name| (&*name.name, name.count)).collect();
        events.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        events.extend((self.others > 0).then_some((&b"others"[..], self.others)));
        events
    }

    /// Returns loops that are made of the sequences in the input. Those within a thread come first, then those that
    /// cross threads. Within each kind, the most frequent one is the first.
    pub(super) fn proposals(&self) -> Vec<Proposal> {
        let sequences = self.sequences.most_first();
        // A sequence that is far rarer than the most frequent one probably came by chance.
        let least = sequences.first().map_or(0, |(_, times)| times / 20);
        let of_kind = |crosses: bool| {
            let often = sequences.iter().filter(move |(sequence, times)| sequence.crosses == crosses && *times > least);
            often
                .filter_map(|(sequence, times)| self.proposal(sequence, *times))
                .take(PROPOSED_MAX[usize::from(crosses)])
        };
        of_kind(false).chain(of_kind(true)).collect()
    }

    /// Returns the loop of a sequence. Returns `None` if one of its names cannot be written in a loop.
    fn proposal(&self, sequence: &Sequence, times: u64) -> Option<Proposal> {
        let events: Vec<String> = sequence.events().filter_map(|event| self.name_in_loop(event)).collect();
        let by = if sequence.crosses { " by all" } else { "" };
        let text = format!("{}{by}", events.join(" -> "));
        (events.len() == sequence.events().count()).then_some(())?;
        grammar::parse(&text, Notation::Arrows).ok()?;
        Some(Proposal { text, times, at_least: true })
    }

    /// Returns an event name in the form for a loop. The subsystem is left out, unless an event of another subsystem
    /// has the same name.
    fn name_in_loop(&self, number: usize) -> Option<String> {
        let name = &self.names.get(number)?.name;
        let alone = self.names.iter().filter(|other| bare(&other.name) == bare(name)).count() == 1;
        let written = if alone { bare(name) } else { name };
        std::str::from_utf8(written).ok().map(str::to_owned)
    }
}
