//! Properties that hold for every input. proptest makes random inputs. If a test fails, proptest looks for the shortest
//! input with which it fails.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::rows::task;
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::engine::Window;
use pspp_filter::event::Nanos;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::stats::Ledger;
use pspp_filter::{RowFormat, Task};
use std::collections::BTreeMap;
use std::io::{self, Read};

const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";
const CAPTURES: [&[u8]; 10] = [
    include_bytes!("data/odd-comms.txt"),
    include_bytes!("data/callchain.txt"),
    include_bytes!("data/fields-all-records.txt"),
    include_bytes!("data/fields-ns.txt"),
    include_bytes!("data/fields-no-comm-no-tid.txt"),
    include_bytes!("data/perf-trace-T.txt"),
    include_bytes!("data/perf-trace-tracepoints.txt"),
    include_bytes!("data/ftrace-trace_pipe.txt"),
    include_bytes!("data/ftrace-latency.txt"),
    include_bytes!("data/trace-cmd.txt"),
];

/// The index in `CAPTURES` of the output of perf trace. It is the only capture of which one line can give two events:
/// the enter and the exit of a system call.
const PERF_TRACE: usize = 5;

/// Returns the task to follow the one loop that is given as text.
fn task_of(spec: &str, key: Key, matching: Matching) -> Task {
    task_of_several(&[spec.to_owned()], key, matching)
}

/// Returns the task to follow several loops that are given as texts. The loops are named "0", "1" and so on.
fn task_of_several(specs: &[String], key: Key, matching: Matching) -> Task {
    let parse = |(at, spec): (usize, &String)| {
        let mut found = grammar::parse(spec, Notation::Arrows).expect("a loop");
        found.name = at.to_string();
        found
    };
    task(specs.iter().enumerate().map(parse).collect(), key, matching)
}

fn rows(task: &Task, input: impl Read) -> (String, Ledger) {
    let (out, ledger) = common::rows::rows(task, input, RowFormat::default(), false);
    (String::from_utf8_lossy(&out).into_owned(), ledger)
}

/// A reader that gives `text` in pieces of these sizes. After the last size, the sizes begin again.
struct Pieces<'a> {
    text: &'a [u8],
    sizes: Vec<usize>,
    next: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.next % self.sizes.len()];
        self.next += 1;
        let size = size.min(buffer.len());
        self.text.read(&mut buffer[..size])
    }
}

/// A line of a made-up trace: an event, a note of perf script about lost events, or the exit of a thread.
#[derive(Clone, Debug)]
enum Step {
    Event { name: char, tid: u8, cpu: u8, time: u16 },
    Loss { cpu: u8 },
    Exit { tid: u8 },
}

/// Makes the name of an event: one letter from a to `last`.
fn name(last: char) -> impl Strategy<Value = char> {
    prop::char::range('a', last)
}

fn step() -> impl Strategy<Value = Step> {
    let event = (name('d'), 0..3_u8, 0..2_u8, 0..60_u16).prop_map(|(name, tid, cpu, time)| Step::Event {
        name,
        tid,
        cpu,
        time,
    });
    prop_oneof![
        30 => event,
        1 => (0..2_u8).prop_map(|cpu| Step::Loss { cpu }),
        1 => (1..3_u8).prop_map(|tid| Step::Exit { tid }),
    ]
}

/// Makes most of the times rise: the random `time` of each event decides how much later it comes than the event before.
/// About one event in fifteen goes back by 2 to 5 us.
fn rising(mut steps: Vec<Step>) -> Vec<Step> {
    let mut now = 1000;
    for step in &mut steps {
        if let Step::Event { time, .. } = step {
            now = if *time > 55 { now - (*time - 54) } else { now + *time / 8 };
            *time = now;
        }
    }
    steps
}

/// Returns the trace as text, as perf script would print it.
fn text_of(steps: &[Step]) -> String {
    let line = |step: &Step| match step {
        Step::Event { name, tid, cpu, time } => {
            let payload = format!("of={name} thread={tid} on={cpu:#x}");
            format!("{:>16} {tid:>5} [00{cpu}]     1.{time:06}: s:{name}: {payload}\n", "x")
        }
        Step::Loss { cpu } => format!("{:>16}     0 [00{cpu}]     1.000000: PERF_RECORD_LOST lost 1\n", "x"),
        Step::Exit { tid } => format!("{:>16}     0 [000]     1.000000: PERF_RECORD_EXIT({tid}:{tid}):(1:1)\n", "x"),
    };
    steps.iter().map(line).collect()
}

fn a_matching() -> impl Strategy<Value = Matching> {
    prop::sample::select(Matching::NAMES).prop_map(|(_, matching)| matching)
}

/// The state of the naive matcher for one key. The naive matcher is written to be simple: it keeps all events in
/// vectors and copies them.
#[derive(Default)]
struct Naive {
    /// For `latest`: for each position, the latest unfinished loop that has come to this position. The map
    /// holds the index of this loop's first step in the trace, and the times of this loop's events.
    chains: BTreeMap<usize, (usize, Vec<u16>)>,
    /// For `strict`: the names and times of all events since the last closed loop that have a name of the loop. The
    /// event that closed this loop is among them if it can also begin the next one.
    history: Vec<(char, u16)>,
}

/// Returns the deltas of every closed loop, in order, as the naive matcher finds them. A key is a pair: the number of
/// the thread or CPU, and a number that keeps threads (9), the idle threads of the CPUs (8) and CPUs (0) apart.
fn expected(order: &[char], key: Key, matching: Matching, steps: &[Step]) -> Vec<Vec<u16>> {
    let mut keys: BTreeMap<(u8, u8), Naive> = BTreeMap::new();
    let mut closed = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        match *step {
            Step::Loss { cpu } if key == Key::Cpu => drop(keys.remove(&(cpu, 0))),
            Step::Loss { .. } => keys.clear(),
            Step::Exit { tid } if key == Key::Tid => drop(keys.remove(&(tid, 9))),
            Step::Exit { .. } => {}
            Step::Event { name, tid, cpu, time } => {
                if !order.contains(&name) {
                    continue;
                }
                let state = keys.entry(match key {
                    Key::Tid if tid == 0 => (cpu, 8),
                    Key::Tid => (tid, 9),
                    Key::Cpu => (cpu, 0),
                    _ => (0, 0),
                });
                let state = state.or_default();
                let row = match matching {
                    Matching::Latest => latest(state, order, name, time, place),
                    Matching::Strict => strict(state, order, name, time),
                    Matching::First | Matching::Nested => panic!("tests/differential has these"),
                };
                closed.extend(row);
            }
        }
    }
    closed.iter().map(|times| times.windows(2).map(|pair| pair[1] - pair[0]).collect()).collect()
}

fn latest(state: &mut Naive, order: &[char], name: char, time: u16, place: usize) -> Option<Vec<u16>> {
    let mut closed = None;
    for k in (0..order.len()).rev().filter(|&k| order[k] == name) {
        if k == 0 {
            state.chains.insert(0, (place, vec![time]));
            continue;
        }
        let Some((first, mut times)) = state.chains.get(&(k - 1)).cloned() else { continue };
        if times.last().is_some_and(|&last| last > time) {
            continue;
        }
        times.push(time);
        if k + 1 < order.len() {
            state.chains.insert(k, (first, times));
        } else {
            state.chains.retain(|_, (other, _)| *other != first);
            closed = Some(times);
        }
    }
    closed
}

fn strict(state: &mut Naive, order: &[char], name: char, time: u16) -> Option<Vec<u16>> {
    state.history.push((name, time));
    let (names, times): (Vec<char>, Vec<u16>) =
        state.history[state.history.len().saturating_sub(order.len())..].iter().copied().unzip();
    if names != order || !times.is_sorted() {
        return None;
    }
    let keep = if order[0] == name { vec![(name, time)] } else { Vec::new() };
    state.history = keep;
    Some(times)
}

/// Returns the deltas in the rows of the loop with this index. If the task follows several loops, a column of each row
/// names the loop.
fn deltas(rows: &str, loop_index: usize, loops: usize) -> Vec<Vec<u16>> {
    let (before, name) = if loops > 1 { (4, Some(loop_index.to_string())) } else { (3, None) };
    let columns = |row: &str| -> Option<Vec<u16>> {
        let columns: Vec<&str> = row.split('\t').collect();
        let is_of_loop = name.as_deref().is_none_or(|name| columns[3] == name);
        let deltas = &columns[before..columns.len() - 2];
        is_of_loop.then(|| deltas.iter().map(|delta| delta.parse().expect("whole microseconds")).collect())
    };
    rows.lines().filter_map(columns).collect()
}

proptest! {
    #[test]
    fn a_window_as_wide_as_the_disorder_gives_the_rows_of_the_order(
        names in vec((name('d'), 0..3_u8), 1..200),
        offsets in vec(0..20_usize, 200),
        order in vec(name('d'), 2..4),
        matching in a_matching(),
    ) {
        let step = |(at, (name, tid)): (usize, &(char, u8))| {
            Step::Event { name: *name, tid: *tid, cpu: 0, time: at as u16 }
        };
        let in_order: Vec<Step> = names.iter().enumerate().map(step).collect();
        let mut places: Vec<usize> = (0..in_order.len()).collect();
        places.sort_by_key(|&at| at + offsets[at]);
        let shuffled: Vec<Step> = places.iter().map(|&at| in_order[at].clone()).collect();
        let order: Vec<String> = order.iter().map(char::to_string).collect();
        let mut task = task_of(&order.join(" -> "), Key::All, matching);
        let (expected, _) = rows(&task, text_of(&in_order).as_bytes());
        for window in [Window::Events(20), Window::Span(Nanos(20_000))] {
            task.reorder = Some(window);
            prop_assert_eq!(&expected, &rows(&task, text_of(&shuffled).as_bytes()).0);
        }
    }
}

proptest! {
    // The environment variable PROPTEST_CASES can ask for more cases than 1500.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(1500), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_naive_matcher_agrees(
        orders in vec(vec(name('d'), 2..6), 1..4),
        steps in vec(step(), 0..80).prop_map(rising),
        key in prop_oneof![Just(Key::Tid), Just(Key::Cpu), Just(Key::All)],
        matching in prop_oneof![Just(Matching::Latest), Just(Matching::Strict)],
    ) {
        let spec = |order: &Vec<char>| order.iter().map(char::to_string).collect::<Vec<_>>().join(" -> ");
        let specs: Vec<String> = orders.iter().map(spec).collect();
        let (rows, ledger) = rows(&task_of_several(&specs, key, matching), text_of(&steps).as_bytes());
        for (at, order) in orders.iter().enumerate() {
            prop_assert_eq!(deltas(&rows, at, orders.len()), expected(order, key, matching, &steps));
        }
        prop_assert_eq!(ledger.lines, ledger.events + ledger.skipped);
    }

    /// A key from a field of the payload gives the same rows as the same key from the header. The trace has no exits
    /// and no lost events, because these end unfinished loops only if the key comes from the header.
    #[test]
    fn a_field_is_as_good_a_key_as_the_header(
        order in vec(name('d'), 2..6),
        with_field in vec(any::<bool>(), 6),
        steps in vec(step(), 0..80).prop_map(rising),
        by_tid in any::<bool>(),
        matching in a_matching(),
    ) {
        let steps: Vec<Step> = steps.into_iter().filter(|step| matches!(step, Step::Event { .. })).collect();
        let (key, field) = if by_tid { (Key::Tid, "@thread") } else { (Key::Cpu, "@on") };
        let keyed = |all: bool| {
            let fields = with_field.iter().map(|with| if all || *with { field } else { "" });
            order.iter().zip(fields).map(|(name, field)| format!("{name}{field}")).collect::<Vec<_>>().join(" -> ")
        };
        let text = text_of(&steps);
        let plain = order.iter().map(char::to_string).collect::<Vec<_>>().join(" -> ");
        let expected = rows(&task_of(&plain, key, matching), text.as_bytes()).0;
        let without_key = |spec: &str| {
            let has_key = spec.contains('@');
            let found = rows(&task_of(spec, key, matching), text.as_bytes()).0;
            let line = |line: &str| {
                let columns = line.split('\t').enumerate().filter(|(at, _)| *at != 3 || !has_key);
                columns.map(|(_, column)| column).collect::<Vec<_>>().join("\t") + "\n"
            };
            found.lines().map(line).collect::<String>()
        };
        // Thread 0 is one key per CPU if the key comes from the header, but one key in all if each position takes it
        // from a field. So in this case the rows may differ, and they are not compared.
        let has_idle = by_tid && steps.iter().any(|step| matches!(step, Step::Event { tid: 0, .. }));
        for all in [false, true] {
            let all_fields = all || with_field.iter().take(order.len()).all(|with| *with);
            if !(has_idle && all_fields) {
                prop_assert_eq!(&without_key(&keyed(all)), &expected);
            }
        }
    }

    /// A loop with the same condition at each position selects the events that fulfil the condition. So if all other
    /// events are removed from the trace, the loop without the condition gives the same rows. A position `c | s:d`
    /// gives the same rows as `c` on a trace in which every d is renamed to c.
    #[test]
    fn conditions_and_alternatives_are_what_they_say(
        order in vec(name('c'), 2..5),
        steps in vec(step(), 0..80).prop_map(rising),
        matching in a_matching(),
    ) {
        let joined = |part: &dyn Fn(&char) -> String| order.iter().map(part).collect::<Vec<_>>().join(" -> ");
        let result = |spec: &str, steps: &[Step]| rows(&task_of(spec, Key::All, matching), text_of(steps).as_bytes()).0;
        let fulfils = |step: &&Step| !matches!(step, Step::Event { cpu, tid, .. } if *cpu != 1 || *tid == 0);
        let fulfilling: Vec<Step> = steps.iter().filter(fulfils).cloned().collect();
        let plain = joined(&char::to_string);
        let conditions = ["on == 1 && thread != 0", "!(on != 0x1 || thread < 1)", "tid > 0 && CPU & 1 && trace ~ '*on=0x1'"];
        for condition in conditions {
            let spec = joined(&|name| format!("{name} if {condition} && of == {name}"));
            prop_assert_eq!(result(&spec, &steps), result(&plain, &fulfilling), "{}", spec);
        }
        let renamed = |step: &Step| match *step {
            Step::Event { name: 'd', tid, cpu, time } => Step::Event { name: 'c', tid, cpu, time },
            ref other => other.clone(),
        };
        let renamed: Vec<Step> = steps.iter().map(renamed).collect();
        let spec = joined(&|name| if *name == 'c' { "c | s:d".to_owned() } else { name.to_string() });
        prop_assert_eq!(result(&spec, &steps), result(&plain, &renamed), "{}", spec);
    }

    /// Threads are independent: in any interleaving, each thread has the rows that it would have if its events were the
    /// only input.
    #[test]
    fn any_interleaving_gives_each_thread_the_same_rows(
        threads in vec(vec((name('c'), 0..5_u16), 0..30), 1..4),
        order in vec(0..3_usize, 0..90),
    ) {
        let task = task_of("a -> b -> c -> a", Key::Tid, Matching::Latest);
        let events = |tid: usize, names: &[(char, u16)]| -> Vec<Step> {
            let mut now = 0;
            names.iter().map(|&(name, step)| {
                now += step;
                Step::Event { name, tid: tid as u8 + 1, cpu: 0, time: now }
            }).collect()
        };
        let alone: Vec<Vec<Step>> = threads.iter().enumerate().map(|(tid, names)| events(tid, names)).collect();
        let mut left: Vec<_> = alone.iter().map(|steps| steps.iter()).collect();
        let mut mixed = Vec::new();
        let (turns, count) = (order.iter().copied(), left.len());
        mixed.extend(turns.filter_map(|turn| left[turn % count].next().cloned()));
        left.into_iter().for_each(|rest| mixed.extend(rest.cloned()));
        let (together, _) = rows(&task, text_of(&mixed).as_bytes());
        for (tid, steps) in alone.iter().enumerate() {
            let is_of_thread = |row: &&str| row.split('\t').nth(1) == Some(&(tid + 1).to_string());
            let same: String = together.split_inclusive('\n').filter(is_of_thread).collect();
            prop_assert_eq!(same, rows(&task, text_of(steps).as_bytes()).0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_gives_the_same_rows(capture in 0..CAPTURES.len(), sizes in vec(1..5000_usize, 1..20)) {
        let task = task_of(PREAD, Key::Tid, Matching::Latest);
        let text = CAPTURES[capture];
        let (whole, ledger) = rows(&task, text);
        prop_assert!(ledger.events > 0 && !whole.is_empty());
        let (pieces, pieces_ledger) = rows(&task, Pieces { text, sizes, next: 0 });
        prop_assert_eq!(whole, pieces);
        prop_assert_eq!((ledger.lines, ledger.malformed), (pieces_ledger.lines, pieces_ledger.malformed));
    }

    #[test]
    fn mutated_bytes_never_panic_and_every_line_is_counted_once(
        capture in 0..CAPTURES.len(),
        mutations in vec((any::<prop::sample::Index>(), any::<u8>()), 1..400),
        cuts in vec(any::<prop::sample::Index>(), 0..20),
        matching in a_matching(),
        key in prop::sample::select(Key::NAMES.iter().map(|(_, key)| *key).collect::<Vec<_>>()),
    ) {
        let mut text = CAPTURES[capture].to_vec();
        for (place, byte) in mutations {
            let place = place.index(text.len());
            text[place] = byte;
        }
        for cut in cuts {
            text.remove(cut.index(text.len()));
        }
        let (rows, ledger) = rows(&task_of("sys_enter_pread64 -> sys_exit_pread64 -> sys_enter_pread64", key, matching), &*text);
        // A line of perf trace may give two events, and `events` counts both of them.
        let twice = ledger.events + ledger.skipped + ledger.malformed - ledger.lines;
        prop_assert!(twice <= ledger.events / 2 && (twice == 0 || capture == PERF_TRACE), "{:?}", ledger);
        prop_assert_eq!(ledger.bytes, text.len() as u64);
        for row in rows.lines() {
            let columns: Vec<f64> = row.split('\t').skip(3).take(3).map(|column| column.parse().expect("a number")).collect();
            prop_assert!(columns.iter().all(|delta| *delta >= 0.0), "{}", row);
            prop_assert!((columns[0] + columns[1] - columns[2]).abs() <= columns[2] * 1e-9, "{}", row);
        }
    }
}
