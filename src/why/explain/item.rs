//! The things of which `--explain` keeps a sum for each bin of totals.

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
    /// The time at all spots that have no sum of their own, in nanoseconds: of those with a state if the flag is true, and
    /// of those without one if it is false.
    Elsewhere(bool),
    /// The part of the time of an [`Item::Where`] that threads with this comm caused, in nanoseconds: they woke the
    /// sleeping thread, or had the CPU for which it waited.
    By(Spot, CommId),
    /// The time of sleeps that waited in the end for a thread with this comm while that thread was at this spot, in
    /// nanoseconds.
    Origin(CommId, Spot),
    /// The number of events with this name that came on the loop's own key while the loop was open.
    Inside(EventId),
    /// The number of events of one pair of comm and event, which has this number in `around.rs`. The log of a key
    /// counts the key's own events here, and a closed loop those of all other threads.
    Around(u16),
    /// The number of closed loops in which the field with the first number has the value with the second number.
    Value(u8, u8),
    /// Marks that an event had an earlier time than the one before it, so that the times around it do not add up.
    Fall,
    /// The time of the transition with this index in this state, in nanoseconds.
    State(u8, State),
}

/// An item as one number, which is compared and hashed faster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Code(u64);

/// A state, and the event under which the thread was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// `None` where the states are not known.
    pub state: Option<State>,
    /// The last event of the thread before that time; `None` if there was none. Runnable time counts under `None`, too.
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

    /// Returns the number that stands for the item: its kind from bit 60 on, a comm or another 16-bit number from bit
    /// 24 on, and a spot or another number below bit 24.
    pub fn code(self) -> Code {
        let code = |kind: u64, comm: u16, low: u64| Code(kind << 60 | u64::from(comm) << 24 | low);
        match self {
            Item::Transition(at) => code(0, 0, at.into()),
            Item::Where(spot) => code(1, 0, spot.bits()),
            Item::By(spot, comm) => code(2, comm, spot.bits()),
            Item::Origin(comm, spot) => code(3, comm, spot.bits()),
            Item::Inside(event) => code(4, 0, event.into()),
            Item::Around(pair) => code(5, 0, pair.into()),
            Item::Value(field, value) => code(6, field.into(), value.into()),
            Item::Fall => code(7, 0, 0),
            Item::State(at, state) => code(8, at.into(), state as u64),
            Item::Elsewhere(has_state) => code(9, 0, has_state.into()),
        }
    }
}

impl Code {
    /// Returns the item for which the number stands.
    pub fn item(self) -> Item {
        let (comm, low) = ((self.0 >> 24) as u16, self.0 & 0xff_ffff);
        let spot = Spot::from_bits(low);
        match self.0 >> 60 {
            0 => Item::Transition(low as u16),
            1 => Item::Where(spot),
            2 => Item::By(spot, comm),
            3 => Item::Origin(comm, spot),
            4 => Item::Inside(low as u16),
            5 => Item::Around(low as u16),
            6 => Item::Value(comm as u8, low as u8),
            8 => Item::State(comm as u8, State::ALL[low as usize % State::ALL.len()]),
            9 => Item::Elsewhere(low != 0),
            _ => Item::Fall,
        }
    }
}

impl Spot {
    /// Returns the spot as 20 bits: the event plus one from bit 3 on, and the state plus one below bit 3. 0 stands for
    /// `None` in both.
    fn bits(self) -> u64 {
        let state = self.state.map_or(0, |state| state as u64 + 1);
        self.event.map_or(0, |event| u64::from(event) + 1) << 3 | state
    }

    fn from_bits(bits: u64) -> Spot {
        Spot {
            state: (bits & 7).checked_sub(1).and_then(|state| State::ALL.get(state as usize).copied()),
            event: (bits >> 3).checked_sub(1).map(|event| event as EventId),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_the_one_that_its_code_stands_for() {
        for event in [None, Some(0), Some(4096)] {
            for state in State::ALL.map(Some).into_iter().chain([None]) {
                let spot = Spot { state, event };
                for item in [Item::Where(spot), Item::By(spot, 5003), Item::Origin(7, spot)] {
                    assert_eq!(item.code().item(), item);
                }
            }
        }
        let items = [
            Item::Transition(Item::TOTAL),
            Item::Inside(4096),
            Item::Around(127),
            Item::Value(47, 63),
            Item::Fall,
            Item::State(31, State::Unknown),
            Item::Elsewhere(false),
            Item::Elsewhere(true),
        ];
        items.into_iter().for_each(|item| assert_eq!(item.code().item(), item));
    }
}
