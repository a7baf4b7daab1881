//! Readers of the values that options take: text -> value, or what was expected.

use crate::event::Nanos;
use crate::pattern::{Loop, Notation, Numbers, grammar};
use crate::reorder::Window;
use crate::report::{Unit, by_nearness};
use crate::source::InputName;
use std::ffi::{OsStr, OsString};

pub(super) fn names<T>(table: &'static [(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

/// Looks a value up; the error lists the names, nearest first.
pub(super) fn choice<T: Copy>(value: &OsStr, table: &'static [(&'static str, T)]) -> Result<T, String> {
    let text = value.to_string_lossy();
    if let Some((_, choice)) = table.iter().find(|(name, _)| *name == text) {
        return Ok(*choice);
    }
    Err(format!("expected one of {}", by_nearness(&text, names(table)).join(", ")))
}

/// Reads `[NAME=]LOOP`.
pub(super) fn read_loop(value: &OsStr, notation: Notation) -> Result<Loop, String> {
    let text = value.to_str().ok_or("a loop is UTF-8 text")?;
    if notation == Notation::Bars && !grammar::has_arrow(text) && !grammar::has_bar(text) {
        return Err("expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)".to_owned());
    }
    grammar::parse(text, notation).map_err(|error| format!("{error} (at byte {})", error.at + 1))
}

/// Reads an INPUT.
pub(super) fn read_input(value: &OsStr) -> InputName {
    if value == "-" { InputName::Stdin } else { InputName::Path(OsString::from(value)) }
}

/// Adds a LIST to the numbers that are selected.
pub(super) fn select(numbers: &mut Numbers, value: &OsStr) -> Result<(), String> {
    numbers.extend(&value.to_string_lossy()).map_err(str::to_owned)
}

pub(super) fn count(value: &OsStr) -> Result<usize, String> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|number| (1..=COUNT_MAX).contains(number))
        .ok_or(format!("expected a whole number from 1 to {COUNT_MAX}"))
}

/// A span of time with its unit; `10` alone could mean any.
pub(super) fn duration(value: &OsStr) -> Result<Nanos, String> {
    let text = value.to_string_lossy();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !digits(whole) || !digits(decimals) {
        return Err("expected a duration, as 10ms, 1.5s, 250us or 80ns".to_owned());
    }
    if unit.is_empty() {
        return Err(format!("expected a duration with its unit, as {number}ms or {number}s"));
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
    ns.filter(|ns| *ns > 0).map(Nanos).ok_or_else(|| "expected at least a nanosecond, and whole ones".to_owned())
}

/// How many events, or for how long.
pub(super) fn window(value: &OsStr) -> Result<Window, String> {
    let text = value.to_string_lossy();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return count(value).map(Window::Events);
    }
    duration(value).map(Window::Span).map_err(|error| format!("{error}, or a number of events, as 1000"))
}

/// The sections that the predecessor knew, by its numbers.
pub(super) const SECTIONS: [&str; 2] = ["Native", "Threads"];

/// A section of a conf, by name or number.
pub(super) fn section(value: &OsStr) -> Result<String, String> {
    let text = value.to_str().ok_or("expected the name of a section")?;
    let numbered = text.parse().ok().and_then(|number: usize| SECTIONS.get(number));
    Ok(numbered.map_or(text, |name| name).to_owned())
}

/// More keys than this do not fit the table's 32-bit numbers.
const COUNT_MAX: usize = 1_000_000_000;
