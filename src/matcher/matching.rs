//! The ways of matching, and one step of each.

use super::carry::Carry;
use super::step::Step;
use super::{latest, strict};

/// The rule by which events at positions become closed loops (`--match`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// When the last event of the loop comes, the loop closes with the latest events before it that came in loop order.
    #[default]
    Latest,
    /// The last events of the key must be exactly the loop, each position directly after the one before.
    Strict,
}

impl Matching {
    /// All ways of matching with their names on the command line.
    pub const NAMES: &[(&str, Matching)] = &[("latest", Matching::Latest), ("strict", Matching::Strict)];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        Matching::NAMES.iter().find(|(_, matching)| *matching == self).map_or("", |(name, _)| name)
    }

    /// Returns how many 64-bit words of state a key of a loop with this many positions takes.
    pub(crate) fn state_words(self, positions: usize) -> usize {
        match self {
            Matching::Latest => latest::state_words(positions),
            Matching::Strict => strict::state_words(positions),
        }
    }

    /// Puts an event into the state of its key. If this closes the loop, `row` receives the times of all positions and
    /// the result is true.
    #[inline(always)]
    pub(super) fn step(self, state: &mut [u64], step: Step, row: &mut [u64], carry: &mut impl Carry) -> bool {
        match self {
            Matching::Latest => latest::step(state, step, row, carry),
            Matching::Strict => strict::step(state, step, row, carry),
        }
    }

    /// Returns whether the state holds a chain that no loss has cut.
    #[inline(always)]
    pub(super) fn is_open(self, state: &[u64], cut: u64) -> bool {
        match self {
            Matching::Latest => latest::is_open(state, cut),
            Matching::Strict => strict::is_open(state, cut),
        }
    }

    /// Drops all chains of a key. Its loop has this many positions.
    pub(super) fn drop_chains(self, state: &mut [u64], positions: usize) {
        match self {
            Matching::Latest => latest::drop_chains(state, positions),
            Matching::Strict => strict::drop_chains(state),
        }
    }
}
