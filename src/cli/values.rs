//! Readers of the values that options take: text -> value, or what was expected.

use crate::engine::Window;
use crate::event::Nanos;
use crate::pattern::{Grouping, Loop, Notation, Numbers, Pointer, SyntaxError, grammar};
use crate::source::InputName;
use crate::text::{Unit, by_nearness};
use std::ffi::{OsStr, OsString};

/// What is wrong with a value, and what was expected.
#[derive(Debug)]
pub struct Mistake {
    pub(super) expected: String,
    /// The place in it, where it is a text with a grammar.
    pub(super) pointer: Option<Pointer>,
}

impl<T: Into<String>> From<T> for Mistake {
    fn from(expected: T) -> Self {
        Mistake { expected: expected.into(), pointer: None }
    }
}

impl Mistake {
    fn in_text(error: &SyntaxError, text: &str) -> Self {
        Mistake { expected: error.to_string(), pointer: (!text.is_empty()).then(|| error.pointer(text)) }
    }
}

pub(super) fn names<T>(table: &'static [(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

/// Looks a value up; the error lists the names, nearest first.
pub(super) fn choice<T: Copy>(value: &OsStr, table: &'static [(&'static str, T)]) -> Result<T, Mistake> {
    let text = value.to_string_lossy();
    if let Some((_, choice)) = table.iter().find(|(name, _)| *name == text) {
        return Ok(*choice);
    }
    Err(format!("expected one of {}", by_nearness(&text, names(table)).join(", ")).into())
}

/// Reads `[NAME=]LOOP`.
pub(super) fn read_loop(value: &OsStr, notation: Notation) -> Result<Loop, Mistake> {
    let text = value.to_str().ok_or("a loop is UTF-8 text")?;
    // An arrow behind a quote that nothing closes is a mistake in a loop, too.
    if notation == Notation::Bars && !text.contains("->") && !grammar::has_bar(text) {
        return Err("expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)".into());
    }
    grammar::parse(text, notation).map_err(|error| Mistake::in_text(&error, text))
}

/// Reads the FIELD of `--by`.
pub(super) fn read_grouping(value: &OsStr) -> Result<Grouping, Mistake> {
    let text = value.to_str().ok_or("expected a field's name, or $N")?;
    match Grouping::from_name(text) {
        Some(grouping) => Ok(grouping),
        None => grammar::parse_field(text).map(Grouping::Field).map_err(|error| Mistake::in_text(&error, text)),
    }
}

/// Reads an INPUT.
pub(super) fn read_input(value: &OsStr) -> InputName {
    if value == "-" { InputName::Stdin } else { InputName::Path(OsString::from(value)) }
}

/// Adds a LIST to the numbers that are selected.
pub(super) fn select(numbers: &mut Numbers, value: &OsStr) -> Result<(), Mistake> {
    Ok(numbers.extend(&value.to_string_lossy())?)
}

pub(super) fn count(value: &OsStr) -> Result<usize, Mistake> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|number| (1..=COUNT_MAX).contains(number))
        .ok_or_else(|| format!("expected a whole number from 1 to {COUNT_MAX}").into())
}

/// A span of time with its unit; `10` alone could mean any.
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
    let in_ns = unit.in_ns();
    let fraction = decimals.trim_end_matches('0');
    let scale = u32::try_from(fraction.len()).ok().and_then(|digits| 10_u64.checked_pow(digits));
    let ns = scale.and_then(|scale| {
        let part = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()?.checked_mul(in_ns)? };
        let exact = part.is_multiple_of(scale);
        whole.parse::<u64>().ok()?.checked_mul(in_ns)?.checked_add(part / scale).filter(|_| exact)
    });
    ns.filter(|ns| *ns > 0).map(Nanos).ok_or_else(|| "expected at least a nanosecond, and whole ones".into())
}

/// How many events, or for how long.
pub(super) fn window(value: &OsStr) -> Result<Window, Mistake> {
    let text = value.to_string_lossy();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return count(value).map(Window::Events);
    }
    let or_events = |mistake: Mistake| format!("{}, or a number of events, as 1000", mistake.expected);
    Ok(duration(value).map(Window::Span).map_err(or_events)?)
}

/// The sections that the predecessor knew, by its numbers.
pub(super) const SECTIONS: [&str; 2] = ["Native", "Threads"];

/// A section of a conf, by name or number.
pub(super) fn section(value: &OsStr) -> Result<String, Mistake> {
    let text = value.to_str().ok_or("expected the name of a section")?;
    let numbered = text.parse().ok().and_then(|number: usize| SECTIONS.get(number));
    Ok(numbered.map_or(text, |name| name).to_owned())
}

/// More keys than this do not fit the table's 32-bit numbers.
const COUNT_MAX: usize = 1_000_000_000;
