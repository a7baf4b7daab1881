//! What a tracepoint's raw data hold, by the descriptions that perf.data carries
//! (feature TRACING_DATA, the `format` files of tracefs).
//!
//! ```text
//! name: sched_wakeup
//! ID: 373
//! format:
//!     field:char comm[16];    offset:8;    size:16;    signed:0;
//!     field:pid_t pid;    offset:24;    size:4;    signed:1;
//!
//! print fmt: "comm=%s pid=%d prio=%d", REC->comm, REC->pid, REC->prio
//! ```
//!
//! A field is read here only where the text has it under its own name and as it
//! is, so that it is the same in both; the others are left to `perf script`.

use super::bytes::{text, u16_at, u32_at, u64_at};
use std::collections::HashMap;
use std::io::Write;

/// The fields of one tracepoint that the text prints as they are.
pub(super) struct Printer {
    items: Vec<Item>,
}

/// A field, where it stands, and how it is printed.
#[derive(Clone, Debug)]
struct Item {
    name: String,
    offset: usize,
    size: usize,
    signed: bool,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// With so many digits at least, zeros in front.
    Decimal(usize),
    Hexadecimal(usize),
    /// A text of fixed size, up to its first 0.
    Chars,
    /// Where the text stands: its offset, and in the upper half its length.
    Elsewhere,
}

/// The descriptions of all tracepoints, by their numbers.
#[derive(Default)]
pub(super) struct Formats(HashMap<u64, String>);

impl Formats {
    /// Of a file's tracing data: a magic, a version, the byte order, the size of
    /// a long and of a page, the headers of a page and of an event, ftrace's own
    /// events, and those of each system. What follows is not looked at.
    pub(super) fn read(bytes: &[u8]) -> Option<Formats> {
        const MAGIC: &[u8] = b"\x17\x08\x44tracing";
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let version = text(rest);
        rest = rest.get(version.len() + 1..)?;
        let [0, 8, ..] = rest else { return None };
        rest = rest.get(6..)?;
        for _ in 0..2 {
            let name = text(rest);
            rest = rest.get(name.len() + 1..)?;
            take_file(&mut rest)?;
        }
        let mut formats = Formats::default();
        for _ in 0..take_u32(&mut rest)? {
            take_file(&mut rest)?;
        }
        for _ in 0..take_u32(&mut rest)? {
            let system = text(rest);
            rest = rest.get(system.len() + 1..)?;
            for _ in 0..take_u32(&mut rest)? {
                // The kernel's are ASCII.
                let ascii = |&byte: &u8| if byte.is_ascii() { char::from(byte) } else { '?' };
                let format: String = take_file(&mut rest)?.iter().map(ascii).collect();
                let id = format.lines().find_map(|line| line.strip_prefix("ID: ")?.trim().parse().ok());
                formats.0.extend(id.map(|id| (id, format)));
            }
        }
        Some(formats)
    }

    /// How to print these fields of a tracepoint; `None` where one of them
    /// would not be what it is in the text.
    pub(super) fn printer(&self, id: u64, fields: &[String]) -> Option<Printer> {
        let format = self.0.get(&id)?;
        let declared = declared(format);
        let (print, arguments) = print_format(format)?;
        let plain = plain(&print, &arguments);
        let mut items = Vec::new();
        for field in fields {
            let declared = declared.iter().find(|item| item.name == *field);
            let form = plain.iter().find(|(name, _)| name == field);
            match (declared, form) {
                (Some(item), Some((_, form))) => items.push(Item { form: form_of(item, *form)?, ..item.clone() }),
                // What a call returned is all that perf prints.
                (Some(item), None) if field == "ret" && print == "0x%lx" => {
                    items.push(Item { form: Form::Hexadecimal(0), ..item.clone() });
                }
                (None, None) if !has_label(&print, field) => {}
                _ => return None,
            }
        }
        Some(Printer { items })
    }
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let number = u32_at(rest, 0)?;
    *rest = rest.get(4..)?;
    Some(number)
}

/// A length in 8 bytes, and so much.
fn take_file<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64_at(rest, 0)?).ok()?;
    let (file, behind) = rest.get(8..)?.split_at_checked(length)?;
    *rest = behind;
    Some(file)
}

/// The fields that a format declares.
fn declared(format: &str) -> Vec<Item> {
    let item = |line: &str| {
        let mut parts = line.trim().strip_prefix("field:")?.split(';').map(str::trim);
        let declaration = parts.next()?;
        let mut number = |label: &str| parts.next()?.strip_prefix(label)?.parse::<usize>().ok();
        let (offset, size, signed) = (number("offset:")?, number("size:")?, number("signed:")? != 0);
        let (kind, name) = declaration.rsplit_once(' ')?;
        let (name, is_array) = match name.split_once('[') {
            Some((name, _)) => (name, true),
            None => (name, kind.ends_with(']')),
        };
        let form = match (kind.starts_with("__data_loc char"), is_array, kind.contains("char")) {
            (true, _, _) => Form::Elsewhere,
            (_, true, true) => Form::Chars,
            (_, false, _) => Form::Decimal(0),
            (_, true, false) => return None,
        };
        Some(Item { name: name.to_owned(), offset, size, signed, form })
    };
    format.lines().filter_map(item).collect()
}

/// `print fmt: "...", a, b`: the text, and its arguments.
fn print_format(format: &str) -> Option<(String, Vec<String>)> {
    let print = format.lines().find_map(|line| line.strip_prefix("print fmt: \""))?;
    let end = print.char_indices().find(|&(at, byte)| byte == '"' && !print[..at].ends_with('\\'))?.0;
    let (print, behind) = (print[..end].to_owned(), &print[end + 1..]);
    let (mut arguments, mut depth, mut in_text, mut last) = (Vec::new(), 0_i32, false, '\0');
    for byte in behind.chars() {
        in_text ^= byte == '"' && last != '\\';
        match byte {
            '(' | '{' if !in_text => depth += 1,
            ')' | '}' if !in_text => depth -= 1,
            ',' if !in_text && depth == 0 => arguments.push(String::new()),
            _ => {}
        }
        if let Some(argument) = arguments.last_mut().filter(|argument| byte != ',' || !argument.is_empty() || depth > 0)
        {
            argument.push(byte);
        }
        last = byte;
    }
    Some((print, arguments))
}

/// The fields that are printed under their own names and as they are: `name=%d `, `name: 0x%08lx, `.
fn plain(print: &str, arguments: &[String]) -> Vec<(String, Form)> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter();
    let mut at = 0;
    while let Some(sign) = print[at..].find('%').map(|sign| at + sign) {
        let behind = &print[sign + 1..];
        let length = behind.find(|byte: char| byte.is_ascii_alphabetic() && !"lhzj".contains(byte) || byte == '%');
        let Some(length) = length else { return found };
        let (conversion, rest) = behind.split_at(length + 1);
        at = sign + 1 + conversion.len();
        if conversion == "%" {
            continue;
        }
        let Some(argument) = arguments.next() else { return found };
        // `%.*s` takes two.
        if conversion.contains('*') {
            return found;
        }
        let before = &print[..sign];
        let (before, form) = match (before.strip_suffix("0x"), conversion.trim_start_matches('l')) {
            (None, "s") => (before, Form::Chars),
            (None, "d" | "u" | "i") => (before, Form::Decimal(0)),
            (None, "02d" | "02u") => (before, Form::Decimal(2)),
            (None, "03d" | "03u") => (before, Form::Decimal(3)),
            (Some(before), "x") => (before, Form::Hexadecimal(0)),
            (Some(before), "08lx") => (before, Form::Hexadecimal(8)),
            (Some(before), "016lx" | "016llx") => (before, Form::Hexadecimal(16)),
            _ => continue,
        };
        let Some(label) = before.strip_suffix('=').or_else(|| before.strip_suffix(": ")) else { continue };
        let start = label.rfind(|byte: char| !is_word(byte)).map_or(0, |at| at + 1);
        let name = &label[start..];
        if ends_value(rest) && field_of(argument).as_deref() == Some(name) {
            found.push((name.to_owned(), form));
        }
    }
    found
}

fn is_word(byte: char) -> bool {
    byte.is_ascii_alphanumeric() || byte == '_'
}

/// Whether a value ends where this follows: at the end, before ` name=`, `, name: ` or ` ==> `.
fn ends_value(rest: &str) -> bool {
    let word_and = |rest: &str, mark: &str| {
        let word = rest.len() - rest.trim_start_matches(is_word).len();
        word > 0 && rest[word..].starts_with(mark)
    };
    rest.is_empty()
        || rest.starts_with(" ==> ")
        || rest.strip_prefix(' ').is_some_and(|rest| word_and(rest, "="))
        || rest.strip_prefix(", ").is_some_and(|rest| word_and(rest, ": "))
}

/// The field that an argument is, behind parentheses and casts: `((unsigned long)(REC->fd))`, `__get_str(filename)`.
fn field_of(argument: &str) -> Option<String> {
    let mut rest = argument.trim();
    loop {
        rest = rest.trim();
        if let Some(name) = rest.strip_prefix("REC->").filter(|name| name.chars().all(is_word)) {
            return Some(name.to_owned());
        }
        if let Some(name) = rest.strip_prefix("__get_str(").and_then(|rest| rest.strip_suffix(')')) {
            return Some(name.trim().to_owned());
        }
        let inner = rest.strip_prefix('(')?;
        rest = match inner.split_once(')') {
            // A cast.
            Some((kind, behind)) if kind.chars().all(|byte| is_word(byte) || byte == ' ') => behind,
            _ => inner.strip_suffix(')')?,
        };
    }
}

/// Whether the text has something under this name.
fn has_label(print: &str, field: &str) -> bool {
    print.match_indices(field).any(|(at, _)| {
        let before = print[..at].chars().next_back().is_none_or(|byte| !is_word(byte));
        before && print[at + field.len()..].chars().next().is_none_or(|byte| !is_word(byte))
    })
}

/// How a declared field is printed by a conversion; `None` where that is not as it is.
fn form_of(item: &Item, printed: Form) -> Option<Form> {
    let is_number = matches!(item.size, 1 | 2 | 4 | 8);
    match (item.form, printed) {
        (Form::Chars | Form::Elsewhere, Form::Chars) => Some(item.form),
        (Form::Decimal(_), Form::Decimal(_) | Form::Hexadecimal(_)) if is_number => Some(printed),
        _ => None,
    }
}

impl Printer {
    /// Prints the fields as `name=value name=value`.
    pub(super) fn print(&self, raw: &[u8]) -> Box<[u8]> {
        let mut out = Vec::new();
        for item in &self.items {
            let before = out.len();
            if before > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(item.name.as_bytes());
            out.push(b'=');
            if item.print(raw, &mut out).is_none() {
                out.truncate(before);
            }
        }
        out.into_boxed_slice()
    }
}

impl Item {
    fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let bytes = raw.get(self.offset..self.offset.checked_add(self.size)?)?;
        match self.form {
            Form::Chars => out.extend_from_slice(text(bytes)),
            Form::Elsewhere => {
                let (at, length) = (usize::from(u16_at(bytes, 0)?), usize::from(u16_at(bytes, 2)?));
                out.extend_from_slice(text(raw.get(at..at + length)?));
            }
            Form::Decimal(digits) if self.signed => write!(out, "{:0digits$}", self.number(bytes)? as i64).ok()?,
            Form::Decimal(digits) => write!(out, "{:0digits$}", self.number(bytes)?).ok()?,
            Form::Hexadecimal(digits) => write!(out, "0x{:0digits$x}", self.number(bytes)?).ok()?,
        }
        Some(())
    }

    /// A signed one is extended by its sign.
    fn number(&self, bytes: &[u8]) -> Option<u64> {
        let unsigned = bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
        let unused = 64 - 8 * self.size as u32;
        Some(if self.signed { ((unsigned << unused) as i64 >> unused) as u64 } else { unsigned })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWITCH: &str = r#"name: sched_switch
ID: 372
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:char prev_comm[16];	offset:8;	size:16;	signed:0;
	field:pid_t prev_pid;	offset:24;	size:4;	signed:1;
	field:long prev_state;	offset:28;	size:8;	signed:1;
	field:__data_loc char[] file;	offset:36;	size:4;	signed:0;
	field:u64 addr;	offset:40;	size:8;	signed:0;
	field:int rest;	offset:48;	size:4;	signed:1;

print fmt: "prev_comm=%s prev_pid=%d prev_state=%s%s ==> file=%s addr=0x%lx rest=%d (%d)", REC->prev_comm, REC->prev_pid, (REC->prev_state & 1) ? __print_flags(REC->prev_state, "|", { 1, "S," }) : "R", REC->prev_state & 2 ? "+" : "", __get_str(file), ((unsigned long)(REC->addr)), REC->rest, REC->rest
"#;

    fn formats() -> Formats {
        Formats([(372, SWITCH.to_owned())].into())
    }

    fn printed(fields: &[&str], raw: &[u8]) -> Option<String> {
        let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
        let printer = formats().printer(372, &fields)?;
        Some(String::from_utf8_lossy(&printer.print(raw)).into_owned())
    }

    #[test]
    fn fields_that_the_text_has_as_they_are() {
        let mut raw = vec![0; 64];
        raw[8..12].copy_from_slice(b"a b\0");
        raw[24..28].copy_from_slice(&(-7_i32).to_le_bytes());
        raw[36..40].copy_from_slice(&[52, 0, 5, 0]);
        raw[40..48].copy_from_slice(&0xffff_0000_u64.to_le_bytes());
        raw[52..57].copy_from_slice(b"/x/y\0");
        let all = printed(&["prev_comm", "prev_pid", "file", "addr"], &raw);
        assert_eq!(all.as_deref(), Some("prev_comm=a b prev_pid=-7 file=/x/y addr=0xffff0000"));
        // None of the kernel's, so in both forms not there.
        assert_eq!(printed(&["fd"], &raw).as_deref(), Some(""));
        // Cut off.
        assert_eq!(printed(&["prev_pid", "addr"], &raw[..30]).as_deref(), Some("prev_pid=-7"));
        assert_eq!(printed(&["file"], &raw[..53]).as_deref(), Some(""));
    }

    #[test]
    fn descriptions_of_any_bytes() {
        let file = |text: &[u8]| [&(text.len() as u64).to_le_bytes()[..], text].concat();
        let format = SWITCH.replace(" prev_pid=%d", "\u{e9}prev_pid=%d \u{e9}");
        let bytes = [
            &b"\x17\x08Dtracing0.6\0\0\x08\0\x10\0\0header_page\0"[..],
            &file(b"x"),
            b"header_event\0",
            &file(b"y"),
            &0_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            b"sched\0",
            &1_u32.to_le_bytes(),
            &file(format.as_bytes()),
        ]
        .concat();
        let fields = ["prev_comm".to_owned()];
        assert!(Formats::read(&bytes).is_some_and(|formats| formats.printer(372, &fields).is_none()));
        for cut in 0..bytes.len() {
            assert!(Formats::read(&bytes[..cut]).is_none_or(|formats| formats.printer(372, &fields).is_none()));
        }
        let mut random = 5_u64;
        for _ in 0..20_000 {
            let mut changed = bytes.clone();
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (random >> 33) as usize % changed.len();
            changed[at] = b"%(,)\"\\ =:;[x0\xff\xc3"[(random >> 20) as usize % 15];
            if let Some(formats) = Formats::read(&changed) {
                for field in ["prev_comm", "prev_pid", "file", "addr", "rest"] {
                    let printer = formats.printer(372, &[field.to_owned()]);
                    printer.iter().for_each(|printer| drop(printer.print(&[7; 64])));
                }
            }
        }
    }

    #[test]
    fn fields_that_only_the_text_has() {
        // Letters for bits, something behind the number, and no label.
        for field in ["prev_state", "rest", "common_type"] {
            assert_eq!(printed(&[field], &[0; 64]), None, "{field}");
        }
        assert!(formats().printer(1, &[]).is_none());
    }

    #[test]
    fn what_perf_prints_of_system_calls() {
        let arguments = |text: &str| text.split(';').map(str::to_owned).collect::<Vec<_>>();
        let print = "fd: 0x%08lx, buf: 0x%08lx, flags: %d";
        let found = plain(print, &arguments("((unsigned long)(REC->fd)); ((unsigned long)(REC->buf)); REC->flags"));
        let expected = [("fd", Form::Hexadecimal(8)), ("buf", Form::Hexadecimal(8)), ("flags", Form::Decimal(0))];
        assert_eq!(found, expected.map(|(name, form)| (name.to_owned(), form)));
        assert_eq!(
            plain("a=%d b=%.*s c=%d", &arguments("REC->a;1;REC->b;REC->c")),
            [("a".to_owned(), Form::Decimal(0))]
        );
        let cpu = ("target_cpu".to_owned(), Form::Decimal(3));
        assert_eq!(plain("target_cpu=%03d", &arguments("REC->target_cpu")), [cpu]);
        assert_eq!(plain("a=%d%% b=%d", &arguments("REC->a;REC->b")), [("b".to_owned(), Form::Decimal(0))]);
        assert_eq!(plain("a=%d b=%d", &arguments("REC->b;REC->a >> 20")), []);
    }
}
