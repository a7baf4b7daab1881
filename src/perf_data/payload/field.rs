//! Reads the declarations of fields in a format file, and the values of the fields in raw data.
//!
//! ```text
//!     field:char comm[16];    offset:8;    size:16;    signed:0;
//!     field:__data_loc char[] filename;    offset:8;    size:4;    signed:0;
//! ```

use crate::perf_data::bytes::{text, u16_at};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::io::Write;

/// The fields that a format file declares, by their names.
pub(super) type DeclaredFields = HashMap<Box<str>, TraceField, RandomState>;

/// A declared field: its type and place in the raw data.
#[derive(Clone, Debug)]
pub(super) struct TraceField {
    /// The offset in bytes of the field from the beginning of the raw data.
    offset: usize,
    /// The number of bytes that the field takes at that offset.
    size: usize,
    signed: bool,
    /// Set for a field of variable length. Its data do not stand at `offset` itself; the four bytes there say where
    /// they stand.
    data_loc: Option<DataLoc>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    /// A string that ends at its first 0 byte.
    String,
    /// An array of numbers, each of this size in bytes.
    Numbers(usize),
}

/// The meaning of the four bytes at the offset of a field of variable length (`__data_loc`, `__rel_loc`). The lower two
/// bytes are the offset of the field's data, and the upper two are the length of the data.
#[derive(Clone, Copy, Debug)]
struct DataLoc {
    /// True for `__rel_loc`: the offset of the data counts from the end of these four bytes. False for `__data_loc`: it
    /// counts from the beginning of the raw data.
    is_relative: bool,
}

/// Returns the fields that a format file declares. If two fields have the same name, the first one counts. A field
/// whose type is not understood (a struct, or an array of structs) is left out.
pub(super) fn declared(format: &str) -> DeclaredFields {
    let mut fields = DeclaredFields::default();
    for (name, field) in in_order(format) {
        fields.entry(name.into()).or_insert(field);
    }
    fields
}

/// Returns the names of the declared fields in their order. Those that every tracepoint has (`common_pid`), and those
/// that the kernel keeps for itself (`__syscall_nr`), are left out.
pub(super) fn declared_names(format: &str) -> Vec<Box<str>> {
    let names = format.lines().filter_map(declaration).map(|(name, _)| name);
    names.filter(|name| !name.starts_with("common_") && !name.starts_with("__")).map(Box::from).collect()
}

/// Returns the fields that a format file declares, with their names, in the order of the file. A name that occurs twice
/// is returned twice, and not once as by [`declared`].
pub(super) fn in_order(format: &str) -> impl Iterator<Item = (&str, TraceField)> {
    format.lines().filter_map(declaration)
}

/// Reads one `field:` line of a format file. Returns the name and the field.
fn declaration(line: &str) -> Option<(&str, TraceField)> {
    let mut parts = line.trim().strip_prefix("field:")?.split(';').map(str::trim);
    let declaration = parts.next()?;
    let mut number = |key: &str| parts.next()?.strip_prefix(key)?.parse::<usize>().ok();
    let (offset, size, signed) = (number("offset:")?, number("size:")?, number("signed:")? != 0);
    let (c_type, name) = declaration.rsplit_once(' ')?;
    // The brackets of an array stand behind the name, or behind the type: `char comm[16]`,
    // `__data_loc char[] filename`.
    let (name, is_array) = match name.split_once('[') {
        Some((name, _)) => (name, true),
        None => (name, c_type.ends_with(']')),
    };
    let c_type = c_type.trim_end_matches("[]");
    let variable = c_type.strip_prefix("__data_loc ").or_else(|| c_type.strip_prefix("__rel_loc "));
    let data_loc = variable.map(|_| DataLoc { is_relative: c_type.starts_with("__rel") });
    let kind = match element(variable.unwrap_or(c_type).trim()) {
        Some(Element::Char) if is_array => Kind::String,
        Some(Element::Number(size)) if is_array => Kind::Numbers(size),
        _ if !is_array && data_loc.is_none() && matches!(size, 1 | 2 | 4 | 8) => Kind::Number,
        _ => return None,
    };
    Some((name, TraceField { offset, size, signed, data_loc, kind }))
}

/// The type of one element of an array, or of the result of a cast.
pub(super) enum Element {
    Char,
    /// A number of this size in bytes.
    Number(usize),
}

/// Returns the element type that a C type in a format file stands for; `None` if the type is not understood.
pub(super) fn element(c_type: &str) -> Option<Element> {
    let c_type = c_type.strip_prefix("const ").unwrap_or(c_type);
    let size = match c_type.strip_prefix("unsigned ").unwrap_or(c_type).trim_start_matches("__") {
        "char" if c_type == "char" => return Some(Element::Char),
        "char" | "u8" | "s8" | "bool" | "uint8_t" => 1,
        "short" | "u16" | "s16" | "be16" | "le16" | "uint16_t" => 2,
        "int" | "u32" | "s32" | "be32" | "le32" | "uint32_t" | "unsigned" => 4,
        "long" | "long long" | "u64" | "s64" | "be64" | "le64" | "uint64_t" | "size_t" => 8,
        _ => return None,
    };
    Some(Element::Number(size))
}

impl TraceField {
    /// Returns whether the field is a string.
    pub(super) fn is_string(&self) -> bool {
        self.kind == Kind::String
    }

    /// Returns the offset and the size, in bytes, of the field's number in the raw data. If the field is an array, this
    /// number is the element at `index`. Returns `None` for strings, for arrays of variable length and for an index
    /// beyond the array.
    pub(super) fn number_at(&self, index: Option<usize>) -> Option<(usize, usize)> {
        match (self.kind, index) {
            (Kind::Number, None) => Some((self.offset, self.size)),
            (Kind::Numbers(size), Some(index)) if self.data_loc.is_none() && index < self.size / size => {
                Some((self.offset + index * size, size))
            }
            _ => None,
        }
    }

    /// Returns the bytes of the field's value; `None` if the raw data end before them.
    pub(super) fn bytes<'r>(&self, raw: &'r [u8]) -> Option<&'r [u8]> {
        let end = self.offset.checked_add(self.size)?;
        let bytes = raw.get(self.offset..end)?;
        let Some(DataLoc { is_relative }) = self.data_loc else { return Some(bytes) };
        let (offset, length) = (usize::from(u16_at(bytes, 0)?), usize::from(u16_at(bytes, 2)?));
        let offset = if is_relative { end.checked_add(offset)? } else { offset };
        raw.get(offset..offset.checked_add(length)?)
    }

    /// Appends the field's value in the form that its type asks for: a string, a number, or the numbers of an array
    /// with commas between them. Returns `None` if the raw data end too early; `out` may then hold a part of the value.
    pub(super) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let bytes = self.bytes(raw)?;
        match self.kind {
            Kind::String => out.extend_from_slice(text(bytes)),
            Kind::Number => self.print_number(bytes, out)?,
            Kind::Numbers(size) => {
                for (index, bytes) in bytes.chunks_exact(size).enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    self.print_number(bytes, out)?;
                }
            }
        }
        Some(())
    }

    /// Appends a little-endian number of 1 to 8 bytes; a signed one is sign-extended.
    fn print_number(&self, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let unsigned = bytes.iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
        let unused = 64 - 8 * u32::try_from(bytes.len()).ok().filter(|size| (1..=8).contains(size))?;
        let signed = (unsigned << unused) as i64 >> unused;
        if self.signed { write!(out, "{signed}").ok() } else { write!(out, "{unsigned}").ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the printed value of a field with this declaration. The field takes all of the raw data.
    fn printed(declaration: &str, raw: &[u8], signed: bool) -> Option<String> {
        let line = format!("\tfield:{declaration};\toffset:0;\tsize:{};\tsigned:{};", raw.len(), u8::from(signed));
        let fields = declared(&line);
        let mut out = Vec::new();
        fields.values().next()?.print(raw, &mut out)?;
        String::from_utf8(out).ok()
    }

    #[test]
    fn a_type_and_its_brackets_say_how_a_field_is_printed() {
        let cases: [(&str, &[u8], bool, Option<&str>); 8] = [
            ("char comm[4]", b"a b\0", false, Some("a b")),
            // A single char is a number.
            ("char state", b"A", false, Some("65")),
            ("unsigned char bytes[3]", &[1, 2, 255], false, Some("1,2,255")),
            ("int values[2]", &[255, 255, 255, 255, 1, 0, 0, 0], true, Some("-1,1")),
            ("u32 value", &[255, 255, 255, 255], false, Some("4294967295")),
            ("enum state value", &[3, 0, 0, 0], true, Some("3")),
            ("struct pair value", &[0; 6], false, None),
            ("struct pair values[2]", &[0; 8], false, None),
        ];
        for (declaration, raw, signed, expected) in cases {
            assert_eq!(printed(declaration, raw, signed).as_deref(), expected, "{declaration}");
        }
    }
}
