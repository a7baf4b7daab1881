//! The result of reading one line, and the functions with which a dialect reads lines.

use super::call::Call;
use crate::event::{Cpu, Event, Nanos, Pid, Tid};

/// The content of one line of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// An event.
    Event(Event<'a>),
    /// A system call: its enter, its exit, or both.
    Call(Call<'a>),
    /// A line that is not meant to be an event: blank, a comment, a frame of a call chain, any other side-band
    /// record.
    Skipped,
    /// A sample printed without a time, which cannot be measured.
    Timeless(NoTimeReason),
    /// The tracer lost events here.
    Loss {
        /// The number of events lost; 0 if the marker gives no number.
        count: u64,
        /// The CPU whose events were lost, if the marker gives it.
        cpu: Option<Cpu>,
        /// The machine of that CPU, if the text of several machines is mixed; see [`Event::machine`].
        machine: Option<&'a [u8]>,
    },
    /// A thread ended.
    Exit(TaskRecord),
    /// A thread began. An earlier thread with the same tid has ended.
    Fork(TaskRecord),
    /// Any other line.
    Malformed,
}

/// The reason why a sample has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTimeReason {
    /// perf recorded no time, or printed none.
    NotPrinted,
    /// The trace clock does not count time.
    CountingClock,
}

/// The content of perf's `PERF_RECORD_FORK` or `PERF_RECORD_EXIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskRecord {
    /// The process of the thread.
    pub pid: Pid,
    /// The thread that began or ended.
    pub tid: Tid,
    /// The time of the record, if it is printed.
    pub time: Option<Nanos>,
}

/// Reads one line, without its newline; returns `None` if the function does not recognise the line.
pub(super) type ReadLine = for<'l> fn(&'l [u8]) -> Option<Line<'l>>;

/// The readers of one tracer's text.
pub(super) struct Dialect {
    /// Reads a line that gives an event, or would give one if it had a time.
    pub(super) read_event: ReadLine,
    /// Reads a line that gives no event: a loss, a side-band record, a heading. All dialects are asked for events
    /// before any dialect is asked for these lines.
    pub(super) read_other: ReadLine,
}
