//! The limits of each part of the page of a comparison. They keep a page of up to 12 loops under 2 MB, whatever the
//! loops hold.
//!
//! The limits below are for a usual page. If the page is too large with them, it is made again with half of the limits,
//! and so on.

use crate::report::comparison::{Compared, ComparedLoop, ComparedTransition};
use std::cmp::Reverse;

/// The largest number of loops that have pictures. The same number of pairs (loops that `--pairs` found in the input)
/// may have pictures besides.
pub(super) const PICTURED_MAX: usize = 12;
/// The largest number of transitions of a loop that have pictures, the total included.
const PICTURED_TRANSITIONS_MAX: usize = 8;
/// The largest number of transitions in the tables of all loops together. A transition takes about 4000 bytes of the
/// page.
const TABLE_TRANSITIONS_MAX: usize = 240;
/// The largest number of pairs in their table: each side has at most 256 pairs. A pair takes about 1300 bytes of the
/// page.
const PAIRS_MAX: usize = 512;

/// The limits of the parts of the page.
pub(super) struct Limits {
    /// The largest number of transitions of a loop that have pictures, the total included.
    pub(super) pictured_transitions: usize,
    /// The largest number of transitions of a loop in its table, the total included.
    pub(super) table_transitions: usize,
    /// The largest number of pairs in their table.
    pub(super) pairs: usize,
}

impl Limits {
    /// Creates the limits of a page about this comparison. The usual limits are divided by `divisor`.
    pub(super) fn new(compared: &Compared<'_>, divisor: usize) -> Limits {
        let pairs = compared.loops.iter().filter(|compared| compared.is_pair).count();
        let parts = compared.loops.len() - pairs + pairs.min(PICTURED_MAX);
        Limits {
            pictured_transitions: (PICTURED_TRANSITIONS_MAX / divisor).max(1),
            table_transitions: (TABLE_TRANSITIONS_MAX / divisor / parts.max(1)).max(1),
            pairs: PAIRS_MAX / divisor,
        }
    }
}

/// Returns the transitions of a loop that are shown, in their order. The last one is the total. If a loop has one
/// transition, the total is this transition, so only the transition is shown.
pub(super) fn shown<'a>(compared: &'a ComparedLoop<'a>) -> &'a [ComparedTransition<'a>] {
    if compared.transitions.len() == 2 { &compared.transitions[..1] } else { &compared.transitions }
}

/// Returns at most `max` of these transitions in their order, and the number of transitions that are left out. The last
/// transition, which is the total, is always kept. Of the others, those are kept whose times have the largest sums over
/// both sides.
pub(super) fn largest<'a>(
    transitions: &'a [ComparedTransition<'a>],
    max: usize,
) -> (Vec<&'a ComparedTransition<'a>>, usize) {
    let sum = |transition: &ComparedTransition<'_>| -> u128 {
        transition.sides.iter().flatten().map(|side| side.sum_ns()).sum()
    };
    let Some((total, others)) = transitions.split_last() else { return (Vec::new(), 0) };
    let mut chosen: Vec<(usize, &ComparedTransition<'_>)> = others.iter().enumerate().collect();
    chosen.sort_by_key(|(_, transition)| Reverse(sum(transition)));
    chosen.truncate(max.saturating_sub(1));
    chosen.sort_by_key(|(at, _)| *at);
    let left_out = others.len() - chosen.len();
    (chosen.into_iter().map(|(_, transition)| transition).chain([total]).collect(), left_out)
}
