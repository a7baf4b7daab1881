//! The lines of a loop that are shown: all of them if there are at most 64, and otherwise the first ones, those around
//! the longest gap in time, and the last ones.

use crate::event::Nanos;
use std::collections::VecDeque;
use std::rc::Rc;

/// The largest number of lines that are shown.
const SHOWN_MAX: usize = 64;
/// If a loop has more than [`SHOWN_MAX`] lines, these are the numbers of lines that are shown from its beginning,
/// before and behind the longest gap, and from its end.
const FIRST: usize = 24;
const BEFORE_GAP: usize = 8;
const BEHIND_GAP: usize = 8;
const LAST: usize = 24;
/// The largest number of bytes of a line that are kept.
const TEXT_MAX: usize = 1024;

/// A line that was kept.
#[derive(Debug)]
pub struct SampledLine {
    /// The number of lines of the loop that come before this one.
    pub index: u64,
    /// The time of the event in the line, or of the first event if the line has two.
    pub time: Nanos,
    /// The first bytes of the line, at most 1024.
    pub text: Box<[u8]>,
}

/// Takes the lines of a loop one after the other, and keeps those that may be shown. Its memory does not grow with the
/// number of lines.
#[derive(Debug, Default)]
pub struct LineSample {
    count: u64,
    first: Vec<Rc<SampledLine>>,
    latest: VecDeque<Rc<SampledLine>>,
    gap: Option<Gap>,
}

/// The longest time between two neighbouring lines so far, with the lines around it.
#[derive(Debug)]
struct Gap {
    time: Nanos,
    before: Vec<Rc<SampledLine>>,
    behind: Vec<Rc<SampledLine>>,
}

/// The lines of a loop that are shown.
#[derive(Debug)]
pub struct SampledLines<'a> {
    /// The lines, in the order of the input.
    pub lines: Vec<&'a SampledLine>,
    /// The number of lines that are not shown.
    pub left_out: u64,
    /// The longest gap between two neighbouring lines: the index in `lines` of the line before the gap, and the length
    /// of the gap. `None` if there are fewer than two lines.
    pub gap: Option<(usize, Nanos)>,
}

impl LineSample {
    /// Adds a line behind the others. `time` is the time of the line's event.
    pub fn push(&mut self, time: Nanos, text: &[u8]) {
        let text = text.get(..TEXT_MAX).unwrap_or(text);
        let line = Rc::new(SampledLine { index: self.count, time, text: text.into() });
        self.count += 1;
        if let Some(previous) = self.latest.back() {
            let length = Nanos(time.0.saturating_sub(previous.time.0));
            if self.gap.as_ref().is_none_or(|gap| length > gap.time) {
                let skipped = self.latest.len().saturating_sub(BEFORE_GAP);
                let before = self.latest.iter().skip(skipped).cloned().collect();
                self.gap = Some(Gap { time: length, before, behind: Vec::new() });
            }
        }
        if let Some(gap) = self.gap.as_mut().filter(|gap| gap.behind.len() < BEHIND_GAP) {
            gap.behind.push(Rc::clone(&line));
        }
        if self.first.len() < FIRST {
            self.first.push(Rc::clone(&line));
        }
        if self.latest.len() == SHOWN_MAX {
            self.latest.pop_front();
        }
        self.latest.push_back(line);
    }

    /// Returns the lines that are shown.
    pub fn shown(&self) -> SampledLines<'_> {
        let mut lines: Vec<&SampledLine> = Vec::new();
        if self.count <= SHOWN_MAX as u64 {
            lines.extend(self.latest.iter().map(Rc::as_ref));
        } else {
            let around = self.gap.iter().flat_map(|gap| gap.before.iter().chain(&gap.behind));
            let last = self.latest.iter().skip(self.latest.len().saturating_sub(LAST));
            lines.extend(self.first.iter().chain(around).chain(last).map(Rc::as_ref));
            lines.sort_by_key(|line| line.index);
            lines.dedup_by_key(|line| line.index);
        }
        let left_out = self.count - lines.len() as u64;
        let gap = self.gap.as_ref().and_then(|gap| {
            let before = gap.before.last()?.index;
            Some((lines.iter().position(|line| line.index == before)?, gap.time))
        });
        SampledLines { lines, left_out, gap }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the indexes of the lines that are shown if the lines have these times.
    fn shown(times: &[u64]) -> (Vec<u64>, u64, Option<(usize, u64)>) {
        let mut sample = LineSample::default();
        times.iter().for_each(|time| sample.push(Nanos(*time), b"x"));
        let SampledLines { lines, left_out, gap } = sample.shown();
        (lines.iter().map(|line| line.index).collect(), left_out, gap.map(|(after, time)| (after, time.0)))
    }

    #[test]
    fn few_lines_are_all_shown_with_the_first_longest_gap() {
        assert_eq!(shown(&[]), (vec![], 0, None));
        assert_eq!(shown(&[5]), (vec![0], 0, None));
        assert_eq!(shown(&[5, 5]), (vec![0, 1], 0, Some((0, 0))));
        assert_eq!(shown(&[5, 7, 6, 8]), (vec![0, 1, 2, 3], 0, Some((0, 2))));
        let (lines, left_out, _) = shown(&(0..64).collect::<Vec<_>>());
        assert_eq!((lines.len(), left_out), (64, 0));
    }

    #[test]
    fn of_many_lines_the_first_the_last_and_those_around_the_gap_are_shown() {
        // The gap is behind line 100.
        let times: Vec<u64> = (0..200).map(|at| if at <= 100 { at } else { at + 1000 }).collect();
        let expected: Vec<u64> = (0..24).chain(93..109).chain(176..200).collect();
        assert_eq!(shown(&times), (expected, 136, Some((31, 1001))));
        // All gaps are equal, so the first one counts, and its lines are among the first ones.
        let expected: Vec<u64> = (0..24).chain(176..200).collect();
        assert_eq!(shown(&(0..200).collect::<Vec<_>>()), (expected, 152, Some((0, 1))));
        // The gap is behind the third line from the end, so it has two lines behind it.
        let times: Vec<u64> = (0..65).map(|at| if at < 63 { at } else { at + 9 }).collect();
        let expected: Vec<u64> = (0..24).chain(41..65).collect();
        assert_eq!(shown(&times), (expected, 17, Some((45, 10))));
    }

    #[test]
    fn a_long_line_is_cut() {
        let mut sample = LineSample::default();
        sample.push(Nanos(0), &[b'x'; 2000]);
        assert_eq!(sample.shown().lines[0].text.len(), 1024);
    }
}
