//! What one traced event is, whatever form it came in: the type that every
//! dialect produces and that everything after the dialects reads.

#[warn(clippy::indexing_slicing, reason = "a parser meets any bytes")]
pub mod payload;
mod value;

pub use value::Value;

/// A point on the trace clock, or a span between two points, in nanoseconds.
///
/// Integers from the text to the output: no float ever holds a timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub u64);

/// A thread id as perf prints it; `-1` stands for a thread that perf lost.
pub type Tid = i32;
/// A process id as perf prints it.
pub type Pid = i32;
/// A processor number.
pub type Cpu = u32;

/// How finely the input prints its times.
///
/// Rows print as many decimals, and histograms count in these steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolution {
    /// Six decimals of a second, which is what perf prints by default.
    #[default]
    Micros,
    /// More than six decimals (`perf script --ns`).
    Nanos,
}

impl Resolution {
    /// The resolution of a time in seconds with so many decimals.
    pub fn of_decimals(decimals: usize) -> Resolution {
        if decimals > 6 { Resolution::Nanos } else { Resolution::Micros }
    }

    /// Nanoseconds in one step.
    pub fn step_ns(self) -> u64 {
        match self {
            Resolution::Micros => 1_000,
            Resolution::Nanos => 1,
        }
    }
}

/// One event, borrowed from the input buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When it happened.
    pub time: Nanos,
    /// How finely `time` was printed.
    pub resolution: Resolution,
    /// The thread, where the input prints it.
    pub tid: Option<Tid>,
    /// The process, where the input prints it.
    pub pid: Option<Pid>,
    /// The processor, where the input prints it.
    pub cpu: Option<Cpu>,
    /// The name as printed: `subsystem:name`, `name`, perhaps with a modifier
    /// (`cycles:ppp`).
    pub name: &'a [u8],
    /// The command name without the padding, where the input prints one.
    /// Bytes, because the kernel takes any.
    pub comm: Option<&'a [u8]>,
    /// What follows the name.
    pub payload: &'a [u8],
}
