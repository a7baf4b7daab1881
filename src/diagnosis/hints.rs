//! Why a loop did not close, as far as it can be told; and names near to a name.

use crate::event::Syntax;
use crate::key::{Key, KeySource};
use crate::pattern::{EventName, Loop, Position};
use crate::text::{excerpt, nearest_by, push_plain};
use std::collections::HashSet;

/// How many of the names seen are compared with a name, and how much of each.
const NAMES_MAX: usize = 1000;
const COMPARED_MAX: usize = 64;

/// A name of the input as text that can be shown.
fn plain(name: &[u8]) -> String {
    let mut plain = Vec::new();
    push_plain(&mut plain, name);
    String::from_utf8_lossy(&plain).into_owned()
}

/// What may have kept a loop from closing.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    /// Begun loops that losses cut.
    pub cut: u64,
    /// Events without the loop's key.
    pub lacking: u64,
    /// The syntax of the first such event.
    pub lacking_syntax: Option<&'static Syntax>,
}

/// Events that had a position's name, but not its fields, or did not fulfil its condition.
#[derive(Clone, Debug, Default)]
pub struct Mismatches {
    count: u64,
    /// The beginning of the first one's payload.
    example: Vec<u8>,
}

impl Mismatches {
    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Counts one, by its payload.
    pub fn count(&mut self, payload: &[u8]) {
        const EXAMPLE: usize = 81;
        if self.count == 0 {
            self.example = payload.trim_ascii().iter().copied().take(EXAMPLE).collect();
        }
        self.count += 1;
    }
}

/// Sentences that say why a loop never closed: a position that was never seen,
/// with the nearest names that were; or the keys that would have closed it.
pub fn why_not_closed<'a>(
    spec: &Loop,
    key: Key,
    seen: &[u64],
    mismatches: &[Mismatches],
    closed_by: impl Iterator<Item = (Key, u64)>,
    trouble: Trouble,
    names: impl Iterator<Item = &'a [u8]>,
) -> Vec<String> {
    let names: Vec<String> = names.take(NAMES_MAX).map(plain).collect();
    if names.is_empty() {
        return vec!["the input holds no events to follow".to_owned()];
    }
    let unseen = spec.positions.iter().zip(seen).zip(mismatches).filter(|((_, seen), _)| **seen == 0);
    let mut unseen: Vec<_> = unseen.map(|((position, _), mismatches)| (position, mismatches)).collect();
    let mut told = HashSet::new();
    unseen.retain(|(position, _)| told.insert(&position.text));
    if !unseen.is_empty() {
        let hint = |(position, mismatches): (&Position, &Mismatches)| match mismatches.count {
            0 => never_seen(position, &names),
            _ => never_fitting(position, mismatches),
        };
        return unseen.into_iter().map(hint).collect();
    }
    // A key that the loop names itself is not the option's to change.
    let option = if spec.key.is_some() { "by" } else { "-k" };
    let closes = |(key, count): (Key, u64)| {
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        format!("{option} {} closes it {times}", key.name())
    };
    let Trouble { cut, lacking, lacking_syntax } = trouble;
    let name = key.name();
    let seen = "all its events were seen, but";
    let remedies: Vec<_> = closed_by.map(closes).collect();
    vec![if lacking > 0 {
        let remedy = lacking_syntax.zip(key.header_field());
        let remedy = remedy.map(|(syntax, field)| format!("; {}", syntax.state_missing(field)));
        format!("{lacking} of its events have no {name} and were not followed{}", remedy.unwrap_or_default())
    } else if !remedies.is_empty() {
        format!("{seen} never in this order by {name}; {}", remedies.join(", "))
    } else if cut > 0 {
        format!("{seen} losses cut {cut} begun loops")
    } else if spec.key_source() != KeySource::Header {
        let fields = spec.positions.iter().flat_map(|position| &position.fields);
        let fields: Vec<String> = fields.map(|field| format!("@{field}")).collect();
        let compared = match spec.key_source() {
            KeySource::Both => {
                format!(": {} is compared with the {name}; -b tells loops apart by a field", fields.join(" and "))
            }
            _ => String::new(),
        };
        format!("{seen} never in this order with one key{compared}")
    } else {
        format!("{seen} never in this order by {name} or any other key")
    }]
}

fn never_seen(position: &Position, names: &[String]) -> String {
    // `xen:kvm_exit` is near to `kvm:kvm_exit` by its name alone.
    let beginning = |name: &str| EventName::new(name).bare().chars().take(COMPARED_MAX).collect::<String>();
    let written = position.events_text();
    let near = position.events.iter().flat_map(|event| {
        let candidates = names.iter().map(|name| (name.as_str(), beginning(name)));
        nearest_by(&beginning(event.bare()), candidates)
    });
    let near: Vec<&str> = near.collect();
    match near.as_slice() {
        [] => format!("{written} was never seen"),
        near => format!("{written} was never seen; near to it: {}", near.join(", ")),
    }
}

/// Its events were seen, but not with its fields, or not as its condition wants them.
fn never_fitting(position: &Position, mismatches: &Mismatches) -> String {
    let fields = position.fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let lacks = match (position.condition.is_some(), position.fields.is_empty()) {
        (true, true) => "never fulfilled its condition".to_owned(),
        (false, _) => format!("never had @{fields}"),
        (true, false) => format!("never fulfilled its condition with @{fields}"),
    };
    let Mismatches { count, example } = mismatches;
    let payload = if example.is_empty() { "has no payload".to_owned() } else { format!("is {}", excerpt(example)) };
    let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
    format!("{} was seen {times}, but {lacks}; the first one's payload {payload}", position.events_text())
}
