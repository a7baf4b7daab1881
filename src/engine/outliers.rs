//! Finds events with a time that is far from the times of the events around them.
//!
//! A damaged recording may have a time that lies years ahead. If that time were believed, all later events would seem
//! to lie years in the past: none of them would end an interval (`-I`), and none would leave the window of `--reorder`
//! in order.
//!
//! ```text
//! time in s   1.0   1.1   9e9   1.2   1.3          9e9 is an outlier: it lies far ahead of both its neighbours
//! time in s   1.0   1.1   5e4   5e4   5e4          the clock went on: the neighbour on the right agrees
//! time in s   9e9   9e9   1.0   1.1   1.2          the clock stepped back: 1.0 and 1.1 both lie far behind
//! ```

use super::held_event::HeldEvent;
use super::origin::Origin;
use crate::event::{Event, Nanos};

/// A time is far from another one if more than this number of nanoseconds, one hour, lies between them.
const FAR: u64 = 3_600_000_000_000;

/// Finds the outliers among the times of a recording. The first event, and each event whose time is far ahead of all
/// believed times before it, is held back until the event that follows it is read. At most one event is held back.
pub(super) struct Outliers {
    /// The greatest time that is believed; `None` before the first event of a recording.
    clock: Option<u64>,
    /// The event that is held back.
    suspect: HeldEvent,
    holds: bool,
    /// The number of events in a row whose times are far behind the clock, that is, more than an hour before it.
    behind: u32,
    /// The counts of the run at the moment before the held event was read.
    before: Counts,
    /// The origin of the held event.
    origin: Origin,
}

/// The numbers of lines and events that the run has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) lines: u64,
    pub(super) events: u64,
}

/// The decision about an event that was just read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The event may pass. Its time is near the clock, which is the greatest time that is believed. Or its time is far
    /// behind the clock, and that of the event before it is not.
    Believed,
    /// The event is held back until the event that follows it is read.
    Held,
    /// The event may pass. Its time and that of the event before it are both far behind the clock, so the clock was set
    /// back to the time of this event.
    SteppedBack,
}

/// The event that was held back and may pass now.
pub(super) struct Released<'a> {
    pub(super) event: Event<'a>,
    /// True if the time of the event is far ahead of both its neighbours.
    pub(super) is_outlier: bool,
    /// The counts of the run at the moment before this event was read.
    pub(super) before: Counts,
    /// The origin of the event.
    pub(super) origin: Origin,
}

impl Outliers {
    pub(super) fn new() -> Self {
        Outliers {
            clock: None,
            suspect: HeldEvent::new(),
            holds: false,
            behind: 0,
            before: Counts::default(),
            origin: Origin::default(),
        }
    }

    /// Decides about an event that was read. The caller must not call this while another event is held back. `before`
    /// has the counts of the run without this event, and `origin` is that of the event.
    pub(super) fn take(&mut self, event: &Event<'_>, before: Counts, origin: Origin) -> Verdict {
        let Nanos(time) = event.time;
        match self.clock {
            Some(clock) if time <= clock.saturating_add(FAR) => self.take_near_or_before(time, clock),
            // The copy of a held event has a bounded length. A longer event cannot be held back, so its time is
            // believed.
            _ if !self.suspect.set(event) => {
                self.believe(time);
                Verdict::Believed
            }
            _ => {
                (self.holds, self.before, self.origin) = (true, before, origin);
                Verdict::Held
            }
        }
    }

    fn take_near_or_before(&mut self, time: u64, clock: u64) -> Verdict {
        if time.saturating_add(FAR) >= clock {
            self.believe(time);
            return Verdict::Believed;
        }
        self.behind += 1;
        if self.behind < 2 {
            return Verdict::Believed;
        }
        (self.clock, self.behind) = (Some(time), 0);
        Verdict::SteppedBack
    }

    fn believe(&mut self, time: u64) {
        self.clock = self.clock.max(Some(time));
        self.behind = 0;
    }

    /// Returns the origin of the event that is held back; that of an earlier one if none is.
    pub(super) fn origin(&self) -> Origin {
        self.origin
    }

    /// Returns whether an event is held back.
    pub(super) fn holds(&self) -> bool {
        self.holds
    }

    /// Removes and returns the event that is held back, if there is one. `next` is the time of the event that follows
    /// it. At the end of a recording no event follows; then the time of the held event is believed.
    pub(super) fn release(&mut self, next: Option<Nanos>) -> Option<Released<'_>> {
        if !std::mem::take(&mut self.holds) {
            return None;
        }
        let Nanos(time) = self.suspect.event()?.time;
        let is_outlier = next.is_some_and(|Nanos(next)| time > next.saturating_add(FAR));
        if !is_outlier {
            self.believe(time);
        }
        Some(Released { event: self.suspect.event()?, is_outlier, before: self.before, origin: self.origin })
    }

    /// Ends a recording. The next recording has a clock of its own, because its times may have another origin.
    pub(super) fn end_recording(&mut self) {
        (self.clock, self.holds, self.behind) = (None, false, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::PERF_SCRIPT_SYNTAX;
    use crate::event::{Payload, Resolution};

    const HOUR: u64 = FAR;

    /// Returns the times of the events in the order in which they pass. An outlier has a `!` behind its time, and an
    /// event that set the clock back has a `<`.
    fn passed(times: &[u64]) -> String {
        passed_with_payload(times, b"")
    }

    fn passed_with_payload(times: &[u64], payload: &[u8]) -> String {
        let mut outliers = Outliers::new();
        let mut out = Vec::new();
        for next in times.iter().map(Some).chain([None]) {
            if let Some(Released { event, is_outlier, .. }) = outliers.release(next.map(|time| Nanos(*time))) {
                out.push(format!("{}{}", event.time.0, if is_outlier { "!" } else { "" }));
            }
            let Some(&time) = next else { break };
            let event = Event {
                time: Nanos(time),
                resolution: Resolution::Micros,
                tid: None,
                pid: None,
                cpu: None,
                machine: None,
                name: b"a",
                comm: None,
                payload: Payload::new(payload, &PERF_SCRIPT_SYNTAX),
            };
            match outliers.take(&event, Counts::default(), Origin::default()) {
                Verdict::Believed => out.push(time.to_string()),
                Verdict::Held => {}
                Verdict::SteppedBack => out.push(format!("{time}<")),
            }
        }
        out.join(" ")
    }

    #[test]
    fn an_outlier_is_far_ahead_of_both_neighbours() {
        let far = 9 * HOUR;
        assert_eq!(passed(&[1, 2, far, 3, 4]), format!("1 2 {far}! 3 4"));
        assert_eq!(passed(&[far, 1, 2]), format!("{far}! 1 2"));
        assert_eq!(passed(&[1, u64::MAX, 2, u64::MAX, 3]), format!("1 {max}! 2 {max}! 3", max = u64::MAX));
        // In these inputs a time far ahead is no outlier: the event that follows is not far behind it, or no event
        // follows.
        assert_eq!(passed(&[1, 2, far, far + 1, 3]), format!("1 2 {far} {} 3", far + 1));
        assert_eq!(passed(&[1, 2, far]), format!("1 2 {far}"));
        assert_eq!(passed(&[1, far, 2 * far, 3 * far]), format!("1 {far} {} {}", 2 * far, 3 * far));
    }

    #[test]
    fn an_hour_is_not_far() {
        assert_eq!(passed(&[5, 5 + HOUR, 6]), format!("5 {} 6", 5 + HOUR));
        assert_eq!(passed(&[5, 6 + HOUR, 5]), format!("5 {}! 5", 6 + HOUR));
        assert_eq!(passed(&[5, 6 + HOUR, 6]), format!("5 {} 6", 6 + HOUR));
        assert_eq!(passed(&[5 + HOUR, 5, 5, 5]), format!("{} 5 5 5", 5 + HOUR));
    }

    #[test]
    fn the_clock_steps_back_with_the_second_event() {
        let far = 9 * HOUR;
        assert_eq!(passed(&[far, far, 1, 2, 3]), format!("{far} {far} 1 2< 3"));
        // perf trace prints the enter of a long call directly before the exit. So single events that lie far behind the
        // clock alternate with others, and must not set the clock back.
        assert_eq!(passed(&[far, far, 1, far, 1, far]), format!("{far} {far} 1 {far} 1 {far}"));
    }

    #[test]
    fn an_event_that_is_too_long_to_be_held_is_believed() {
        let far = 9 * HOUR;
        assert_eq!(passed_with_payload(&[1, far, 2, 3], &[b'x'; 2000]), format!("1 {far} 2 3<"));
    }
}
