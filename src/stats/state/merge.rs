//! Adds lines of states to the statistics of a loop.

use super::fields::COUNT_MAX;
use super::loop_line::{GroupPart, LoopCounts, LoopLine};
use crate::key::GroupValue;
use crate::stats::tally::Tally;

impl Tally {
    /// Adds a line about the whole loop. `transition` is the number of its transition, counted from 0; `None` for the
    /// total. Returns `None` if the loop has no such transition or another number of positions, or if there are too many
    /// deltas.
    pub fn merge_line(&mut self, line: &LoopLine, transition: Option<usize>) -> Option<()> {
        let deltas = self.deltas.of_mut(transition)?;
        if deltas.count() + line.deltas.count() > COUNT_MAX {
            return None;
        }
        deltas.merge(&line.deltas);
        let of_loop = self.cells.as_mut().and_then(|cells| cells.of_mut(transition));
        if let (Some(cells), Some(other)) = (of_loop, &line.cells) {
            cells.merge(other);
        }
        line.counts.as_ref().map_or(Some(()), |counts| self.merge_counts(counts))
    }

    fn merge_counts(&mut self, counts: &LoopCounts) -> Option<()> {
        let LoopCounts { begun, expired, outside, seen, left_out, events_left_out, row_times } = counts;
        if [seen.len(), left_out.len()] != [self.seen.len(); 2] {
            return None;
        }
        let add = |count: &mut u64, other: u64| *count = count.saturating_add(other);
        self.seen.iter_mut().zip(seen).for_each(|(count, other)| add(count, *other));
        self.left_out.iter_mut().zip(left_out).for_each(|(count, other)| add(count, *other));
        add(&mut self.events_left_out, *events_left_out);
        add(&mut self.first_without_key, seen.first()? - begun);
        add(&mut self.expired, *expired);
        add(&mut self.outside, *outside);
        self.row_times.merge(row_times);
        Some(())
    }

    /// Adds the deltas of a line to a group. `groups_left` has the same meaning as for [`Tally::record`]. Returns `None` if
    /// there are too many deltas.
    pub fn merge_line_of_group(
        &mut self,
        line: &LoopLine,
        group: &GroupPart,
        transition: Option<usize>,
        groups_left: &mut usize,
    ) -> Option<()> {
        let value: Option<&GroupValue> = match group {
            GroupPart::Of(value) => Some(value),
            GroupPart::Others => None,
        };
        let groups = self.groups.as_mut()?;
        let deltas = groups.part_mut(value, groups_left).of_mut(transition)?;
        if deltas.count() + line.deltas.count() > COUNT_MAX {
            return None;
        }
        deltas.merge(&line.deltas);
        Some(())
    }
}
