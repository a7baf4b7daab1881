//! The events and keys that the matcher counts, besides the loops that close.

/// The counts of the matcher since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of events that were earlier than the event before them in the same loop and key.
    pub out_of_order: u64,
    /// The number of those events in `out_of_order` that belong to a loop which joins threads.
    pub joined_out_of_order: u64,
    /// The number of keys that were dropped because the table of keys was full.
    pub evicted: u64,
    /// The number of keys whose unfinished loop was dropped because a loss of events may have cut it.
    pub cut: u64,
    /// The number of keys with an unfinished loop, at the end of each recording and now.
    pub unfinished: u64,
}

impl Counts {
    /// Returns the difference between these counts and earlier ones. `unfinished` is not a difference: it stays as it
    /// is in `self`.
    pub fn since(self, before: Counts) -> Counts {
        Counts {
            out_of_order: self.out_of_order - before.out_of_order,
            joined_out_of_order: self.joined_out_of_order - before.joined_out_of_order,
            evicted: self.evicted - before.evicted,
            cut: self.cut - before.cut,
            unfinished: self.unfinished,
        }
    }

    /// Adds the counts of another run to these.
    pub fn merge(&mut self, other: Counts) {
        let Counts { out_of_order, joined_out_of_order, evicted, cut, unfinished } = other;
        self.out_of_order += out_of_order;
        self.joined_out_of_order += joined_out_of_order;
        self.evicted += evicted;
        self.cut += cut;
        self.unfinished += unfinished;
    }
}
