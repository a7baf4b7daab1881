//! Times that are far from those of the events around them.
//!
//! A damaged recording may have a time that lies years ahead. If that time were believed, no later event would end an
//! interval (`-I`) or wait in the window of `--reorder` for the rest of the input.
//!
//! ```text
//! time        1.0   1.1   9e9   1.2   1.3          9e9 is an outlier: it lies far behind both its neighbours
//! time        1.0   1.1   5e4   5e4   5e4          the clock went on: the neighbour on the right agrees
//! time        9e9   9e9   1.0   1.1   1.2          the clock stepped back: the second event at 1.1 says so
//! ```

use super::held_event::HeldEvent;
use crate::event::{Event, Nanos};

/// A time is far from another one if more than an hour lies between them.
const FAR: u64 = 3_600_000_000_000;

/// Finds the outliers among the times of a recording. One event is held back at most: the one whose time is far ahead
/// of all events before it, until its next neighbour has come.
pub(super) struct Outliers {
    /// The greatest time that is believed; `None` before the first event of a recording.
    clock: Option<u64>,
    /// The event that is held back.
    suspect: HeldEvent,
    holds: bool,
    /// The number of events in a row whose times are far before the clock.
    behind: u32,
    /// The numbers of lines and events of the run without those of the suspect and of later ones.
    before: Counts,
}

/// Numbers of lines and events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) lines: u64,
    pub(super) events: u64,
}

/// The time of an event, as far as the events before it tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The event may pass.
    Believed,
    /// The event is held back until its next neighbour has come.
    Held,
    /// The event may pass, and the clock has stepped back to its time.
    SteppedBack,
}

/// The event that was held back.
pub(super) struct Released<'a> {
    pub(super) event: Event<'a>,
    /// Its time is far behind both its neighbours.
    pub(super) is_outlier: bool,
    /// The numbers of lines and events of the run before it was read.
    pub(super) before: Counts,
}

impl Outliers {
    pub(super) fn new() -> Self {
        Outliers { clock: None, suspect: HeldEvent::new(), holds: false, behind: 0, before: Counts::default() }
    }

    /// Takes an event that was read, when no event is held back. `before` are the counts of the run without it.
    pub(super) fn take(&mut self, event: &Event<'_>, before: Counts) -> Verdict {
        let Nanos(time) = event.time;
        match self.clock {
            Some(clock) if time <= clock.saturating_add(FAR) => self.take_near_or_before(time, clock),
            // An event that is too long to be held is believed.
            _ if !self.suspect.set(event) => {
                self.believe(time);
                Verdict::Believed
            }
            _ => {
                (self.holds, self.before) = (true, before);
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

    /// Returns whether an event is held back.
    pub(super) fn holds(&self) -> bool {
        self.holds
    }

    /// Takes out the event that is held back, if there is one. `next` is the time of its next neighbour; without one,
    /// its time is believed.
    pub(super) fn release(&mut self, next: Option<Nanos>) -> Option<Released<'_>> {
        if !std::mem::take(&mut self.holds) {
            return None;
        }
        let Nanos(time) = self.suspect.event()?.time;
        let is_outlier = next.is_some_and(|Nanos(next)| time > next.saturating_add(FAR));
        if !is_outlier {
            self.believe(time);
        }
        Some(Released { event: self.suspect.event()?, is_outlier, before: self.before })
    }

    /// Ends a recording. The next one has a clock of its own.
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

    /// Returns what becomes of events at these times: each time when it passes, with `!` as an outlier and with `<`
    /// where the clock steps back to it.
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
            match outliers.take(&event, Counts::default()) {
                Verdict::Believed => out.push(time.to_string()),
                Verdict::Held => {}
                Verdict::SteppedBack => out.push(format!("{time}<")),
            }
        }
        out.join(" ")
    }

    #[test]
    fn an_outlier_is_far_behind_both_neighbours() {
        let far = 9 * HOUR;
        assert_eq!(passed(&[1, 2, far, 3, 4]), format!("1 2 {far}! 3 4"));
        assert_eq!(passed(&[far, 1, 2]), format!("{far}! 1 2"));
        assert_eq!(passed(&[1, u64::MAX, 2, u64::MAX, 3]), format!("1 {max}! 2 {max}! 3", max = u64::MAX));
        // One neighbour agrees, or there is none.
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
        // perf trace prints the enter of a long call directly before its exit.
        assert_eq!(passed(&[far, far, 1, far, 1, far]), format!("{far} {far} 1 {far} 1 {far}"));
    }

    #[test]
    fn an_event_that_is_too_long_to_be_held_is_believed() {
        let far = 9 * HOUR;
        assert_eq!(passed_with_payload(&[1, far, 2, 3], &[b'x'; 2000]), format!("1 {far} 2 3<"));
    }
}
