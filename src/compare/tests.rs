//! Tests of whole comparisons.

use super::ratio::Interval;
use super::walk::Walk;
use super::*;
use crate::event::{Nanos, Resolution};
use crate::stats::{Cells, Transition};

/// Returns the loops of both sides of an example with known results. Each loop is given by the time at which it closed
/// and by its delta. The known results are those of a separate computation from the same formulas, which keeps every
/// delta.
pub(super) fn example() -> [Vec<(u64, u64)>; 2] {
    let before = |i: u64| (5000 * i, 20_000 + 10 * (i * i % 1009) + 8000 * (i / 100 % 2));
    let after = |i: u64| (1_000_000_000 + 7000 * i, 21_000 + 10 * (i * i % 1013) + 9000 * (i / 70 % 2));
    [(1..=2000).map(before).collect(), (1..=1500).map(after).collect()]
}

pub(super) fn cells_of(loops: &[(u64, u64)]) -> Cells {
    let mut cells = Cells::new(Cells::MAX_OF_COMPARISON);
    loops.iter().for_each(|&(time, delta)| cells.record(Nanos(time), Nanos(delta)));
    cells
}

pub(super) fn transition_of(loops: &[(u64, u64)], resolution: Resolution) -> Transition {
    let mut transition = Transition::new();
    loops.iter().for_each(|&(_, delta)| transition.record(Nanos(delta), resolution));
    transition
}

/// Compares two sides, each of which is one input.
fn compare_loops(sides: [&[(u64, u64)]; 2], resolution: Resolution) -> Comparison {
    let [before, after] = sides.map(|loops| (transition_of(loops, resolution), cells_of(loops)));
    let side = |(transition, cells)| Side { transition, cells, runs: &[] };
    compare(side((&before.0, &before.1)), side((&after.0, &after.1)))
}

fn assert_within(found: Option<f64>, known: f64, part: f64) {
    let found = found.expect("a number");
    assert!((found / known - 1.0).abs() <= part, "{found}, not {known}");
}

/// Returns the value and the bounds of a quantile of the deltas themselves, which no histogram rounds.
fn exact_interval(loops: &[(u64, u64)], quantile: crate::stats::Quantile) -> Interval {
    let mut deltas: Vec<u64> = loops.iter().map(|(_, delta)| *delta).collect();
    deltas.sort_unstable();
    let at = |rank: u64| deltas[rank as usize - 1] as f64;
    let [low, high] = blocks::Blocks::new(&cells_of(loops)).expect("8 cells").ranks(quantile);
    let [first, second] = quantile.ranks(deltas.len() as u64);
    Interval { value: (at(first) + at(second)) / 2.0, low: low.map(at), high: high.map(at) }
}

#[test]
fn the_ratios_of_the_example_from_exact_deltas() {
    let loops = example();
    let known = [
        (500, 1.048_608_725_5, 0.954_311_839_0, Some(1.136_187_359_6)),
        (900, 1.055_831_951_4, 1.027_787_284_8, Some(1.083_174_303_4)),
        (990, 1.052_118_978_7, 1.044_678_610_9, None),
    ];
    for (per_mille, value, low, high) in known {
        let quantile = crate::stats::Quantile::per_mille(per_mille);
        let ratio = Ratio::of_intervals([0, 1].map(|side| exact_interval(&loops[side], quantile)));
        near(ratio.value, value);
        near(ratio.low, low);
        assert_eq!(ratio.high.is_some(), high.is_some());
        if let Some(high) = high {
            near(ratio.high, high);
        }
    }
}

#[test]
fn the_shape_of_the_example_from_exact_deltas() {
    let [before, after] = example().map(|loops| {
        let mut deltas: Vec<(u64, u64)> = loops.iter().map(|(_, delta)| (*delta, 1)).collect();
        deltas.sort_unstable();
        deltas
    });
    let walk = Walk::new(before.into_iter(), after.into_iter()).expect("two sides");
    near(walk.a12(), 0.569_582_333_3);
    near(walk.mann_whitney().z, 7.055_915_295_8);
    near(walk.kolmogorov_smirnov().d, 0.133_166_666_7);
    assert_eq!(walk.kolmogorov_smirnov().at, Some(30_090));
}

#[test]
fn the_example_as_a_whole() {
    let [before, after] = example();
    let comparison = compare_loops([&before, &after], Resolution::Nanos);
    assert_eq!((comparison.method, comparison.verdict), (Method::Blocks, Verdict::Slower));
    assert!(!comparison.is_too_short);
    let ratios = comparison.ratios;
    // The mean comes from exact sums. The quantiles come from histograms, and are within the width of a bin, 0.1 %.
    near(ratios.mean.value, 1.046_227_755_7);
    near(ratios.mean.low, 0.987_146_338_7);
    near(ratios.mean.high, 1.108_845_237_9);
    assert_within(ratios.median.value, 1.048_608_725_5, 1e-3);
    assert_within(ratios.median.high, 1.136_187_359_6, 1e-3);
    assert_within(ratios.p90.low, 1.027_787_284_8, 1e-3);
    assert_within(ratios.p99.low, 1.044_678_610_9, 1e-3);
    assert_eq!((ratios.p99.high, ratios.p99.p), (None, None));
    near(comparison.effective[0], 85.781_637_457_5);
    near(comparison.effective[1], 76.141_158_168_2);
    assert_eq!([comparison.before.count, comparison.after.count], [2000, 1500]);
    assert_within(comparison.before.median, 29_110.0, 5e-4);
    assert_within(comparison.after.p99, 39_970.0, 5e-4);
    let shape = comparison.shape.expect("two sides");
    assert_within(Some(shape.a12), 0.569_582_333_3, 1e-3);
    assert_within(Some(shape.ks.d), 0.133_166_666_7, 1e-2);
}

/// Returns loops with these deltas, each of which comes with its count. All close in one cell.
fn in_one_cell(deltas: &[(u64, u64)]) -> Vec<(u64, u64)> {
    deltas.iter().flat_map(|&(delta, count)| std::iter::repeat_n((100, delta), count as usize)).collect()
}

#[test]
fn one_cell_makes_the_loops_independent() {
    let before = in_one_cell(&[(10, 1), (11, 2), (12, 4), (13, 2), (14, 1), (20, 1), (35, 1)]);
    let after = in_one_cell(&[(11, 1), (12, 2), (13, 3), (14, 3), (15, 1), (21, 1), (60, 1)]);
    let comparison = compare_loops([&before, &after], Resolution::Nanos);
    assert_eq!((comparison.method, comparison.verdict), (Method::Independent, Verdict::Unclear));
    assert!(comparison.is_too_short);
    assert_eq!(comparison.effective, [1.0, 1.0]);
    let ratios = comparison.ratios;
    near(ratios.mean.value, 1.211_428_571_428_571_5);
    near(ratios.mean.low, 0.727_091_576_5);
    near(ratios.mean.high, 2.018_396_624_4);
    near(ratios.median.value, 1.125);
    near(ratios.median.low, 0.926_616_872_4);
    near(ratios.median.high, 1.289_723_554_4);
    assert_eq!((ratios.p99.value, ratios.p99.low, ratios.p99.high), (Some(60.0 / 35.0), None, None));
    let shape = comparison.shape.expect("two sides");
    assert_eq!((shape.mann_whitney.u, shape.ks.at), (97.5, Some(Nanos(12))));
    near(shape.a12_error.expect("two deltas").value, 0.113_212_065_617_348_41);

    let before = in_one_cell(&[(10, 5000), (20, 3000), (50, 1500), (200, 450), (1000, 50)]);
    let after = in_one_cell(&[(10, 4800), (20, 3000), (50, 1500), (200, 600), (1000, 100)]);
    let mean = compare_loops([&before, &after], Resolution::Nanos).ratios.mean;
    near(mean.value, 1.24);
    near(mean.low, 1.155_634_232_9);
    near(mean.high, 1.330_524_794_3);
}

/// If the loops of one side closed in too few cells, the other side is not compared by its cells either.
#[test]
fn one_side_with_few_cells_decides_for_both() {
    let [before, _] = example();
    let few = in_one_cell(&[(40_000, 1000)]);
    for sides in [[&before, &few], [&few, &before]] {
        let comparison = compare_loops([sides[0], sides[1]], Resolution::Nanos);
        assert_eq!((comparison.method, comparison.verdict), (Method::Independent, Verdict::Unclear));
        let mut effective = comparison.effective;
        effective.sort_by(f64::total_cmp);
        assert_eq!(effective, [1.0, 39.0]);
    }
}

#[test]
fn a_side_without_loops_has_no_ratio() {
    let some = in_one_cell(&[(10, 100)]);
    for [before, after] in [[&some[..], &[]], [&[], &some[..]], [&[], &[]]] {
        let comparison = compare_loops([before, after], Resolution::Nanos);
        assert_eq!((comparison.method, comparison.verdict), (Method::Independent, Verdict::Unclear));
        assert_eq!((comparison.ratios, comparison.shape), (Ratios::default(), None));
        assert!(comparison.is_too_short);
        assert_eq!(comparison.before.mean, (!before.is_empty()).then_some(10.0));
        assert_eq!(comparison.after.count, after.len() as u64);
        assert_eq!(comparison.effective, [before, after].map(|side| if side.is_empty() { 0.0 } else { 1.0 }));
    }
}

#[test]
fn one_loop_a_side_has_a_ratio_and_no_interval() {
    let comparison = compare_loops([&[(5, 10)], &[(5, 20)]], Resolution::Nanos);
    let alone = Ratio { value: Some(2.0), ..Ratio::default() };
    assert_eq!(comparison.ratios, Ratios { mean: alone, median: alone, p90: alone, p99: alone });
    let shape = comparison.shape.expect("two sides");
    assert_eq!((shape.a12, shape.a12_error, shape.mann_whitney.p), (1.0, None, 1.0));
}

/// Returns loops that close 1024 ns after one another, each in a cell of its own. They take these deltas in turn, again
/// and again.
fn spread(loops: u64, deltas: &[u64]) -> Vec<(u64, u64)> {
    (0..loops).map(|at| (at << 10, deltas[at as usize % deltas.len()])).collect()
}

/// A ratio to a delta of 0 would be infinite, so 0 counts as half a step of the clock: 500 ns with microseconds.
#[test]
fn deltas_of_nothing_count_as_half_a_clock_step() {
    let before = spread(1000, &[0]);
    let after = spread(1000, &[1000]);
    for (resolution, value) in [(Resolution::Micros, 2.0), (Resolution::Nanos, 2000.0)] {
        let comparison = compare_loops([&before, &after], resolution);
        assert_eq!((comparison.method, comparison.verdict), (Method::Blocks, Verdict::Slower));
        for ratio in [comparison.ratios.mean, comparison.ratios.median, comparison.ratios.p90] {
            near(ratio.value, value);
            near(ratio.low, value);
            near(ratio.high, value);
        }
        assert_eq!(comparison.before.median, Some(0.0));
        let back = compare_loops([&after, &before], resolution);
        assert_eq!(back.verdict, Verdict::Faster);
        near(back.ratios.median.value, 1.0 / value);
    }
    let equal = compare_loops([&before, &before], Resolution::Nanos);
    assert_eq!((equal.ratios.mean.value, equal.verdict), (Some(1.0), Verdict::Unclear));
    assert_eq!(equal.effective, [1000.0; 2]);
}

/// One delta in 50 was 90,000 ns before the change, so the p99 shrank although the median grew.
#[test]
fn a_median_that_grew_and_a_p99_that_shrank_are_mixed() {
    let mut with_tail = vec![100; 50];
    with_tail[7] = 90_000;
    let comparison = compare_loops([&spread(20_000, &with_tail), &spread(20_000, &[150])], Resolution::Nanos);
    assert_eq!(comparison.verdict, Verdict::Mixed);
}

/// The change is large and clear, but 16 loops on each side are fewer than a verdict needs.
#[test]
fn a_short_recording_stays_unclear() {
    let before = spread(16, &[100, 101, 99, 102]);
    let after = spread(16, &[900, 901, 902, 899]);
    let comparison = compare_loops([&before, &after], Resolution::Nanos);
    assert_eq!((comparison.method, comparison.is_too_short), (Method::Blocks, true));
    assert!(comparison.ratios.median.is_above_one());
    assert_eq!(comparison.verdict, Verdict::Unclear);
}

/// Four inputs on each side are compared as wholes, and three are not.
#[test]
fn four_runs_a_side_are_compared_as_wholes() {
    let inputs = |factor: u64| [97, 101, 99, 104, 98, 100].map(|delta| in_one_cell(&[(delta * factor, 3)]));
    let run = |loops: &Vec<(u64, u64)>| Run::of(&transition_of(loops, Resolution::Nanos)).expect("a loop");
    let [before, after] = [10, 13].map(inputs);
    let side = |inputs: &[Vec<(u64, u64)>]| {
        let all = inputs.concat();
        let runs: Vec<Run> = inputs.iter().map(run).collect();
        (transition_of(&all, Resolution::Nanos), cells_of(&all), runs)
    };
    let [before_side, after_side] = [side(&before), side(&after)];
    let compare_runs = |number: usize| {
        let of = |side: &'_ (Transition, Cells, Vec<Run>)| side.2[..number].to_vec();
        let runs = [of(&before_side), of(&after_side)];
        let side = |at: usize, data| {
            let (transition, cells, _): &(Transition, Cells, Vec<Run>) = data;
            Side { transition, cells, runs: &runs[at] }
        };
        compare(side(0, &before_side), side(1, &after_side))
    };
    let comparison = compare_runs(4);
    assert_eq!((comparison.method, comparison.verdict), (Method::Runs, Verdict::Slower));
    assert_eq!((comparison.effective, comparison.is_too_short), ([4.0, 4.0], false));
    near(comparison.ratios.p99.value, 1.3);
    near(comparison.ratios.p90.p, 2.0 / 70.0);
    assert_eq!(comparison.before.count, 18);
    assert_eq!(compare_runs(3).method, Method::Independent);
}
