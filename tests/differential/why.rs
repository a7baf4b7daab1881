//! Compares the results of `--slowest` and `--unfinished` with those of a naive reference, which keeps all lines, rows
//! and unfinished loops.

use crate::captures;
use crate::naive::{Outcome, expected};
use crate::random::{a_loop, a_matching, steps, timed};
use crate::trace::{Event, Loop, Step, texts_of};
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::event::Resolution;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::source::{Again, AgainText, Input, LineBuffer};
use pspp_filter::why::{SlowLoop, UnfinishedLoop};
use pspp_filter::{Engine, Follow, Pause, Sinks, SlowestTask, Task, WhyTask};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};

/// A thread: its tid, and its CPU if the tid is 0, because each CPU has an idle thread with the tid 0.
type Thread = (i64, Option<i64>);

fn thread(tid: i64, cpu: i64) -> Thread {
    (tid, (tid == 0).then_some(cpu))
}

/// The fields of a slowest loop that are compared.
#[derive(Debug, PartialEq)]
struct Slow {
    times: Vec<u64>,
    tid: i64,
    /// The number of the loop's first line in its input.
    line: u64,
    /// True if the first of the loop's lines was still kept when the loop closed.
    is_complete: bool,
    /// The number of lines that are not shown.
    left_out: u64,
    /// The longest time between two neighbouring lines of the loop: the index in `lines` of the first of the two, and
    /// the time in nanoseconds.
    gap: Option<(usize, u64)>,
    /// The lines that are shown.
    lines: Vec<String>,
}

/// An unfinished loop: key, tid, comm, start, age, and the index of the position that it waits for.
type Unfinished = (String, i64, String, u64, u64, usize);

/// A trace with its lines.
struct Lines<'t> {
    steps: &'t [Step],
    /// For each step, its text, and the number and the offset in bytes of its line in its input.
    places: Vec<(String, u64, u64)>,
}

impl<'t> Lines<'t> {
    fn new(steps: &'t [Step], resolution: Resolution) -> Self {
        let (mut line, mut offset) = (0, 0);
        let place = |step: &Step| {
            if matches!(step, Step::NextInput) {
                (line, offset) = (0, 0);
                return (String::new(), 0, 0);
            }
            let text = texts_of(std::slice::from_ref(step), resolution).concat();
            line += 1;
            offset += text.len() as u64;
            (text.trim_end_matches('\n').to_owned(), line, offset - text.len() as u64)
        };
        Lines { steps, places: steps.iter().map(place).collect() }
    }

    fn event(&self, at: usize) -> Option<&'t Event> {
        match &self.steps[at] {
            Step::Event(event) => Some(event),
            _ => None,
        }
    }

    /// Returns whether the event at this index belongs to the lines of a loop with these threads. It does if it is
    /// printed under one of the threads, wakes one, or gives one a CPU.
    fn involves(&self, at: usize, threads: &HashSet<Thread>) -> bool {
        let Some(event) = self.event(at) else { return false };
        let number = |name| event.fields.iter().find(|(field, _)| field == name).and_then(|(_, v)| v.parse().ok());
        let other = match event.name.as_str() {
            "sched_switch" => number("next_pid").map(|tid| thread(tid, event.cpu)),
            "sched_wakeup" | "sched_waking" => {
                number("pid").map(|tid| thread(tid, number("target_cpu").unwrap_or(event.cpu)))
            }
            _ => None,
        };
        threads.contains(&thread(event.tid, event.cpu)) || other.is_some_and(|other| threads.contains(&other))
    }

    /// Returns a closed loop whose events have these indexes. The program has kept only the last `keep` bytes before
    /// the end of the loop, or all bytes if `keep` is `None`.
    fn slow(&self, times: &[u64], places: &[usize], keep: Option<u64>) -> Slow {
        let events: Vec<&Event> = places.iter().filter_map(|at| self.event(*at)).collect();
        let threads = events.iter().map(|event| thread(event.tid, event.cpu)).collect();
        let (first, last) = (places[0], places[places.len() - 1]);
        let end = self.places[last].2 + self.places[last].0.len() as u64 + 1;
        let kept_from = keep.map_or(0, |keep| end.saturating_sub(keep));
        let all: Vec<usize> =
            (first..=last).filter(|at| self.involves(*at, &threads) && self.places[*at].2 >= kept_from).collect();
        let time = |at: usize| self.event(at).map_or(0, |event| event.time);
        let gaps: Vec<u64> = all.windows(2).map(|pair| time(pair[1]).saturating_sub(time(pair[0]))).collect();
        let longest = gaps.iter().max().copied();
        let gap = longest.and_then(|longest| gaps.iter().position(|gap| *gap == longest));
        // At most 64 lines are shown: the first 24, the last 24, and 16 around the longest gap.
        let is_shown = |at: usize| {
            let around = gap.is_some_and(|gap| at + 7 >= gap && at <= gap + 8);
            all.len() <= 64 || at < 24 || at + 24 >= all.len() || around
        };
        let shown: Vec<usize> = (0..all.len()).filter(|at| is_shown(*at)).collect();
        Slow {
            times: times.to_vec(),
            tid: events[events.len() - 1].tid,
            line: self.places[first].1,
            is_complete: self.places[first].2 >= kept_from,
            left_out: (all.len() - shown.len()) as u64,
            gap: gap.map(|gap| (shown.iter().filter(|at| **at < gap).count(), longest.unwrap_or(0))),
            lines: shown.iter().map(|at| self.places[all[*at]].0.clone()).collect(),
        }
    }

    /// Returns the `count` slowest closed loops of the loop with the index `spec`, the slowest first.
    fn slowest(&self, outcome: &Outcome, spec: usize, count: usize, keep: Option<u64>) -> Vec<Slow> {
        let rows = outcome.rows.iter().zip(&outcome.places).filter(|((at, _), _)| *at == spec);
        let mut slow: Vec<Slow> = rows.map(|((_, times), places)| self.slow(times, places, keep)).collect();
        slow.sort_by_key(|slow| {
            let deltas: Vec<u64> = slow.times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let (first, last) = (slow.times[0], slow.times[slow.times.len() - 1]);
            (std::cmp::Reverse(last - first), last, slow.tid, deltas)
        });
        slow.truncate(count);
        slow
    }

    /// Returns the unfinished loops of the loop with the index `spec`: the 100 oldest, the oldest first.
    fn unfinished(&self, outcome: &Outcome, loops: &[Loop], spec: usize) -> Vec<Unfinished> {
        let of_loop = outcome.open.iter().filter(|open| open.spec == spec);
        let mut all: Vec<Unfinished> = of_loop
            .filter_map(|open| {
                let event = self.event(open.first)?;
                let inputs = self.steps.split(|step| matches!(step, Step::NextInput));
                let mut end = 0;
                let input = inputs.into_iter().find(|input| {
                    end += input.len() + 1;
                    open.first < end
                })?;
                let times = input.iter().filter_map(|step| match step {
                    Step::Event(event) => Some(event.time),
                    _ => None,
                });
                let age = times.max()?.saturating_sub(event.time);
                let key = key_text(&loops[spec], event);
                Some((key, event.tid, event.comm.clone(), event.time, age, open.length))
            })
            .collect();
        all.sort_by_key(|(key, tid, comm, start, age, waits_for)| {
            (std::cmp::Reverse(*age), *start, *tid, key.len(), key.clone(), *waits_for, comm.clone())
        });
        all.truncate(100);
        all
    }
}

/// Returns the text of the key that an event has at the first position of a loop.
fn key_text(spec: &Loop, event: &Event) -> String {
    let fields = &spec.positions[0].fields;
    if !fields.is_empty() {
        return fields.iter().filter_map(|field| event.field(field)).collect::<Vec<_>>().join(",");
    }
    match spec.key {
        Key::All => "all".to_owned(),
        Key::Tid => event.tid.to_string(),
        Key::Pid => event.pid.map_or("-".to_owned(), |pid| pid.to_string()),
        Key::Cpu => event.cpu.to_string(),
        Key::Comm => event.comm.clone(),
    }
}

/// An input whose reads return at most `step` bytes, and so may end in the middle of a line. If it has a `file`, the
/// program can read it again to find the lines of a slow loop.
struct Text<'t> {
    rest: &'t [u8],
    step: usize,
    file: Option<File>,
}

impl Input for Text<'_> {
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        let (now, later) = self.rest.split_at(self.step.min(self.rest.len()));
        let count = lines.fill(&mut &*now)?;
        self.rest = if count == now.len() { later } else { &self.rest[count..] };
        Ok(count)
    }

    fn can_be_read_again(&self) -> bool {
        self.file.is_some()
    }

    fn again(&mut self) -> io::Result<Option<Again>> {
        let file = self.file.as_ref().map(File::try_clone).transpose()?;
        Ok(file.map(|file| Again::Text(AgainText::new(file, 0))))
    }
}

/// The options of a run, which are chosen at random.
#[derive(Clone, Debug)]
struct Choice {
    matching: Matching,
    max_keys: usize,
    count: usize,
    /// The number of bytes that the program keeps for the lines of a slow loop; `None` if it can read the input again.
    keep: Option<u64>,
    /// The largest number of bytes of a read.
    step: usize,
}

fn a_choice() -> impl Strategy<Value = Choice> {
    let matching = a_matching();
    let max_keys = prop_oneof![3 => Just(65536_usize), 1 => 1..5_usize];
    let keep = prop_oneof![2 => Just(None), 1 => Just(Some(8 << 20)), 2 => (1..4000_u64).prop_map(Some)];
    (matching, max_keys, 1..8_usize, keep, 1..5000_usize).prop_map(|(matching, max_keys, count, keep, step)| Choice {
        matching,
        max_keys,
        count,
        keep,
        step,
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn slow(found: &SlowLoop) -> Slow {
    let shown = found.lines.sample.shown();
    Slow {
        times: found.times.clone(),
        tid: found.tid.map_or(-1, i64::from),
        line: found.lines.first.line,
        is_complete: found.lines.are_complete(),
        left_out: shown.left_out,
        gap: shown.gap.map(|(after, time)| (after, time.0)),
        lines: shown.lines.iter().map(|line| text(&line.text)).collect(),
    }
}

fn unfinished(found: &UnfinishedLoop) -> Unfinished {
    let comm = found.comm.as_deref().map(text).unwrap_or_default();
    let tid = found.tid.map_or(-1, i64::from);
    (text(&found.key), tid, comm, found.start.0, found.age.0, found.waits_for)
}

/// Compares the slowest and the unfinished loops that the program finds in a trace with those of the naive reference.
fn check(
    loops: &[Loop],
    steps: &[Step],
    lines: &Lines<'_>,
    inputs: &[String],
    choice: &Choice,
) -> Result<(), TestCaseError> {
    let outcome = expected(loops, choice.matching, choice.max_keys, steps);
    let parsed = loops.iter().map(|spec| grammar::parse(&spec.text(), Notation::Arrows).expect("a loop")).collect();
    let keep_bytes = choice.keep.unwrap_or(1);
    let task = Task {
        follow: Some(Follow { matching: choice.matching, ..Follow::default() }),
        max_keys: choice.max_keys,
        why: WhyTask {
            slowest: Some(SlowestTask { count: choice.count, keep_bytes }),
            unfinished: true,
            ..WhyTask::default()
        },
        ..Task::new(parsed)
    };
    let mut engine = Engine::new(task, Sinks::default()).expect("no sink fails");
    for bytes in inputs {
        let file = choice.keep.is_none().then(|| {
            let mut file = tempfile();
            file.write_all(bytes.as_bytes()).expect("room for a file");
            file
        });
        engine.begin_input("input".to_owned());
        let mut input = Text { rest: bytes.as_bytes(), step: choice.step, file };
        while engine.read(&mut input).expect("a slice does not fail") != Pause::End {}
        engine.settle().expect("no sink fails");
        engine.gather_lines(&mut input, || false).expect("a file can be read again");
        engine.end_input().expect("no sink fails");
    }
    let summary = engine.summary();
    let mut open = 0;
    for (spec, found) in summary.loops.iter().enumerate() {
        let slowest: Vec<Slow> = found.slowest.expect("asked for").iter().map(slow).collect();
        prop_assert_eq!(slowest, lines.slowest(&outcome, spec, choice.count, choice.keep));
        let found = found.unfinished.as_ref().expect("asked for");
        let oldest: Vec<Unfinished> = found.oldest.iter().map(unfinished).collect();
        prop_assert_eq!(oldest, lines.unfinished(&outcome, loops, spec));
        open += found.open;
    }
    prop_assert_eq!(open, engine.ledger().matcher.unfinished);
    Ok(())
}

/// Returns an open temporary file whose name is removed already, so that nothing is left of the file when it is closed.
fn tempfile() -> File {
    let path =
        std::env::temp_dir().join(format!("pspp-filter-why-{}-{:?}", std::process::id(), std::thread::current().id()));
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&path);
    std::fs::remove_file(&path).expect("a file that was just made");
    file.expect("a temporary file")
}

/// Turns the events with the names c and d into events of the scheduler. Their `v` becomes the tid of the thread that
/// gets the CPU (`next_pid`) or is woken (`pid`). An event without a `v` names no other thread.
fn with_scheduler(mut steps: Vec<Step>) -> Vec<Step> {
    for step in &mut steps {
        let Step::Event(event) = step else { continue };
        let v = event.field("v").filter(|_| event.fields.len() > 1);
        let (name, field) = match event.name.as_str() {
            "c" => ("sched_switch", "next_pid"),
            "d" if event.cpu == 0 => ("sched_waking", "pid"),
            "d" => ("sched_wakeup", "pid"),
            _ => continue,
        };
        event.name = name.to_owned();
        event.fields.extend(v.map(|v| (field.to_owned(), v)));
    }
    steps
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_slowest_and_the_unfinished_loops_agree_on_random_traces(
        loops in vec(a_loop(), 1..4),
        steps in steps(),
        resolution in prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)],
        choice in a_choice(),
    ) {
        let steps = with_scheduler(timed(steps, resolution));
        check(&loops, &steps, &Lines::new(&steps, resolution), &texts_of(&steps, resolution), &choice)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_slowest_and_the_unfinished_loops_agree_on_captures(
        loops in vec(a_loop(), 1..3),
        capture in 0..captures::NAMES.len(),
        choice in a_choice(),
    ) {
        let capture = captures::capture(capture);
        let loops: Vec<Loop> = loops.into_iter().map(|spec| capture.with_its_names(spec)).collect();
        // The trace is printed anew, because the naive reference knows the events of the capture but not its lines.
        // Events without a pid are printed with the pid -1, so the reference gets this pid, too.
        let mut steps = capture.steps.clone();
        for step in &mut steps {
            if let Step::Event(event) = step {
                event.pid.get_or_insert(-1);
            }
        }
        let choice = Choice { step: choice.step * 100, ..choice };
        let lines = Lines::new(&steps, capture.resolution);
        check(&loops, &steps, &lines, &texts_of(&steps, capture.resolution), &choice)?;
    }
}
