//! Writes the summary for people, as a table with aligned columns. Means have decimals down to a nanosecond.

use super::statistics::{STATISTICS, statistics};
use super::style::Style;
use super::summary::{LoopSummary, Summary};
use crate::event::Nanos;
use crate::key::KeySource;
use crate::pattern::FieldReferences;
use crate::stats::{Ledger, Transition};
use crate::text::{Unit, push_plain, push_span, size};
use std::time::Duration;

/// The largest number of bytes in a line that lists events.
const WIDTH: usize = 100;

/// Appends the summary as a table.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    summary.push_interval(out, "interval ", " to ", " s\n");
    if summary.pairs {
        push_pairs(out, summary, style);
    } else {
        summary.loops.iter().for_each(|loop_summary| push_loop(out, loop_summary, summary, style));
    }
    push_categories(out, &summary.categories);
    push_ledger(out, &summary.ledger, summary.elapsed);
    if summary.interval.is_some() {
        out.push(b'\n');
    }
}

/// Appends the categories, `events: kvm___ 1039, sys__ppoll 1038, ...`, broken into lines of at most [`WIDTH`] bytes.
fn push_categories(out: &mut Vec<u8>, categories: &[(&[u8], u64)]) {
    let Some((_, rest)) = categories.split_first() else { return };
    let mut text = "events:".to_owned();
    for (at, (name, count)) in categories.iter().enumerate() {
        let mut plain_name = Vec::new();
        push_plain(&mut plain_name, name);
        let comma = if at < rest.len() { "," } else { "" };
        let item = format!(" {} {count}{comma}", String::from_utf8_lossy(&plain_name));
        if text.len() + item.len() > WIDTH {
            push_line(out, &text);
            text = "   ".to_owned();
        }
        text.push_str(&item);
    }
    push_line(out, &text);
}

fn push_ledger(out: &mut Vec<u8>, ledger: &Ledger, elapsed: Duration) {
    let Ledger { lines, events, malformed, lost, matcher, bytes, .. } = ledger;
    push_line(
        out,
        &format!(
            "{lines} lines, {events} events, {malformed} malformed, {lost} lost, {} out of order, {} evicted, {} unfinished",
            matcher.out_of_order, matcher.evicted, matcher.unfinished
        ),
    );
    push_line(out, &format!("{} in {}", size(*bytes), duration(elapsed)));
}

fn push_loop(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    let unit = style.unit;
    let LoopSummary { spec, key, matching, .. } = loop_summary;
    let by = if spec.key_source() == KeySource::Fields { String::new() } else { format!(" by {}", key.name()) };
    push_line(out, &format!("{}: {}{by}, {}", spec.name, spec.text(), matching.name()));
    push_line(out, &closed(loop_summary));
    for hint in &loop_summary.hints {
        push_line(out, hint);
    }
    if loop_summary.deltas.total().count() > 0 {
        let rows = loop_summary.transitions_and_total().map(|(name, transition)| cells(name, transition, unit));
        push_aligned(out, &std::iter::once(header(unit.name(), &["count"])).chain(rows).collect::<Vec<_>>(), 1);
    }
    if let (Some(by), [_, ..]) = (summary.by, loop_summary.groups.as_slice()) {
        push_groups(out, loop_summary, by, unit);
    }
    let seen =
        spec.positions.iter().zip(loop_summary.seen).map(|(position, seen)| format!("{} {seen}", position.unique_name));
    push_line(out, &format!("seen: {}", seen.collect::<Vec<_>>().join(", ")));
    out.push(b'\n');
}

/// Returns, for example, `closed 173 over 0.084 s`.
fn closed(loop_summary: &LoopSummary<'_>) -> String {
    let count = loop_summary.deltas.total().count();
    let outside = match loop_summary.outside {
        0 => String::new(),
        outside => format!(", and {outside} outside --min and --max"),
    };
    match (loop_summary.first, loop_summary.last) {
        (Some((Nanos(first), _)), Some((Nanos(last), _))) => {
            // The difference has no sign, because loops close in the order of the input, where time may step back.
            format!("closed {count} over {} s{outside}", span_text(Nanos(last.abs_diff(first)), Unit::Seconds))
        }
        _ => format!("closed 0{outside}"),
    }
}

/// Appends a line for each pair (`--pairs`): the count, the sum and the statistics of its total.
fn push_pairs(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    if summary.loops.is_empty() {
        push_line(out, "no beginning and its end were seen, as of an enter and an exit");
        return out.push(b'\n');
    }
    let unit = style.unit;
    let cells = |name: &str, transition: &Transition| {
        let mut cells = cells(name, transition, unit);
        // A sum of more than 584 years does not fit into 64 bits; it is shown as the largest number that fits.
        let sum_ns = u64::try_from(transition.sum_ns()).unwrap_or(u64::MAX);
        cells.insert(2, span_text(Nanos(sum_ns), unit));
        cells
    };
    let by = summary.by.map_or(String::new(), |by| format!(", by {by}"));
    let mut rows = vec![header(&format!("{}{by}", unit.name()), &["count", "sum"])];
    for loop_summary in &summary.loops {
        rows.push(cells(&loop_summary.spec.name, loop_summary.deltas.total()));
        let (groups, left_out) = loop_summary.largest_groups();
        for group in groups {
            rows.push(cells(&format!("  {}", group.display_value()), group.deltas.total()));
        }
        if left_out > 0 {
            rows.push(vec![format!("  ({})", more_values(left_out))]);
        }
    }
    push_aligned(out, &rows, 1);
    out.push(b'\n');
}

/// Appends a line for each transition of each group, and for its total. If the loop has only one transition, that is
/// the total, and each group has one line.
fn push_groups(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, by: &FieldReferences, unit: Unit) {
    let is_single = loop_summary.transition_names.len() == 1;
    let mut rows = vec![header(&format!("by {by}"), if is_single { &["count"] } else { &["transition", "count"] })];
    let (groups, left_out) = loop_summary.largest_groups();
    for group in groups {
        let mut value = group.display_value();
        if is_single {
            rows.push(cells(&value, group.deltas.total(), unit));
            continue;
        }
        for (name, transition) in loop_summary.transitions_and_total_of(group.deltas) {
            let mut row = cells(name, transition, unit);
            // Only the first line of a group shows the group value.
            row.insert(0, std::mem::take(&mut value));
            rows.push(row);
        }
    }
    push_aligned(out, &rows, if is_single { 1 } else { 2 });
    if left_out > 0 {
        push_line(out, &more_values(left_out));
    }
}

/// Returns the line about values of `-b` that the table does not show.
fn more_values(count: usize) -> String {
    format!("and {count} more values with smaller sums, which json and tsv show")
}

/// Returns the header of a table: the first column, the columns of `next`, and the statistics.
fn header(first: &str, next: &[&str]) -> Vec<String> {
    std::iter::once(first).chain(next.iter().copied()).chain(STATISTICS).map(str::to_owned).collect()
}

/// Returns a row of a table: the name, the count and the statistics. Mean and standard deviation are rounded to whole
/// nanoseconds, or to tenths if the unit is nanoseconds.
fn cells(name: &str, transition: &Transition, unit: Unit) -> Vec<String> {
    let decimals = unit.decimals().max(1);
    let rounded = |ns: Option<f64>| ns.map(|ns| format!("{:.decimals$}", ns / unit.in_ns() as f64));
    let mut values =
        statistics(transition, unit).map(|value| value.map(|text| String::from_utf8_lossy(&text).into_owned()));
    values[0] = rounded(transition.mean_ns());
    values[1] = rounded(transition.stddev_ns());
    let values = values.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned()));
    [name.to_owned(), transition.count().to_string()].into_iter().chain(values).collect()
}

/// Appends rows with aligned columns. The first `names` columns are aligned to the left, the others to the right.
fn push_aligned(out: &mut Vec<u8>, rows: &[Vec<String>], names: usize) {
    let columns = rows.first().map_or(0, Vec::len);
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let mut text = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            text.push_str(if at == 0 { "" } else { "  " });
            text.push_str(&if at < names { format!("{cell:width$}") } else { format!("{cell:>width$}") });
        }
        push_line(out, &text);
    }
}

/// Appends a line. It is escaped, because the loops of a `delta_processor.conf` may contain control characters in their
/// quotes.
fn push_line(out: &mut Vec<u8>, text: &str) {
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}

fn span_text(span: Nanos, unit: Unit) -> String {
    let mut text = Vec::new();
    push_span(&mut text, span, unit);
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns a duration as `12.3 ms` or `4.56 s`.
fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}
