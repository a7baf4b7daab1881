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
    /// The next new era; see [`Snapshot`]. A thread gets one when it is new or when its times have fallen, because its
    /// times in each state cannot be compared with earlier ones then.
    next_era: u64,
    has_switches: bool,
    /// The threads that the last event was about.
    touches: Vec<Touch>,
}

/// A thread that an event is about.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// The slot of the thread: a small number that no other thread has as long as this one is remembered.
    pub slot: usize,
    /// The part that the thread has in the event.
    pub part: Part,
    /// The state of the thread before the event.
    pub before: State,
    /// The state of the thread after the event.
    pub after: State,
    /// The time since the last event that was about the thread, in nanoseconds.
    pub spent: u64,
    /// True if the thread was not known before.
    pub is_new: bool,
    /// True if the last event that was about the thread had a later time.
    pub has_fallen: bool,
}

/// The part that a thread has in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The event is printed under the thread.
    Own,
    /// The thread leaves a CPU.
    Leaves,
    /// The thread gets a CPU.
    Gets,
    /// The thread is woken, so that it may run again.
    Woken,
}

/// What an event says of threads.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'p> {
    /// The snapshot of the event's own thread.
    pub snapshot: Snapshot,
    /// The two threads of the event if it is a `sched_switch`.
    pub switch: Option<Switch<'p>>,
    /// The woken thread if the event is a `sched_waking` or `sched_wakeup`.
    pub wake: Option<Wake>,
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
            touches: Vec::with_capacity(4),
        }
    }

    /// Returns whether a `sched_switch` was read. Without one, it is not known when threads sleep, so the states mean
    /// nothing.
    pub fn has_switches(&self) -> bool {
        self.has_switches
    }

    /// Takes an event that was read. `role` is the role of its name. Returns what the event says of threads.
    pub fn event<'p>(&mut self, event: &Event<'p>, role: Role) -> Seen<'p> {
        self.touches.clear();
        let own = KeyValue::of(Key::Tid, event);
        let own = own.unwrap_or_else(|| KeyValue::thread(-1, None).on_machine(event.machine));
        let shows_that_it_runs = matches!(role, Role::Other | Role::Wake);
        self.touch(own, event.time, Part::Own, |state| if shows_that_it_runs { State::Running } else { state });
        let (mut switch, mut wake) = (None, None);
        match role {
            Role::Switch => {
                switch = self.reader.switch(event);
                if let Some(Switch { prev, prev_state, next, .. }) = switch {
                    self.has_switches = true;
                    self.touch(thread_of(prev, event), event.time, Part::Leaves, |_| prev_state);
                    self.touch(thread_of(next, event), event.time, Part::Gets, |_| State::Running);
                }
            }
            Role::Wake => {
                wake = self.reader.wake(event);
                if let Some(Wake { tid, .. }) = wake {
                    self.touch(thread_of(tid, event), event.time, Part::Woken, |state| match state {
                        State::Sleeping | State::Blocked | State::Unknown => State::Runnable,
                        State::Running | State::Runnable => state,
                    });
                }
            }
            Role::Late | Role::Other => {}
        }
        Seen { snapshot: self.snapshot(own), switch, wake }
    }

    /// Returns the threads that the last event was about, its own thread first. A thread can occur twice: a
    /// `sched_switch` is printed under the thread that leaves the CPU.
    pub fn touches(&self) -> &[Touch] {
        &self.touches
    }

    /// Forgets a thread, which has ended or whose tid is used by a new thread.
    pub fn forget(&mut self, tid: Tid) {
        self.table.remove(&id(KeyValue::thread(tid, None)));
    }

    /// Ends a recording: all threads are forgotten, because the next recording may have other ones with the same tids.
    pub fn end_recording(&mut self) {
        self.table.clear();
        self.threads.clear();
    }

    fn snapshot(&mut self, key: KeyValue) -> Snapshot {
        let (slot, _) = self.slot(key);
        let Thread { era, times: [running, runnable, sleeping, blocked, _], .. } = self.threads[slot];
        Snapshot { era, known: [running, runnable, sleeping, blocked] }
    }

    /// Adds the time since the last event that was about a thread to the state in which the thread has been since then.
    /// Then the thread gets the state that `change` returns for its former state.
    fn touch(&mut self, key: KeyValue, Nanos(now): Nanos, part: Part, change: impl FnOnce(State) -> State) {
        let (slot, is_new) = self.slot(key);
        let thread = &mut self.threads[slot];
        let before = thread.state;
        // Nothing was known before the first event of a thread.
        let from = if is_new { now } else { thread.time };
        let spent = now.saturating_sub(from);
        let has_fallen = now < from;
        let time = &mut thread.times[before as usize];
        *time = time.saturating_add(spent);
        (thread.time, thread.state) = (now, change(before));
        let after = thread.state;
        if has_fallen {
            thread.era = self.next_era;
            self.next_era += 1;
        }
        self.touches.push(Touch { slot, part, before, after, spent, is_new, has_fallen });
    }

    /// Returns the slot of a thread, and whether the thread was not known. Such a thread is added.
    fn slot(&mut self, key: KeyValue) -> (usize, bool) {
        let slot = self.table.find_or_add(id(key));
        let has_lost_its_slot = self.table.take_displaced().is_some();
        let [is_known] = self.table.state(slot) else { return (slot, false) };
        if *is_known != 0 && !has_lost_its_slot {
            return (slot, false);
        }
        *is_known = 1;
        let thread = Thread { era: self.next_era, state: State::Unknown, time: 0, times: [0; 5] };
        self.next_era += 1;
        match self.threads.get_mut(slot) {
            Some(old) => *old = thread,
            None => self.threads.push(thread),
        }
        (slot, true)
    }
}

fn id(key: KeyValue) -> Id {
    Id { loop_index: 0, key }
}

/// Returns the thread with this tid, which an event names. The tid 0 stands for the idle thread of the event's CPU.
fn thread_of(tid: Tid, event: &Event<'_>) -> KeyValue {
    KeyValue::thread(tid, event.cpu).on_machine(event.machine)
}

#[cfg(test)]
mod tests;
