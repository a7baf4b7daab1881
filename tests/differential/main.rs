//! Compares the matcher and the statistics of the program with simple ones that are written for this test only. The
//! simple ones share no code with the program, and keep all events and all deltas in memory.
//!
//! Random loops are followed in random traces and in captures. The loops have repeated events, alternatives, negated
//! positions, time limits, conditions, keys and fields. The traces have times that step back, losses, exits, several
//! inputs, and more keys than the table of keys has room for. If a comparison fails, proptest shrinks the case and
//! prints its seed. To try more cases:
//!
//!     PROPTEST_CASES=100000 cargo test --release --test differential

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;

mod captures;
mod closed;
mod compare;
mod explain;
mod naive;
mod random;
mod reasons;
mod scheduler;
mod states;
mod trace;
mod whole;
mod why;

use common::rows::{row_sink, task};
use naive::expected;
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::event::{Nanos, Resolution};
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::stats::{Quantile, Transition};
use pspp_filter::{Engine, Pause, RowFormat, Task};
use random::{a_loop, a_matching, steps, timed};
use trace::{Loop, Step, texts_of};

/// Compares the program's statistics of a transition with those that are computed here from all its deltas, which are
/// in nanoseconds.
fn check_statistics(found: &Transition, deltas: &[u64], resolution: Resolution) -> Result<(), TestCaseError> {
    let count = deltas.len() as u128;
    prop_assert_eq!(u128::from(found.count()), count);
    let mut sorted = deltas.to_vec();
    sorted.sort_unstable();
    prop_assert_eq!(found.min().map(|min| min.0), sorted.first().copied());
    prop_assert_eq!(found.max().map(|max| max.0), sorted.last().copied());
    if deltas.is_empty() {
        prop_assert_eq!((found.mean_ns(), found.stddev_ns(), found.median_half_ns()), (None, None, None));
        return Ok(());
    }
    let close = |found: f64, exact: f64| (found - exact).abs() <= exact.abs() * 1e-15;
    let sum: u128 = deltas.iter().map(|&delta| u128::from(delta)).sum();
    let squares: u128 = deltas.iter().map(|&delta| u128::from(delta) * u128::from(delta)).sum();
    prop_assert!(close(found.mean_ns().unwrap_or(f64::NAN), sum as f64 / count as f64));
    if count > 1 {
        // The variance is computed with integers, because rounded floats would lose it if the deltas differ by little.
        let variance = (count * squares - sum * sum) as f64 / (count * (count - 1)) as f64;
        prop_assert!((found.stddev_ns().unwrap_or(f64::NAN) - variance.sqrt()).abs() <= 1e-15 * variance.sqrt());
    } else {
        prop_assert_eq!(found.stddev_ns(), None);
    }
    // The program's histogram is exact below 2048 steps of the resolution (1 us or 1 ns), and within 0.1 % above. A
    // median may be the mean of two whole numbers of ns, so the program returns medians and quantiles in half ns. Such
    // a number is compared with the sum of the deltas at two ranks, which are equal for a quantile.
    let near = |found: u128, ranks: [usize; 2]| {
        let [low, high] = ranks.map(|rank| u128::from(sorted[rank]));
        let exact_below = 2048 * u128::from(resolution.step_ns());
        found.abs_diff(low + high) <= if high < exact_below { 0 } else { (low + high) / 1000 }
    };
    let median_half = found.median_half_ns().unwrap_or(u128::MAX);
    prop_assert!(near(median_half, [(sorted.len() - 1) / 2, sorted.len() / 2]), "{median_half} {sorted:?}");
    for (percentile, per_mille) in [("0", 0), ("0.1", 1), ("49.9", 499), ("90", 900), ("99", 990), ("100", 1000)] {
        let rank = (count * per_mille).div_ceil(1000).max(1) as usize;
        let quantile = Quantile::from_percentile(percentile).expect("a percentile");
        let half_ns = found.quantiles_half_ns(&[quantile]).expect("there are deltas")[0];
        prop_assert!(near(half_ns, [rank - 1; 2]), "{percentile}: {half_ns} {sorted:?}");
    }
    Ok(())
}

/// Returns the number of random cases that are tried.
pub fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

/// Parses loops as the program does. Each loop is named after its index.
pub fn parsed(loops: &[Loop]) -> Vec<pspp_filter::Loop> {
    let parse = |(at, spec): (usize, &Loop)| {
        let mut parsed = grammar::parse(&spec.text(), Notation::Arrows).expect("a loop");
        parsed.name = at.to_string();
        parsed
    };
    loops.iter().enumerate().map(parse).collect()
}

/// Compares the program with the naive filter on one trace: rows, counts and statistics.
fn check(
    loops: &[Loop],
    steps: &[Step],
    inputs: &[String],
    matching: Matching,
    resolution: Resolution,
    max_keys: usize,
) -> Result<(), TestCaseError> {
    let expected = expected(loops, matching, max_keys, steps);
    let task = Task { max_keys, ..task(parsed(loops), Key::Tid, matching) };
    let mut rows = Vec::new();
    let sinks = row_sink(&mut rows, RowFormat::default(), false);
    let mut engine = Engine::new(task, sinks).expect("a vector does not fail");
    for text in inputs {
        engine.begin_input("input".to_owned());
        let mut input = text.as_bytes();
        while engine.read(&mut input).expect("a slice does not fail") != Pause::End {}
        engine.end_input().expect("a vector does not fail");
    }

    let ledger = engine.ledger();
    let events = steps.iter().filter(|step| matches!(step, Step::Event(_))).count() as u64;
    prop_assert_eq!((ledger.events, ledger.malformed), (events, 0));
    prop_assert_eq!(ledger.matcher.out_of_order, expected.out_of_order, "out of order");
    prop_assert_eq!(ledger.matcher.evicted, expected.evicted, "evicted");
    prop_assert_eq!(ledger.matcher.cut, expected.cut, "cut");
    prop_assert_eq!(ledger.matcher.unfinished, expected.unfinished, "unfinished");

    let summary = engine.summary();
    for (at, found) in summary.loops.iter().enumerate() {
        prop_assert_eq!(found.seen, expected.seen[at].as_slice());
        prop_assert_eq!((found.begun, found.expired), (expected.begun[at], expected.expired[at]), "begun, expired");
        let rows: Vec<&Vec<u64>> =
            expected.rows.iter().filter(|(spec, _)| *spec == at).map(|(_, times)| times).collect();
        prop_assert_eq!(found.deltas.total().count(), rows.len() as u64);
        let times = || rows.iter().filter_map(|times| times.last().copied().map(Nanos));
        prop_assert_eq!(found.row_times.first().map(|(time, _)| time), times().min());
        prop_assert_eq!(found.row_times.last().map(|(time, _)| time), times().max());
        for (k, transition) in found.deltas.transitions().iter().enumerate() {
            let deltas: Vec<u64> = rows.iter().map(|times| times[k + 1] - times[k]).collect();
            check_statistics(transition, &deltas, resolution)?;
        }
        let totals: Vec<u64> = rows.iter().map(|times| times[times.len() - 1] - times[0]).collect();
        check_statistics(found.deltas.total(), &totals, resolution)?;
    }
    engine.end().expect("a vector does not fail");
    drop(engine);
    let rows = String::from_utf8(rows).expect("these comms are text");
    let found: Vec<(usize, Vec<u64>)> = rows.lines().map(|row| deltas_of(row, loops)).collect();
    let shown = |(at, times): (usize, Vec<u64>)| (at, times.windows(2).map(|pair| pair[1] - pair[0]).collect());
    let expected: Vec<(usize, Vec<u64>)> = expected.rows.into_iter().map(shown).collect();
    prop_assert_eq!(found, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_naive_filter_agrees_on_random_traces(
        loops in vec(a_loop(), 1..4),
        steps in steps(),
        matching in a_matching(),
        resolution in prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)],
        max_keys in prop_oneof![3 => Just(65536_usize), 1 => 1..5_usize],
    ) {
        let steps = timed(steps, resolution);
        check(&loops, &steps, &texts_of(&steps, resolution), matching, resolution, max_keys)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_naive_filter_agrees_on_captures(
        loops in vec(a_loop(), 1..4),
        capture in 0..captures::NAMES.len(),
        matching in a_matching(),
        max_keys in prop_oneof![3 => Just(65536_usize), 1 => 1..20_usize],
    ) {
        let capture = captures::capture(capture);
        let loops: Vec<Loop> = loops.into_iter().map(|spec| capture.with_its_names(spec)).collect();
        check(&loops, &capture.steps, &[capture.text.to_owned()], matching, capture.resolution, max_keys)?;
    }
}

/// Returns the index of the loop in a row, and the row's deltas in nanoseconds.
fn deltas_of(row: &str, loops: &[Loop]) -> (usize, Vec<u64>) {
    let columns: Vec<&str> = row.split('\t').collect();
    let at = if loops.len() > 1 { columns[3].parse().expect("a loop's name") } else { 0 };
    let before = 3 + usize::from(loops.len() > 1) + usize::from(loops[at].any_field());
    let nanos = |micros: &str| {
        let (whole, fraction) = micros.split_once('.').unwrap_or((micros, ""));
        let fraction: u64 = format!("{fraction:0<3}").parse().expect("decimals");
        whole.parse::<u64>().expect("a number") * 1_000 + fraction
    };
    let deltas = columns[before..].iter().take(loops[at].positions.len() - 1);
    (at, deltas.map(|delta| nanos(delta)).collect())
}
