//! The facts about an event that stand outside of its own line.

use crate::why::Place;

/// The facts about an event that stand outside of its own line. They stay with the event while it is held back, such as
/// for `--reorder`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The place of the event's line. It is set only in runs that ask for the slowest loops.
    pub place: Place,
    /// The call chain of the event. It is set only in runs in which a sink needs call chains.
    pub call_chain: CallChainId,
}

/// The number under which the run stores a call chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallChainId(u64);

impl CallChainId {
    /// Stands for the call chain of an event that has none.
    pub(super) const NONE: CallChainId = CallChainId(0);
    /// Stands for a call chain for which the store had no room.
    pub(super) const NO_ROOM: CallChainId = CallChainId(u64::MAX);

    /// Returns the number of the call chain that the store has at this index.
    pub(super) fn of_index(index: u32) -> CallChainId {
        CallChainId(u64::from(index) + 1)
    }

    /// Returns the index in the store; `None` if the store does not have the call chain.
    pub(super) fn index(self) -> Option<usize> {
        if self == CallChainId::NO_ROOM { None } else { usize::try_from(self.0.checked_sub(1)?).ok() }
    }

    /// Returns the number as a 64-bit word, in which form an open loop carries it. The word is 0 only for
    /// [`CallChainId::NONE`].
    pub(super) fn word(self) -> u64 {
        self.0
    }

    /// Returns the number of which [`CallChainId::word`] has returned this word.
    pub(super) fn from_word(word: u64) -> CallChainId {
        CallChainId(word)
    }
}
