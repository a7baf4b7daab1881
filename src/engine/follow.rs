//! What happens to an event: it is put through the loops.
//!
//! On the way of most events nothing is asked that most runs do not want;
//! what is asked rarely stands in functions of its own, so that its work is
//! not prepared for every event (of 390 instructions for each, 110 were).

use super::Error;
use super::flow::{Flow, wants_all};
use super::followed::{Followed, label, shape};
use super::streams::{Entered, Stream};
use crate::config::PAIRS_MAX;
use crate::event::Event;
use crate::key::KeyValue;
use crate::matcher::{Closed, Entry};
use crate::pattern::{Found, Grouping, Hit, bare, begun_by};
use crate::sink::{EventRow, LoopRow};
use crate::stats::Tally;
use std::io::Write;

/// How many events are looked at for hints.
const HINTS_EVENTS: u64 = 100_000;

impl<W: Write> Flow<'_, W> {
    /// Puts an event through the loops.
    #[inline(always)]
    pub(super) fn follow(&mut self, event: &Event<'_>, found: Found) -> Result<(), Error> {
        match *self.watch.known(found).hits {
            // Most stand in one loop, by their name.
            [hit] if self.only_loops && !self.wants_all && !hit.looks_inside => self.follow_plain(event, hit),
            _ => self.follow_all(event, found),
        }
    }

    #[inline(never)]
    fn follow_all(&mut self, event: &Event<'_>, mut found: Found) -> Result<(), Error> {
        if self.wants_all {
            found = self.look_at(event, found)?;
        }
        if self.outlets.has_folder() && !self.watch.known(found).hits.is_empty() {
            self.outlets.at_position(event).map_err(Error::Write)?;
        }
        if !self.config.mode.has_loops() {
            return Ok(());
        }
        let mut at = 0;
        while let Some(&hit) = self.watch.known(found).hits.get(at) {
            if hit.looks_inside {
                self.follow_inside(event, hit)?
            } else {
                self.follow_plain(event, hit)?
            }
            at += 1;
        }
        Ok(())
    }

    /// Puts an event through a loop whose positions ask for its name alone.
    #[inline(never)]
    fn follow_plain(&mut self, event: &Event<'_>, hit: Hit) -> Result<(), Error> {
        self.saw(event, hit.loop_index, hit.positions);
        let key = self.loops[hit.loop_index].key;
        match KeyValue::of(key, event) {
            Some(value) => self.step(event, hit.loop_index, Stream { key: value, positions: hit.positions }),
            None => {
                self.ledger.missing_key(key, self.number);
                Ok(())
            }
        }
    }

    /// Puts an event through a loop that asks for more: it may enter no stream, or several.
    #[inline(never)]
    fn follow_inside(&mut self, event: &Event<'_>, hit: Hit) -> Result<(), Error> {
        let followed = &mut self.loops[hit.loop_index];
        let Entered { positions, missing_key } = self.streams.enter(followed, hit.positions, event);
        if missing_key {
            self.ledger.missing_key(followed.key, self.number);
        }
        if positions == 0 {
            return Ok(());
        }
        self.saw(event, hit.loop_index, positions);
        let mut at = 0;
        while let Some(&stream) = self.streams.entered().get(at) {
            self.step(event, hit.loop_index, stream)?;
            at += 1;
        }
        Ok(())
    }

    /// Counts an event at positions of a loop.
    #[inline(always)]
    fn saw(&mut self, event: &Event<'_>, loop_index: usize, positions: u32) {
        self.loops[loop_index].saw(positions, event, self.number);
        if let Some(interval) = &mut self.interval {
            interval.tallies[loop_index].count_seen(positions);
        }
    }

    /// Puts an event into one stream of a loop; where it closes that, there are statistics and a row.
    #[inline(never)]
    fn step(&mut self, event: &Event<'_>, loop_index: usize, stream: Stream) -> Result<(), Error> {
        let Stream { key, positions } = stream;
        let entry = Entry { loop_index, positions, key, time: event.time, number: self.number };
        let by = self.config.by.as_ref();
        let closed = match by {
            Some(Grouping::Field(field)) => self.matcher.step_labelled(entry, label(field, event).as_ref()),
            _ => self.matcher.step(entry),
        };
        let Some(Closed { times, label }) = closed else { return Ok(()) };
        let followed = &mut self.loops[loop_index];
        let by_event = by.and_then(|by| followed.label_by(by, event));
        let label = by_event.as_ref().unwrap_or(label);
        followed.closed(times, event.resolution, label, &mut self.groups_left);
        if let Some(interval) = &mut self.interval {
            interval.closed(loop_index, times, event.resolution, label);
        }
        if self.outlets.want_loops() {
            followed.show_key(&mut self.key_text, event);
            let row = LoopRow { loop_index, event, times, key: &self.key_text };
            self.outlets.closed(&row).map_err(Error::Write)?;
        }
        if self.discovery.is_some() {
            self.need_no_hints();
        }
        Ok(())
    }

    /// What is wanted of every event, in some modes or as long as no loop has closed.
    #[inline(never)]
    fn look_at(&mut self, event: &Event<'_>, mut found: Found) -> Result<Found, Error> {
        if self.discovery.is_some() {
            self.discover(event);
        }
        if found.is_new && self.config.pairs {
            self.add_pair(event.name);
            found = self.watch.look_up(event.name);
        }
        if let Some(previous) = &mut self.previous {
            match KeyValue::of(self.config.event_key, event) {
                Some(value) => {
                    let category = self.watch.known(found).category;
                    let delta_ns = previous.step(category, value, event.time);
                    let row = EventRow { event, category: self.watch.category(category), delta_ns };
                    self.outlets.event(category, &row).map_err(Error::Write)?;
                }
                None => self.ledger.missing_key(self.config.event_key, self.number),
            }
        }
        Ok(found)
    }

    /// A loop has closed.
    #[inline(never)]
    fn need_no_hints(&mut self) {
        if !self.config.discover {
            self.discovery = None;
            self.wants_all = wants_all(self.config);
        }
    }

    /// Takes note of what follows what. For a hint the beginning of the input is enough.
    #[cold]
    fn discover(&mut self, event: &Event<'_>) {
        if let Some(discovery) = &mut self.discovery {
            discovery.step(event);
        }
        if !self.config.discover && self.number >= HINTS_EVENTS {
            self.wants_all = wants_all(self.config);
        }
    }

    /// Begins to follow the pair that an event of this name begins.
    #[cold]
    pub(super) fn add_pair(&mut self, name: &[u8]) {
        let Some(mut spec) = begun_by(bare(name)) else { return };
        if self.loops.iter().any(|followed| followed.spec.positions == spec.positions) {
            return;
        }
        if self.loops.len() == PAIRS_MAX {
            self.ledger.pairs_beyond += 1;
            return;
        }
        let taken = |name: &str| self.loops.iter().any(|followed| followed.spec.name == name);
        let names = (2..).map(|number| format!("{}.{number}", spec.name));
        if let Some(free) = taken(&spec.name).then_some(names).into_iter().flatten().find(|name| !taken(name)) {
            spec.name = free;
        }
        let followed = Followed::new(spec, self.config, None);
        self.watch.add(self.loops.len(), &followed.spec);
        self.matcher.follow(shape(&followed.spec, self.config));
        self.outlets.follow(&followed.spec);
        let tally = || Tally::new(2, self.config.by.is_some());
        self.interval.iter_mut().for_each(|interval| interval.tallies.push(tally()));
        self.loops.push(followed);
    }
}
