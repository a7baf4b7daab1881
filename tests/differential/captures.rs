//! Reads captures of tests/data in the form in which the naive filter takes a trace.

use crate::trace::{Event, Loop, Position, Step};
use pspp_filter::event::Resolution;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The captures: the name of the file, and a field of its events. Random loops name the field `v`, which captures do
/// not have. So the field of the capture takes its place.
pub const NAMES: [(&str, &str); 6] = [
    ("qemu-threads", "pid"),
    ("qemu-native", "comm"),
    ("calls", "pid"),
    ("irq", "vec"),
    ("block", "tid"),
    ("kvm-exits", "cpu"),
];

/// A capture, as text and as the steps of a trace.
#[derive(Debug)]
pub struct Capture {
    pub text: String,
    pub steps: Vec<Step>,
    pub resolution: Resolution,
    /// The names of the four most frequent events. In random loops they take the places of the names a to d.
    pub names: Vec<String>,
    field: &'static str,
}

impl Capture {
    /// Returns a random loop in which the names and the field are replaced by those of this capture, and the conditions
    /// are removed.
    pub fn with_its_names(&self, mut spec: Loop) -> Loop {
        let negated = spec.negated.iter_mut().map(|(_, position)| position);
        for Position { names, condition, fields } in spec.positions.iter_mut().chain(negated) {
            *condition = None;
            let own = |name: &String| match name.as_str() {
                "a" => self.names[0].clone(),
                "b" => self.names[1].clone(),
                "c" => self.names[2].clone(),
                "d" => self.names[3].clone(),
                any => any.to_owned(),
            };
            *names = names.iter().map(own).collect();
            fields.iter_mut().filter(|field| *field == "v").for_each(|field| *field = self.field.to_owned());
        }
        // The deltas of captures are longer than those of random traces, so the time limit is made longer.
        spec.within = spec.within.map(|within| within * 7);
        spec
    }
}

/// Returns the capture with this index in [`NAMES`]. Each file is read only once, and kept for all later calls.
pub fn capture(index: usize) -> &'static Capture {
    static CAPTURES: OnceLock<Vec<Capture>> = OnceLock::new();
    &CAPTURES.get_or_init(|| NAMES.iter().map(|(name, field)| read(name, field)).collect())[index]
}

fn read(name: &str, field: &'static str) -> Capture {
    let path = format!("{}/tests/data/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    of_text(std::fs::read_to_string(path).expect("a capture"), field)
}

/// Returns the capture with this text. `field` takes the place of the field `v` of random loops.
pub fn of_text(text: String, field: &'static str) -> Capture {
    let steps: Vec<Step> = text.lines().filter_map(step).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for step in &steps {
        if let Step::Event(event) = step {
            *counts.entry(&event.name).or_default() += 1;
        }
    }
    let mut names: Vec<(usize, &str)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    names.sort_unstable();
    let names = names.iter().rev().take(4).map(|(_, name)| (*name).to_owned()).collect();
    let is_fine = text.lines().any(|line| step(line).is_some_and(|step| is_fine(&step)));
    let resolution = if is_fine { Resolution::Nanos } else { Resolution::Micros };
    Capture { steps, resolution, names, field, text }
}

/// Returns whether the time of an event is not a whole number of microseconds.
fn is_fine(step: &Step) -> bool {
    matches!(step, Step::Event(event) if event.time % 1_000 != 0)
}

/// Reads a line of perf script. Returns `None` for a record that has no effect on loops.
///
/// ```text
///  qemu-system-x86 10319 [000]   933.093980:                     kvm:kvm_fpu: load
///             dash  3761/3761  [001] 43526.577804272: sched:sched_process_exec: filename=/usr/bin/dash pid=3761
/// ```
fn step(line: &str) -> Option<Step> {
    let (before, rest) = line.split_once(" [").expect("a cpu");
    let (cpu, rest) = rest.split_once("] ").expect("a cpu");
    let (time, rest) = rest.trim_start().split_once(": ").expect("a time");
    let (comm, ids) = before.trim().rsplit_once(' ').expect("a tid");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let rest = rest.trim_start();
    if let Some(record) = rest.strip_prefix("PERF_RECORD_") {
        // The record looks like this: `PERF_RECORD_EXIT(3761:3761):(1:1)`.
        let tid = |record: &str| number(record.split(['(', ':', ')']).nth(2).expect("a tid"));
        return match record {
            _ if record.starts_with("EXIT(") => Some(Step::Exit { tid: tid(record) }),
            _ if record.starts_with("FORK(") => Some(Step::Fork { tid: tid(record) }),
            _ if record.starts_with("LOST") => Some(Step::Loss { cpu: number(cpu) }),
            _ => None,
        };
    }
    let (name, payload) = rest.split_once(": ").unwrap_or((rest.trim_end_matches(':'), ""));
    let (pid, tid) = ids.split_once('/').map_or((None, ids), |(pid, tid)| (Some(number(pid)), tid));
    let (seconds, fraction) = time.split_once('.').expect("decimals");
    let ns = number(&format!("{fraction:0<9}")) as u64;
    let field = |word: &str| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut fields: Vec<(String, String)> = payload.split_whitespace().filter_map(field).collect();
    // A comm may contain blanks.
    for (name, next) in [("prev_comm", " prev_pid="), ("next_comm", " next_pid=")] {
        let comm = payload.split_once(&format!("{name}=")).and_then(|(_, behind)| behind.split_once(next));
        let known = fields.iter_mut().find(|(known, _)| known == name);
        known.zip(comm).into_iter().for_each(|((_, value), (comm, _))| *value = comm.to_owned());
    }
    Some(Step::Event(Event {
        name: name.rsplit(':').next().expect("a name").to_owned(),
        tid: number(tid),
        pid,
        cpu: number(cpu),
        comm: comm.trim_end().to_owned(),
        fields,
        time: number(seconds) as u64 * 1_000_000_000 + ns,
    }))
}
