//! Names the fields that the tracepoints of a perf.data have, where the user asked for one that they do not have.
//!
//! The reader of a perf.data prints only the fields that the run wants. So the payload of an event does not show which
//! other fields the event has, and the names come from the tracepoint's format file.

use crate::pattern::{EventName, Field, Loop, Position, Target, bare};
use crate::perf_data::Lack;
use crate::text::nearest;

/// The largest number of fields of one event that a sentence names.
const FIELDS_SHOWN: usize = 10;
/// The largest number of events whose fields a sentence names.
const EVENTS_SHOWN: usize = 3;
/// The fields of the header that `-b` and `--show` may name.
const HEADER_FIELDS: [&str; 4] = ["tid", "pid", "cpu", "comm"];

/// Returns the end of the sentence about a position that no event fitted, for example `has no field fdd; its fields are
/// fd, buf, count`. Returns `None` if no event of the position lacks a field that the position names.
pub(super) fn lacking_at(position: &Position, lacks: &[Lack]) -> Option<String> {
    let mut fields: Vec<&Field> = position.fields.iter().collect();
    position.condition.iter().for_each(|condition| condition.push_fields(&mut fields));
    let (lack, missing) = lacks.iter().filter(|lack| is_at(position, lack)).find_map(|lack| {
        let mut missing: Vec<&str> = fields.iter().filter_map(|field| lacking_name(field, lack)).collect();
        missing.dedup();
        (!missing.is_empty()).then_some((lack, missing))
    })?;
    let all = missing.join(" or ");
    let meant = meant(missing[0], lack.declared.iter().map(AsRef::as_ref));
    Some(match lack.declared.as_slice() {
        [] => format!("has no field {all}, and no other field"),
        declared => format!("has no field {all}; its fields are {}{meant}", list(declared)),
    })
}

/// Returns the end of the sentence about a field of `-b` or `--show` that no closed loop has a value of, for example
/// `; sys_exit_read has ret; did you mean ret?`. The text is empty if no event of the loop is known to lack the field.
pub fn fields_instead(target: &Target, spec: &Loop, lacks: &[Lack]) -> String {
    let positions = match target {
        Target::Earliest(_) => spec.positions.as_slice(),
        Target::At(_, position) => spec.positions.get(*position..=*position).unwrap_or_default(),
        _ => return String::new(),
    };
    let Some(field) = target.field() else { return String::new() };
    let is_in_loop = |lack: &&Lack| positions.iter().any(|position| is_at(position, lack));
    let lacks: Vec<(&Lack, &str)> = lacks
        .iter()
        .filter(is_in_loop)
        .filter(|lack| !lack.declared.is_empty())
        .filter_map(|lack| Some((lack, lacking_name(field, lack)?)))
        .collect();
    let Some((_, name)) = lacks.first() else { return String::new() };
    let fields = lacks.iter().flat_map(|(lack, _)| &lack.declared).map(AsRef::as_ref).chain(HEADER_FIELDS);
    let each = lacks.iter().take(EVENTS_SHOWN).map(|(lack, _)| {
        let event = String::from_utf8_lossy(bare(&lack.event));
        format!("; {event} has {}", list(&lack.declared))
    });
    each.chain([meant(name, fields)]).collect()
}

/// Returns whether the event of a [`Lack`], which is a tracepoint without some of the wanted fields, may stand at a
/// position.
fn is_at(position: &Position, lack: &Lack) -> bool {
    position.events.iter().any(|event: &EventName| event.matches(&lack.event))
}

/// Returns the name of a field if the event lacks the field.
fn lacking_name<'a>(field: &'a Field, lack: &Lack) -> Option<&'a str> {
    let Field::Named(name) = field else { return None };
    lack.lacking.iter().any(|lacking| lacking == name.text()).then(|| name.text())
}

/// Returns the question `; did you mean fd?`, or nothing if no field has a name that is near to the wrong one.
fn meant<'a>(wrong: &str, fields: impl Iterator<Item = &'a str>) -> String {
    nearest(wrong, fields).first().map_or(String::new(), |near| format!("; did you mean {near}?"))
}

/// Returns the names of fields, and how many more there are.
fn list(fields: &[Box<str>]) -> String {
    let shown: Vec<&str> = fields.iter().take(FIELDS_SHOWN).map(AsRef::as_ref).collect();
    match fields.len().saturating_sub(FIELDS_SHOWN) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}
