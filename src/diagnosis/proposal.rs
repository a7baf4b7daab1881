//! Loops that are worth asking for.

/// A loop that is worth asking for, because the events of the input close it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The loop, in the form in which the user would write it.
    pub text: String,
    /// The number of times that it closes.
    pub times: u64,
    /// True if `times` is a lower bound, because the loop may close more often.
    pub at_least: bool,
}

/// The result of `--discover`.
pub struct Findings<'a> {
    /// The names of the events in the input and their counts, the most frequent name first.
    pub events: Vec<(&'a [u8], u64)>,
    /// The number of events that the selection (`--comm`, `--pid`, `--tid`, `--cpu`) left out.
    pub left_out: u64,
    /// The loops that are worth asking for, the one that closes most often first.
    pub proposals: Vec<Proposal>,
}
