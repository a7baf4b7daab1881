//! Writes what is different in the slow loops (`--explain`) for people: the answer in sentences, and then the numbers.

use super::states::percent;
use super::statistics::four_digits;
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
    let mut lines = vec![format!("why slow: {}", subject(explanation, style.unit, style.unit.name()))];
    lines.extend(sentences(explanation).into_iter().map(|sentence| format!("  {sentence}")));
    for rows in [time_rows(loop_summary, explanation, style.unit, style.unit.name()), count_rows(explanation)] {
        lines.extend(aligned(&rows.iter().map(Row::indented).collect::<Vec<_>>()));
    }
    lines
}

/// A row of a table of the explanation. The first one is the header.
pub(super) struct Row {
    /// 1 for a part of the total, 2 for a part of the row above it, 0 for any other.
    pub(super) level: usize,
    pub(super) name: String,
    /// The columns of numbers. A column is empty if the row has no such number.
    pub(super) cells: Vec<String>,
}

impl Row {
    /// Returns the columns as the table of the terminal has them, the name indented by its level.
    fn indented(&self) -> Vec<String> {
        let name = format!("{:indent$}{}", "", self.name, indent = 2 * self.level);
        [name].into_iter().chain(self.cells.iter().cloned()).collect()
    }
}

/// Returns what is compared: `the slowest 3 of 300, from 812.5 us, beside the other 297`. `name` is that of the unit.
pub(super) fn subject(explanation: &Explanation, unit: Unit, name: &str) -> String {
    let Explanation { tail: (count, from), rest, .. } = explanation;
    let from = format!("{} {name}", four_digits(from.0 as f64, unit));
    format!("the slowest {count} of {}, from {from}, beside the other {rest}", count + rest)
}

/// Returns the sentences that say what is different in the slow loops. There is at least one.
pub(super) fn sentences(explanation: &Explanation) -> Vec<String> {
    if explanation.rest == 0 {
        return vec!["there are no others to compare with".to_owned()];
    }
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

/// Returns the times: those of the transitions, of the places where the time went with their causes, and of the origins,
/// which are the threads for which the loops waited in the end. `unit_name` is that of the unit.
pub(super) fn time_rows(
    loop_summary: &LoopSummary<'_>,
    explanation: &Explanation,
    unit: Unit,
    unit_name: &str,
) -> Vec<Row> {
    let row = |level: usize, name: String, time: &Share, loops: Option<u64>| {
        let share = time.share.map_or("-".to_owned(), percent);
        let loops = loops.map_or(String::new(), |loops| loops.to_string());
        Row {
            level,
            name,
            cells: vec![four_digits(time.means.tail, unit), optional(time.means.rest, unit), share, loops],
        }
    };
    let header = ["slow", "others", "share", "loops"].map(str::to_owned);
    let mut rows = vec![Row { level: 0, name: format!("{unit_name} per loop"), cells: header.to_vec() }];
    let names = loop_summary.spec.transition_ends().map(|(from, to)| format!("{from} -> {to}"));
    let names: Vec<String> = names.chain(["total".to_owned()]).collect();
    let is_single = names.len() == 2;
    for (name, time) in names.into_iter().zip(&explanation.transitions).skip(usize::from(is_single)) {
        rows.push(row(0, name, time, None));
    }
    for part in &explanation.where_ {
        let state = part.state.map_or("", State::name);
        let name = format!("{state}{}", under(part.event.as_deref()));
        rows.push(row(1, name.trim_start().to_owned(), &part.time, Some(part.loops)));
        for (comm, means) in &part.by {
            let name = format!("by {}", comm.as_deref().map_or("nobody known".to_owned(), text));
            let times = [four_digits(means.tail, unit), optional(means.rest, unit)];
            let cells = times.into_iter().chain([String::new(), String::new()]).collect();
            rows.push(Row { level: 2, name, cells });
        }
    }
    for origin in &explanation.origins {
        let comm = origin.comm.as_deref().map_or("nobody known".to_owned(), text);
        let state = origin.state.map_or("", State::name);
        let name = format!("goes back to {comm}, {state}{}", under(origin.event.as_deref()));
        rows.push(row(1, name, &origin.time, None));
    }
    rows
}

/// Returns how often events came inside of the loops. There are no rows if none came more or less often in slow ones.
pub(super) fn count_rows(explanation: &Explanation) -> Vec<Row> {
    let is_news = |means: &Means| means.excess() != 0.0;
    let row = |level: usize, name: String, [tail, rest]: [String; 2]| Row { level, name, cells: vec![tail, rest] };
    let mut rows = vec![row(0, "events per loop".to_owned(), ["slow", "others"].map(str::to_owned))];
    for (event, means) in explanation.inside.iter().filter(|(_, means)| is_news(means)) {
        let counts = [count(means.tail), means.rest.map_or("-".to_owned(), count)];
        rows.push(row(1, text(event), counts));
    }
    if rows.len() > 1 { rows } else { Vec::new() }
}

/// Returns rows as lines. The first column is aligned to the left, and the others to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let width = width(at).unwrap_or(0);
            line.push_str(&if at == 0 { format!("{cell:width$}") } else { format!("  {cell:>width$}") });
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
    ns.map_or("-".to_owned(), |ns| four_digits(ns, unit))
}
