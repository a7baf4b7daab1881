//! Compares the rows, groups and counts of the program with those of a naive (simple and slow) reference. The runs
//! select events (`--comm`, `--time`, ...), limit the totals of loops (`--min`, `--max`), and name fields (`-b`,
//! `--show`).
//!
//! The reference first selects the events of the whole trace, then closes loops with the naive filter, and looks each
//! value up in the events of the closed loop. It keeps every row.

use crate::captures;
use crate::naive::{Outcome, expected};
use crate::random::{a_loop, a_matching, steps, timed};
use crate::trace::{Event, Loop, Step, texts_of};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use pspp_filter::event::{Nanos, Resolution};
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use pspp_filter::pattern::{FieldReferences, Glob, Numbers, grammar};
use pspp_filter::{
    Engine, Follow, Pause, RowFormat, RowOptions, RowSink, Selection, Sinks, Style, SummaryFormat, Task, Unit,
};
use std::ops::RangeInclusive;

/// The choices of the user that decide which events and closed loops count.
#[derive(Clone, Debug)]
struct Choice {
    comm: Option<&'static str>,
    pids: Option<Vec<RangeInclusive<u32>>>,
    tids: Option<Vec<RangeInclusive<u32>>>,
    cpus: Option<Vec<RangeInclusive<u32>>>,
    /// The span of `--time`. An end is a share of the trace's time, in thousandths; `None` is an end that is left out.
    span: Option<(Option<u64>, Option<u64>)>,
    /// The least and the greatest total of a closed loop that counts (`--min` and `--max`), in nanoseconds.
    min: u64,
    max: u64,
    by: Vec<Reference>,
    show: Vec<Reference>,
    max_groups: Option<usize>,
}

/// A field reference: its name, and the N of `@N`.
#[derive(Clone, Debug, PartialEq)]
struct Reference {
    name: &'static str,
    position: Option<usize>,
}

impl Reference {
    fn text(&self) -> String {
        self.position.map_or(self.name.to_owned(), |position| format!("{}@{position}", self.name))
    }
}

fn texts(references: &[Reference]) -> Vec<String> {
    references.iter().map(Reference::text).collect()
}

/// A closed loop with its events. `at` is the index of the loop that closed, and `input` is the index of the input in
/// which it began.
struct Closed<'t> {
    spec: &'t Loop,
    at: usize,
    times: Vec<u64>,
    events: Vec<&'t Event>,
    input: usize,
    resolution: Resolution,
}

impl Closed<'_> {
    fn total(&self) -> u64 {
        self.times[self.times.len() - 1] - self.times[0]
    }

    fn last(&self) -> &Event {
        self.events[self.events.len() - 1]
    }

    /// Returns the text of the value that a reference names; `None` if the closed loop does not have the value.
    /// `is_shown` is true for a reference of `--show`, in which `start` is the time of the first event. It is false for
    /// one of `-b`, in which `start` is the name of a field.
    fn value(&self, reference: &Reference, is_shown: bool) -> Option<String> {
        let Reference { name, position } = reference;
        if let Some(position) = position {
            let event = self.events.get(position - 1)?;
            return header(event, name, true).or_else(|| of_event(event, name));
        }
        match *name {
            "key" => Some(self.key()).filter(|key| key != "-"),
            "input" => Some(format!("input{}", self.input)),
            "start" if is_shown => Some(seconds(self.times[0], self.resolution)),
            name if header(self.last(), name, false).is_some() => header(self.last(), name, false),
            "comm" | "tid" | "pid" | "cpu" | "COMM" | "TID" | "PID" | "CPU" => None,
            name => self.events.iter().find_map(|event| of_event(event, name)),
        }
    }

    /// Returns the text of the loop's key, with the values that the last event has.
    fn key(&self) -> String {
        let Loop { positions, key, .. } = self.spec;
        let fields = &positions[positions.len() - 1].fields;
        if *key == Key::All && !self.spec.any_field() {
            return "all".to_owned();
        }
        let field = |name: &String| self.last().field(name).unwrap_or_else(|| "-".to_owned());
        match fields.as_slice() {
            [] => header(self.last(), key.name(), false).unwrap_or_else(|| "-".to_owned()),
            fields => fields.iter().map(field).collect::<Vec<_>>().join(","),
        }
    }
}

/// Returns a header field by its name. If `is_upper` is true, only names in capitals are header fields, as in
/// references with `@N`.
fn header(event: &Event, name: &str, is_upper: bool) -> Option<String> {
    if is_upper && name != name.to_uppercase() {
        return None;
    }
    match name.to_lowercase().as_str() {
        "comm" => Some(event.comm.clone()),
        "tid" => Some(event.tid.to_string()),
        "pid" => event.pid.map(|pid| pid.to_string()),
        "cpu" => Some(event.cpu.to_string()),
        _ => None,
    }
}

/// Returns what a name in a reference means in an event: a word of the payload (`$N`), the whole payload (`trace`), or
/// the field with this name.
fn of_event(event: &Event, name: &str) -> Option<String> {
    let fields: Vec<String> = event.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    match name.strip_prefix('$') {
        Some(number) => fields.get(number.parse::<usize>().expect("a number") - 1).cloned(),
        None if name == "trace" => Some(fields.join(" ")).filter(|trace| !trace.is_empty()),
        None => event.field(name),
    }
}

fn seconds(time: u64, resolution: Resolution) -> String {
    let step_ns = resolution.step_ns();
    let width = if step_ns == 1 { 9 } else { 6 };
    format!("{}.{:0width$}", time / 1_000_000_000, time % 1_000_000_000 / step_ns)
}

/// Returns whether a list admits a number; a missing list admits all.
fn admits(list: Option<&Vec<RangeInclusive<u32>>>, number: Option<i64>) -> bool {
    list.is_none_or(|list| {
        number.is_some_and(|number| {
            list.iter().any(|range| (i64::from(*range.start())..=i64::from(*range.end())).contains(&number))
        })
    })
}

impl Choice {
    /// Returns the first and the last time that `--time` admits in a trace, in nanoseconds. Returns `None` if the
    /// choice has no `--time`, or if the trace has no events.
    fn times(&self, steps: &[Step]) -> Option<RangeInclusive<u64>> {
        let (from, to) = self.span?;
        let times =
            || steps.iter().filter_map(|step| if let Step::Event(event) = step { Some(event.time) } else { None });
        let (least, most) = (times().min()?, times().max()?);
        let at = |share: u64| least + (most - least) / 1000 * share;
        Some(from.map_or(0, at)..=to.map_or(u64::MAX, at))
    }

    fn admits(&self, event: &Event, times: Option<&RangeInclusive<u64>>) -> bool {
        let comm = match self.comm {
            None => true,
            Some("*y*") => event.comm.contains('y'),
            Some(comm) => event.comm == comm,
        };
        comm && admits(self.pids.as_ref(), event.pid)
            && admits(self.tids.as_ref(), Some(event.tid))
            && admits(self.cpus.as_ref(), Some(event.cpu))
            && times.is_none_or(|times| times.contains(&event.time))
    }

    fn selection(&self, steps: &[Step]) -> Selection {
        let numbers = |list: Option<&Vec<RangeInclusive<u32>>>| {
            let mut numbers = Numbers::default();
            for range in list.into_iter().flatten() {
                let text = if range.start() == range.end() {
                    range.start().to_string()
                } else {
                    format!("{}-{}", range.start(), range.end())
                };
                numbers.extend(&text).expect("a list");
            }
            numbers
        };
        Selection {
            comms: self.comm.iter().map(|comm| Glob::new(comm.as_bytes())).collect(),
            pids: numbers(self.pids.as_ref()),
            tids: numbers(self.tids.as_ref()),
            cpus: numbers(self.cpus.as_ref()),
            times: self.times(steps).map(|times| Nanos(*times.start())..=Nanos(*times.end())),
        }
    }
}

/// A group: the value that its closed loops have in common, and their totals in nanoseconds.
struct Group {
    value: String,
    totals: Vec<u64>,
}

/// Divides closed loops into groups by their values of the references `by`. When there are `max_groups` groups, loops
/// with further values go into the group `others`. The group with the largest sum comes first, and `others` last.
fn groups(closed: &[&Closed<'_>], by: &[Reference], max_groups: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut others = Group { value: "others".to_owned(), totals: Vec::new() };
    for of_loop in closed {
        let values = by.iter().map(|reference| of_loop.value(reference, false).unwrap_or_else(|| "-".to_owned()));
        let value = values.collect::<Vec<_>>().join(",");
        let known = groups.iter().position(|group| group.value == value);
        match known {
            Some(at) => groups[at].totals.push(of_loop.total()),
            None if groups.len() < max_groups => groups.push(Group { value, totals: vec![of_loop.total()] }),
            None => others.totals.push(of_loop.total()),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.totals.iter().sum::<u64>()));
    groups.extend(Some(others).filter(|others| !others.totals.is_empty()));
    groups
}

/// Compares the program with the naive reference on one trace.
fn check(
    loops: &[Loop],
    steps: &[Step],
    inputs: &[String],
    matching: Matching,
    resolution: Resolution,
    choice: &Choice,
) -> Result<(), TestCaseError> {
    let times = choice.times(steps);
    let is_left = |step: &&Step| !matches!(step, Step::Event(event) if !choice.admits(event, times.as_ref()));
    let left: Vec<Step> = steps.iter().filter(is_left).cloned().collect();
    let outcome = expected(loops, matching, 65536, &left);
    let all = closed_loops(loops, &left, &outcome, resolution);
    let (inside, outside): (Vec<Closed<'_>>, Vec<Closed<'_>>) =
        all.into_iter().partition(|closed| (choice.min..=choice.max).contains(&closed.total()));

    let mut rows = Vec::new();
    let mut engine = Engine::new(task(loops, matching, steps, choice), sinks(&mut rows, choice)).expect("a vector");
    for (at, text) in inputs.iter().enumerate() {
        engine.begin_input(format!("input{at}"));
        let mut input = text.as_bytes();
        while engine.read(&mut input).expect("a slice does not fail") != Pause::End {}
        engine.end_input().expect("a vector does not fail");
    }
    let events = steps.iter().filter(|step| matches!(step, Step::Event(_))).count() as u64;
    prop_assert_eq!(engine.ledger().events, events);
    let summary = engine.summary();
    let mut tsv = Vec::new();
    let (_, format) = SummaryFormat::NAMES.iter().find(|(name, _)| *name == "tsv").expect("a format");
    summary.write(&mut tsv, *format, &Style { unit: Unit::Nanos, ..Style::default() });
    for (at, found) in summary.loops.iter().enumerate() {
        let of_loop: Vec<&Closed<'_>> = inside.iter().filter(|closed| closed.at == at).collect();
        prop_assert_eq!(found.seen, outcome.seen[at].as_slice());
        prop_assert_eq!(found.deltas.total().count(), of_loop.len() as u64);
        prop_assert_eq!(found.outside, outside.iter().filter(|closed| closed.at == at).count() as u64);
        let found = groups_of_tsv(&tsv, &at.to_string(), !choice.by.is_empty());
        let expected = if choice.by.is_empty() {
            Vec::new()
        } else {
            groups(&of_loop, &choice.by, choice.max_groups.unwrap_or(1024))
        };
        let expected: Vec<Vec<String>> = expected.iter().map(line_of_group).collect();
        prop_assert_eq!(found, expected);
    }
    engine.end().expect("a vector does not fail");
    drop(engine);
    let rows = String::from_utf8(rows).expect("these comms are text");
    let found: Vec<Vec<&str>> = rows.lines().map(|row| row.split('\t').collect()).collect();
    let expected: Vec<Vec<String>> =
        inside.iter().map(|closed| row_of(closed, loops.len() > 1, &choice.show)).collect();
    prop_assert_eq!(found, expected);
    Ok(())
}

/// Returns the closed loops of an outcome with their events.
fn closed_loops<'t>(
    loops: &'t [Loop],
    steps: &'t [Step],
    outcome: &Outcome,
    resolution: Resolution,
) -> Vec<Closed<'t>> {
    let event = |place: &usize| match &steps[*place] {
        Step::Event(event) => event,
        other => panic!("{other:?} closed a loop"),
    };
    let closed = |((at, times), places): (&(usize, Vec<u64>), &Vec<usize>)| Closed {
        spec: &loops[*at],
        at: *at,
        times: times.clone(),
        events: places.iter().map(event).collect(),
        input: steps[..places[0]].iter().filter(|step| matches!(step, Step::NextInput)).count(),
        resolution,
    };
    outcome.rows.iter().zip(&outcome.places).map(closed).collect()
}

fn task(loops: &[Loop], matching: Matching, steps: &[Step], choice: &Choice) -> Task {
    let references = |list: &[Reference], has_start: bool| {
        let mut references = FieldReferences::default();
        for text in texts(list) {
            references.extend(grammar::parse_references(&text, has_start).expect("a reference"));
        }
        references
    };
    let totals = Nanos(choice.min)..=Nanos(choice.max);
    let follow = Follow { key: Key::Tid, matching, by: references(&choice.by, false), totals };
    let selection = choice.selection(steps);
    Task {
        follow: Some(follow),
        selection: Some(selection).filter(|selection| *selection != Selection::default()),
        show: references(&choice.show, true),
        max_groups: choice.max_groups,
        ..Task::new(crate::parsed(loops))
    }
}

fn sinks<'s>(rows: &'s mut Vec<u8>, choice: &Choice) -> Sinks<'s> {
    let mut sinks = Sinks::default();
    let options = RowOptions { unit: Unit::Nanos, header: false, show: texts(&choice.show) };
    sinks.add(RowSink::of_closed_loops(rows, RowFormat::default(), options));
    sinks
}

/// Returns the columns that a row must have.
fn row_of(closed: &Closed<'_>, names_loop: bool, show: &[Reference]) -> Vec<String> {
    let last = closed.last();
    let mut columns = vec![seconds(last.time, closed.resolution), last.tid.to_string(), last.cpu.to_string()];
    columns.extend(names_loop.then(|| closed.at.to_string()));
    columns.extend(closed.spec.any_field().then(|| closed.key()));
    columns.extend(show.iter().map(|reference| closed.value(reference, true).unwrap_or_else(|| "-".to_owned())));
    columns.extend(closed.times.windows(2).map(|pair| (pair[1] - pair[0]).to_string()));
    columns.extend([closed.total().to_string(), last.comm.clone()]);
    columns
}

/// Returns the value of a group, and the count, minimum and maximum of its totals.
fn line_of_group(group: &Group) -> Vec<String> {
    let extreme = |total: Option<&u64>| total.map_or("-".to_owned(), u64::to_string);
    let Group { value, totals } = group;
    vec![value.clone(), totals.len().to_string(), extreme(totals.iter().min()), extreme(totals.iter().max())]
}

/// Returns the value of each group of a loop, and the count, minimum and maximum of its totals, from a summary in tsv.
fn groups_of_tsv(tsv: &[u8], name: &str, has_groups: bool) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(tsv).expect("text");
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let of_loop = lines.filter(|line| line[0] == name && line[1] == "total" && has_groups);
    let columns = |line: Vec<&str>| {
        [line.len() - 1, column("count"), column("min"), column("max")].map(|at| line[at].to_owned()).to_vec()
    };
    of_loop.map(columns).filter(|line| line[0] != "*").collect()
}

fn references(names: &'static [&'static str]) -> impl Strategy<Value = Vec<Reference>> {
    let reference = (prop::sample::select(names), option::weighted(0.5, 1..6_usize));
    vec(reference.prop_map(|(name, position)| Reference { name, position }), 0..4).prop_map(|list| {
        let mut once: Vec<Reference> = Vec::new();
        list.into_iter().for_each(|reference| {
            if !once.contains(&reference) {
                once.push(reference);
            }
        });
        once
    })
}

/// A choice whose references have these names. Its numbers are as small as those of the random traces, so that it
/// selects some of their events and loops.
fn a_choice(names: &'static [&'static str]) -> impl Strategy<Value = Choice> {
    let list = || option::weighted(0.2, vec((0..4_u32, 0..2_u32).prop_map(|(from, more)| from..=from + more), 1..3));
    let span = option::weighted(0.3, (option::weighted(0.7, 0..500_u64), option::weighted(0.7, 500..1001_u64)));
    let limit = || prop_oneof![0..30_u64, (0..30_u64).prop_map(|us| us * 1_000)];
    let limits = (option::weighted(0.3, limit()), option::weighted(0.3, limit()));
    let comm = option::weighted(0.2, prop::sample::select(&["x", "y z", "*y*", "7"][..]));
    let max_groups = option::weighted(0.5, 1..6_usize);
    let lists = (comm, list(), list(), list(), span);
    (lists, limits, references(names), references(names), max_groups).prop_map(
        |((comm, pids, tids, cpus, span), (min, max), by, show, max_groups)| {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(u64::MAX));
            Choice { comm, pids, tids, cpus, span, min: min.min(max), max, by, show, max_groups }
        },
    )
}

/// The names of references for random traces.
const NAMES: &[&str] = &[
    "v", "w", "u", "comm", "pid", "tid", "cpu", "COMM", "PID", "TID", "CPU", "$1", "$2", "$3", "trace", "key", "input",
    "start",
];

/// The names of references for captures. Fields of payloads are not among them, because the naive filter takes each
/// field to end at a blank, and in captures a value may contain blanks.
const NAMES_OF_CAPTURES: &[&str] = &["COMM", "PID", "TID", "CPU", "key", "input", "start"];

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn selection_groups_and_shown_fields_agree_on_random_traces(
        loops in vec(a_loop(), 1..4),
        steps in steps(),
        matching in a_matching(),
        resolution in prop_oneof![Just(Resolution::Micros), Just(Resolution::Nanos)],
        choice in a_choice(NAMES),
    ) {
        let steps = timed(steps, resolution);
        check(&loops, &steps, &texts_of(&steps, resolution), matching, resolution, &choice)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases() / 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn selection_groups_and_shown_fields_agree_on_captures(
        loops in vec(a_loop(), 1..4),
        capture in 0..captures::NAMES.len(),
        matching in a_matching(),
        choice in a_choice(NAMES_OF_CAPTURES),
    ) {
        let capture = captures::capture(capture);
        let loops: Vec<Loop> = loops.into_iter().map(|spec| capture.with_its_names(spec)).collect();
        // With `@N`, the names in small letters, such as `key`, are fields of the payload. In `-b`, `start` is one,
        // too. Fields of the payload are left out for captures, whose values may contain blanks.
        let is_known = |reference: &Reference| reference.position.is_none() || reference.name == reference.name.to_uppercase();
        let mut choice = choice;
        choice.by.retain(|reference| is_known(reference) && reference.name != "start");
        choice.show.retain(is_known);
        check(&loops, &capture.steps, &[capture.text.to_owned()], matching, capture.resolution, &choice)?;
    }
}
