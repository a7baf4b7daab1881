//! Numbers for the names of events and for comms.

use crate::why::sched_event::{Role, bare_name};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The number of an event's name.
pub type EventId = u16;
/// The number of a comm.
pub type CommId = u16;

/// The comm of the idle threads. This number and the next three are above those that names get.
pub const IDLE: CommId = 5000;
/// Stands in place of a comm for an interrupt.
pub const IRQ: CommId = 5001;
/// Stands in place of a comm for a timer that wakes a thread at the end of its `nanosleep`.
pub const TIMER: CommId = 5002;
/// Stands in place of a comm where it is not known which thread it was.
pub const NOBODY: CommId = 5003;

/// The largest number of names with a number of their own. All later names share one number.
const NAMES_MAX: usize = 4096;
/// The number of places in which a name that came lately is found without the hash table.
const RECENT_MAX: usize = 256;
/// The largest number of bytes of a name that gets a number of its own.
const LENGTH_MAX: usize = 128;

/// Gives numbers to names, in the order in which the names come first. Names that come when 4096 names have numbers,
/// and names of more than 128 bytes, share one number and are called `others`.
#[derive(Default)]
pub struct Names {
    /// For each place that [`recent_slot`] returns, the number of the last name with that place, plus one; 0 if there
    /// was none.
    recent: Vec<u16>,
    numbers: HashMap<Box<[u8]>, u16, RandomState>,
    names: Vec<Box<[u8]>>,
}

impl Names {
    /// The number that all names without a number of their own share.
    pub const OTHERS: u16 = NAMES_MAX as u16;

    /// Returns the number of a name.
    pub fn number(&mut self, name: &[u8]) -> u16 {
        let slot = recent_slot(name);
        match self.recent.get(slot).and_then(|number| number.checked_sub(1)) {
            Some(number) if *self.names[usize::from(number)] == *name => number,
            _ => self.number_by_hash(name, slot),
        }
    }

    fn number_by_hash(&mut self, name: &[u8], slot: usize) -> u16 {
        let number = match self.numbers.get(name) {
            Some(&number) => number,
            None => self.add(name),
        };
        if number != Names::OTHERS {
            self.recent.resize(RECENT_MAX, 0);
            self.recent[slot] = number + 1;
        }
        number
    }

    #[cold]
    fn add(&mut self, name: &[u8]) -> u16 {
        if self.names.len() == NAMES_MAX || name.len() > LENGTH_MAX {
            return Names::OTHERS;
        }
        let number = self.names.len() as u16;
        self.numbers.insert(name.into(), number);
        self.names.push(name.into());
        number
    }

    /// Returns whether the name has a number of its own, and this is that number.
    pub fn is(&self, number: u16, name: &[u8]) -> bool {
        self.names.get(usize::from(number)).is_some_and(|known| **known == *name)
    }

    /// Returns the name with a number.
    pub fn name(&self, number: u16) -> &[u8] {
        self.names.get(usize::from(number)).map_or(b"others", |name| name)
    }
}

/// Returns the place of a name in `recent`. It is computed from the last 8 bytes and the length of the name, because
/// the names of one input mostly differ in these.
fn recent_slot(name: &[u8]) -> usize {
    let last = name.last_chunk().map_or_else(
        || name.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
        |last| u64::from_le_bytes(*last),
    );
    ((last ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
}

/// A kind of interrupt, as its index in [`INTERRUPTS`].
type Interrupt = u8;

/// The kinds of interrupts. The interrupt X begins with the event `X_entry` and ends with the event `X_exit`.
const INTERRUPTS: [&str; 10] = [
    "irq_handler",
    "softirq",
    "tasklet",
    "hrtimer_expire",
    "timer_expire",
    "local_timer",
    "reschedule",
    "call_function",
    "call_function_single",
    "irq_work",
];

/// All that the analysis needs to know of an event from its name.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The role of the event for the states of threads.
    pub role: Role,
    /// True for the events of the subsystem `sched`, which say nothing about what a thread does.
    pub is_sched: bool,
    /// The interrupt that the event begins.
    pub entry: Option<Interrupt>,
    /// The interrupt that the event ends.
    pub exit: Option<Interrupt>,
    /// True for an event in which a thread sleeps until a time has come (`sys_enter_nanosleep`).
    pub is_nanosleep: bool,
}

impl Kind {
    /// The kind of events of which nothing is known.
    pub const NONE: Kind = Kind { role: Role::Other, is_sched: false, entry: None, exit: None, is_nanosleep: false };

    fn of(name: &[u8]) -> Kind {
        let (subsystem, bare) = bare_name(name);
        let interrupt = |suffix: &[u8]| {
            let stem = bare.strip_suffix(suffix)?;
            INTERRUPTS.iter().position(|known| known.as_bytes() == stem).map(|at| at as Interrupt)
        };
        Kind {
            role: Role::of(name),
            is_sched: subsystem == b"sched" || (subsystem.is_empty() && bare.starts_with(b"sched_")),
            entry: interrupt(b"_entry"),
            exit: interrupt(b"_exit"),
            is_nanosleep: bare.ends_with(b"nanosleep"),
        }
    }
}

/// The names of events, with what is known of each from its name.
#[derive(Default)]
pub struct EventNames {
    names: Names,
    kinds: Vec<Kind>,
}

impl EventNames {
    /// Returns the number and the kind of an event's name.
    pub fn look_up(&mut self, name: &[u8]) -> (EventId, Kind) {
        let number = self.names.number(name);
        if usize::from(number) == self.kinds.len() && number != Names::OTHERS {
            self.kinds.push(Kind::of(name));
        }
        (number, self.kinds.get(usize::from(number)).copied().unwrap_or_else(|| Kind::of(name)))
    }

    /// Returns the name that has this number, as the input prints the name.
    pub fn name(&self, number: EventId) -> &[u8] {
        self.names.name(number)
    }

    /// Returns all names that have a number of their own, as the input prints the names.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.names.names.iter().map(|name| &**name)
    }
}
