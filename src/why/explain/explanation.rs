//! The result of the comparison of the tail, which is the slowest one percent or more of the closed loops, with the
//! rest.

use crate::event::Nanos;
use crate::why::states::State;

/// A value for the tail and one for the rest, each a mean per loop unless the field that has them says otherwise.
/// `rest` is `None` if all loops are in the tail.
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
    /// The mean time of this part per loop, in nanoseconds.
    pub means: Means,
    /// `None` if the tail is not above the rest, or if there is no rest.
    pub share: Option<f64>,
}

/// The time that the loops spent in one state under one event; the last row may be the sum of all further ones.
#[derive(Clone, Debug, PartialEq)]
pub struct WhereRow {
    /// `None` where the states are not known, and in the row that sums up the further ones.
    pub state: Option<State>,
    /// The name of the event; `others` in the row that sums up the further ones.
    pub event: Option<Vec<u8>>,
    pub time: Share,
    /// The number of loops of the tail that spent time here. In the row `others` it is the greatest such number of one
    /// of the rows that are summed up.
    pub loops: u64,
    /// The threads that caused this time: the comm, which is `None` if the cause is not known, and the time in
    /// nanoseconds.
    pub by: Vec<(Option<Vec<u8>>, Means)>,
}

/// A thread for which the loops waited in the end, and the state and the event in which that thread was.
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
    /// The names of events on the loops' own key, and how often each came per loop while the loop was open.
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
    /// The number of events for each millisecond of the loops' time.
    pub per_ms: Means,
}

/// A value of a field that slow loops have more often than others.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueRow {
    pub field: Vec<u8>,
    pub value: Vec<u8>,
    /// The share of the loops that have this value, from 0 to 1.
    pub share: Means,
}
