//! A whole print format: parses it, prints payloads by it, and finds the fields in it.

use super::argument::ArgumentParser;
use super::conversion::Conversion;
use super::segment::Segment;
use super::token::{Tokens, has_identifier, is_identifier};
use crate::perf_data::payload::field::DeclaredFields;

/// The largest number of segments in a print format that can be printed as a whole. The kernel's print formats have a
/// few dozen. A segment is a piece of text or a conversion.
const SEGMENTS_MAX: usize = 512;

/// The length in bytes at which a printed payload is cut off. A sample has fewer bytes, but a print format may print
/// the same bytes several times, or pad them.
const PAYLOAD_MAX: usize = 64 * 1024;

/// A parsed print format.
pub(in crate::perf_data::payload) struct PrintFormat {
    segments: Vec<Segment>,
}

/// Names a segment of the print format that prints a number under a field's name, such as the `%d` of `name=%d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::perf_data::payload) struct NamedNumber {
    /// The index of the number's segment.
    segment: usize,
}

/// Splits the line `print fmt: "...", a, b` of a format file into the string and its arguments. Returns `None` if the
/// file has no such line.
pub(in crate::perf_data::payload) fn split_print_fmt(format: &str) -> Option<(String, Vec<String>)> {
    let print = format.lines().find_map(|line| line.strip_prefix("print fmt: "))?;
    let mut tokens = Tokens::new(print);
    let print = tokens.string()?;
    let (mut arguments, mut depth, mut in_string, mut last) = (Vec::new(), 0_i32, false, '\0');
    for character in tokens.rest().chars() {
        in_string ^= character == '"' && last != '\\';
        match character {
            '(' | '{' if !in_string => depth += 1,
            ')' | '}' if !in_string => depth -= 1,
            _ => {}
        }
        if character == ',' && !in_string && depth == 0 {
            arguments.push(String::new());
        } else {
            arguments.last_mut()?.push(character);
        }
        // A backslash that is itself escaped by a backslash does not escape the next character.
        last = if last == '\\' { '\0' } else { character };
    }
    Some((print, arguments))
}

impl PrintFormat {
    /// Parses the string of a print format and its arguments, which refer to the fields in `declared`. A part that is
    /// not understood becomes a [`Segment::Unsupported`]. An unknown conversion and all that follows it become a single
    /// such segment. The same holds for the first conversion beyond [`SEGMENTS_MAX`] segments.
    pub(in crate::perf_data::payload) fn parse(print: &str, arguments: &[String], declared: &DeclaredFields) -> Self {
        let mut segments = Vec::new();
        let mut arguments = arguments.iter();
        let mut rest = print;
        while let Some(at) = rest.find('%') {
            push_literal(&mut segments, &rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                push_literal(&mut segments, "%");
                rest = behind;
                continue;
            }
            let conversion = Conversion::read(rest).filter(|_| segments.len() < SEGMENTS_MAX);
            let Some((conversion, behind)) = conversion else {
                // The conversion is unknown, or there are too many segments. An unknown conversion
                // may take any number of arguments (`%.*s` takes two), so from here on arguments
                // cannot be matched to conversions.
                segments.push(Segment::Unsupported { is_symbol: false });
                return PrintFormat { segments };
            };
            rest = behind;
            let unsupported = Segment::Unsupported { is_symbol: conversion.is_symbol() };
            let segment = arguments.next().and_then(|argument| {
                let mut parser = ArgumentParser::new(argument, declared);
                let segment = conversion.segment(&mut parser)?;
                parser.is_at_end().then_some(segment)
            });
            segments.push(segment.unwrap_or(unsupported));
        }
        push_literal(&mut segments, rest);
        PrintFormat { segments }
    }

    /// Returns whether every part of the print format can be printed, and the result is a single line.
    pub(in crate::perf_data::payload) fn is_supported(&self) -> bool {
        !self.segments.iter().any(|segment| match segment {
            Segment::Literal(text) => text.contains(['\n', '\r']),
            segment => matches!(segment, Segment::Unsupported { .. }),
        })
    }

    /// Appends the whole payload, cut off at [`PAYLOAD_MAX`] bytes. Returns `None` if the raw data are cut off or a
    /// segment is not supported.
    pub(in crate::perf_data::payload) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        for segment in &self.segments {
            segment.print(raw, out)?;
            if out.len() > PAYLOAD_MAX {
                out.truncate(PAYLOAD_MAX);
                break;
            }
        }
        Some(())
    }

    /// Returns about how many bytes of memory the print format takes.
    pub(in crate::perf_data::payload) fn memory(&self) -> usize {
        self.segments.iter().map(Segment::memory).sum()
    }

    /// Finds the return value of a system call, if the print format prints nothing else:
    ///
    /// ```text
    /// print fmt: "0x%lx", REC->ret
    /// ```
    pub(in crate::perf_data::payload) fn return_value(&self) -> Option<NamedNumber> {
        match &self.segments[..] {
            [Segment::Literal(before), Segment::Number(..)] if before == "0x" => Some(NamedNumber { segment: 1 }),
            _ => None,
        }
    }

    /// Finds the number that is printed under the name of a field: `name=%d `, `name: 0x%08lx, `.
    ///
    /// Returns the number only if a search for the field in the printed payload would find the same number. For this,
    /// the text in front of `name=` must not contain the name. No string of the raw data may be printed in front of it,
    /// because such a string may contain any name. Behind the number, another field must begin or the payload must end.
    pub(in crate::perf_data::payload) fn number_of(&self, name: &str) -> Option<NamedNumber> {
        let has_name = |segment: &Segment| matches!(segment, Segment::Literal(text) if has_identifier(text, name));
        let literal = self.segments.iter().position(has_name)?;
        let (before, from) = self.segments.split_at(literal);
        let [Segment::Literal(text), Segment::Number(number, _), behind @ ..] = from else { return None };
        let text = text.strip_suffix("0x").unwrap_or(text);
        // The kernel uses three forms: `name=%d`, which may have the word `struct` behind the name; `name: %d`; and
        // `name struct %p`.
        let (text, separator, sign) = if let Some(text) = text.strip_suffix('=') {
            (text.strip_suffix(" struct").unwrap_or(text), " ", "=")
        } else if let Some(text) = text.strip_suffix(": ") {
            (text, ", ", ":")
        } else {
            (text.strip_suffix(" struct ")?, "", "")
        };
        let head = text.strip_suffix(name)?;
        let begins = if head.is_empty() { literal == 0 } else { head.ends_with([' ', '(', '[', '{', ',']) };
        let ends = match behind {
            [] => true,
            [Segment::Literal(next), ..] if sign.is_empty() => next.starts_with([' ', ':']),
            [Segment::Literal(next), ..] => {
                begins_field(next, separator, sign) || sign == "=" && next.starts_with(" ==> ")
            }
            _ => false,
        };
        let is_first = !has_identifier(head, name) && !before.iter().any(Segment::may_print_anything);
        (begins && ends && is_first && number.has_no_blanks()).then_some(NamedNumber { segment: literal + 1 })
    }

    /// Appends the number of one segment. If the text in front of the number ends with `0x`, then `0x` is appended
    /// first.
    pub(in crate::perf_data::payload) fn print_number(
        &self,
        NamedNumber { segment }: NamedNumber,
        raw: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        if let Some(Segment::Literal(before)) = segment.checked_sub(1).and_then(|before| self.segments.get(before))
            && before.ends_with("0x")
        {
            out.extend_from_slice(b"0x");
        }
        self.segments.get(segment)?.print(raw, out)
    }

    /// Returns whether the printed payload may have a field of this name. A string that is printed may contain any
    /// name.
    pub(in crate::perf_data::payload) fn may_name(&self, field: &str) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Literal(text) => has_identifier(text, field),
            Segment::String(..) | Segment::Unsupported { is_symbol: false } => true,
            Segment::Number(..) | Segment::Unsupported { is_symbol: true } => false,
        })
    }

    /// Returns whether this name stands in the text of the print format, or in a string constant of an argument.
    pub(in crate::perf_data::payload) fn names(&self, field: &str) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Literal(text) => has_identifier(text, field),
            Segment::String(_, argument) => argument.names(field),
            Segment::Number(..) | Segment::Unsupported { .. } => false,
        })
    }

    /// Returns whether the print format makes names of fields, or parts of names, out of strings: `%sno 0x%x`, `%s=%d`.
    pub(in crate::perf_data::payload) fn has_names_from_strings(&self) -> bool {
        self.segments.windows(2).any(|pair| match pair {
            [Segment::String(..), Segment::Literal(text)] => {
                text.starts_with(is_identifier) || text.starts_with(['=', ':'])
            }
            _ => false,
        })
    }

    /// Returns whether the print format writes fields as `name: value` only, and none as `name=value`.
    pub(in crate::perf_data::payload) fn uses_colons(&self) -> bool {
        let uses = |sign: &str| {
            let ends = |text: &str| text.strip_suffix("0x").unwrap_or(text).ends_with(sign);
            self.segments.iter().any(|segment| matches!(segment, Segment::Literal(text) if ends(text)))
        };
        uses(": ") && !uses("=")
    }
}

/// Returns whether this text, which follows a value, begins another field: ` name=` or `, name: `.
fn begins_field(literal: &str, separator: &str, sign: &str) -> bool {
    let Some(name) = literal.strip_prefix(separator) else { return false };
    let behind = name.trim_start_matches(is_identifier);
    behind.len() < name.len() && behind.starts_with(sign)
}

/// Adds literal text. Text that follows other text is appended to that segment.
fn push_literal(segments: &mut Vec<Segment>, text: &str) {
    match segments.last_mut() {
        _ if text.is_empty() => {}
        Some(Segment::Literal(before)) => before.push_str(text),
        _ => segments.push(Segment::Literal(text.to_owned())),
    }
}
