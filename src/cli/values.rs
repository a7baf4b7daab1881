//! Reads the values of options. Each function returns the value, or says what was expected.

use super::format::Format;
use crate::engine::Window;
use crate::event::Nanos;
use crate::pattern::{Grouping, Loop, Notation, Numbers, Pointer, SyntaxError, grammar};
use crate::source::InputName;
use crate::text::{Unit, nearest};
use std::ffi::{OsStr, OsString};

/// A value that cannot be read.
#[derive(Debug)]
pub struct Mistake {
    /// The expectation, as the end of a message: "expected one of ...".
    pub(super) expected: String,
    /// The place of the mistake, if the value is a text with a grammar.
    pub(super) pointer: Option<Pointer>,
}

impl<T: Into<String>> From<T> for Mistake {
    fn from(expected: T) -> Self {
        Mistake { expected: expected.into(), pointer: None }
    }
}

impl Mistake {
    /// Makes the mistake in the text of a loop or a field. An empty text has no place to point at.
    fn in_text(error: &SyntaxError, text: &str) -> Self {
        Mistake { expected: error.to_string(), pointer: (!text.is_empty()).then(|| error.pointer(text)) }
    }
}

/// Returns the names of a table of values.
pub(super) fn names<T>(table: &'static [(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

/// Looks a value up in a table by its name.
pub(super) fn choice<T: Copy>(value: &OsStr, table: &'static [(&'static str, T)]) -> Result<T, Mistake> {
    let text = value.to_string_lossy();
    let found = table.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
    found.ok_or_else(|| unknown_name(&text, &names(table)))
}

/// Reads the FORMAT of `-f`.
pub(super) fn read_format(value: &OsStr) -> Result<Format, Mistake> {
    let text = value.to_string_lossy();
    let found = Format::all().find(|format| format.name == text);
    found.ok_or_else(|| unknown_name(&text, &Format::all().map(|format| format.name).collect::<Vec<_>>()))
}

/// Makes the mistake of a name that is none of these. It lists them in the order of the help, after the one that is near
/// to the name.
fn unknown_name(text: &str, names: &[&'static str]) -> Mistake {
    let meant = nearest(text, names.iter().copied()).first().map(|near| format!("did you mean '{near}'? "));
    format!("{}expected one of {}", meant.unwrap_or_default(), names.join(", ")).into()
}

/// Reads `[NAME=]LOOP`, in one of its two notations.
pub(super) fn read_loop(value: &OsStr, notation: Notation) -> Result<Loop, Mistake> {
    let text = value.to_str().ok_or("a loop is UTF-8 text")?;
    // A text with an arrow is meant as a loop, even if a quote in it is not closed.
    if notation == Notation::Bars && !text.contains("->") && !grammar::has_bar(text) {
        return Err("expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)".into());
    }
    grammar::parse(text, notation).map_err(|error| Mistake::in_text(&error, text))
}

/// Reads the FIELD of `-b`: `comm`, `pid`, `tid`, `cpu`, `key`, a payload field, or `$N`.
pub(super) fn read_grouping(value: &OsStr) -> Result<Grouping, Mistake> {
    let text = value.to_str().ok_or("expected a field's name, or $N")?;
    match Grouping::from_name(text) {
        Some(grouping) => Ok(grouping),
        None => grammar::parse_field(text).map(Grouping::Field).map_err(|error| Mistake::in_text(&error, text)),
    }
}

/// Reads an INPUT. `-` is standard input.
pub(super) fn read_input(value: &OsStr) -> InputName {
    if value == "-" { InputName::Stdin } else { InputName::Path(OsString::from(value)) }
}

/// Adds a LIST, as in `1,2,5-9`, to the selected numbers.
pub(super) fn select(numbers: &mut Numbers, value: &OsStr) -> Result<(), Mistake> {
    Ok(numbers.extend(&value.to_string_lossy())?)
}

/// Reads a whole number from 1 to `COUNT_MAX`.
pub(super) fn count(value: &OsStr) -> Result<usize, Mistake> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|number| (1..=COUNT_MAX).contains(number))
        .ok_or_else(|| format!("expected a whole number from 1 to {COUNT_MAX}").into())
}

/// Reads a duration of at least a nanosecond. The unit is required, because `10` alone could mean any.
pub(super) fn duration(value: &OsStr) -> Result<Nanos, Mistake> {
    let text = value.to_string_lossy();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !digits(whole) || !digits(decimals) {
        return Err("expected a duration, as 10ms, 1.5s, 250us or 80ns".into());
    }
    if unit.is_empty() {
        return Err(format!("expected a duration with its unit, as {number}ms or {number}s").into());
    }
    let unit = choice(OsStr::new(unit), Unit::NAMES)?;
    let ns = nanoseconds(whole, decimals.trim_end_matches('0'), unit.in_ns());
    ns.filter(|ns| *ns > 0).map(Nanos).ok_or_else(|| "expected at least a nanosecond, and whole ones".into())
}

/// Returns `whole.fraction` units of `unit_ns` in nanoseconds, if that is a whole number of 64 bits.
fn nanoseconds(whole: &str, fraction: &str, unit_ns: u64) -> Option<u64> {
    let scale = u32::try_from(fraction.len()).ok().and_then(|digits| 10_u64.checked_pow(digits))?;
    let scaled_part = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()?.checked_mul(unit_ns)? };
    let is_exact = scaled_part.is_multiple_of(scale);
    let ns = whole.parse::<u64>().ok()?.checked_mul(unit_ns)?.checked_add(scaled_part / scale)?;
    is_exact.then_some(ns)
}

/// Reads the WINDOW of `--reorder`: a number of events, or a duration.
pub(super) fn window(value: &OsStr) -> Result<Window, Mistake> {
    let text = value.to_string_lossy();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return count(value).map(Window::Events);
    }
    let or_events = |mistake: Mistake| format!("{}, or a number of events, as 1000", mistake.expected);
    Ok(duration(value).map(Window::Span).map_err(or_events)?)
}

/// The sections of a conf that perf-script-postprocessor knew. The index of each is its number there.
pub(super) const SECTIONS: [&str; 2] = ["Native", "Threads"];

/// Reads the section of a conf, by name or number.
pub(super) fn section(value: &OsStr) -> Result<String, Mistake> {
    let text = value.to_str().ok_or("expected the name of a section")?;
    let numbered = text.parse().ok().and_then(|number: usize| SECTIONS.get(number));
    Ok(numbered.map_or(text, |name| name).to_owned())
}

/// The largest number that [`count`] reads. The table of keys numbers its slots with 32 bits.
const COUNT_MAX: usize = 1_000_000_000;
