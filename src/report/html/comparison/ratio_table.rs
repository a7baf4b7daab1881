//! The table of a loop: the statistics before and after, with their ratios and the intervals of the ratios.

use super::limits::{largest, shown};
use super::ratio_axis::{RatioAxis, in_words};
use super::verdict::push_badge;
use crate::compare::{Comparison, Method, Ratio};
use crate::report::comparison::phrases::{basis, digits, interval, statistics, words};
use crate::report::comparison::{ComparedLoop, ComparedTransition};
use crate::report::html::element::{element, push_text, tagged};
use crate::report::html::human;
use crate::report::html::tables::scrolling;
use crate::report::statistics::four_digits;
use crate::text::{Unit, push_float};

/// The height of a row in pixels.
const LINE: f64 = 31.0;

/// Appends the table of a loop with at most `max` of its transitions, and then for each of these a sentence about the
/// method and the amount of data on which its verdict rests.
pub(super) fn push(out: &mut Vec<u8>, compared: &ComparedLoop<'_>, max: usize, unit: Unit) {
    let (transitions, left_out) = largest(shown(compared), max);
    let ratios = transitions.iter().flat_map(|transition| statistics(&transition.comparison.ratios));
    let ratios: Vec<Ratio> = ratios.map(|(_, _, ratio)| ratio).collect();
    let axis = RatioAxis::around(ratios.iter());
    let has_p = transitions.iter().any(|transition| transition.comparison.method == Method::Runs);
    scrolling(out, |out| {
        push_header(out, axis, has_p, unit);
        for transition in &transitions {
            element(out, "tbody", &[], |out| {
                if transitions.len() > 1 {
                    push_heading(out, transition, if has_p { "7" } else { "6" });
                }
                push_statistics(out, &transition.comparison, axis, has_p, unit);
            });
        }
    });
    if left_out > 0 {
        tagged(out, "p", "note", format!("and {left_out} more transitions with smaller sums, which json shows"));
    }
    for transition in &transitions {
        push_basis(out, transition, transitions.len() > 1);
    }
}

fn push_header(out: &mut Vec<u8>, axis: RatioAxis, has_p: bool, unit: Unit) {
    element(out, "thead", &[], |out| {
        element(out, "tr", &[], |out| {
            let head = |out: &mut Vec<u8>, text: &str| {
                element(out, "th", &[("scope", "col")], |out| push_text(out, text));
            };
            head(out, human::unit_name(unit));
            for side in ["before", "after"] {
                element(out, "th", &[("scope", "col")], |out| {
                    tagged(out, "i", &format!("key {side}"), "");
                    push_text(out, side);
                });
            }
            head(out, "ratio");
            head(out, "95 % interval");
            element(out, "th", &[("scope", "col"), ("class", "strip")], |out| axis.push_labels(out));
            if has_p {
                head(out, "p");
            }
        });
    });
}

/// Appends the row above the statistics of a transition, which has the name and the verdict of the transition.
fn push_heading(out: &mut Vec<u8>, transition: &ComparedTransition<'_>, columns: &str) {
    element(out, "tr", &[("class", "group")], |out| {
        element(out, "th", &[("scope", "rowgroup"), ("colspan", columns)], |out| {
            push_text(out, &transition.title);
            out.push(b' ');
            push_badge(out, transition.comparison.verdict);
        });
    });
}

/// Appends a row for each statistic. Numbers are rounded, and have their exact values as their titles.
fn push_statistics(out: &mut Vec<u8>, comparison: &Comparison, axis: RatioAxis, has_p: bool, unit: Unit) {
    let Comparison { before, after, ratios, .. } = comparison;
    let name = |out: &mut Vec<u8>, name: &str| element(out, "th", &[("scope", "row")], |out| push_text(out, name));
    element(out, "tr", &[], |out| {
        name(out, "count");
        [before, after].into_iter().for_each(|side| tagged(out, "td", "", side.count.to_string()));
        (0..if has_p { 4 } else { 3 }).for_each(|_| tagged(out, "td", "", ""));
    });
    for (title, of, ratio) in statistics(ratios) {
        let class = if ["median", "p99"].contains(&title) { "deciding" } else { "" };
        element(out, "tr", &[("class", class)], |out| {
            name(out, title);
            for side in [before, after] {
                let in_unit = of(side).map(|ns| ns / unit.in_ns() as f64);
                push_number(out, in_unit, of(side).map(|ns| four_digits(ns, unit)));
            }
            push_number(out, ratio.value, ratio.value.map(digits));
            let ends = format!("{} .. {}", exact(ratio.low), exact(ratio.high));
            element(out, "td", &[("title", &ends)], |out| push_text(out, interval(&ratio)));
            let attributes = [("class", "strip"), ("title", &*format!("{title}: {}", in_words(&ratio)))];
            element(out, "td", &attributes, |out| axis.push_strip(out, &[&ratio], LINE));
            if has_p {
                push_number(out, ratio.p, ratio.p.map(digits));
            }
        });
    }
}

/// Appends a cell with a rounded number, or with `-` if there is none. The title of the cell is the exact number.
pub(super) fn push_number(out: &mut Vec<u8>, number: Option<f64>, rounded: Option<String>) {
    let title = if number.is_some() { exact(number) } else { String::new() };
    element(out, "td", &[("title", &title)], |out| push_text(out, rounded.as_deref().unwrap_or("-")));
}

/// Returns a number with the same digits as in JSON, or `-` if there is none.
fn exact(number: Option<f64>) -> String {
    let Some(number) = number else { return "-".to_owned() };
    let mut text = Vec::new();
    push_float(&mut text, number);
    String::from_utf8_lossy(&text).into_owned()
}

/// Appends a paragraph with the method and the amount of data on which the verdict of a transition rests, and with the
/// differences between the two distributions. It begins with the name of the transition if `is_named` is true.
fn push_basis(out: &mut Vec<u8>, transition: &ComparedTransition<'_>, is_named: bool) {
    let Comparison { before, after, shape, .. } = &transition.comparison;
    if before.count == 0 || after.count == 0 {
        return;
    }
    element(out, "p", &[("class", "facts")], |out| {
        if is_named {
            tagged(out, "b", "", &transition.title);
            out.push(b' ');
        }
        let mut sentences = basis(&transition.comparison);
        if let Some(shape) = shape {
            sentences.push_str(&format!("; {}", words(shape, |at| human::time(at.0 as f64))));
        }
        // With a no-break space, a browser does not break the line in front of a percent sign.
        push_text(out, sentences.replace(" %", "\u{a0}%"));
    });
}
