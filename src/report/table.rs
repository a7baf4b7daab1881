//! Writes the summary for people: tables with aligned columns, in lines that fit into a terminal.

use super::columns::{Table, WIDTH};
use super::discovery::{push_command, times};
use super::explain::explain_lines;
use super::hist::histogram_lines;
use super::phrases::{closed, counts, more_values};
use super::states::states_lines;
use super::statistics::{Amount, names, statistics};
use super::style::Style;
use super::summary::{LoopSummary, OVERVIEW, Summary};
use super::{slowest, unfinished};
use crate::diagnosis::Proposal;
use crate::key::KeySource;
use crate::matcher::Matching;
use crate::pattern::FieldReferences;
use crate::stats::{Deltas, Ledger, Transition};
use crate::text::{push_plain, size};
use std::ffi::OsString;
use std::time::Duration;

/// The largest number of pairs for which the table has histograms and the analyses that say why they were slow. They
/// are the pairs with the largest sums of totals.
const DETAILED_PAIRS_MAX: usize = 10;

/// The largest number of event names that are listed.
const EVENTS_MAX: usize = 12;

/// The comments behind proposed commands begin at this column, in characters. If all commands are shorter, they begin
/// earlier. The comment of a longer command stands directly behind the command.
const COMMAND_WIDTH: usize = 76;
/// The largest number of proposed loops in an overview.
const PROPOSED_MAX: usize = 20;

/// Appends the summary.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    summary.push_interval(out, "interval ", " to ", " s\n");
    if summary.proposed.is_some() {
        push_line(out, OVERVIEW);
        out.push(b'\n');
    }
    let loops = summary.loops.iter().filter(|loop_summary| !loop_summary.is_pair);
    loops.for_each(|loop_summary| push_loop(out, loop_summary, summary, style));
    if summary.pairs {
        push_pairs(out, summary, style);
    }
    if let Some(proposed) = &summary.proposed {
        push_proposals(out, proposed, &style.arguments);
    }
    push_events(out, &summary.events);
    push_ledger(out, &summary.ledger, summary.elapsed);
    if summary.interval.is_some() {
        out.push(b'\n');
    }
}

/// Appends the proposed loops, one command in each line. The comment behind a command says how often its loop
/// closes.
fn push_proposals(out: &mut Vec<u8>, proposed: &[Proposal], arguments: &[OsString]) {
    if proposed.is_empty() {
        return;
    }
    let commands: Vec<String> = proposed
        .iter()
        .take(PROPOSED_MAX)
        .map(|proposal| {
            let mut command = Vec::new();
            push_command(&mut command, proposal, arguments);
            String::from_utf8_lossy(&command).into_owned()
        })
        .collect();
    let width = commands.iter().map(|command| command.chars().count()).max().unwrap_or(0).min(COMMAND_WIDTH);
    push_line(out, "loops worth asking for, most frequent first:");
    for (command, proposal) in commands.iter().zip(proposed) {
        push_line(out, &format!("{command:width$}  # closes {}", times(proposal)));
    }
    if let Some(more) = proposed.len().checked_sub(PROPOSED_MAX).filter(|more| *more > 0) {
        push_line(out, &format!("and {more} more, which --discover shows"));
    }
    out.push(b'\n');
}

fn push_loop(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    let LoopSummary { spec, key, matching, .. } = loop_summary;
    let by = if spec.key_source() == KeySource::Fields { String::new() } else { format!(" by {}", key.name()) };
    let matching = if *matching == Matching::default() { String::new() } else { format!(", {}", matching.name()) };
    push_line(out, &format!("{}: {}{by}{matching}", spec.name, spec.text()));
    push_line(out, &closed(loop_summary));
    for hint in &loop_summary.hints {
        push_line(out, hint);
    }
    if loop_summary.deltas.total().count() > 0 {
        push_statistics(out, loop_summary, summary.by, style);
        push_histograms(out, loop_summary, summary.by, style);
    }
    push_positions(out, "seen:", loop_summary, loop_summary.seen);
    if loop_summary.left_out.iter().any(|count| *count > 0) {
        push_positions(out, "left out by the selection:", loop_summary, loop_summary.left_out);
    }
    push_why(out, loop_summary, summary, style);
    out.push(b'\n');
}

/// Appends the analyses that say why a loop was slow.
fn push_why(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>, style: &Style) {
    if loop_summary.deltas.total().count() > 0 {
        explain_lines(loop_summary, style).iter().for_each(|line| push_line(out, line));
        states_lines(loop_summary, style).iter().for_each(|line| push_line(out, line));
    }
    slowest::push_table(out, loop_summary, summary, style);
    unfinished::push_table(out, loop_summary, style);
}

/// Appends a count for each position.
fn push_positions(out: &mut Vec<u8>, heading: &str, loop_summary: &LoopSummary<'_>, counts: &[u64]) {
    let positions = loop_summary.spec.positions.iter().zip(counts);
    push_list(out, heading, positions.map(|(position, count)| format!("{} {count}", position.unique_name)).collect());
}

/// Appends the table of a loop: a line for each transition and one for the total, and then the same for each group. If
/// the loop has only one transition, there is one line, because the transition is the total.
fn push_statistics(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, by: Option<&FieldReferences>, style: &Style) {
    let is_single = loop_summary.transition_names.len() == 1;
    let mut table = Table::new(style.unit.name().to_owned(), names(style));
    push_transitions(&mut table, loop_summary, loop_summary.deltas, "", style);
    if let (Some(by), [_, ..]) = (by, loop_summary.groups.as_slice()) {
        if is_single {
            table.push_heading(format!("by {by}"));
        }
        let (groups, left_out) = loop_summary.largest_groups();
        for group in groups {
            let value = group.display_value();
            if is_single {
                table.push_row(format!("  {value}"), amounts(group.deltas.total(), style));
            } else {
                table.push_heading(format!("by {by}: {value}"));
                push_transitions(&mut table, loop_summary, group.deltas, "  ", style);
            }
        }
        if left_out > 0 {
            table.push_heading(more_values(left_out));
        }
    }
    push_table(out, &table, style);
}

/// Appends the histogram of each transition of a loop, and then those of each of its groups, if the user asked for
/// histograms.
fn push_histograms(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, by: Option<&FieldReferences>, style: &Style) {
    if !style.hist {
        return;
    }
    push_histograms_of(out, loop_summary, loop_summary.deltas, "", style);
    let Some(by) = by else { return };
    for group in loop_summary.largest_groups().0 {
        push_histograms_of(out, loop_summary, group.deltas, &format!(", by {by}: {}", group.display_value()), style);
    }
}

/// Appends the histogram of each transition, with its name and `whose` in a line above it, and that of the total if there
/// are several transitions. `deltas` are those of the loop, or of one of its groups.
fn push_histograms_of(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, deltas: &Deltas, whose: &str, style: &Style) {
    let mut push = |name: &str, transition: &Transition| {
        push_line(out, &format!("{name}{whose}, {}", style.unit.name()));
        histogram_lines(transition, style.unit).iter().for_each(|line| push_line(out, line));
    };
    for ((from, to), transition) in loop_summary.spec.transition_ends().zip(deltas.transitions()) {
        push(&format!("{from} -> {to}"), transition);
    }
    if deltas.transitions().len() > 1 {
        push("total", deltas.total());
    }
}

/// Adds a row for each transition, named `A -> B`, and one for the total if there are several.
fn push_transitions(table: &mut Table, loop_summary: &LoopSummary<'_>, deltas: &Deltas, indent: &str, style: &Style) {
    let transitions = loop_summary.spec.transition_ends().zip(deltas.transitions());
    for ((from, to), transition) in transitions {
        table.push_row(format!("{indent}{from} -> {to}"), amounts(transition, style));
    }
    if deltas.transitions().len() > 1 {
        table.push_row(format!("{indent}total"), amounts(deltas.total(), style));
    }
}

/// Appends a line for each pair (`--pairs`), and below it a line for each of its groups.
fn push_pairs(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    let pairs = || summary.loops.iter().filter(|loop_summary| loop_summary.is_pair);
    if pairs().next().is_none() {
        push_line(out, "no beginning and its end were seen, as of an enter and an exit");
        return out.push(b'\n');
    }
    let by = summary.by.map_or(String::new(), |by| format!(", by {by}"));
    let mut table = Table::new(format!("{}{by}", style.unit.name()), names(style));
    // The summary of an interval leaves out a pair that did not close in it, because the line would have no numbers.
    let is_shown = |pair: &&LoopSummary<'_>| summary.interval.is_none() || pair.deltas.total().count() > 0;
    for loop_summary in pairs().filter(is_shown) {
        table.push_row(loop_summary.spec.name.clone(), amounts(loop_summary.deltas.total(), style));
        let (groups, left_out) = loop_summary.largest_groups();
        for group in groups {
            table.push_row(format!("  {}", group.display_value()), amounts(group.deltas.total(), style));
        }
        if left_out > 0 {
            table.push_heading(format!("  ({})", more_values(left_out)));
        }
    }
    push_table(out, &table, style);
    for LoopSummary { spec, hints, .. } in pairs() {
        hints.iter().for_each(|hint| push_line(out, &format!("{}: {hint}", spec.name)));
    }
    out.push(b'\n');
    for loop_summary in pairs().take(DETAILED_PAIRS_MAX) {
        let before = out.len();
        if loop_summary.deltas.total().count() > 0 {
            push_histograms(out, loop_summary, summary.by, style);
        }
        push_why(out, loop_summary, summary, style);
        if out.len() > before {
            let heading = format!("{}: {}\n", loop_summary.spec.name, loop_summary.spec.text());
            out.splice(before..before, heading.into_bytes());
            out.push(b'\n');
        }
    }
}

fn amounts(transition: &Transition, style: &Style) -> Vec<Option<Amount>> {
    statistics(transition, style).into_iter().map(|statistic| statistic.amount).collect()
}

fn push_table(out: &mut Vec<u8>, table: &Table, style: &Style) {
    table.lines(style.unit).iter().for_each(|line| push_line(out, line));
}

/// Appends a list such as `events: kvm_fpu 1039, kvm_mmio 520, ..., and 3 more`.
fn push_events(out: &mut Vec<u8>, events: &[(&[u8], u64)]) {
    if events.is_empty() {
        return;
    }
    let name = |name: &[u8]| {
        let mut plain = Vec::new();
        push_plain(&mut plain, name);
        String::from_utf8_lossy(&plain).into_owned()
    };
    let mut items: Vec<String> =
        events.iter().take(EVENTS_MAX).map(|(event, count)| format!("{} {count}", name(event))).collect();
    if events.len() > EVENTS_MAX {
        items.push(format!("and {} more", events.len() - EVENTS_MAX));
    }
    push_list(out, "events:", items);
}

/// Appends the counts of the input that are not 0, its size, and the time that the run took.
fn push_ledger(out: &mut Vec<u8>, ledger: &Ledger, elapsed: Duration) {
    let size = format!("{} in {}", size(ledger.bytes), duration(elapsed));
    push_list(out, "", counts(ledger).into_iter().chain([size]).collect());
}

/// Appends a list, with commas between its items. If it is wider than a terminal, it goes on in further lines, which
/// are indented so that they begin below the first item.
fn push_list(out: &mut Vec<u8>, heading: &str, items: Vec<String>) {
    let indent = if heading.is_empty() { 0 } else { heading.len() + 1 };
    let last = items.len().saturating_sub(1);
    let mut line = heading.to_owned();
    for (at, item) in items.iter().enumerate() {
        let comma = if at < last { "," } else { "" };
        let is_first = line.len() <= indent;
        if !is_first && line.chars().count() + item.chars().count() + 2 > WIDTH {
            push_line(out, &line);
            line = " ".repeat(indent);
        }
        line.push_str(if line.is_empty() || line.ends_with(' ') { "" } else { " " });
        line.push_str(item);
        line.push_str(comma);
    }
    push_line(out, &line);
}

/// Appends a line. It is escaped, because the loops of a `delta_processor.conf` may contain control characters in their
/// quotes.
fn push_line(out: &mut Vec<u8>, text: &str) {
    push_plain(out, text.as_bytes());
    out.push(b'\n');
}

/// Returns, for example, `12.3 ms` or `4.56 s`.
fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_on_in_further_lines() {
        let mut out = Vec::new();
        push_list(&mut out, "seen:", (0..5).map(|at| format!("{} {at}", "n".repeat(40))).collect());
        let name = "n".repeat(40);
        let expected = format!("seen: {name} 0, {name} 1,\n      {name} 2, {name} 3,\n      {name} 4\n");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
