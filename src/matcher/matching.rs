//! The ways of matching (`--match`). This file calls the functions of the one that a run uses.

use super::carry::Carry;
use super::nested::Stack;
use super::step::{Drops, Step};
use super::{first, latest, nested, strict};

/// The rule by which events at positions become closed loops (`--match`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// When the event of the last position comes, the loop closes with the latest events before it that came in the
    /// order of the loop.
    #[default]
    Latest,
    /// The same, but each position after the first one counts at its first time.
    First,
    /// The last events of the key must be exactly the loop, each position directly after the one before.
    Strict,
    /// Loops nest: the last event of the loop closes the loop that began last.
    Nested,
}

impl Matching {
    /// All ways of matching with their names on the command line.
    pub const NAMES: &[(&str, Matching)] = &[
        ("latest", Matching::Latest),
        ("first", Matching::First),
        ("strict", Matching::Strict),
        ("nested", Matching::Nested),
    ];

    /// Returns the name of this way of matching on the command line.
    pub fn name(self) -> &'static str {
        Matching::NAMES.iter().find(|(_, matching)| *matching == self).map_or("", |(name, _)| name)
    }

    /// Returns how many 64-bit words a key of a loop with this many positions takes, if few of its chains nest.
    pub(crate) fn usual_words(self, positions: usize) -> usize {
        /// The number of open chains of a key that counts as few.
        const USUAL_DEPTH: usize = 8;
        let stack = if self == Matching::Nested { USUAL_DEPTH * positions } else { 0 };
        self.method(false).state_words(positions) + stack
    }

    /// Returns the code that follows a loop, which has negated positions or a limit if `has_limits` is true.
    pub(super) fn method(self, has_limits: bool) -> Method {
        match self {
            Matching::Latest if has_limits => Method::LatestWithLimits,
            Matching::Latest => Method::Latest,
            Matching::First => Method::First,
            Matching::Strict => Method::Strict,
            Matching::Nested => Method::Nested,
        }
    }
}

/// The code that follows a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// `--match latest`, for loops without limits. It is the fastest.
    Latest,
    /// `--match latest`, for all loops.
    LatestWithLimits,
    First,
    Strict,
    Nested,
}

/// The state of one key.
pub(super) struct KeyState<'m> {
    /// The words in the table of keys, without carried values.
    pub(super) words: &'m mut [u64],
    /// The stacks of all keys by their slots in the table; empty unless loops nest.
    pub(super) stacks: &'m mut Vec<Vec<u64>>,
    pub(super) slot: usize,
    /// The number of words that the carried values of a chain take; 0 if chains carry nothing.
    pub(super) slot_words: usize,
}

impl<'m> KeyState<'m> {
    /// Returns the words and the stack of the key, whose loop has this many positions.
    fn with_stack(self, positions: usize) -> (&'m mut [u64], Stack<'m>) {
        let KeyState { words, stacks, slot, slot_words } = self;
        if stacks.len() <= slot {
            stacks.resize_with(slot + 1, Vec::new);
        }
        (words, Stack { chains: &mut stacks[slot], positions, slot_words })
    }
}

impl Method {
    /// Returns how many 64-bit words of the table a key of a loop with this many positions takes, without the slots of
    /// carried values.
    pub(super) fn state_words(self, positions: usize) -> usize {
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => latest::state_words(positions),
            Method::Strict => strict::state_words(positions),
            Method::Nested => nested::STATE_WORDS,
        }
    }

    /// Returns how many slots of carried values a key of a loop with this many positions has in the table.
    pub(super) fn slots(self, positions: usize) -> usize {
        if self == Method::Nested { 0 } else { positions }
    }

    /// Puts an event into the state of its key. If the event closes the loop, the times of all positions are written to
    /// `row`, and the result is true.
    #[inline(always)]
    pub(super) fn step(
        self,
        state: KeyState<'_>,
        step: Step,
        row: &mut [u64],
        drops: &mut Drops,
        carry: &mut impl Carry,
    ) -> bool {
        match self {
            Method::Latest => latest::step(state.words, step, row, carry),
            Method::LatestWithLimits => latest::step_replacing(state.words, step, row, drops, carry),
            Method::First => first::step(state.words, step, row, drops, carry),
            Method::Strict => strict::step(state.words, step, row, drops, carry),
            Method::Nested => {
                let (words, stack) = state.with_stack(row.len());
                nested::step(words, stack, step, row, drops, carry)
            }
        }
    }

    /// Takes an event that stands at negated positions alone, and drops the chains that it ends. The loop has this many
    /// positions.
    pub(super) fn negate(self, state: KeyState<'_>, negated: u32, cut: u64, positions: usize, drops: &mut Drops) {
        match self {
            Method::Latest => {}
            Method::LatestWithLimits | Method::First => latest::negate(state.words, negated, cut, drops),
            Method::Strict => strict::negate(state.words, negated, cut, drops),
            Method::Nested => {
                let (words, stack) = state.with_stack(positions);
                nested::negate(words, stack, negated, cut, drops);
            }
        }
    }

    /// Returns whether the state holds a chain that no loss has cut. The loop has this many positions.
    #[inline(always)]
    pub(super) fn is_open(self, state: &[u64], cut: u64, positions: usize) -> bool {
        match self {
            Method::Latest => latest::is_open(state, cut),
            Method::LatestWithLimits | Method::First => latest::is_open_with_limits(state, cut, positions),
            Method::Strict => strict::is_open(state, cut),
            Method::Nested => nested::is_open(state, cut),
        }
    }

    /// Drops the unfinished loops of a key. Its loop has this many positions.
    pub(super) fn drop_chains(self, state: &mut [u64], positions: usize) {
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => latest::drop_chains(state, positions),
            Method::Strict => strict::drop_chains(state),
            Method::Nested => nested::drop_chains(state),
        }
    }
}
