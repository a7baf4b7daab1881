//! The result of reading one line, and the two functions that a dialect has for reading lines.

use super::call::Call;
use crate::event::{Cpu, Event, Nanos, Pid, Tid};

/// The content of one line of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// An event.
    Event(Event<'a>),
    /// A system call: its enter, its exit, or both.
    Call(Call<'a>),
    /// A line that by its nature holds no event: a blank line, a comment, a frame of a call chain, or a side-band
    /// record (perf writes these between the samples) that is neither a loss nor the beginning or end of a thread.
    Skipped,
    /// A sample that is printed without its time. It cannot be measured.
    Timeless(NoTimeReason),
    /// A note of the tracer that events were lost here.
    Loss {
        /// The number of lost events; 0 if the line gives no number.
        count: u64,
        /// The CPU whose events were lost, if the line gives it.
        cpu: Option<Cpu>,
        /// The machine of that CPU, if the text of several machines is mixed; see [`Event::machine`].
        machine: Option<&'a [u8]>,
    },
    /// A thread ended.
    Exit(TaskRecord),
    /// A thread began. If an earlier thread had the same tid, it has ended.
    Fork(TaskRecord),
    /// Any other line. It is counted and reported as malformed.
    Malformed,
}

/// The reason why no time is known for a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTimeReason {
    /// perf did not record the time, or perf script did not print it.
    NotPrinted,
    /// The trace clock counts something else than time.
    CountingClock,
}

/// The content of a side-band record `PERF_RECORD_FORK` or `PERF_RECORD_EXIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskRecord {
    /// The process of the thread.
    pub pid: Pid,
    /// The thread that began or ended.
    pub tid: Tid,
    /// The time of the record, if it is printed.
    pub time: Option<Nanos>,
}

/// Reads one line, which comes without its newline. Returns `None` if the line has not the form that the function
/// reads.
pub(super) type ReadLine = for<'l> fn(&'l [u8]) -> Option<Line<'l>>;

/// The functions that read the lines of one tracer.
pub(super) struct Dialect {
    /// Reads a line that gives an event, or that would give one if it had a time.
    pub(super) read_event: ReadLine,
    /// Reads a line that gives no event: a loss, a side-band record or a heading. It is called only if no dialect has
    /// found an event in the line.
    pub(super) read_other: ReadLine,
}
