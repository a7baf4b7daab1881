//! The events and keys that the matcher counts beside the loops it closes.

/// The matcher's counts since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that were earlier than the event before them in the same loop and key.
    pub out_of_order: u64,
    /// The events in `out_of_order` that belong to a loop that joins threads.
    pub joined_out_of_order: u64,
    /// Keys that were dropped because the table was full.
    pub evicted: u64,
    /// Keys whose open chain was dropped because a loss of events may have cut it.
    pub cut: u64,
    /// Keys that held a chain when their recording ended, or that hold one now.
    pub unfinished: u64,
}

impl Counts {
    /// Returns the difference to an earlier state of the same counts, except that `unfinished` stays as it is now.
    pub fn since(self, before: Counts) -> Counts {
        Counts {
            out_of_order: self.out_of_order - before.out_of_order,
            joined_out_of_order: self.joined_out_of_order - before.joined_out_of_order,
            evicted: self.evicted - before.evicted,
            cut: self.cut - before.cut,
            unfinished: self.unfinished,
        }
    }

    /// Adds the counts of another run.
    pub fn merge(&mut self, other: Counts) {
        let Counts { out_of_order, joined_out_of_order, evicted, cut, unfinished } = other;
        self.out_of_order += out_of_order;
        self.joined_out_of_order += joined_out_of_order;
        self.evicted += evicted;
        self.cut += cut;
        self.unfinished += unfinished;
    }
}
