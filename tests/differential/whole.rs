//! Compares all that `--explain` says with what `reasons.rs` computes, for random loops in random traces and in captures.

use crate::captures::{self, Capture};
use crate::compare::{Closed, check_loop};
use crate::naive::expected;
use crate::random::{a_matching, steps, timed};
use crate::reasons::Histories;
use crate::trace::{Event, Loop, Position, Step, texts_of};
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::event::Resolution;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::{Engine, Follow, Pause, Sinks, Task, WhyTask};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

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

/// Returns the first 800 lines of each capture.
fn short_captures() -> &'static [Capture] {
    static CAPTURES: OnceLock<Vec<Capture>> = OnceLock::new();
    CAPTURES.get_or_init(|| {
        let short = |at: usize| captures::capture(at).text.split_inclusive('\n').take(800).collect::<String>();
        (0..captures::NAMES.len()).map(|at| captures::of_text(short(at), "pid")).collect()
    })
}

/// Loops of the four most frequent events of a capture, and the capture.
fn loops_in_a_capture() -> impl Strategy<Value = (Vec<Loop>, &'static Capture)> {
    prop::sample::select((0..captures::NAMES.len()).collect::<Vec<_>>()).prop_flat_map(|at| {
        let capture = &short_captures()[at];
        (vec(a_loop(capture.names.clone()), 1..3), Just(capture))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_explanation_agrees_on_captures((loops, capture) in loops_in_a_capture(), matching in a_matching()) {
        check(&loops, &Trace::new(&capture.steps), std::slice::from_ref(&capture.text), matching, false)?;
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
        let loops = [of(names, Key::Tid)];
        check(&loops, &trace, std::slice::from_ref(&capture.text), Matching::Latest, false)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 10, failure_persistence: None, ..ProptestConfig::default() })]

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
