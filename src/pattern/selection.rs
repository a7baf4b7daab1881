//! The selection of events by their header fields (`--comm`, `--pid`, `--tid`, `--cpu`) and by their time (`--time`).

use super::glob::Glob;
use crate::event::{Event, Nanos};
use crate::key::Key;
use std::ops::RangeInclusive;

/// A filter of events. An event passes if its time is selected and it passes all four lists. An empty list lets all
/// events pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The command names, as globs.
    pub comms: Vec<Glob>,
    /// The process IDs.
    pub pids: Numbers,
    /// The thread IDs.
    pub tids: Numbers,
    /// The CPUs.
    pub cpus: Numbers,
    /// The times of the trace clock that are selected. If it is `None`, all times are.
    pub times: Option<RangeInclusive<Nanos>>,
}

/// A list of whole numbers and ranges: `1,2,5-9`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(Vec<RangeInclusive<i64>>);

impl Numbers {
    /// Reads a list and adds its numbers.
    ///
    /// # Errors
    ///
    /// The message about a text that is no list of numbers and ranges.
    pub fn extend(&mut self, list: &str) -> Result<(), &'static str> {
        const EXPECTED: &str = "expected whole numbers and ranges, as in '1,2,5-9'";
        let number = |text: &str| text.parse::<u32>().map(i64::from).map_err(|_| EXPECTED);
        for item in list.split(',') {
            let (from, to) = item.split_once('-').unwrap_or((item, item));
            let range = number(from)?..=number(to)?;
            if range.is_empty() {
                return Err(EXPECTED);
            }
            self.0.push(range);
        }
        Ok(())
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the list as text that [`Numbers::extend`] reads. Numbers that touch each other are one range, and the
    /// ranges rise, so that equal sets of numbers have equal texts.
    pub fn text(&self) -> String {
        let mut ranges = self.0.clone();
        ranges.sort_by_key(|range| *range.start());
        ranges.dedup_by(|later, earlier| {
            let touches = *later.start() <= earlier.end().saturating_add(1);
            if touches {
                *earlier = *earlier.start()..=*earlier.end().max(later.end());
            }
            touches
        });
        let text = |range: &RangeInclusive<i64>| match (range.start(), range.end()) {
            (start, end) if start == end => start.to_string(),
            (start, end) => format!("{start}-{end}"),
        };
        ranges.iter().map(text).collect::<Vec<_>>().join(",")
    }

    /// Returns whether the list is empty or contains this number. If the list is not empty and the event does not have
    /// the number, the error is `key`.
    fn admits(&self, number: Option<impl Into<i64>>, key: Key) -> Result<bool, Key> {
        if self.0.is_empty() {
            return Ok(true);
        }
        let number = number.ok_or(key)?.into();
        Ok(self.0.iter().any(|range| range.contains(&number)))
    }
}

impl Selection {
    /// Returns whether the filter lets events of this time pass.
    pub fn admits_time(&self, time: Nanos) -> bool {
        self.times.as_ref().is_none_or(|times| times.contains(&time))
    }

    /// Returns whether an event passes the filter, whatever its time is.
    ///
    /// # Errors
    ///
    /// The first field that the filter needs and the event does not have.
    pub fn admits(&self, event: &Event<'_>) -> Result<bool, Key> {
        let comm = match event.comm {
            _ if self.comms.is_empty() => true,
            Some(comm) => self.comms.iter().any(|glob| glob.matches(comm)),
            None => return Err(Key::Comm),
        };
        Ok(comm
            && self.pids.admits(event.pid, Key::Pid)?
            && self.tids.admits(event.tid, Key::Tid)?
            && self.cpus.admits(event.cpu, Key::Cpu)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &str) -> Result<Numbers, &'static str> {
        let mut numbers = Numbers::default();
        numbers.extend(list).map(|()| numbers)
    }

    #[test]
    fn lists_of_numbers_and_ranges() {
        let list = numbers("1,5-9,3").expect("a list");
        for (number, expected) in [(1, true), (2, false), (3, true), (5, true), (9, true), (10, false), (-1, false)] {
            assert_eq!(list.admits(Some(number), Key::Tid), Ok(expected), "{number}");
        }
        assert_eq!(list.admits(None::<i32>, Key::Tid), Err(Key::Tid));
        assert_eq!(numbers("9,1,5-8,3,2").map(|list| list.text()).as_deref(), Ok("1-3,5-9"));
        assert_eq!(Numbers::default().admits(None::<i32>, Key::Tid), Ok(true));
        for wrong in ["", "1,", "a", "9-5", "1--2", "-1", "1-2-3", "4294967296"] {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }
}
