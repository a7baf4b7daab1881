//! Time stamps, and their resolution in the input.

/// A point on the trace clock, or a span between two points, in nanoseconds.
///
/// Times are integers from the text to the output: no float ever holds a time stamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub u64);

/// The fineness of the times that the input prints.
///
/// Rows print as many decimals, and histograms count in these steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolution {
    /// At most six decimals of a second, which perf prints by default.
    #[default]
    Micros,
    /// More than six decimals (`perf script --ns`).
    Nanos,
}

impl Resolution {
    /// Returns the resolution of a time in seconds that is printed with this number of decimals.
    pub fn of_decimals(decimals: usize) -> Resolution {
        if decimals > 6 { Resolution::Nanos } else { Resolution::Micros }
    }

    /// Returns the resolution in which a time is printed beside times of this resolution. No decimal of it is lost.
    pub fn for_time(self, time: Nanos) -> Resolution {
        if time.0.is_multiple_of(Resolution::Micros.step_ns()) { self } else { Resolution::Nanos }
    }

    /// Returns the nanoseconds in one step.
    pub fn step_ns(self) -> u64 {
        match self {
            Resolution::Micros => 1_000,
            Resolution::Nanos => 1,
        }
    }
}
