//! The end of the page: the counts of the input, such as its lines and bytes, and the names of its events.

use super::element::{element, push_text, tagged};
use crate::report::phrases::counts;
use crate::report::summary::Summary;
use crate::text::size;

/// The largest number of event names that are listed.
const EVENTS_MAX: usize = 12;

/// Appends the events and the counts.
pub(super) fn push(out: &mut Vec<u8>, summary: &Summary<'_>) {
    element(out, "section", &[("class", "input")], |out| {
        tagged(out, "h2", "", "Input");
        let size = size(summary.ledger.bytes);
        let counts: Vec<String> = counts(&summary.ledger).into_iter().chain([size]).collect();
        tagged(out, "p", "facts", counts.join(", "));
        if summary.events.is_empty() {
            return;
        }
        tagged(out, "h3", "", "Events");
        element(out, "ul", &[("class", "events")], |out| {
            for (name, count) in summary.events.iter().take(EVENTS_MAX) {
                element(out, "li", &[], |out| {
                    tagged(out, "code", "", name);
                    out.push(b' ');
                    push_text(out, count.to_string());
                });
            }
            if let Some(more) = summary.events.len().checked_sub(EVENTS_MAX).filter(|more| *more > 0) {
                tagged(out, "li", "", format!("and {more} more"));
            }
        });
    });
}
