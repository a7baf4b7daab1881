//! The times at which a loop closed: the smallest, the greatest, and the time that the rows cover. Each closed loop is
//! a row.

use crate::event::{Nanos, Resolution};

/// A time of the trace clock, and the resolution in which the input printed it.
pub type PrintedTime = (Nanos, Resolution);

/// The times of the rows of a loop.
///
/// Each input has a clock of its own, so the time between rows of two inputs means nothing. The span is therefore
/// taken for each input on its own, and the spans are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowTimes {
    /// The times of the inputs that have ended.
    ended: Option<Extent>,
    /// The times of the input that is being read.
    current: Option<Extent>,
}

/// The times of rows, over one input or over several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    first: PrintedTime,
    last: PrintedTime,
    /// The greatest time minus the smallest one, summed over the inputs.
    span_ns: u64,
}

impl RowTimes {
    /// Returns the times of inputs that have ended: the smallest and the greatest time of a row, and the sum of the spans of
    /// the inputs in nanoseconds.
    pub(super) fn of_ended(first: PrintedTime, last: PrintedTime, span_ns: u64) -> RowTimes {
        RowTimes { ended: Some(Extent { first, last, span_ns }), current: None }
    }

    /// Adds the time of a row. Times may come in any order.
    #[inline]
    pub fn record(&mut self, time: Nanos, resolution: Resolution) {
        let now = (time, resolution);
        let Extent { first, last, span_ns } = self.current.get_or_insert(Extent { first: now, last: now, span_ns: 0 });
        if now < *first {
            *first = now;
        }
        if now > *last {
            *last = now;
        }
        *span_ns = last.0.0 - first.0.0;
    }

    /// Ends an input. The rows that come after it have another clock.
    pub fn end_input(&mut self) {
        self.ended = self.all();
        self.current = None;
    }

    /// Adds the times of `other`, which are from other inputs. Merging is associative and commutative.
    pub fn merge(&mut self, other: &RowTimes) {
        self.end_input();
        self.ended = joined(self.ended, other.all());
    }

    /// Returns the smallest time of a row; `None` if there is no row.
    pub fn first(&self) -> Option<PrintedTime> {
        self.all().map(|extent| extent.first)
    }

    /// Returns the greatest time of a row; `None` if there is no row.
    pub fn last(&self) -> Option<PrintedTime> {
        self.all().map(|extent| extent.last)
    }

    /// Returns a sum over the inputs: the greatest time of each input minus its smallest one. With it comes a
    /// resolution, the finer one of those of the first and the last time of all inputs. Returns `None` if there is no
    /// row. A sum of more than 584 years (2^64 ns) counts as 584 years.
    pub fn span(&self) -> Option<PrintedTime> {
        self.all().map(|Extent { first, last, span_ns }| (Nanos(span_ns), first.1.max(last.1)))
    }

    fn all(&self) -> Option<Extent> {
        joined(self.ended, self.current)
    }
}

/// Returns the times of both extents together: the smallest, the greatest, and the sum of the spans.
fn joined(one: Option<Extent>, other: Option<Extent>) -> Option<Extent> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    Some(Extent {
        first: one.first.min(other.first),
        last: one.last.max(other.last),
        span_ns: one.span_ns.saturating_add(other.span_ns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times_of(inputs: &[&[u64]]) -> RowTimes {
        let mut times = RowTimes::default();
        for input in inputs {
            input.iter().for_each(|time| times.record(Nanos(*time), Resolution::Micros));
            times.end_input();
        }
        times
    }

    fn numbers(times: &RowTimes) -> Option<[u64; 3]> {
        Some([times.first()?.0.0, times.last()?.0.0, times.span()?.0.0])
    }

    #[test]
    fn the_span_is_summed_over_the_inputs() {
        assert_eq!(numbers(&times_of(&[])), None);
        assert_eq!(numbers(&times_of(&[&[9_000]])), Some([9_000, 9_000, 0]));
        assert_eq!(numbers(&times_of(&[&[9_000], &[1_000]])), Some([1_000, 9_000, 0]));
        assert_eq!(numbers(&times_of(&[&[5, 3, 9], &[], &[1, 2]])), Some([1, 9, 7]));
        let mut times = times_of(&[&[1, 2]]);
        times.record(Nanos(7), Resolution::Nanos);
        times.record(Nanos(4), Resolution::Micros);
        assert_eq!(numbers(&times), Some([1, 7, 4]));
        assert_eq!(times.span(), Some((Nanos(4), Resolution::Nanos)));
    }

    #[test]
    fn merging_is_as_reading_one_input_after_the_other() {
        let (one, other) = (times_of(&[&[5, 9]]), times_of(&[&[1, 3], &[20]]));
        for (mut into, part) in [(one, other), (other, one)] {
            into.merge(&part);
            assert_eq!(into, times_of(&[&[5, 9], &[1, 3], &[20]]));
        }
    }
}
