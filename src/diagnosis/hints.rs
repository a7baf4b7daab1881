//! Makes the sentences that say why a loop did not close.

use super::lacks::lacking_at;
use super::meant::{like, meant_loop};
use super::mismatches::Mismatches;
use super::proposal::Proposal;
use super::seen::Seen;
use crate::event::Syntax;
use crate::key::{Key, KeySource};
use crate::pattern::{EventName, Loop, Position};
use crate::perf_data::Lack;
use crate::text::nearest_by;
use std::collections::HashSet;

/// The number of characters of each name that are compared, so that a long name costs no more.
const COMPARED_MAX: usize = 64;
/// The largest number of similar names that are shown for each event name of a position.
const SHOWN_MAX: usize = 4;

/// A loop that did not close, with the facts about it that the run has collected.
#[derive(Clone, Copy, Debug)]
pub struct Unclosed<'a> {
    /// The loop.
    pub spec: &'a Loop,
    /// The key by which the loop was followed.
    pub key: Key,
    /// The number of events that came at each position.
    pub seen: &'a [u64],
    /// The number of events that would have stood at each position and that the selection (`--comm`, `--pid`, `--tid`,
    /// `--cpu`) left out.
    pub left_out: &'a [u64],
    /// The number of events in `left_out`. An event that would have stood at several positions counts once.
    pub events_left_out: u64,
    /// The number of chains (unfinished loops) of the whole run that were dropped because of losses.
    pub cut: u64,
    /// The number of chains of this loop that an event at a negated position dropped.
    pub negated: u64,
    /// The number of chains of this loop that were dropped because the time limit (`within`) was over.
    pub expired: u64,
    /// The number of events that could not be followed because the input does not print the loop's key.
    pub missing_key: u64,
    /// The syntax of the first such event. The syntax knows how the user gets the tracer to print the key.
    pub missing_key_syntax: Option<&'static Syntax>,
    /// The tracepoints that lack fields which the run wants, if the input is a perf.data.
    pub lacks: &'a [Lack],
}

/// Returns the sentences that say why a loop never closed. If no event came at some positions, there is a sentence for
/// each of them, with the most similar names of the input. Otherwise there is one sentence, about events without a key,
/// about other keys that would have closed the loop, or about losses.
///
/// If another loop is probably meant, the last sentence names it, and the second result is true.
///
/// `closed_by` lists the other keys under which the loop closed, and how often it did.
pub(super) fn why_not_closed(
    unclosed: &Unclosed<'_>,
    mismatches: &[Mismatches],
    closed_by: impl Iterator<Item = (Key, u64)>,
    seen: &Seen,
) -> (Vec<String>, bool) {
    if seen.names.is_empty() {
        return (vec!["the input holds no events to follow".to_owned()], false);
    }
    let mut hints = never_at_position(unclosed, mismatches, seen);
    if hints.is_empty() {
        let mut sentence = all_seen(unclosed, closed_by);
        if unclosed.events_left_out > 0 {
            sentence.push_str(&format!(
                "; the selection left out {} of its events by their header; to select by a field, write 'A if FIELD == VALUE -> B'",
                unclosed.events_left_out
            ));
        }
        return (vec![sentence], false);
    }
    // An event with the right name may have come and not been counted, because it did not fit its position (a mismatch)
    // or because the selection left it out. Then the name is right, and no hint proposes another one.
    let no_mismatch = mismatches.iter().all(|mismatches| mismatches.count() == 0) && unclosed.events_left_out == 0;
    let count = seen.names.len() * unclosed.spec.positions.len();
    let is_compared = no_mismatch && count <= seen.comparisons.get();
    seen.comparisons.set(seen.comparisons.get() - if is_compared { count } else { 0 });
    let meant = if is_compared { meant_loop(unclosed.spec, unclosed.seen, &seen.names) } else { None };
    let is_meant = meant.is_some();
    hints.extend(meant.map(|meant| format!("did you mean '{meant}'?")));
    (hints, is_meant)
}

/// Returns a sentence for each position at which no event came. Positions with the same text have only one.
fn never_at_position(unclosed: &Unclosed<'_>, mismatches: &[Mismatches], seen: &Seen) -> Vec<String> {
    let mut told = HashSet::new();
    let counts = unclosed.seen.iter().zip(unclosed.left_out);
    let positions = unclosed.spec.positions.iter().zip(counts).zip(mismatches);
    let unseen = positions.filter(|((position, (seen, _)), _)| **seen == 0 && told.insert(&position.text));
    let sentence = |((position, (_, left_out)), mismatches): ((&Position, (&u64, &u64)), &Mismatches)| {
        if *left_out > 0 {
            return all_left_out(position, *left_out);
        }
        match mismatches.count() {
            0 => never_seen(position, seen),
            _ => never_fitting(position, mismatches, unclosed.lacks),
        }
    };
    let mut sentences: Vec<String> = unseen.map(sentence).collect();
    // Two positions that differ only in their keys may have the same sentence.
    let mut said = HashSet::new();
    sentences.retain(|sentence| said.insert(sentence.clone()));
    sentences
}

/// Returns the sentence for a loop in which an event came at every position.
fn all_seen(unclosed: &Unclosed<'_>, closed_by: impl Iterator<Item = (Key, u64)>) -> String {
    let Unclosed { spec, key, cut, missing_key, missing_key_syntax, .. } = *unclosed;
    let name = key.name();
    if missing_key > 0 {
        let remedy = missing_key_syntax.zip(key.header_field());
        let remedy = remedy.map(|(syntax, field)| format!("; {}", syntax.state_missing(field)));
        return format!(
            "{missing_key} of its events have no {name} and were not followed{}",
            remedy.unwrap_or_default()
        );
    }
    // The option -k does not change a key that the loop itself states with `by`.
    let option = if spec.key.is_some() { "by" } else { "-k" };
    let remedy = |(key, count): (Key, u64)| format!("{option} {} closes it {}", key.name(), times(count));
    let remedies: Vec<_> = closed_by.map(remedy).collect();
    let seen = "all its events were seen, but";
    let drops = drops(unclosed);
    if !drops.is_empty() {
        let remedies = remedies.iter().map(|remedy| format!("; {remedy}")).collect::<String>();
        return format!("{seen} {}{remedies}", drops.join(", and "));
    }
    if !remedies.is_empty() {
        format!("{seen} never in this order by {name}; {}", remedies.join(", "))
    } else if cut > 0 {
        format!("{seen} losses cut {cut} begun loops")
    } else {
        match spec.key_source() {
            KeySource::Header => format!("{seen} never in this order by {name} or any other key"),
            KeySource::Fields => format!("{seen} never in this order with one key"),
            KeySource::Both => {
                let fields = spec.positions.iter().flat_map(|position| &position.fields);
                let fields: Vec<String> = fields.map(|field| format!("@{field}")).collect();
                let are = if fields.len() == 1 { "is" } else { "are" };
                let fields = fields.join(" and ");
                format!(
                    "{seen} never in this order with one key: {fields} {are} compared with the {name}; -b tells loops apart by a field"
                )
            }
        }
    }
}

/// Returns sentences about what the limits of a loop (negated positions and `within`) have dropped.
fn drops(unclosed: &Unclosed<'_>) -> Vec<String> {
    let Unclosed { spec, negated, expired, .. } = *unclosed;
    let mut drops = Vec::new();
    if negated > 0 {
        let events = spec.negated.iter().map(|negated| format!("!{}", negated.position.events_text()));
        drops.push(format!("{} ended {}", events.collect::<Vec<_>>().join(" and "), begun_loops(negated)));
    }
    if let Some(limit) = spec.within.as_ref().filter(|_| expired > 0) {
        drops.push(format!("{} did not go on within {}", begun_loops(expired), limit.text));
    }
    drops
}

fn begun_loops(count: u64) -> String {
    if count == 1 { "1 begun loop".to_owned() } else { format!("{count} begun loops") }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Returns the sentence for a position of which the selection left out all events.
fn all_left_out(position: &Position, count: u64) -> String {
    format!("the selection left out {}, which came {}", position.events_text(), times(count))
}

/// Returns the sentence for a position whose name did not occur in the input. Looks for similar names among as many
/// names as may still be compared ([`Seen`] has this number), and subtracts the number of those that it has compared.
fn never_seen(position: &Position, seen: &Seen) -> String {
    let Seen { names, comparisons, .. } = seen;
    // Names are compared without their subsystem, so that `xen:kvm_exit` is similar to `kvm:kvm_exit`.
    let compared = |name: &str| EventName::new(name).bare().chars().take(COMPARED_MAX).collect::<String>();
    let written = position.events_text();
    let mut near: Vec<&str> = Vec::new();
    for event in &position.events {
        let count = names.len().min(comparisons.get());
        comparisons.set(comparisons.get() - count);
        let candidates = names[..count].iter().map(|name| (name.as_str(), compared(name)));
        let nearest = nearest_by(&compared(event.bare()), candidates);
        for name in like(event.bare(), &names[..count]).into_iter().chain(nearest).take(SHOWN_MAX) {
            if !near.contains(&name) {
                near.push(name);
            }
        }
    }
    match near.as_slice() {
        [] => format!("{written} was never seen"),
        near => format!("{written} was never seen; near to it: {}", near.join(", ")),
    }
}

/// Returns the sentence for a position whose name occurred in the input, although no event had the fields and fulfilled
/// the condition of the position.
fn never_fitting(position: &Position, mismatches: &Mismatches, lacks: &[Lack]) -> String {
    let (events, times) = (position.events_text(), times(mismatches.count()));
    if let Some(lacking) = lacking_at(position, lacks) {
        return format!("{events} was seen {times}, but {lacking}");
    }
    let fields = position.fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let reason = match (position.condition.is_some(), position.fields.is_empty()) {
        (true, true) => "never fulfilled its condition".to_owned(),
        (false, _) => format!("never had @{fields}"),
        (true, false) => format!("never fulfilled its condition with @{fields}"),
    };
    format!("{events} was seen {times}, but {reason}{}", mismatches.example(position))
}

/// Returns the sentence that proposes other loops in place of one that did not close; `None` if there are no proposals.
pub(super) fn worth_asking_for(proposals: &[&Proposal]) -> Option<String> {
    // The program would take a loop that begins with a dash as an option. So the sentence has `-l` in front of it.
    let option = |text: &str| if text.starts_with('-') { "-l " } else { "" };
    let texts: Vec<String> =
        proposals.iter().map(|Proposal { text, .. }| format!("{}'{text}'", option(text))).collect();
    (!texts.is_empty()).then(|| format!("worth asking for here: {}; --discover shows more", texts.join(", ")))
}
