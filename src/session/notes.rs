//! The notes at the end of a run. Each note names a trouble of the input, and says what the user can do about it.

use crate::dialect::{self, NoTimeReason};
use crate::engine::PAIRS_MAX;
use crate::engine::{NotesOfStates, Window, WithoutStates};
use crate::event::{Nanos, Resolution};
use crate::key::Key;
use crate::pattern::FieldReferences;
use crate::source::InputName;
use crate::stats::{Ledger, NoTrace, Place};
use crate::text::{excerpt, push_time};

/// Returns the note that in `loops` loops there was no room for some values of `-b`; `None` if there was room in all
/// loops.
pub fn other_groups(loops: usize, by: &FieldReferences) -> Option<String> {
    let whose = if loops == 1 { "a loop has".to_owned() } else { format!("{loops} loops have") };
    (loops > 0).then(|| {
        format!(
            "{whose} more values of {by} than are kept; those that came later are together in 'others' (--max-groups)"
        )
    })
}

/// Returns the note about closed loops that `--explain` has left out.
pub fn left_unexplained(loops: u64) -> Option<String> {
    let closed = plural(loops, "closed loop");
    (loops > 0).then(|| format!("--explain left out {closed}, for which it had no room"))
}

/// Returns the notes about states among the inputs. `by` are the fields of `-b`.
pub fn states(notes: Option<NotesOfStates>, by: &FieldReferences) -> Vec<String> {
    let Some(NotesOfStates { left_out, lacks_groups, lacks }) = notes else { return Vec::new() };
    let shown = 12.min(left_out.len());
    let more = if left_out.len() > shown { format!(" and {} more", left_out.len() - shown) } else { String::new() };
    let names = left_out[..shown].join(", ");
    let is_left_out = if left_out.len() == 1 { "is" } else { "are" };
    let loops =
        (shown > 0).then(|| format!("{names}{more} in the states {is_left_out} left out, as another loop was given"));
    let groups = lacks_groups.then(|| format!("a state was not written with -b {by}, so there are no groups"));
    let lacks =
        (!lacks.is_empty()).then(|| format!("a state does not hold what {} shows; only traces do", lacks.join(", ")));
    loops.into_iter().chain(groups).chain(lacks).collect()
}

/// Returns the note about closed loops whose call chain was not kept.
pub fn call_chains_without_room(loops: u64) -> Option<String> {
    let closed = plural(loops, "closed loop");
    (loops > 0).then(|| format!("the call chains of {closed} were not kept, as those of open loops took 16 MiB"))
}

/// Returns the notes about loops whose time `--sched` could not divide.
pub fn sched(without: Option<WithoutStates>, ledger: &Ledger) -> Vec<String> {
    let Some(WithoutStates { loops, lacks_switches }) = without else { return Vec::new() };
    let names = loops.join(", ");
    let whose = if loops.len() == 1 { "is" } else { "are" };
    let by_other_keys = (!loops.is_empty())
        .then(|| format!("{names} {whose} not followed by tid without @, so --sched does not divide the time"));
    let lacks = (lacks_switches && ledger.events > 0).then(|| {
        "no sched_switch was read, so --sched knows nothing of threads; record with '-e sched:sched_switch,sched:sched_wakeup,sched:sched_waking'".to_owned()
    });
    by_other_keys.into_iter().chain(lacks).collect()
}

/// Returns the notes about a run, the most important one first.
pub fn notes(ledger: &Ledger, reorder: Option<Window>) -> Vec<String> {
    let malformed = ledger.first_malformed.as_ref().map(|place| malformed(place, ledger.malformed - 1));
    let lost = (ledger.lost_markers > 0).then(|| {
        let Ledger { lost, lost_markers, matcher, .. } = ledger;
        let times = plural(*lost_markers, "marker");
        format!("{lost} events were lost ({times}); {} dropped", plural(matcher.cut, "open chain"))
    });
    malformed
        .into_iter()
        .chain(timeless(ledger))
        .chain(missing_key(ledger))
        .chain(pairs(ledger))
        .chain(lost)
        .chain(disorder(ledger, reorder))
        .chain(own(ledger))
        .collect()
}

/// Returns the note about a perf.data whose last round was read only in part. In a round, perf record writes out the
/// buffer of each CPU once, so the events of some CPUs may not have come yet. All events up to the time `certain` were
/// read. It is 0 if this is not known of any event.
pub fn stopped_in_round(input: &InputName, certain: Nanos) -> String {
    let mut note = format!("{input}: stopped in the middle of a round, so events of some CPUs may be missing");
    if certain > Nanos(0) {
        let mut time = Vec::new();
        push_time(&mut time, certain, Resolution::Nanos);
        note = format!("{note} after {}", String::from_utf8_lossy(&time));
    }
    note
}

/// Returns the note about an input that holds no trace.
pub fn no_trace(input: &InputName, no_trace: &NoTrace) -> String {
    let lines = match no_trace.lines {
        1 => "its only line is no event".to_owned(),
        lines => format!("none of its {lines} lines is an event"),
    };
    match dialect::guess(&no_trace.unknown) {
        Some(kind) => format!("{input}: {lines}; it looks like {kind}"),
        None => format!("{input}: {lines}"),
    }
}

/// Returns the note about the first malformed line. `others` is the number of malformed lines that followed it.
pub fn malformed(place: &Place, others: u64) -> String {
    let Place { input, line, excerpt: text } = place;
    let more = if others > 0 { format!(" (and {others} more)") } else { String::new() };
    format!("{input}:{line}: not a trace line: {}{more}", excerpt(text))
}

fn timeless(ledger: &Ledger) -> Option<String> {
    let (Place { input, line, .. }, lack) = ledger.first_timeless.as_ref()?;
    let samples = plural(ledger.timeless, "sample");
    Some(match lack {
        NoTimeReason::NotPrinted => format!(
            "{input}:{line}: {samples} without a time; record with 'perf record -T' and print with 'perf script -F +time'"
        ),
        NoTimeReason::CountingClock => format!(
            "{input}:{line}: {samples} with a count in place of a time; record with another trace_clock, as 'local' or 'mono'"
        ),
    })
}

fn missing_key(ledger: &Ledger) -> impl Iterator<Item = String> {
    let counts = Key::NAMES.iter().zip(ledger.missing_key).filter(|(_, count)| *count > 0);
    counts.map(|((name, key), count)| {
        let events = plural(count, "event");
        let remedy = ledger.syntax_without(*key).zip(key.header_field());
        let remedy = remedy.map(|(syntax, field)| format!("; {}", syntax.request_missing(field)));
        format!("{events} not followed for lack of a {name}{}", remedy.unwrap_or_default())
    })
}

/// Returns the note about events of this program itself.
fn own(ledger: &Ledger) -> Option<String> {
    let events = plural(ledger.own, "event");
    (ledger.own > 0).then(|| format!("{events} of pspp-filter itself left out"))
}

fn pairs(ledger: &Ledger) -> Option<String> {
    let beyond = plural(ledger.pairs_beyond, "pair");
    (ledger.pairs_beyond > 0).then(|| format!("{beyond} beyond the first {PAIRS_MAX} not followed"))
}

/// Returns the note about events whose times were before those of earlier events. `perf trace` prints such events,
/// because it prints calls in the order in which they return.
fn disorder(ledger: &Ledger, reorder: Option<Window>) -> Option<String> {
    let count = ledger.matcher.joined_out_of_order;
    let events = plural(count, "event");
    (count > 0).then(|| match reorder {
        None => format!(
            "{events} stepped back in time where a loop joins threads; --reorder puts them in order, within a window as 1000 or 1s"
        ),
        Some(Window::Events(_)) => format!("{events} came too late for --reorder to put them in order; try a larger number"),
        Some(Window::Span(_)) => format!(
            "{events} came too late for --reorder to put them in order; a duration holds at most {} events, a number holds its own",
            Window::SPAN_EVENTS
        ),
    })
}

fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
