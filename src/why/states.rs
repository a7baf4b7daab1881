//! The states of a thread, and the division of the time between two events by these states.

use std::ops::AddAssign;

/// What a thread does, as far as events show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// The thread runs on a CPU.
    Running,
    /// The thread could run and waits for a CPU: it was preempted, or it was woken.
    Runnable,
    /// The thread sleeps, is stopped or has ended.
    Sleeping,
    /// The thread sleeps and no signal can wake it (`D`); in most cases it waits for a disk.
    Blocked,
    /// Nothing has shown yet what the thread does.
    #[default]
    Unknown,
}

impl State {
    /// All states, in the order in which they are shown.
    pub const ALL: [State; 5] = [State::Running, State::Runnable, State::Sleeping, State::Blocked, State::Unknown];

    /// Returns the name of the state in every output.
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Runnable => "runnable",
            State::Sleeping => "sleeping",
            State::Blocked => "blocked",
            State::Unknown => "unknown",
        }
    }

    /// Returns whether the thread has given up its CPU until another thread or an interrupt wakes it.
    pub fn waits_for_wake(self) -> bool {
        matches!(self, State::Sleeping | State::Blocked)
    }

    /// Returns the state of a thread that leaves its CPU with this `prev_state`. The tracers print letters (`R+`, `S`,
    /// `D|K`). perf trace prints the kernel's bits as a number: 1 is `S`, 2 is `D`, and if none of the lowest 8 bits is
    /// set, the thread was preempted.
    pub(super) fn of_prev_state(text: &[u8]) -> State {
        match text.first() {
            Some(b'R') => State::Runnable,
            Some(b'D') => State::Blocked,
            Some(b'0'..=b'9') => match crate::event::parse_number(text).map_or(1, |(number, _)| number & 0xff) {
                0 => State::Runnable,
                bits if bits & 3 == 2 => State::Blocked,
                _ => State::Sleeping,
            },
            _ => State::Sleeping,
        }
    }
}

/// The sum of times in each state, in nanoseconds, in the order of [`State::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateTimes(pub [u128; 5]);

impl StateTimes {
    /// Returns the time in a state, in nanoseconds.
    pub fn of(&self, state: State) -> u128 {
        self.0[state as usize]
    }

    /// Returns the sum over all states, in nanoseconds.
    pub fn total(&self) -> u128 {
        self.0.iter().sum()
    }
}

impl AddAssign for StateTimes {
    fn add_assign(&mut self, other: StateTimes) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, other)| *sum += other);
    }
}

/// The time that a thread has been in each state up to one of its own events. The difference of two snapshots of the
/// same thread says how much of the time between the two events it spent in each state.
///
/// A loop that has begun carries its snapshots as words. Words that are all 0 stand for no snapshot, so the first word
/// of a snapshot is never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// A number that is never 0. Two snapshots can be compared only if they have the same era. A thread gets a new era
    /// when one of its events has an earlier time than the one before, and when it is seen again after it was
    /// forgotten.
    pub(super) era: u64,
    /// The times in the states running, runnable, sleeping and blocked, in nanoseconds.
    pub(super) known: [u64; 4],
}

impl Snapshot {
    /// The number of 64-bit words that a snapshot takes.
    pub const WORDS: usize = 5;

    /// Returns the snapshot as words.
    pub fn words(&self) -> [u64; Snapshot::WORDS] {
        let [running, runnable, sleeping, blocked] = self.known;
        [self.era, running, runnable, sleeping, blocked]
    }

    /// Returns the snapshot with these words; `None` if the words are not those of a snapshot.
    pub fn from_words(words: &[u64]) -> Option<Snapshot> {
        match *words {
            [era, running, runnable, sleeping, blocked] if era != 0 => {
                Some(Snapshot { era, known: [running, runnable, sleeping, blocked] })
            }
            _ => None,
        }
    }
}

/// Divides the time between two events by the states of their thread. `delta_ns` is that time in nanoseconds. The
/// result adds up to `delta_ns` exactly: time for which no state is known counts as [`State::Unknown`]. If a snapshot
/// is missing, or the two cannot be compared, all of the time is unknown.
pub fn divide(from: Option<Snapshot>, to: Option<Snapshot>, delta_ns: u64) -> StateTimes {
    let mut times = [0; 5];
    let unknown = State::Unknown as usize;
    let known = from.zip(to).filter(|(from, to)| from.era == to.era).and_then(|(from, to)| {
        let mut left = delta_ns;
        for (time, (to, from)) in times.iter_mut().zip(to.known.iter().zip(from.known)) {
            let spent = to.checked_sub(from)?;
            left = left.checked_sub(spent)?;
            *time = spent.into();
        }
        Some(left)
    });
    match known {
        Some(left) => times[unknown] = left.into(),
        None => {
            times = [0; 5];
            times[unknown] = delta_ns.into();
        }
    }
    StateTimes(times)
}

/// The time of each transition of a loop, divided by the states of the loop's thread and summed over all closed loops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopStates {
    /// The times of each transition, in the order of the loop.
    pub transitions: Vec<StateTimes>,
}

impl LoopStates {
    /// Adds a closed loop. `times` has the time of each position, in nanoseconds, and `words` the words of the snapshot
    /// of each position.
    pub fn record(&mut self, times: &[u64], words: &[u64]) {
        self.transitions.resize(times.len().saturating_sub(1), StateTimes::default());
        let snapshot =
            |at: usize| words.get(at * Snapshot::WORDS..)?.get(..Snapshot::WORDS).and_then(Snapshot::from_words);
        for (at, (states, ends)) in self.transitions.iter_mut().zip(times.windows(2)).enumerate() {
            *states += divide(snapshot(at), snapshot(at + 1), ends[1] - ends[0]);
        }
    }

    /// Returns the sum of the times of all transitions, for each state.
    pub fn total(&self) -> StateTimes {
        self.transitions.iter().fold(StateTimes::default(), |mut total, times| {
            total += *times;
            total
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_of_prev_state_decides() {
        for (text, state) in [
            ("R", State::Runnable),
            ("R+", State::Runnable),
            ("0", State::Runnable),
            ("256", State::Runnable),
            ("D", State::Blocked),
            ("D|K", State::Blocked),
            ("2", State::Blocked),
            ("0x2", State::Blocked),
            ("S", State::Sleeping),
            ("1", State::Sleeping),
            ("I", State::Sleeping),
            ("T", State::Sleeping),
            ("x", State::Sleeping),
            ("64", State::Sleeping),
            ("", State::Sleeping),
        ] {
            assert_eq!(State::of_prev_state(text.as_bytes()), state, "{text}");
        }
    }

    #[test]
    fn a_division_adds_up() {
        let at = |era, known| Some(Snapshot { era, known });
        let (from, to) = (at(1, [5, 0, 7, 0]), at(1, [6, 2, 7, 0]));
        assert_eq!(divide(from, to, 10), StateTimes([1, 2, 0, 0, 7]));
        assert_eq!(divide(from, to, 3), StateTimes([1, 2, 0, 0, 0]));
        // All time is unknown if the known times add up to more than the delta, if the eras differ, or if a snapshot is
        // missing.
        assert_eq!(divide(from, to, 2), StateTimes([0, 0, 0, 0, 2]));
        assert_eq!(divide(from, at(2, [6, 2, 7, 0]), 10), StateTimes([0, 0, 0, 0, 10]));
        assert_eq!(divide(None, to, 10), StateTimes([0, 0, 0, 0, 10]));
    }
}
