//! Phrases that the table and the page for browsers share.

use super::summary::LoopSummary;
use crate::event::Nanos;
use crate::stats::Ledger;

/// Returns, for example, `closed 173 of 520 begun over 0.084 s`.
pub(super) fn closed(loop_summary: &LoopSummary<'_>) -> String {
    let LoopSummary { deltas, begun, expired, outside, row_times, .. } = loop_summary;
    let span = row_times.span().map(|(span, _)| span).filter(|span| span.0 > 0);
    let over = span.map_or(String::new(), |span| format!(" over {} s", seconds(span)));
    let mut text = format!("closed {} of {begun} begun{over}", deltas.total().count());
    for (count, what) in [(outside, "outside of --min and --max"), (expired, "expired")] {
        if *count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

/// Returns the sentence about values of `-b` that the table and the page do not show.
pub(super) fn more_values(count: usize) -> String {
    format!("and {count} more values with smaller sums, which json and tsv show")
}

/// Returns the counts of the input that are not 0, for example `120 lines`, `96 events` and `24 skipped`.
pub(super) fn counts(ledger: &Ledger) -> Vec<String> {
    let Ledger { lines, records, events, own, skipped, malformed, lost, matcher, .. } = ledger;
    let text_lines = lines - records;
    let mut items = Vec::new();
    if text_lines > 0 || *records == 0 {
        items.push(counted(text_lines, "line"));
    }
    if *records > 0 {
        items.push(counted(*records, "record"));
    }
    items.push(counted(*events, "event"));
    let others = [
        (*own, "own"),
        (*skipped, "skipped"),
        (*malformed, "malformed"),
        (*lost, "lost"),
        (matcher.out_of_order, "out of order"),
        (matcher.evicted, "evicted"),
        (matcher.unfinished, "unfinished"),
    ];
    items.extend(others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    items
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Returns a span in seconds. It has as many decimals as three significant digits need, but at least 3, and no zeros at
/// the end.
fn seconds(span: Nanos) -> String {
    let Nanos(ns) = span;
    let digits_of_ns = if ns == 0 { 1 } else { ns.ilog10() as usize + 1 };
    let decimals = 12_usize.saturating_sub(digits_of_ns).clamp(3, 9);
    let text = format!("{:.decimals$}", ns as f64 / 1e9);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_three_digits() {
        for (ns, text) in [
            (0, "0"),
            (8_000, "0.000008"),
            (84_024_000, "0.084"),
            (1_606_031, "0.00161"),
            (1, "0.000000001"),
            (999_800_000_000, "999.8"),
            (12_345_678_901, "12.346"),
            (2_000_000_000, "2"),
        ] {
            assert_eq!(seconds(Nanos(ns)), text);
        }
    }
}
