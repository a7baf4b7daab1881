//! Writes what is different in the slow loops (`--explain`) for people: the answer in sentences, and then the numbers.

use super::states::percent;
use super::style::Style;
use super::summary::LoopSummary;
use crate::text::Unit;
use crate::why::State;
use crate::why::explain::{Explanation, Means, Share, WhereRow};

/// A sentence names only causes that have at least this share of the extra time, which is the time that a slow loop
/// takes longer than the others.
const SAID_MIN: f64 = 0.1;
/// The largest number of sentences about where the time went.
const SAID_MAX: usize = 3;

/// Returns the lines of the table. There are none without `--explain`, or if no loop has closed.
pub(super) fn explain_lines(loop_summary: &LoopSummary<'_>, style: &Style) -> Vec<String> {
    let Some(Some(explanation)) = &loop_summary.explanation else { return Vec::new() };
    let Explanation { tail: (count, from), rest, .. } = explanation;
    let unit = style.unit;
    let from = format!("{} {}", amount(from.0 as f64, unit), unit.name());
    let all = count + rest;
    let mut lines = vec![format!("why slow: the slowest {count} of {all}, from {from}, beside the other {rest}")];
    if *rest == 0 {
        lines.push("  there are no others to compare with".to_owned());
    } else {
        let said = sentences(explanation);
        lines.extend(said.into_iter().map(|sentence| format!("  {sentence}")));
    }
    push_times(&mut lines, loop_summary, explanation, unit);
    push_counts(&mut lines, explanation);
    lines
}

/// Returns the sentences that say what is different in the slow loops.
fn sentences(explanation: &Explanation) -> Vec<String> {
    let is_said = |share: &Share| share.share.is_some_and(|share| share >= SAID_MIN);
    let rows = explanation.where_.iter().filter(|row| is_said(&row.time)).take(SAID_MAX);
    let mut said: Vec<String> = rows.map(where_sentence).collect();
    if let Some(origin) = explanation.origins.first().filter(|origin| is_said(&origin.time)) {
        let share = percent(origin.time.share.unwrap_or(0.0));
        let comm = origin.comm.as_deref().map_or("nobody known".to_owned(), text);
        let state = origin.state.map_or("", State::name);
        said.push(format!("{share} of the extra time goes back to {comm}, {state}{}", under(origin.event.as_deref())));
    }
    for row in &explanation.values {
        let [tail, rest] = shares(row.share);
        let (field, value) = (text(&row.field), text(&row.value));
        said.push(format!("{field} {value} has {tail} of the slow ones, {rest} of the others"));
    }
    for row in &explanation.around {
        let [tail, rest] = per_ms(row.per_ms);
        let (comm, event) = (row.comm.as_deref().map_or("-".to_owned(), text), text(&row.event));
        said.push(format!("meanwhile {comm}: {event} {tail} times in a ms, and {rest} times while the others went on"));
    }
    if said.is_empty() { vec!["nothing stands out".to_owned()] } else { said }
}

fn where_sentence(row: &WhereRow) -> String {
    let share = percent(row.time.share.unwrap_or(0.0));
    let state = row.state.map_or("", State::name);
    let spot = format!("{state}{}", under(row.event.as_deref()));
    let spot = spot.trim_start();
    let cause = row.by.first().filter(|(_, means)| means.excess() > 0.0).map(|(comm, _)| comm.as_deref().map(text));
    let cause = match (row.state, cause.flatten().as_deref()) {
        (Some(State::Runnable), Some("idle")) => {
            ", while the CPU was idle (a quota, or a CPU that was slow to wake)".to_owned()
        }
        (Some(State::Runnable), Some(comm)) => format!(", behind {comm}"),
        (Some(_), Some(comm)) => format!(", woken by {comm}"),
        _ => String::new(),
    };
    format!("{share} of the extra time: {spot}{cause}")
}

/// Returns the end of a phrase such as `sleeping in sys_enter_read`, which names the event under which the time counts.
fn under(event: Option<&[u8]>) -> String {
    match event {
        Some(b"others") => "elsewhere".to_owned(),
        Some(event) if event.starts_with(b"sys_enter_") => format!(" in {}", text(event)),
        Some(event) => format!(" after {}", text(event)),
        None => String::new(),
    }
}

/// Appends the tables of times: of the transitions, of where the time went with its causes, and of the origins, which
/// are the threads for which the loops waited in the end.
fn push_times(lines: &mut Vec<String>, loop_summary: &LoopSummary<'_>, explanation: &Explanation, unit: Unit) {
    let cells = |name: String, time: &Share, loops: Option<u64>| {
        let share = time.share.map_or("-".to_owned(), percent);
        let loops = loops.map_or(String::new(), |loops| loops.to_string());
        [name, amount(time.means.tail, unit), optional(time.means.rest, unit), share, loops]
    };
    let heading = |name: &str| [name, "slow", "others", "share", "loops"].map(str::to_owned);
    let mut rows = vec![heading(&format!("{} per loop", unit.name()))];
    let names = loop_summary.spec.transition_ends().map(|(from, to)| format!("{from} -> {to}"));
    let names: Vec<String> = names.chain(["total".to_owned()]).collect();
    let is_single = names.len() == 2;
    for (name, time) in names.into_iter().zip(&explanation.transitions).skip(usize::from(is_single)) {
        rows.push(cells(name, time, None));
    }
    for row in &explanation.where_ {
        let state = row.state.map_or("", State::name);
        let name = format!("{state}{}", under(row.event.as_deref()));
        rows.push(cells(format!("  {}", name.trim_start()), &row.time, Some(row.loops)));
        for (comm, means) in &row.by {
            let name = format!("    by {}", comm.as_deref().map_or("nobody known".to_owned(), text));
            rows.push([name, amount(means.tail, unit), optional(means.rest, unit), String::new(), String::new()]);
        }
    }
    for origin in &explanation.origins {
        let comm = origin.comm.as_deref().map_or("nobody known".to_owned(), text);
        let state = origin.state.map_or("", State::name);
        let name = format!("  goes back to {comm}, {state}{}", under(origin.event.as_deref()));
        rows.push(cells(name, &origin.time, None));
    }
    lines.extend(aligned(&rows));
}

/// Appends the table of events inside of the loops.
fn push_counts(lines: &mut Vec<String>, explanation: &Explanation) {
    let is_news = |means: &Means| means.excess() != 0.0;
    let mut rows = vec![["events per loop", "slow", "others"].map(str::to_owned)];
    for (event, means) in explanation.inside.iter().filter(|(_, means)| is_news(means)) {
        rows.push([format!("  {}", text(event)), count(means.tail), means.rest.map_or("-".to_owned(), count)]);
    }
    if rows.len() > 1 {
        lines.extend(aligned(&rows));
    }
}

/// Returns rows as lines. The first column is aligned to the left, and the others to the right.
fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let mut line = format!("{:width$}", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(widths).skip(1) {
            line.push_str(&format!("  {cell:>width$}"));
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shares(means: Means) -> [String; 2] {
    [percent(means.tail), means.rest.map_or("-".to_owned(), percent)]
}

fn per_ms(means: Means) -> [String; 2] {
    [count(means.tail), means.rest.map_or("-".to_owned(), count)]
}

/// Returns a number of events with about three significant digits.
fn count(value: f64) -> String {
    match value {
        _ if value == 0.0 => "0".to_owned(),
        _ if value < 0.0095 => format!("{value:.0e}"),
        _ if value < 9.995 => format!("{value:.2}"),
        _ if value < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn optional(ns: Option<f64>, unit: Unit) -> String {
    ns.map_or("-".to_owned(), |ns| amount(ns, unit))
}

/// Returns the text of a time of `ns` nanoseconds in this unit. It has four significant digits, or fewer if the time is
/// shorter than one unit, because there are never more than three decimals.
fn amount(ns: f64, unit: Unit) -> String {
    let value = ns / unit.in_ns() as f64;
    let digits = if value.abs() < 1.0 { 0 } else { value.abs().log10() as usize };
    format!("{value:.decimals$}", decimals = 3_usize.saturating_sub(digits).min(unit.decimals().max(1)))
}
