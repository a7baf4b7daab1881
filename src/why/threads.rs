//! Follows the states of all threads, from the scheduler's events and from the threads' own.
//!
//! ```text
//!                   own event, next_pid          prev_state R
//!   unknown ─────────────────────> running ─────────────────────> runnable
//!      │                           │  ^  ^   own event, next_pid    │  ^
//!      │              prev_state S │  │  └────────────────────────┘  │
//!      │                        or D  │ own event, next_pid             │
//!      │                           v  │                                 │
//!      │                   sleeping, blocked ───────────────────────────┤ waking, wakeup
//!      └────────────────────────────────────────────────────────────────┘
//! ```

use super::sched_event::{Role, SchedReader, Switch, Wake};
use super::states::{Snapshot, State};
use crate::event::{Event, Nanos, Tid};
use crate::key::{Key, KeyValue};
use crate::matcher::table::{Id, Table};

/// The states of all threads of a recording. At most a fixed number of threads is remembered: a new one takes the place
/// of the thread that has had no event for the longest time.
pub struct Threads {
    table: Table,
    threads: Vec<Thread>,
    reader: SchedReader,
    /// The era that a thread gets whose times cannot be compared with earlier ones.
    next_era: u64,
    has_switches: bool,
}

/// A thread.
#[derive(Clone, Copy, Debug)]
struct Thread {
    era: u64,
    state: State,
    /// The time of the last event that is about the thread, in nanoseconds.
    time: u64,
    /// The time that the thread has been in each state, in the order of [`State::ALL`], in nanoseconds.
    times: [u64; 5],
}

impl Threads {
    /// Creates an empty table of at most `limit` threads.
    pub fn new(limit: usize) -> Self {
        Threads {
            table: Table::new(limit, 1),
            threads: Vec::new(),
            reader: SchedReader::new(),
            next_era: 1,
            has_switches: false,
        }
    }

    /// Returns whether a `sched_switch` was read. Without one, the states mean nothing.
    pub fn has_switches(&self) -> bool {
        self.has_switches
    }

    /// Takes an event that was read. Returns the snapshot of its own thread at this event.
    pub fn event(&mut self, event: &Event<'_>) -> Snapshot {
        let role = Role::of(event.name);
        let own = KeyValue::of(Key::Tid, event);
        let own = own.unwrap_or_else(|| KeyValue::thread(-1, None).on_machine(event.machine));
        let slot = self.pass_time(own, event.time);
        if matches!(role, Role::Other | Role::Wake) {
            self.threads[slot].state = State::Running;
        }
        match role {
            Role::Switch => {
                if let Some(Switch { prev, prev_state, next, .. }) = self.reader.switch(event) {
                    self.has_switches = true;
                    self.set_state(prev, event, prev_state);
                    self.set_state(next, event, State::Running);
                }
            }
            Role::Wake => {
                if let Some(Wake { tid, .. }) = self.reader.wake(event) {
                    let slot = self.pass_time(thread_of(tid, event), event.time);
                    let state = &mut self.threads[slot].state;
                    if matches!(*state, State::Sleeping | State::Blocked | State::Unknown) {
                        *state = State::Runnable;
                    }
                }
            }
            Role::Late | Role::Other => {}
        }
        self.snapshot(own)
    }

    /// Forgets a thread, which has ended or whose tid is used by a new thread.
    pub fn forget(&mut self, tid: Tid) {
        self.table.remove(&id(KeyValue::thread(tid, None)));
    }

    /// Ends a recording. Nothing is known of the threads of the next one.
    pub fn end_recording(&mut self) {
        self.table.clear();
        self.threads.clear();
    }

    fn snapshot(&mut self, key: KeyValue) -> Snapshot {
        let slot = self.slot(key);
        let Thread { era, times: [running, runnable, sleeping, blocked, _], .. } = self.threads[slot];
        Snapshot { era, known: [running, runnable, sleeping, blocked] }
    }

    fn set_state(&mut self, tid: Tid, event: &Event<'_>, state: State) {
        let slot = self.pass_time(thread_of(tid, event), event.time);
        self.threads[slot].state = state;
    }

    /// Adds the time since the last event of a thread to the state in which it has been. Returns the slot of the thread.
    fn pass_time(&mut self, key: KeyValue, Nanos(now): Nanos) -> usize {
        let slot = self.slot(key);
        let thread = &mut self.threads[slot];
        match now.checked_sub(thread.time) {
            Some(0) => {}
            Some(spent) => {
                let time = &mut thread.times[thread.state as usize];
                // The first event of a thread is at the time 0 of an unknown state, whose sum nobody reads.
                *time = time.saturating_add(spent);
                thread.time = now;
            }
            None => {
                thread.era = self.next_era;
                self.next_era += 1;
                thread.time = now;
            }
        }
        slot
    }

    /// Returns the slot of a thread. A thread that is not known yet is added.
    fn slot(&mut self, key: KeyValue) -> usize {
        let slot = self.table.find_or_add(id(key));
        let has_lost_its_slot = self.table.take_displaced().is_some();
        let [is_known] = self.table.state(slot) else { return slot };
        if *is_known == 0 || has_lost_its_slot {
            *is_known = 1;
            let thread = Thread { era: self.next_era, state: State::Unknown, time: 0, times: [0; 5] };
            self.next_era += 1;
            match self.threads.get_mut(slot) {
                Some(old) => *old = thread,
                None => self.threads.push(thread),
            }
        }
        slot
    }
}

fn id(key: KeyValue) -> Id {
    Id { loop_index: 0, key }
}

/// Returns the thread that an event names. The idle thread is the one of the event's CPU.
fn thread_of(tid: Tid, event: &Event<'_>) -> KeyValue {
    KeyValue::thread(tid, event.cpu).on_machine(event.machine)
}

#[cfg(test)]
mod tests;
