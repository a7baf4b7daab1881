//! What an event meets before the loops: the turn of intervals, the selection,
//! the window of `--reorder`.

use super::Error;
use super::flow::Flow;
use crate::engine::{Held, Reorder};
use crate::event::{Event, Nanos, Payload};
use crate::report::Summary;
use std::io::Write;

impl<W: Write> Flow<'_, W> {
    /// What an event meets before the loops: intervals, the selection, the window of `--reorder`.
    pub(super) fn pass_gates(&mut self, event: &Event<'_>) -> Result<(), Error> {
        if self.interval.is_some() {
            self.arrive(event.time);
        }
        if let Some(selection) = &self.config.selection {
            match selection.admits(event) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(lacking) => {
                    self.ledger.missing_key(lacking, self.number, event.payload.syntax);
                    return Ok(());
                }
            }
        }
        if self.reorder.is_some() {
            return self.hold(event);
        }
        let found = self.watch.count(event.name);
        self.follow(event, found)
    }

    /// Holds an event back that is followed; the others are only counted.
    #[cold]
    fn hold(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let mut found = self.watch.count(event.name);
        if found.is_new && self.config.pairs {
            self.add_pair(event.name);
            found = self.watch.look_up(event.name);
        }
        let known = self.watch.known(found);
        if known.hits.is_empty() && self.previous.is_none() && !self.config.discover {
            return Ok(());
        }
        // The payload goes along only where it will be asked for.
        let asked = self.config.is_labelled() || known.hits.iter().any(|hit| hit.looks_inside);
        let event = if asked { *event } else { Event { payload: Payload::empty(event.payload.syntax), ..*event } };
        let held = self.reorder.as_mut().is_some_and(|reorder| reorder.hold(&event));
        if held { self.release(Reorder::next_due) } else { self.follow(&event, found) }
    }

    /// Follows the events that are due, in their order.
    #[cold]
    pub(super) fn release(&mut self, due: impl Fn(&mut Reorder) -> Option<Held<'_>>) -> Result<(), Error> {
        let Some(mut reorder) = self.reorder.take() else { return Ok(()) };
        let mut result = Ok(());
        while let Some(held) = due(&mut reorder).filter(|_| result.is_ok()) {
            self.number += 1;
            match held {
                Held::Event(event) => {
                    self.pass_time(event.time);
                    let found = self.watch.look_up(event.name);
                    result = self.follow(&event, found);
                }
                Held::Forget(tid) => self.forget(tid),
            }
        }
        self.reorder = Some(reorder);
        result
    }

    /// An event arrives at this time: the first of a recording begins its first
    /// interval. One that is held back ends an interval when it comes out again,
    /// so that loops close in their own.
    #[cold]
    fn arrive(&mut self, time: Nanos) {
        self.interval.iter_mut().for_each(|interval| interval.begin_with(time));
        if self.reorder.is_none() {
            self.pass_time(time);
        }
    }

    /// Ends the interval where an event of this time is beyond it.
    fn pass_time(&mut self, time: Nanos) {
        if self.interval.as_ref().is_some_and(|interval| interval.ends_before(time)) {
            self.end_interval(Some(time));
        }
    }

    /// Ends the interval, and begins the one that `next` is in.
    #[cold]
    pub(super) fn end_interval(&mut self, next: Option<Nanos>) {
        let Some(mut interval) = self.interval.take() else { return };
        let mut ledger = self.ledger();
        // The line and the event that ended it are not in it.
        let beyond = u64::from(next.is_some());
        ledger.lines -= beyond;
        ledger.events -= beyond;
        if let (Some(span), Some((_, format)), false) = (interval.span(), self.config.interval, interval.is_empty()) {
            let summary = Summary {
                unit: self.config.unit,
                loops: self.loop_summaries(interval.tallies.iter()),
                pairs: self.config.pairs,
                categories: self.watch.categories_since(&interval.categories_before).collect(),
                by: self.config.by.as_ref(),
                interval: Some(span),
                ledger: ledger.since(&interval.before, interval.bytes(next.is_some())),
                elapsed: interval.began.elapsed(),
            };
            let mut text = Vec::new();
            summary.write(&mut text, format);
            self.ended.extend_from_slice(&text);
        }
        interval.begin(next, ledger, self.watch.category_counts());
        self.interval = Some(interval);
    }
}
