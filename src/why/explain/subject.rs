//! The things that `--explain` remembers of one thread, or of one value of another key.

use super::item::{Item, Spot};
use super::log::Log;
use super::names::{CommId, EventId, Kind};
use crate::key::KeyValue;
use crate::why::states::State;

/// The largest number of interrupts that are noted as running, each inside the one before.
const DEPTH_MAX: usize = 8;

/// The largest number of parts of a sleep that are known apart. A sleep has a second part only if an event is printed
/// under a thread that has left its CPU already.
const SLEEP_PARTS_MAX: usize = 8;

/// A sleep that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Sleep {
    /// The begin and the end of the sleep, in nanoseconds.
    pub begin: u64,
    pub end: u64,
    /// The comm of the thread for which the sleep waited in the end, and the state and the event in which that thread
    /// was.
    pub origin: (CommId, Spot),
}

impl Sleep {
    /// Returns whether the sleep covers more than half of the time between two times.
    pub fn covers_most_of(&self, begin: u64, end: u64) -> bool {
        let common = self.end.min(end).saturating_sub(self.begin.max(begin));
        u128::from(common) * 2 > u128::from(end.saturating_sub(begin))
    }
}

/// A thread, or a value of another key.
pub struct Subject {
    pub log: Log,
    pub comm: CommId,
    /// The event under which time counts now.
    pub event: Option<EventId>,
    /// True if `event` is one in which a thread sleeps until a time has come (`sys_enter_nanosleep`).
    pub is_nanosleep: bool,
    /// The interrupts that run now. Beside each stand the values that `event` and `is_nanosleep` had before the
    /// interrupt; they are restored when the interrupt ends.
    interrupts: Vec<(u8, Option<EventId>, bool)>,
    /// The last event of the subject, as long as it is not in the log. An event goes to the log only when the next one
    /// comes, so that a closing event is not counted inside the loop that it closes.
    pub pending: Option<EventId>,
    /// The event that is read now, if it is in the log already because a loop begins with it.
    pub begun_with: Option<EventId>,
    /// The begin of the sleep that goes on now, in nanoseconds.
    pub sleep_begin: u64,
    /// The parts of the sleep that goes on now, as far as a loop is open: the spots at which they count, and their times
    /// in nanoseconds. Mostly there is one.
    pub asleep: Vec<(Spot, u64)>,
    /// The time, in nanoseconds, up to which the log has which threads had the CPU for which this thread waits. At
    /// first it is the begin of the wait.
    pub wait_begin: u64,
    pub last_sleep: Option<Sleep>,
    /// The CPU that the thread waits for or has waited for.
    pub cpu: Option<KeyValue>,
    /// The time of the last event, in nanoseconds. It is not used if the subject is a thread.
    pub time: u64,
}

impl Subject {
    /// Creates a subject of which nothing is known. The entries of its log are numbered from `end`.
    pub fn new(end: u64, comm: CommId) -> Self {
        Subject {
            log: Log::new(end),
            comm,
            event: None,
            is_nanosleep: false,
            interrupts: Vec::new(),
            pending: None,
            begun_with: None,
            sleep_begin: 0,
            asleep: Vec::new(),
            wait_begin: 0,
            last_sleep: None,
            cpu: None,
            time: 0,
        }
    }

    /// Takes an event of the subject: the time that follows counts under this event. After the end of an interrupt,
    /// time counts again under the event before the interrupt. Events of the scheduler change nothing.
    pub fn take(&mut self, event: EventId, kind: Kind, room_left: &mut usize) {
        if let Some(earlier) = self.pending.replace(event) {
            self.log.add(Item::Inside(earlier), 1, room_left);
        }
        self.begun_with = None;
        let at = kind.exit.and_then(|exit| self.interrupts.iter().rposition(|(running, ..)| *running == exit));
        if let Some(at) = at {
            (_, self.event, self.is_nanosleep) = self.interrupts[at];
            self.interrupts.truncate(at);
        } else if !kind.is_sched {
            if let Some(entry) = kind.entry.filter(|_| self.interrupts.len() < DEPTH_MAX) {
                self.interrupts.push((entry, self.event, self.is_nanosleep));
            }
            (self.event, self.is_nanosleep) = (Some(event), kind.is_nanosleep);
        }
    }

    /// Adds a part of the sleep that goes on now.
    pub fn add_sleep(&mut self, spot: Spot, spent: u64) {
        let has_room = self.asleep.len() < SLEEP_PARTS_MAX && self.log.is_active();
        match self.asleep.last_mut() {
            Some((last, time)) if *last == spot => *time = time.saturating_add(spent),
            _ if has_room => self.asleep.push((spot, spent)),
            _ => {}
        }
    }

    /// Begins a loop with the event that was read last. Returns the number of the loop's first entry in the log.
    pub fn begin(&mut self, room_left: &mut usize) -> u64 {
        // Time before the loop must not count as a part of a sleep that ends in the loop.
        self.asleep.clear();
        if let Some(event) = self.pending.take() {
            self.log.add(Item::Inside(event), 1, room_left);
            self.begun_with = Some(event);
        }
        self.log.begin_segment()
    }

    /// Returns the spot of the subject now, which is this state and the event under which its time counts.
    pub fn spot(&self, state: Option<State>) -> Spot {
        Spot { state, event: self.event }
    }
}
