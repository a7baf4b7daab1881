//! The matcher and the statistics against naive ones that know nothing of the
//! program: they keep every event and every delta, as SPEC's words have them.
//!
//! Random loops (repeated events, alternatives, conditions, keys, fields) meet
//! random traces (clock steps, losses, exits, few slots for keys). proptest
//! prints the seed of a failure and shrinks it; `PROPTEST_CASES=100000 cargo
//! test --release --test differential` tries more.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use pspp_filter::config::Config;
use pspp_filter::engine::{Filter, Pause};
use pspp_filter::event::{Nanos, Resolution};
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::stats::Transition;
use std::collections::HashMap;

/// An event as the trace has it. Its payload is `v=... w=...`.
#[derive(Clone, Debug)]
struct Event {
    name: char,
    tid: i64,
    cpu: i64,
    v: i64,
    time: u64,
}

impl Event {
    fn pid(&self) -> i64 {
        if self.tid == 0 { 0 } else { 1 + self.tid % 2 }
    }

    fn comm(&self) -> String {
        ["x", "y z", "7"][self.tid as usize % 3].to_owned()
    }

    fn payload(&self) -> String {
        format!("v={} w=x", self.v)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Event(Event),
    Loss { cpu: i64 },
    Exit { tid: i64 },
    Fork { tid: i64 },
}

/// What a position asks of an event beside its name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    Is(i64),
    Above(i64),
    NotOdd,
    OnCpu(i64),
    Lacking,
    Glob,
}

impl Condition {
    fn text(self) -> String {
        match self {
            Condition::Is(value) => format!("v == {value}"),
            Condition::Above(value) => format!("v > {value} || v == 99"),
            Condition::NotOdd => "!(v & 1) && w == 'x'".to_owned(),
            Condition::OnCpu(cpu) => format!("CPU == {cpu}"),
            Condition::Lacking => "u < 5".to_owned(),
            Condition::Glob => "trace ~ \"*v=1 *\"".to_owned(),
        }
    }

    fn holds(self, event: &Event) -> bool {
        match self {
            Condition::Is(value) => event.v == value,
            Condition::Above(value) => event.v > value,
            Condition::NotOdd => event.v % 2 == 0,
            Condition::OnCpu(cpu) => event.cpu == cpu,
            Condition::Lacking => false,
            Condition::Glob => event.v == 1,
        }
    }
}

#[derive(Clone, Debug)]
struct Position {
    names: Vec<char>,
    condition: Option<Condition>,
    /// The field that it takes the key from: `v`, or the header's `cpu`.
    field: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Loop {
    positions: Vec<Position>,
    key: Key,
}

impl Loop {
    fn text(&self) -> String {
        let position = |position: &Position| {
            let names: Vec<String> = position.names.iter().map(char::to_string).collect();
            let field = position.field.map_or(String::new(), |field| format!("@{field}"));
            let condition = position.condition.map_or(String::new(), |condition| format!(" if {}", condition.text()));
            format!("{}{field}{condition}", names.join(" | "))
        };
        let positions: Vec<String> = self.positions.iter().map(position).collect();
        format!("{} by {}", positions.join(" -> "), self.key.name())
    }

    fn all_fields(&self) -> bool {
        self.positions.iter().all(|position| position.field.is_some())
    }

    fn any_field(&self) -> bool {
        self.positions.iter().any(|position| position.field.is_some())
    }

    /// Whose place in the loop an event has at a position.
    fn value(&self, position: &Position, event: &Event) -> Value {
        let threads = matches!(self.key, Key::Tid | Key::Pid) && !self.all_fields();
        let number = |number: i64| if threads && number == 0 { Value::Idle(event.cpu) } else { Value::Number(number) };
        match position.field {
            Some("v") => number(event.v),
            Some(_) => number(event.cpu),
            None => match self.key {
                Key::Tid => number(event.tid),
                Key::Pid => number(event.pid()),
                Key::Cpu => Value::Number(event.cpu),
                // A whole number is one where it is joined with fields.
                Key::Comm if self.any_field() && event.comm() == "7" => Value::Number(7),
                Key::Comm => Value::Text(event.comm()),
                Key::All => Value::All,
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Value {
    Number(i64),
    /// A processor's idle thread.
    Idle(i64),
    Text(String),
    All,
}

/// One loop's state for one key.
#[derive(Default)]
struct State {
    /// `latest`: for each position, the latest chain: the place of its first event, and the times.
    chains: HashMap<usize, (usize, Vec<u64>)>,
    /// `strict`: the events since the last close, with the positions where each stands.
    history: Vec<(Vec<usize>, u64)>,
    last: Option<u64>,
}

impl State {
    fn is_open(&self, positions: usize) -> bool {
        let begun = (1..positions).any(|length| self.is_beginning(length).is_some());
        !self.chains.is_empty() || begun
    }

    /// Whether the last events are the first positions, in order; their times.
    fn is_beginning(&self, length: usize) -> Option<Vec<u64>> {
        let events = &self.history[self.history.len().checked_sub(length)?..];
        let stand = events.iter().enumerate().all(|(k, (at, _))| at.contains(&k));
        let times: Vec<u64> = events.iter().map(|(_, time)| *time).collect();
        (stand && times.is_sorted()).then_some(times)
    }

    fn cut(&mut self) {
        self.chains.clear();
        self.history.clear();
    }

    fn step(&mut self, how: Matching, positions: usize, at: &[usize], time: u64, place: usize) -> Option<Vec<u64>> {
        match how {
            Matching::Latest => self.latest(positions, at, time, place),
            Matching::Strict => {
                self.history.push((at.to_vec(), time));
                let times = self.is_beginning(positions)?;
                let closing = self.history.pop().filter(|(at, _)| at.contains(&0));
                self.history = closing.into_iter().map(|(_, time)| (vec![0], time)).collect();
                Some(times)
            }
        }
    }

    fn latest(&mut self, positions: usize, at: &[usize], time: u64, place: usize) -> Option<Vec<u64>> {
        let mut closed = None;
        for &k in at.iter().rev() {
            if k == 0 {
                self.chains.insert(0, (place, vec![time]));
                continue;
            }
            let Some((first, mut times)) = self.chains.get(&(k - 1)).cloned() else { continue };
            if times.last().is_some_and(|&last| last > time) {
                continue;
            }
            times.push(time);
            if k + 1 < positions {
                self.chains.insert(k, (first, times));
            } else {
                self.chains.retain(|_, (other, _)| *other != first);
                closed = Some(times);
            }
        }
        closed
    }
}

/// What comes of a trace: the rows in order, and counts.
#[derive(Default)]
struct Outcome {
    rows: Vec<(usize, Vec<u64>)>,
    seen: Vec<Vec<u64>>,
    out_of_order: u64,
    cut: u64,
    evicted: u64,
    unfinished: u64,
}

fn expected(loops: &[Loop], how: Matching, max_keys: usize, steps: &[Step]) -> Outcome {
    let mut outcome =
        Outcome { seen: loops.iter().map(|of| vec![0; of.positions.len()]).collect(), ..Outcome::default() };
    // The most recently used is the last.
    let mut states: Vec<((usize, Value), State)> = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Loss { cpu } => {
                for ((at, value), state) in &mut states {
                    let of = &loops[*at];
                    let spared = of.key == Key::Cpu && !of.any_field() && *value != Value::Number(*cpu);
                    if !spared {
                        outcome.cut += u64::from(state.is_open(of.positions.len()));
                        state.cut();
                    }
                }
            }
            Step::Exit { tid } | Step::Fork { tid } => states.retain(|((at, value), _)| {
                let of_threads = loops[*at].key == Key::Tid && !loops[*at].all_fields();
                !(of_threads && *value == Value::Number(*tid))
            }),
            Step::Event(event) => {
                let mut stepped_back = false;
                for (at, of) in loops.iter().enumerate() {
                    let mut streams: Vec<(Value, Vec<usize>)> = Vec::new();
                    for (k, position) in of.positions.iter().enumerate().rev() {
                        let fulfils = position.condition.is_none_or(|condition| condition.holds(event));
                        if !position.names.contains(&event.name) || !fulfils {
                            continue;
                        }
                        outcome.seen[at][k] += 1;
                        let value = of.value(position, event);
                        match streams.iter_mut().find(|(known, _)| *known == value) {
                            Some((_, positions)) => positions.insert(0, k),
                            None => streams.push((value, vec![k])),
                        }
                    }
                    for (value, positions) in streams {
                        let id = (at, value);
                        let known = states.iter().position(|(known, _)| *known == id);
                        let mut state = match known {
                            Some(known) => states.remove(known).1,
                            None => State::default(),
                        };
                        if known.is_none() && states.len() == max_keys {
                            states.remove(0);
                            outcome.evicted += 1;
                        }
                        stepped_back |= state.last.is_some_and(|last| event.time < last);
                        state.last = Some(event.time);
                        let closed = state.step(how, of.positions.len(), &positions, event.time, place);
                        outcome.rows.extend(closed.map(|times| (at, times)));
                        states.push((id, state));
                    }
                }
                outcome.out_of_order += u64::from(stepped_back);
            }
        }
    }
    let open = states.iter().filter(|((at, _), state)| state.is_open(loops[*at].positions.len()));
    outcome.unfinished = open.count() as u64;
    outcome
}

/// The trace as perf script prints it; times are in steps of its last decimal.
fn text_of(steps: &[Step], resolution: Resolution) -> String {
    let step_ns = resolution.step_ns();
    let line = |step: &Step| match step {
        Step::Event(event) => {
            let (seconds, fraction) = (event.time / 1_000_000_000, event.time % 1_000_000_000 / step_ns);
            let width = if step_ns == 1 { 9 } else { 6 };
            let Event { name, tid, cpu, .. } = event;
            let (comm, pid, payload) = (event.comm(), event.pid(), event.payload());
            format!("{comm:>16} {pid:>5}/{tid:<5} [{cpu:03}] {seconds:5}.{fraction:0width$}: s:{name}: {payload}\n")
        }
        Step::Loss { cpu } => format!("{:>16}     0/0     [{cpu:03}]     1.000000: PERF_RECORD_LOST lost 1\n", "x"),
        Step::Exit { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_EXIT(1:{tid}):(1:1)\n", "x"),
        Step::Fork { tid } => format!("{:>16}     0/0     [000]     1.000000: PERF_RECORD_FORK(1:{tid}):(1:1)\n", "x"),
    };
    steps.iter().map(line).collect()
}

/// The statistics of a transition, of all its deltas in nanoseconds.
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
        // In whole numbers, so that nothing is lost where the spread is small.
        let variance = (count * squares - sum * sum) as f64 / (count * (count - 1)) as f64;
        prop_assert!((found.stddev_ns().unwrap_or(f64::NAN) - variance.sqrt()).abs() <= 1e-15 * variance.sqrt());
    } else {
        prop_assert_eq!(found.stddev_ns(), None);
    }
    // Exact below 2048 steps, to a tenth of a percent above.
    let near = |found: u128, exact: u128| {
        let exact_below = 2 * 2048 * u128::from(resolution.step_ns());
        found.abs_diff(exact) <= if exact < exact_below { 0 } else { exact / 1000 }
    };
    let middle = |rank: usize| u128::from(sorted[rank]);
    let median_half = middle((sorted.len() - 1) / 2) + middle(sorted.len() / 2);
    prop_assert!(near(found.median_half_ns().unwrap_or(u128::MAX), median_half));
    for per_mille in [0, 1, 500, 900, 990, 999, 1000] {
        let rank = (count * u128::from(per_mille)).div_ceil(1000).max(1) as usize;
        let [value] = found.percentiles([per_mille]).expect("there are deltas");
        prop_assert!(near(2 * u128::from(value.0), 2 * middle(rank - 1)), "{per_mille}: {value:?} {sorted:?}");
    }
    Ok(())
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (0..3_i64).prop_map(Condition::Is),
        (0..2_i64).prop_map(Condition::Above),
        Just(Condition::NotOdd),
        (0..2_i64).prop_map(Condition::OnCpu),
        Just(Condition::Lacking),
        Just(Condition::Glob),
    ]
}

fn a_loop() -> impl Strategy<Value = Loop> {
    let name = || prop::char::range('a', 'd');
    let position = (vec(name(), 1..3), option::weighted(0.2, condition()), prop::sample::select(vec!["v", "cpu"]));
    let keys: Vec<Key> = Key::NAMES.iter().map(|(_, key)| *key).collect();
    // No fields, all fields, or some.
    (vec((position, any::<bool>()), 2..6), prop::sample::select(keys), 0..4_u8).prop_map(|(positions, key, fields)| {
        let position = |((mut names, condition, field), some): ((Vec<char>, _, _), bool)| {
            names.dedup();
            let has_field = match fields {
                0 | 1 => false,
                2 => true,
                _ => some,
            };
            Position { names, condition, field: has_field.then_some(field) }
        };
        let mut found = Loop { positions: positions.into_iter().map(position).collect(), key };
        if found.any_field() && !found.all_fields() && key == Key::All {
            found.key = Key::Tid;
        }
        found
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let event = (prop::char::range('a', 'd'), 0..4_i64, 0..2_i64, 0..4_i64, 0..64_u32);
    let event = event.prop_map(|(name, tid, cpu, v, time)| Step::Event(Event { name, tid, cpu, v, time: time.into() }));
    let step = prop_oneof![
        40 => event,
        1 => (0..2_i64).prop_map(|cpu| Step::Loss { cpu }),
        1 => (1..4_i64).prop_map(|tid| Step::Exit { tid }),
        1 => (1..4_i64).prop_map(|tid| Step::Fork { tid }),
    ];
    vec(step, 0..120)
}

/// Times that mostly rise, now and then stand still or step back, and sometimes leap by minutes.
fn timed(mut steps: Vec<Step>, resolution: Resolution) -> Vec<Step> {
    let mut now = 1_000_000_000_000;
    for step in &mut steps {
        if let Step::Event(event) = step {
            now = match event.time {
                0..=7 => now,
                60.. => now - (event.time - 58),
                56..=57 => now + 1_234_567 * (event.time - 50) * (event.time - 50),
                58..=59 => now + 123_456_789_012 / resolution.step_ns(),
                rising => now + rising / 8,
            };
            event.time = now;
        }
    }
    for step in &mut steps {
        if let Step::Event(event) = step {
            // Steps of the last decimal, from a second on.
            event.time = 1_000_000_000 + (event.time - 999_000_000_000) * resolution.step_ns();
        }
    }
    steps
}

/// How many traces are tried.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_naive_filter_agrees(
        loops in vec(a_loop(), 1..4),
        steps in steps(),
        how in prop_oneof![Just(Matching::Latest), Just(Matching::Strict)],
        resolution in prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)],
        max_keys in prop_oneof![3 => Just(65536_usize), 1 => 1..5_usize],
    ) {
        let steps = timed(steps, resolution);
        let expected = expected(&loops, how, max_keys, &steps);
        let parse = |(at, of): (usize, &Loop)| {
            let mut parsed = grammar::parse(&of.text(), Notation::Arrows).expect("a loop");
            parsed.name = at.to_string();
            parsed
        };
        let parsed = loops.iter().enumerate().map(parse).collect();
        let config = Config { how, max_keys, header: false, ..Config::new(parsed) };
        let mut rows = Vec::new();
        let mut filter = Filter::new(&config, &mut rows, None);
        filter.begin_input("input".to_owned());
        let text = text_of(&steps, resolution);
        let mut input = text.as_bytes();
        while filter.read(&mut input).expect("a slice does not fail") != Pause::End {}
        filter.end_input().expect("a vector does not fail");

        let ledger = filter.ledger();
        let events = steps.iter().filter(|step| matches!(step, Step::Event(_))).count() as u64;
        prop_assert_eq!((ledger.lines, ledger.events, ledger.malformed), (steps.len() as u64, events, 0));
        prop_assert_eq!(ledger.matcher.out_of_order, expected.out_of_order, "out of order");
        prop_assert_eq!(ledger.matcher.evicted, expected.evicted, "evicted");
        prop_assert_eq!(ledger.matcher.cut, expected.cut, "cut");
        prop_assert_eq!(ledger.matcher.unfinished, expected.unfinished, "unfinished");

        let summary = filter.summary();
        for (at, of) in summary.loops.iter().enumerate() {
            prop_assert_eq!(of.seen, expected.seen[at].as_slice());
            let of_loop: Vec<&Vec<u64>> = expected.rows.iter().filter(|(of, _)| *of == at).map(|(_, times)| times).collect();
            prop_assert_eq!(of.deltas.total().count(), of_loop.len() as u64);
            let ends = |times: &&Vec<u64>| times.last().map(|&time| Nanos(time));
            prop_assert_eq!(of.first.map(|(time, _)| time), of_loop.first().and_then(ends));
            prop_assert_eq!(of.last.map(|(time, _)| time), of_loop.last().and_then(ends));
            for (k, transition) in of.deltas.transitions().iter().enumerate() {
                let deltas: Vec<u64> = of_loop.iter().map(|times| times[k + 1] - times[k]).collect();
                check_statistics(transition, &deltas, resolution)?;
            }
            let totals: Vec<u64> = of_loop.iter().map(|times| times[times.len() - 1] - times[0]).collect();
            check_statistics(of.deltas.total(), &totals, resolution)?;
        }
        filter.flush().expect("a vector does not fail");
        drop(filter);
        let rows = String::from_utf8(rows).expect("these comms are text");
        let found: Vec<(usize, Vec<u64>)> = rows.lines().map(|row| deltas_of(row, &loops)).collect();
        let shown = |(at, times): (usize, Vec<u64>)| (at, times.windows(2).map(|pair| pair[1] - pair[0]).collect());
        let expected: Vec<(usize, Vec<u64>)> = expected.rows.into_iter().map(shown).collect();
        prop_assert_eq!(found, expected);
    }
}

/// A row's loop and its deltas in nanoseconds.
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
