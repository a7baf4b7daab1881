//! Puts an event through the gates, which it passes before it reaches the loops: the check for outliers (events whose
//! time is far from all others), intervals (`-I`), the selection, and the window of `--reorder`.

use super::error::Error;
use super::gates::Gates;
use super::interval::Interval;
use super::outliers::{Counts, Outliers, Released, Verdict};
use super::reorder::{Held, Reorder};
use super::run::Engine;
use crate::event::{Event, Nanos, Payload, Tid};
use crate::pattern::typed_names;
use crate::report::Summary;
use crate::sink::SinkError;
use crate::stats::Ledger;

impl Engine<'_> {
    /// Puts an event through all gates, and then through the loops.
    pub(super) fn pass_gates(&mut self, event: &Event<'_>) -> Result<(), Error> {
        if let Some(why) = &mut self.why {
            why.event(event);
        }
        let selection = self.gates.as_ref().and_then(|gates| gates.selection.as_ref());
        if selection.is_some_and(|selection| !selection.admits_time(event.time)) {
            let (earliest, latest) = self.left_out_times.unwrap_or((event.time, event.time));
            self.left_out_times = Some((earliest.min(event.time), latest.max(event.time)));
            return self.observe_unfollowed(event);
        }
        if let Some(Gates { outliers: Some(outliers), .. }) = &self.gates {
            if outliers.holds() {
                self.release_suspect(Some(event.time))?;
            }
            let before = Counts { lines: self.ledger.lines.saturating_sub(1), events: self.ledger.events - 1 };
            let outliers = self.gates.as_mut().and_then(|gates| gates.outliers.as_mut());
            match outliers.map(|outliers| outliers.take(event, before, self.origin)) {
                Some(Verdict::Held) => return Ok(()),
                Some(Verdict::SteppedBack) => self.step_back(event.time)?,
                Some(Verdict::Believed) | None => {}
            }
        }
        self.pass(event, false)
    }

    /// If an event is held back because its time may be an outlier, lets this event pass on. `next` is the time of the
    /// event that was read after it; `None` means that no event follows.
    #[cold]
    pub(super) fn release_suspect(&mut self, next: Option<Nanos>) -> Result<(), Error> {
        // The check for outliers is moved out of `self` meanwhile, because the event borrows from it.
        let Some(mut outliers) = self.gates.as_mut().and_then(|gates| gates.outliers.take()) else { return Ok(()) };
        let mut result = Ok(());
        if let Some(Released { event, is_outlier, before, origin }) = outliers.release(next) {
            let current = std::mem::replace(&mut self.origin, origin);
            let Ledger { lines, events, .. } = self.ledger;
            self.set_beyond(Counts { lines: lines.saturating_sub(before.lines), events: events - before.events });
            result = self.pass(&event, is_outlier);
            self.origin = current;
            self.set_beyond(Gates::ONE_EVENT);
            // The event that was just read has a number of its own, which must be larger than that of the released one.
            self.number += 1;
        }
        if let Some(gates) = &mut self.gates {
            gates.outliers = Some(outliers);
        }
        result
    }

    /// Sets the counts of lines and events that were read already but do not belong to an interval which ends now.
    fn set_beyond(&mut self, beyond: Counts) {
        if let Some(gates) = &mut self.gates {
            gates.beyond = beyond;
        }
    }

    /// Goes on with a clock that has stepped back to this time. The events in the window of `--reorder` pass on now,
    /// because their times are those of the old clock. The current interval ends if it begins later than this time.
    #[cold]
    fn step_back(&mut self, time: Nanos) -> Result<(), Error> {
        self.release(Reorder::next_of_all)?;
        if let Some(reorder) = self.gates.as_mut().and_then(|gates| gates.reorder.as_mut()) {
            reorder.end_recording();
        }
        if self.interval_mut().is_some_and(|interval| interval.begins_after(time)) {
            self.end_interval(Some(time))?;
        }
        Ok(())
    }

    /// Puts an event through the gates that follow the check for outliers. An outlier ends no interval and does not
    /// wait in the window.
    fn pass(&mut self, event: &Event<'_>, is_outlier: bool) -> Result<(), Error> {
        if !is_outlier {
            self.arrive(event.time)?;
        }
        let selection = self.gates.as_ref().and_then(|gates| gates.selection.as_ref());
        if let Some(selection) = selection {
            match selection.admits(event) {
                Ok(true) => {}
                Ok(false) => {
                    self.count_left_out(event);
                    return self.observe_unfollowed(event);
                }
                Err(missing) => {
                    self.ledger.missing_key(missing, self.number, event.payload.syntax);
                    return self.observe_unfollowed(event);
                }
            }
        }
        if self.task.reorder.is_some() && !is_outlier {
            return self.hold(event);
        }
        self.observe(event);
        let found = self.front.watch.count(event.name);
        self.follow(event, found)
    }

    /// Counts an event that the selection leaves out: once for the run, and once for each position of a loop at which
    /// it would stand.
    #[inline(never)]
    fn count_left_out(&mut self, event: &Event<'_>) {
        self.ledger.left_out += 1;
        let found = self.front.watch.find(event.name);
        let mut at = 0;
        while let Some(&hit) = self.front.hits(found).get(at) {
            let positions =
                if hit.is_plain() { hit.positions } else { self.tracks.enter_streams(hit, event).positions };
            self.tracks.leave_out(hit.loop_index, positions);
            at += 1;
        }
    }

    /// Notes the time of an event that was read. The first event of a recording begins the first interval. A later
    /// event may end the interval. With `--reorder`, it does so only when it leaves the window, so that a loop counts
    /// in the interval in which it closes.
    #[cold]
    fn arrive(&mut self, time: Nanos) -> Result<(), Error> {
        if let Some(interval) = self.interval_mut() {
            interval.begin_with(time);
        }
        if self.task.reorder.is_none() { self.pass_time(time) } else { Ok(()) }
    }

    /// Holds an event back in the window of `--reorder`, if a loop, a row or a search needs it, or if it may begin a
    /// pair. Other events are counted, and only the analyses of threads get them.
    #[cold]
    fn hold(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let mut found = self.front.watch.count(event.name);
        if self.task.finds_pairs() {
            found = self.look_at_name(event.name, found)?;
        }
        let hits = self.front.hits(found);
        let is_kept = self.beginnings.keeps(found);
        if hits.is_empty() && self.events.is_none() && !self.task.searches() && !is_kept {
            return self.observe_unfollowed(event);
        }
        // The copy of the event has the payload only if an analysis, `-b`, `--show` or a loop reads it. Without the
        // payload the copy is smaller.
        let observes_payload =
            self.reasons.as_ref().is_some_and(|reasons| reasons.reads_payload(event, !hits.is_empty()));
        let needs_payload =
            observes_payload || self.task.refers_to_payloads() || hits.iter().any(|hit| hit.looks_inside);
        let payload = if needs_payload { event.payload } else { Payload::empty(event.payload.syntax) };
        let event = Event { payload, ..*event };
        let reorder = self.gates.as_mut().and_then(|gates| gates.reorder.as_mut());
        let is_held = reorder.is_some_and(|reorder| reorder.hold(&event, self.origin));
        if is_held {
            return self.release(Reorder::next_due);
        }
        self.observe(&event);
        self.follow(&event, found)
    }

    /// Shows an event that the loops do not get to the analyses of threads, which need every event that was read. With
    /// `--reorder` it passes the window, too.
    pub(super) fn observe_unfollowed(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let Some(reasons) = &self.reasons else { return Ok(()) };
        let Some(reorder) = self.gates.as_mut().and_then(|gates| gates.reorder.as_mut()) else {
            self.observe(event);
            return Ok(());
        };
        let payload =
            if reasons.reads_payload(event, false) { event.payload } else { Payload::empty(event.payload.syntax) };
        let event = Event { payload, ..*event };
        if !reorder.hold_unfollowed(&event) {
            self.observe(&event);
            return Ok(());
        }
        self.release(Reorder::next_due)
    }

    /// Holds the end of a thread back, so that it takes effect between the right events. Returns false if the run has
    /// no window (`--reorder`).
    pub(super) fn hold_forget(&mut self, tid: Tid, time: Option<Nanos>) -> Result<bool, Error> {
        let Some(reorder) = self.gates.as_mut().and_then(|gates| gates.reorder.as_mut()) else { return Ok(false) };
        reorder.hold_forget(tid, time);
        self.release(Reorder::next_due)?;
        Ok(true)
    }

    /// Takes events out of the window of `--reorder` with `due`, until `due` returns `None`, and puts them through the
    /// loops.
    #[cold]
    pub(super) fn release(&mut self, due: impl Fn(&mut Reorder) -> Option<Held<'_>>) -> Result<(), Error> {
        // The window is moved out of `self` meanwhile, because its events borrow from it.
        let Some(mut reorder) = self.gates.as_mut().and_then(|gates| gates.reorder.take()) else { return Ok(()) };
        let current = self.origin;
        let mut result = Ok(());
        while result.is_ok() {
            let Some(held) = due(&mut reorder) else { break };
            self.number += 1;
            result = match held {
                Held::Event(event, origin) => self.pass_time(event.time).and_then(|()| {
                    self.origin = origin;
                    self.observe(&event);
                    let found = self.front.watch.look_up(event.name);
                    self.follow(&event, found)
                }),
                Held::Unfollowed(event) => {
                    self.observe(&event);
                    Ok(())
                }
                Held::Forget(tid) => {
                    self.forget(tid);
                    Ok(())
                }
            };
        }
        self.origin = current;
        if let Some(gates) = &mut self.gates {
            gates.reorder = Some(reorder);
        }
        result
    }

    fn interval_mut(&mut self) -> Option<&mut Interval> {
        self.gates.as_mut().and_then(|gates| gates.interval.as_mut())
    }

    /// Adds the bytes of a line to the current interval.
    pub(super) fn take_line_bytes(&mut self, bytes: u64) {
        let Some(Gates { interval: Some(interval), outliers, .. }) = &mut self.gates else { return };
        let holds_event = outliers.as_ref().is_some_and(Outliers::holds);
        interval.take_line_bytes(bytes, holds_event);
    }

    /// Ends the current interval if an event of this time is behind its end.
    fn pass_time(&mut self, time: Nanos) -> Result<(), Error> {
        if self.interval_mut().is_some_and(|interval| interval.ends_before(time)) {
            self.end_interval(Some(time))?;
        }
        Ok(())
    }

    /// Ends the current interval. Its summary goes to the sinks. Intervals without an event may follow before the time
    /// `next`; the sinks get summaries of these if one of them needs such summaries. The next interval is the one to
    /// which `next` belongs. If `next` is `None`, it begins with the first event of the next recording.
    #[cold]
    pub(super) fn end_interval(&mut self, next: Option<Nanos>) -> Result<(), Error> {
        let Some(mut interval) = self.gates.as_mut().and_then(|gates| gates.interval.take()) else { return Ok(()) };
        let mut ledger = self.ledger();
        // The line and the event that ended the interval do not belong to it.
        let beyond = self.gates.as_ref().filter(|_| next.is_some()).map_or(Counts::default(), |gates| gates.beyond);
        ledger.take_back(beyond.lines, beyond.events);
        let bytes = interval.bytes(next.is_some());
        let mut result = interval.span().map_or(Ok(()), |span| self.show_interval(&interval, span, &ledger, bytes));
        let shows_silence = self.sinks.needs().empty_intervals && interval.span().is_some();
        let silence = next.filter(|_| shows_silence).map(|next| interval.silence_before(next));
        interval.begin(next, ledger, self.front.watch.event_counts());
        self.tracks.begin_interval();
        for span in silence.into_iter().flatten() {
            let before = &interval.before;
            result = result.and_then(|()| self.show_interval(&interval, span, before, 0));
        }
        if let Some(gates) = &mut self.gates {
            gates.interval = Some(interval);
        }
        Ok(result?)
    }

    /// Gives the summary of an interval to the sinks. If no loop closed in it, they get it only if one of them needs
    /// such summaries. `ledger` has the counts of the run up to the end of the interval, and `bytes` are those of the
    /// interval alone.
    fn show_interval(
        &mut self,
        interval: &Interval,
        span: (Nanos, Nanos),
        ledger: &Ledger,
        bytes: u64,
    ) -> Result<(), SinkError> {
        if self.tracks.interval_is_empty() && !self.sinks.needs().empty_intervals {
            return Ok(());
        }
        let mut sinks = std::mem::take(&mut self.sinks);
        let result = sinks.interval(&Summary {
            lacks_loops: false,
            printed_events: Vec::new(),
            loops: self.in_order(self.tracks.interval_summaries()),
            pairs: self.task.pairs,
            proposed: None,
            categories: self.front.watch.categories_since(&interval.counts_before).collect(),
            events: typed_names(self.front.watch.names_since(&interval.counts_before)),
            by: self.task.by(),
            interval: Some(span),
            has_intervals: true,
            has_several_inputs: false,
            show: None,
            ledger: ledger.since(&interval.before, bytes),
            elapsed: interval.began.elapsed(),
        });
        self.sinks = sinks;
        result
    }
}
