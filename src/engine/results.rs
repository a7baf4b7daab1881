//! The results of a run: the summary, the hints, and the findings of `--discover`.

use super::run::Engine;
use crate::diagnosis::{Closings, Findings, Proposal, Unclosed};
use crate::pattern::FieldReferences;
use crate::report::{LoopSummary, Summary};
use crate::stats::{Groups, Ledger, Tally};
use std::cell::Cell;

impl Engine<'_> {
    /// Returns the counts of the run so far.
    pub fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.clone();
        ledger.matcher = self.tracks.counts();
        ledger.matcher.evicted += self.events.as_ref().map_or(0, |(_, previous)| previous.evicted());
        ledger
    }

    /// Returns how often the loops have closed so far, over all loops.
    pub fn closed(&self) -> u64 {
        self.tracks.closed()
    }

    /// Returns the statistics of the run so far.
    pub fn summary(&self) -> Summary<'_> {
        let ledger = self.ledger();
        let mut loops = if self.task.follow.is_some() { self.tracks.summaries() } else { Vec::new() };
        if !self.task.pairs {
            let comparisons = Cell::new(Unclosed::COMPARISONS_MAX);
            for (loop_index, summary) in loops.iter_mut().enumerate() {
                summary.hints = self.hints(loop_index, summary, &ledger, &comparisons);
            }
        }
        Summary {
            loops: self.in_order(loops),
            pairs: self.task.pairs,
            categories: self.front.watch.categories().collect(),
            by: self.task.by(),
            interval: None,
            ledger,
            elapsed: self.started.elapsed(),
        }
    }

    /// Returns the loops in the order in which a summary shows them: with `--pairs`, the largest sum comes first.
    pub(super) fn in_order<'a>(&self, loops: Vec<LoopSummary<'a>>) -> Vec<LoopSummary<'a>> {
        if self.task.pairs { LoopSummary::largest_sum_first(loops.into_iter()) } else { loops }
    }

    /// Returns sentences for the user that say why a loop did not close, why many of its last events closed nothing, or
    /// which fields of `-b` and `--show` it lacks.
    ///
    /// `comparisons` is the number of names that may still be compared for this summary.
    fn hints(
        &self,
        loop_index: usize,
        summary: &LoopSummary<'_>,
        ledger: &Ledger,
        comparisons: &Cell<usize>,
    ) -> Vec<String> {
        let mut hints = self.unclosed_hints(loop_index, summary, ledger, comparisons);
        hints.extend(self.missed_hint(loop_index, summary, ledger));
        if summary.deltas.total().count() > 0 {
            let [by, show] = self.tracks.not_found(loop_index);
            hints.extend(not_found(self.task.by(), &by, "of which -b makes groups"));
            hints.extend(not_found(Some(&self.task.show), &show, "which --show names"));
        }
        hints
    }

    /// Returns how many loops had more values of `-b` than there is room for.
    pub fn loops_with_other_groups(&self) -> usize {
        let has_others = |tally: &Tally| tally.groups.as_ref().is_some_and(Groups::overflowed);
        self.tracks.tallies().filter(|(_, tally)| has_others(tally)).count()
    }

    fn missed_hint(&self, loop_index: usize, summary: &LoopSummary<'_>, ledger: &Ledger) -> Option<String> {
        let closings = Closings {
            spec: summary.spec,
            matching: summary.matching,
            last_seen: summary.seen.last().copied()?,
            closed: summary.deltas.total().count() + summary.outside,
            begun: summary.begun,
            limited: summary.expired + self.tracks.negated(loop_index),
            counts: ledger.matcher,
        };
        closings.hint()
    }

    fn unclosed_hints(
        &self,
        loop_index: usize,
        summary: &LoopSummary<'_>,
        ledger: &Ledger,
        comparisons: &Cell<usize>,
    ) -> Vec<String> {
        let Some(diagnosis) = self.diagnosis.as_ref().filter(|_| summary.deltas.total().count() == 0) else {
            return Vec::new();
        };
        if ledger.events > 0 && self.front.watch.names().next().is_none() {
            return vec![format!("none of the {} events was selected", ledger.events)];
        }
        let unclosed = Unclosed {
            spec: summary.spec,
            key: summary.key,
            seen: summary.seen,
            cut: ledger.matcher.cut,
            negated: self.tracks.negated(loop_index),
            expired: summary.expired,
            missing_key: ledger.missing_key_of(summary.key),
            missing_key_syntax: ledger.syntax_without(summary.key),
            comparisons,
        };
        diagnosis.hints(loop_index, &unclosed, self.front.watch.names())
    }

    /// Returns the findings of `--discover`: the events of the input, and the loops that are worth asking for.
    pub fn findings(&self) -> Findings<'_> {
        let closed = self.tracks.tallies().filter(|(_, tally)| tally.closed() > 0);
        let measured =
            closed.map(|(spec, tally)| Proposal { text: spec.text(), times: tally.closed(), at_least: false });
        match &self.diagnosis {
            Some(diagnosis) => diagnosis.findings(measured.collect()),
            None => Findings { events: Vec::new(), proposals: measured.collect() },
        }
    }
}

/// Returns a sentence for each of these references that no closed loop has had a value of.
fn not_found<'a>(
    references: Option<&'a FieldReferences>,
    indexes: &'a [usize],
    use_of_it: &'static str,
) -> impl Iterator<Item = String> + 'a {
    let references = references.into_iter().flat_map(FieldReferences::iter).enumerate();
    let missing = references.filter(|(at, _)| indexes.contains(at));
    missing.map(move |(_, reference)| format!("none of its events prints {}, {use_of_it}", reference.text))
}
