//! The events and keys that the matcher counts, besides the loops that close.

/// The counts of the matcher since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of events that were earlier than the event before them in the same loop and key.
    pub out_of_order: u64,
    /// The number of those events in `out_of_order` that belong to a loop which joins threads: its key is not the tid
    /// of the event's header, so its events may come from several threads.
    pub joined_out_of_order: u64,
    /// The number of keys that were dropped because the table of keys was full.
    pub evicted: u64,
    /// The number of keys whose unfinished loop was dropped because a loss of events may have cut it.
    pub cut: u64,
    /// The number of keys with an unfinished loop: those at the ends of all earlier recordings of the run, and those
    /// that have one at present.
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

    /// Adds the counts of another run to these. A count never grows beyond the largest number of 64 bits.
    pub fn merge(&mut self, other: Counts) {
        let Counts { out_of_order, joined_out_of_order, evicted, cut, unfinished } = other;
        self.out_of_order = self.out_of_order.saturating_add(out_of_order);
        self.joined_out_of_order = self.joined_out_of_order.saturating_add(joined_out_of_order);
        self.evicted = self.evicted.saturating_add(evicted);
        self.cut = self.cut.saturating_add(cut);
        self.unfinished = self.unfinished.saturating_add(unfinished);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_counts_are_sums_and_a_difference_keeps_what_is_unfinished() {
        let one = Counts { out_of_order: 10, joined_out_of_order: 20, evicted: 30, cut: 40, unfinished: 50 };
        let other = Counts { out_of_order: 1, joined_out_of_order: 2, evicted: 3, cut: 4, unfinished: 5 };
        let mut both = one;
        both.merge(other);
        let sums = Counts { out_of_order: 11, joined_out_of_order: 22, evicted: 33, cut: 44, unfinished: 55 };
        assert_eq!(both, sums);
        assert_eq!(both.since(one), Counts { unfinished: 55, ..other });
    }
}
