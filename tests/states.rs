//! States: what was written is read again, merging gives the same bytes in every order and grouping, and damaged lines are
//! errors.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::engine::StatesTask;
use pspp_filter::pattern::{FieldReferences, Notation, grammar};
use pspp_filter::report::{Style, SummaryFormat};
use pspp_filter::stats::state::StateLine;
use pspp_filter::{Engine, Follow, Pause, Sinks, SummarySink, Task};
use std::collections::BTreeSet;

/// The loops that are followed in these tests. One of them has three positions, so that it has transitions of its own.
const LOOPS: [&str; 3] = ["r=a -> b -> c", "k=c -> a by cpu within 40us", "n=a@x -> b@x"];

/// One event of a random trace: the time since the event before in nanoseconds, and the numbers of its name, thread, CPU
/// and field.
type Event = (u64, usize, u32, u32, u32);

fn events() -> impl Strategy<Value = Vec<Event>> {
    vec((0_u64..20_000, 0_usize..3, 7_u32..10, 0_u32..2, 0_u32..3), 0..120)
}

/// Returns the text of a trace. If `is_fine` is true, its times have nine decimals, and otherwise six.
fn trace(events: &[Event], is_fine: bool, begin: u64) -> String {
    let mut time = begin;
    let line = |&(after, name, tid, cpu, field): &Event| {
        time += after;
        let decimals =
            if is_fine { format!("{:09}", time % 1_000_000_000) } else { format!("{:06}", time / 1000 % 1_000_000) };
        let name = ["a", "b", "c"][name];
        format!("cat/{tid} {tid} [00{cpu}] {}.{decimals}: {name}: x={field}\n", time / 1_000_000_000)
    };
    events.iter().map(line).collect()
}

fn format(name: &str) -> SummaryFormat {
    SummaryFormat::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format).expect("a format")
}

/// Returns the task to follow [`LOOPS`], with groups.
fn task_of_traces() -> Task {
    let loops = LOOPS.map(|text| grammar::parse(text, Notation::Arrows).expect("a loop")).to_vec();
    let mut by = FieldReferences::default();
    by.extend(grammar::parse_references("comm,x", false).expect("references"));
    Task { follow: Some(Follow { by, ..Follow::default() }), ..Task::new(loops) }
}

/// Returns the task of a run that was given no loop, so that it takes those of states.
fn task_of_states() -> Task {
    let built_in = grammar::parse("Native=kvm_exit -> sys_exit_ppoll", Notation::Arrows).expect("a loop");
    Task { states: StatesTask { takes_loops: true, ..StatesTask::default() }, ..Task::new(vec![built_in]) }
}

/// Runs a task over some inputs. Returns the summary in a format, or the message about a state that cannot be merged.
fn summary<T: AsRef<[u8]>>(task: Task, inputs: &[T], name: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let mut sinks = Sinks::default();
    sinks.add(SummarySink::new(&mut out, format(name), Style::default()));
    let mut engine = Engine::new(task, sinks).map_err(|error| error.to_string())?;
    for input in inputs {
        engine.begin_input("input".to_owned());
        let mut bytes = input.as_ref();
        while engine.read(&mut bytes).map_err(|error| error.to_string())? != Pause::End {}
        engine.end_input().map_err(|error| error.to_string())?;
    }
    engine.end().map_err(|error| error.to_string())?;
    drop(engine);
    Ok(String::from_utf8(out).expect("UTF-8"))
}

fn merged<T: AsRef<[u8]>>(states: &[T]) -> Result<String, String> {
    summary(task_of_states(), states, "state")
}

/// Puts items into an order that the numbers choose.
fn shuffled<T: Clone>(items: &[T], numbers: &[usize]) -> Vec<T> {
    let mut rest = items.to_vec();
    let mut numbers = numbers.iter().cycle();
    let mut out = Vec::new();
    while !rest.is_empty() {
        let number = numbers.next().copied().unwrap_or(0);
        out.push(rest.swap_remove(number % rest.len()));
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn shards_merge_to_the_same_bytes_and_the_statistics_of_one_pass(
        shards in vec((events(), any::<bool>(), 0_u64..1_000_000_000_000), 8),
        numbers in vec(0_usize..1000, 8..40),
    ) {
        let traces: Vec<String> = shards.iter().map(|(events, is_fine, begin)| trace(events, *is_fine, *begin)).collect();
        let whole = summary(task_of_traces(), &traces, "state").expect("traces");
        let states: Vec<String> = traces
            .iter()
            .map(|text| summary(task_of_traces(), &[text], "state").expect("a trace"))
            .collect();
        let order = shuffled(&states, &numbers);
        let (one, other) = order.split_at(1 + numbers[0] % 7);
        let halves = [merged(one).expect("states"), merged(&[other.concat()]).expect("states")];
        prop_assert_eq!(&merged(&shuffled(&halves, &numbers)).expect("states"), &whole);
        // Lines of all states are split over three reducers in any order, without their headers.
        let lines: Vec<&str> = order.iter().flat_map(|state| state.lines()).filter(|line| !line.starts_with('#')).collect();
        let mut reducers = [String::new(), String::new(), String::new()];
        for (at, line) in shuffled(&lines, &numbers).iter().enumerate() {
            let reducer = &mut reducers[(numbers[at % numbers.len()] + at) % 3];
            reducer.push_str(line);
            reducer.push('\n');
        }
        let reduced = reducers.map(|lines| merged(&[lines]).expect("lines of states"));
        prop_assert_eq!(&merged(&reduced).expect("states"), &whole);
        // The statistics are those of one run. Groups with equal sums may stand in another order there, and so may loops.
        let sorted = |text: String| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        let of_traces = sorted(summary(task_of_traces(), &traces, "tsv").expect("traces"));
        prop_assert_eq!(sorted(summary(task_of_states(), &order, "tsv").expect("states")), of_traces);
    }

    #[test]
    fn a_line_that_was_written_is_read_and_written_again(events in events(), is_fine in any::<bool>()) {
        let state = summary(task_of_traces(), &[trace(&events, is_fine, 0)], "state").expect("a trace");
        for line in state.lines().skip(1) {
            let mut again = Vec::new();
            StateLine::parse(line.as_bytes()).expect("a line").push(&mut again);
            prop_assert_eq!(String::from_utf8(again).expect("UTF-8"), line);
        }
        prop_assert_eq!(merged(&[&state]).expect("a state"), state);
    }

    #[test]
    fn a_damaged_line_is_an_error_or_another_line(
        events in events(),
        changes in vec((any::<usize>(), any::<u8>(), 0_u8..4), 1..4),
    ) {
        let state = summary(task_of_traces(), &[trace(&events, true, 0)], "state").expect("a trace");
        let mut bytes = state.into_bytes();
        for (at, byte, how) in changes {
            let at = at % bytes.len();
            match how {
                0 => bytes[at] = byte,
                1 => bytes[at] = b"0123456789,[]{}\":"[usize::from(byte) % 17],
                2 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        if let Err(message) = merged(&[bytes]) {
            prop_assert!(message.starts_with("input:"), "{}", message);
        }
    }
}

#[test]
fn sums_beyond_all_bounds_are_refused() {
    let state =
        summary(task_of_traces(), &[trace(&[(5, 0, 7, 0, 1), (5, 1, 7, 0, 1), (9, 2, 7, 0, 1)], true, 0)], "state");
    let state = state.expect("a trace");
    let huge = state.replace("\"begun\":1", "\"begun\":18446744073709551615");
    let message = merged(&[huge]).expect_err("no possible count");
    assert!(message.contains("the field 'begun' has no possible value"), "{message}");
    // The largest counts may be added many times.
    let large = state
        .replace("\"expired\":0", "\"expired\":9007199254740992")
        .replace("\"lines\":3", "\"lines\":9007199254740992");
    let sum = merged(&[large.repeat(4000)]).expect("possible counts");
    assert!(sum.contains("\"lines\":18446744073709551615"), "{}", &sum[..400]);
}
