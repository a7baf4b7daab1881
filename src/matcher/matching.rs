//! The ways of matching (`--match`). This file calls the functions of the one that a run uses.

use super::carry::Carry;
use super::step::Step;
use super::{latest, strict};

/// The rule by which events at positions become closed loops (`--match`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// When the event of the last position comes, the loop closes with the latest events before it that came in the
    /// order of the loop.
    #[default]
    Latest,
    /// The loop closes if the last events of the key are exactly the events of the loop, in order and with no other
    /// event of the loop in between.
    Strict,
}

impl Matching {
    /// All ways of matching with their names on the command line.
    pub const NAMES: &[(&str, Matching)] = &[("latest", Matching::Latest), ("strict", Matching::Strict)];

    /// Returns the name of this way of matching on the command line.
    pub fn name(self) -> &'static str {
        Matching::NAMES.iter().find(|(_, matching)| *matching == self).map_or("", |(name, _)| name)
    }

    /// Returns the number of 64-bit words of state that a key takes in a loop with this many positions.
    pub(crate) fn state_words(self, positions: usize) -> usize {
        match self {
            Matching::Latest => latest::state_words(positions),
            Matching::Strict => strict::state_words(positions),
        }
    }

    /// Puts an event into the state of its key. If the event closes the loop, the times of all positions are written to
    /// `row`, and the result is true.
    #[inline(always)]
    pub(super) fn step(self, state: &mut [u64], step: Step, row: &mut [u64], carry: &mut impl Carry) -> bool {
        match self {
            Matching::Latest => latest::step(state, step, row, carry),
            Matching::Strict => strict::step(state, step, row, carry),
        }
    }

    /// Returns whether the state has an unfinished loop that began after the event number `cut`.
    #[inline(always)]
    pub(super) fn is_open(self, state: &[u64], cut: u64) -> bool {
        match self {
            Matching::Latest => latest::is_open(state, cut),
            Matching::Strict => strict::is_open(state, cut),
        }
    }

    /// Drops the unfinished loops of a key. Its loop has this many positions.
    pub(super) fn drop_chains(self, state: &mut [u64], positions: usize) {
        match self {
            Matching::Latest => latest::drop_chains(state, positions),
            Matching::Strict => strict::drop_chains(state),
        }
    }
}
