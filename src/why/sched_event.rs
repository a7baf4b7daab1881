//! Reads the events of the kernel's scheduler, in the forms in which the tracers print them.
//!
//! ```text
//! prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8 next_prio=120   perf script, ftrace
//! prev_comm: "a", prev_pid: 7 (a), prev_prio: 120, prev_state: 2, next_comm: "swapper/1"       perf trace
//! a:7 [120] S ==> b:8 [120]                                                                     trace-cmd report
//! comm=a pid=7 prio=120 target_cpu=001                                                          perf script, ftrace
//! a:7 [120] CPU:001                                                                             trace-cmd report
//! ```

use super::states::State;
use crate::event::{Cpu, Event, FieldName, Payload, Tid};
use bstr::ByteSlice;
use memchr::memmem::Finder;

/// The role that an event has for the states of threads. It follows from the name of the event alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `sched_switch`: a thread leaves a CPU, and another one gets it.
    Switch,
    /// `sched_waking`, `sched_wakeup` or `sched_wakeup_new`: a thread may run again.
    Wake,
    /// An event that the kernel may still print under the thread that has just left the CPU. It does not show that this
    /// thread runs.
    Late,
    /// Any other event. It shows that its thread runs.
    Other,
}

impl Role {
    /// Returns the role of the event with this printed name.
    pub fn of(name: &[u8]) -> Role {
        match bare_name(name) {
            (b"" | b"sched", b"sched_switch") => Role::Switch,
            (b"" | b"sched", b"sched_waking" | b"sched_wakeup" | b"sched_wakeup_new") => Role::Wake,
            (_, b"tlb_flush" | b"read_msr" | b"write_msr" | b"rdpmc") => Role::Late,
            (_, bare) if bare.starts_with(b"x86_fpu_") => Role::Late,
            _ => Role::Other,
        }
    }
}

/// Splits a printed name into its subsystem and the name proper. The subsystem is empty if none is printed.
pub fn bare_name(name: &[u8]) -> (&[u8], &[u8]) {
    name.split_once_str(":").unwrap_or((b"", name))
}

/// A `sched_switch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch<'p> {
    /// The thread that leaves the CPU. 0 is the idle thread.
    pub prev: Tid,
    /// The comm of the thread that leaves; empty if the tracer does not print it.
    pub prev_comm: &'p [u8],
    /// The state in which that thread leaves: runnable, sleeping or blocked.
    pub prev_state: State,
    /// The thread that gets the CPU. 0 is the idle thread.
    pub next: Tid,
    /// The comm of the thread that gets the CPU; empty if the tracer does not print it.
    pub next_comm: &'p [u8],
}

/// A `sched_waking` or `sched_wakeup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// The thread that may run again.
    pub tid: Tid,
    /// The CPU on which the thread will wait to run, if the tracer prints it.
    pub cpu: Option<Cpu>,
}

/// Reads the payloads of the scheduler's events. The searches for fields are prepared once.
pub struct SchedReader {
    arrow: Finder<'static>,
    prev_comm: FieldName,
    prev_pid: FieldName,
    prev_state: FieldName,
    next_comm: FieldName,
    next_pid: FieldName,
    pid: FieldName,
    target_cpu: FieldName,
}

impl SchedReader {
    /// The events whose payloads are read.
    pub const EVENTS: [&'static str; 4] =
        ["sched:sched_switch", "sched:sched_waking", "sched:sched_wakeup", "sched:sched_wakeup_new"];

    /// The fields of these events that are read. The reader of a binary recording must put them into the payload.
    pub const FIELDS: [&'static str; 8] =
        ["prev_comm", "prev_pid", "prev_state", "next_comm", "next_pid", "comm", "pid", "target_cpu"];

    /// Prepares the searches.
    pub fn new() -> Self {
        SchedReader {
            arrow: Finder::new(" ==> "),
            prev_comm: FieldName::new("prev_comm"),
            prev_pid: FieldName::new("prev_pid"),
            prev_state: FieldName::new("prev_state"),
            next_comm: FieldName::new("next_comm"),
            next_pid: FieldName::new("next_pid"),
            pid: FieldName::new("pid"),
            target_cpu: FieldName::new("target_cpu"),
        }
    }

    /// Reads a `sched_switch`. Returns `None` if the payload does not name the threads.
    pub fn switch<'p>(&self, event: &Event<'p>) -> Option<Switch<'p>> {
        let bytes = event.payload.bytes;
        let halves = || self.arrow.find_iter(bytes).map(|at| (&bytes[..at], &bytes[at + 5..]));
        if bytes.starts_with(b"prev_comm=")
            && let Some(switch) = halves().find_map(|(prev, next)| switch_with_fields(prev, next))
        {
            return Some(switch);
        }
        halves()
            .find_map(|(prev, next)| switch_of_trace_cmd(prev, next))
            .or_else(|| self.switch_by_name(&event.payload))
    }

    /// Reads the fields of a `sched_switch` by their names. perf trace leaves out fields that are 0. So if only one of
    /// the two tids is printed, the other is 0, the idle thread.
    fn switch_by_name<'p>(&self, payload: &Payload<'p>) -> Option<Switch<'p>> {
        let [prev, next] = [&self.prev_pid, &self.next_pid].map(|name| payload.field(name));
        if prev.is_none() && next.is_none() {
            return None;
        }
        let tid = |text: Option<&[u8]>| text.map_or(Some(0), leading_number);
        let comm = |name: &FieldName| payload.field(name).unwrap_or_default();
        Some(Switch {
            prev: tid(prev)?,
            prev_comm: comm(&self.prev_comm),
            prev_state: State::of_prev_state(payload.field(&self.prev_state).unwrap_or(b"0")),
            next: tid(next)?,
            next_comm: comm(&self.next_comm),
        })
    }

    /// Reads a `sched_waking`, `sched_wakeup` or `sched_wakeup_new`. Returns `None` if the payload does not name the
    /// thread.
    pub fn wake(&self, event: &Event<'_>) -> Option<Wake> {
        let bytes = event.payload.bytes;
        wake_with_fields(bytes).or_else(|| wake_of_trace_cmd(bytes)).or_else(|| {
            let cpu = event.payload.field(&self.target_cpu).and_then(leading_number);
            Some(Wake {
                tid: leading_number(event.payload.field(&self.pid)?)?,
                cpu: cpu.and_then(|cpu| cpu.try_into().ok()),
            })
        })
    }
}

impl Default for SchedReader {
    fn default() -> Self {
        SchedReader::new()
    }
}

/// Splits a text where a separator stands for the last time. The search is not prepared as that of a [`Finder`] is,
/// because to prepare a search takes longer than to search such a short text.
trait SplitAtLast {
    /// Returns the text before the separator and the text behind it.
    fn split_at_last(&self, separator: &str) -> Option<(&Self, &Self)>;
}

impl SplitAtLast for [u8] {
    fn split_at_last(&self, separator: &str) -> Option<(&[u8], &[u8])> {
        let first = *separator.as_bytes().first()?;
        let mut end = self.len();
        loop {
            end = memchr::memrchr(first, self.get(..end)?)?;
            let (before, rest) = self.split_at_checked(end)?;
            if let Some(behind) = rest.strip_prefix(separator.as_bytes()) {
                return Some((before, behind));
            }
        }
    }
}

/// Reads the two halves of the form with named fields. Each half is searched from its end, because the comm at its
/// begin may contain the name of a field.
fn switch_with_fields<'p>(prev: &'p [u8], next: &'p [u8]) -> Option<Switch<'p>> {
    let (prev, prev_state) = prev.strip_prefix(b"prev_comm=")?.split_at_last(" prev_state=")?;
    let (prev_comm, prev) = without_prio(prev, " prev_prio=").split_at_last(" prev_pid=")?;
    let (next_comm, next) =
        without_prio(next.strip_prefix(b"next_comm=")?, " next_prio=").split_at_last(" next_pid=")?;
    Some(Switch {
        prev: number(prev)?,
        prev_comm,
        prev_state: State::of_prev_state(prev_state),
        next: number(next)?,
        next_comm,
    })
}

/// Returns the text without its last field, if this is the field `name`, which holds a priority.
fn without_prio<'p>(text: &'p [u8], name: &str) -> &'p [u8] {
    text.split_at_last(name).map_or(text, |(before, _)| before)
}

/// Reads the two halves of the form `a:7 [120] S ==> b:8 [120]`.
fn switch_of_trace_cmd<'p>(prev: &'p [u8], next: &'p [u8]) -> Option<Switch<'p>> {
    let (prev, prev_state) = prev.split_at_last("] ")?;
    let ((prev_comm, prev), (next_comm, next)) = (named_thread(prev)?, named_thread(next)?);
    Some(Switch { prev, prev_comm, prev_state: State::of_prev_state(prev_state), next, next_comm })
}

/// Reads the comm and the tid of a thread out of the form `a:7 [120`.
fn named_thread(text: &[u8]) -> Option<(&[u8], Tid)> {
    let (thread, _) = text.split_at_last(" [")?;
    let (comm, tid) = thread.split_at_last(":")?;
    Some((comm, number(tid)?))
}

fn wake_with_fields(text: &[u8]) -> Option<Wake> {
    let (_, behind) = text.strip_prefix(b"comm=")?.split_at_last(" pid=")?;
    let tid = number(behind.split_once_str(" ").map_or(behind, |(tid, _)| tid))?;
    let cpu = behind.split_at_last(" target_cpu=").and_then(|(_, cpu)| number(cpu));
    Some(Wake { tid, cpu: cpu.and_then(|cpu| cpu.try_into().ok()) })
}

/// Reads the form `a:7 [120] CPU:001`. Older versions of trace-cmd print `success=1` before the CPU.
fn wake_of_trace_cmd(text: &[u8]) -> Option<Wake> {
    let (thread, behind) = text.split_at_last("] ").or_else(|| Some((text.strip_suffix(b"]")?, &b""[..])))?;
    let (_, tid) = named_thread(thread)?;
    let cpu = behind.split_at_last("CPU:").and_then(|(_, cpu)| number(cpu.trim_ascii_end()));
    Some(Wake { tid, cpu: cpu.and_then(|cpu| cpu.try_into().ok()) })
}

/// Reads a decimal number that is the whole text.
fn number(text: &[u8]) -> Option<Tid> {
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |digits| (true, digits));
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let value = digits
        .iter()
        .try_fold(0_i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))?;
    Tid::try_from(if negative { -value } else { value }).ok()
}

/// Reads the decimal number at the beginning of a text, such as `7` of `7 (comm)`.
fn leading_number(text: &[u8]) -> Option<Tid> {
    let (value, _) = crate::event::parse_number(text)?;
    value.try_into().ok()
}

#[cfg(test)]
mod tests;
