//! The parts of the page in their order.

use super::budget::{Budget, EXPLAINED_PAIRS_MAX, PICTURED_MAX};
use super::element::{element, push_text, tagged};
use super::{explain, frame, headline, histogram, input, percentiles, slowest, states, tables, unfinished};
use crate::report::style::Style;
use crate::report::summary::{LoopSummary, Summary};

/// The largest number of characters of a loop's text that a program which reads the page aloud gets.
const LABEL_MAX: usize = 1_000;

/// All that the parts of the page are made from.
struct Page<'a> {
    summary: &'a Summary<'a>,
    style: &'a Style,
    budget: Budget,
}

/// Appends the summary as a page. While the page is too large, it is made again with the next divisor, which shows less
/// of each part.
pub(in crate::report) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    frame::push_small_enough(out, |out, divisor| {
        Page { summary, style, budget: Budget::new(&summary.loops, divisor) }.push(out);
    });
}

impl Page<'_> {
    /// Appends the page.
    fn push(&self, out: &mut Vec<u8>) {
        let title = headline::title(self.summary);
        frame::push(out, &title, "", |out| self.push_body(out, &title));
    }

    fn push_body(&self, out: &mut Vec<u8>, title: &str) {
        let given: Vec<&LoopSummary<'_>> = self.loops(false).map(|(_, loop_summary)| loop_summary).collect();
        // A single loop has its text as its heading. The title would say the same, so it is left out then.
        let has_title = given.len() != 1 || self.summary.pairs;
        element(out, "header", &[], |out| {
            tagged(out, "p", "tool", "pspp-filter");
            if has_title {
                tagged(out, "h1", "", title);
            }
            if given.len() > 1 {
                headline::push_overview(out, &given, |loop_summary| self.id(loop_summary));
            }
        });
        let level = if has_title { "h2" } else { "h1" };
        for (at, loop_summary) in self.loops(false) {
            element(out, "section", &[("id", &self.id(loop_summary)), ("aria-label", &label(loop_summary))], |out| {
                self.push_loop(out, at, level)
            });
        }
        if self.summary.pairs {
            self.push_pairs(out);
        }
        self.push_left_out(out);
        input::push(out, self.summary);
    }

    /// Returns the pairs (loops that `--pairs` found in the input), or the loops that the user gave, each with its
    /// index.
    fn loops(&self, are_pairs: bool) -> impl Iterator<Item = (usize, &LoopSummary<'_>)> {
        self.summary.loops.iter().enumerate().filter(move |(_, loop_summary)| loop_summary.is_pair == are_pairs)
    }

    /// Returns the id of the part of the page about a loop. The id has the number of the loop and not its name, because
    /// a name may hold any characters.
    fn id(&self, loop_summary: &LoopSummary<'_>) -> String {
        format!("loop-{}", self.place(loop_summary) + 1)
    }

    /// Returns the index of a loop in the summary.
    fn place(&self, loop_summary: &LoopSummary<'_>) -> usize {
        self.summary.loops.iter().position(|other| std::ptr::eq(other, loop_summary)).unwrap_or(0)
    }

    /// Appends the part of the page about a loop.
    fn push_loop(&self, out: &mut Vec<u8>, at: usize, level: &str) {
        let Some(loop_summary) = self.summary.loops.get(at) else { return };
        headline::push(out, loop_summary, level);
        let has_closed = loop_summary.deltas.total().count() > 0;
        if has_closed {
            self.push_pictures(out, at, loop_summary);
            if !loop_summary.is_pair {
                tables::push_transitions(out, loop_summary, self.style);
            }
            self.push_groups(out, loop_summary);
        }
        push_positions(out, "Seen", loop_summary, loop_summary.seen);
        if loop_summary.left_out.iter().any(|count| *count > 0) {
            push_positions(out, "Left out by the selection", loop_summary, loop_summary.left_out);
        }
        if self.budget.is_explained[at] {
            if has_closed {
                explain::push(out, loop_summary, self.style);
                states::push(out, loop_summary, self.style);
            }
            slowest::push(out, loop_summary, self.summary, self.style, self.budget.line_bytes);
            unfinished::push(out, loop_summary, self.style, self.budget.unfinished);
        }
    }

    /// Appends the pictures of a loop, if it is among those that have pictures.
    fn push_pictures(&self, out: &mut Vec<u8>, at: usize, loop_summary: &LoopSummary<'_>) {
        if !self.budget.is_pictured[at] {
            return;
        }
        element(out, "div", &[("class", "pictures")], |out| {
            if let Some(Some(heat_map)) = self.budget.heat_maps.get(at) {
                heat_map.push(out);
            }
            percentiles::push(out, loop_summary);
            histogram::push(out, "Histogram", loop_summary.deltas.total());
            if self.style.hist {
                let transitions = percentiles::pictured(loop_summary).0;
                let with_room = transitions.iter().skip(1).take(self.budget.histograms);
                with_room.for_each(|(name, _, transition)| histogram::push(out, name, transition));
                let left_out = transitions.len().saturating_sub(1 + self.budget.histograms);
                if left_out > 0 {
                    tagged(out, "p", "note", format!("The histograms of {left_out} transitions are left out."));
                }
            }
        });
    }

    fn push_groups(&self, out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>) {
        if let (Some(by), [_, ..]) = (self.summary.by, loop_summary.groups.as_slice()) {
            tables::push_groups(out, loop_summary, by, self.budget.group_rows, self.style);
        }
    }

    /// Appends the table of the pairs, and then a part for each pair that has pictures or an explanation why it was
    /// slow.
    fn push_pairs(&self, out: &mut Vec<u8>) {
        if self.loops(true).next().is_none() {
            return tagged(out, "p", "hint", "no beginning and its end were seen, as of an enter and an exit");
        }
        element(out, "section", &[], |out| {
            tagged(out, "h2", "", "Pairs");
            let pairs = self.loops(true).map(|(_, pair)| pair);
            tables::push_totals(
                out,
                pairs,
                |pair| if self.has_part(pair) { self.id(pair) } else { String::new() },
                self.style,
            );
            for (_, pair) in self.loops(true).filter(|(_, pair)| !self.has_part(pair)) {
                let hints = pair.hints.iter().map(|hint| format!("{}: {hint}", pair.spec.name));
                hints.for_each(|hint| tagged(out, "p", "hint", hint));
            }
        });
        for (at, pair) in self.loops(true).filter(|(_, pair)| self.has_part(pair)) {
            element(out, "section", &[("id", &self.id(pair)), ("aria-label", &label(pair))], |out| {
                self.push_loop(out, at, "h2")
            });
        }
    }

    /// Returns whether a pair has a part of its own, behind the table of all pairs.
    fn has_part(&self, pair: &LoopSummary<'_>) -> bool {
        let at = self.place(pair);
        self.budget.is_pictured[at] || self.budget.is_explained[at] && asks_why(pair)
    }

    /// Appends notes about the pictures and explanations that the page leaves out.
    fn push_left_out(&self, out: &mut Vec<u8>) {
        let closed = self.summary.loops.iter().filter(|loop_summary| loop_summary.deltas.total().count() > 0).count();
        if closed > PICTURED_MAX {
            let sentence = format!(
                "Pictures are shown of the {PICTURED_MAX} loops with the largest sum of totals, not of the other {}.",
                closed - PICTURED_MAX
            );
            tagged(out, "p", "note", sentence);
        }
        let unexplained = self.summary.loops.iter().zip(&self.budget.is_explained);
        let left_out = unexplained.filter(|(pair, is_explained)| !**is_explained && asks_why(pair)).count();
        if left_out > 0 {
            let sentence = format!(
                "Why they were slow is said of the {EXPLAINED_PAIRS_MAX} pairs with the largest sum; json says it of all."
            );
            tagged(out, "p", "note", sentence);
        }
    }
}

/// Returns the text of a loop for programs that read the page aloud, cut to [`LABEL_MAX`] characters.
fn label(loop_summary: &LoopSummary<'_>) -> String {
    loop_summary.spec.text().chars().take(LABEL_MAX).collect()
}

/// Returns whether the user asked why the loop was slow.
fn asks_why(loop_summary: &LoopSummary<'_>) -> bool {
    let LoopSummary { explanation, states, slowest, unfinished, .. } = loop_summary;
    explanation.is_some() || states.is_some() || slowest.is_some() || unfinished.is_some()
}

/// Appends a count for each position.
fn push_positions(out: &mut Vec<u8>, heading: &str, loop_summary: &LoopSummary<'_>, counts: &[u64]) {
    element(out, "p", &[("class", "note")], |out| {
        let positions = loop_summary.spec.positions.iter().zip(counts);
        let positions: Vec<String> =
            positions.map(|(position, count)| format!("{} {count}", position.unique_name)).collect();
        push_text(out, format!("{heading}: {}", positions.join(", ")));
    });
}
