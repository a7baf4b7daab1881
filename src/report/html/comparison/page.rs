//! The parts of the page in their order.

use super::limits::{Limits, PICTURED_MAX, largest, shown};
use super::{distributions, overview, ratio_table, verdict};
use crate::compare::Verdict;
use crate::key::KeySource;
use crate::report::comparison::{Compared, ComparedLoop};
use crate::report::html::element::{element, push_text, tagged};
use crate::report::html::frame;
use crate::report::html::headline::push_loop_text;
use crate::report::style::Style;
use crate::text::Unit;

/// The styles that only this page has, besides the style sheet of all pages.
const STYLES: &str = include_str!("comparison.css");
/// The largest number of inputs of a side that are named.
const INPUTS_MAX: usize = 20;

/// All that the parts of the page are made from.
struct Page<'a> {
    compared: &'a Compared<'a>,
    unit: Unit,
    limits: Limits,
}

/// Appends a comparison as a page. If the page is too large, it is made again with less in it.
pub(in crate::report) fn write(out: &mut Vec<u8>, compared: &Compared<'_>, style: &Style) {
    frame::push_small_enough(out, |out, divisor| {
        let page = Page { compared, unit: style.unit, limits: Limits::new(compared, divisor) };
        let title = page.title();
        frame::push(out, &title, STYLES, |out| page.push_body(out, &title));
    });
}

impl Page<'_> {
    /// Returns the title of the page. It has the verdict and the text of the loop if there is one loop, and otherwise
    /// the number of loops and the number of each verdict.
    fn title(&self) -> String {
        let (given, pairs) = (self.loops(false).count(), self.loops(true).count());
        if let ([only], 1) = (self.compared.loops.as_slice(), given) {
            let verdict = only.total().map_or("", |total| total.comparison.verdict.name());
            return format!("{verdict}: {}", only.spec.text());
        }
        let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let what = match (given, pairs) {
            (_, 0) => counted(given, "loop"),
            (0, _) => counted(pairs, "pair"),
            _ => format!("{} and {}", counted(given, "loop"), counted(pairs, "pair")),
        };
        let of = |verdict: Verdict| {
            let has = |compared: &&ComparedLoop<'_>| {
                compared.total().is_some_and(|total| total.comparison.verdict == verdict)
            };
            let count = self.compared.loops.iter().filter(has).count();
            (count > 0).then(|| format!("{count} {}", verdict.name()))
        };
        let verdicts = [Verdict::Slower, Verdict::Faster, Verdict::Mixed, Verdict::Unclear];
        let verdicts: Vec<String> = verdicts.into_iter().filter_map(of).collect();
        let verdicts = if verdicts.is_empty() { String::new() } else { format!(": {}", verdicts.join(", ")) };
        format!("{what} compared{verdicts}")
    }

    /// Returns the pairs (loops that `--pairs` found in the input), or the loops that the user gave, each with its
    /// index.
    fn loops(&self, are_pairs: bool) -> impl Iterator<Item = (usize, &ComparedLoop<'_>)> {
        self.compared.loops.iter().enumerate().filter(move |(_, compared)| compared.is_pair == are_pairs)
    }

    /// Returns the id of the part of the page about a loop. The id has the number of the loop and not its name, because
    /// a name may hold any characters.
    fn id(&self, compared: &ComparedLoop<'_>) -> String {
        let place = self.compared.loops.iter().position(|other| std::ptr::eq(other, compared));
        format!("loop-{}", place.unwrap_or(0) + 1)
    }

    fn push_body(&self, out: &mut Vec<u8>, title: &str) {
        let given: Vec<&ComparedLoop<'_>> = self.loops(false).map(|(_, compared)| compared).collect();
        let pairs: Vec<&ComparedLoop<'_>> = self.loops(true).map(|(_, compared)| compared).collect();
        // A single loop has its text as its heading, and its verdict below. The title would say the same, so it is left
        // out then.
        let has_title = given.len() != 1 || !pairs.is_empty();
        element(out, "header", &[], |out| {
            tagged(out, "p", "tool", "pspp-filter");
            if has_title {
                tagged(out, "h1", "", title);
            }
            push_inputs(out, self.compared);
            if given.len() > 1 {
                overview::push(out, &given, |compared| self.id(compared), self.unit);
            }
        });
        let level = if has_title { "h2" } else { "h1" };
        for (at, compared) in given.iter().enumerate() {
            self.push_loop(out, compared, level, at < PICTURED_MAX);
        }
        if given.len() > PICTURED_MAX {
            let left_out = given.len() - PICTURED_MAX;
            let sentence =
                format!("Pictures are shown of the first {PICTURED_MAX} loops, not of the other {left_out}.");
            tagged(out, "p", "note", sentence);
        }
        if !pairs.is_empty() {
            self.push_pairs(out, &pairs);
        }
        if self.compared.loops.is_empty() {
            tagged(out, "p", "hint", "There is no loop to compare.");
        }
        push_reading(out);
    }

    /// Appends the table of the pairs, and a part of the page for each of the first pairs.
    fn push_pairs(&self, out: &mut Vec<u8>, pairs: &[&ComparedLoop<'_>]) {
        let pictured = &pairs[..pairs.len().min(PICTURED_MAX)];
        let in_table = &pairs[..pairs.len().min(self.limits.pairs)];
        let id = |pair: &ComparedLoop<'_>| {
            let has_part = pictured.iter().any(|other| std::ptr::eq(*other, pair));
            if has_part { self.id(pair) } else { String::new() }
        };
        element(out, "section", &[], |out| {
            tagged(out, "h2", "", "Pairs");
            tagged(out, "p", "facts", "The pair whose sum changed most comes first.");
            overview::push(out, in_table, id, self.unit);
            if pairs.len() > in_table.len() {
                let sentence = format!("and {} more pairs, which table and json show", pairs.len() - in_table.len());
                tagged(out, "p", "note", sentence);
            }
            if pairs.len() > pictured.len() {
                let left_out = pairs.len() - pictured.len();
                let sentence =
                    format!("Pictures are shown of the first {PICTURED_MAX} pairs, not of the other {left_out}.");
                tagged(out, "p", "note", sentence);
            }
        });
        pictured.iter().for_each(|pair| self.push_loop(out, pair, "h2", true));
    }

    /// Appends the part of the page about a loop. `level` is the name of its heading's element, such as `h2`.
    fn push_loop(&self, out: &mut Vec<u8>, compared: &ComparedLoop<'_>, level: &str, is_pictured: bool) {
        let ComparedLoop { spec, key, .. } = compared;
        element(out, "section", &[("id", &self.id(compared))], |out| {
            element(out, level, &[("class", "loop")], |out| {
                tagged(out, "span", "name", &spec.name);
                push_loop_text(out, &spec.text());
            });
            if let Some(key) = key.filter(|_| spec.key_source() != KeySource::Fields) {
                tagged(out, "p", "facts", format!("by {}", key.name()));
            }
            if let Some(total) = compared.total() {
                verdict::push_sentence(out, &total.comparison);
                verdict::push_numbers(out, &total.comparison);
            }
            ratio_table::push(out, compared, self.limits.table_transitions, self.unit);
            if self.compared.loops.len() == 1 {
                // With several loops, a similar sentence stands below the table of all loops.
                tagged(out, "p", "note", INTERVALS);
            }
            if is_pictured {
                self.push_pictures(out, compared);
            }
        });
    }

    /// Appends the pictures of a loop: first those of the total, and then those of the transitions.
    fn push_pictures(&self, out: &mut Vec<u8>, compared: &ComparedLoop<'_>) {
        let (mut transitions, left_out) = largest(shown(compared), self.limits.pictured_transitions);
        transitions.rotate_right(1);
        for transition in &transitions {
            let comparison = &transition.comparison;
            if comparison.before.count + comparison.after.count == 0 {
                continue;
            }
            if compared.transitions.len() > 2 {
                element(out, "h3", &[("class", "loop")], |out| {
                    push_text(out, &transition.title);
                    out.push(b' ');
                    verdict::push_badge(out, comparison.verdict);
                });
            }
            distributions::push(out, transition);
        }
        if left_out > 0 {
            tagged(out, "p", "note", format!("The pictures of {left_out} transitions are left out."));
        }
    }
}

/// Appends the inputs of both sides.
fn push_inputs(out: &mut Vec<u8>, compared: &Compared<'_>) {
    element(out, "dl", &[("class", "inputs")], |out| {
        for (side, inputs) in [("before", &compared.baseline), ("after", &compared.inputs)] {
            element(out, "dt", &[], |out| {
                tagged(out, "i", &format!("key {side}"), "");
                push_text(out, side);
            });
            element(out, "dd", &[], |out| {
                for (at, input) in inputs.iter().take(INPUTS_MAX).enumerate() {
                    push_text(out, if at > 0 { ", " } else { "" });
                    push_text(out, input);
                }
                if inputs.len() > INPUTS_MAX {
                    push_text(out, format!(" and {} more", inputs.len() - INPUTS_MAX));
                }
            });
        }
    });
}

/// Appends the sentences that say how to read the page.
fn push_reading(out: &mut Vec<u8>) {
    element(out, "section", &[("class", "input")], |out| {
        tagged(out, "h2", "", "How to read this");
        element(out, "ul", &[("class", "guide")], |out| {
            for sentence in READING {
                tagged(out, "li", "", sentence);
            }
        });
    });
}

/// The sentence that says how to read the table of a loop.
const INTERVALS: &str = "On the right, a line is the 95 % interval of the ratio; right of 1 is slower. The median and the \
                         p99 decide the verdict.";

/// The sentences that say how to read the page. None is longer than the 400 bytes to which a text is cut.
const READING: [&str; 5] = [
    "A ratio is the time after divided by the time before. Its interval holds the true ratio in 95 of 100 comparisons. \
     An arrow, or - in the table, is an end that too few loops leave open.",
    "slower: the interval of the median or of the p99 lies above 1, and neither lies below. faster: the mirror case. \
     mixed: one lies above and one below. unclear: the recordings do not show a change.",
    "Loops that follow each other are mostly alike, so many loops may tell as little as a few. The method runs takes each \
     input as one observation. The method blocks divides the time into cells and says how many independent loops all of \
     them are worth; a verdict needs 20. The method independent gives no verdict.",
    "One recording on each side cannot show how much a run differs from the next one: slower then says that these two \
     recordings differ, and not yet why.",
    "Several transitions are several questions: of twenty that did not change, one is expected to look changed.",
];
