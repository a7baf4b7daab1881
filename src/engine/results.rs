//! The results of a run: the summary, the hints, and the findings of `--discover`.

use super::run::Engine;
use crate::diagnosis::{Closings, Findings, Proposal, Seen, Unclosed, fields_instead};
use crate::event::Resolution;
use crate::key::{Key, KeySource};
use crate::pattern::{FieldReferences, Loop, Target, typed_names};
use crate::report::{LoopSummary, Summary};
use crate::stats::{Groups, Ledger, Tally};
use crate::text::push_time;

/// The largest number of pairs with a hint in a summary. Such a hint says that many second events of the pair closed
/// nothing. Only the pairs with the largest sums of totals keep their hints.
const PAIRS_WITH_HINT: usize = 3;

impl Engine<'_> {
    /// Returns the counts of the run so far.
    pub fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.clone();
        ledger.matcher = self.tracks.counts();
        ledger.matcher.evicted += self.events.as_ref().map_or(0, |(_, previous)| previous.evicted());
        self.add_ledgers_of_states(&mut ledger);
        ledger
    }

    /// Returns the number of bytes that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.ledger.bytes
    }

    /// Returns how often the loops have closed so far, over all loops.
    pub fn closed(&self) -> u64 {
        self.tracks.closed()
    }

    /// Returns the statistics of the run so far.
    pub fn summary(&self) -> Summary<'_> {
        let ledger = self.ledger();
        let mut loops = if self.task.follow.is_some() { self.tracks.summaries() } else { Vec::new() };
        // The event names of the input are collected when the first loop needs them, and never if all loops have
        // closed.
        let mut seen = None;
        let pairs_from = self.task.loops_from_the_beginning().count();
        for (loop_index, summary) in loops.iter_mut().enumerate() {
            if loop_index < self.task.loops.len() {
                summary.hints = self.hints(loop_index, summary, &ledger, &mut seen);
            } else if loop_index >= pairs_from {
                summary.hints.extend(self.closings(loop_index, summary, &ledger).hint_of_pair());
            }
        }
        for (loop_index, summary) in loops.iter_mut().enumerate() {
            self.add_reasons(loop_index, summary);
            self.add_why(loop_index, summary);
        }
        let by = self.task.by().or(self.states.as_ref().and_then(|states| states.by.as_ref()));
        self.leave_out_other_groups(&mut loops, by);
        let mut loops = self.in_order(loops);
        if self.states.as_ref().is_some_and(|states| states.takes_loops) {
            loops.sort_by(|one, other| one.spec.name.cmp(&other.spec.name));
        }
        let pairs_with_hint = loops.iter_mut().filter(|summary| summary.is_pair && !summary.hints.is_empty());
        pairs_with_hint.skip(PAIRS_WITH_HINT).for_each(|summary| summary.hints.clear());
        Summary {
            loops,
            pairs: self.task.finds_pairs(),
            proposed: self.task.overview.is_some().then(|| self.findings().proposals),
            categories: self.categories(),
            events: typed_names(self.printed_events()),
            printed_events: if self.tracks.has_state { self.summed_events() } else { Vec::new() },
            by,
            interval: None,
            has_intervals: self.task.interval.is_some(),
            has_several_inputs: self.has_several_inputs(),
            show: Some(&self.task.show).filter(|show| !show.is_empty()),
            lacks_loops: self.task.states.takes_loops && self.states.is_none() && self.ledger.events == 0,
            ledger,
            elapsed: self.started.elapsed(),
        }
    }

    /// Returns loops in the order in which a summary shows them: the loops of the task, and then the pairs.
    pub(super) fn in_order<'a>(&self, mut loops: Vec<LoopSummary<'a>>) -> Vec<LoopSummary<'a>> {
        let pairs = loops.split_off(loops.len().min(self.task.loops_from_the_beginning().count()));
        // An overview shows the pairs only.
        if self.task.overview.is_some() {
            loops.clear();
        }
        loops.extend(LoopSummary::pairs(pairs.into_iter()));
        loops
    }

    /// Returns sentences for the user that say why a loop did not close, why many events at its last position closed
    /// nothing, or which fields of `-b` and `--show` it lacks.
    ///
    /// All hints of a summary share `seen`, the event names of the input. The first hint that needs them collects them.
    fn hints(
        &self,
        loop_index: usize,
        summary: &LoopSummary<'_>,
        ledger: &Ledger,
        seen: &mut Option<Seen>,
    ) -> Vec<String> {
        let mut hints = self.unclosed_hints(loop_index, summary, ledger, seen);
        hints.extend(self.closings(loop_index, summary, ledger).hint());
        if summary.deltas.total().count() > 0 {
            let [by, show] = self.tracks.not_found(loop_index);
            let missing = |references, indexes, use_of_it| {
                not_found(references, indexes, use_of_it)
                    .map(|(text, target)| text + &fields_instead(target, summary.spec, &self.lacks))
            };
            hints.extend(missing(self.task.by(), &by, "of which -b makes groups"));
            hints.extend(missing(Some(&self.task.show), &show, "which --show names"));
        }
        hints
    }

    /// Returns how many loops had more values of `-b` than there is room for.
    pub fn loops_with_other_groups(&self) -> usize {
        let has_others = |tally: &Tally| tally.groups.as_ref().is_some_and(Groups::overflowed);
        self.tracks.tallies().filter(|(_, tally)| has_others(tally)).count()
    }

    /// Returns the counts that say why a loop did not close more often.
    fn closings<'a>(&self, loop_index: usize, summary: &LoopSummary<'a>, ledger: &Ledger) -> Closings<'a> {
        Closings {
            spec: summary.spec,
            key: summary.key,
            matching: summary.matching,
            last_seen: summary.seen.last().copied().unwrap_or(0),
            closed: summary.deltas.total().count() + summary.outside,
            begun: summary.begun,
            limited: summary.expired + self.tracks.negated(loop_index),
            cut_before: self.tracks.cut_before(loop_index),
            counts: ledger.matcher,
        }
    }

    /// Returns the sentence for a run whose selection left out all events. With `--time` the sentence has the times of
    /// the events, because the user may have thought of another clock.
    fn none_selected(&self, ledger: &Ledger) -> String {
        let sentence = format!("none of the {} events was selected", ledger.events);
        match self.left_out_times {
            Some((earliest, latest)) => {
                let [earliest, latest] = [earliest, latest].map(|time| {
                    let mut text = Vec::new();
                    push_time(&mut text, time, Resolution::Micros.for_time(time));
                    String::from_utf8_lossy(&text).into_owned()
                });
                format!("{sentence}; --time left out those from {earliest} to {latest} s")
            }
            None => sentence,
        }
    }

    fn unclosed_hints(
        &self,
        loop_index: usize,
        summary: &LoopSummary<'_>,
        ledger: &Ledger,
        seen: &mut Option<Seen>,
    ) -> Vec<String> {
        let Some(diagnosis) = self.diagnosis.as_ref().filter(|_| summary.deltas.total().count() == 0) else {
            return Vec::new();
        };
        let is_empty = self.front.watch.names().next().is_none();
        if self.input_failed && is_empty {
            // No hint is needed: the message about the input that could not be read says why there are no events.
            return Vec::new();
        }
        if let Some(hints) = self.hints_of_states(loop_index) {
            return hints;
        }
        if ledger.events > 0 && is_empty {
            return vec![self.none_selected(ledger)];
        }
        let unclosed = Unclosed {
            spec: summary.spec,
            key: summary.key,
            seen: summary.seen,
            left_out: summary.left_out,
            events_left_out: summary.events_left_out,
            cut: ledger.matcher.cut,
            negated: self.tracks.negated(loop_index),
            expired: summary.expired,
            missing_key: ledger.missing_key_of(summary.key),
            missing_key_syntax: ledger.syntax_without(summary.key),
            lacks: &self.lacks,
        };
        let seen = seen.get_or_insert_with(|| diagnosis.seen(self.front.watch.names()));
        diagnosis.hints(loop_index, &unclosed, seen)
    }

    /// Returns the findings of `--discover`: the events of the input, and the loops that are worth asking for.
    pub fn findings(&self) -> Findings<'_> {
        let closed = self.tracks.tallies().filter(|(_, tally)| tally.closed() > 0);
        // Pairs are measured by the key that the user gave (`-k`), so the loops that are proposed end with `by KEY`.
        let by = match self.task.key_of_pairs() {
            Key::Tid => String::new(),
            key => format!(" by {}", key.name()),
        };
        let text = |spec: &Loop| match spec.key_source() {
            KeySource::Fields => spec.text(),
            KeySource::Header | KeySource::Both => format!("{}{by}", spec.text()),
        };
        let measured =
            closed.map(|(spec, tally)| Proposal { text: text(spec), times: tally.closed(), at_least: false });
        let left_out = self.ledger.left_out;
        match &self.diagnosis {
            Some(diagnosis) => diagnosis.findings(measured.collect(), left_out),
            None => Findings { events: Vec::new(), left_out, proposals: measured.collect() },
        }
    }
}

/// Returns a sentence and the target for each field of `-b` or `--show` whose index is in `indexes`. No closed loop had
/// a value of these fields. `use_of_it` says what the option does with a field.
fn not_found<'a>(
    references: Option<&'a FieldReferences>,
    indexes: &'a [usize],
    use_of_it: &'static str,
) -> impl Iterator<Item = (String, &'a Target)> {
    let references = references.into_iter().flat_map(FieldReferences::iter).enumerate();
    let missing = references.filter(|(at, _)| indexes.contains(at));
    missing.map(move |(_, reference)| {
        (format!("none of its events prints {}, {use_of_it}", reference.text), &reference.target)
    })
}
