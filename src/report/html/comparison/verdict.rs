//! The verdict in a word and in a sentence, and the most important numbers of both sides.

use crate::compare::{Comparison, Verdict};
use crate::report::comparison::phrases::{change, digits, reason, statistics};
use crate::report::html::element::{element, push_text, tagged};
use crate::report::html::human;

/// Appends the verdict as a badge: a sign and the word. The sign helps to tell verdicts apart without colours, as in
/// print.
pub(super) fn push_badge(out: &mut Vec<u8>, verdict: Verdict) {
    let sign = match verdict {
        Verdict::Slower => "\u{25b2}",
        Verdict::Faster => "\u{25bc}",
        Verdict::Mixed => "\u{25c6}",
        Verdict::Unclear => "?",
    };
    element(out, "span", &[("class", &format!("verdict {}", verdict.name()))], |out| {
        element(out, "span", &[("aria-hidden", "true")], |out| push_text(out, sign));
        push_text(out, format!(" {}", verdict.name()));
    });
}

/// Appends the badge of the verdict. Behind it stand the reason of the verdict, if it is unclear, and the ratios in
/// words.
pub(super) fn push_sentence(out: &mut Vec<u8>, comparison: &Comparison) {
    element(out, "p", &[("class", "judged")], |out| {
        push_badge(out, comparison.verdict);
        let parts: Vec<String> = reason(comparison).map(str::to_owned).into_iter().chain(change(comparison)).collect();
        push_text(out, format!(" {}", parts.join("; ")));
    });
}

/// Appends the numbers of the total before and after: its count, median, p90 and p99, and the ratios of the last three.
pub(super) fn push_numbers(out: &mut Vec<u8>, comparison: &Comparison) {
    let Comparison { before, after, ratios, .. } = comparison;
    element(out, "dl", &[("class", "numbers both")], |out| {
        push_number(out, "closed", [before, after].map(|side| human::count(side.count)), "");
        for (name, of, ratio) in statistics(ratios).into_iter().skip(1) {
            let sides = [before, after].map(|side| of(side).map_or("-".to_owned(), human::time));
            let times = ratio.value.map_or(String::new(), |value| format!("\u{d7} {}", digits(value)));
            push_number(out, name, sides, &times);
        }
    });
}

/// Appends a number before and after, and below these the text of their ratio (`times`) if it is not empty.
fn push_number(out: &mut Vec<u8>, name: &str, [before, after]: [String; 2], times: &str) {
    element(out, "div", &[], |out| {
        tagged(out, "dt", "", name);
        element(out, "dd", &[], |out| {
            tagged(out, "span", "was", before);
            element(out, "span", &[("class", "to"), ("aria-label", "to")], |out| push_text(out, "\u{2192}"));
            push_text(out, after);
            if !times.is_empty() {
                tagged(out, "small", "", times);
            }
        });
    });
}
