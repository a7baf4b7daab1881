//! Reads the values of options. Each function returns the value, or says what was expected in place of the text.

use super::format::Format;
use crate::engine::Window;
use crate::event::Nanos;
use crate::pattern::{FieldReferences, Loop, Notation, Numbers, Pointer, SyntaxError, grammar};
use crate::report::FailCondition;
use crate::source::InputName;
use crate::stats::Quantile;
use crate::text::{nearest, parse_duration, parse_duration_or_zero, parse_seconds};
use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;

/// A value that cannot be read.
#[derive(Debug)]
pub struct Mistake {
    /// The end of a message, which says what was expected: "expected one of ...".
    pub(super) expected: String,
    /// The place of the mistake, if the value is a text with a grammar, such as a loop.
    pub(super) pointer: Option<Pointer>,
}

impl<T: Into<String>> From<T> for Mistake {
    fn from(expected: T) -> Self {
        Mistake { expected: expected.into(), pointer: None }
    }
}

impl Mistake {
    /// Creates the mistake for an error in the text of a loop or a field. In an empty text there is no place to point
    /// at.
    fn in_text(error: &SyntaxError, text: &str) -> Self {
        Mistake { expected: error.to_string(), pointer: (!text.is_empty()).then(|| error.pointer(text)) }
    }
}

/// Returns the names in a table of named values.
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

/// Returns the error for a text that is none of `names`. The error proposes the name that is similar to the text, if
/// there is one, and then lists all names in the order of the help.
fn unknown_name(text: &str, names: &[&'static str]) -> Mistake {
    let meant = nearest(text, names.iter().copied()).first().map(|near| format!("did you mean '{near}'? "));
    format!("{}expected one of {}", meant.unwrap_or_default(), names.join(", ")).into()
}

/// Reads `[NAME=]LOOP` in the given notation.
pub(super) fn read_loop(value: &OsStr, notation: Notation) -> Result<Loop, Mistake> {
    let text = value.to_str().ok_or("a loop is UTF-8 text")?;
    // A text with an arrow is meant as a loop. It is parsed even if a quote in it is not closed, so that the error
    // names the quote.
    if notation == Notation::Bars && !text.contains("->") && !grammar::has_bar(text) {
        return Err("expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)".into());
    }
    grammar::parse(text, notation).map_err(|error| Mistake::in_text(&error, text))
}

/// Reads FIELDS and adds them to a list. `has_start` is true for `--show`, in which the name `start` means the time of
/// the first position. In `-b` it means a field of the payload.
pub(super) fn add_references(list: &mut FieldReferences, value: &OsStr, has_start: bool) -> Result<(), Mistake> {
    let text = value.to_str().ok_or("expected names of fields, or $N")?;
    let references = grammar::parse_references(text, has_start).map_err(|error| Mistake::in_text(&error, text))?;
    list.extend(references);
    Ok(())
}

/// Reads the name of an INPUT. `-` stands for standard input.
pub(super) fn read_input(value: &OsStr) -> InputName {
    if value == "-" { InputName::Stdin } else { InputName::Path(OsString::from(value)) }
}

/// Reads the name of a file or a directory, for `-o`, `-c` and `--log`.
pub(super) fn file_name(value: &OsStr) -> Result<OsString, Mistake> {
    if value.is_empty() { Err("expected a name".into()) } else { Ok(value.to_owned()) }
}

/// Reads a LIST, such as `1,2,5-9`, and adds its numbers to the selected ones.
pub(super) fn select(numbers: &mut Numbers, value: &OsStr) -> Result<(), Mistake> {
    Ok(numbers.extend(&value.to_string_lossy())?)
}

/// Reads a whole number from 1 to [`COUNT_MAX`].
pub(super) fn count(value: &OsStr) -> Result<usize, Mistake> {
    count_to(value, COUNT_MAX)
}

/// Reads a whole number from 1 to `most`.
pub(super) fn count_to(value: &OsStr, most: usize) -> Result<usize, Mistake> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| format!("expected a whole number from 1 to {most}").into())
}

/// Reads a SIZE of at least one byte: a number of bytes, or of KiB, MiB or GiB with the letter K, M or G behind it.
pub(super) fn size(value: &OsStr) -> Result<u64, Mistake> {
    const UNITS: [(&str, u64); 3] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)];
    let text = value.to_str().unwrap_or_default();
    let with_unit = UNITS.iter().find_map(|(letter, unit)| Some((text.strip_suffix(letter)?, *unit)));
    let (number, unit) = with_unit.unwrap_or((text, 1));
    let number = Some(number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let bytes = number.and_then(|number| number.parse::<u64>().ok()).and_then(|number| number.checked_mul(unit));
    Ok(bytes.filter(|bytes| *bytes > 0).ok_or("expected a number of bytes, or a size as 64K, 8M or 1G")?)
}

/// Reads the LIST of `--quantiles`: percentiles with commas between them. A percentile that is named twice counts once.
pub(super) fn quantiles(value: &OsStr) -> Result<Vec<Quantile>, Mistake> {
    let text = value.to_string_lossy();
    let mut quantiles = Vec::new();
    for item in text.split(',') {
        let quantile = Quantile::from_percentile(item.trim());
        let quantile = quantile.ok_or("expected percentiles from 0 to 100, as in '50,95,99.99'")?;
        if !quantiles.contains(&quantile) {
            quantiles.push(quantile);
        }
    }
    Ok(quantiles)
}

/// Reads the CONDITION of `--fail-if`.
pub(super) fn fail_condition(value: &OsStr) -> Result<FailCondition, Mistake> {
    let text = value.to_str().ok_or("a condition is UTF-8 text")?;
    Ok(FailCondition::parse(text)?)
}

/// Reads a span `FROM,TO` of the trace clock, in seconds. Either end may be left out.
pub(super) fn time_span(value: &OsStr) -> Result<RangeInclusive<Nanos>, Mistake> {
    let text = value.to_string_lossy();
    let (from, to) = text.split_once(',').ok_or("expected a span FROM,TO in seconds, as 12.5,13 or 12.5, or ,13")?;
    let span = seconds(from, Nanos(0))?..=seconds(to, Nanos(u64::MAX))?;
    if span.is_empty() { Err("expected a span whose end is not before its beginning".into()) } else { Ok(span) }
}

/// Reads one end of a span: a time of the trace clock, in seconds with at most nine decimals. If the text is empty, the
/// span is open at this end, and the result is `open`.
fn seconds(text: &str, open: Nanos) -> Result<Nanos, Mistake> {
    let text = text.trim();
    let time = if text.is_empty() { Some(open) } else { parse_seconds(text) };
    time.ok_or_else(|| "expected times in seconds, with at most nine decimals, as 12.5,13".into())
}

/// Reads a duration of at least a nanosecond, with its unit.
pub(super) fn duration(value: &OsStr) -> Result<Nanos, Mistake> {
    Ok(parse_duration(&value.to_string_lossy())?)
}

/// Reads a duration with its unit, which may be 0.
pub(super) fn duration_or_zero(value: &OsStr) -> Result<Nanos, Mistake> {
    Ok(parse_duration_or_zero(&value.to_string_lossy())?)
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

/// The sections of a conf that perf-script-postprocessor, the predecessor of this program, knew. The index of a name is
/// the number of the section.
pub(super) const SECTIONS: [&str; 2] = ["Native", "Threads"];

/// Reads the section of a conf, given by its name or its number.
pub(super) fn section(value: &OsStr) -> Result<String, Mistake> {
    let text = value.to_str().ok_or("expected the name of a section")?;
    let numbered = text.parse().ok().and_then(|number: usize| SECTIONS.get(number));
    Ok(numbered.map_or(text, |name| name).to_owned())
}

/// The largest number that [`count`] accepts. It is below 2^32, because the table of keys numbers its slots with 32
/// bits.
const COUNT_MAX: usize = 1_000_000_000;
