//! The current interval of trace time (`-I`).

use crate::event::Nanos;
use crate::pattern::EventCounts;
use crate::stats::Ledger;
use std::time::Instant;

/// If more than this number of intervals in a row have no event, only the first one of them has a summary.
const SILENCE_MAX: u64 = 1000;

/// The current interval. All intervals have the same length. The first one of a recording is the one
/// to which the time of its first event belongs.
pub(super) struct Interval {
    /// The length in nanoseconds.
    length: u64,
    /// The time in nanoseconds at which the interval begins; `None` before the first event of a recording.
    from: Option<u64>,
    /// The counts of the run at the beginning of the interval. The difference to the current counts belongs to the
    /// interval.
    pub(super) before: Ledger,
    /// The numbers of events of each name and category at the beginning of the interval.
    pub(super) counts_before: EventCounts,
    /// The number of bytes in the lines of the interval, without the last line. The last line may end the interval, and
    /// then it does not belong to it.
    bytes: u64,
    /// The number of bytes in the last line.
    last_line: u64,
    /// The moment at which the interval began on the clock of this machine. The summary says how long the
    /// interval took since then.
    pub(super) began: Instant,
}

impl Interval {
    /// Creates the first interval of a run. The time of the first event will decide where on the trace clock the
    /// interval lies.
    pub(super) fn new(length: Nanos) -> Self {
        Interval {
            length: length.0.max(1),
            from: None,
            before: Ledger::default(),
            counts_before: EventCounts::default(),
            bytes: 0,
            last_line: 0,
            began: Instant::now(),
        }
    }

    /// Begins the first interval of a recording: the one to which the time of its first event belongs. Calls for later
    /// events change nothing.
    pub(super) fn begin_with(&mut self, time: Nanos) {
        let from = self.beginning(time);
        self.from.get_or_insert(from);
    }

    /// Returns the beginning of the interval to which a time belongs. Every beginning is a multiple of the length on
    /// the trace clock, so that the intervals of several recordings line up.
    fn beginning(&self, time: Nanos) -> u64 {
        time.0 - time.0 % self.length
    }

    /// Returns whether the interval begins later than this time.
    pub(super) fn begins_after(&self, time: Nanos) -> bool {
        self.from.is_some_and(|from| from > time.0)
    }

    /// Returns whether an event of this time is behind the end of the interval. An event from before its beginning
    /// stays in the interval.
    pub(super) fn ends_before(&self, time: Nanos) -> bool {
        let since = self.from.and_then(|from| time.0.checked_sub(from));
        since.is_some_and(|since| since >= self.length)
    }

    /// Returns the first time that belongs to the interval, and the first one behind it; `None` before the first event
    /// of a recording.
    pub(super) fn span(&self) -> Option<(Nanos, Nanos)> {
        self.from.map(|from| (Nanos(from), Nanos(from.saturating_add(self.length))))
    }

    /// Returns the intervals between this one and the one to which `time` belongs, each in the form of
    /// [`Interval::span`]. If there are more than 1000, only the first one is returned, so that a long silence does
    /// not fill the output. If `time` is before this interval, there are none.
    pub(super) fn silence_before(&self, time: Nanos) -> impl Iterator<Item = (Nanos, Nanos)> + use<> {
        let (length, next) = (self.length, self.beginning(time));
        let first = self.from.map_or(next, |from| from.saturating_add(length));
        let silent = next.saturating_sub(first) / length;
        let shown = if silent > SILENCE_MAX { 1 } else { silent };
        (0..shown).map(move |at| first + at * length).map(move |from| (Nanos(from), Nanos(from.saturating_add(length))))
    }

    /// Adds the bytes of a line. While an event is held back because its time may be wrong (`holds_event`), it is not
    /// known to which interval it belongs. So its line and all lines read since count as the last line.
    pub(super) fn take_line_bytes(&mut self, bytes: u64, holds_event: bool) {
        if !holds_event {
            self.bytes += std::mem::take(&mut self.last_line);
        }
        self.last_line += bytes;
    }

    /// Returns the number of bytes in the lines of the interval. If the last line has ended the interval, it does not
    /// count.
    pub(super) fn bytes(&self, ended_by_line: bool) -> u64 {
        self.bytes + if ended_by_line { 0 } else { self.last_line }
    }

    /// Begins the interval to which `time` belongs. `None` stands for the next recording, whose first event will begin
    /// the interval.
    pub(super) fn begin(&mut self, time: Option<Nanos>, before: Ledger, counts_before: EventCounts) {
        if time.is_none() {
            self.last_line = 0;
        }
        self.from = time.map(|time| self.beginning(time));
        (self.before, self.counts_before) = (before, counts_before);
        self.bytes = 0;
        self.began = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval_after(times: &[u64]) -> Interval {
        let mut interval = Interval::new(Nanos(10));
        interval.begin_with(Nanos(times[0]));
        for time in &times[1..] {
            interval.begin(Some(Nanos(*time)), Ledger::default(), EventCounts::default());
        }
        interval
    }

    #[test]
    fn intervals_are_on_the_grid_of_the_clock() {
        let interval = interval_after(&[3]);
        assert_eq!([0, 3, 9, 10].map(|time| interval.ends_before(Nanos(time))), [false, false, false, true]);
        for (times, from) in [
            (&[3][..], 0),
            (&[10], 10),
            (&[3, 1_000_007], 1_000_000),
            (&[3, 1_000_007, 999_999], 999_990),
            (&[1_000_007, 1], 0),
        ] {
            assert_eq!(interval_after(times).span(), Some((Nanos(from), Nanos(from + 10))), "{times:?}");
        }
        assert!(interval_after(&[25]).begins_after(Nanos(19)));
        assert!(!interval_after(&[25]).begins_after(Nanos(20)));
    }

    #[test]
    fn the_next_recording_begins_an_interval_of_its_own() {
        let mut interval = interval_after(&[1_000]);
        interval.begin(None, Ledger::default(), EventCounts::default());
        assert_eq!(interval.span(), None);
        interval.begin_with(Nanos(25));
        assert_eq!(interval.span(), Some((Nanos(20), Nanos(30))));
    }

    #[test]
    fn a_long_silence_is_one_interval() {
        let silence =
            |time: u64| interval_after(&[3]).silence_before(Nanos(time)).map(|(from, _)| from.0).collect::<Vec<_>>();
        assert_eq!(silence(9), []);
        assert_eq!(silence(19), []);
        assert_eq!(silence(20), [10]);
        assert_eq!(silence(45), [10, 20, 30]);
        assert_eq!(silence(10_019).len(), 1000);
        assert_eq!(silence(10_020), [10]);
        assert_eq!(silence(u64::MAX), [10]);
        assert_eq!(interval_after(&[1_000]).silence_before(Nanos(3)).count(), 0);
    }
}
