//! The results of the states among the inputs: their parts of the summary, and the notes about them.

use super::run::Engine;
use crate::pattern::{EventCounts, FieldReferences};
use crate::report::LoopSummary;
use crate::stats::Ledger;
use std::collections::BTreeMap;

/// What the notes at the end of a run say about states.
pub struct NotesOfStates {
    /// The names of the loops of states that the run did not follow.
    pub left_out: Vec<String>,
    /// True if the statistics for each group value that the user asked for are missing.
    pub lacks_groups: bool,
    /// The options that ask for what no state holds.
    pub lacks: Vec<&'static str>,
}

impl Engine<'_> {
    /// Clears the groups of loops that states have divided by other fields than `by`, because a summary shows the groups of
    /// one list of fields. Does nothing if the user named the fields.
    pub(super) fn leave_out_other_groups(&self, loops: &mut [LoopSummary<'_>], by: Option<&FieldReferences>) {
        if self.states.is_none() || self.task.by().is_some() {
            return;
        }
        let by = by.map(FieldReferences::to_string);
        let others = self.tracks.tracks.iter().zip(loops).filter(|(track, _)| track.groups.by() != by.as_deref());
        others.for_each(|(_, summary)| summary.groups.clear());
    }

    /// Returns the names of events as the inputs printed them, with their counts. Those of states stand behind the others,
    /// in the order of their bytes; a name may stand in both parts.
    pub(super) fn printed_events(&self) -> impl Iterator<Item = (&[u8], u64)> {
        let none = EventCounts::default();
        let of_states = self.states.as_ref().map(|states| states.events.names_since(&none));
        let mut of_states: Vec<_> = of_states.into_iter().flatten().collect();
        of_states.sort_unstable();
        self.front.watch.names_since(&none).collect::<Vec<_>>().into_iter().chain(of_states)
    }

    /// Returns the names of events as the inputs printed them, each once, with their counts.
    pub(super) fn summed_events(&self) -> Vec<(&[u8], u64)> {
        let mut sums = BTreeMap::new();
        for (name, count) in self.printed_events() {
            let sum = sums.entry(name).or_insert(0_u64);
            *sum = sum.saturating_add(count);
        }
        sums.into_iter().collect()
    }

    /// Returns the categories of the events of all inputs, with their numbers of events.
    pub(super) fn categories(&self) -> Vec<(&[u8], u64)> {
        let none = EventCounts::default();
        let mut categories: Vec<_> = self.front.watch.categories_since(&none).collect();
        let of_states = self.states.as_ref().map(|states| states.events.categories_since(&none));
        let mut of_states: Vec<_> = of_states.into_iter().flatten().collect();
        of_states.sort_unstable();
        for (name, count) in of_states {
            match categories.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None => categories.push((name, count)),
            }
        }
        categories
    }

    /// Adds the ledgers of the states to that of the run.
    pub(super) fn add_ledgers_of_states(&self, ledger: &mut Ledger) {
        ledger.take_states_off();
        if let Some(states) = &self.states {
            ledger.merge(&states.ledger);
        }
    }

    /// Returns the hints about a loop that has not closed, if only states were read.
    pub(super) fn hints_of_states(&self, loop_index: usize) -> Option<Vec<String>> {
        let has_only_states = self.states.is_some() && self.ledger.events == 0;
        let is_there = self.tracks.tracks[loop_index].definition.is_some();
        let missing = (!is_there).then(|| "no state has a loop of this name".to_owned());
        has_only_states.then(|| missing.into_iter().collect())
    }

    /// Returns the options of the run that ask for what no state holds.
    fn lacks_of_states(&self) -> Vec<&'static str> {
        let why = &self.task.why;
        let options = [
            (why.slowest.is_some(), "--slowest"),
            (why.explain, "--explain"),
            (why.sched, "--sched"),
            (why.unfinished, "--unfinished"),
            (self.task.interval.is_some(), "-I"),
        ];
        options.into_iter().filter(|(is_given, _)| *is_given).map(|(_, option)| option).collect()
    }

    /// Returns what the notes at the end of the run say about states; `None` if no state was read.
    pub fn notes_of_states(&self) -> Option<NotesOfStates> {
        let states = self.states.as_ref()?;
        Some(NotesOfStates {
            left_out: states.left_out.iter().cloned().collect(),
            lacks_groups: states.lacks_groups,
            lacks: self.lacks_of_states(),
        })
    }
}
