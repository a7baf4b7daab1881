//! Merges the states among the inputs into the statistics of the loops that they are about.

use super::error::Error;
use super::run::Engine;
use super::states::{LOOPS_MAX, States, StatesTask};
use super::track::{GroupsOfTrack, Track};
use super::tracks::Tracks;
use crate::key::{GroupValue, KeyValue};
use crate::matcher::Shape;
use crate::pattern::{FieldReferences, Loop, Notation, Selection, grammar};
use crate::stats::Groups;
use crate::stats::state::{Definition, GroupPart, LoopLine, StateLine, TOTAL, is_header};

impl Engine<'_> {
    /// Takes a line of a state.
    #[cold]
    #[inline(never)]
    pub(super) fn state_line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.ledger.line_of_state(line.len() as u64 + 1);
        let merged = self.begin_states().and_then(|()| match is_header(line) {
            true => Ok(()),
            false => self.merge_state_line(line),
        });
        merged.map_err(|message| self.state_error(line, &message))
    }

    fn state_error(&self, line: &[u8], message: &str) -> Error {
        let place = self.ledger.place_of(line);
        Error::State(format!("{}:{}: {message}", place.input, place.line))
    }

    /// Prepares for the first line of a state. If no loop was given, all loops of the run come from states.
    fn begin_states(&mut self) -> Result<(), String> {
        if self.states.is_some() {
            return Ok(());
        }
        if self.task.follow.is_none() || self.task.discover {
            return Err("a state has statistics of loops, and this run needs events".to_owned());
        }
        let mut states = States::new(self.task.states.takes_loops);
        if states.takes_loops {
            if self.ledger.events > 0 {
                return Err(NEEDS_LOOP.to_owned());
            }
            states.without_traces = Some(NEEDS_LOOP.to_owned());
            self.task.loops.clear();
            self.task.pairs = false;
            self.diagnosis = None;
            self.end_overview();
        } else {
            let names = self.task.loops.iter().map(|spec| spec.name.clone());
            states.indexes = names.enumerate().map(|(at, name)| (name, at)).collect();
        }
        self.states = Some(Box::new(states));
        Ok(())
    }

    fn merge_state_line(&mut self, line: &[u8]) -> Result<(), String> {
        match StateLine::parse(line).map_err(|error| format!("not a line of a state: {error}"))? {
            StateLine::Ledger(ledger) => {
                self.states.iter_mut().for_each(|states| states.ledger.merge(&ledger));
                Ok(())
            }
            StateLine::Events { name, count } => {
                self.states.iter_mut().for_each(|states| states.events.add_count(&name, count));
                Ok(())
            }
            StateLine::Loop(line) => self.merge_loop_line(&line).map_err(|message| format!("{}: {message}", line.name)),
        }
    }

    fn merge_loop_line(&mut self, line: &LoopLine) -> Result<(), String> {
        let Some(loop_index) = self.loop_of_state(line)? else { return Ok(()) };
        let wanted = self.wanted(loop_index, &line.definition);
        if let Some((what, [here, there])) = wanted.difference(&line.definition) {
            return Err(format!("{what} is {here} in this run, and {there} in the state"));
        }
        let of_task = self.tracks.definition_of_task(loop_index);
        if let Some((what, [here, there])) = of_task.difference(&line.definition) {
            let states = self.states.as_mut();
            states.into_iter().for_each(|states| {
                states.without_traces.get_or_insert_with(|| {
                    format!("{}: {what} is {here} for the traces, and {there} in a state", line.name)
                });
            });
        }
        if let Some((what, [one, other])) = self.tracks.take_definition(loop_index, &line.definition) {
            return Err(format!("{what} is {one} in one state, and {other} in another"));
        }
        let lacks_groups = self.tracks.merge_line(loop_index, line)?;
        self.states.iter_mut().for_each(|states| states.lacks_groups |= lacks_groups);
        Ok(())
    }

    /// Returns the index of the loop that a line is about. If the loops are taken from states, a new loop is added;
    /// otherwise returns `None` for a loop that the run does not follow.
    fn loop_of_state(&mut self, line: &LoopLine) -> Result<Option<usize>, String> {
        let Some(states) = &mut self.states else { return Ok(None) };
        if let Some(&loop_index) = states.indexes.get(&line.name) {
            return Ok(Some(loop_index));
        }
        if !states.takes_loops {
            if states.left_out.len() < LOOPS_MAX {
                states.left_out.insert(line.name.clone());
            }
            return Ok(None);
        }
        if states.indexes.len() >= LOOPS_MAX {
            return Err(format!("states have more than {LOOPS_MAX} loops"));
        }
        let spec = grammar::parse(&line.definition.text, Notation::Arrows);
        let spec = spec.map_err(|error| format!("no loop: {error}"))?;
        let spec = Loop { name: line.name.clone(), ..spec };
        let is_written = line.definition.text == spec.text() && spec.key.is_none();
        if !is_written || line.name.is_empty() {
            return Err("no loop of a state".to_owned());
        }
        let shape = Shape { key: line.definition.key, ..self.task.shape(&spec) };
        let loop_index = self.tracks.len();
        states.indexes.insert(line.name.clone(), loop_index);
        self.task.loops.push(spec.clone());
        self.tracks.add(spec, shape);
        Ok(Some(loop_index))
    }

    /// Returns the definition that a line must have: that of the options which the user gave, and for the others that of
    /// the line.
    fn wanted(&self, loop_index: usize, of_line: &Definition) -> Definition {
        let StatesTask { takes_loops, key, matching, min, max } = &self.task.states;
        let spec = self.task.loops.get(loop_index).filter(|_| !takes_loops);
        let given = self.task.selection.clone().unwrap_or_default();
        let Selection { comms, pids, tids, cpus, times } = of_line.selection.clone();
        let selection = Selection {
            comms: if given.comms.is_empty() { comms } else { given.comms },
            pids: if given.pids.is_empty() { pids } else { given.pids },
            tids: if given.tids.is_empty() { tids } else { given.tids },
            cpus: if given.cpus.is_empty() { cpus } else { given.cpus },
            times: given.times.or(times),
        };
        let totals = min.unwrap_or(*of_line.totals.start())..=max.unwrap_or(*of_line.totals.end());
        let key = spec.and_then(|spec| spec.key).or(*key).unwrap_or(of_line.key);
        let text = spec.map_or_else(|| of_line.text.clone(), Loop::text);
        Definition {
            text,
            ..Definition::of_options(key, matching.unwrap_or(of_line.matching), totals, Some(&selection))
        }
    }

    /// Checks, at the end of an input, that what was read can stand together.
    pub(super) fn check_states(&mut self) -> Result<(), Error> {
        let Some(states) = &mut self.states else { return Ok(()) };
        let has_traces = self.ledger.events > 0;
        if let Some(reason) = states.without_traces.as_ref().filter(|_| has_traces) {
            return Err(Error::State(reason.clone()));
        }
        if has_traces && self.task.by().is_none() {
            self.tracks.drop_groups();
        }
        let by = self.tracks.smallest_by().and_then(|by| grammar::parse_references(by, false).ok());
        states.by = by.map(|references| {
            let mut by = FieldReferences::default();
            by.extend(references);
            by
        });
        Ok(())
    }
}

/// The message about traces beside states in a run without a loop.
const NEEDS_LOOP: &str = "traces are read beside states, and no loop was given; name the loop, as in 'A -> B'";

impl Tracks {
    /// Returns the definition of a loop as the task has it.
    fn definition_of_task(&self, loop_index: usize) -> Definition {
        let Track { spec, key_of_task, .. } = &self.tracks[loop_index];
        Definition::new(spec, *key_of_task, self.matching, self.totals.clone(), self.selection.as_ref())
    }

    /// Returns the definition of a loop: that of the states that were read, or the one that the task has.
    pub(super) fn definition(&self, loop_index: usize) -> Definition {
        self.tracks[loop_index].definition.clone().unwrap_or_else(|| self.definition_of_task(loop_index))
    }

    /// Takes the definition that a state has of a loop. Returns the first difference to the definition of an earlier state.
    fn take_definition(&mut self, loop_index: usize, of_line: &Definition) -> Option<(&'static str, [String; 2])> {
        let track = &mut self.tracks[loop_index];
        let definition = track.definition.get_or_insert_with(|| of_line.clone());
        (track.key, track.matching) = (definition.key, definition.matching);
        definition.difference(of_line)
    }

    /// Adds a line to the statistics of a loop. Returns whether the loop lacks the groups that the user asked for.
    fn merge_line(&mut self, loop_index: usize, line: &LoopLine) -> Result<bool, String> {
        let groups_asked = self.max_groups.is_some();
        let max_groups = self.max_groups_of_states;
        let input = self.input().to_vec();
        let Track { spec, tally, runs, groups, found, .. } = &mut self.tracks[loop_index];
        // The hints about fields that no event had are about traces.
        found.iter_mut().for_each(|found| found.fill(true));
        let positions = spec.positions.len();
        let transition = match line.transition.as_str() {
            TOTAL => None,
            name => {
                let at = spec.transitions().position(|known| known == name).filter(|_| positions > 2);
                Some(at.ok_or_else(|| format!("the loop has no transition '{name}'"))?)
            }
        };
        let expected = match (&*groups, &line.by) {
            (GroupsOfTrack::Unknown, Some(by)) => {
                let references = grammar::parse_references(by, false);
                references.map_err(|error| format!("no fields of -b: {error}"))?;
                tally.groups = Some(Groups::new(positions, max_groups));
                GroupsOfTrack::By(by.clone())
            }
            (GroupsOfTrack::Unknown, None) => GroupsOfTrack::Dropped,
            (GroupsOfTrack::By(wanted), by) if by.as_ref() != Some(wanted) => GroupsOfTrack::Dropped,
            (same, _) => same.clone(),
        };
        if expected == GroupsOfTrack::Dropped {
            tally.groups = None;
        }
        *groups = expected;
        let lacks_groups = groups_asked && *groups == GroupsOfTrack::Dropped;
        if line.group.is_none() {
            runs.iter_mut().for_each(|runs| runs.merge(&line.deltas, transition));
        }
        let merged = match (&line.group, &*groups) {
            (None, GroupsOfTrack::ByInput) => {
                let value = GroupPart::Of(GroupValue::new(KeyValue::text(&input), &input));
                let grouped = tally.merge_line_of_group(line, &value, transition, &mut self.groups_left);
                grouped.and_then(|()| tally.merge_line(line, transition))
            }
            (None, _) => tally.merge_line(line, transition),
            (Some(group), GroupsOfTrack::By(_)) => {
                tally.merge_line_of_group(line, group, transition, &mut self.groups_left)
            }
            (Some(_), _) => Some(()),
        };
        merged.map(|()| lacks_groups).ok_or_else(|| "the counts do not fit the loop".to_owned())
    }

    /// Drops the groups that came from states, because traces were read that have none.
    fn drop_groups(&mut self) {
        for track in &mut self.tracks {
            track.groups = GroupsOfTrack::Dropped;
            track.tally.groups = None;
        }
    }

    /// Returns the smallest text of the fields of `-b` by which a loop has groups.
    fn smallest_by(&self) -> Option<&str> {
        self.tracks.iter().filter_map(|track| track.groups.by()).min()
    }
}
