//! The things of which the analysis keeps a sum for each bin.

use super::names::{CommId, EventId};
use crate::why::states::State;

/// A thing whose amounts are summed over closed loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// The time of the transition with this index. The total has the index [`Item::TOTAL`]. In nanoseconds.
    Transition(u16),
    /// The time that a loop spent in this state under this event, in nanoseconds. The state is `None` where states are
    /// not known, and the event is `None` for time in which the thread was runnable.
    Where(Spot),
    /// The part of a [`Item::Where`] for which this is the cause, in nanoseconds.
    By(Spot, CommId),
    /// The time of sleeps that waited in the end for this thread, in this state, under this event, in nanoseconds.
    Origin(CommId, Spot),
    /// The number of events of this name on the key of the loop.
    Inside(EventId),
    /// The number of events of the pair of comm and event with this number, in all threads.
    Around(u16),
    /// The number of loops that have this value of this field.
    Value(u8, u8),
    /// The times of the events fell, so that the times of the pieces do not add up.
    Fall,
    /// The time of the transition with this index in this state, in nanoseconds.
    State(u8, State),
}

/// A state, and the event under which the thread was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// `None` where the states are not known.
    pub state: Option<State>,
    /// The last event before; `None` if there was none, and for runnable time.
    pub event: Option<EventId>,
}

impl Item {
    /// The index of the total among transitions.
    pub const TOTAL: u16 = u16::MAX;

    /// Returns the item as it is counted: time in which the thread was runnable counts under no event.
    pub fn without_event_of_runnable(self) -> Item {
        let counted = |spot: Spot| match spot.state {
            Some(State::Runnable) => Spot { event: None, ..spot },
            _ => spot,
        };
        match self {
            Item::Where(spot) => Item::Where(counted(spot)),
            Item::By(spot, comm) => Item::By(counted(spot), comm),
            item => item,
        }
    }
}
