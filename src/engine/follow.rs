//! Puts an event through the loops of the run.
//!
//! Work that only few runs need stands in functions that are not inlined. If it were inlined, the program would prepare
//! for that work at every event, which took 110 of 390 instructions per event.

use super::error::Error;
use super::interest::Interest;
use super::run::Engine;
use super::stepped::Stepped;
use super::streams::Stream;
use crate::event::Event;
use crate::key::KeyValue;
use crate::pattern::{Found, Hit};
use crate::sink::EventDelta;

impl Engine<'_> {
    /// Decides which events the run needs from now on. The answer may change when a loop closes, because then it needs
    /// no diagnosis, and when a search for other loops ends.
    pub(super) fn decide_interest(&mut self) {
        let watches = self.diagnosis.as_ref().is_some_and(|diagnosis| diagnosis.watches_every_event());
        self.passes_closed =
            (self.sinks.needs().closed && self.task.overview.is_none()) || self.task.why.needs_closed();
        self.interest = if self.task.finds_pairs() || self.events.is_some() || watches {
            Interest::EveryEvent
        } else if self.sinks.needs().at_position || self.task.follow.is_none() {
            Interest::Positions
        } else {
            Interest::Loops
        };
    }

    /// Puts an event through the loops.
    #[inline(always)]
    pub(super) fn follow(&mut self, event: &Event<'_>, found: Found) -> Result<(), Error> {
        match *self.front.hits(found) {
            // Most events stand in one loop, and their names alone decide that.
            [hit] if self.interest == Interest::Loops && hit.is_plain() => {
                self.follow_by_name(event, hit.loop_index, hit.positions)
            }
            _ => self.follow_everywhere(event, found),
        }
    }

    #[inline(never)]
    fn follow_everywhere(&mut self, event: &Event<'_>, mut found: Found) -> Result<(), Error> {
        if self.interest == Interest::EveryEvent {
            found = self.look_at(event, found)?;
        }
        if self.sinks.needs().at_position && self.front.hits(found).iter().any(|hit| hit.positions != 0) {
            self.sinks.at_position(event)?;
        }
        if self.task.follow.is_none() {
            return Ok(());
        }
        let mut at = 0;
        while let Some(&hit) = self.front.hits(found).get(at) {
            if hit.is_plain() {
                self.follow_by_name(event, hit.loop_index, hit.positions)?
            } else {
                self.follow_closely(event, hit)?
            }
            at += 1;
        }
        Ok(())
    }

    /// Puts an event through a loop whose positions look only at the names of events.
    #[inline(never)]
    pub(super) fn follow_by_name(&mut self, event: &Event<'_>, loop_index: usize, positions: u32) -> Result<(), Error> {
        self.count_at_positions(event, loop_index, positions);
        let key = self.tracks.key(loop_index);
        match KeyValue::of(key, event) {
            Some(value) => self.step(event, loop_index, Stream { key: value, positions, negated: 0 }),
            None => {
                self.ledger.missing_key(key, self.number, event.payload.syntax);
                if positions & 1 != 0 {
                    self.tracks.count_first_without_key(loop_index);
                }
                Ok(())
            }
        }
    }

    /// Puts an event through a loop that looks at the fields of events, or that has negated positions or a time limit.
    /// Such a loop may find no key value in the event, one or several. The event enters the state of each of them.
    #[inline(never)]
    fn follow_closely(&mut self, event: &Event<'_>, hit: Hit) -> Result<(), Error> {
        let loop_index = hit.loop_index;
        let entered = self.tracks.enter_streams(hit, event);
        let mismatched = hit.positions & !entered.positions;
        if let Some(diagnosis) = &mut self.diagnosis {
            if mismatched != 0 {
                diagnosis.mismatch(loop_index, mismatched, event);
            }
            if entered.positions | entered.negated != 0 {
                diagnosis.at_positions(loop_index, entered.positions, entered.negated, event, self.number);
            }
        }
        if entered.missing_key {
            self.ledger.missing_key(self.tracks.key(loop_index), self.number, event.payload.syntax);
        }
        self.tracks.count_at_positions(loop_index, entered.positions);
        let begins = || self.tracks.entered_streams().iter().any(|stream| stream.positions & 1 != 0);
        if entered.missing_key && entered.positions & 1 != 0 && !begins() {
            self.tracks.count_first_without_key(loop_index);
        }
        let mut at = 0;
        while let Some(&stream) = self.tracks.entered_streams().get(at) {
            if stream.positions != 0 {
                self.step(event, loop_index, stream)?;
            } else {
                self.tracks.negate(event, loop_index, stream, self.number);
            }
            at += 1;
        }
        if hit.has_limits {
            self.tracks.count_expired(loop_index);
        }
        Ok(())
    }

    /// Counts an event at the positions of a loop at which it stands. Bit k of `positions` is position k.
    #[inline(always)]
    fn count_at_positions(&mut self, event: &Event<'_>, loop_index: usize, positions: u32) {
        self.tracks.count_at_positions(loop_index, positions);
        if let Some(diagnosis) = &mut self.diagnosis {
            diagnosis.at_positions(loop_index, positions, 0, event, self.number);
        }
    }

    /// Puts an event into the state that the loop has for one key. If this closes the loop, the sinks get the closed
    /// loop.
    #[inline(never)]
    fn step(&mut self, event: &Event<'_>, loop_index: usize, stream: Stream) -> Result<(), Error> {
        if self.reasons.is_some() {
            self.reach_positions(event, loop_index, stream.positions);
        }
        match self.tracks.step(event, loop_index, stream, self.number, self.origin) {
            Stepped::Open => return Ok(()),
            Stepped::Closed(mut closed, carried) if self.passes_closed => {
                if let Some(call_chains) = &mut self.call_chains {
                    closed.call_chain = call_chains.of_closed(carried.references.call_chain(carried.words));
                }
                if let Some(reasons) = &mut self.reasons {
                    reasons.closed(&closed, &carried);
                }
                if let Some(why) = &mut self.why {
                    why.closed(&closed, &carried);
                }
                self.sinks.closed(&closed)?
            }
            Stepped::Closed(..) | Stepped::Outside => {}
        }
        if self.diagnosis.is_some() {
            self.needs_no_hint(loop_index);
        }
        Ok(())
    }

    /// Ends the diagnosis of a loop that has closed, because such a loop needs no hint. When no loop is left that may
    /// need one, the whole diagnosis is dropped.
    #[inline(never)]
    fn needs_no_hint(&mut self, loop_index: usize) {
        if self.diagnosis.as_mut().is_some_and(|diagnosis| diagnosis.closed(loop_index)) {
            self.diagnosis = None;
        }
        self.decide_interest();
    }

    /// Does the work for each event in a run with [`Interest::EveryEvent`]: the diagnosis, pairs, and deltas between
    /// events.
    #[inline(never)]
    fn look_at(&mut self, event: &Event<'_>, mut found: Found) -> Result<Found, Error> {
        if let Some(diagnosis) = &mut self.diagnosis {
            diagnosis.event(event, self.number);
            self.decide_interest();
        }
        if found.is_new || self.beginnings.may_need(found) {
            found = self.look_for_pairs(event, found)?;
        }
        if let Some((deltas, previous)) = &mut self.events {
            match KeyValue::of(deltas.key, event) {
                Some(value) => {
                    let category_number = self.front.watch.known(found).category;
                    let delta_ns = previous.step(category_number, value, event.time);
                    let category = self.front.watch.category(category_number);
                    self.sinks.event(&EventDelta { event, category, category_number, delta_ns })?;
                }
                None => self.ledger.missing_key(deltas.key, self.number, event.payload.syntax),
            }
        }
        Ok(found)
    }
}
