//! The states of the threads during each transition (`--sched`), such as running or sleeping: a bar that is divided by
//! states, and the time in each state.

use super::element::{element, push_text, tagged};
use super::human;
use super::plot::percent;
use super::tables::scrolling;
use crate::report::states::{self, shares, times_of};
use crate::report::style::Style;
use crate::report::summary::LoopSummary;
use crate::text::push_half_span;
use crate::why::{State, StateTimes};

/// Appends the states if the user asked for them.
pub(super) fn push(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, style: &Style) {
    let Some(states) = loop_summary.states else { return };
    tagged(out, "h3", "", "What the thread did");
    let Some(states) = states else {
        return tagged(out, "p", "note", "This is not known.");
    };
    tagged(out, "p", "facts", shares(&states.total()));
    let transitions = loop_summary.transition_names.len();
    scrolling(out, |out| {
        push_header(out, style);
        element(out, "tbody", &[], |out| {
            for (at, (from, to)) in loop_summary.spec.transition_ends().enumerate() {
                push_row(out, &format!("{from} -> {to}"), &times_of(states, at), style);
            }
            if transitions > 1 {
                push_row(out, "total", &times_of(states, transitions), style);
            }
        });
    });
}

/// Appends the header of the table. It has the names of the states with their colours, so it also serves as the legend
/// of the bars.
fn push_header(out: &mut Vec<u8>, style: &Style) {
    element(out, "thead", &[], |out| {
        element(out, "tr", &[], |out| {
            element(out, "th", &[("scope", "col")], |out| push_text(out, human::unit_name(style.unit)));
            element(out, "th", &[("scope", "col"), ("class", "states")], |_| ());
            for state in State::ALL {
                element(out, "th", &[("scope", "col")], |out| {
                    tagged(out, "i", state.name(), "");
                    push_text(out, state.name());
                });
            }
        });
    });
}

fn push_row(out: &mut Vec<u8>, name: &str, times: &StateTimes, style: &Style) {
    element(out, "tr", &[], |out| {
        element(out, "th", &[("scope", "row")], |out| push_text(out, name));
        element(out, "td", &[("class", "states")], |out| push_bar(out, times));
        for state in State::ALL {
            let mut text = Vec::new();
            push_half_span(&mut text, 2 * times.of(state), style.unit);
            tagged(out, "td", "", text);
        }
    });
}

/// Appends the bar of a transition. Each part of the bar has a title with its state and the share of time in this
/// state.
fn push_bar(out: &mut Vec<u8>, times: &StateTimes) {
    let total = times.total().max(1) as f64;
    element(out, "svg", &[("width", "100%"), ("height", "14")], |out| {
        let mut begin = 0.0;
        for state in State::ALL.into_iter().filter(|state| times.of(*state) > 0) {
            let share = times.of(state) as f64 / total;
            let (x, width) = (percent(begin), percent(share));
            let attributes = [("class", state.name()), ("x", &x), ("width", &width), ("height", "14")];
            element(out, "rect", &attributes, |out| {
                let title = format!("{}, {}", state.name(), states::percent(share));
                element(out, "title", &[], |out| push_text(out, title));
            });
            begin += share;
        }
    });
}
