//! The properties of a loop that the matcher needs.

use crate::event::Nanos;
use crate::key::{Key, KeySource};

/// The properties of a loop that the matcher needs.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The number of positions of the loop, at least 2.
    pub positions: usize,
    /// The key by which the loop is followed.
    pub key: Key,
    /// Says whether the values of the key come from the event's header or from fields.
    pub source: KeySource,
    /// True if the loop has negated positions.
    pub has_negated: bool,
    /// The time limit of the loop: the longest time from its first event to its last one. It is `None` if the loop has
    /// no limit.
    pub within: Option<Nanos>,
}

impl Shape {
    /// The shape of the loops that `--pairs` finds while it reads.
    pub(super) const PAIR: Shape = Shape::plain(2, Key::Tid, KeySource::Header);

    /// Returns the shape of a loop without negated positions and without a time limit.
    pub const fn plain(positions: usize, key: Key, source: KeySource) -> Shape {
        Shape { positions, key, source, has_negated: false, within: None }
    }

    /// Returns whether the loop is followed in each thread alone, by the tid in the event's header. Such a loop never
    /// joins events of several threads.
    pub(crate) fn follows_each_thread_alone(&self) -> bool {
        self.key == Key::Tid && self.source == KeySource::Header
    }

    /// Returns whether keys of the loop may be threads. Then the state of a thread must be dropped when the thread
    /// ends.
    pub(super) fn has_state_of_threads(&self) -> bool {
        self.key == Key::Tid && self.source != KeySource::Fields
    }

    /// Returns whether the loop is followed on each cpu alone, by the cpu in the event's header. Then a loss of events
    /// on one cpu cannot have cut the chains of another one.
    pub(super) fn follows_each_cpu_alone(&self) -> bool {
        self.key == Key::Cpu && self.source == KeySource::Header
    }
}
