//! Axes of pictures: the places of values, and the values that have a label.

use super::human;
use crate::event::Nanos;

/// A value of an axis that has a label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// The place on the axis, from 0 at its beginning to 1 at its end.
    pub(super) at: f64,
    pub(super) label: String,
    /// True if the style sheet leaves the label out in a narrow picture.
    pub(super) is_minor: bool,
}

/// The largest number of labels on an axis of time. In a narrow picture, every other one is left out.
const TIME_TICKS_MAX: u64 = 8;
/// The largest number of labels of powers of ten on a logarithmic axis.
const DECADES_MAX: i32 = 8;
/// The longest label on an axis of time, in characters. Labels that would be longer, such as those of seconds since
/// 1970, are shortened by a number of seconds that all of them have in common.
const CLOCK_LABEL_MAX: usize = 9;

/// A logarithmic axis of times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LogAxis {
    /// The times at the beginning and at the end of the axis, in nanoseconds.
    low_ns: f64,
    high_ns: f64,
}

impl LogAxis {
    /// Creates an axis between two times in nanoseconds. The first one must be above 0 and below the other.
    pub(super) fn between(low_ns: f64, high_ns: f64) -> LogAxis {
        LogAxis { low_ns, high_ns }
    }

    /// Creates an axis that contains these two times and all between them. Its ends are 1, 2 or 5 times a power of ten.
    /// A time below `least_ns` counts as `least_ns`, because a logarithmic axis has no 0.
    pub(super) fn around(low_ns: f64, high_ns: f64, least_ns: f64) -> LogAxis {
        let below = nice(low_ns.max(least_ns), false);
        let above = nice(high_ns.max(least_ns), true);
        LogAxis { low_ns: below, high_ns: if above > below { above } else { nice(below * 1.01, true) } }
    }

    /// Returns the place of a time. A time beyond an end of the axis has the place of that end.
    pub(super) fn place(self, ns: f64) -> f64 {
        let share = (ns.max(self.low_ns) / self.low_ns).ln() / (self.high_ns / self.low_ns).ln();
        share.clamp(0.0, 1.0)
    }

    /// Returns the times that have a label: the powers of ten on the axis, or every second or third one of them if
    /// there are many. If there are fewer than 4, also 2 and 5 times a power of ten. If even these are fewer than 3,
    /// times in equal steps instead.
    pub(super) fn ticks(self) -> Vec<Tick> {
        let decades = (self.high_ns / self.low_ns).log10();
        let every = (decades as i32 / DECADES_MAX + 1) as usize;
        let mut values = self.multiples(&[1.0]);
        if every > 1 {
            values = values.into_iter().step_by(every).collect();
        } else if values.len() < 4 {
            values = self.multiples(&[1.0, 2.0, 5.0]);
        }
        if values.len() < 3 {
            values = steps(self.low_ns, self.high_ns);
        }
        let tick = |ns: f64| {
            let (number, unit) = human::time_in_parts(ns, 4);
            Tick { at: self.place(ns), label: format!("{number} {unit}"), is_minor: false }
        };
        values.into_iter().map(tick).collect()
    }

    /// Returns the times on the axis that are one of these factors times a power of ten.
    fn multiples(self, factors: &[f64]) -> Vec<f64> {
        let exponents = self.low_ns.log10().floor() as i32..=self.high_ns.log10().ceil() as i32;
        let all = exponents.flat_map(|exponent| factors.iter().map(move |factor| factor * 10_f64.powi(exponent)));
        // The tolerance of a millionth keeps a time that is an end of the axis, although its power of ten is rounded.
        all.filter(|ns| *ns >= self.low_ns * 0.999_999 && *ns <= self.high_ns * 1.000_001).collect()
    }
}

/// Returns the number nearest to a number that is 1, 2 or 5 times a power of ten: at or above it if `above` is true,
/// and at or below it otherwise.
fn nice(number: f64, above: bool) -> f64 {
    let ten = 10_f64.powf(number.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * ten);
    // A candidate that differs from the number by less than a millionth counts as equal, because powers are rounded.
    let found = if above {
        factors.into_iter().find(|bound| *bound >= number * 0.999_999)
    } else {
        factors.into_iter().rev().find(|bound| *bound <= number * 1.000_001)
    };
    found.unwrap_or(number)
}

/// Returns about four numbers between two bounds: the multiples of a step that is 1, 2 or 5 times a power of ten.
fn steps(low: f64, high: f64) -> Vec<f64> {
    let step = nice((high - low) / 5.0, true);
    let first = (low / step).ceil() as u64;
    (first..first + 8).map(|at| at as f64 * step).filter(|value| *value <= high * 1.000_001).collect()
}

/// Returns the labels of an axis of counts that begins at 0 and ends at `largest`, with about four steps.
pub(super) fn count_ticks(largest: u64) -> Vec<Tick> {
    let step = nice(largest as f64 / 4.0, true).max(1.0) as u64;
    let counts = (0..=largest / step.max(1)).map(|at| at * step);
    let tick =
        |count: u64| Tick { at: count as f64 / largest.max(1) as f64, label: human::count(count), is_minor: false };
    counts.map(tick).collect()
}

/// Returns the labels of an axis of shares, in percent. The axis begins at 0, ends at the share `end` (1 is 100 %), and
/// has about four steps.
pub(super) fn share_ticks(end: f64) -> Vec<Tick> {
    let step = nice(end * 100.0 / 4.0, false);
    let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    let percents = (0..=8).map(|at| f64::from(at) * step).take_while(|percent| *percent <= end * 100.0);
    let tick =
        |percent: f64| Tick { at: percent / (end * 100.0), label: format!("{percent:.decimals$} %"), is_minor: false };
    percents.map(tick).collect()
}

/// The labels of an axis of the trace clock.
pub(super) struct Clock {
    pub(super) ticks: Vec<Tick>,
    /// The title of the axis.
    pub(super) title: String,
}

/// Returns the labels of an axis from one time of the trace clock to another. If the labels would be long, a number of
/// whole seconds is subtracted from all of them, and the title names this number.
pub(super) fn clock_axis(begin: Nanos, end: u128) -> Clock {
    let begin_ns = u128::from(begin.0);
    let length = end.saturating_sub(begin_ns).max(1);
    let (step, decimals) = clock_step(length);
    let multiples = begin_ns.div_ceil(step)..=end / step;
    let text = |ns: u128| human::clock(Nanos(u64::try_from(ns).unwrap_or(u64::MAX)), decimals);
    let is_long = text(end).len() > CLOCK_LABEL_MAX;
    // Long labels count from a multiple of a power of ten of seconds. This power is larger than the length of the axis.
    let round = 1_000_000_000 * 10_u128.pow(length.div_ceil(1_000_000_000).ilog10() + 1);
    let origin = if is_long { begin_ns / round * round } else { 0 };
    let tick = |multiple: u128| Tick {
        at: (multiple * step - begin_ns) as f64 / length as f64,
        label: text(multiple * step - origin),
        is_minor: multiple % 2 == 1,
    };
    let mut ticks: Vec<Tick> = multiples.map(tick).collect();
    if ticks.len() < 4 {
        ticks.iter_mut().for_each(|tick| tick.is_minor = false);
    }
    let after = if origin > 0 { format!(" after {}", origin / 1_000_000_000) } else { String::new() };
    Clock { ticks, title: format!("trace clock, seconds{after}") }
}

/// Returns the distance between the labels of an axis of time, in nanoseconds, and the number of decimals that the
/// labels, which are in seconds, need. `length` is the length of the axis in nanoseconds.
fn clock_step(length: u128) -> (u128, usize) {
    let mut ten = 1;
    loop {
        for factor in [1, 2, 5] {
            if length / (factor * ten) < u128::from(TIME_TICKS_MAX) {
                return (factor * ten, 9_usize.saturating_sub(ten.ilog10() as usize));
            }
        }
        ten *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn a_logarithmic_axis_has_round_labels() {
        let axis = LogAxis::around(1_300.0, 880_000.0, 1.0);
        assert_eq!(axis, LogAxis::between(1_000.0, 1_000_000.0));
        assert_eq!(labels(&axis.ticks()), ["1 \u{b5}s", "10 \u{b5}s", "100 \u{b5}s", "1 ms"]);
        assert_eq!((axis.place(1_000.0), axis.place(5.0), axis.place(9e9)), (0.0, 0.0, 1.0));
        assert!((axis.place(10_000.0) - 1.0 / 3.0).abs() < 1e-9);
        let short = LogAxis::around(3_000.0, 30_000.0, 1.0);
        assert_eq!(labels(&short.ticks()), ["2 \u{b5}s", "5 \u{b5}s", "10 \u{b5}s", "20 \u{b5}s", "50 \u{b5}s"]);
        let narrow = LogAxis::between(12_288.0, 16_384.0);
        assert_eq!(labels(&narrow.ticks()), ["13 \u{b5}s", "14 \u{b5}s", "15 \u{b5}s", "16 \u{b5}s"]);
    }

    #[test]
    fn an_axis_of_one_time_and_of_all_times() {
        assert_eq!(LogAxis::around(0.0, 0.0, 1_000.0), LogAxis::between(1_000.0, 2_000.0));
        assert_eq!(LogAxis::around(5.0, 5.0, 1.0), LogAxis::between(5.0, 10.0));
        let all = LogAxis::around(1.0, u64::MAX as f64, 1.0).ticks();
        assert!((4..=9).contains(&all.len()), "{:?}", labels(&all));
    }

    #[test]
    fn an_axis_of_the_clock_has_round_times() {
        let clock = clock_axis(Nanos(43_526_578_000_000), 43_526_662_000_000);
        let expected = ["43526.58", "43526.60", "43526.62", "43526.64", "43526.66"];
        assert_eq!((labels(&clock.ticks), clock.title.as_str()), (expected.to_vec(), "trace clock, seconds"));
        let epoch = clock_axis(Nanos(1_690_000_000_100_000_000), 1_690_000_000_900_000_000);
        assert_eq!(labels(&epoch.ticks)[..2], ["0.2", "0.4"]);
        assert_eq!(epoch.title, "trace clock, seconds after 1690000000");
        let largest = clock_axis(Nanos(0), 2 * u128::from(u64::MAX));
        assert!(largest.ticks.len() <= 8);
        assert!(!clock_axis(Nanos(5), 5).title.is_empty());
    }

    #[test]
    fn counts_have_round_steps() {
        assert_eq!(labels(&count_ticks(9)), ["0", "5"]);
        assert_eq!(labels(&count_ticks(1)), ["0", "1"]);
        assert_eq!(labels(&count_ticks(450)), ["0", "200", "400"]);
        assert_eq!(labels(&count_ticks(0)), ["0"]);
    }

    #[test]
    fn shares_have_round_steps() {
        assert_eq!(labels(&share_ticks(1.0)), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        assert_eq!(labels(&share_ticks(0.45)), ["0 %", "10 %", "20 %", "30 %", "40 %"]);
        assert_eq!(labels(&share_ticks(0.03)), ["0.0 %", "0.5 %", "1.0 %", "1.5 %", "2.0 %", "2.5 %", "3.0 %"]);
    }
}
