//! The histogram of a transition: its deltas in bins whose bounds are 1, 2 and 5 times a power of ten.

use super::axis::{Tick, count_ticks};
use super::element::{element, push_text};
use super::human;
use super::plot::{Plot, percent, pixels};
use crate::report::bins::{HistogramBin, histogram};
use crate::report::states;
use crate::stats::Transition;

/// The height of the picture in pixels.
const HEIGHT: f64 = 240.0;
/// The smallest height of a bar, so that a bin with few deltas can be seen.
const BAR_MIN: f64 = 2.0;
/// The largest number of bins with which each bound of a bin has a label. If there are more bins, only the bounds that
/// are powers of ten have a label.
const LABELS_MAX: usize = 7;

/// Appends the picture of a transition that has deltas.
pub(super) fn push(out: &mut Vec<u8>, title: &str, transition: &Transition) {
    let bins = histogram(transition);
    let largest = bins.iter().map(|bin| bin.count).max().unwrap_or(1);
    let bounds: Vec<[u128; 2]> = bins.iter().map(|bin| [bin.low_ns, bin.high_ns]).collect();
    let plot = Plot {
        class: "half",
        title,
        reading: "How many loops took so long.",
        height: HEIGHT,
        rows: &count_ticks(largest),
        columns: &bound_ticks(&bounds),
        axis: "time",
    };
    let draw = |out: &mut Vec<u8>| {
        for (at, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
            push_bar(out, at, bin, bins.len(), largest, transition.count());
        }
    };
    plot.push(out, draw, |_| ());
}

/// Appends the bar of the bin with the index `at`. `bins` is the number of bins, `largest` the count of the largest
/// bin, and `count` the number of deltas in all bins. All bars have the same width, because the bins are about equally
/// wide on a logarithmic scale.
fn push_bar(out: &mut Vec<u8>, at: usize, bin: &HistogramBin, bins: usize, largest: u64, count: u64) {
    let height = (HEIGHT * bin.count as f64 / largest as f64).max(BAR_MIN);
    let width = 1.0 / bins as f64;
    let attributes = [
        ("class", "bar"),
        ("x", &*percent((at as f64 + 0.04) * width)),
        ("y", &*pixels(HEIGHT - height)),
        ("width", &*percent(0.92 * width)),
        ("height", &*pixels(height)),
    ];
    let span = human::span([bin.low_ns as f64, bin.high_ns as f64]);
    let share = states::percent(bin.count as f64 / count as f64);
    element(out, "rect", &attributes, |out| {
        element(out, "title", &[], |out| push_text(out, format!("{span}: {}, {share}", bin.count)));
    });
}

/// Returns the labels of the bounds of bins: of all bounds if there are few bins, and otherwise of the bounds that are
/// powers of ten. `bins` has the lower and the upper bound of each bin in nanoseconds.
pub(super) fn bound_ticks(bins: &[[u128; 2]]) -> Vec<Tick> {
    let bounds = bins.iter().map(|[low, _]| *low).chain(bins.last().map(|[_, high]| *high));
    let is_round = |ns: u128| ns == 0 || ns == 10_u128.pow(ns.ilog10());
    let has_all = bins.len() <= LABELS_MAX;
    let every_bound: Vec<u128> = bounds.clone().collect();
    // If the bins are narrow, all of them may lie between two powers of ten.
    if !has_all && every_bound.iter().filter(|ns| is_round(**ns)).count() < 2 {
        return some_ticks(&every_bound);
    }
    let bounds: Vec<(usize, u128)> = bounds.enumerate().filter(|(_, ns)| has_all || is_round(*ns)).collect();
    let every = bounds.len().div_ceil(LABELS_MAX + 1);
    let tick = |(number, (at, ns)): (usize, &(usize, u128))| Tick {
        at: *at as f64 / bins.len() as f64,
        label: if *ns == 0 { "0".to_owned() } else { human::time(*ns as f64) },
        is_minor: if has_all { !is_round(*ns) && bins.len() > 3 } else { bounds.len() > 4 && number % (2 * every) > 0 },
    };
    bounds.iter().enumerate().step_by(every.max(1)).map(tick).collect()
}

/// Returns the labels of every second or third bound, and so on, so that there are few enough labels.
fn some_ticks(bounds: &[u128]) -> Vec<Tick> {
    let bins = bounds.len() - 1;
    let every = bins.div_ceil(LABELS_MAX - 1);
    let tick = |(number, (at, ns)): (usize, (usize, &u128))| {
        let (time, unit) = human::time_in_parts(*ns as f64, 4);
        Tick { at: at as f64 / bins as f64, label: format!("{time} {unit}"), is_minor: number % 2 == 1 }
    };
    bounds.iter().enumerate().step_by(every).enumerate().map(tick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Nanos, Resolution};

    #[test]
    fn each_bin_with_deltas_has_a_bar_and_a_title() {
        let mut transition = Transition::new();
        for (delta, times) in [(0, 2), (1_000, 100_000), (9_000, 1)] {
            (0..times).for_each(|_| transition.record(Nanos(delta), Resolution::Micros));
        }
        let mut out = Vec::new();
        push(&mut out, "Histogram", &transition);
        let page = String::from_utf8(out).expect("the page is UTF-8");
        for title in
            ["0 to 1 \u{b5}s: 2, under 0.1 %", "1 to 2 \u{b5}s: 100000, 100 %", "5 to 10 \u{b5}s: 1, under 0.1 %"]
        {
            assert!(page.contains(&format!("<title>{title}</title>")), "{page}");
        }
        assert_eq!(page.matches("<rect").count(), 3);
        assert!(page.contains("height=\"2\""), "{page}");
    }
}
