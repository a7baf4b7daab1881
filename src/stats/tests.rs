//! Tests that the statistics of parts, merged in any order and grouping, are the same as those of the whole.

use super::*;
use crate::dialect::PERF_SCRIPT_SYNTAX;
use crate::event::{Nanos, Resolution};
use crate::key::{GroupValue, Key, KeyValue};
use crate::matcher::Counts;
use proptest::collection::vec;
use proptest::prelude::*;

/// The number of positions of the loop.
const POSITIONS: usize = 3;
/// The largest number of parts into which the whole is split.
const PARTS_MAX: usize = 6;

/// A loop that has closed.
#[derive(Clone, Debug)]
struct Closed {
    /// The index of the part to which the loop is added.
    part: usize,
    deltas: [u64; POSITIONS - 1],
    resolution: Resolution,
    group: i64,
}

fn closed() -> impl Strategy<Value = Closed> {
    // Most deltas are small, so that some are equal. Few are large, because it takes long to iterate over their
    // histograms.
    let delta =
        prop_oneof![4 => 0..5_u64, 8 => 1_000..3_000_000_u64, 1 => (2..62_u32).prop_map(|bits| u64::MAX >> bits)];
    let resolution = prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)];
    (0..PARTS_MAX, [delta.clone(), delta], resolution, 0..8_i64).prop_map(|(part, deltas, resolution, group)| Closed {
        part,
        deltas,
        resolution,
        group,
    })
}

/// Adds a closed loop to a tally. The larger `at` is, the later is its last event.
fn record(tally: &mut Tally, at: usize, closed: &Closed) {
    let begin = u64::MAX / 2 + at as u64 - closed.deltas[0] - closed.deltas[1];
    let times = [begin, begin + closed.deltas[0], begin + closed.deltas[0] + closed.deltas[1]];
    let group = GroupValue::new(KeyValue::number(closed.group), closed.group.to_string().as_bytes());
    tally.count_seen(1 << (at % POSITIONS));
    tally.first_without_key += u64::from(at.is_multiple_of(2 * POSITIONS));
    tally.count_left_out(1 << (at % POSITIONS) | 1);
    tally.expired += at as u64 % 5;
    tally.outside += at as u64 % 7;
    tally.record(&times, closed.resolution, &group, &mut usize::MAX.clone());
}

/// Returns all numbers of a transition. Floats are given by their bits, so that they are compared exactly.
fn numbers_of(transition: &Transition) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (transition.count(), transition.sum_ns(), transition.min(), transition.max(), transition.median_half_ns()),
        transition.mean_ns().map(f64::to_bits),
        transition.stddev_ns().map(f64::to_bits),
        transition.quantiles_half_ns(&[0, 1, 100, 250, 500, 900, 990, 999, 1000].map(Quantile::per_mille)),
    )
}

/// Returns all numbers of a loop. The groups are in the order of their texts.
fn numbers_of_loop(tally: &Tally) -> impl PartialEq + std::fmt::Debug + use<> {
    let of_deltas =
        |deltas: &Deltas| -> Vec<_> { deltas.transitions().iter().chain([deltas.total()]).map(numbers_of).collect() };
    let mut groups: Vec<_> = tally.groups.iter().flat_map(Groups::largest_first).collect();
    groups.sort_by_key(|group| group.value.text());
    let groups: Vec<_> = groups.iter().map(|group| (group.value.text(), of_deltas(&group.deltas))).collect();
    let counts = (
        tally.seen.clone(),
        (tally.left_out.clone(), tally.events_left_out),
        tally.begun(),
        tally.expired,
        tally.outside,
        tally.closed(),
    );
    (of_deltas(&tally.deltas), groups, counts, tally.row_times.first(), tally.row_times.last())
}

/// Merges parts until one is left. Each turn takes one part out of the list and merges it into another part.
fn merge_all<T>(
    mut parts: Vec<T>,
    turns: &[(prop::sample::Index, prop::sample::Index)],
    merge: impl Fn(&mut T, &T),
) -> T {
    for (taken, into) in turns {
        if parts.len() > 1 {
            let other = parts.remove(taken.index(parts.len()));
            let into = into.index(parts.len());
            merge(&mut parts[into], &other);
        }
    }
    let mut whole = parts.remove(0);
    parts.iter().for_each(|part| merge(&mut whole, part));
    whole
}

fn turns() -> impl Strategy<Value = Vec<(prop::sample::Index, prop::sample::Index)>> {
    vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), PARTS_MAX)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_merged_in_any_order_is_the_whole(loops in vec(closed(), 0..40), one in turns(), other in turns()) {
        let new = || Tally::new(POSITIONS, Some(64));
        let (mut whole, mut parts) = (new(), vec![new(); PARTS_MAX]);
        for (at, closed) in loops.iter().enumerate() {
            record(&mut whole, at, closed);
            record(&mut parts[closed.part], at, closed);
        }
        let merged = |turns| merge_all(parts.clone(), turns, |into, part| into.merge(part, &mut usize::MAX.clone()));
        let (one, other) = (merged(&one), merged(&other));
        prop_assert_eq!(numbers_of_loop(&one), numbers_of_loop(&whole));
        prop_assert_eq!(numbers_of_loop(&other), numbers_of_loop(&whole));
        // Each part counts as an input of its own.
        let span = |tally: &Tally| tally.row_times.span().map_or(0, |(Nanos(span), _)| span);
        prop_assert_eq!([&one, &other].map(span), [parts.iter().map(span).sum(); 2]);
        // The order in which groups are shown does not depend on the order of merging either.
        let shown = |tally: &Tally| -> Vec<_> {
            tally.groups.iter().flat_map(Groups::largest_first).map(|group| group.value.text()).collect()
        };
        prop_assert_eq!(shown(&one), shown(&other));
    }
}

/// Returns a quantile of sorted deltas in half nanoseconds, computed by its definition.
fn exact_half_ns(sorted: &[u64], per_mille: u64) -> u128 {
    let count = sorted.len();
    let at = |rank: usize| u128::from(sorted[rank.max(1) - 1]);
    if per_mille == 500 {
        return at(count.div_ceil(2)) + at(count / 2 + 1);
    }
    2 * at((count * per_mille as usize).div_ceil(1000))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantiles_are_within_a_thousandth_of_the_exact_ones(
        deltas in vec((prop_oneof![0..3_000_u64, 0..u64::MAX, (0..64_u32).prop_map(|bits| 1 << bits)], any::<bool>()), 1..200),
        per_mille in vec(0..=1000_u64, 1..5),
    ) {
        let mut transition = Transition::new();
        let mut sorted = Vec::new();
        for (delta, is_fine) in deltas {
            let resolution = if is_fine { Resolution::Nanos } else { Resolution::Micros };
            let delta = delta - delta % resolution.step_ns();
            transition.record(Nanos(delta), resolution);
            sorted.push(delta);
        }
        sorted.sort_unstable();
        let quantiles: Vec<Quantile> = per_mille.iter().map(|share| Quantile::per_mille(*share)).collect();
        let found = transition.quantiles_half_ns(&quantiles).expect("at least one delta");
        for (share, found) in per_mille.into_iter().zip(found) {
            let exact = exact_half_ns(&sorted, share);
            prop_assert!(found.abs_diff(exact) <= exact / 1000, "p{} is {found}, not {exact}", share as f64 / 10.0);
        }
        let ends = transition.quantiles_half_ns(&[Quantile::per_mille(0), Quantile::per_mille(1000)]);
        let extremes = [sorted.first(), sorted.last()].map(|delta| 2 * u128::from(*delta.expect("at least one delta")));
        prop_assert_eq!(ends, Some(extremes.to_vec()));
    }
}

#[test]
fn statistics_by_group_remain_only_if_both_sides_have_them() {
    for (one, other, expected) in [(true, true, true), (true, false, false), (false, true, false)] {
        let tally = |has_groups: bool| Tally::new(2, has_groups.then_some(64));
        let mut merged = tally(one);
        merged.merge(&tally(other), &mut 0);
        assert_eq!(merged.groups.is_some(), expected);
    }
}

#[test]
fn ledgers_add_their_counts_and_keep_the_first_place() {
    let ledger = |name: &str, lines: u64, malformed: &[u8]| {
        let mut ledger = Ledger::default();
        (ledger.bytes, ledger.lines) = (100 * lines, 10);
        ledger.begin_input(name.to_owned());
        ledger.lines += lines;
        ledger.matcher = Counts { cut: lines, ..Counts::default() };
        ledger.missing_key(Key::Tid, 7, &PERF_SCRIPT_SYNTAX);
        if !malformed.is_empty() {
            ledger.malformed(malformed);
        }
        ledger
    };
    let (none, one, other) = (ledger("none", 1, b""), ledger("one", 2, b"x"), ledger("other", 3, b"y"));
    let merged = |parts: [&Ledger; 3]| {
        let mut merged = Ledger::default();
        parts.into_iter().for_each(|part| merged.merge(part));
        merged
    };
    for parts in [[&none, &one, &other], [&other, &none, &one]] {
        let merged = merged(parts);
        assert_eq!((merged.bytes, merged.lines, merged.malformed), (600, 36, 2));
        assert_eq!((merged.matcher.cut, merged.missing_key_of(Key::Tid)), (6, 3));
    }
    let first = merged([&none, &one, &other]).first_malformed;
    assert_eq!(first, Some(Place { input: "one".to_owned(), line: 2, excerpt: b"x".to_vec() }));
}

#[test]
fn the_difference_of_two_ledgers_is_what_was_added_in_between() {
    // Each count is another number, so that no two of them can be mixed up.
    let counted = |factor: u64| {
        let mut ledger = Ledger::default();
        (ledger.bytes, ledger.lines, ledger.records, ledger.events) = (factor, 2 * factor, 3 * factor, 4 * factor);
        (ledger.own, ledger.left_out, ledger.skipped) = (5 * factor, 6 * factor, 7 * factor);
        (ledger.malformed, ledger.lost, ledger.lost_markers) = (8 * factor, 9 * factor, 11 * factor);
        (ledger.timeless, ledger.pairs_beyond) = (12 * factor, 13 * factor);
        ledger.matcher = Counts { out_of_order: 14 * factor, cut: 15 * factor, ..Counts::default() };
        ledger.missing_key[1] = 16 * factor;
        ledger
    };
    let (before, added) = (counted(1), counted(1000));
    let mut whole = before.clone();
    whole.merge(&added);
    assert_eq!(format!("{whole:?}"), format!("{:?}", counted(1001)));
    // The events without a key and the pairs beyond the limit are no differences.
    let mut expected = counted(1000);
    (expected.missing_key, expected.pairs_beyond) = (whole.missing_key, whole.pairs_beyond);
    assert_eq!(format!("{:?}", whole.since(&before, 1000)), format!("{expected:?}"));
}
