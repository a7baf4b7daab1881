//! The distributions of both sides in common pictures: one with the histograms of both sides, and one with their
//! percentile curves.

use super::labels::{self, Label, SIDES};
use crate::report::bins::{SharedBin, histogram_of_both};
use crate::report::comparison::ComparedTransition;
use crate::report::html::axis::share_ticks;
use crate::report::html::element::{element, push_text};
use crate::report::html::histogram::bound_ticks;
use crate::report::html::human;
use crate::report::html::percentiles::{Series, push_curves};
use crate::report::html::plot::{Plot, percent, pixels};
use crate::report::states;
use crate::stats::Transition;

/// The height of the histograms in pixels.
const HEIGHT: f64 = 240.0;
/// The smallest height of a bar, so that a bin with few deltas can be seen.
const BAR_MIN: f64 = 2.0;
/// The end of the axis of shares, as a multiple of the largest share. The room above the highest bar is for the name of
/// its side.
const HEADROOM: f64 = 1.18;

/// Appends both pictures of a transition. A side without deltas is not drawn. There are no pictures if no side has deltas.
pub(super) fn push(out: &mut Vec<u8>, transition: &ComparedTransition<'_>) {
    let empty = Transition::new();
    let sides = transition.sides.map(|side| side.unwrap_or(&empty));
    if sides.iter().all(|side| side.count() == 0) {
        return;
    }
    element(out, "div", &[("class", "pictures")], |out| {
        push_histograms(out, sides);
        push_percentiles(out, sides);
    });
}

/// Appends the histograms. Each bin has a bar for each side. The height of a bar is the share of the loops of its side
/// that lie in the bin.
fn push_histograms(out: &mut Vec<u8>, sides: [&Transition; 2]) {
    let bins = histogram_of_both(sides);
    let totals = sides.map(Transition::count);
    let share = |bin: &SharedBin, side: usize| bin.counts[side] as f64 / totals[side].max(1) as f64;
    let largest = bins.iter().flat_map(|bin| [0, 1].map(|side| share(bin, side))).fold(0.0, f64::max);
    let end = largest * HEADROOM;
    let bounds: Vec<[u128; 2]> = bins.iter().map(|bin| bin.bounds_ns).collect();
    let plot = Plot {
        class: "half",
        title: "Histogram",
        reading: "The share of the loops of each side that took so long.",
        height: HEIGHT,
        rows: &share_ticks(end),
        columns: &bound_ticks(&bounds),
        axis: "time",
    };
    let draw = |out: &mut Vec<u8>| {
        for (at, bin) in bins.iter().enumerate() {
            for side in [0, 1].into_iter().filter(|side| bin.counts[*side] > 0) {
                push_bar(out, bin, side, [at, bins.len()], [share(bin, side), end]);
            }
        }
        labels::push(out, labels_of_bars(&bins, totals, &share, end));
    };
    plot.push(out, draw, |_| ());
}

/// Appends the bar of a side in a bin. `place` has the index of the bin and the number of all bins. `shares` has the
/// share that the bar shows, and the share at the upper end of the axis.
fn push_bar(out: &mut Vec<u8>, bin: &SharedBin, side: usize, place: [usize; 2], shares: [f64; 2]) {
    let height = (HEIGHT * shares[0] / shares[1]).max(BAR_MIN);
    let width = 1.0 / place[1] as f64;
    let attributes = [
        ("class", &*format!("side {}", SIDES[side])),
        ("x", &*percent((place[0] as f64 + [0.1, 0.52][side]) * width)),
        ("y", &*pixels(HEIGHT - height)),
        ("width", &*percent(0.38 * width)),
        ("height", &*pixels(height)),
    ];
    let span = human::span(bin.bounds_ns.map(|bound| bound as f64));
    element(out, "rect", &attributes, |out| {
        let title = format!("{}, {span}: {}, {}", SIDES[side], bin.counts[side], states::percent(shares[0]));
        element(out, "title", &[], |out| push_text(out, title));
    });
}

/// Returns the labels with the names of the sides. Each stands above the highest bar of its side.
fn labels_of_bars(
    bins: &[SharedBin],
    totals: [u64; 2],
    share: &impl Fn(&SharedBin, usize) -> f64,
    end: f64,
) -> Vec<Label> {
    let highest = |side: usize| {
        let place = (0..bins.len()).rev().max_by_key(|at| bins[*at].counts[side])?;
        Some((side, place))
    };
    let sides: Vec<(usize, usize)> = [0, 1].into_iter().filter(|side| totals[*side] > 0).filter_map(highest).collect();
    let label = |(side, place): (usize, usize)| {
        let x = (place as f64 + [0.29, 0.71][side]) / bins.len() as f64;
        let anchor = match x {
            ..0.12 => "start",
            0.88.. => "end",
            _ => "middle",
        };
        let y = HEIGHT * (1.0 - share(&bins[place], side) / end) - 7.0;
        Label { name: SIDES[side], x, y, anchor, shift: "" }
    };
    sides.into_iter().map(label).collect()
}

/// Appends the percentile curves. At the end of each curve stands the name of its side.
fn push_percentiles(out: &mut Vec<u8>, sides: [&Transition; 2]) {
    let with_deltas = SIDES.into_iter().zip(sides).filter(|(_, side)| side.count() > 0);
    let names: Vec<&'static str> = with_deltas.clone().map(|(name, _)| name).collect();
    let series: Vec<Series<'_>> =
        with_deltas.map(|(name, side)| Series::new(name.to_owned(), name.to_owned(), side)).collect();
    let label = |out: &mut Vec<u8>, ends: &[[f64; 2]]| {
        let of_curves = names.iter().zip(ends);
        let of_curves = of_curves.map(|(name, [x, y])| Label { name, x: *x, y: y + 4.0, anchor: "start", shift: "9" });
        labels::push(out, of_curves.collect());
    };
    push_curves(out, "half named", &series, label, |_| ());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Nanos, Resolution};

    #[test]
    fn bars_are_shares_of_their_side() {
        let side = |deltas: &[(u64, usize)]| {
            let mut transition = Transition::new();
            for (delta, times) in deltas {
                (0..*times).for_each(|_| transition.record(Nanos(*delta), Resolution::Nanos));
            }
            transition
        };
        let (before, after) = (side(&[(1_000, 10)]), side(&[(1_000, 500), (2_000, 500)]));
        let mut out = Vec::new();
        push_histograms(&mut out, [&before, &after]);
        let page = String::from_utf8(out).expect("the page is UTF-8");
        for title in [
            "before, 1 to 1.1 \u{b5}s: 10, 100 %",
            "after, 1 to 1.1 \u{b5}s: 500, 50 %",
            "after, 2 to 2.2 \u{b5}s: 500, 50 %",
        ] {
            assert!(page.contains(&format!("<title>{title}</title>")), "{page}");
        }
        assert_eq!((page.matches("<rect").count(), page.matches("class=\"label").count()), (3, 2));
    }
}
