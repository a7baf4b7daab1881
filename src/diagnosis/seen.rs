//! Collects the event names and the proposals that the hints about all loops of a summary need.

use super::proposal::Proposal;
use crate::pattern::{Loop, Notation, grammar};
use crate::text::push_plain;
use std::cell::Cell;
use std::cmp::Reverse;

/// The number of names of the input that are compared with the name at a position, to find similar ones.
const NAMES_MAX: usize = 1000;
/// The largest number of pairs of names that are compared for one summary. To compare two long names takes 8 us. So
/// without this limit, the 2000 positions of 1000 loops and 1000 names would take 16 s.
const COMPARISONS_MAX: usize = 20_000;

/// The event names of the input, and the loops that are worth asking for. A summary collects them once, because it may
/// have hints about thousands of loops.
pub struct Seen {
    /// The names, as a terminal can show them.
    pub(super) names: Vec<String>,
    /// The number of names that may still be compared. When it is 0, further hints list no similar names.
    pub(super) comparisons: Cell<usize>,
    /// The loops that are worth asking for, the most frequent first, each with its parsed text.
    proposals: Vec<(Proposal, Loop)>,
}

impl Seen {
    /// Collects the event names of the input, and the loops that are worth asking for.
    pub(super) fn new<'n>(names: impl Iterator<Item = &'n [u8]>, proposals: Vec<Proposal>) -> Self {
        let parsed = |proposal: Proposal| {
            let found = grammar::parse(&proposal.text, Notation::Arrows).ok()?;
            Some((proposal, found))
        };
        Seen {
            names: names.take(NAMES_MAX).map(plain).collect(),
            comparisons: Cell::new(COMPARISONS_MAX),
            proposals: proposals.into_iter().filter_map(parsed).collect(),
        }
    }

    /// Returns loops that may be asked for in place of `spec`, which did not close. The loop that has the most events
    /// of `spec` comes first. Among loops that have equally many, the more frequent one comes first.
    pub(super) fn in_place_of(&self, spec: &Loop) -> Vec<&Proposal> {
        const SHOWN: usize = 2;
        let is_wanted = |name: &str| {
            let mut events = spec.positions.iter().flat_map(|position| &position.events);
            events.any(|event| event.matches(name.as_bytes()))
        };
        let shared = |found: &Loop| found.positions.iter().filter(|position| is_wanted(&position.text)).count();
        let mut proposals: Vec<(usize, &Proposal)> =
            self.proposals.iter().map(|(proposal, found)| (shared(found), proposal)).collect();
        let text = spec.text();
        proposals.retain(|(shared, proposal)| *shared > 0 && proposal.text != text);
        proposals.sort_by_key(|(shared, proposal)| Reverse((*shared, proposal.times)));
        proposals.into_iter().map(|(_, proposal)| proposal).take(SHOWN).collect()
    }
}

/// Returns a name of the input as text that a terminal can show.
fn plain(name: &[u8]) -> String {
    let mut plain = Vec::new();
    push_plain(&mut plain, name);
    String::from_utf8_lossy(&plain).into_owned()
}
