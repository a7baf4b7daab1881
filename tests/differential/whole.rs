//! Compares all that `--explain` says with what `reasons.rs` computes, for random loops in random traces and in captures.

use crate::captures;
use crate::naive::expected;
use crate::random::{a_matching, steps, timed};
use crate::reasons::{Histories, Known, Origin, Spot};
use crate::trace::{Event, Loop, Position, Step, texts_of};
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::event::Resolution;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::why::explain::{Explanation, Means};
use pspp_filter::{Engine, Follow, Pause, Sinks, Task, WhyTask};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A closed loop with all that is compared.
struct Closed {
    total: u64,
    deltas: Vec<u64>,
    known: Known,
    inside: BTreeMap<String, u64>,
    /// The number of events of each pair of comm and event.
    around: BTreeMap<(String, String), u64>,
    /// The value of each field. The fields are in the order in which the program looks at them.
    values: Vec<(String, String)>,
}

/// A trace with what is known of it as a whole.
struct Trace<'t> {
    steps: &'t [Step],
    histories: Histories<'t>,
    /// The pairs of comm and event that are counted.
    pairs: BTreeSet<(String, String)>,
}

fn event(step: &Step) -> Option<&Event> {
    match step {
        Step::Event(event) => Some(event),
        _ => None,
    }
}

fn next_comm(event: &Event) -> Option<String> {
    let of = |name: &str| event.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let comm = of("next_comm").filter(|_| event.name == "sched_switch" && of("prev_pid").is_some());
    comm.map(|comm| if of("next_pid").as_deref() == Some("0") { "idle".to_owned() } else { comm })
}

fn next_tid(event: &Event) -> Option<i64> {
    event.fields.iter().find(|(known, _)| known == "next_pid").and_then(|(_, value)| value.parse().ok())
}

impl<'t> Trace<'t> {
    fn new(steps: &'t [Step]) -> Self {
        let mut pairs = Vec::new();
        for event in steps.iter().filter_map(event) {
            pairs.push((event.comm.clone(), event.name.clone()));
            pairs.extend(next_comm(event).map(|comm| (comm, "(runs)".to_owned())));
        }
        let mut first = BTreeSet::new();
        for pair in pairs {
            if first.len() < 128 {
                first.insert(pair);
            }
        }
        Trace { steps, histories: Histories::new(steps), pairs: first }
    }

    fn event(&self, at: usize) -> &'t Event {
        event(&self.steps[at]).expect("an event")
    }

    /// Returns the events behind the first one of a loop, up to and with its last one.
    fn events(&self, places: &[usize]) -> impl Iterator<Item = &'t Event> {
        self.steps[places[0] + 1..=places[places.len() - 1]].iter().filter_map(event)
    }

    fn closed(&self, spec: &Loop, times: &[u64], places: &[usize]) -> Closed {
        let (first, last) = (self.event(places[0]), self.event(places[places.len() - 1]));
        let position = Position { names: vec!["*".to_owned()], condition: None, fields: Vec::new() };
        let key = spec.value(&position, first);
        let is_own = |event: &Event| spec.value(&position, event) == key;
        let known = match spec.key {
            Key::Tid => self.histories.of_thread(places),
            _ => self.histories.of_key(places, is_own),
        };
        let mut inside = BTreeMap::new();
        for event in self.events(&[places[0], places[places.len() - 1] - 1]).filter(|event| is_own(event)) {
            *inside.entry(event.name.clone()).or_default() += 1;
        }
        let mut around = BTreeMap::new();
        let mut add = |pair: (String, String)| {
            if self.pairs.contains(&pair) {
                *around.entry(pair).or_default() += 1;
            }
        };
        for event in self.events(places) {
            if !is_own(event) {
                add((event.comm.clone(), event.name.clone()));
            }
            let runs = next_comm(event).zip(next_tid(event));
            if let Some((comm, tid)) = runs {
                let next = Event { tid, comm: comm.clone(), ..event.clone() };
                let is_own = match spec.key {
                    Key::Pid => false,
                    Key::Comm if tid == 0 => false,
                    _ => is_own(&next),
                };
                if !is_own {
                    add((comm, "(runs)".to_owned()));
                }
            }
        }
        let mut values = vec![("cpu".to_owned(), last.cpu.to_string()), ("comm".to_owned(), last.comm.clone())];
        for (event, position) in [(first, 1), (last, places.len())] {
            for (name, value) in event.fields.iter().take(8) {
                let is_small = value.parse::<u64>().map_or(true, |number| number <= 0xffff_ffff);
                values.extend(is_small.then(|| (format!("{name}@{position}"), value.clone())));
            }
        }
        let deltas = times.windows(2).map(|ends| ends[1] - ends[0]).collect();
        Closed { total: times[times.len() - 1] - times[0], deltas, known, inside, around, values }
    }
}

/// Returns the bin of a total as the documentation defines it, with floating point.
fn bin(total: u64) -> u64 {
    if total == 0 {
        return 0;
    }
    let octave = u64::from(63 - total.leading_zeros());
    128 * octave + (128.0 * (total as f64 / (1_u64 << octave) as f64 - 1.0)).floor() as u64
}

fn same(found: f64, exact: f64) -> bool {
    (found - exact).abs() <= exact.abs().max(1e-6) * 1e-9
}

/// The tail and the rest.
struct Sides<'c> {
    tail: Vec<&'c Closed>,
    rest: Vec<&'c Closed>,
}

impl Sides<'_> {
    /// Returns the means of an amount in the tail and in the rest.
    fn means(&self, of: impl Fn(&Closed) -> u128) -> (f64, Option<f64>) {
        let mean = |side: &[&Closed]| side.iter().map(|closed| of(closed)).sum::<u128>() as f64 / side.len() as f64;
        (mean(&self.tail), (!self.rest.is_empty()).then(|| mean(&self.rest)))
    }

    /// Returns by how much the tail is above the rest.
    fn excess(&self, of: impl Fn(&Closed) -> u128) -> f64 {
        let (tail, rest) = self.means(of);
        tail - rest.unwrap_or(0.0)
    }

    /// Compares rows with the amounts from which they must be the `most` that are the furthest above the rest.
    fn check<I: Ord + Clone + std::fmt::Debug>(
        &self,
        what: &str,
        found: &[(I, Means)],
        most: usize,
        amounts: impl Fn(&Closed) -> Vec<(I, u128)>,
    ) -> Result<(), TestCaseError> {
        let all: BTreeSet<I> = self
            .tail
            .iter()
            .chain(&self.rest)
            .flat_map(|closed| amounts(closed))
            .map(|(identity, _)| identity)
            .collect();
        let of = |identity: &I| {
            let identity = identity.clone();
            let amounts = &amounts;
            move |closed: &Closed| {
                amounts(closed).into_iter().filter(|(other, _)| *other == identity).map(|(_, amount)| amount).sum()
            }
        };
        prop_assert_eq!(found.len(), all.len().min(most), "{}: {:?} of {:?}", what, found, all);
        let mut least = f64::INFINITY;
        for (identity, means) in found {
            let (tail, rest) = self.means(of(identity));
            prop_assert!(same(means.tail, tail), "{} {:?}: {} in the tail, not {}", what, identity, tail, means.tail);
            prop_assert_eq!(means.rest.is_some(), rest.is_some());
            prop_assert!(
                same(means.rest.unwrap_or(0.0), rest.unwrap_or(0.0)),
                "{} {:?}: {:?} in the rest, not {:?}",
                what,
                identity,
                rest,
                means.rest
            );
            let excess = self.excess(of(identity));
            prop_assert!(excess <= least + least.abs().min(1e9) * 1e-9 + 1e-6, "{} is sorted", what);
            least = excess;
        }
        let left_out = all.iter().filter(|identity| found.iter().all(|(other, _)| other != *identity));
        for identity in left_out {
            prop_assert!(
                self.excess(of(identity)) <= least + least.abs().min(1e9) * 1e-9 + 1e-6,
                "{} {:?}",
                what,
                identity
            );
        }
        Ok(())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn optional(bytes: Option<&Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| text(bytes))
}

fn check_spots(found: &Explanation, sides: &Sides<'_>, is_sorted: bool) -> Result<(), TestCaseError> {
    let spot = |row: &pspp_filter::why::explain::WhereRow| -> Spot {
        (row.state.map(|state| state.name()), optional(row.event.as_ref()))
    };
    let others: Spot = (None, Some("others".to_owned()));
    let rows: Vec<(Spot, Means)> = found.where_.iter().map(|row| (spot(row), row.time.means)).collect();
    let named: Vec<(Spot, Means)> = rows.iter().filter(|(spot, _)| *spot != others).cloned().collect();
    let spots = |closed: &Closed| closed.known.spots.clone().into_iter().collect();
    sides.check("where", &named, 12, spots)?;
    let total = found.transitions.last().expect("the total").means;
    let sum: f64 = rows.iter().map(|(_, means)| means.tail).sum();
    prop_assert!(same(sum, total.tail), "the rows of where add up");
    let excess = sides.excess(|closed| closed.total.into());
    for row in &found.where_ {
        let share = row.time.means.tail - row.time.means.rest.unwrap_or(0.0);
        let expected = (excess != 0.0 && !sides.rest.is_empty()).then(|| share / excess);
        prop_assert!(row.time.share.is_some() == expected.is_some());
        prop_assert!(same(row.time.share.unwrap_or(0.0), expected.unwrap_or(0.0)));
        let of_row = spot(row);
        if of_row == others {
            continue;
        }
        let loops = sides.tail.iter().filter(|closed| closed.known.spots.contains_key(&of_row)).count();
        prop_assert_eq!(row.loops, loops as u64, "loops of {:?}", of_row);
        if is_sorted {
            let by: Vec<(Option<String>, Means)> =
                row.by.iter().map(|(comm, means)| (optional(comm.as_ref()), *means)).collect();
            let of_spot = |closed: &Closed| {
                let by = closed.known.by.iter().filter(|((spot, _), time)| *spot == of_row && **time > 0);
                by.map(|((_, comm), time)| (comm.clone(), *time)).collect()
            };
            sides.check(&format!("by of {of_row:?}"), &by, 3, of_spot)?;
        }
    }
    if is_sorted {
        let row = |row: &pspp_filter::why::explain::OriginRow| -> (Origin, Means) {
            let spot = (row.state.map(|state| state.name()), optional(row.event.as_ref()));
            ((optional(row.comm.as_ref()), spot), row.time.means)
        };
        let rows: Vec<(Origin, Means)> = found.origins.iter().map(row).collect();
        let origins = |closed: &Closed| {
            let origins = closed.known.origins.iter().filter(|(_, time)| **time > 0);
            origins.map(|(origin, time)| (origin.clone(), *time)).collect()
        };
        sides.check("origins", &rows, 3, origins)?;
    }
    Ok(())
}

fn check_around(found: &Explanation, sides: &Sides<'_>) -> Result<(), TestCaseError> {
    let ms = |side: &[&Closed]| side.iter().map(|closed| u128::from(closed.total)).sum::<u128>() as f64 / 1e6;
    let (tail_ms, rest_ms) = (ms(&sides.tail), ms(&sides.rest));
    let mut expected: Vec<(f64, (String, String), f64, f64)> = Vec::new();
    if sides.tail.len() >= 3 && tail_ms > 0.0 && rest_ms > 0.0 {
        let all = || sides.tail.iter().chain(&sides.rest).flat_map(|closed| closed.around.keys());
        for pair in all().collect::<BTreeSet<_>>() {
            let count = |side: &[&Closed]| {
                side.iter().map(|closed| closed.around.get(pair).copied().unwrap_or(0)).sum::<u64>() as f64
            };
            let (tail, rest) = (count(&sides.tail), count(&sides.rest));
            let from_rate = rest / rest_ms * tail_ms;
            if tail - from_rate > 3.0 * (from_rate + 1.0).sqrt() {
                let above = (tail - from_rate) / (from_rate + 1.0).sqrt();
                expected.push((above, pair.clone(), tail / tail_ms, rest / rest_ms));
            }
        }
    }
    expected.sort_by(|one, other| other.0.total_cmp(&one.0));
    prop_assert_eq!(found.around.len(), expected.len().min(6), "around: {:?} of {:?}", found.around, expected);
    for (at, row) in found.around.iter().enumerate() {
        let pair = (optional(row.comm.as_ref()).unwrap_or_default(), text(&row.event));
        let exact = expected.iter().find(|(_, other, ..)| *other == pair);
        prop_assert!(exact.is_some(), "{:?} is not expected", pair);
        let (above, _, tail, rest) = exact.expect("checked");
        prop_assert!(same(*above, expected[at].0), "around is sorted");
        prop_assert!(same(row.per_ms.tail, *tail) && same(row.per_ms.rest.unwrap_or(0.0), *rest), "{:?}", pair);
    }
    Ok(())
}

fn check_values(found: &Explanation, sides: &Sides<'_>) -> Result<(), TestCaseError> {
    let mut values: BTreeMap<&str, BTreeMap<&str, [f64; 2]>> = BTreeMap::new();
    for (at, side) in [&sides.tail, &sides.rest].into_iter().enumerate() {
        for (field, value) in side.iter().flat_map(|closed| &closed.values) {
            values.entry(field).or_default().entry(value).or_default()[at] += 1.0;
        }
    }
    let (tail, rest) = (sides.tail.len() as f64, sides.rest.len() as f64);
    let mut expected: Vec<(f64, &str, &str, f64, f64)> = Vec::new();
    for (field, values) in values.iter().filter(|(_, values)| values.len() <= 64 && rest > 0.0) {
        let mut rows: Vec<(f64, &str, &str, f64, f64)> = Vec::new();
        for (value, [of_tail, of_rest]) in values {
            let (p_tail, p_rest) = (of_tail / tail, of_rest / rest);
            let p = (of_tail + of_rest) / (tail + rest);
            if p_tail - p_rest >= 0.1 && p_tail - p_rest > 4.0 * (p * (1.0 - p) / tail).sqrt() {
                rows.push((p_tail - p_rest, field, value, p_tail, p_rest));
            }
        }
        rows.sort_by(|one, other| other.0.total_cmp(&one.0));
        expected.extend(rows.into_iter().take(3));
    }
    expected.sort_by(|one, other| other.0.total_cmp(&one.0));
    prop_assert_eq!(found.values.len(), expected.len(), "values: {:?} and {:?}", found.values, expected);
    for (at, row) in found.values.iter().enumerate() {
        let (field, value) = (text(&row.field), text(&row.value));
        let exact = expected.iter().find(|(_, other, of, ..)| *other == field && *of == value);
        // Of equal rows of one field, any three may be shown.
        if let Some((difference, _, _, tail, rest)) = exact {
            prop_assert!(
                same(row.share.tail, *tail) && same(row.share.rest.unwrap_or(0.0), *rest),
                "{} {}",
                field,
                value
            );
            prop_assert!(same(*difference, expected[at].0), "values are sorted");
        }
        prop_assert!(same(row.share.tail - row.share.rest.unwrap_or(0.0), expected[at].0), "{} {}", field, value);
    }
    Ok(())
}

fn check_loop(
    found: Option<&Explanation>,
    closed: &[Closed],
    is_sorted: bool,
    has_values: bool,
) -> Result<(), TestCaseError> {
    let Some(found) = found else {
        prop_assert!(closed.is_empty());
        return Ok(());
    };
    let mut bins: Vec<u64> = closed.iter().map(|closed| bin(closed.total)).collect();
    bins.sort_unstable();
    let from = bins[bins.len() - bins.len().div_ceil(100)];
    let (tail, rest): (Vec<&Closed>, Vec<&Closed>) = closed.iter().partition(|closed| bin(closed.total) >= from);
    prop_assert_eq!((found.tail.0, found.rest), (tail.len() as u64, rest.len() as u64));
    let sides = Sides { tail, rest };
    let transitions = closed[0].deltas.len();
    prop_assert_eq!(found.transitions.len(), transitions + 1);
    for (at, share) in found.transitions.iter().enumerate() {
        let of = |closed: &Closed| closed.deltas.get(at).copied().unwrap_or(closed.total).into();
        let (tail, rest) = sides.means(of);
        prop_assert!(same(share.means.tail, tail) && same(share.means.rest.unwrap_or(0.0), rest.unwrap_or(0.0)));
    }
    check_spots(found, &sides, is_sorted)?;
    let inside: Vec<(String, Means)> = found.inside.iter().map(|(event, means)| (text(event), *means)).collect();
    let counts =
        |closed: &Closed| closed.inside.iter().map(|(event, count)| (event.clone(), u128::from(*count))).collect();
    sides.check("inside", &inside, 12, counts)?;
    check_around(found, &sides)?;
    if has_values { check_values(found, &sides) } else { Ok(()) }
}

/// `has_values` is true if the fields of the trace are those that the program finds in its text.
fn check(
    loops: &[Loop],
    trace: &Trace<'_>,
    inputs: &[String],
    matching: Matching,
    has_values: bool,
) -> Result<(), TestCaseError> {
    let steps = trace.steps;
    let outcome = expected(loops, matching, 65536, steps);
    let mut engine = Engine::new(
        Task {
            follow: Some(Follow { matching, ..Follow::default() }),
            why: WhyTask { explain: true, ..WhyTask::default() },
            ..Task::new(crate::parsed(loops))
        },
        Sinks::default(),
    )
    .expect("no sink fails");
    for bytes in inputs {
        engine.begin_input("input".to_owned());
        let mut input = bytes.as_bytes();
        while engine.read(&mut input).expect("a slice does not fail") != Pause::End {}
        engine.end_input().expect("no sink fails");
    }
    prop_assert_eq!(engine.left_unexplained(), 0);
    let inputs = steps.split(|step| matches!(step, Step::NextInput));
    let times = inputs.map(|steps| steps.iter().filter_map(event).map(|event| event.time).collect::<Vec<_>>());
    let is_sorted = times.into_iter().all(|times| times.is_sorted());
    let summary = engine.summary();
    for (at, (spec, found)) in loops.iter().zip(&summary.loops).enumerate() {
        let rows = outcome.rows.iter().zip(&outcome.places).filter(|((of, _), _)| *of == at);
        let closed: Vec<Closed> = rows.map(|((_, times), places)| trace.closed(spec, times, places)).collect();
        check_loop(found.explanation.as_ref().expect("it was asked for").as_ref(), &closed, is_sorted, has_values)?;
    }
    Ok(())
}

/// A loop of events with these names. A loop does not begin with an event that may be printed under a thread that has
/// left its CPU.
fn a_loop(names: Vec<String>) -> impl Strategy<Value = Loop> {
    let position = |names: Vec<String>| {
        vec(prop::sample::select(names), 1..3).prop_map(|mut names| {
            names.dedup();
            Position { names, condition: None, fields: Vec::new() }
        })
    };
    let is_late = |name: &String| matches!(name.as_str(), "sched_switch" | "tlb_flush");
    let first: Vec<String> = names.iter().filter(|name| !is_late(name)).cloned().collect();
    let keys: Vec<Key> = Key::NAMES.iter().map(|(_, key)| *key).collect();
    let key = prop_oneof![3 => Just(Key::Tid), 1 => prop::sample::select(keys)];
    (position(first), vec(position(names), 1..4), key).prop_map(|(first, others, key)| {
        let positions = std::iter::once(first).chain(others).collect();
        Loop { positions, negated: Vec::new(), key, within: None }
    })
}

/// The events with the name d become events of the scheduler, of interrupts, and others that mean something.
fn with_meaning(mut steps: Vec<Step>) -> Vec<Step> {
    for step in &mut steps {
        let Step::Event(event) = step else { continue };
        if event.name != "d" {
            continue;
        }
        let random = event.time as usize;
        let other = (random / 7 % 4).to_string();
        let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let waking = ["sched_waking", "sched_wakeup", "sched_wakeup_new"][random % 3];
        let (name, fields) = match event.field("v").and_then(|v| v.parse().ok()).unwrap_or(0) {
            0 | 1 => {
                let state = ["S ==>", "D ==>", "R ==>", "R+ ==>", "T ==>"][random % 5];
                let prev = event.tid.to_string();
                let comms = [["x", "y", "7"][event.tid as usize % 3], ["x", "y", "7"][random / 7 % 4 % 3]];
                let prev = [of("prev_comm", comms[0]), of("prev_pid", &prev), of("prev_state", state)];
                ("sched_switch", [prev.to_vec(), vec![of("next_comm", comms[1]), of("next_pid", &other)]].concat())
            }
            2 => (waking, vec![of("comm", "x"), of("pid", &other), of("target_cpu", &(random % 2).to_string())]),
            _ => {
                let names = ["softirq_entry", "softirq_exit", "irq_handler_entry", "irq_handler_exit", "tlb_flush"];
                ([&names[..], &["sys_enter_nanosleep"][..]].concat()[random % 6], vec![of("vec", &other)])
            }
        };
        (event.name, event.fields) = (name.to_owned(), fields);
    }
    steps
}

/// Gives the events of each input the times of the trace in rising order.
fn sorted(mut steps: Vec<Step>) -> Vec<Step> {
    let mut times: Vec<u64> = steps.iter().filter_map(event).map(|event| event.time).collect();
    times.sort_unstable();
    let mut times = times.into_iter();
    for step in &mut steps {
        if let Step::Event(event) = step {
            event.time = times.next().expect("a time for each event");
        }
    }
    steps
}

/// Loops of the four most frequent events of a capture, and the index of the capture.
fn loops_in_a_capture() -> impl Strategy<Value = (Vec<Loop>, usize)> {
    (0..captures::NAMES.len()).prop_flat_map(|at| (vec(a_loop(captures::capture(at).names.clone()), 1..3), Just(at)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_explanation_agrees_on_captures((loops, capture) in loops_in_a_capture(), matching in a_matching()) {
        static TRACES: OnceLock<Vec<Trace<'static>>> = OnceLock::new();
        let all = || (0..captures::NAMES.len()).map(|at| Trace::new(&captures::capture(at).steps)).collect();
        let trace = &TRACES.get_or_init(all)[capture];
        check(&loops, trace, &[captures::capture(capture).text.to_owned()], matching, false)?;
    }
}

#[test]
fn the_whole_explanation_agrees_on_the_lock() -> Result<(), TestCaseError> {
    let file =
        std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/lock.txt.gz")).expect("the recording");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).expect("text");
    let capture = captures::of_text(text, "pid");
    let trace = Trace::new(&capture.steps);
    let position = |name: &str| Position { names: vec![name.to_owned()], condition: None, fields: Vec::new() };
    let positions = |names: &[&str]| names.iter().map(|name| position(name)).collect();
    let of = |names: &[&str], key| Loop { positions: positions(names), negated: Vec::new(), key, within: None };
    for names in [&["sys_enter_futex", "sys_exit_futex"][..], &["sys_exit_futex", "sys_enter_futex", "sys_exit_futex"]]
    {
        let loops = [Key::Tid, Key::Comm].map(|key| of(names, key));
        check(&loops, &trace, &[capture.text.clone()], Matching::Latest, false)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_explanation_agrees_on_random_traces(
        loops in vec(a_loop(["a", "b", "c", "tlb_flush", "sched_switch", "sched_waking"].map(str::to_owned).to_vec()), 1..3),
        steps in prop_oneof![3 => vec(steps(), 1..4), 1 => vec(steps(), 8..12)],
        matching in a_matching(),
        resolution in prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)],
        is_sorted in any::<bool>(),
    ) {
        let meant = with_meaning(steps.concat());
        let steps = timed(meant, resolution);
        let steps = if is_sorted { sorted(steps) } else { steps };
        check(&loops, &Trace::new(&steps), &texts_of(&steps, resolution), matching, true)?;
    }
}
