//! The definition of a loop in a state: all that must be equal for statistics to be about the same thing.

use super::escaped::{push_escaped, unescaped};
use super::fields::{FieldError, FieldsToRead, FieldsToWrite};
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{Glob, Loop, Numbers, Selection};
use crate::text::{JsonValue, push_json};
use std::ops::RangeInclusive;

/// The definition of a loop: its text, the options that say how it was followed, and those that chose its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The loop without its name and its key.
    pub text: String,
    /// The key by which the loop was followed.
    pub key: Key,
    /// The rule by which events became closed loops.
    pub matching: Matching,
    /// The totals that closed loops may have, from `--min` to `--max`.
    pub totals: RangeInclusive<Nanos>,
    /// The selection of events. Its lists are in an order that does not depend on the command line.
    pub selection: Selection,
}

impl Definition {
    /// Returns the definition of a loop that is followed in this way.
    pub fn new(
        spec: &Loop,
        key: Key,
        matching: Matching,
        totals: RangeInclusive<Nanos>,
        selection: Option<&Selection>,
    ) -> Definition {
        Definition { text: spec.text(), ..Definition::of_options(key, matching, totals, selection) }
    }

    /// Returns the definition of a loop without a text.
    pub fn of_options(
        key: Key,
        matching: Matching,
        totals: RangeInclusive<Nanos>,
        selection: Option<&Selection>,
    ) -> Definition {
        let mut selection = selection.cloned().unwrap_or_default();
        selection.comms.sort_by(|one, other| one.text().cmp(other.text()));
        selection.comms.dedup();
        for numbers in [&mut selection.pids, &mut selection.tids, &mut selection.cpus] {
            let mut normalised = Numbers::default();
            if normalised.extend(&numbers.text()).is_ok() {
                *numbers = normalised;
            }
        }
        Definition { text: String::new(), key, matching, totals, selection }
    }

    /// Returns the first part in which two definitions differ, with its value in each: for a message.
    pub fn difference(&self, other: &Definition) -> Option<(&'static str, [String; 2])> {
        let both = |value: fn(&Definition) -> String| [value(self), value(other)];
        let parts: [(&'static str, [String; 2]); 10] = [
            ("the loop", both(|definition| definition.text.clone())),
            ("-k", both(|definition| definition.key.name().to_owned())),
            ("--match", both(|definition| definition.matching.name().to_owned())),
            ("--min", both(|definition| shown_limit(*definition.totals.start(), 0))),
            ("--max", both(|definition| shown_limit(*definition.totals.end(), u64::MAX))),
            ("--time", both(|definition| shown_times(definition.selection.times.as_ref()))),
            ("--comm", both(|definition| shown_comms(&definition.selection.comms))),
            ("--pid", both(|definition| shown_list(definition.selection.pids.text()))),
            ("--tid", both(|definition| shown_list(definition.selection.tids.text()))),
            ("--cpu", both(|definition| shown_list(definition.selection.cpus.text()))),
        ];
        parts.into_iter().find(|(_, [one, other])| one != other)
    }

    /// Adds the fields of the definition.
    pub(super) fn write(&self, fields: &mut FieldsToWrite) {
        fields.text("loop", &self.text);
        fields.text("key", self.key.name());
        fields.text("match", self.matching.name());
        let mut limits = FieldsToWrite::default();
        limits.optional("min", limit(*self.totals.start(), 0));
        limits.optional("max", limit(*self.totals.end(), u64::MAX));
        fields.add("limits", limits.into_json());
        fields.add("selection", selection_json(&self.selection));
    }

    /// Takes the fields of a definition.
    pub(super) fn read(fields: &mut FieldsToRead) -> Result<Definition, FieldError> {
        let text = fields.text("loop")?;
        let key = Key::from_name(&fields.text("key")?).ok_or_else(|| FieldError::of("key"))?;
        let matching = fields.text("match")?;
        let matching = Matching::NAMES.iter().find(|(name, _)| *name == matching);
        let (_, matching) = *matching.ok_or_else(|| FieldError::of("match"))?;
        let mut limits = fields.object("limits")?;
        let totals = Nanos(limits.optional("min")?.unwrap_or(0))..=Nanos(limits.optional("max")?.unwrap_or(u64::MAX));
        limits.end()?;
        let selection = selection(fields.object("selection")?)?;
        Ok(Definition { text, key, matching, totals, selection })
    }
}

/// Returns a limit; `None` if it limits nothing.
fn limit(Nanos(limit): Nanos, none: u64) -> Option<u64> {
    (limit != none).then_some(limit)
}

fn shown_limit(of: Nanos, none: u64) -> String {
    limit(of, none).map_or("none".to_owned(), |limit| format!("{limit}ns"))
}

fn shown_list(list: String) -> String {
    if list.is_empty() { "all".to_owned() } else { list }
}

fn shown_comms(comms: &[Glob]) -> String {
    shown_list(comms.iter().map(|comm| String::from_utf8_lossy(comm.text())).collect::<Vec<_>>().join(", "))
}

fn shown_times(times: Option<&RangeInclusive<Nanos>>) -> String {
    times.map_or("all".to_owned(), |times| format!("{} to {} ns", times.start().0, times.end().0))
}

fn selection_json(selection: &Selection) -> Vec<u8> {
    let mut fields = FieldsToWrite::default();
    let mut comms = vec![b'['];
    for (at, comm) in selection.comms.iter().enumerate() {
        comms.extend_from_slice(if at > 0 { b"," } else { b"" });
        let mut escaped = Vec::new();
        push_escaped(&mut escaped, comm.text());
        push_json(&mut comms, &escaped);
    }
    comms.push(b']');
    fields.add("comm", comms);
    fields.text("cpu", &selection.cpus.text());
    fields.text("pid", &selection.pids.text());
    fields.text("tid", &selection.tids.text());
    match &selection.times {
        Some(times) => fields.numbers("time", &[times.start().0, times.end().0]),
        None => fields.add("time", "null"),
    }
    fields.into_json()
}

fn selection(mut fields: FieldsToRead) -> Result<Selection, FieldError> {
    let comm = |value| match value {
        JsonValue::Text(text) => unescaped(text.as_bytes()).map(|text| Glob::new(&text)),
        _ => None,
    };
    let comms: Option<Vec<Glob>> = fields.list("comm")?.into_iter().map(comm).collect();
    let comms = comms.ok_or_else(|| FieldError::of("comm"))?;
    let [cpus, pids, tids] = ["cpu", "pid", "tid"].map(|name| {
        let text = fields.text(name)?;
        let mut numbers = Numbers::default();
        let is_read = text.is_empty() || numbers.extend(&text).is_ok();
        if is_read && numbers.text() == text { Ok(numbers) } else { Err(FieldError::of(name)) }
    });
    let times = match fields.take("time")? {
        JsonValue::Null => None,
        JsonValue::List(ends) => match ends.as_slice() {
            [JsonValue::Number(from), JsonValue::Number(to)] => Some(Nanos(*from)..=Nanos(*to)),
            _ => return Err(FieldError::of("time")),
        },
        _ => return Err(FieldError::of("time")),
    };
    fields.end()?;
    Ok(Selection { comms, pids: pids?, tids: tids?, cpus: cpus?, times })
}
