//! Makes the sentences that say why a loop did not close.

use super::mismatches::Mismatches;
use super::proposal::Proposal;
use super::seen::Seen;
use crate::event::Syntax;
use crate::key::{Key, KeySource};
use crate::pattern::{Loop, Position};
use crate::text::{excerpt, nearest_by};
use std::collections::HashSet;

/// A loop that did not close, with the facts about it that the run has collected.
#[derive(Clone, Copy, Debug)]
pub struct Unclosed<'a> {
    /// The loop.
    pub spec: &'a Loop,
    /// The key by which it was followed.
    pub key: Key,
    /// The number of events that came at each position.
    pub seen: &'a [u64],
    /// The number of unfinished loops of the whole run that were dropped because of losses.
    pub cut: u64,
    /// The number of its unfinished loops that an event at a negated position dropped.
    pub negated: u64,
    /// The number of its unfinished loops that were dropped because the time limit (`within`) was over.
    pub expired: u64,
    /// The number of events that could not be followed because the input does not print the loop's key.
    pub missing_key: u64,
    /// The syntax of the first such event. The syntax knows how the user gets the tracer to print the key.
    pub missing_key_syntax: Option<&'static Syntax>,
}

/// Returns the sentences that say why a loop never closed. If no event came at some positions, there is a sentence for
/// each of them, with the most similar names of the input. Otherwise there is one sentence, about events without a key,
/// about other keys that would have closed the loop, or about losses.
///
/// `closed_by` has the other keys under which the loop closed, and how often it did.
pub(super) fn why_not_closed(
    unclosed: &Unclosed<'_>,
    mismatches: &[Mismatches],
    closed_by: impl Iterator<Item = (Key, u64)>,
    seen: &Seen,
) -> Vec<String> {
    if seen.names.is_empty() {
        return vec!["the input holds no events to follow".to_owned()];
    }
    let unseen = never_at_position(unclosed, mismatches, seen);
    if unseen.is_empty() { vec![all_seen(unclosed, closed_by)] } else { unseen }
}

/// Returns a sentence for each position at which no event came. Positions with the same text have only one.
fn never_at_position(unclosed: &Unclosed<'_>, mismatches: &[Mismatches], seen: &Seen) -> Vec<String> {
    let mut told = HashSet::new();
    let positions = unclosed.spec.positions.iter().zip(unclosed.seen).zip(mismatches);
    let unseen = positions.filter(|((position, seen), _)| **seen == 0 && told.insert(&position.text));
    let sentence = |((position, _), mismatches): ((&Position, &u64), &Mismatches)| match mismatches.count() {
        0 => never_seen(position, seen),
        _ => never_fitting(position, mismatches),
    };
    unseen.map(sentence).collect()
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
                let fields = fields.join(" and ");
                format!(
                    "{seen} never in this order with one key: {fields} is compared with the {name}; -b tells loops apart by a field"
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
        drops.push(format!("{} ended {negated} begun loops", events.collect::<Vec<_>>().join(" and ")));
    }
    if let Some(limit) = spec.within.as_ref().filter(|_| expired > 0) {
        drops.push(format!("{expired} begun loops did not go on within {}", limit.text));
    }
    drops
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Returns the sentence for a position whose name did not occur in the input, with the similar names that did.
fn never_seen(position: &Position, seen: &Seen) -> String {
    let written = position.events_text();
    let known = || seen.names.iter().map(|name| (name.plain.as_str(), name.bare.as_str()));
    let near = position.events.iter().flat_map(|event| nearest_by(event.bare(), known(), &seen.work));
    let near: Vec<&str> = near.collect();
    match near.as_slice() {
        [] => format!("{written} was never seen"),
        near => format!("{written} was never seen; near to it: {}", near.join(", ")),
    }
}

/// Returns the sentence for a position whose name occurred in the input, although no event had the fields and fulfilled
/// the condition of the position.
fn never_fitting(position: &Position, mismatches: &Mismatches) -> String {
    let fields = position.fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let lacks = match (position.condition.is_some(), position.fields.is_empty()) {
        (true, true) => "never fulfilled its condition".to_owned(),
        (false, _) => format!("never had @{fields}"),
        (true, false) => format!("never fulfilled its condition with @{fields}"),
    };
    let payload = match mismatches.example() {
        [] => "has no payload".to_owned(),
        example => format!("is {}", excerpt(example)),
    };
    let (events, times) = (position.events_text(), times(mismatches.count()));
    format!("{events} was seen {times}, but {lacks}; the first one's payload {payload}")
}

/// Returns the sentence that proposes other loops in place of one that did not close; `None` if there are no proposals.
pub(super) fn worth_asking_for(proposals: &[&Proposal]) -> Option<String> {
    // A loop that begins with a dash would be taken as an option, so it stands behind `-l`.
    let option = |text: &str| if text.starts_with('-') { "-l " } else { "" };
    let texts: Vec<String> =
        proposals.iter().map(|Proposal { text, .. }| format!("{}'{text}'", option(text))).collect();
    (!texts.is_empty()).then(|| format!("worth asking for here: {}; --discover shows more", texts.join(", ")))
}
