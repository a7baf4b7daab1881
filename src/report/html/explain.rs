//! The explanation of the slow loops (`--explain`): first sentences that say what is different in them, and then the
//! numbers.

use super::element::{element, tagged};
use super::human;
use super::tables::push_texts;
use crate::report::explain::{Row, count_rows, sentences, subject, time_rows};
use crate::report::style::Style;
use crate::report::summary::LoopSummary;

/// Appends the explanation if the user asked for it and at least one loop has closed.
pub(super) fn push(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, style: &Style) {
    let Some(Some(explanation)) = &loop_summary.explanation else { return };
    let name = human::unit_name(style.unit);
    tagged(out, "h3", "", "Why slow");
    tagged(out, "p", "facts", subject(explanation, style.unit, name));
    element(out, "ul", &[("class", "answer")], |out| {
        sentences(explanation).iter().for_each(|sentence| tagged(out, "li", "", sentence));
    });
    element(out, "div", &[("class", "beside")], |out| {
        push_rows(out, &time_rows(loop_summary, explanation, style.unit, name));
        push_rows(out, &count_rows(explanation));
    });
}

/// Appends a table. The class of a row says how far its name is indented.
fn push_rows(out: &mut Vec<u8>, rows: &[Row]) {
    let texts = |row: &Row| [row.name.clone()].into_iter().chain(row.cells.iter().cloned()).collect();
    let rows: Vec<(String, Vec<String>)> = rows.iter().map(|row| (format!("l{}", row.level), texts(row))).collect();
    push_texts(out, &rows);
}
