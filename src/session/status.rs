//! The exit status of the program.

/// The way in which the program ends. [`Status::code`] is the exit status for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything was read and written, or the reader of the output went away.
    Success,
    /// Reading or writing failed, or a line was malformed and the user gave `--fail-malformed`.
    Failure,
    /// The command line or a conf has a mistake.
    Usage,
    /// A condition of `--fail-if` holds.
    Condition,
    /// The signal with this number ended the program, after it had written the results so far.
    Signal(i32),
}

impl Status {
    /// Returns the exit status, as a shell shows it.
    pub fn code(self) -> u8 {
        match self {
            Status::Success => 0,
            Status::Failure => 1,
            Status::Usage => 2,
            Status::Condition => 3,
            Status::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        }
    }
}
