//! The slowest closed loops with their lines (`--slowest`).

use super::budget::{LINE_BYTES_MAX, LINES_MAX, SLOWEST_MAX};
use super::element::{element, push_cut, tagged};
use super::human;
use crate::report::slowest::{deltas, facts, missing_lines, offset, span};
use crate::report::style::Style;
use crate::report::summary::{LoopSummary, Summary};
use crate::why::{SampledLines, SlowLoop};
use std::collections::BTreeSet;

/// The number of slow loops whose lines are shown when the page is opened. The lines of any other slow loop appear when
/// the reader clicks on this loop.
const OPEN: usize = 3;

/// Appends the slowest loops if the user asked for them. At most `line_bytes` bytes are shown of each line.
pub(super) fn push(
    out: &mut Vec<u8>,
    loop_summary: &LoopSummary<'_>,
    summary: &Summary<'_>,
    style: &Style,
    line_bytes: usize,
) {
    let Some(slowest) = loop_summary.slowest.filter(|slowest| !slowest.is_empty()) else { return };
    tagged(out, "h3", "", "Slowest");
    for (at, slow) in slowest.iter().take(SLOWEST_MAX).enumerate() {
        let open = if at < OPEN { "open" } else { "" };
        element(out, "details", &[("class", "slow"), ("open", open)], |out| {
            element(out, "summary", &[], |out| {
                tagged(out, "b", "", human::time(slow.total().0 as f64));
                let total = format!("{} {}", span(slow.total(), style), human::unit_name(style.unit));
                let parts: Vec<String> = [total].into_iter().chain(facts(slow, summary)).collect();
                tagged(out, "span", "", parts.join(", "));
            });
            if loop_summary.transition_names.len() > 1 {
                tagged(out, "p", "facts", deltas(slow, loop_summary, style).join(", "));
            }
            push_lines(out, slow, style, line_bytes);
        });
    }
    if line_bytes < LINE_BYTES_MAX {
        let sentence = format!("Lines are cut after {line_bytes} bytes, because the page shows many of them.");
        tagged(out, "p", "note", sentence);
    }
    if let Some(more) = slowest.len().checked_sub(SLOWEST_MAX).filter(|more| *more > 0) {
        tagged(out, "p", "note", format!("and {more} more, which the table and json show"));
    }
}

/// Appends the lines of a loop. In front of each line stands its time since the start of the loop. The longest gap
/// between two lines is marked.
fn push_lines(out: &mut Vec<u8>, slow: &SlowLoop, style: &Style, line_bytes: usize) {
    if let Some(reason) = missing_lines(slow) {
        tagged(out, "p", "note", reason);
    }
    let SampledLines { lines, left_out, gap } = slow.lines.sample.shown();
    if lines.is_empty() {
        return;
    }
    // Lines begin with blanks that align the columns of the input. The blanks that all lines have are left out.
    let is_blank = |byte: &u8| *byte == b' ';
    let indent = lines.iter().map(|line| line.text.iter().take_while(|byte| is_blank(byte)).count()).min().unwrap_or(0);
    let chosen = chosen(lines.len(), gap.map(|(after, _)| after));
    let shown = || chosen.iter().filter_map(|at| lines.get(*at)).zip(&chosen);
    let width = shown().map(|(line, _)| offset(line.time, slow.start(), style).len()).max().unwrap_or(0);
    element(out, "pre", &[], |out| {
        let mut next = 0;
        for (line, at) in shown() {
            push_missing(out, line.index.saturating_sub(next));
            next = line.index + 1;
            tagged(out, "i", "", format!("{:>width$}", offset(line.time, slow.start(), style)));
            out.extend_from_slice(b"  ");
            push_cut(out, &line.text[indent..], line_bytes);
            out.push(b'\n');
            if let Some((_, time)) = gap.filter(|(after, _)| after == at) {
                tagged(out, "mark", "", format!("longest gap: {}", human::time(time.0 as f64)));
                out.push(b'\n');
            }
        }
        let last = lines.last().map_or(0, |line| line.index + 1);
        push_missing(out, last.saturating_sub(next));
    });
    let left_out = left_out + (lines.len() - chosen.len()) as u64;
    if left_out > 0 {
        tagged(out, "p", "note", format!("{left_out} lines left out in all"));
    }
}

/// Appends a line that says how many lines are missing at this place.
fn push_missing(out: &mut Vec<u8>, missing: u64) {
    if missing > 0 {
        let plural = if missing == 1 { "" } else { "s" };
        tagged(out, "i", "", format!("... {missing} line{plural} left out"));
        out.push(b'\n');
    }
}

/// Returns the indexes of the lines that are shown: those around the longest gap, the first ones and the last ones.
/// `gap` is the index of the line before the gap.
fn chosen(lines: usize, gap: Option<usize>) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    for step in 0..lines {
        let around = gap.into_iter().flat_map(|gap| [gap.checked_sub(step), Some(gap + 1 + step)]).flatten();
        for at in around.chain([step, lines - 1 - step]) {
            if at < lines && chosen.len() < LINES_MAX {
                chosen.insert(at);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_the_gap_and_at_the_ends_are_shown() {
        let chosen = |lines, gap| chosen(lines, gap).into_iter().collect::<Vec<_>>();
        assert_eq!(chosen(3, Some(0)), [0, 1, 2]);
        assert_eq!(chosen(1, None), [0]);
        assert!(chosen(0, None).is_empty());
        assert_eq!(chosen(64, Some(31)), [0, 1, 2, 3, 28, 29, 30, 31, 32, 33, 34, 35, 60, 61, 62, 63]);
        assert_eq!(chosen(64, Some(0)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 57, 58, 59, 60, 61, 62, 63]);
        assert_eq!(chosen(64, None).len(), 16);
    }
}
