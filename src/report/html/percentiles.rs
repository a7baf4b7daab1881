//! The percentile curves of the transitions of a loop. A curve gives for each percentile, such as 99 %, the time that
//! the transition took at most in this share of the loops.

use super::axis::{LogAxis, Tick};
use super::budget::CURVES_MAX;
use super::element::{element, empty, push_text, tagged};
use super::human;
use super::plot::{Plot, percent, pixels, short};
use crate::report::curve::{CurvePoint, curve};
use crate::report::summary::LoopSummary;
use crate::stats::{Quantile, Transition};
use std::cmp::Reverse;

/// The height of the picture in pixels.
const HEIGHT: f64 = 240.0;
/// The percentiles that have a dot on the curve, each with its value on the horizontal axis: 1 / (1 - p) for the share
/// p.
const DOTS: [(&str, f64); 5] = [("50", 2.0), ("90", 10.0), ("99", 100.0), ("99.9", 1e3), ("99.99", 1e4)];

/// A curve of the picture.
pub(super) struct Series<'a> {
    name: String,
    /// The class in the style sheet that gives the curve its colour. It is `s0` for the total.
    class: String,
    transition: &'a Transition,
    points: Vec<CurvePoint>,
}

impl<'a> Series<'a> {
    /// Returns the curve of a transition. `class` is the class of its colour in the style sheet.
    pub(super) fn new(name: String, class: String, transition: &'a Transition) -> Series<'a> {
        Series { name, class, transition, points: curve(transition) }
    }
}

/// Returns the transitions of a loop that have a curve of their own, each with its name and the class of its colour,
/// and the number of transitions that are left out. The total comes first. If a loop has more transitions than fit,
/// those with the largest sums are kept, in the order of the loop.
pub(super) fn pictured<'a>(loop_summary: &'a LoopSummary<'_>) -> (Vec<(String, String, &'a Transition)>, usize) {
    let deltas = loop_summary.deltas;
    let ends = loop_summary.spec.transition_ends();
    let names = ends.map(|(from, to)| format!("{from} -> {to}"));
    if let [_] = deltas.transitions() {
        let name = names.last().unwrap_or_default();
        return (vec![(name, "s0".to_owned(), deltas.total())], 0);
    }
    let mut transitions: Vec<(usize, (String, &Transition))> = names.zip(deltas.transitions()).enumerate().collect();
    transitions.sort_by_key(|(_, (_, transition))| Reverse(transition.sum_ns()));
    let left_out = transitions.len().saturating_sub(CURVES_MAX - 1);
    transitions.truncate(CURVES_MAX - 1);
    transitions.sort_by_key(|(at, _)| *at);
    let total = ("total".to_owned(), "s0".to_owned(), deltas.total());
    let each = transitions.into_iter().map(|(_, transition)| transition);
    let each = (1..).zip(each).map(|(colour, (name, transition))| (name, format!("s{colour}"), transition));
    ([total].into_iter().chain(each).collect(), left_out)
}

/// Appends the picture of the percentile curves of a loop that has closed.
pub(super) fn push(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>) {
    let (transitions, left_out) = pictured(loop_summary);
    let series: Vec<Series<'_>> =
        transitions.into_iter().map(|(name, class, transition)| Series::new(name, class, transition)).collect();
    push_curves(out, "half", &series, |_, _| (), |out| push_legend(out, &series, left_out));
}

/// Appends a picture of curves. `class` is the class of the figure in the style sheet. `label` appends labels beside
/// the curves, and gets the place of the end of each curve: its share of the width, and its pixels from the top.
/// `legend` appends the legend above the picture.
pub(super) fn push_curves(
    out: &mut Vec<u8>,
    class: &str,
    series: &[Series<'_>],
    label: impl FnOnce(&mut Vec<u8>, &[[f64; 2]]),
    legend: impl FnOnce(&mut Vec<u8>),
) {
    let values = || series.iter().flat_map(|series| &series.points).map(|point| point.value.0);
    let resolutions = series.iter().filter_map(|series| series.transition.resolution());
    let step_ns = resolutions.map(|resolution| resolution.step_ns()).min().unwrap_or(1);
    let smallest = values().filter(|value| *value > 0).min().unwrap_or(step_ns);
    let rows = LogAxis::around(smallest as f64, values().max().unwrap_or(0) as f64, 1.0);
    let ends = || series.iter().filter_map(|series| series.points.last());
    let last = ends().map(|point| point.at).fold(10.0, f64::max);
    let columns = LogAxis::between(1.0, last);
    let plot = Plot {
        class,
        title: "Percentiles",
        reading: "The share of the loops that took at most so long.",
        height: HEIGHT,
        rows: &rows.ticks(),
        columns: &share_ticks(columns, last),
        axis: "percentile",
    };
    let draw = |out: &mut Vec<u8>| {
        // The first of `series`, which is the most important one, is drawn last, so that no other curve covers it.
        series.iter().rev().for_each(|series| series.push_line(out, columns, rows));
        series.iter().rev().for_each(|series| series.push_dots(out, columns, rows));
        let place = |end: &CurvePoint| [columns.place(end.at), HEIGHT * (1.0 - rows.place(end.value.0 as f64))];
        label(out, &ends().map(place).collect::<Vec<_>>());
    };
    plot.push(out, draw, legend);
}

impl Series<'_> {
    /// Appends the line of the curve.
    fn push_line(&self, out: &mut Vec<u8>, columns: LogAxis, rows: LogAxis) {
        let place = |point: &CurvePoint| {
            let [x, y] = [columns.place(point.at), 1.0 - rows.place(point.value.0 as f64)];
            format!("{} {}", short(x * 1000.0), short(y * 1000.0))
        };
        let places: Vec<String> = self.points.iter().map(place).collect();
        let height = pixels(HEIGHT);
        let attributes =
            [("width", "100%"), ("height", &*height), ("viewBox", "0 0 1000 1000"), ("preserveAspectRatio", "none")];
        element(out, "svg", &attributes, |out| {
            empty(
                out,
                "path",
                &[("class", &*format!("curve {}", self.class)), ("d", &format!("M{}", places.join("L")))],
            );
        });
    }

    /// Appends a dot for each percentile of [`DOTS`], and for the maximum. Each dot has a title with its value.
    fn push_dots(&self, out: &mut Vec<u8>, columns: LogAxis, rows: LogAxis) {
        let last = self.points.last().map_or(1.0, |point| point.at);
        let mut push = |at: f64, ns: f64, what: &str| {
            let (x, y) = (percent(columns.place(at)), pixels(HEIGHT * (1.0 - rows.place(ns))));
            let class = format!("dot {}", self.class);
            element(out, "circle", &[("class", &*class), ("cx", &*x), ("cy", &*y), ("r", "3")], |out| {
                let title = format!("{}, {what}: {}", self.name, human::time(ns));
                element(out, "title", &[], |out| push_text(out, title));
            });
        };
        for (percentile, at) in DOTS.iter().filter(|(_, at)| *at < last) {
            let quantile = Quantile::from_percentile(percentile);
            let value = quantile.and_then(|quantile| self.transition.quantiles_half_ns(&[quantile]));
            if let Some([half_ns]) = value.as_deref() {
                push(*at, *half_ns as f64 / 2.0, &format!("{percentile} %"));
            }
        }
        if let Some(max) = self.transition.max() {
            push(last, max.0 as f64, "maximum");
        }
    }
}

/// Returns the labels of the horizontal axis: 0 %, 50 %, 90 %, 99 %, 99.9 %, and so on, each with one nine more than
/// the label before it. `last` is the last value on the axis.
fn share_ticks(axis: LogAxis, last: f64) -> Vec<Tick> {
    let decades = last.log10().floor() as usize;
    let many = decades > 4;
    let tick = |at: f64, label: String, is_minor: bool| Tick { at: axis.place(at), label, is_minor };
    let mut ticks = vec![tick(1.0, "0 %".to_owned(), false), tick(2.0, "50 %".to_owned(), decades > 2)];
    for decade in 1..=decades {
        let label = match decade {
            1 => "90 %".to_owned(),
            2 => "99 %".to_owned(),
            _ => format!("99.{} %", "9".repeat(decade - 2)),
        };
        // Labels with many nines are wide, so if the axis is long, every other one of these is left out.
        let is_left_out = decades > 7 && decade > 3 && (decades - decade) % 2 == 1;
        if !is_left_out {
            ticks.push(tick(10_f64.powi(decade as i32), label, many && (decades - decade) % 2 == 1));
        }
    }
    ticks
}

/// Appends the names of the curves with their colours. There is no legend for a single curve.
fn push_legend(out: &mut Vec<u8>, series: &[Series<'_>], left_out: usize) {
    if series.len() < 2 {
        return;
    }
    element(out, "ul", &[("class", "legend")], |out| {
        for Series { name, class, .. } in series {
            element(out, "li", &[], |out| {
                tagged(out, "i", class, "");
                push_text(out, name);
            });
        }
        if left_out > 0 {
            tagged(out, "li", "", format!("and {left_out} more with smaller sums, which stand in the table"));
        }
    });
}
