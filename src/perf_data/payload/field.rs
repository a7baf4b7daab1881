//! A field that a tracepoint's format declares, and its value in raw data.
//!
//! ```text
//!     field:char comm[16];    offset:8;    size:16;    signed:0;
//!     field:__data_loc char[] filename;    offset:8;    size:4;    signed:0;
//! ```

use crate::perf_data::bytes::{text, u16_at};
use std::io::Write;

/// A field as it is declared, and where it stands.
#[derive(Clone, Debug)]
pub(in crate::perf_data) struct TraceField {
    pub(in crate::perf_data) name: String,
    offset: usize,
    size: usize,
    signed: bool,
    /// Where it stands elsewhere.
    place: Option<Place>,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Number,
    /// A text, up to its first 0.
    Chars,
    /// Numbers of this size one after another.
    Numbers(usize),
}

/// Of a field of any length: what stands at its offset is its own offset, and
/// in the upper half its length.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// To the end of what says it, and not to the beginning of all.
    is_relative: bool,
}

/// The fields that a format declares.
pub(in crate::perf_data) fn declared(format: &str) -> Vec<TraceField> {
    let item = |line: &str| {
        let mut parts = line.trim().strip_prefix("field:")?.split(';').map(str::trim);
        let declaration = parts.next()?;
        let mut number = |label: &str| parts.next()?.strip_prefix(label)?.parse::<usize>().ok();
        let (offset, size, signed) = (number("offset:")?, number("size:")?, number("signed:")? != 0);
        let (kind, name) = declaration.rsplit_once(' ')?;
        // `char comm[16]`, `__data_loc char[] filename`
        let (name, is_array) = match name.split_once('[') {
            Some((name, _)) => (name, true),
            None => (name, kind.ends_with(']')),
        };
        let kind = kind.trim_end_matches("[]");
        let elsewhere = kind.strip_prefix("__data_loc ").or_else(|| kind.strip_prefix("__rel_loc "));
        let place = elsewhere.map(|_| Place { is_relative: kind.starts_with("__rel") });
        let form = match element(elsewhere.unwrap_or(kind).trim()) {
            Some(Element::Char) if is_array => Form::Chars,
            Some(Element::Number(size)) if is_array => Form::Numbers(size),
            _ if !is_array && place.is_none() && matches!(size, 1 | 2 | 4 | 8) => Form::Number,
            _ => return None,
        };
        Some(TraceField { name: name.to_owned(), offset, size, signed, place, form })
    };
    format.lines().filter_map(item).collect()
}

/// What an array is made of.
pub(in crate::perf_data) enum Element {
    Char,
    /// Of so many bytes.
    Number(usize),
}

/// By the types of C, as the kernel writes them.
pub(in crate::perf_data) fn element(kind: &str) -> Option<Element> {
    let kind = kind.strip_prefix("const ").unwrap_or(kind);
    let size = match kind.strip_prefix("unsigned ").unwrap_or(kind).trim_start_matches("__") {
        "char" if kind == "char" => return Some(Element::Char),
        "char" | "u8" | "s8" | "bool" | "uint8_t" => 1,
        "short" | "u16" | "s16" | "be16" | "le16" | "uint16_t" => 2,
        "int" | "u32" | "s32" | "be32" | "le32" | "uint32_t" | "unsigned" => 4,
        "long" | "long long" | "u64" | "s64" | "be64" | "le64" | "uint64_t" | "size_t" => 8,
        _ => return None,
    };
    Some(Element::Number(size))
}

impl TraceField {
    pub(in crate::perf_data) fn is_text(&self) -> bool {
        self.form == Form::Chars
    }

    /// Where a number stands, or one of several, and its size.
    pub(in crate::perf_data) fn number_at(&self, index: Option<usize>) -> Option<(usize, usize)> {
        match (self.form, index) {
            (Form::Number, None) => Some((self.offset, self.size)),
            (Form::Numbers(size), Some(index)) if self.place.is_none() && index < self.size / size => {
                Some((self.offset + index * size, size))
            }
            _ => None,
        }
    }

    /// Its data, wherever they stand.
    pub(in crate::perf_data) fn bytes<'r>(&self, raw: &'r [u8]) -> Option<&'r [u8]> {
        let end = self.offset.checked_add(self.size)?;
        let bytes = raw.get(self.offset..end)?;
        let Some(Place { is_relative }) = self.place else { return Some(bytes) };
        let (at, length) = (usize::from(u16_at(bytes, 0)?), usize::from(u16_at(bytes, 2)?));
        let at = if is_relative { end.checked_add(at)? } else { at };
        raw.get(at..at.checked_add(length)?)
    }

    /// Prints it as it is declared; of several numbers with commas between them.
    pub(in crate::perf_data) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let bytes = self.bytes(raw)?;
        match self.form {
            Form::Chars => out.extend_from_slice(text(bytes)),
            Form::Number => self.print_number(bytes, out)?,
            Form::Numbers(size) => {
                for (at, bytes) in bytes.chunks_exact(size).enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.print_number(bytes, out)?;
                }
            }
        }
        Some(())
    }

    /// A signed one is extended by its sign.
    fn print_number(&self, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let unsigned = bytes.iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
        let unused = 64 - 8 * u32::try_from(bytes.len()).ok().filter(|size| (1..=8).contains(size))?;
        let signed = (unsigned << unused) as i64 >> unused;
        if self.signed { write!(out, "{signed}").ok() } else { write!(out, "{unsigned}").ok() }
    }
}
