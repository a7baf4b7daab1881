//! Writes a comparison for people: for each loop the answer in words, and then the numbers before the change (in the
//! baseline) and after it (in the inputs of the run).

use super::compared::{Compared, ComparedLoop, ComparedTransition};
use crate::compare::{Comparison, Method, Ratio, Ratios, Shape, Statistics, Verdict};
use crate::key::KeySource;
use crate::report::style::Style;
use crate::text::{Unit, push_plain};

/// Appends the comparison.
pub fn write(out: &mut Vec<u8>, compared: &Compared, style: &Style) {
    push_line(out, &format!("before: {}", compared.baseline.join(", ")));
    push_line(out, &format!("after:  {}", compared.inputs.join(", ")));
    for compared in compared.loops.iter().filter(|compared| !compared.is_pair) {
        out.push(b'\n');
        push_loop(out, compared, style.unit);
    }
    let pairs: Vec<&ComparedLoop> = compared.loops.iter().filter(|compared| compared.is_pair).collect();
    if !pairs.is_empty() {
        out.push(b'\n');
        push_pairs(out, &pairs, style.unit);
    }
}

fn push_loop(out: &mut Vec<u8>, compared: &ComparedLoop, unit: Unit) {
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
            push_line(out, &format!("{whose}{}", words(shape, unit)));
        }
    }
}

/// Returns the verdict in words, with the reason if it is unclear, and with the ratios of the median and the p99, which
/// decide it.
fn answer(comparison: &Comparison) -> String {
    let Comparison { ratios, verdict, before, after, method, is_too_short, .. } = comparison;
    if before.count == 0 || after.count == 0 {
        let side = match (before.count, after.count) {
            (0, 0) => "on either side",
            (0, _) => "before",
            _ => "after",
        };
        return format!("unclear, as no loop closed {side}");
    }
    let reason = match (verdict, is_too_short, method) {
        (Verdict::Unclear, _, Method::Independent) => {
            ", as the recording is too short to know how loops depend on each other"
        }
        (Verdict::Unclear, true, _) => ", as the recording is too short",
        (Verdict::Unclear, false, _) => ", the recordings do not show a change",
        _ => "",
    };
    format!("{}{reason}; the median took {}, the p99 {}", verdict.name(), times(&ratios.median), times(&ratios.p99))
}

/// Returns a ratio in words: `1.05 times as long (0.954 to 1.14)`.
fn times(ratio: &Ratio) -> String {
    let Some(value) = ratio.value else { return "an unknown time".to_owned() };
    let interval = match (ratio.low, ratio.high) {
        (Some(low), Some(high)) => format!("{} to {}", digits(low), digits(high)),
        (Some(low), None) => format!("at least {}", digits(low)),
        (None, Some(high)) => format!("at most {}", digits(high)),
        (None, None) => "no interval".to_owned(),
    };
    format!("{} times as long ({interval})", digits(value))
}

/// Returns a row for each statistic: its name, its values before and after, their ratio, the interval of the ratio, and
/// its p if it has one.
fn statistics_rows(comparison: &Comparison, unit: Unit) -> Vec<[String; 6]> {
    let Comparison { before, after, ratios, .. } = comparison;
    let count = ["  count".to_owned(), before.count.to_string(), after.count.to_string()];
    let mut rows = vec![row(count, ["", "", ""].map(str::to_owned))];
    for (name, of, ratio) in statistics(ratios) {
        let sides = [before, after].map(|side| of(side).map_or("-".to_owned(), |ns| time(ns, unit)));
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

/// A function that takes one statistic out of the statistics of a side.
type Of = fn(&Statistics) -> Option<f64>;

/// Returns for each compared statistic its name, the function that takes it out of a side, and its ratio.
fn statistics(ratios: &Ratios) -> [(&'static str, Of, Ratio); 4] {
    [
        ("mean", |side| side.mean, ratios.mean),
        ("median", |side| side.median, ratios.median),
        ("p90", |side| side.p90, ratios.p90),
        ("p99", |side| side.p99, ratios.p99),
    ]
}

/// Returns the interval of a ratio: `0.954 .. 1.14`. An end that is not known is `-`.
fn interval(ratio: &Ratio) -> String {
    let end = |end: Option<f64>| end.map_or("-".to_owned(), digits);
    format!("{} .. {}", end(ratio.low), end(ratio.high))
}

/// Returns the method of the comparison in words, and how much data it had on each side.
fn basis(comparison: &Comparison) -> String {
    let Comparison { method, effective, is_too_short, .. } = comparison;
    let [before, after] = effective.map(|size| format!("{size:.0}"));
    let method = match method {
        Method::Runs => format!("method runs: {before} inputs before and {after} after, each one observation"),
        Method::Blocks => format!("method blocks: worth {before} independent loops before and {after} after"),
        Method::Independent => "method independent: the loops closed in too few cells of time".to_owned(),
    };
    let short = if *is_too_short { ", fewer than the 20 that a verdict needs" } else { "" };
    format!("{method}{short}")
}

/// Returns the differences between the two distributions in words.
fn words(shape: &Shape, unit: Unit) -> String {
    let Shape { a12, ks, .. } = shape;
    let most = match ks.at {
        Some(at) => {
            let at = time(at.0 as f64, unit);
            format!(", and the shares up to {at} {} differ most, by {:.1} %", unit.name(), ks.d * 100.0)
        }
        None => String::new(),
    };
    format!("a loop after takes longer than one before in {:.1} % of the cases{most}", a12 * 100.0)
}

/// Appends a table of the pairs (loops that `--pairs` found in the input), with a line for each.
fn push_pairs(out: &mut Vec<u8>, pairs: &[&ComparedLoop], unit: Unit) {
    let titles = ["", "count", "median", "ratio", "interval", "p99", "ratio", "interval", "verdict"];
    let mut rows = vec![titles.map(str::to_owned)];
    unit.name().clone_into(&mut rows[0][0]);
    for (pair, total) in pairs.iter().filter_map(|pair| Some((pair, pair.total()?))) {
        let ComparedTransition { comparison: Comparison { before, after, ratios, verdict, .. }, .. } = total;
        let sides = |of: Of| {
            let [before, after] = [before, after].map(|side| of(side).map_or("-".to_owned(), |ns| time(ns, unit)));
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

/// Returns a time, which is given in nanoseconds, in the unit and with about four significant digits.
fn time(ns: f64, unit: Unit) -> String {
    let value = ns / unit.in_ns() as f64;
    let whole = if value < 1.0 { 0 } else { value.log10() as usize };
    format!("{value:.decimals$}", decimals = 3_usize.saturating_sub(whole).min(unit.decimals().max(1)))
}

/// Returns a number with three significant digits.
fn digits(number: f64) -> String {
    let whole = if number > 0.0 { number.log10().floor() } else { 0.0 };
    let decimals = (2.0 - whole).clamp(0.0, 4.0) as usize;
    format!("{number:.decimals$}")
}

fn push_line(out: &mut Vec<u8>, text: &str) {
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}
