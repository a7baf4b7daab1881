//! The pairs that are found while reading (`--pairs`).

use super::beginnings::{Earlier, EarlierEvent};
use super::error::Error;
use super::run::Engine;
use super::task::PAIRS_MAX;
use crate::event::Event;
use crate::key::{Key, KeyValue};
use crate::matcher::Shape;
use crate::pattern::{Found, Loop, Pairs, Position, bare, pairs_beginning_with};
use std::collections::HashSet;

impl Engine<'_> {
    /// Takes an event before the loops do, in a run that finds pairs: a new name may complete pairs, and an event that
    /// may begin one is kept. Does nothing in other runs.
    #[cold]
    pub(super) fn look_for_pairs(&mut self, event: &Event<'_>, found: Found) -> Result<Found, Error> {
        if !self.task.finds_pairs() {
            return Ok(found);
        }
        let found = self.look_at_name(event.name, found)?;
        self.beginnings.keep(found, event, (self.number, self.origin), self.task.refers_to_payloads());
        Ok(found)
    }

    /// Takes the name of an event in a run that finds pairs. A new name may complete pairs. If the user gave no loop, a
    /// name that stands in the built-in loop ends the search for pairs and other loops.
    pub(super) fn look_at_name(&mut self, name: &[u8], mut found: Found) -> Result<Found, Error> {
        if self.task.overview.is_some() && self.stands_in_own_loop(found) {
            self.end_overview();
        } else if found.is_new {
            self.add_pairs(name, found)?;
        } else {
            return Ok(found);
        }
        found = self.front.watch.look_up(name);
        Ok(found)
    }

    /// Begins to follow the pairs that a new name completes.
    #[cold]
    fn add_pairs(&mut self, name: &[u8], found: Found) -> Result<(), Error> {
        let name = bare(name);
        let Pairs { certain, possible } = pairs_beginning_with(name);
        let complete = self.beginnings.add(name, found, possible);
        for pair in certain.into_iter().chain(complete) {
            self.add_pair(pair, name)?;
        }
        for (pair, earlier) in self.beginnings.ending_with(name) {
            if let Some(loop_index) = self.add_pair(pair, name)? {
                self.follow_earlier(loop_index, earlier)?;
            }
        }
        Ok(())
    }

    /// Begins to follow a pair, unless it is followed already. `name` is the name of the current event. Returns the
    /// index of the new loop.
    fn add_pair(&mut self, mut spec: Loop, name: &[u8]) -> Result<Option<usize>, Error> {
        let of_user = self.task.loops_from_the_beginning().count();
        if self.tracks.specs().skip(of_user).any(|known| known.positions == spec.positions) {
            return Ok(None);
        }
        if self.tracks.len() - of_user == PAIRS_MAX {
            self.ledger.pairs_beyond += 1;
            return Ok(None);
        }
        let taken: HashSet<&str> = self.tracks.specs().map(|known| known.name.as_str()).collect();
        let first = spec.positions.first().map_or("", |position| position.text.as_str());
        let numbered = (2..).map(|number| format!("{first}.{number}"));
        let names = [spec.name.clone(), first.to_owned()].into_iter().chain(numbered);
        if let Some(free) = names.into_iter().find(|free| !taken.contains(free.as_str())) {
            spec.name = free;
        }
        // In an overview no rows are written, so the sinks need not know its loops.
        if self.task.overview.is_none() {
            self.sinks.add_loop(&spec)?;
        }
        let shape = Shape { key: self.task.key_of_pairs(), ..self.task.shape(&spec) };
        let before = self.ends_before(&spec, name);
        self.add_track(spec, shape);
        let loop_index = self.tracks.len() - 1;
        self.tracks.count_earlier(loop_index, 1, before);
        Ok(Some(loop_index))
    }

    /// Returns how many events with the name of the pair's end came before the current event, at which the loop of the
    /// pair is added. `name` is the name of the current event.
    fn ends_before(&self, spec: &Loop, name: &[u8]) -> u64 {
        // With `--reorder`, rows, searches or loops may need such events. Then the events wait in the window, and the
        // new loop counts them when they leave it. So they are not counted here.
        let may_be_held = self.task.reorder.is_some()
            && (self.task.searches() || self.events.is_some() || !self.task.loops.is_empty());
        let [_, Position { events, .. }] = spec.positions.as_slice() else { return 0 };
        let ([end], false) = (events.as_slice(), may_be_held) else { return 0 };
        let is_end = end.matches(name);
        self.front.watch.count_of(end).saturating_sub(u64::from(is_end))
    }

    /// Cuts off the kept events that may begin a pair, because a loss may have taken their end. If the CPU of the
    /// loss is known and the pairs are followed by CPU, only the events of this CPU are cut off.
    pub(super) fn cut_beginnings(&mut self, cpu: Option<KeyValue>) {
        let key = self.task.key_of_pairs();
        let of_cpu = cpu.filter(|_| key == Key::Cpu);
        self.beginnings.cut(key, |event| of_cpu.is_none() || KeyValue::of(Key::Cpu, event) == of_cpu);
    }

    /// Puts events through the loop of a pair. They were kept because they may have begun the pair, and its end has now
    /// come for the first time.
    fn follow_earlier(&mut self, loop_index: usize, earlier: Earlier) -> Result<(), Error> {
        self.tracks.count_cut_before(loop_index, earlier.cut);
        for _ in 0..earlier.cut_without_key {
            self.tracks.count_first_without_key(loop_index);
        }
        let now = (self.number, self.origin);
        for EarlierEvent { number, origin, held } in earlier.events {
            (self.number, self.origin) = (number, origin);
            if let Some(event) = held.event() {
                self.follow_by_name(&event, loop_index, 1)?;
            }
        }
        (self.number, self.origin) = now;
        Ok(())
    }
}
