//! Compares the times for which threads were in each state (`--sched`), such as running or sleeping, with those that
//! are computed here from the whole history of each thread.

use crate::common::rows::task;
use proptest::collection::vec;
use proptest::prelude::*;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::sink::Sinks;
use pspp_filter::why::State;
use pspp_filter::{Engine, Pause, Task, WhyTask, Window};
use std::fmt::Write;

/// The content of a line of the trace.
#[derive(Clone, Debug)]
pub enum What {
    /// An event with this name.
    Event(&'static str),
    /// The thread of the line leaves its CPU with this `prev_state`, and the thread with this tid gets the CPU.
    Switch(&'static str, i64),
    /// The thread of the line wakes the thread with this tid. The text is the name of the event.
    Wake(&'static str, i64),
}

#[derive(Clone, Debug)]
pub struct Line {
    pub tid: i64,
    pub time: u64,
    pub what: What,
}

impl Line {
    fn text(&self) -> String {
        let Line { tid, time, what } = self;
        let (name, payload) = match what {
            What::Event(name) => ((*name).to_owned(), "x=1".to_owned()),
            What::Switch(state, next) => {
                let prev = format!("prev_comm=t prev_pid={tid} prev_prio=120 prev_state={state}");
                ("sched:sched_switch".to_owned(), format!("{prev} ==> next_comm=n next_pid={next} next_prio=120"))
            }
            What::Wake(name, tid) => (format!("sched:{name}"), format!("comm=w pid={tid} prio=120 target_cpu=000")),
        };
        format!("t {tid}/{tid} [000] {}.{:09}: {name}: {payload}", time / 1_000_000_000, time % 1_000_000_000)
    }
}

fn a_line() -> impl Strategy<Value = Line> {
    let tid = 1..4_i64;
    let what = prop_oneof![
        6 => prop::sample::select(&["a", "b", "c", "tlb:tlb_flush", "x86_fpu:x86_fpu_copy_src"][..]).prop_map(What::Event),
        4 => (prop::sample::select(&["R", "R+", "S", "D", "D|K", "T", "Z"][..]), 1..4_i64)
            .prop_map(|(state, next)| What::Switch(state, next)),
        3 => (prop::sample::select(&["sched_wakeup", "sched_waking", "sched_wakeup_new"][..]), 1..4_i64)
            .prop_map(|(name, tid)| What::Wake(name, tid)),
    ];
    (tid, 0..40_u64, what).prop_map(|(tid, time, what)| Line { tid, time, what })
}

/// Makes a trace whose times mostly rise. Some lines have the time of the line before, and a few step back.
pub fn lines() -> impl Strategy<Value = Vec<Line>> {
    vec(a_line(), 0..150).prop_map(|mut lines| {
        let mut now = 5_000_000_000;
        for line in &mut lines {
            now = if line.time == 39 { now - 7 } else { now + line.time.saturating_sub(4) * 137 };
            line.time = now;
        }
        lines
    })
}

/// The history of a thread: for each line that is about the thread, the index of the line, the time of the line, and
/// the state of the thread from this line on. The state is a number such as [`RUNNING`].
pub type History = Vec<(usize, u64, usize)>;

// The indexes of the states in the arrays of times, which are `[u128; 5]`.
pub const RUNNING: usize = 0;
pub const RUNNABLE: usize = 1;
pub const SLEEPING: usize = 2;
pub const BLOCKED: usize = 3;
pub const UNKNOWN: usize = 4;

/// Returns the history of a thread. An event of the thread with a name of one letter shows that the thread runs. The
/// other events, such as `tlb:tlb_flush`, show nothing, because the kernel may print them under a thread that has just
/// left its CPU.
pub fn history(lines: &[Line], thread: i64) -> History {
    let mut history = Vec::new();
    let mut state = UNKNOWN;
    for (at, line) in lines.iter().enumerate() {
        let mut is_about_it = line.tid == thread;
        match line.what {
            What::Event(name) if line.tid == thread && name.len() == 1 => state = RUNNING,
            What::Event(_) => {}
            What::Switch(prev_state, next) => {
                if line.tid == thread {
                    state = match &prev_state[..1] {
                        "R" => RUNNABLE,
                        "D" => BLOCKED,
                        _ => SLEEPING,
                    };
                }
                if next == thread {
                    state = RUNNING;
                    is_about_it = true;
                }
            }
            What::Wake(_, woken) => {
                if line.tid == thread {
                    state = RUNNING;
                }
                if woken == thread {
                    is_about_it = true;
                    if state != RUNNING {
                        state = RUNNABLE;
                    }
                }
            }
        }
        if is_about_it {
            history.push((at, line.time, state));
        }
    }
    history
}

/// Divides the time between the lines `from` and `to` of a thread among its states. If a time in between steps back,
/// the state is unknown for the whole time.
fn divide(history: &History, from: usize, to: usize) -> [u128; 5] {
    let between: Vec<_> = history.iter().filter(|(at, ..)| (from..=to).contains(at)).collect();
    let mut times = [0; 5];
    if between.windows(2).any(|pair| pair[1].1 < pair[0].1) {
        times[UNKNOWN] = u128::from(between[between.len() - 1].1 - between[0].1);
        return times;
    }
    for pair in between.windows(2) {
        times[pair[0].2] += u128::from(pair[1].1 - pair[0].1);
    }
    times
}

/// Returns the indexes of the three lines of each closed loop of `a -> b -> c`, matched in each thread as with `--match
/// latest`.
pub fn closed_loops(lines: &[Line]) -> Vec<[usize; 3]> {
    let mut closed = Vec::new();
    for thread in 1..4 {
        let (mut a, mut ab): (Option<usize>, Option<[usize; 2]>) = (None, None);
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.tid == thread) {
            match line.what {
                What::Event("a") => a = Some(at),
                What::Event("b") => {
                    if let Some(first) = a.filter(|first| lines[*first].time <= line.time) {
                        ab = Some([first, at]);
                    }
                }
                What::Event("c") => {
                    if let Some([first, second]) = ab.filter(|[_, second]| lines[*second].time <= line.time) {
                        closed.push([first, second, at]);
                        ab = None;
                        a = a.filter(|other| *other != first);
                    }
                }
                _ => {}
            }
        }
    }
    closed
}

/// Returns the times by state of both transitions, summed over all closed loops.
fn expected(lines: &[Line]) -> [[u128; 5]; 2] {
    let mut sums = [[0; 5]; 2];
    for [first, second, last] in closed_loops(lines) {
        let history = history(lines, lines[first].tid);
        for (sum, (from, to)) in sums.iter_mut().zip([(first, second), (second, last)]) {
            let times = divide(&history, from, to);
            (0..5).for_each(|state| sum[state] += times[state]);
        }
    }
    sums
}

/// Returns an engine that has read the trace to its end.
pub fn engine_of(lines: &[Line], reorder: Option<Window>, why: WhyTask) -> Engine<'static> {
    let text: String = lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{}", line.text()).expect("a string does not fail");
        text
    });
    let spec = grammar::parse("a -> b -> c", Notation::Arrows).expect("a loop");
    let task = Task { why, reorder, ..task(vec![spec], Key::Tid, Matching::Latest) };
    let mut engine = Engine::new(task, Sinks::default()).expect("there is no sink that could fail");
    engine.begin_input("input".to_owned());
    let mut input = text.as_bytes();
    while engine.read(&mut input).expect("a slice does not fail") != Pause::End {}
    engine.end_input().expect("there is no sink that could fail");
    engine
}

/// Returns the times by state that the program computes, for both transitions. Returns `None` if the trace has no
/// `sched_switch`, because the program then knows no states.
fn found(lines: &[Line], reorder: Option<Window>) -> Option<[[u128; 5]; 2]> {
    let engine = engine_of(lines, reorder, WhyTask { sched: true, ..WhyTask::default() });
    let summary = engine.summary();
    let states = summary.loops[0].states.expect("they were asked for")?;
    let mut times = [[0; 5]; 2];
    for (times, transition) in times.iter_mut().zip(&states.transitions) {
        *times = State::ALL.map(|state| transition.of(state));
    }
    for (transition, (_, deltas)) in states.transitions.iter().zip(summary.loops[0].transitions()) {
        assert_eq!(transition.total(), deltas.sum_ns(), "the states add up");
    }
    Some(times)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_times_by_state_are_those_of_the_whole_history(lines in lines()) {
        let has_switch = lines.iter().any(|line| matches!(line.what, What::Switch(..)));
        prop_assert_eq!(found(&lines, None), has_switch.then(|| expected(&lines)));
        let mut sorted = lines.clone();
        sorted.sort_by_key(|line| line.time);
        prop_assert_eq!(found(&lines, Some(Window::Events(1000))), has_switch.then(|| expected(&sorted)));
    }
}
