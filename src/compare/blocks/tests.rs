use super::super::near;
use super::super::tests::{cells_of, example, transition_of};
use super::*;
use crate::event::{Nanos, Resolution};

const MEDIAN: Quantile = Quantile::MEDIAN;
const P90: Quantile = Quantile::P90;
const P99: Quantile = Quantile::P99;

fn blocks_of(loops: &[(u64, u64)]) -> Blocks {
    Blocks::new(&cells_of(loops)).expect("8 cells")
}

#[test]
fn the_example_has_the_known_widths() {
    for (loops, known) in example().iter().zip([[39, 20, 10], [41, 21, 11]]) {
        let widths: Vec<usize> = blocks_of(loops).widths.iter().map(|cells| cells.cells().len()).collect();
        assert_eq!(widths, known);
        assert_eq!(blocks_of(loops).widths[0].width_ns(), 1 << 18);
    }
}

#[test]
fn the_example_has_the_known_reaches() {
    let known =
        [[0.110_663_981_0, 0.033_549_093_9, 0.008_233_396_6], [0.130_084_040_2, 0.042_740_892_0, 0.014_175_550_2]];
    for (loops, known) in example().iter().zip(known) {
        let blocks = blocks_of(loops);
        for (quantile, known) in [MEDIAN, P90, P99].into_iter().zip(known) {
            near(blocks.reach(quantile), known);
        }
    }
}

#[test]
fn the_median_of_the_example_step_by_step() {
    let [before, _] = example();
    let blocks = blocks_of(&before);
    let place = blocks.place(MEDIAN);
    assert_eq!((place.bin, place.weight), (CellBin(118), 338.0 / 2000.0));
    near(place.fraction, (1000.0 - 916.0) / 338.0);
    for (cells, known) in blocks.widths.iter().zip([23.906_302_6, 20.595_185_5, 3.862_421_0]) {
        assert!((blocks.design_effect(cells, 0.5, &place) - known).abs() <= 5e-8);
    }
}

#[test]
fn the_bounds_of_the_example() {
    let known = [
        [[Some(27_880), Some(30_410)], [Some(35_630), Some(36_930)], [Some(37_840), Some(38_070)]],
        [[Some(28_080), Some(32_660)], [Some(37_540), Some(38_990)], [Some(39_700), None]],
    ];
    for (loops, known) in example().iter().zip(known) {
        let blocks = blocks_of(loops);
        let mut deltas: Vec<u64> = loops.iter().map(|(_, delta)| *delta).collect();
        deltas.sort_unstable();
        for (quantile, known) in [MEDIAN, P90, P99].into_iter().zip(known) {
            assert_eq!(blocks.ranks(quantile).map(|rank| rank.map(|rank| deltas[rank as usize - 1])), known);
        }
    }
}

#[test]
fn the_mean_of_the_example() {
    for (loops, known) in
        example().iter().zip([[0.038_421_516_7, 85.781_637_457_5], [0.043_619_480_8, 76.141_158_168_2]])
    {
        let transition = transition_of(loops, Resolution::Nanos);
        let error = blocks_of(loops).mean_error();
        near(error.reach_ns / transition.mean_ns().expect("a mean"), known[0]);
        near(transition.stddev_ns().expect("a deviation").powi(2) / error.square, known[1]);
    }
}

#[test]
fn eight_cells_are_enough_and_seven_are_not() {
    let loops_in = |cells: u64| (0..cells).map(|at| (at << 10, 100 + at)).collect::<Vec<_>>();
    assert!(Blocks::new(&cells_of(&loops_in(7))).is_none());
    assert!(Blocks::new(&cells_of(&loops_in(1))).is_none());
    assert!(Blocks::new(&Cells::new(64)).is_none());
    // Doubling the width of 8 neighbouring cells would leave 4 cells, which are too few.
    assert_eq!(blocks_of(&loops_in(8)).widths.len(), 1);
    assert_eq!(blocks_of(&loops_in(16)).widths.len(), 2);
    // 8 loops are too few for the upper bound of a p99.
    let [low, high] = blocks_of(&loops_in(8)).ranks(P99);
    assert!(low.is_some() && high.is_none());
    assert_eq!(blocks_of(&loops_in(8)).ranks(MEDIAN), [Some(1), Some(8)]);
}

/// The cells of a heat map may be more than a comparison uses. They give the same result as those of a comparison.
#[test]
fn more_cells_than_a_comparison_uses_are_doubled() {
    let [before, _] = example();
    let mut picture = Cells::new(Cells::MAX_OF_PICTURE);
    before.iter().for_each(|&(time, delta)| picture.record(Nanos(time), Nanos(delta)));
    near(Blocks::new(&picture).expect("8 cells").reach(MEDIAN), 0.110_663_981_0);
}

/// Doubling the width joins no cells if all lie far apart. If cells form two groups far apart, such as those of hosts
/// whose clocks differ, doubling the width joins the cells within each group.
#[test]
fn cells_that_lie_far_apart_are_divided_once() {
    let far_apart: Vec<(u64, u64)> = (0..10).map(|at| (at << 50, 100 * at)).collect();
    assert_eq!(blocks_of(&far_apart).widths.len(), 1);
    let two_hosts: Vec<(u64, u64)> = (0..32).map(|at| ((at % 16) << 10 | (at / 16) << 60, 100 + at)).collect();
    let sizes: Vec<usize> = blocks_of(&two_hosts).widths.iter().map(|cells| cells.cells().len()).collect();
    assert_eq!(sizes, [32, 16, 8]);
}

#[test]
fn equal_deltas_have_no_error() {
    let equal: Vec<(u64, u64)> = (0..1000).map(|at| (at << 8, 5_000)).collect();
    let blocks = blocks_of(&equal);
    assert_eq!(blocks.mean_error(), MeanError { reach_ns: 0.0, square: 0.0 });
    let fewest = blocks.widths.last().expect("cells").cells().len() as u64;
    near(blocks.reach(MEDIAN), t_quantile(fewest - 1) * (0.25_f64 / 1000.0).sqrt());
}

#[test]
fn a_small_spread_on_a_large_mean_keeps_its_digits() {
    let days = 1_000_000_000_000_000;
    let loops = |base: u64| (0..640).map(|at| (at << 10, base + at / 10 % 7)).collect::<Vec<_>>();
    let [small, large] = [0, days].map(|base| blocks_of(&loops(base)).mean_error());
    near(large.reach_ns, small.reach_ns);
    near(large.square, small.square);
    assert!(small.square > 0.0);
}
