//! Times, and the resolution in which the input prints them.

/// A point on the trace clock, or a span between two points, in nanoseconds.
///
/// A time stays an integer from the text of the input to the output. No float is used for it in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub u64);

/// The resolution in which the input prints times.
///
/// The rows of the output print times with 6 or 9 decimals accordingly, and histograms count time spans in steps of 1
/// us or 1 ns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolution {
    /// Six decimals of a second or fewer, as perf prints by default.
    #[default]
    Micros,
    /// More than six decimals, as `perf script --ns` prints.
    Nanos,
}

impl Resolution {
    /// Returns the resolution of a time in seconds that is printed with this number of decimals.
    pub fn of_decimals(decimals: usize) -> Resolution {
        if decimals > 6 { Resolution::Nanos } else { Resolution::Micros }
    }

    /// Returns the resolution in which `time` is printed in a row whose other times have this resolution. It is
    /// nanoseconds if `time` would otherwise lose decimals.
    pub fn for_time(self, time: Nanos) -> Resolution {
        if time.0.is_multiple_of(Resolution::Micros.step_ns()) { self } else { Resolution::Nanos }
    }

    /// Returns the number of nanoseconds in the smallest step of this resolution.
    pub fn step_ns(self) -> u64 {
        match self {
            Resolution::Micros => 1_000,
            Resolution::Nanos => 1,
        }
    }
}
