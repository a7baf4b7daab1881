//! What perf prints of a tracepoint: the `print fmt` of its description,
//! evaluated as libtraceevent does (`man 3 libtraceevent`): numbers are unsigned
//! and of 64 bits, fields are not extended by their sign, a cast cuts.
//!
//! ```text
//! print fmt: "%d,%d %s %llu", ((unsigned int) ((REC->dev) >> 20)), ((unsigned int) ((REC->dev) & ((1U << 20) - 1))), ...
//! print fmt: "prev_state=%s", REC->prev_state & 0xff ? __print_flags(REC->prev_state, "|", { 1, "S" }) : "R"
//! ```
//!
//! What is not understood here (`%pS`, functions of the kernel) is known to be so.

mod conversion;
mod expression;
mod tokens;
mod words;

use crate::perf_data::payload::field::TraceField;
use conversion::{Conversion, Number, Padding};
use expression::Expression;
use tokens::Tokens;
use words::Words;

/// How many pieces a text may have that is printed as a whole; the kernel's have a few dozen.
const PIECES_MAX: usize = 512;

/// A text with numbers and words in it.
pub(in crate::perf_data) struct Text {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Literal(String),
    Number(Number, Expression),
    Words(Padding, Words),
    /// The name of a function, or something else.
    Unknown {
        is_symbol: bool,
    },
}

/// Where a piece of the text stands that is a field under its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::perf_data) struct Labelled(usize);

/// `print fmt: "...", a, b`: the text, and its arguments.
pub(in crate::perf_data) fn print_format(format: &str) -> Option<(String, Vec<String>)> {
    let print = format.lines().find_map(|line| line.strip_prefix("print fmt: "))?;
    let mut tokens = Tokens::new(print, &[]);
    let print = tokens.string()?;
    let (mut arguments, mut depth, mut in_text, mut last) = (Vec::new(), 0_i32, false, '\0');
    for byte in tokens.rest().chars() {
        in_text ^= byte == '"' && last != '\\';
        match byte {
            '(' | '{' if !in_text => depth += 1,
            ')' | '}' if !in_text => depth -= 1,
            _ => {}
        }
        if byte == ',' && !in_text && depth == 0 {
            arguments.push(String::new());
        } else {
            arguments.last_mut()?.push(byte);
        }
        // Of two backslashes the second one escapes nothing.
        last = if last == '\\' { '\0' } else { byte };
    }
    Some((print, arguments))
}

impl Text {
    /// Of a text and its arguments, which are of these fields.
    pub(in crate::perf_data) fn read(print: &str, arguments: &[String], declared: &[TraceField]) -> Text {
        let mut pieces = Vec::new();
        let mut arguments = arguments.iter();
        let mut rest = print;
        while let Some(at) = rest.find('%') {
            push_literal(&mut pieces, &rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                push_literal(&mut pieces, "%");
                rest = behind;
                continue;
            }
            let Some((conversion, behind)) = Conversion::read(rest) else {
                // `%.*s` takes two arguments, and others may take any.
                pieces.push(Piece::Unknown { is_symbol: false });
                return Text { pieces };
            };
            rest = behind;
            let unknown = Piece::Unknown { is_symbol: conversion.is_symbol() };
            let piece = arguments.next().and_then(|argument| {
                let mut tokens = Tokens::new(argument, declared);
                let piece = conversion.piece(&mut tokens)?;
                tokens.rest().is_empty().then_some(piece)
            });
            pieces.push(piece.unwrap_or(unknown));
        }
        push_literal(&mut pieces, rest);
        Text { pieces }
    }

    /// Whether all of it is understood. A line has an end of its own.
    pub(in crate::perf_data) fn is_known(&self) -> bool {
        self.pieces.len() <= PIECES_MAX
            && !self.pieces.iter().any(|piece| match piece {
                Piece::Literal(text) => text.contains(['\n', '\r']),
                piece => matches!(piece, Piece::Unknown { .. }),
            })
    }

    /// What a call returned is all that perf prints.
    pub(in crate::perf_data) fn returned(&self) -> Option<Labelled> {
        match &self.pieces[..] {
            [Piece::Literal(before), Piece::Number(..)] if before == "0x" => Some(Labelled(1)),
            _ => None,
        }
    }

    /// The number that the text has under a name, as it is and where nothing
    /// before it can be taken for it: `name=%d `, `name: 0x%08lx, `.
    pub(in crate::perf_data) fn labelled(&self, name: &str) -> Option<Labelled> {
        let first =
            self.pieces.iter().position(|piece| matches!(piece, Piece::Literal(text) if has_word(text, name)))?;
        let (before, from) = self.pieces.split_at(first);
        let [Piece::Literal(label), Piece::Number(number, _), behind @ ..] = from else { return None };
        let label = label.strip_suffix("0x").unwrap_or(label);
        let (label, separator, mark) = match label.strip_suffix('=') {
            Some(label) => (label, " ", "="),
            None => (label.strip_suffix(": ")?, ", ", ":"),
        };
        let head = label.strip_suffix(name)?;
        let begins = if head.is_empty() { first == 0 } else { head.ends_with([' ', '(', '[', '{', ',']) };
        let ends = match behind {
            [] => true,
            [Piece::Literal(next), ..] => {
                begins_label(next, separator, mark) || mark == "=" && next.starts_with(" ==> ")
            }
            _ => false,
        };
        let is_first = !has_word(head, name) && !before.iter().any(Piece::may_say_anything);
        (begins && ends && is_first && number.is_bare()).then_some(Labelled(first + 1))
    }

    /// Whether the text may have something under this name.
    pub(in crate::perf_data) fn may_name(&self, field: &str) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Literal(text) => has_word(text, field),
            Piece::Words(..) | Piece::Unknown { is_symbol: false } => true,
            Piece::Number(..) | Piece::Unknown { is_symbol: true } => false,
        })
    }

    /// Whether this word stands in the text, or in what it may choose.
    pub(in crate::perf_data) fn names(&self, field: &str) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Literal(text) => has_word(text, field),
            Piece::Words(_, words) => words.names(field),
            Piece::Number(..) | Piece::Unknown { .. } => false,
        })
    }

    /// Whether words are names of fields, or parts of them: `%sno 0x%x`, `%s=%d`.
    pub(in crate::perf_data) fn makes_labels(&self) -> bool {
        self.pieces.windows(2).any(|pair| match pair {
            [Piece::Words(..), Piece::Literal(text)] => text.starts_with(is_word) || text.starts_with(['=', ':']),
            _ => false,
        })
    }

    /// Whether values stand behind `name: `, and not behind `name=`.
    pub(in crate::perf_data) fn has_colons(&self) -> bool {
        let has = |mark: &str| {
            let ends = |text: &str| text.strip_suffix("0x").unwrap_or(text).ends_with(mark);
            self.pieces.iter().any(|piece| matches!(piece, Piece::Literal(text) if ends(text)))
        };
        has(": ") && !has("=")
    }

    /// Prints all of it; `None` where the data are cut off.
    pub(in crate::perf_data) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        self.pieces.iter().try_for_each(|piece| piece.print(raw, out))
    }

    /// Prints one value, with what stands before it without a blank.
    pub(in crate::perf_data) fn print_labelled(
        &self,
        Labelled(at): Labelled,
        raw: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        if let Some(Piece::Literal(before)) = at.checked_sub(1).and_then(|before| self.pieces.get(before))
            && before.ends_with("0x")
        {
            out.extend_from_slice(b"0x");
        }
        self.pieces.get(at)?.print(raw, out)
    }
}

pub(in crate::perf_data) fn is_word(byte: char) -> bool {
    byte.is_ascii_alphanumeric() || byte == '_'
}

/// Whether a word stands in a text.
pub(in crate::perf_data) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// Whether a text goes on with another label: ` name=`, `, name: `.
fn begins_label(text: &str, separator: &str, mark: &str) -> bool {
    let Some(label) = text.strip_prefix(separator) else { return false };
    let behind = label.trim_start_matches(is_word);
    behind.len() < label.len() && behind.starts_with(mark)
}

fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Literal(before)) => before.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}

impl Piece {
    /// Whether the data decide which words stand here.
    fn may_say_anything(&self) -> bool {
        match self {
            Piece::Words(_, words) => words.are_of_data(),
            Piece::Unknown { is_symbol } => !is_symbol,
            Piece::Literal(_) | Piece::Number(..) => false,
        }
    }

    fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Piece::Unknown { .. } => return None,
            Piece::Literal(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Number(number, value) => number.print(value.value(raw)?, out),
            Piece::Words(padding, words) => {
                let start = out.len();
                words.print(raw, out)?;
                padding.pad(start, out);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf_data::payload::field::declared;

    const FIELDS: &str = "
	field:char comm[8];	offset:0;	size:8;	signed:0;
	field:int small;	offset:8;	size:4;	signed:1;
	field:long large;	offset:16;	size:8;	signed:1;
	field:unsigned int dev;	offset:24;	size:4;	signed:0;
	field:__data_loc char[] name;	offset:28;	size:4;	signed:0;
	field:unsigned short parts[3];	offset:32;	size:6;	signed:0;
	field:u8 flags;	offset:38;	size:1;	signed:0;
";

    /// comm=`a b`, small=-2, large=-3, dev=8:5, name=`/x`, parts=7,8,9, flags=5.
    fn raw() -> Vec<u8> {
        let mut raw = vec![0; 48];
        raw[..3].copy_from_slice(b"a b");
        raw[8..12].copy_from_slice(&(-2_i32).to_le_bytes());
        raw[16..24].copy_from_slice(&(-3_i64).to_le_bytes());
        raw[24..28].copy_from_slice(&(8_u32 << 20 | 5).to_le_bytes());
        raw[28..32].copy_from_slice(&[40, 0, 3, 0]);
        raw[32..38].copy_from_slice(&[7, 0, 8, 0, 9, 0]);
        raw[38] = 5;
        raw[40..42].copy_from_slice(b"/x");
        raw
    }

    fn read(print: &str) -> Text {
        let format = format!("{FIELDS}\nprint fmt: {print}\n");
        let (print, arguments) = print_format(&format).expect("a text");
        Text::read(&print, &arguments, &declared(&format))
    }

    fn printed(print: &str) -> Option<String> {
        let mut out = Vec::new();
        read(print).print(&raw(), &mut out)?;
        Some(String::from_utf8(out).expect("ASCII"))
    }

    #[test]
    fn numbers_are_printed_as_c_does() {
        // Fields are not extended by their sign; what is printed is cut as the conversion says.
        let print = r#""%d %u %x %ld %lu %lx", REC->small, REC->small, REC->small, REC->small, REC->small, REC->small"#;
        let expected = "-2 4294967294 fffffffe 4294967294 4294967294 fffffffe";
        assert_eq!(printed(print).as_deref(), Some(expected));
        let print = r#""%lld %llu %hd %hu %hhd %hhu %zd", REC->large, REC->large, REC->large, REC->large, REC->large, REC->large, REC->large"#;
        let expected = "-3 18446744073709551613 -3 65533 -3 253 4294967293";
        assert_eq!(printed(print).as_deref(), Some(expected));
        let print =
            r#""[%5d] [%-5d] [%05d] [%03d] [%.3d] [%8.3d]", REC->small, REC->small, REC->small, 7, 7, REC->small"#;
        assert_eq!(printed(print).as_deref(), Some("[   -2] [-2   ] [-0002] [007] [007] [    -002]"));
        let print = r#""%#x %#x %X %#lX %p %p", 0, 255, 255, 255, 0, REC->large"#;
        assert_eq!(printed(print).as_deref(), Some("0 0xff FF 0XFF (nil) 0xfffffffffffffffd"));
    }

    #[test]
    fn expressions_are_those_of_c() {
        let values = [
            ("((unsigned int) ((REC->dev) >> 20))", "8"),
            ("((unsigned int) ((REC->dev) & ((1U << 20) - 1)))", "5"),
            ("1 + 2 * 3 - 4 / 2 % 3", "5"),
            ("7 & 3 == 3", "1"),
            ("1 | 2 ^ 3 & 1", "3"),
            ("(!0) + (!5) + ((~0) == 0xffffffffffffffffUL)", "2"),
            ("(-1) < 0", "0"),
            ("1 < 2 && 2 <= 2 || 0", "1"),
            ("3 > 2 && 2 >= 3", "0"),
            ("REC->flags ? 010 : 9", "8"),
            ("0 ? 1 : 0 ? 2 : 3", "3"),
            ("(u8)0x1ff + (unsigned char)REC->large", "508"),
            ("(int)REC->large != (-3)", "1"),
            ("REC->parts[2]", "9"),
            ("1 << 65", "2"),
        ];
        for (expression, expected) in values {
            assert_eq!(printed(&format!("\"%llu\", {expression}")).as_deref(), Some(expected), "{expression}");
        }
        assert_eq!(printed(r#""%d", 1 / (REC->small - REC->small)"#), None);
        assert_eq!(printed(r#""%d", 1 % 0"#), None);
    }

    #[test]
    fn words_are_texts_names_of_values_and_choices() {
        let print = r#""%s [%8s] [%-5s] [%.1s] %s%s", REC->comm, REC->comm, __get_str(name), REC->comm, "x" "y", """#;
        assert_eq!(printed(print).as_deref(), Some("a b [     a b] [/x   ] [a] xy"));
        let flags = |value: &str| {
            let names = r#"{ 1, "S" }, { 1 << 1, "D" }, { 0x4, "T,|" }"#;
            printed(&format!(r#""%s", __print_flags({value}, "|", {names})"#)).unwrap_or_default()
        };
        assert_eq!(flags("REC->flags"), "S|T,|");
        assert_eq!(flags("REC->flags | 0x10"), "S|T,||0x10");
        assert_eq!((flags("0"), flags("0x30")), (String::new(), "0x30".to_owned()));
        let symbol = |value: &str| {
            let names = r#"{ 5, "five" }, { SCHED_SOFTIRQ, "sched" }, { SOME_CONSTANT, "some" }"#;
            printed(&format!(r#""%s", __print_symbolic({value}, {names})"#)).unwrap_or_default()
        };
        assert_eq!(["REC->flags", "7", "6", "~0"].map(symbol), ["five", "sched", "0x6", "some"]);
        assert_eq!(printed(r#""%s", __print_flags(0, "|", { NOTHING, "none" })"#).as_deref(), Some("none"));
        let highest = r#""%s", __print_flags(1, "|", { 1, "a" }, { 1ULL << 63, "b" }, { NOTHING, "none" })"#;
        assert_eq!(printed(highest).as_deref(), Some("ab"));
        let choice = r#""%s%s %s", REC->flags & 4 ? "+" : "", (REC->flags & 2) ? "a" : REC->flags ? "b" : "c", (1 ? REC->comm : "d")"#;
        assert_eq!(printed(choice).as_deref(), Some("+b a b"));
        assert_eq!(printed(r#""100%% \"%d\"", 1"#).as_deref(), Some("100% \"1\""));
    }

    #[test]
    fn what_is_not_understood_is_known() {
        let all = [
            r#""%pS", REC->large"#,
            r#""%s", REC->large"#,
            r#""%s", REC->none"#,
            r#""%d", REC->comm"#,
            r#""%d", some_function(REC->small)"#,
            r#""%.*s", 3, REC->comm"#,
            r#""%c", 65"#,
            r#""%5s", __print_symbolic(1, { 1, "a" })"#,
            r#""%d""#,
            r#""%d", 1 2"#,
            r#""%s", !REC->small ? "a" : "b""#,
            r#""%d", -1 + 2"#,
            r#""%d", (1"#,
            r#""%d", REC->parts[3]"#,
            r#""%d", (struct x)1"#,
            r#""a\n%d", 1"#,
        ];
        for print in all {
            assert!(!read(print).is_known(), "{print}");
        }
        assert!(!read(&format!("\"%d\", {}1{}", "(".repeat(100), ")".repeat(100))).is_known());
        assert!(read(&format!("\"%d\", {}1{}", "(".repeat(20), ")".repeat(20))).is_known());
        assert!(!read(&format!("\"%d\", 1{}", "+1".repeat(1_000_000))).is_known());
        assert!(!read(&format!("\"{}\"{}", "%1024d".repeat(1_000), ",1".repeat(1_000))).is_known());
        // The rest of it is read nevertheless.
        let text = read(r#""at=%pS small=%d dev=%u", REC->large, REC->small, REC->dev"#);
        let mut out = Vec::new();
        let label = text.labelled("small").expect("it stands there");
        assert_eq!((text.print_labelled(label, &raw(), &mut out), &out[..]), (Some(()), &b"-2"[..]));
        assert_eq!(text.labelled("at"), None);
    }

    #[test]
    fn numbers_under_their_names() {
        let is_there = |print: &str| {
            let text = read(print);
            ["small", "dev", "large", "flags"].map(|name| u8::from(text.labelled(name).is_some()))
        };
        let equals = |rest: &str| is_there(&format!(r#""{rest}", REC->small, REC->dev, REC->large, REC->flags"#));
        assert_eq!(equals("small=%d dev=0x%x large=%ld flags=%03d"), [1, 1, 1, 1]);
        assert_eq!(equals("small: %d, dev: 0x%x, large: 0x%08lx, flags: %d"), [1, 1, 1, 1]);
        // Something behind the number, or another mark than the label's.
        assert_eq!(equals("small=%d,dev=%d large=%ld [ns] flags=%d."), [0, 1, 0, 0]);
        assert_eq!(equals("small=%d, dev: %d large=%ld ==> flags=%d"), [0, 0, 1, 1]);
        assert_eq!(equals("small: %d, dev=%d, large: %ld flags %d"), [0, 0, 0, 0]);
        // Padded, or another name, or the second of this one.
        assert_eq!(equals("small=%5d dev=%-3d not/large=%ld a_flags=%d"), [0, 0, 0, 0]);
        assert_eq!(equals("dev small=%d dev=%d (large=%ld flags=%d"), [1, 0, 1, 1]);
        // Behind a text of the data anything may stand; behind names of values it does not.
        assert_eq!(is_there(r#""comm=%s small=%d", REC->comm, REC->small"#), [0; 4]);
        assert_eq!(is_there(r#""small=%d comm=%s", REC->small, REC->comm"#), [1, 0, 0, 0]);
        assert_eq!(is_there(r#""a=%s small=%d", REC->flags ? "x" : "y", REC->small"#), [1, 0, 0, 0]);
        assert_eq!(is_there(r#""a=%pS small=%d b=%pI4 dev=%d", REC->large, REC->small, 1, REC->dev"#), [1, 0, 0, 0]);
        let text = read(r#""all: %d, large: 0x%08lx, b: (flags) a", 1, REC->large"#);
        assert!(text.may_name("all") && text.may_name("flags") && !text.may_name("al"));
        assert!(read(r#""%sno %d", "x", 1"#).may_name("xno"), "as far as is known");
        assert!(read(r#""%sno %d", "x", 1"#).makes_labels() && read(r#""%s: %d", "x", 1"#).makes_labels());
        assert!(!read(r#""%s %d [%s]", "x", 1, REC->comm"#).makes_labels());
        let mut out = Vec::new();
        let printed = text.labelled("large").and_then(|large| text.print_labelled(large, &raw(), &mut out));
        assert_eq!((printed, out.as_slice()), (Some(()), &b"0xfffffffffffffffd"[..]));
        assert!(read(r#""0x%lx", REC->large"#).returned().is_some());
        assert!(read(r#""%lx", REC->large"#).returned().is_none());
        assert!(read(r#""a: %d, b: 0x%x", 1, 2"#).has_colons() && !read(r#""a: %d b=0x%x", 1, 2"#).has_colons());
        // Cut off.
        assert_eq!(read(r#""%d", REC->flags"#).print(&raw()[..38], &mut out), None);
    }
}
