//! The summary for people: aligned columns, a few decimals.

use super::summary::{LoopSummary, STATISTICS, Summary, statistics};
use crate::event::Nanos;
use crate::key::KeySource;
use crate::pattern::Grouping;
use crate::stats::Ledger;
use crate::stats::Transition;
use crate::text::push_plain;
use crate::text::{Unit, push_span, size};
use std::time::Duration;

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.write_interval(out, "interval ", " to ", " s\n");
    if summary.pairs {
        write_pairs(out, summary);
    } else {
        summary.loops.iter().for_each(|of_loop| write_loop(out, of_loop, summary));
    }
    write_categories(out, summary);
    let Ledger { lines, events, malformed, lost, matcher, bytes, .. } = &summary.ledger;
    line(
        out,
        &format!(
            "{lines} lines, {events} events, {malformed} malformed, {lost} lost, {} out of order, {} evicted, {} unfinished",
            matcher.out_of_order, matcher.evicted, matcher.unfinished
        ),
    );
    line(out, &format!("{} in {}", size(*bytes), duration(summary.elapsed)));
    if summary.interval.is_some() {
        out.push(b'\n');
    }
}

/// `events: kvm___ 1039, sys__ppoll 1038, ...`, in lines of a terminal's width.
fn write_categories(out: &mut Vec<u8>, summary: &Summary<'_>) {
    const WIDTH: usize = 100;
    let Some((_, rest)) = summary.categories.split_first() else { return };
    let mut text = "events:".to_owned();
    for (at, (name, count)) in summary.categories.iter().enumerate() {
        let mut shown = Vec::new();
        push_plain(&mut shown, name);
        let comma = if at < rest.len() { "," } else { "" };
        let item = format!(" {} {count}{comma}", String::from_utf8_lossy(&shown));
        if text.len() + item.len() > WIDTH {
            line(out, &text);
            text = "   ".to_owned();
        }
        text.push_str(&item);
    }
    line(out, &text);
}

fn write_loop(out: &mut Vec<u8>, of_loop: &LoopSummary<'_>, summary: &Summary<'_>) {
    let unit = summary.unit;
    let LoopSummary { spec, key, how, .. } = of_loop;
    let by = if spec.key_source() == KeySource::Fields { String::new() } else { format!(" by {}", key.name()) };
    line(out, &format!("{}: {}{by}, {}", spec.name, spec.text(), how.name()));
    line(out, &closed(of_loop));
    for hint in &of_loop.hints {
        line(out, hint);
    }
    if of_loop.deltas.total().count() > 0 {
        let rows = of_loop.all().map(|(name, transition)| cells(name, transition, unit));
        align(out, &std::iter::once(header(unit.name(), &["count"])).chain(rows).collect::<Vec<_>>(), 1);
    }
    if let (Some(by), [_, ..]) = (summary.by, of_loop.groups.as_slice()) {
        write_groups(out, of_loop, by, unit);
    }
    let seen = spec.positions.iter().zip(of_loop.seen).map(|(position, seen)| format!("{} {seen}", position.label));
    line(out, &format!("seen: {}", seen.collect::<Vec<_>>().join(", ")));
    out.push(b'\n');
}

fn closed(of_loop: &LoopSummary<'_>) -> String {
    let count = of_loop.deltas.total().count();
    match (of_loop.first, of_loop.last) {
        (Some((Nanos(first), _)), Some((Nanos(last), _))) => {
            // Rows come in the order of the input, whose times may step back.
            let mut span = Vec::new();
            push_span(&mut span, Nanos(last.abs_diff(first)), Unit::Seconds);
            format!("closed {count} over {} s", String::from_utf8_lossy(&span))
        }
        _ => "closed 0".to_owned(),
    }
}

/// A line for each pair, with the sum of its times behind their count.
fn write_pairs(out: &mut Vec<u8>, summary: &Summary<'_>) {
    if summary.loops.is_empty() {
        return line(out, "no beginning and its end were seen, as of an enter and an exit\n");
    }
    let unit = summary.unit;
    let cells = |name: &str, transition: &Transition| {
        let mut cells = cells(name, transition, unit);
        let mut sum = Vec::new();
        push_span(&mut sum, Nanos(u64::try_from(transition.sum_ns()).unwrap_or(u64::MAX)), unit);
        cells.insert(2, String::from_utf8_lossy(&sum).into_owned());
        cells
    };
    let by = summary.by.map_or(String::new(), |by| format!(", by {by}"));
    let mut rows = vec![header(&format!("{}{by}", unit.name()), &["count", "sum"])];
    for of_loop in &summary.loops {
        rows.push(cells(&of_loop.spec.name, of_loop.deltas.total()));
        for group in &of_loop.groups {
            rows.push(cells(&format!("  {}", group.shown()), group.deltas.total()));
        }
    }
    align(out, &rows, 1);
    out.push(b'\n');
}

/// A line for each group and transition; for one transition, which is the total, a line for each group.
fn write_groups(out: &mut Vec<u8>, of_loop: &LoopSummary<'_>, by: &Grouping, unit: Unit) {
    let single = of_loop.names.len() == 1;
    let mut rows = vec![header(&format!("by {by}"), if single { &["count"] } else { &["transition", "count"] })];
    for group in &of_loop.groups {
        let mut label = group.shown();
        if single {
            rows.push(cells(&label, group.deltas.total(), unit));
            continue;
        }
        for (name, transition) in of_loop.all_of(group.deltas) {
            let mut row = cells(name, transition, unit);
            row.insert(0, std::mem::take(&mut label));
            rows.push(row);
        }
    }
    align(out, &rows, if single { 1 } else { 2 });
}

/// What stands above names and counts, and above the statistics.
fn header(name: &str, counts: &[&str]) -> Vec<String> {
    std::iter::once(name).chain(counts.iter().copied()).chain(STATISTICS).map(str::to_owned).collect()
}

/// Name, count and statistics; the inexact ones with decimals down to a nanosecond.
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

/// So many columns of names to the left, numbers to the right.
fn align(out: &mut Vec<u8>, rows: &[Vec<String>], names: usize) {
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
        line(out, &text);
    }
}

fn line(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}
