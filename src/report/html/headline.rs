//! The first things that a reader sees: what was measured, and the numbers that matter.

use super::axis::LogAxis;
use super::element::{element, empty, push_cut, push_text, tagged};
use super::human;
use super::plot::percent;
use crate::key::KeySource;
use crate::matcher::Matching;
use crate::report::phrases::closed;
use crate::report::summary::{LoopSummary, Summary};
use crate::stats::{Quantile, Transition};

/// The largest number of bytes of a loop's text on the page.
const LOOP_TEXT_MAX: usize = 4_000;
/// The largest number of labels above the strips of an overview. A strip is a small picture of the totals of a loop in
/// one row of the table of loops.
const SCALE_LABELS_MAX: usize = 5;

/// Returns the numbers that a headline shows of the total of a loop: its median, 90th and 99th percentile and maximum,
/// in nanoseconds. The total is the time from the first to the last event of a loop. `None` if no loop closed.
fn numbers(total: &Transition) -> Option<[f64; 4]> {
    let quantiles: Vec<Quantile> = ["50", "90", "99"].into_iter().filter_map(Quantile::from_percentile).collect();
    let values = total.quantiles_half_ns(&quantiles)?;
    let [median, p90, p99] = values.as_slice() else { return None };
    Some([*median as f64 / 2.0, *p90 as f64 / 2.0, *p99 as f64 / 2.0, total.max()?.0 as f64])
}

/// Returns the title of the page: what was measured, and the result if there is only one.
pub(super) fn title(summary: &Summary<'_>) -> String {
    let pairs = summary.loops.iter().filter(|loop_summary| loop_summary.is_pair).count();
    match summary.loops.as_slice() {
        [] if !summary.pairs => "Events".to_owned(),
        [only] if !summary.pairs => {
            let numbers = numbers(only.deltas.total()).map_or(String::new(), |[median, _, p99, _]| {
                format!(": median {}, p99 {}", human::time(median), human::time(p99))
            });
            format!("{}{numbers}", only.spec.text())
        }
        loops if loops.len() == pairs => counted(pairs, "pair", " of events"),
        loops if pairs > 0 => {
            format!("{} and {}", counted(loops.len() - pairs, "loop", ""), counted(pairs, "pair", " of events"))
        }
        loops => counted(loops.len(), "loop", ""),
    }
}

fn counted(count: usize, what: &str, behind: &str) -> String {
    format!("{count} {what}{}{behind}", if count == 1 { "" } else { "s" })
}

/// Appends the heading of a loop, its numbers, and its hints. `level` is the name of the heading's element, such as
/// `h2`.
pub(super) fn push(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, level: &str) {
    let LoopSummary { spec, key, matching, .. } = loop_summary;
    element(out, level, &[("class", "loop")], |out| {
        tagged(out, "span", "name", &spec.name);
        push_loop_text(out, &spec.text());
    });
    let by = if spec.key_source() == KeySource::Fields { String::new() } else { format!("by {}, ", key.name()) };
    let matching = if *matching == Matching::default() { String::new() } else { format!("{}, ", matching.name()) };
    tagged(out, "p", "facts", format!("{by}{matching}{}", closed(loop_summary)));
    push_numbers(out, loop_summary.deltas.total());
    loop_summary.hints.iter().for_each(|hint| tagged(out, "p", "hint", hint));
}

/// Appends the text of a loop. Each arrow is an element of its own, which the style sheet keeps on one line.
pub(super) fn push_loop_text(out: &mut Vec<u8>, text: &str) {
    element(out, "code", &[], |out| {
        let end = out.len() + LOOP_TEXT_MAX;
        for (at, position) in text.split(" -> ").enumerate() {
            if at > 0 {
                out.push(b' ');
                tagged(out, "span", "arrow", "->");
                out.push(b' ');
            }
            push_cut(out, position, end.saturating_sub(out.len()));
        }
    });
}

fn push_numbers(out: &mut Vec<u8>, total: &Transition) {
    let Some(values) = numbers(total) else { return };
    element(out, "dl", &[("class", "numbers")], |out| {
        push_number(out, "closed", &human::count(total.count()), "");
        for (name, ns) in ["median", "p90", "p99", "max"].into_iter().zip(values) {
            let (number, unit) = human::time_in_parts(ns, 3);
            push_number(out, name, &number, unit);
        }
    });
}

fn push_number(out: &mut Vec<u8>, name: &str, number: &str, unit: &str) {
    element(out, "div", &[], |out| {
        tagged(out, "dt", "", name);
        element(out, "dd", &[], |out| {
            push_text(out, number);
            if !unit.is_empty() {
                out.push(b' ');
                tagged(out, "small", "", unit);
            }
        });
    });
}

/// Appends a table of several loops. Each loop has a row with its numbers, and with a strip that shows where these
/// numbers lie on an axis that all loops share. `id` returns the id of the part of the page about a loop.
pub(super) fn push_overview(out: &mut Vec<u8>, loops: &[&LoopSummary<'_>], id: impl Fn(&LoopSummary<'_>) -> String) {
    let totals = || loops.iter().map(|loop_summary| loop_summary.deltas.total()).filter(|total| total.count() > 0);
    let low = totals().filter_map(Transition::min).map(|min| min.0).filter(|min| *min > 0).min().unwrap_or(1);
    let high = totals().filter_map(Transition::max).map(|max| max.0).max().unwrap_or(low);
    let axis = LogAxis::around(low as f64, high as f64, 1.0);
    element(out, "div", &[("class", "overview")], |out| {
        super::tables::scrolling(out, |out| {
            element(out, "thead", &[], |out| {
                element(out, "tr", &[], |out| {
                    let push = |out: &mut Vec<u8>, title: &str| {
                        element(out, "th", &[("scope", "col")], |out| push_text(out, title));
                    };
                    ["loop", "closed", "median", "p99", "max"].iter().for_each(|title| push(out, title));
                    element(out, "th", &[("scope", "col"), ("class", "strip")], |out| push_scale(out, axis));
                });
            });
            element(out, "tbody", &[], |out| {
                for loop_summary in loops {
                    push_line(out, loop_summary, &id(loop_summary), axis);
                }
            });
        });
    });
    tagged(
        out,
        "p",
        "note",
        "A strip goes from the smallest to the largest total. It is thick from the median to p99.",
    );
}

fn push_line(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, id: &str, axis: LogAxis) {
    let LoopSummary { spec, .. } = loop_summary;
    let total = loop_summary.deltas.total();
    element(out, "tr", &[], |out| {
        element(out, "th", &[("scope", "row")], |out| {
            element(out, "a", &[("href", &format!("#{id}"))], |out| push_text(out, &spec.name));
            out.push(b' ');
            push_loop_text(out, &spec.text());
        });
        tagged(out, "td", "", total.count().to_string());
        let times = numbers(total).map(|[median, _, p99, max]| [median, p99, max].map(human::time));
        for time in times.unwrap_or_else(|| ["-"; 3].map(str::to_owned)) {
            tagged(out, "td", "", time);
        }
        element(out, "td", &[("class", "strip")], |out| push_strip(out, total, axis));
    });
}

/// Appends the labels of the axis that the strips share, above the strips.
fn push_scale(out: &mut Vec<u8>, axis: LogAxis) {
    element(out, "svg", &[("class", "plot"), ("width", "100%"), ("height", "14")], |out| {
        let ticks = axis.ticks();
        let every = ticks.len().div_ceil(SCALE_LABELS_MAX).max(1);
        for tick in ticks.iter().step_by(every) {
            let attributes = [("class", "column"), ("x", &*percent(tick.at)), ("y", "11")];
            element(out, "text", &attributes, |out| push_text(out, &tick.label));
        }
    });
}

/// Appends the strip of a loop: a thin line from the minimum to the maximum, a thick one from the median to p99.
fn push_strip(out: &mut Vec<u8>, total: &Transition, axis: LogAxis) {
    let (Some([median, _, p99, max]), Some(min)) = (numbers(total), total.min()) else { return };
    element(out, "svg", &[("class", "plot"), ("width", "100%"), ("height", "14")], |out| {
        for tick in axis.ticks() {
            let at = percent(tick.at);
            empty(out, "line", &[("class", "grid"), ("x1", &*at), ("x2", &*at), ("y2", "14")]);
        }
        let place = |ns: f64| percent(axis.place(ns));
        for (class, from, to) in [("range", min.0 as f64, max), ("body", median, p99)] {
            let attributes = [("class", class), ("x1", &*place(from)), ("x2", &*place(to)), ("y1", "7"), ("y2", "7")];
            empty(out, "line", &attributes);
        }
        empty(out, "circle", &[("class", "middle"), ("cx", &*place(median)), ("cy", "7"), ("r", "3.5")]);
    });
}
