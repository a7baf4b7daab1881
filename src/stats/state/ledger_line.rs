//! The line of a state with the counts of lines and events.

use super::fields::{FieldError, FieldsToRead, FieldsToWrite};
use crate::key::Key;
use crate::stats::ledger::Ledger;

/// Adds the fields of a ledger.
pub(super) fn write(ledger: &Ledger, fields: &mut FieldsToWrite) {
    for (name, count) in counts(&mut ledger.clone()) {
        fields.number(name, *count);
    }
    let mut missing = FieldsToWrite::default();
    for ((name, _), count) in Key::NAMES.iter().zip(ledger.missing_key) {
        missing.number(name, count);
    }
    fields.add("missing_key", missing.into_json());
}

/// Takes the fields of a ledger.
pub(super) fn read(fields: &mut FieldsToRead) -> Result<Ledger, FieldError> {
    let mut ledger = Ledger::default();
    for (name, count) in counts(&mut ledger) {
        *count = fields.count(name)?;
    }
    let mut missing = fields.object("missing_key")?;
    for ((name, _), count) in Key::NAMES.iter().zip(&mut ledger.missing_key) {
        *count = missing.count(name)?;
    }
    missing.end()?;
    Ok(ledger)
}

/// Returns the counts of a ledger with their names.
fn counts(ledger: &mut Ledger) -> [(&'static str, &mut u64); 17] {
    [
        ("bytes", &mut ledger.bytes),
        ("lines", &mut ledger.lines),
        ("records", &mut ledger.records),
        ("events", &mut ledger.events),
        ("own", &mut ledger.own),
        ("left_out", &mut ledger.left_out),
        ("skipped", &mut ledger.skipped),
        ("malformed", &mut ledger.malformed),
        ("lost", &mut ledger.lost),
        ("lost_markers", &mut ledger.lost_markers),
        ("timeless", &mut ledger.timeless),
        ("pairs_beyond", &mut ledger.pairs_beyond),
        ("out_of_order", &mut ledger.matcher.out_of_order),
        ("joined_out_of_order", &mut ledger.matcher.joined_out_of_order),
        ("evicted", &mut ledger.matcher.evicted),
        ("cut", &mut ledger.matcher.cut),
        ("unfinished", &mut ledger.matcher.unfinished),
    ]
}
