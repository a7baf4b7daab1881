//! Writes the summary as a state, which another run reads and merges.

use super::style::Style;
use super::summary::{LoopSummary, StateOfLoop, Summary};
use crate::source::LINE_MAX;
use crate::stats::state::{GroupPart, HEADER, LoopCounts, LoopLine, StateLine, TOTAL};
use crate::stats::{Cells, Deltas, Group, LoopCells, Transition};

/// Appends the first line of a state.
pub(super) fn write_heading(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER.as_bytes());
    out.push(b'\n');
}

/// Appends the lines of a state, sorted by their bytes.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, _: &Style) {
    let mut lines = vec![line(&StateLine::Ledger(Box::new(summary.ledger.clone())))];
    let events = summary.printed_events.iter();
    lines.extend(events.map(|&(name, count)| line(&StateLine::Events { name: name.to_vec(), count })));
    let loops = summary.loops.iter().filter(|_| !summary.lacks_loops);
    loops.for_each(|loop_summary| push_loop(&mut lines, loop_summary));
    lines.sort_unstable();
    for line in lines {
        out.extend_from_slice(&line);
        out.push(b'\n');
    }
}

/// Returns the text of a line.
fn line(of: &StateLine) -> Vec<u8> {
    let mut text = Vec::new();
    of.push(&mut text);
    text
}

/// Returns the text of a line about a loop. If the text is longer than `max` bytes, the cells of time are joined, two and
/// two, until it fits or there is one cell: readers cut a line that is too long.
fn line_of_loop(mut of: LoopLine, max: usize) -> Vec<u8> {
    loop {
        let text = line(&StateLine::Loop(Box::new(of.clone())));
        let count = of.cells.as_ref().map_or(0, |cells| cells.cells().len());
        if text.len() <= max || count <= 1 {
            return text;
        }
        of.cells = of.cells.map(|cells| cells.at_most(count / 2));
    }
}

/// Appends the lines of a loop: for each transition and the total, of the whole loop and of each group.
fn push_loop(lines: &mut Vec<Vec<u8>>, summary: &LoopSummary<'_>) {
    let Some(StateOfLoop { definition, by, tally }) = &summary.state else { return };
    let of_part = |group: Option<GroupPart>, part: Part<'_>| {
        let is_whole = group.is_none() && part.name == TOTAL;
        let counts = is_whole.then(|| LoopCounts {
            begun: tally.begun(),
            expired: tally.expired,
            outside: tally.outside,
            seen: tally.seen.clone(),
            left_out: tally.left_out.clone(),
            events_left_out: tally.events_left_out,
            row_times: tally.row_times,
        });
        let of_part = LoopLine {
            name: summary.spec.name.clone(),
            definition: definition.clone(),
            by: by.clone(),
            group,
            transition: part.name.to_owned(),
            deltas: part.deltas.clone(),
            cells: part.cells.cloned(),
            counts,
        };
        line_of_loop(of_part, LINE_MAX)
    };
    let whole = parts(&summary.transition_names, &tally.deltas, tally.cells.as_ref());
    lines.extend(whole.into_iter().map(|part| of_part(None, part)));
    let Some(groups) = tally.groups.as_ref().filter(|_| by.is_some()) else { return };
    let own = groups.largest_first().into_iter().map(|group| (GroupPart::Of(group.value), group));
    let others = groups.others().map(|group| (GroupPart::Others, group));
    for (group, Group { deltas, .. }) in own.chain(others) {
        let of_group = parts(&summary.transition_names, deltas, None);
        lines.extend(of_group.into_iter().map(|part| of_part(Some(group.clone()), part)));
    }
}

/// A transition or the total, with its statistics.
struct Part<'a> {
    name: &'a str,
    deltas: &'a Transition,
    cells: Option<&'a Cells>,
}

/// Returns the transitions and the total. The only transition of a loop of two positions is left out, because it has the
/// statistics of the total.
fn parts<'a>(names: &'a [String], deltas: &'a Deltas, cells: Option<&'a LoopCells>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    if names.len() > 1 {
        for (at, (name, deltas)) in names.iter().zip(deltas.transitions()).enumerate() {
            parts.push(Part { name, deltas, cells: cells.and_then(|cells| cells.transitions().get(at)) });
        }
    }
    parts.push(Part { name: TOTAL, deltas: deltas.total(), cells: cells.map(LoopCells::total) });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Nanos, Resolution};
    use crate::key::Key;
    use crate::matcher::Matching;
    use crate::stats::Tally;
    use crate::stats::state::Definition;

    /// Returns the line of the total of a loop that has closed in many cells of time, each time after another duration.
    fn long_line() -> LoopLine {
        let mut tally = Tally::new(2, None).with_cells(Some(LoopCells::of_comparison(2)));
        for at in 0..20_000_u64 {
            let total = 1 << (at % 50);
            tally.record(&[0, total + at], Resolution::Nanos, &crate::key::GroupValue::NONE, &mut 0);
        }
        let totals = Nanos(0)..=Nanos(u64::MAX);
        LoopLine {
            name: "a".to_owned(),
            definition: Definition::of_options(Key::Tid, Matching::Latest, totals, None),
            by: None,
            group: None,
            transition: TOTAL.to_owned(),
            deltas: tally.deltas.total().clone(),
            cells: tally.cells.as_ref().map(|cells| cells.total().clone()),
            counts: Some(LoopCounts {
                begun: 1,
                seen: vec![1, 1],
                left_out: vec![0, 0],
                row_times: tally.row_times,
                ..LoopCounts::default()
            }),
        }
    }

    #[test]
    fn a_line_that_is_too_long_gets_fewer_cells() {
        let whole = line_of_loop(long_line(), usize::MAX);
        let shorter = line_of_loop(long_line(), whole.len() - 1);
        assert!(shorter.len() < whole.len());
        assert!(matches!(StateLine::parse(&shorter), Ok(StateLine::Loop(_))));
        assert_eq!(line_of_loop(long_line(), whole.len()), whole);
        // One cell is the least.
        assert!(!line_of_loop(long_line(), 0).is_empty());
    }
}
