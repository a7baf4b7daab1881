use super::*;

/// Returns the loops of side A of an example with known results: loop i of 2000 closes at 5000 i ns.
fn example() -> impl DoubleEndedIterator<Item = (u64, u64)> {
    (1..=2000_u64).map(|i| (5000 * i, 20_000 + 10 * (i * i % 1009) + 8000 * (i / 100 % 2)))
}

fn cells_of(loops: impl IntoIterator<Item = (u64, u64)>, max: usize) -> Cells {
    let mut cells = Cells::new(max);
    loops.into_iter().for_each(|(time, total)| cells.record(Nanos(time), Nanos(total)));
    cells
}

#[test]
fn the_example_has_the_known_cells() {
    let cells = cells_of(example(), 64);
    assert_eq!((cells.width_log2, cells.cells.len()), (18, 39));
    let first = &cells.cells[0];
    assert_eq!((first.index, first.count, first.sum_ns), (0, 52, 1_229_690));
    assert_eq!(cells.cells.iter().map(Cell::count).sum::<u64>(), 2000);
}

#[test]
fn neither_order_nor_grouping_changes_the_cells() {
    let whole = cells_of(example(), 64);
    assert_eq!(cells_of(example().rev(), 64), whole);
    let mut even = cells_of(example().filter(|(time, _)| time % 10_000 == 0), 64);
    let odd = cells_of(example().filter(|(time, _)| time % 10_000 != 0), 64);
    even.merge(&odd);
    assert_eq!(even, whole);
    let mut into_empty = Cells::new(64);
    into_empty.merge(&whole);
    assert_eq!(into_empty, whole);
}

#[test]
fn a_copy_with_fewer_cells_is_the_grid_of_that_maximum() {
    let picture = cells_of(example(), 256);
    assert_eq!(picture.at_most(64), cells_of(example(), 64));
    let doubled = picture.at_most(64).doubled();
    assert_eq!((doubled.width_log2, doubled.cells.len()), (19, 20));
    assert_eq!(doubled.doubled(), cells_of(example(), 64).doubled().doubled());
    assert_eq!(Cells::new(64).doubled().cells(), []);
}

#[test]
fn a_finer_grid_is_doubled_to_the_coarser_one() {
    let mut fine = cells_of(example(), 256);
    assert_eq!(fine.cells.len(), 153);
    fine.max = 64;
    fine.widen_to_max();
    assert_eq!(fine, cells_of(example(), 64));
}

#[test]
fn a_silence_has_no_cells_but_columns() {
    let cells = cells_of([(1_000, 5), (3_600_000_000_000, 7)], 256);
    assert_eq!((cells.cells.len(), cells.width_log2), (2, 10));
    let picture = cells.spanning(256);
    assert!(picture.columns() <= 256 && picture.columns() > 128);
    assert_eq!(picture.cells.iter().map(Cell::count).sum::<u64>(), 2);
    let far = cells_of([(0, 1), (u64::MAX, 1)], 4);
    assert_eq!(far.spanning(1).columns(), 1);
}

#[test]
fn bins_lie_side_by_side() {
    for ns in [0, 1, 2, 3, 7, 8, 9, 1000, 1023, 1024, 1_000_000_007, u64::MAX] {
        let bin = CellBin::of(Nanos(ns));
        let [low, high] = bin.row_bounds_ns(1);
        let value = ns.max(1) as f64;
        assert!(low <= value && (value < high || ns == u64::MAX), "{ns}: {low} {high}");
        assert_eq!(CellBin(bin.0 + 1).row_bounds_ns(1)[0], high);
    }
    assert_eq!([CellBin::of(Nanos(0)).0, CellBin::of(Nanos(1)).0, CellBin::of(Nanos(2)).0], [0, 0, 8]);
    assert_eq!(CellBin::of(Nanos(1000)).row_bounds_ns(1), [960.0, 1024.0]);
    assert_eq!(CellBin::of(Nanos(1000)).row_bounds_ns(4), [768.0, 1024.0]);
}

#[test]
fn the_bins_of_a_cell_have_its_count() {
    let cells = cells_of([(5, 1_000), (6, 1), (7, 1_000_000), (8, 0), (9, 1_000)], 64);
    let bins: Vec<(usize, u64)> = cells.cells[0].bins().map(|(bin, count)| (bin.0, count)).collect();
    assert_eq!(bins, [(0, 2), (CellBin::of(Nanos(1_000)).0, 2), (CellBin::of(Nanos(1_000_000)).0, 1)]);
}
