//! The header fields, which tracers print before the name of an event. They say which thread had the event, and on
//! which CPU.

/// A thread id, as perf prints it. `-1` stands for a thread that perf does not know.
pub type Tid = i32;
/// A process id, as perf prints it. The kernel calls it tgid.
pub type Pid = i32;
/// A CPU number.
pub type Cpu = u32;

/// One of the fields that tracers print before the name of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderField {
    /// The thread id.
    Tid,
    /// The process id.
    Pid,
    /// The CPU number.
    Cpu,
    /// The command name of the thread.
    Comm,
}

impl HeaderField {
    /// Returns the header field with this name in loops and options; `None` if there is no such field.
    pub fn from_name(name: &str) -> Option<HeaderField> {
        match name {
            "tid" => Some(HeaderField::Tid),
            "pid" => Some(HeaderField::Pid),
            "cpu" => Some(HeaderField::Cpu),
            "comm" => Some(HeaderField::Comm),
            _ => None,
        }
    }
}
