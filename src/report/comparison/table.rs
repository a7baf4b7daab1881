//! Writes a comparison for people: for each loop the answer in words, and then the numbers before the change (in the
//! baseline) and after it (in the inputs of the run).

use super::compared::{Compared, ComparedLoop, ComparedTransition};
use super::phrases::{Of, answer, basis, digits, interval, statistics, words};
use crate::compare::{Comparison, Ratio};
use crate::key::KeySource;
use crate::report::statistics::four_digits;
use crate::report::style::Style;
use crate::text::{Unit, push_plain};

/// Appends the comparison.
pub fn write(out: &mut Vec<u8>, compared: &Compared<'_>, style: &Style) {
    push_line(out, &format!("before: {}", compared.baseline.join(", ")));
    push_line(out, &format!("after:  {}", compared.inputs.join(", ")));
    for compared in compared.loops.iter().filter(|compared| !compared.is_pair) {
        out.push(b'\n');
        push_loop(out, compared, style.unit);
    }
    let pairs: Vec<&ComparedLoop<'_>> = compared.loops.iter().filter(|compared| compared.is_pair).collect();
    if !pairs.is_empty() {
        out.push(b'\n');
        push_pairs(out, &pairs, style.unit);
    }
}

fn push_loop(out: &mut Vec<u8>, compared: &ComparedLoop<'_>, unit: Unit) {
    let key = compared.key.filter(|_| compared.spec.key_source() != KeySource::Fields);
    let by = key.map_or(String::new(), |key| format!(" by {}", key.name()));
    push_line(out, &format!("{}: {}{by}", compared.spec.name, compared.spec.text()));
    // If a loop has one transition, the total is this transition, so only the transition is shown.
    let is_single = compared.transitions.len() == 2;
    let shown = if is_single { &compared.transitions[..1] } else { &compared.transitions };
    for transition in shown {
        push_line(out, &format!("{}: {}", transition.title, answer(&transition.comparison)));
    }
    let mut rows = vec![["", "before", "after", "ratio", "95 % interval", ""].map(str::to_owned)];
    unit.name().clone_into(&mut rows[0][0]);
    for transition in shown {
        rows.push([
            transition.title.clone(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
        rows.extend(statistics_rows(&transition.comparison, unit));
    }
    push_rows(out, &rows);
    for transition in shown {
        let whose = if shown.len() == 1 { String::new() } else { format!("{}: ", transition.title) };
        push_line(out, &format!("{whose}{}", basis(&transition.comparison)));
        if let Some(shape) = &transition.comparison.shape {
            push_line(
                out,
                &format!("{whose}{}", words(shape, |at| format!("{} {}", four_digits(at.0 as f64, unit), unit.name()))),
            );
        }
    }
}

/// Returns a row for each statistic: its name, its values before and after, their ratio, the interval of the ratio, and
/// its p if it has one.
fn statistics_rows(comparison: &Comparison, unit: Unit) -> Vec<[String; 6]> {
    let Comparison { before, after, ratios, .. } = comparison;
    let count = ["  count".to_owned(), before.count.to_string(), after.count.to_string()];
    let mut rows = vec![row(count, ["", "", ""].map(str::to_owned))];
    for (name, of, ratio) in statistics(ratios) {
        let sides = [before, after].map(|side| of(side).map_or("-".to_owned(), |ns| four_digits(ns, unit)));
        let [before, after] = sides;
        let p = ratio.p.map_or(String::new(), |p| format!("p {}", digits(p)));
        let value = ratio.value.map_or("-".to_owned(), digits);
        rows.push(row([format!("  {name}"), before, after], [value, interval(&ratio), p]));
    }
    rows
}

fn row([name, before, after]: [String; 3], [ratio, interval, p]: [String; 3]) -> [String; 6] {
    [name, before, after, ratio, interval, p]
}

/// Appends a table of the pairs (loops that `--pairs` found in the input), with a line for each.
fn push_pairs(out: &mut Vec<u8>, pairs: &[&ComparedLoop<'_>], unit: Unit) {
    let titles = ["", "count", "median", "ratio", "interval", "p99", "ratio", "interval", "verdict"];
    let mut rows = vec![titles.map(str::to_owned)];
    unit.name().clone_into(&mut rows[0][0]);
    for (pair, total) in pairs.iter().filter_map(|pair| Some((pair, pair.total()?))) {
        let ComparedTransition { comparison: Comparison { before, after, ratios, verdict, .. }, .. } = total;
        let sides = |of: Of| {
            let [before, after] =
                [before, after].map(|side| of(side).map_or("-".to_owned(), |ns| four_digits(ns, unit)));
            format!("{before} > {after}")
        };
        let value = |ratio: &Ratio| ratio.value.map_or("-".to_owned(), digits);
        rows.push([
            pair.spec.name.clone(),
            format!("{} > {}", before.count, after.count),
            sides(|side| side.median),
            value(&ratios.median),
            interval(&ratios.median),
            sides(|side| side.p99),
            value(&ratios.p99),
            interval(&ratios.p99),
            verdict.name().to_owned(),
        ]);
    }
    push_rows(out, &rows);
}

/// Appends rows of texts in columns. The first and the last column are aligned to the left, and all others to the
/// right. A row with a text in its first column only is a heading, and does not make this column wider.
fn push_rows<const N: usize>(out: &mut Vec<u8>, rows: &[[String; N]]) {
    let is_row = |row: &&[String; N]| row[1..].iter().any(|cell| !cell.is_empty());
    let width = |at: usize| rows.iter().filter(is_row).map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:width$}"),
            _ if at == N - 1 => cell.clone(),
            _ => format!("{cell:>width$}"),
        });
        push_line(out, cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

fn push_line(out: &mut Vec<u8>, text: &str) {
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}
