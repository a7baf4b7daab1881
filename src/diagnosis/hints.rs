//! Makes the sentences that say why a loop did not close.

use super::mismatches::Mismatches;
use super::proposal::Proposal;
use crate::event::Syntax;
use crate::key::{Key, KeySource};
use crate::pattern::{EventName, Loop, Position};
use crate::text::{excerpt, nearest_by, push_plain};
use std::cell::Cell;
use std::collections::HashSet;

/// The number of names of the input that are compared with the name at a position, to find similar ones.
const NAMES_MAX: usize = 1000;
/// The number of characters of each name that are compared, so that a long name costs no more.
const COMPARED_MAX: usize = 64;

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
    /// The number of its chains that ended at an event of a negated position.
    pub negated: u64,
    /// The number of its first events whose chains were older than its limit.
    pub expired: u64,
    /// The number of events that could not be followed because the input does not print the loop's key.
    pub missing_key: u64,
    /// The syntax of the first such event. The syntax knows how the user gets the tracer to print the key.
    pub missing_key_syntax: Option<&'static Syntax>,
    /// The number of names that may still be compared for the summary that the hints belong to. It begins as
    /// [`Unclosed::COMPARISONS_MAX`], and all loops of the summary share it. If it is used up, the hints name no near
    /// names.
    pub comparisons: &'a Cell<usize>,
}

impl Unclosed<'_> {
    /// The greatest number of pairs of names that are compared for one summary. A comparison of two long names takes
    /// 8 us, and 1000 loops over 1000 names would be compared for 16 s.
    pub const COMPARISONS_MAX: usize = 20_000;
}

/// Returns the sentences that say why a loop never closed. If no event came at some positions, there is a sentence for
/// each of them, with the most similar names of the input. Otherwise there is one sentence, about events without a key,
/// about other keys that would have closed the loop, or about losses.
///
/// `closed_by` has the other keys under which the loop closed, and how often it did. `names` are the event names of the
/// input.
pub(super) fn why_not_closed<'a>(
    unclosed: &Unclosed<'a>,
    mismatches: &[Mismatches],
    closed_by: impl Iterator<Item = (Key, u64)>,
    names: impl Iterator<Item = &'a [u8]>,
) -> Vec<String> {
    let names: Vec<String> = names.take(NAMES_MAX).map(plain).collect();
    if names.is_empty() {
        return vec!["the input holds no events to follow".to_owned()];
    }
    let unseen = never_at_position(unclosed, mismatches, &names);
    if unseen.is_empty() { vec![all_seen(unclosed, closed_by)] } else { unseen }
}

/// Returns a sentence for each position at which no event came. Positions with the same text have only one.
fn never_at_position(unclosed: &Unclosed<'_>, mismatches: &[Mismatches], names: &[String]) -> Vec<String> {
    let mut told = HashSet::new();
    let positions = unclosed.spec.positions.iter().zip(unclosed.seen).zip(mismatches);
    let unseen = positions.filter(|((position, seen), _)| **seen == 0 && told.insert(&position.text));
    let sentence = |((position, _), mismatches): ((&Position, &u64), &Mismatches)| match mismatches.count() {
        0 => never_seen(position, names, unclosed.comparisons),
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

/// Returns what the limits of a loop have dropped: nothing if it has none.
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

/// Returns the sentence for a position whose name did not occur in the input. It compares at most `comparisons` names, and
/// takes them off that number.
fn never_seen(position: &Position, names: &[String], comparisons: &Cell<usize>) -> String {
    // Names are compared without their subsystem, so that `xen:kvm_exit` is similar to `kvm:kvm_exit`.
    let compared = |name: &str| EventName::new(name).bare().chars().take(COMPARED_MAX).collect::<String>();
    let written = position.events_text();
    let near = position.events.iter().flat_map(|event| {
        let count = names.len().min(comparisons.get());
        comparisons.set(comparisons.get() - count);
        let candidates = names[..count].iter().map(|name| (name.as_str(), compared(name)));
        nearest_by(&compared(event.bare()), candidates)
    });
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
pub(super) fn worth_asking_for(proposals: &[Proposal]) -> Option<String> {
    // A loop that begins with a dash would be taken as an option, so it stands behind `-l`.
    let option = |text: &str| if text.starts_with('-') { "-l " } else { "" };
    let texts: Vec<String> =
        proposals.iter().map(|Proposal { text, .. }| format!("{}'{text}'", option(text))).collect();
    (!texts.is_empty()).then(|| format!("worth asking for here: {}; --discover shows more", texts.join(", ")))
}

/// Returns a name of the input as text that a terminal can show.
fn plain(name: &[u8]) -> String {
    let mut plain = Vec::new();
    push_plain(&mut plain, name);
    String::from_utf8_lossy(&plain).into_owned()
}
