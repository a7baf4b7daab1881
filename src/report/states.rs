//! Writes the time of a loop's transitions, divided by the states of the loop's thread (`--sched`).

use super::columns::Table;
use super::json_writer::{Object, push_null};
use super::statistics::{Amount, push_amount};
use super::style::Style;
use super::summary::LoopSummary;
use crate::why::{LoopStates, State, StateTimes};

/// Returns the times of the transition with the index `at`. The total of the loop has the index behind the last
/// transition.
pub(super) fn times_of(states: &LoopStates, at: usize) -> StateTimes {
    if states.transitions.is_empty() {
        return StateTimes::default();
    }
    states.transitions.get(at).copied().unwrap_or_else(|| states.total())
}

/// Appends the times of the transition with the index `at` as a JSON object; the index behind the last transition
/// stands for the total of the loop. Appends null if the states are not known.
pub(super) fn push_states_json(out: &mut Vec<u8>, states: Option<&LoopStates>, at: usize, style: &Style) {
    let Some(states) = states else { return push_null(out) };
    let times = times_of(states, at);
    let mut object = Object::open(out);
    for state in State::ALL {
        push_amount(object.field(state.name()), Amount::Exact(2 * times.of(state)), style.unit);
    }
    object.close();
}

/// Returns the lines of the table: first the share of each state in the time of the whole loop, and then the time in
/// each state for each transition. Returns no lines without `--sched`.
pub(super) fn states_lines(loop_summary: &LoopSummary<'_>, style: &Style) -> Vec<String> {
    let Some(states) = loop_summary.states else { return Vec::new() };
    let Some(states) = states else {
        return vec!["what the thread did: not known".to_owned()];
    };
    let mut lines = vec![format!("what the thread did: {}", shares(&states.total()))];
    let columns = State::ALL.map(|state| state.name().to_owned());
    let mut table = Table::new(style.unit.name().to_owned(), columns.to_vec());
    let amounts = |at: usize| {
        let times = times_of(states, at);
        State::ALL.iter().map(|state| Some(Amount::Exact(2 * times.of(*state)))).collect()
    };
    let transitions = loop_summary.transition_names.len();
    for (at, (from, to)) in loop_summary.spec.transition_ends().enumerate() {
        table.push_row(format!("{from} -> {to}"), amounts(at));
    }
    if transitions > 1 {
        table.push_row("total".to_owned(), amounts(transitions));
    }
    lines.extend(table.lines(style.unit));
    lines
}

/// Returns the share of each state in a time, the largest first: `84.2 % runnable, 15.8 % running`. States with no time
/// are left out.
pub(super) fn shares(times: &StateTimes) -> String {
    let total = times.total();
    let mut parts: Vec<State> = State::ALL.into_iter().filter(|state| times.of(*state) > 0).collect();
    parts.sort_by_key(|state| std::cmp::Reverse(times.of(*state)));
    let share = |state: &State| format!("{} {}", percent(times.of(*state) as f64 / total as f64), state.name());
    let shares: Vec<String> = parts.iter().map(share).collect();
    if shares.is_empty() { "nothing, its transitions took no time".to_owned() } else { shares.join(", ") }
}

/// Returns a share as text. It has one decimal below 10 %, and a share above 0 is never shown as 0.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        _ if percent > 0.0 && percent < 0.1 => "under 0.1 %".to_owned(),
        // Without this arm, a negative share that is rounded to 0 would be printed as -0.0 %.
        _ if percent > -0.05 && percent <= 0.0 => "0.0 %".to_owned(),
        _ if percent.abs() < 9.95 => format!("{percent:.1} %"),
        _ => format!("{percent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_never_minus_zero() {
        let shares = [0.0, -0.0, -0.0004, -0.0005, 0.0004, 0.5];
        assert_eq!(shares.map(percent), ["0.0 %", "0.0 %", "0.0 %", "-0.1 %", "under 0.1 %", "50 %"]);
    }
}
