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
//! A field that the text names is printed as there, so that it is the same in
//! both; one that it does not name is printed as it is declared.

use super::print_format::{Labelled, Text, is_word, print_format};
use crate::event::text_fields;
use crate::perf_data::bytes::{text, u32_at, u64_at};
use crate::perf_data::payload::field::{TraceField, declared};
use crate::perf_data::wanted::WantedPayloads;
use std::collections::HashMap;
use std::rc::Rc;

/// What is wanted of one tracepoint's payload.
pub(in crate::perf_data) struct Printer {
    text: Text,
    /// All of the text is.
    is_whole: bool,
    /// These fields are, by their names.
    fields: Vec<(String, Wanted)>,
}

/// Where the value of a field comes from.
enum Wanted {
    /// The text has it as it is.
    OfText(Labelled),
    /// The text does not name it.
    OfData(TraceField),
}

/// The descriptions of all tracepoints, by their numbers.
#[derive(Default)]
pub(in crate::perf_data) struct Formats(HashMap<u64, Format>);

struct Format {
    system: Rc<str>,
    text: String,
}

impl Formats {
    /// Of a file's tracing data: a magic, a version, the byte order, the size of
    /// a long and of a page, the headers of a page and of an event, ftrace's own
    /// events, and those of each system. What follows is not looked at.
    pub(in crate::perf_data) fn read(bytes: &[u8]) -> Option<Formats> {
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
            let name = text(rest);
            rest = rest.get(name.len() + 1..)?;
            let system: Rc<str> = ascii(name).into();
            for _ in 0..take_u32(&mut rest)? {
                let text = ascii(take_file(&mut rest)?);
                let id = text.lines().find_map(|line| line.strip_prefix("ID: ")?.trim().parse().ok());
                formats.0.extend(id.map(|id| (id, Format { system: Rc::clone(&system), text })));
            }
        }
        Some(formats)
    }

    /// What perf calls a tracepoint: `system:name`.
    pub(in crate::perf_data) fn name(&self, id: u64) -> Option<Box<[u8]>> {
        let Format { system, text } = self.0.get(&id)?;
        let name = text.lines().find_map(|line| line.strip_prefix("name: "))?;
        Some(format!("{system}:{}", name.trim()).into_bytes().into())
    }

    /// How to print what is wanted of a tracepoint, or of another event.
    ///
    /// # Errors
    ///
    /// What would not be as it is in the text.
    pub(in crate::perf_data) fn printer(
        &self,
        tracepoint: Option<u64>,
        wanted: &WantedPayloads,
    ) -> Result<Printer, String> {
        let payload = || "the payload".to_owned();
        let format = &self.0.get(&tracepoint.ok_or_else(payload)?).ok_or_else(payload)?.text;
        let (print, arguments) = print_format(format).ok_or_else(payload)?;
        let declared = declared(format);
        let text = Text::read(&print, &arguments, &declared);
        if wanted.needs_text() && !text.is_known() {
            return Err(lack(&print, &arguments, wanted));
        }
        let mut is_whole = wanted.needs_text();
        let mut fields = Vec::new();
        for name in &wanted.fields {
            if let Some(labelled) = text.labelled(name).or_else(|| text.returned().filter(|_| name == "ret")) {
                fields.push((name.clone(), Wanted::OfText(labelled)));
                continue;
            }
            if text.may_name(name) {
                if !text.is_known() {
                    return Err(name.clone());
                }
                is_whole = true;
                // It is what stands there, or the data say under which name it does.
                if text.names(name) || text.makes_labels() {
                    continue;
                }
            }
            // Of these there is one in front of the payload, where the text has none.
            let is_of_header = OF_HEADER.contains(&name.as_str());
            let item = declared.iter().find(|item| item.name == *name && !is_of_header);
            fields.extend(item.map(|item| (name.clone(), Wanted::OfData(item.clone()))));
        }
        // A text may say anything, but not of what stands before it.
        fields.sort_by_key(|(_, wanted)| matches!(wanted, Wanted::OfData(item) if item.is_text()));
        Ok(Printer { text, is_whole, fields })
    }
}

/// What the text would be needed for, and a field that does as well.
fn lack(print: &str, arguments: &[String], wanted: &WantedPayloads) -> String {
    let Some(&number) = wanted.words.first() else { return "the whole payload".to_owned() };
    match fields_of_word(print, arguments, number).join(", ") {
        fields if fields.is_empty() => format!("${number}"),
        fields => format!("${number} (a field instead: {fields})"),
    }
}

/// Fields that are taken from in front of the payload where that has none of this name.
const OF_HEADER: [&str; 4] = ["tid", "pid", "cpu", "comm"];

/// The kernel's names are ASCII.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if byte.is_ascii() { char::from(byte) } else { '?' }).collect()
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

/// The fields that stand in a word of the text, by the arguments of its conversions.
fn fields_of_word(print: &str, arguments: &[String], number: usize) -> Vec<String> {
    let conversions = |text: &str| text.replace("%%", "").matches('%').count();
    let mut words = print.split_ascii_whitespace();
    let before = words.by_ref().take(number - 1).map(conversions).sum::<usize>();
    let here = words.next().map_or(0, conversions);
    let mut fields: Vec<String> = Vec::new();
    for argument in arguments.iter().skip(before).take(here) {
        for (start, mark) in argument.match_indices("REC->").chain(argument.match_indices("__get_str(")) {
            let behind = &argument[start + mark.len()..];
            let name = behind[..behind.len() - behind.trim_start_matches(is_word).len()].to_owned();
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
    }
    fields
}

impl Printer {
    /// Prints what is wanted in place of what is there, fields as `name=value name=value`.
    pub(in crate::perf_data) fn print(&self, raw: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if !self.is_whole {
            self.fields.iter().for_each(|field| self.print_field(field, " ", "=", raw, out));
            return;
        }
        if self.text.print(raw, out).is_none() {
            out.clear();
        }
        // Behind the text those that it does not have.
        let end = out.len();
        let lacks =
            |name: &str, out: &[u8]| text_fields::find(out.get(..end).unwrap_or_default(), name.as_bytes()).is_none();
        let is_lacking = |(name, wanted): &(String, Wanted)| matches!(wanted, Wanted::OfData(_)) && lacks(name, out);
        if self.fields.iter().any(is_lacking) {
            let (between, mark) = if self.text.has_colons() { (", ", ": ") } else { (" ", "=") };
            for field in &self.fields {
                if lacks(&field.0, out) {
                    self.print_field(field, between, mark, raw, out);
                }
            }
        }
    }

    /// Prints one, if it is there.
    fn print_field(&self, field: &(String, Wanted), between: &str, mark: &str, raw: &[u8], out: &mut Vec<u8>) {
        let (name, wanted) = field;
        let before = out.len();
        if before > 0 {
            out.extend_from_slice(between.as_bytes());
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(mark.as_bytes());
        let printed = match wanted {
            Wanted::OfText(labelled) => self.text.print_labelled(*labelled, raw, out),
            Wanted::OfData(item) => item.print(raw, out),
        };
        if printed.is_none() {
            out.truncate(before);
        }
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
        Formats([(372, Format { system: "sched".into(), text: SWITCH.to_owned() })].into())
    }

    fn wanted(fields: &[&str], words: &[usize], whole: bool) -> WantedPayloads {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        WantedPayloads { fields, words: words.to_vec(), whole, optional: false, events: Box::new(|_| true) }
    }

    fn print(printer: &Printer, raw: &[u8]) -> String {
        let mut out = b"before".to_vec();
        printer.print(raw, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn printed(fields: &[&str], raw: &[u8]) -> Result<String, String> {
        let printer = formats().printer(Some(372), &wanted(fields, &[], false))?;
        Ok(print(&printer, raw))
    }

    #[test]
    fn fields_that_the_text_has_as_they_are() {
        let mut raw = vec![0; 64];
        raw[8..12].copy_from_slice(b"a b\0");
        raw[24..28].copy_from_slice(&(-7_i32).to_le_bytes());
        raw[36..40].copy_from_slice(&[52, 0, 5, 0]);
        raw[40..48].copy_from_slice(&0xffff_0000_u64.to_le_bytes());
        raw[52..57].copy_from_slice(b"/x/y\0");
        let printed = |fields: &[&str], raw: &[u8]| printed(fields, raw).unwrap_or_else(|lack| panic!("{lack}"));
        let whole = "prev_comm=a b prev_pid=-7 prev_state=R ==> file=/x/y addr=0xffff0000 rest=0 (0)";
        for field in ["prev_comm", "prev_pid", "file", "addr"] {
            // Behind a text of the data, which may say anything.
            assert_eq!(printed(&[field], &raw), whole);
        }
        // None of the kernel's, but the text may have it.
        assert_eq!(printed(&["fd"], &raw), whole);
        // Cut off.
        assert_eq!(printed(&["prev_pid", "addr"], &raw[..30]), "");
    }

    #[test]
    fn fields_that_the_text_does_not_name() {
        const ISSUE: &str = r#"name: block_rq_issue
ID: 9
format:
	field:dev_t dev;	offset:8;	size:4;	signed:0;
	field:sector_t sector;	offset:16;	size:8;	signed:0;
	field:char rwbs[10];	offset:24;	size:10;	signed:0;
	field:char comm[16];	offset:34;	size:16;	signed:0;
	field:__data_loc char[] cmd;	offset:52;	size:4;	signed:0;
	field:unsigned short parts[3];	offset:56;	size:6;	signed:0;
	field:__rel_loc char[] near;	offset:64;	size:4;	signed:0;
	field:__data_loc s16[] far;	offset:68;	size:4;	signed:1;
	field:struct page pages[2];	offset:72;	size:16;	signed:0;

print fmt: "%d,%d %s 100%% (%s) %llu [%s]", ((unsigned int) ((REC->dev) >> 20)), ((unsigned int) ((REC->dev) & ((1U << 20) - 1))), REC->rwbs, __get_str(cmd), (unsigned long long)REC->sector, REC->comm
"#;
        let of = |text: &str| Formats([(9, Format { system: "block".into(), text: text.to_owned() })].into());
        let formats = of(ISSUE);
        assert_eq!(formats.name(9).as_deref(), Some(&b"block:block_rq_issue"[..]));
        let mut raw = vec![0; 96];
        raw[10] = 0x80;
        raw[16..18].copy_from_slice(&500_u16.to_le_bytes());
        raw[24..26].copy_from_slice(b"WS");
        raw[34..38].copy_from_slice(b"cat\0");
        raw[52..56].copy_from_slice(&[88, 0, 4, 0]);
        raw[56..62].copy_from_slice(&[1, 0, 2, 0, 255, 255]);
        raw[64..68].copy_from_slice(&[21, 0, 3, 0]);
        raw[68..72].copy_from_slice(&[92, 0, 4, 0]);
        raw[88..96].copy_from_slice(b"cmd\0\xff\xff\x02\0");
        let all = ["dev", "sector", "rwbs", "cmd", "parts", "near", "far"];
        let printer = formats.printer(Some(9), &wanted(&all, &[], false)).unwrap_or_else(|lack| panic!("{lack}"));
        let text = "8,0 WS 100% (cmd) 500 [cat]";
        let expected = format!("{text} dev=8388608 sector=500 parts=1,2,65535 far=-1,2 rwbs=WS cmd=cmd near=md");
        assert_eq!(print(&printer, &raw), expected);
        // In front of the payload, as in the text; and what is no number, nor made of any.
        let printer = formats.printer(Some(9), &wanted(&["comm", "pages"], &[], false));
        assert_eq!(printer.map(|printer| print(&printer, &raw)).as_deref(), Ok(text));
        // Numbers alone need no text; where all of it is wanted they stand behind it.
        let numbers =
            of(&ISSUE.replace("%s 100%% (%s) ", "").replace(", REC->rwbs, __get_str(cmd)", "").replace(" [%s]", ""));
        let of_numbers = |words: &[usize]| {
            let printer = numbers.printer(Some(9), &wanted(&["dev", "sector"], words, false));
            printer.map(|printer| print(&printer, &raw))
        };
        assert_eq!(of_numbers(&[]).as_deref(), Ok("dev=8388608 sector=500"));
        assert_eq!(of_numbers(&[1]).as_deref(), Ok("8,0 500 dev=8388608 sector=500"));
        let unknown = of(&ISSUE.replace("[%s]", "[%pI4]"));
        let lack =
            |fields: &[&str], words: &[usize], whole| unknown.printer(Some(9), &wanted(fields, words, whole)).err();
        assert_eq!(lack(&[], &[1], false).as_deref(), Some("$1 (a field instead: dev)"));
        assert_eq!(lack(&[], &[5], false).as_deref(), Some("$5 (a field instead: sector)"));
        assert_eq!(lack(&[], &[4], false).as_deref(), Some("$4 (a field instead: cmd)"));
        assert_eq!(lack(&[], &[9, 1], true).as_deref(), Some("$9"));
        assert_eq!(lack(&[], &[], true).as_deref(), Some("the whole payload"));
        assert_eq!(lack(&["dev"], &[], false).as_deref(), Some("dev"));
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
        let has = |formats: Formats| formats.printer(Some(372), &wanted(&["prev_comm"], &[], false)).is_ok();
        assert!(Formats::read(&bytes).is_some_and(has));
        for cut in 0..bytes.len() {
            assert!(!Formats::read(&bytes[..cut]).is_some_and(has), "{cut}");
        }
        let every_field = wanted(&["prev_comm", "prev_pid", "file", "addr", "rest"], &[], false);
        let whole = wanted(&["common_type"], &[1], true);
        let mut random = 5_u64;
        for _ in 0..4_000 {
            let mut changed = bytes.clone();
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (random >> 33) as usize % changed.len();
            changed[at] = b"%(,)\"\\ =:;[x0\xff\xc3"[(random >> 20) as usize % 15];
            for wanted in [&every_field, &whole] {
                let printer = Formats::read(&changed).map(|formats| formats.printer(Some(372), wanted));
                printer.iter().flatten().for_each(|printer| drop(print(printer, &[7; 64])));
            }
        }
    }

    #[test]
    fn fields_that_only_the_text_has() {
        // Letters for bits, and something behind the number: all of it is printed.
        let mut raw = vec![0; 64];
        raw[24..30].copy_from_slice(&[7, 0, 0, 0, 3, 0]);
        let expected = "prev_comm= prev_pid=7 prev_state=S,|0x2+ ==> file= addr=0x0 rest=0 (0)";
        assert_eq!(printed(&["prev_state"], &raw).as_deref(), Ok(expected));
        assert_eq!(printed(&["prev_pid", "rest"], &raw).as_deref(), Ok(expected));
        // What it does not name stands behind it.
        let expected = format!("{expected} common_type=0");
        assert_eq!(printed(&["prev_state", "common_type"], &raw), Ok(expected));
        let nothing = wanted(&[], &[], false);
        assert_eq!(formats().printer(Some(1), &nothing).err().as_deref(), Some("the payload"));
        assert_eq!(formats().printer(None, &nothing).err().as_deref(), Some("the payload"));
    }
}
