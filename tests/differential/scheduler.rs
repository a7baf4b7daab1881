//! What events say of threads, read from their fields without the program.

use crate::trace::{Event, Step};
use std::collections::HashMap;

/// A thread: its tid, and for an idle thread its CPU.
pub type Thread = (i64, Option<i64>);

/// An event that is about a thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    Own,
    Leaves,
    Gets,
    Woken,
}

const INTERRUPTS: [&str; 10] = [
    "irq_handler",
    "softirq",
    "tasklet",
    "hrtimer_expire",
    "timer_expire",
    "local_timer",
    "reschedule",
    "call_function",
    "call_function_single",
    "irq_work",
];

/// Returns the interrupt whose entry or exit has this name.
pub fn interrupt(name: &str, end: &str) -> Option<&'static str> {
    let stem = name.strip_suffix(end)?;
    INTERRUPTS.into_iter().find(|interrupt| stem == *interrupt)
}

pub fn thread(tid: i64, cpu: i64) -> Thread {
    (tid, (tid == 0).then_some(cpu))
}

pub fn event(step: &Step) -> Option<&Event> {
    match step {
        Step::Event(event) => Some(event),
        _ => None,
    }
}

pub fn field<'e>(event: &'e Event, name: &str) -> Option<&'e str> {
    event.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

pub fn number(event: &Event, name: &str) -> Option<i64> {
    field(event, name)?.trim_end_matches(" ==>").parse().ok()
}

/// A `sched_switch`: the thread that leaves, its comm and state, and the thread that gets the CPU with its comm.
pub struct Switch {
    pub prev: i64,
    pub prev_comm: String,
    pub state: &'static str,
    pub next: i64,
    pub next_comm: String,
}

pub fn switch(event: &Event) -> Option<Switch> {
    let state = match field(event, "prev_state").filter(|_| event.name == "sched_switch")?.chars().next() {
        Some('R') => "runnable",
        Some('D') => "blocked",
        _ => "sleeping",
    };
    let comm = |name: &str, tid: i64| if tid == 0 { "idle" } else { field(event, name).unwrap_or("") }.to_owned();
    let (prev, next) = (number(event, "prev_pid")?, number(event, "next_pid")?);
    Some(Switch { prev, prev_comm: comm("prev_comm", prev), state, next, next_comm: comm("next_comm", next) })
}

pub fn is_wake(event: &Event) -> bool {
    matches!(event.name.as_str(), "sched_waking" | "sched_wakeup" | "sched_wakeup_new")
}

/// Returns whether an event shows that its thread runs.
pub fn shows_running(name: &str) -> bool {
    let is_late = name == "sched_switch" || name == "tlb_flush" || name.starts_with("x86_fpu_");
    !is_late && !matches!(name, "read_msr" | "write_msr" | "rdpmc")
}

pub fn is_asleep(state: &str) -> bool {
    matches!(state, "sleeping" | "blocked")
}

/// The events that are about a thread since it is known: the index of each, its time, the part, and the state behind it.
pub type Touches = Vec<(usize, u64, Part, &'static str)>;

/// Returns the event under which time counts behind these events of one thread.
pub fn under<'e>(events: impl Iterator<Item = &'e Event>) -> Option<String> {
    let mut under = Under::default();
    events.for_each(|event| under.take(event));
    under.current
}

/// The event under which time counts behind the events that were taken.
#[derive(Default)]
pub struct Under {
    pub current: Option<String>,
    /// The interrupts that run, and the event before each.
    interrupts: Vec<(&'static str, Option<String>)>,
}

impl Under {
    pub fn take(&mut self, event: &Event) {
        let exit = interrupt(&event.name, "_exit");
        if let Some(at) = exit.and_then(|exit| self.interrupts.iter().rposition(|(running, _)| *running == exit)) {
            self.current.clone_from(&self.interrupts[at].1);
            self.interrupts.truncate(at);
        } else if !event.name.starts_with("sched_") {
            let entry = interrupt(&event.name, "_entry").filter(|_| self.interrupts.len() < 8);
            self.interrupts.extend(entry.map(|entry| (entry, self.current.clone())));
            self.current = Some(event.name.clone());
        }
    }
}

/// Notes which threads an event is about.
pub fn touch(touches: &mut HashMap<Thread, Touches>, at: usize, event: &Event) {
    let mut add = |of: Thread, part: Part, state: &dyn Fn(&'static str) -> &'static str| {
        let list = touches.entry(of).or_default();
        let before = list.last().map_or("unknown", |touch| touch.3);
        list.push((at, event.time, part, state(before)));
    };
    let runs = shows_running(&event.name);
    add(thread(event.tid, event.cpu), Part::Own, &|before| if runs { "running" } else { before });
    if let Some(Switch { prev, state, next, .. }) = switch(event) {
        add(thread(prev, event.cpu), Part::Leaves, &|_| state);
        add(thread(next, event.cpu), Part::Gets, &|_| "running");
    } else if let Some(woken) = number(event, "pid").filter(|_| is_wake(event)) {
        add(thread(woken, event.cpu), Part::Woken, &|before| match before {
            "running" => "running",
            _ => "runnable",
        });
    }
}
