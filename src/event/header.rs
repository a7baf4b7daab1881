//! The fields that tracers print before the event's name: whose event it is, and where it happened.

/// A thread id as perf prints it; `-1` stands for a thread that perf lost.
pub type Tid = i32;
/// A process id as perf prints it; the kernel calls it tgid.
pub type Pid = i32;
/// A CPU number.
pub type Cpu = u32;

/// One of the fields that tracers print before the event's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderField {
    /// The thread id.
    Tid,
    /// The process id.
    Pid,
    /// The CPU number.
    Cpu,
    /// The thread's command name.
    Comm,
}

impl HeaderField {
    /// Returns the header field that users call by this name.
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
