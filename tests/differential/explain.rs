//! Compares the result of `--explain` with one that is computed here from the whole history of each thread.

use crate::states::{
    BLOCKED, Line, RUNNABLE, RUNNING, SLEEPING, UNKNOWN, What, closed_loops, engine_of, history, lines,
};
use proptest::prelude::*;
use pspp_filter::WhyTask;
use pspp_filter::why::State;
use pspp_filter::why::explain::Explanation;
use std::collections::BTreeMap;

/// The state and the event under which a piece of time counts.
type Spot = (Option<usize>, Option<String>);

/// The amounts of one closed loop: its total, its time at each spot (both in nanoseconds), and how often each event
/// came inside the loop.
struct Known {
    total: u64,
    spots: BTreeMap<Spot, u128>,
    inside: BTreeMap<String, u64>,
}

fn bare(name: &str) -> String {
    name.rsplit(':').next().expect("a name").to_owned()
}

/// Returns the name of a line's event, and whether the time behind it counts under this event, as it does for all
/// events but those of the scheduler.
fn name(line: &Line) -> (String, bool) {
    match line.what {
        What::Event(name) => (bare(name), true),
        What::Switch(..) => ("sched_switch".to_owned(), false),
        What::Wake(name, _) => (name.to_owned(), false),
    }
}

fn known(lines: &[Line], [first, second, last]: [usize; 3], has_switch: bool) -> Known {
    let thread = lines[first].tid;
    let total = lines[last].time - lines[first].time;
    let mut spots: BTreeMap<Spot, u128> = BTreeMap::new();
    for ends in [first..=second, second..=last] {
        let pieces: Vec<_> = history(lines, thread).into_iter().filter(|(at, ..)| ends.contains(at)).collect();
        if pieces.windows(2).any(|pair| pair[1].1 < pair[0].1) {
            let time = lines[*ends.end()].time - lines[*ends.start()].time;
            *spots.entry((has_switch.then_some(UNKNOWN), None)).or_default() += u128::from(time);
            continue;
        }
        for pair in pieces.windows(2) {
            let before = lines[..=pair[0].0].iter().rev().filter(|line| line.tid == thread).map(name);
            let event = before.into_iter().find(|(_, counts)| *counts).map(|(name, _)| name);
            let state = has_switch.then_some(pair[0].2);
            let event = event.filter(|_| state != Some(RUNNABLE));
            *spots.entry((state, event)).or_default() += u128::from(pair[1].1 - pair[0].1);
        }
    }
    spots.retain(|_, time| *time > 0);
    let mut inside = BTreeMap::new();
    for line in lines[first + 1..last].iter().filter(|line| line.tid == thread) {
        *inside.entry(name(line).0).or_default() += 1;
    }
    Known { total, spots, inside }
}

/// Returns the bin of a total in nanoseconds, computed with floating point from the formula in the documentation.
fn bin(total: u64) -> u64 {
    if total == 0 {
        return 0;
    }
    let octave = u64::from(63 - total.leading_zeros());
    128 * octave + (128.0 * (total as f64 / (1_u64 << octave) as f64 - 1.0)).floor() as u64
}

fn check(lines: &[Line], found: Option<&Explanation>) -> Result<(), TestCaseError> {
    let has_switch = lines.iter().any(|line| matches!(line.what, What::Switch(..)));
    let loops: Vec<Known> = closed_loops(lines).into_iter().map(|ends| known(lines, ends, has_switch)).collect();
    let Some(found) = found else {
        prop_assert!(loops.is_empty());
        return Ok(());
    };
    let mut bins: Vec<u64> = loops.iter().map(|known| bin(known.total)).collect();
    bins.sort_unstable();
    let from = bins[bins.len() - bins.len().div_ceil(100)];
    let (tail, rest): (Vec<&Known>, Vec<&Known>) = loops.iter().partition(|known| bin(known.total) >= from);
    prop_assert_eq!((found.tail.0, found.rest), (tail.len() as u64, rest.len() as u64));
    let mean = |side: &[&Known], of: &dyn Fn(&Known) -> u128| {
        side.iter().map(|known| of(known)).sum::<u128>() as f64 / side.len() as f64
    };
    let same = |found: f64, exact: f64| (found - exact).abs() <= exact.abs() * 1e-9;
    let total = found.transitions.last().expect("the total").means;
    prop_assert!(same(total.tail, mean(&tail, &|known| known.total.into())));
    let sum: f64 = found.where_.iter().map(|row| row.time.means.tail).sum();
    prop_assert!((sum - total.tail).abs() <= total.tail * 1e-9, "the rows of where add up");
    for row in found.where_.iter().filter(|row| row.event.as_deref() != Some(b"others")) {
        let state = row.state.map(|state| match state {
            State::Running => RUNNING,
            State::Runnable => RUNNABLE,
            State::Sleeping => SLEEPING,
            State::Blocked => BLOCKED,
            State::Unknown => UNKNOWN,
        });
        let spot = (state, row.event.as_ref().map(|event| String::from_utf8_lossy(event).into_owned()));
        let of = |known: &Known| known.spots.get(&spot).copied().unwrap_or(0);
        prop_assert!(same(row.time.means.tail, mean(&tail, &of)), "{:?} in the tail", spot);
        prop_assert_eq!(row.loops, tail.iter().filter(|known| of(known) > 0).count() as u64, "{:?}", spot);
        if let Some(in_rest) = row.time.means.rest {
            prop_assert!(same(in_rest, mean(&rest, &of)), "{:?} in the rest", spot);
        }
    }
    for (event, means) in &found.inside {
        let event = String::from_utf8_lossy(event).into_owned();
        let of = |known: &Known| known.inside.get(&event).copied().unwrap_or(0).into();
        prop_assert!(same(means.tail, mean(&tail, &of)), "{} in the tail", event);
        if let Some(in_rest) = means.rest {
            prop_assert!(same(in_rest, mean(&rest, &of)), "{} in the rest", event);
        }
    }
    let expected = tail.iter().chain(&rest).flat_map(|known| known.inside.keys());
    let expected: std::collections::BTreeSet<&String> = expected.collect();
    prop_assert_eq!(found.inside.len(), expected.len().min(12));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_explanation_is_that_of_the_whole_history(lines in lines()) {
        let engine = engine_of(&lines, None, WhyTask { explain: true, ..WhyTask::default() });
        let summary = engine.summary();
        check(&lines, summary.loops[0].explanation.as_ref().expect("it was asked for").as_ref())?;
    }
}
