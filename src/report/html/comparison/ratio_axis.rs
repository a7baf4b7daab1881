//! The axis of ratios. The ratio 1 is in the middle of the axis, and the axis is logarithmic. A ratio is drawn on it as
//! a dot, and the interval of the ratio as a line.

use crate::compare::Ratio;
use crate::report::comparison::phrases::digits;
use crate::report::html::element::{element, empty, push_text};
use crate::report::html::plot::{percent, pixels};

/// The largest ratio on the shortest axis, which goes from 1 / 1.06 to 1.06.
const REACH_MIN: f64 = 1.06;
/// The ratios that may have a label besides 1: first those below 1, and then those above 1. In each list, the ratios
/// that are nearest to 1 come first.
const LABELLED: [[f64; 17]; 2] = [
    [0.98, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-6, 1e-9, 1e-12],
    [1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6, 1e9, 1e12],
];
/// The smallest distance of two labels, as a share of the axis.
const DISTANCE_MIN: f64 = 0.14;

/// An axis of ratios from 1 / reach to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RatioAxis {
    /// The natural logarithm of the largest ratio on the axis.
    reach: f64,
}

impl RatioAxis {
    /// Creates an axis on which these ratios and their intervals lie.
    pub(super) fn around<'r>(ratios: impl Iterator<Item = &'r Ratio>) -> RatioAxis {
        let ends = ratios.flat_map(|ratio| [ratio.value, ratio.low, ratio.high]).flatten();
        let reaches = ends.map(|end| end.ln().abs()).filter(|reach| reach.is_finite());
        // The dot of a ratio and the marks at the ends of an interval need some room beyond the largest and the
        // smallest number.
        RatioAxis { reach: 1.08 * reaches.fold(REACH_MIN.ln(), f64::max) }
    }

    /// Returns the place of a ratio, from 0 to 1. The ratio 1 is at 0.5.
    fn place(self, ratio: f64) -> f64 {
        (0.5 + ratio.ln() / self.reach / 2.0).clamp(0.0, 1.0)
    }

    /// Returns the ratios that have a label: 1, the farthest one below 1 and above 1, and those in between for which
    /// there is room.
    fn labelled(self) -> Vec<f64> {
        let mut labelled: Vec<f64> = vec![1.0];
        let on_axis = |ratio: &f64| ratio.ln().abs() < self.reach * 0.97;
        for ratio in LABELLED.iter().flat_map(|side| side.iter().rev().copied().filter(on_axis)) {
            let has_room = |other: &f64| (self.place(*other) - self.place(ratio)).abs() >= DISTANCE_MIN;
            if labelled.iter().all(has_room) {
                labelled.push(ratio);
            }
        }
        labelled
    }

    /// Appends the labels of the axis, which stand above the strips of a table. A strip is a small picture with the
    /// axis in one row.
    pub(super) fn push_labels(self, out: &mut Vec<u8>) {
        element(out, "svg", &[("class", "plot"), ("height", "14")], |out| {
            for ratio in self.labelled() {
                let attributes = [("class", "column"), ("x", &*percent(self.place(ratio))), ("y", "11")];
                element(out, "text", &attributes, |out| push_text(out, label(ratio)));
            }
        });
    }

    /// Appends a strip with the intervals of these ratios below each other. Each interval gets a height of `line`
    /// pixels.
    pub(super) fn push_strip(self, out: &mut Vec<u8>, ratios: &[&Ratio], line: f64) {
        let height = line * ratios.len() as f64;
        element(out, "svg", &[("class", "plot"), ("height", &pixels(height))], |out| {
            for ratio in self.labelled() {
                let class = if ratio == 1.0 { "one" } else { "grid" };
                let x = percent(self.place(ratio));
                empty(out, "line", &[("class", class), ("x1", &x), ("x2", &x), ("y2", &pixels(height))]);
            }
            for (at, ratio) in ratios.iter().enumerate() {
                self.push_interval(out, ratio, line * (at as f64 + 0.5));
            }
        });
    }

    /// Appends an interval as a line, and its ratio as a dot. If an end of the interval is not known, the line goes to
    /// the end of the axis, and has an arrow there. If the ratio is not known, nothing is drawn.
    fn push_interval(self, out: &mut Vec<u8>, ratio: &Ratio, y: f64) {
        let Some(value) = ratio.value else { return };
        let class = if ratio.is_above_one() {
            "interval longer"
        } else if ratio.is_below_one() {
            "interval shorter"
        } else {
            "interval"
        };
        let [low, high] =
            [ratio.low.map_or(0.0, |low| self.place(low)), ratio.high.map_or(1.0, |high| self.place(high))];
        element(out, "g", &[("class", class)], |out| {
            let y_text = pixels(y);
            let attributes = [("x1", &*percent(low)), ("x2", &*percent(high)), ("y1", &*y_text), ("y2", &*y_text)];
            empty(out, "line", &attributes);
            for (place, is_known, arrow) in
                [(low, ratio.low.is_some(), "M7 -4L1 0L7 4"), (high, ratio.high.is_some(), "M-7 -4L-1 0L-7 4")]
            {
                let form = if is_known { "M0 -4V4" } else { arrow };
                element(out, "svg", &[("x", &*percent(place)), ("y", &*y_text)], |out| {
                    empty(out, "path", &[("d", form)])
                });
            }
            let attributes = [("cx", &*percent(self.place(value))), ("cy", &*y_text), ("r", "4")];
            empty(out, "circle", &attributes);
        });
    }
}

/// Returns the label of a ratio, such as `0.95`, `1` or `1.05`.
fn label(ratio: f64) -> String {
    let text = digits(ratio);
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "0" { format!("{ratio:e}") } else { short.to_owned() }
}

/// Returns a ratio and its interval in words: `1.05, at least 0.954 and at most 1.14`.
pub(super) fn in_words(ratio: &Ratio) -> String {
    let Some(value) = ratio.value else { return "not known".to_owned() };
    let end =
        |end: Option<f64>, which: &str| end.map_or(format!("no {which} end"), |end| format!("{which} {}", digits(end)));
    format!("{}, {} and {}", digits(value), end(ratio.low, "at least"), end(ratio.high, "at most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(value: f64, low: Option<f64>, high: Option<f64>) -> Ratio {
        Ratio { value: Some(value), low, high, p: None }
    }

    fn labels(axis: RatioAxis) -> Vec<String> {
        let mut labelled = axis.labelled();
        labelled.sort_by(f64::total_cmp);
        labelled.into_iter().map(label).collect()
    }

    #[test]
    fn one_is_in_the_middle_and_labels_are_round() {
        let axis = RatioAxis::around([ratio(1.05, Some(0.95), Some(1.14))].iter());
        assert!((axis.place(1.0) - 0.5).abs() < 1e-9);
        assert_eq!(labels(axis), ["0.9", "0.95", "1", "1.05", "1.1"]);
        let wide = RatioAxis::around([ratio(0.02, None, Some(0.1))].iter());
        assert_eq!(labels(wide), ["0.02", "0.1", "1", "10", "50"]);
        let none = RatioAxis::around([Ratio::default()].iter());
        assert_eq!(labels(none), ["0.95", "0.98", "1", "1.02", "1.05"]);
    }

    #[test]
    fn labels_of_any_axis_are_few_and_apart() {
        for exponent in 0..40 {
            let axis = RatioAxis::around([ratio(1.0 + 1.8_f64.powi(exponent) / 100.0, None, None)].iter());
            let mut places: Vec<f64> = axis.labelled().into_iter().map(|ratio| axis.place(ratio)).collect();
            places.sort_by(f64::total_cmp);
            assert!((3..=7).contains(&places.len()), "{axis:?}");
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 0.99 * DISTANCE_MIN), "{axis:?} {places:?}");
        }
    }

    #[test]
    fn open_ends_are_arrows_and_unknown_ratios_are_not_drawn() {
        let drawn = |ratio: Ratio| {
            let mut out = Vec::new();
            RatioAxis::around([ratio].iter()).push_strip(&mut out, &[&ratio], 20.0);
            String::from_utf8(out).expect("the page is UTF-8")
        };
        let open = drawn(ratio(2.0, Some(1.5), None));
        assert!(open.contains("interval longer") && open.contains("x2=\"100%\""), "{open}");
        assert_eq!((open.matches("M0 -4V4").count(), open.matches("M-7 -4L-1 0L-7 4").count()), (1, 1));
        assert!(drawn(ratio(0.5, None, Some(0.9))).contains("interval shorter"));
        assert!(!drawn(Ratio::default()).contains("interval"));
    }
}
