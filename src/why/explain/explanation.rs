//! The result of the comparison of the tail with the rest.

use crate::event::Nanos;
use crate::why::states::State;

/// A value per loop, in the tail and in the rest. `rest` is `None` if there is no rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    pub tail: f64,
    pub rest: Option<f64>,
}

impl Means {
    /// Returns by how much the tail is above the rest.
    pub fn excess(&self) -> f64 {
        self.tail - self.rest.unwrap_or(0.0)
    }
}

/// A part of a loop's total, and its share of the time by which the tail is above the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Times in nanoseconds.
    pub means: Means,
    /// `None` if the tail is not above the rest, or if there is no rest.
    pub share: Option<f64>,
}

/// A part of the time of the loops.
#[derive(Clone, Debug, PartialEq)]
pub struct WhereRow {
    /// `None` where the states are not known, and for the other rows together.
    pub state: Option<State>,
    /// `others` for the other rows together.
    pub event: Option<Vec<u8>>,
    pub time: Share,
    /// The number of loops of the tail that have it. Of the other rows together it is the greatest one.
    pub loops: u64,
    /// Who caused it: the comm, `None` if nobody is known, and the time in nanoseconds.
    pub by: Vec<(Option<Vec<u8>>, Means)>,
}

/// A thread for which the loops waited in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginRow {
    pub comm: Option<Vec<u8>>,
    pub state: Option<State>,
    pub event: Option<Vec<u8>>,
    pub time: Share,
}

/// What is different in the slow loops of one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The number of loops in the tail, and the smallest total that a loop of the tail can have.
    pub tail: (u64, Nanos),
    /// The number of loops in the rest.
    pub rest: u64,
    /// The transitions, and last the total.
    pub transitions: Vec<Share>,
    /// The times by state of each transition per loop, in nanoseconds, in the tail and in the rest, in the order of
    /// [`State::ALL`]; `None` if the states are not known.
    pub states: Option<Vec<[Means; 5]>>,
    pub where_: Vec<WhereRow>,
    pub origins: Vec<OriginRow>,
    /// The names of events and how often they came per loop.
    pub inside: Vec<(Vec<u8>, Means)>,
    pub around: Vec<AroundRow>,
    pub values: Vec<ValueRow>,
}

/// Events of other threads while the loops were open.
#[derive(Clone, Debug, PartialEq)]
pub struct AroundRow {
    pub comm: Option<Vec<u8>>,
    /// The name of the event; `(runs)` for switches to the thread.
    pub event: Vec<u8>,
    /// The number of events in each millisecond of the loops' time.
    pub per_ms: Means,
}

/// A value of a field that slow loops have more often than others.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueRow {
    pub field: Vec<u8>,
    pub value: Vec<u8>,
    /// The share of the loops that have it.
    pub share: Means,
}
