//! The ways of matching (`--match`). Each has a file of its own, and the functions of this file call those of the way
//! that a run uses.

use super::carry::Carry;
use super::chain_at::ChainAt;
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
    /// As `Latest`, with one difference: at every position but the loop's first one, the earliest of several events
    /// counts and not the latest.
    First,
    /// The last events of the key must be exactly the loop, each position directly after the one before.
    Strict,
    /// Loops may nest, as calls of a recursive function do. The event of the last position closes the loop that began
    /// last.
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

    /// Returns how many 64-bit words of memory a key of a loop with this many positions usually takes. With
    /// `--match nested`, a key with many open chains can take eight times as many.
    pub(crate) fn usual_words(self, positions: usize) -> usize {
        /// The number of chains of a key that are expected to be open at once. A key has at most 64 open chains.
        const USUAL_DEPTH: usize = 8;
        let stack = if self == Matching::Nested { USUAL_DEPTH * positions } else { 0 };
        self.method(false).state_words(positions) + stack
    }

    /// Returns the code that follows a loop. `has_limits` says whether the loop has negated positions or a `within`.
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

/// The implementation that matches the events of a loop. The program chooses it once for each loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// `--match latest` for loops without negated positions and without `within`. It is the fastest.
    Latest,
    /// `--match latest` for all other loops.
    LatestWithLimits,
    /// `--match first` for all loops.
    First,
    /// `--match strict` for all loops.
    Strict,
    /// `--match nested` for all loops.
    Nested,
}

/// The state of one key in one loop.
pub(super) struct KeyState<'m> {
    /// The words of the key in the table of keys, without the carried values behind them.
    pub(super) words: &'m mut [u64],
    /// The stacks of unfinished loops of all keys, by the slots of the keys in the table. Only `--match nested` has
    /// any.
    pub(super) stacks: &'m mut Vec<Vec<u64>>,
    /// The slot of the key in the table.
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
    /// Returns how many 64-bit words a key of a loop with this many positions takes in the table, without carried
    /// values.
    pub(super) fn state_words(self, positions: usize) -> usize {
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => latest::state_words(positions),
            Method::Strict => strict::state_words(positions),
            Method::Nested => nested::STATE_WORDS,
        }
    }

    /// The table of keys has room for the values that the chains of a key carry. Returns the number of chains for which
    /// it has room, in a loop with this many positions. It is 0 for `--match nested`, which keeps these values in the
    /// stack.
    pub(super) fn slots(self, positions: usize) -> usize {
        if self == Method::Nested { 0 } else { positions }
    }

    /// Puts an event into the state of its key. If the event closes the loop, the times of all positions are written to
    /// `row`, and the result is true. The chains that are dropped are counted in `drops`.
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
            _ => self.step_slowly(state, step, row, drops, carry),
        }
    }

    /// Does [`Method::step`] for all methods but the fastest. It is not inlined, so that the fastest method does not
    /// pay for the stack frame that the others need.
    #[inline(never)]
    fn step_slowly(
        self,
        state: KeyState<'_>,
        step: Step,
        row: &mut [u64],
        drops: &mut Drops,
        carry: &mut impl Carry,
    ) -> bool {
        match self {
            Method::Latest | Method::LatestWithLimits => latest::step_replacing(state.words, step, row, drops, carry),
            Method::First => first::step(state.words, step, row, drops, carry),
            Method::Strict => strict::step(state.words, step, row, drops, carry),
            Method::Nested => {
                let (words, stack) = state.with_stack(row.len());
                nested::step(words, stack, step, row, drops, carry)
            }
        }
    }

    /// Takes an event that stands only at negated positions (`!C` in `A -> !C -> B`): drops the chains whose last event
    /// stands at the position before one of these. `positions` is the number of positions of the loop.
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

    /// Returns whether the state holds a chain (an unfinished loop) that no loss of events has cut. `cut` is the number
    /// of the last event before the last loss, and `positions` is the number of positions of the loop.
    #[inline(always)]
    pub(super) fn is_open(self, state: &[u64], cut: u64, positions: usize) -> bool {
        match self {
            Method::Latest => latest::is_open(state, cut),
            _ => self.is_open_slowly(state, cut, positions),
        }
    }

    #[inline(never)]
    fn is_open_slowly(self, state: &[u64], cut: u64, positions: usize) -> bool {
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => {
                latest::is_open_with_limits(state, cut, positions)
            }
            Method::Strict => strict::is_open(state, cut),
            Method::Nested => nested::is_open(state, cut),
        }
    }

    /// Returns the chain of a key that has the most events. Of several with equally many, it is the one that began
    /// first. `stack` is that of the key. `sizes` are the number of positions of the loop and the number of words that
    /// a chain's carried values take.
    pub(super) fn furthest(self, state: &[u64], stack: &[u64], sizes: (usize, usize), cut: u64) -> Option<ChainAt> {
        let (positions, _) = sizes;
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => latest::furthest(state, positions, cut),
            Method::Strict => strict::furthest(state, positions, cut),
            Method::Nested => nested::furthest(state, stack, sizes, cut),
        }
    }

    /// Returns the slots of the key that carry the values of its chains. The arguments are those of
    /// [`Method::furthest`].
    pub(super) fn open_slots(
        self,
        state: &[u64],
        stack: &[u64],
        (positions, words): (usize, usize),
        cut: u64,
    ) -> impl Iterator<Item = usize> {
        let is_latest = matches!(self, Method::Latest | Method::LatestWithLimits | Method::First);
        let slots = match self {
            _ if is_latest => 0..positions - 1,
            // The slots are those of the last n events, and the furthest chain has the first one that counts.
            Method::Strict => strict::furthest(state, positions, cut).map_or(0..0, |chain| chain.slot..positions),
            _ if nested::is_open(state, cut) => 0..stack.len() / (positions + words),
            _ => 0..0,
        };
        slots.filter(move |&slot| !is_latest || latest::stands(state, slot, cut))
    }

    /// Returns the carried values in a slot of the key, which [`ChainAt::slot`] names. The other arguments are those of
    /// [`Method::furthest`].
    pub(super) fn carried<'m>(
        self,
        state: &'m [u64],
        stack: &'m [u64],
        (positions, words): (usize, usize),
        slot: usize,
    ) -> &'m [u64] {
        let (all, start) = match self {
            Method::Nested => (stack, slot * (positions + words) + positions),
            _ => (state, self.state_words(positions) + slot * words),
        };
        all.get(start..start + words).unwrap_or_default()
    }

    /// Drops the unfinished loops of a key. `positions` is the number of positions of the loop.
    pub(super) fn drop_chains(self, state: &mut [u64], positions: usize) {
        match self {
            Method::Latest | Method::LatestWithLimits | Method::First => latest::drop_chains(state, positions),
            Method::Strict => strict::drop_chains(state),
            Method::Nested => nested::drop_chains(state),
        }
    }
}
