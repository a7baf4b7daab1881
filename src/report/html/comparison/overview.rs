//! A table of several loops or pairs: a line for each with its verdict, its numbers and its ratios.

use super::ratio_axis::{RatioAxis, in_words};
use super::ratio_table::push_number;
use super::verdict::push_badge;
use crate::compare::{Ratio, Ratios};
use crate::report::comparison::ComparedLoop;
use crate::report::comparison::phrases::{digits, statistics};
use crate::report::html::element::{element, push_text, tagged};
use crate::report::html::headline::push_loop_text;
use crate::report::html::human;
use crate::report::html::tables::scrolling;
use crate::text::Unit;

/// The height of the line of the picture in which an interval is drawn, in pixels.
const LINE: f64 = 17.0;

/// Appends the table of the totals of some loops. `id` returns the id of the part of the page about a loop, to which
/// its name links, or an empty text if there is no such part.
pub(super) fn push(
    out: &mut Vec<u8>,
    loops: &[&ComparedLoop<'_>],
    id: impl Fn(&ComparedLoop<'_>) -> String,
    unit: Unit,
) {
    let totals = loops.iter().filter_map(|compared| compared.total());
    let ratios: Vec<Ratio> =
        totals.flat_map(|total| deciding(&total.comparison.ratios).map(|(_, ratio)| ratio)).collect();
    let axis = RatioAxis::around(ratios.iter());
    element(out, "div", &[("class", "compared")], |out| {
        scrolling(out, |out| {
            push_header(out, axis);
            element(out, "tbody", &[], |out| {
                for compared in loops {
                    push_row(out, compared, &id(compared), axis, unit);
                }
            });
        });
    });
    let reading = "Before and after. On the right, the upper line is the 95 % interval of the median's ratio, and the \
                   lower one that of the p99's; right of 1 is slower.";
    tagged(out, "p", "note", reading);
}

/// Returns the two ratios that decide the verdict, with the names of their statistics.
fn deciding(ratios: &Ratios) -> [(&'static str, Ratio); 2] {
    [("median", ratios.median), ("p99", ratios.p99)]
}

fn push_header(out: &mut Vec<u8>, axis: RatioAxis) {
    element(out, "thead", &[], |out| {
        element(out, "tr", &[], |out| {
            let columns = [("loop", ""), ("verdict", ""), ("closed", "2"), ("median", "3"), ("p99", "3")];
            for (title, span) in columns {
                element(out, "th", &[("scope", "col"), ("colspan", span)], |out| push_text(out, title));
            }
            element(out, "th", &[("scope", "col"), ("class", "strip")], |out| axis.push_labels(out));
        });
    });
}

fn push_row(out: &mut Vec<u8>, compared: &ComparedLoop<'_>, id: &str, axis: RatioAxis, unit: Unit) {
    let Some(total) = compared.total() else { return };
    let comparison = &total.comparison;
    element(out, "tr", &[], |out| {
        element(out, "th", &[("scope", "row")], |out| {
            if id.is_empty() {
                push_text(out, &compared.spec.name);
            } else {
                element(out, "a", &[("href", &format!("#{id}"))], |out| push_text(out, &compared.spec.name));
            }
            if !compared.is_pair {
                out.push(b' ');
                push_loop_text(out, &compared.spec.text());
            }
        });
        element(out, "td", &[("class", "word")], |out| push_badge(out, comparison.verdict));
        let sides = [&comparison.before, &comparison.after];
        sides.into_iter().for_each(|side| tagged(out, "td", "", human::count(side.count)));
        for (_, of, ratio) in
            statistics(&comparison.ratios).into_iter().filter(|(name, ..)| ["median", "p99"].contains(name))
        {
            for side in sides {
                push_number(out, of(side).map(|ns| ns / unit.in_ns() as f64), of(side).map(human::time));
            }
            push_number(out, ratio.value, ratio.value.map(|value| format!("\u{d7} {}", digits(value))));
        }
        let [(_, median), (_, p99)] = deciding(&comparison.ratios);
        let title = format!("median: {}; p99: {}", in_words(&median), in_words(&p99));
        element(out, "td", &[("class", "strip"), ("title", &title)], |out| {
            axis.push_strip(out, &[&median, &p99], LINE)
        });
    });
}
