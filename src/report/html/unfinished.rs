//! The loops that were begun and have not closed (`--unfinished`).

use super::element::tagged;
use super::human;
use super::tables::push_texts;
use crate::report::style::Style;
use crate::report::summary::LoopSummary;
use crate::report::unfinished::{heading, waiting_for};
use crate::text::{push_span, push_time};

/// Appends the unfinished loops if the user asked for them: the `shown_max` oldest ones.
pub(super) fn push(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, style: &Style, shown_max: usize) {
    let Some(unfinished) = &loop_summary.unfinished else { return };
    tagged(out, "h3", "", "Unfinished");
    tagged(out, "p", "facts", heading(unfinished).trim_start_matches("unfinished: "));
    if unfinished.oldest.is_empty() {
        return;
    }
    let age = format!("age, {}", human::unit_name(style.unit));
    let header = ["waits for", &age, "since, s", "tid", "comm", "key"].map(str::to_owned);
    let mut rows = vec![(String::new(), header.to_vec())];
    for open in unfinished.oldest.iter().take(shown_max) {
        let text = |push: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            push(&mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        let comm = open.comm.as_deref().filter(|comm| !comm.is_empty()).unwrap_or(b"-");
        let cells = vec![
            waiting_for(loop_summary.spec, open).to_owned(),
            text(&|out| push_span(out, open.age, style.unit)),
            text(&|out| push_time(out, open.start, open.resolution)),
            open.tid.map_or("-".to_owned(), |tid| tid.to_string()),
            String::from_utf8_lossy(comm).into_owned(),
            String::from_utf8_lossy(&open.key).into_owned(),
        ];
        rows.push((String::new(), cells));
    }
    push_texts(out, &rows);
    if let Some(more) =
        unfinished.open.checked_sub(unfinished.oldest.len().min(shown_max) as u64).filter(|more| *more > 0)
    {
        tagged(out, "p", "note", format!("and {more} more, which are younger"));
    }
}
