//! Tables of statistics: of the transitions of a loop, of its groups, and of pairs.

use super::element::{element, push_text, tagged};
use super::human;
use crate::pattern::FieldReferences;
use crate::report::columns::Table;
use crate::report::phrases::more_values;
use crate::report::statistics::{Amount, names, push_amount, statistics};
use crate::report::style::Style;
use crate::report::summary::LoopSummary;
use crate::stats::{Deltas, Transition};

/// A row of a table of statistics.
struct Row<'a> {
    name: String,
    /// The id of the part of the page to which the name of the row links; empty if there is no such part.
    link: String,
    /// The class of the row in the style sheet, or an empty text.
    class: &'static str,
    /// The transition whose statistics the row shows; `None` if the row is a heading of the rows below it.
    transition: Option<&'a Transition>,
}

impl<'a> Row<'a> {
    fn new(name: String, transition: &'a Transition) -> Row<'a> {
        Row { name, link: String::new(), class: "", transition: Some(transition) }
    }
}

/// Appends the statistics of the transitions of a loop. If there are several, the statistics of the total follow.
pub(super) fn push_transitions(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, style: &Style) {
    push_rows(out, human::unit_name(style.unit), &rows_of(loop_summary, loop_summary.deltas), style);
}

fn rows_of<'a>(loop_summary: &'a LoopSummary<'_>, deltas: &'a Deltas) -> Vec<Row<'a>> {
    let transitions = loop_summary.spec.transition_ends().zip(deltas.transitions());
    let row = |((from, to), transition)| Row::new(format!("{from} -> {to}"), transition);
    let mut rows: Vec<Row<'_>> = transitions.map(row).collect();
    if rows.len() > 1 {
        rows.push(Row { class: "total", ..Row::new("total".to_owned(), deltas.total()) });
    }
    rows
}

/// Appends the statistics of the groups of a loop (`-b`), at most `rows_max` rows.
pub(super) fn push_groups(
    out: &mut Vec<u8>,
    loop_summary: &LoopSummary<'_>,
    by: &FieldReferences,
    rows_max: usize,
    style: &Style,
) {
    let transitions = loop_summary.transition_names.len();
    let rows_of_group = if transitions == 1 { 1 } else { transitions + 2 };
    let (groups, mut left_out) = loop_summary.largest_groups();
    let groups: Vec<_> = groups.collect();
    let shown = (rows_max / rows_of_group).clamp(1, groups.len());
    left_out += groups.len() - shown;
    let mut rows = Vec::new();
    for group in groups.iter().take(shown) {
        let value = group.display_value();
        if transitions == 1 {
            rows.push(Row { class: "value", ..Row::new(value, group.deltas.total()) });
        } else {
            rows.push(Row { name: value, link: String::new(), class: "group", transition: None });
            rows.extend(rows_of(loop_summary, group.deltas));
        }
    }
    tagged(out, "h3", "", format!("By {by}"));
    push_rows(out, &format!("{by}, {}", human::unit_name(style.unit)), &rows, style);
    if left_out > 0 {
        tagged(out, "p", "note", more_values(left_out));
    }
}

/// Appends a table with the statistics of the totals of several loops. `id` returns the id of the part of the page
/// about a loop, to which its name links, or an empty text if there is no such part.
pub(super) fn push_totals<'a>(
    out: &mut Vec<u8>,
    loops: impl Iterator<Item = &'a LoopSummary<'a>>,
    id: impl Fn(&LoopSummary<'_>) -> String,
    style: &Style,
) {
    let row = |loop_summary: &'a LoopSummary<'a>| Row {
        link: id(loop_summary),
        ..Row::new(loop_summary.spec.name.clone(), loop_summary.deltas.total())
    };
    push_rows(out, human::unit_name(style.unit), &loops.map(row).collect::<Vec<_>>(), style);
}

/// Appends a table. All numbers of a column have the same number of decimals. A number that was rounded for this has
/// its exact value in its title, which browsers show under the mouse.
fn push_rows(out: &mut Vec<u8>, corner: &str, rows: &[Row<'_>], style: &Style) {
    let titles = names(style);
    let mut table = Table::new(String::new(), titles.clone());
    let amounts = |row: &Row<'_>| -> Option<Vec<Option<Amount>>> {
        Some(statistics(row.transition?, style).into_iter().map(|statistic| statistic.amount).collect())
    };
    for row in rows {
        match amounts(row) {
            Some(amounts) => table.push_row(String::new(), amounts),
            None => table.push_heading(String::new()),
        }
    }
    let texts = table.texts(style.unit);
    scrolling(out, |out| {
        element(out, "thead", &[], |out| {
            element(out, "tr", &[], |out| {
                element(out, "th", &[("scope", "col")], |out| push_text(out, corner));
                titles.iter().for_each(|title| element(out, "th", &[("scope", "col")], |out| push_text(out, title)));
            });
        });
        element(out, "tbody", &[], |out| {
            for (at, row) in rows.iter().enumerate() {
                let cells: Vec<&str> = texts.iter().filter_map(|column| column.get(at)).map(String::as_str).collect();
                push_row(out, row, &cells, amounts(row).unwrap_or_default(), style);
            }
        });
    });
}

fn push_row(out: &mut Vec<u8>, row: &Row<'_>, cells: &[&str], amounts: Vec<Option<Amount>>, style: &Style) {
    let columns = (cells.len() + 1).to_string();
    let [scope, columns] = if row.transition.is_some() { ["row", ""] } else { ["rowgroup", &columns] };
    element(out, "tr", &[("class", row.class)], |out| {
        element(out, "th", &[("scope", scope), ("colspan", columns)], |out| {
            if row.link.is_empty() {
                push_text(out, &row.name);
            } else {
                element(out, "a", &[("href", &format!("#{}", row.link))], |out| push_text(out, &row.name));
            }
        });
        for (cell, amount) in cells.iter().zip(amounts) {
            let mut exact = Vec::new();
            if let Some(amount) = amount.filter(|amount| !matches!(amount, Amount::Count(_))) {
                push_amount(&mut exact, amount, style.unit);
            }
            let exact = String::from_utf8_lossy(&exact).into_owned();
            let is_shown = exact.parse::<f64>().ok() == cell.parse::<f64>().ok();
            let title = if is_shown { "" } else { &exact };
            element(out, "td", &[("title", title)], |out| push_text(out, cell));
        }
    });
}

/// Appends a table that can be scrolled sideways where it is wider than the page.
pub(super) fn scrolling(out: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    element(out, "div", &[("class", "scroll")], |out| element(out, "table", &[], content));
}

/// Appends a table of texts. The first row is its header. Each row consists of its class in the style sheet (or an
/// empty text) and its cells.
pub(super) fn push_texts(out: &mut Vec<u8>, rows: &[(String, Vec<String>)]) {
    let [(_, header), rows @ ..] = rows else { return };
    scrolling(out, |out| {
        element(out, "thead", &[], |out| {
            element(out, "tr", &[], |out| {
                header.iter().for_each(|cell| element(out, "th", &[("scope", "col")], |out| push_text(out, cell)));
            });
        });
        element(out, "tbody", &[], |out| {
            for (class, cells) in rows {
                element(out, "tr", &[("class", class)], |out| {
                    let [first, others @ ..] = cells.as_slice() else { return };
                    element(out, "th", &[("scope", "row")], |out| push_text(out, first));
                    others.iter().for_each(|cell| tagged(out, "td", "", cell));
                });
            }
        });
    });
}
