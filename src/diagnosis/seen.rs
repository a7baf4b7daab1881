//! Collects the event names and the proposals that the hints about all loops of a summary need.

use super::proposal::Proposal;
use crate::pattern::{EventName, Loop, Notation, grammar};
use crate::text::{Work, push_plain};
use std::cmp::Reverse;

/// The number of names seen in the input that are compared with a position's name.
const NAMES_MAX: usize = 1000;
/// The pairs of characters that the comparisons for all hints of a summary may take. That is 0.05 s. With names of
/// 20 characters it suffices for 50 positions that were never seen among 1000 names.
const WORK: u64 = 20_000_000;

/// The names of the events that were seen, and the loops that are worth asking for. A summary collects this once,
/// because it may have hints about thousands of loops.
pub struct Seen {
    pub(super) names: Vec<SeenName>,
    /// Loops that are worth asking for, the most frequent first, each with its parsed text.
    proposals: Vec<(Proposal, Loop)>,
    /// The work that comparisons of names may still take.
    pub(super) work: Work,
}

/// The name of an event of the input.
pub(super) struct SeenName {
    /// The name as it can be shown.
    pub(super) plain: String,
    /// The name without its subsystem. Names are compared in this form, so that `xen:kvm_exit` is similar to
    /// `kvm:kvm_exit`.
    pub(super) bare: String,
}

impl Seen {
    /// Collects the names of the events seen, and the loops that are worth asking for.
    pub(super) fn new<'n>(names: impl Iterator<Item = &'n [u8]>, proposals: Vec<Proposal>) -> Self {
        let parsed = |proposal: Proposal| {
            let found = grammar::parse(&proposal.text, Notation::Arrows).ok()?;
            Some((proposal, found))
        };
        Seen {
            names: names.take(NAMES_MAX).map(SeenName::new).collect(),
            proposals: proposals.into_iter().filter_map(parsed).collect(),
            work: Work::new(WORK),
        }
    }

    /// Returns loops that may be asked for in place of `spec`, which did not close. The loop that has the most events
    /// of `spec` comes first. Of loops that have equally many, it is the more frequent one.
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

impl SeenName {
    fn new(name: &[u8]) -> Self {
        let mut plain = Vec::new();
        push_plain(&mut plain, name);
        let plain = String::from_utf8_lossy(&plain).into_owned();
        let bare = EventName::new(&plain).bare().to_owned();
        SeenName { plain, bare }
    }
}
