//! One line of a state.

use super::escaped::{push_escaped, unescaped};
use super::fields::{FieldError, FieldsToRead, FieldsToWrite};
use super::loop_line::LoopLine;
use super::{HEADER, ledger_line};
use crate::stats::ledger::Ledger;
use crate::text::JsonValue;
use std::fmt;

/// The second column of each line, with a tab on both sides. It has the version of the format.
const MARK: &[u8] = b"\tpspp-filter-state-1\t";
/// The beginning of the second column in every version.
const MARK_OF_ANY_VERSION: &[u8] = b"\tpspp-filter-state-";
/// The sort key of the ledger. No loop has an empty name.
const LEDGER_KEY: &[u8] = b"//ledger";
/// The end of the sort key of an event's name.
const EVENTS_END: &[u8] = b"/events";

/// One line of a state.
#[derive(Clone, Debug)]
pub enum StateLine {
    /// The statistics of one transition of a loop or of one of its groups.
    Loop(Box<LoopLine>),
    /// The counts of lines and events.
    Ledger(Box<Ledger>),
    /// The number of events of a name.
    Events {
        /// The name as the input printed it. `others` are all names for which there was no room.
        name: Vec<u8>,
        /// The number of events.
        count: u64,
    },
}

/// The reason why a line cannot be read as a line of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(String);

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns whether a line is a header of a state.
pub fn is_header(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").unwrap_or(line) == HEADER.as_bytes()
}

/// Returns whether a line belongs to a state of any version: its second column is the mark of states.
#[inline]
pub fn is_state_line(line: &[u8]) -> bool {
    let Some(tab) = memchr::memchr(b'\t', line) else { return false };
    line.get(tab..).is_some_and(|rest| rest.starts_with(MARK_OF_ANY_VERSION))
}

impl StateLine {
    /// Reads a line, without its newline.
    ///
    /// # Errors
    ///
    /// The first part of the line that [`StateLine::push`] does not write.
    pub fn parse(line: &[u8]) -> Result<StateLine, StateError> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let tab = memchr::memchr(b'\t', line).unwrap_or(0);
        let (key, rest) = line.split_at(tab);
        let json = rest.strip_prefix(MARK).ok_or_else(|| StateError("the state has another version".to_owned()))?;
        let json = std::str::from_utf8(json).map_err(|_| StateError("the JSON is not UTF-8".to_owned()))?;
        let value = JsonValue::parse(json).map_err(|error| StateError(error.to_string()))?;
        let read = FieldsToRead::of(value).ok_or_else(|| FieldError("the last column is no object".to_owned()));
        read.and_then(|fields| of_fields(key, fields)).map_err(|FieldError(message)| StateError(message))
    }

    /// Appends the line, without its newline.
    pub fn push(&self, out: &mut Vec<u8>) {
        let mut fields = FieldsToWrite::default();
        match self {
            StateLine::Ledger(ledger) => {
                out.extend_from_slice(LEDGER_KEY);
                ledger_line::write(ledger, &mut fields);
            }
            StateLine::Events { name, count } => {
                out.push(b'/');
                push_escaped(out, name);
                out.extend_from_slice(EVENTS_END);
                fields.number("count", *count);
            }
            StateLine::Loop(line) => {
                push_escaped(out, line.name.as_bytes());
                out.push(b'/');
                push_escaped(out, &line.group_text());
                out.push(b'/');
                push_escaped(out, line.transition.as_bytes());
                line.write(&mut fields);
            }
        }
        out.extend_from_slice(MARK);
        out.extend_from_slice(&fields.into_json());
    }
}

fn of_fields(key: &[u8], mut fields: FieldsToRead) -> Result<StateLine, FieldError> {
    let line = if key == LEDGER_KEY {
        StateLine::Ledger(Box::new(ledger_line::read(&mut fields)?))
    } else {
        let parts: Option<Vec<Vec<u8>>> = key.split(|byte| *byte == b'/').map(unescaped).collect();
        let parts = parts.and_then(|parts| <[Vec<u8>; 3]>::try_from(parts).ok());
        let parts = parts.ok_or_else(|| FieldError("the first column is no sort key".to_owned()))?;
        match parts {
            [no_loop, name, events] if no_loop.is_empty() && *events == EVENTS_END[1..] => {
                StateLine::Events { name, count: fields.count("count")? }
            }
            parts => StateLine::Loop(Box::new(LoopLine::read(&mut fields, &parts)?)),
        }
    };
    fields.end()?;
    Ok(line)
}
