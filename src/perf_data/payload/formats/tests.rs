//! Tests with payloads of two tracepoints, and with tracing data of random bytes.

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
    formats_of("sched", 372, SWITCH)
}

fn formats_of(system: &str, id: u16, text: &str) -> Formats {
    let name = full_name(system.as_bytes(), text.as_bytes());
    Formats { by_id: [(id, Format { name, place: 0..text.len() })].into(), bytes: text.into() }
}

fn wanted(fields: &[&str], words: &[usize], whole: bool) -> WantedPayloads {
    let fields = fields.iter().map(|&field| field.to_owned()).collect();
    WantedPayloads {
        fields,
        words: words.to_vec(),
        whole,
        optional: false,
        events: Box::new(|_| true),
        lines: false,
        call_chains: false,
    }
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
fn fields_that_the_print_format_names() {
    let mut raw = vec![0; 64];
    raw[8..12].copy_from_slice(b"a b\0");
    raw[24..28].copy_from_slice(&(-7_i32).to_le_bytes());
    raw[36..40].copy_from_slice(&[52, 0, 5, 0]);
    raw[40..48].copy_from_slice(&0xffff_0000_u64.to_le_bytes());
    raw[52..57].copy_from_slice(b"/x/y\0");
    let printed = |fields: &[&str], raw: &[u8]| printed(fields, raw).unwrap_or_else(|lack| panic!("{lack}"));
    let whole = "prev_comm=a b prev_pid=-7 prev_state=R ==> file=/x/y addr=0xffff0000 rest=0 (0)";
    for field in ["prev_comm", "prev_pid", "file", "addr"] {
        // `prev_comm` is a string of the raw data, which may contain any name, and the other fields stand behind it. So
        // the search for each of these fields needs the text of the whole payload, as in text input.
        assert_eq!(printed(&[field], &raw), whole);
    }
    // No field has the name `fd`, but the string of the raw data may contain it.
    assert_eq!(printed(&["fd"], &raw), whole);
    // Here, the raw data end in the middle of `prev_state`, so the whole payload cannot be printed. The text is empty,
    // although the raw data do hold `prev_pid`.
    assert_eq!(printed(&["prev_pid", "addr"], &raw[..30]), "");
}

#[test]
fn fields_that_the_print_format_does_not_name() {
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
    let block = |text: &str| formats_of("block", 9, text);
    let formats = block(ISSUE);
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
    // The print format prints the field `comm` without its name. So the name `comm` means the comm in the event's
    // header, as in text input, and the field is not appended. `pages` has a type that is not understood, so it is left
    // out.
    let printer = formats.printer(Some(9), &wanted(&["comm", "pages"], &[], false));
    assert_eq!(printer.map(|printer| print(&printer, &raw)).as_deref(), Ok(text));
    // If only numeric fields are wanted, only these are printed, as `name=value`. If words of the payload (`$N`) are
    // wanted, too, the whole payload is printed, and the fields follow it.
    let numbers =
        block(&ISSUE.replace("%s 100%% (%s) ", "").replace(", REC->rwbs, __get_str(cmd)", "").replace(" [%s]", ""));
    let print_numbers = |words: &[usize]| {
        let printer = numbers.printer(Some(9), &wanted(&["dev", "sector"], words, false));
        printer.map(|printer| print(&printer, &raw))
    };
    assert_eq!(print_numbers(&[]).as_deref(), Ok("dev=8388608 sector=500"));
    assert_eq!(print_numbers(&[1]).as_deref(), Ok("8,0 500 dev=8388608 sector=500"));
    let unsupported = block(&ISSUE.replace("[%s]", "[%pI4]"));
    let lack =
        |fields: &[&str], words: &[usize], whole| unsupported.printer(Some(9), &wanted(fields, words, whole)).err();
    assert_eq!(lack(&[], &[1], false).as_deref(), Some("$1 (a field instead: dev)"));
    assert_eq!(lack(&[], &[5], false).as_deref(), Some("$5 (a field instead: sector)"));
    assert_eq!(lack(&[], &[4], false).as_deref(), Some("$4 (a field instead: cmd)"));
    assert_eq!(lack(&[], &[9, 1], true).as_deref(), Some("$9"));
    assert_eq!(lack(&[], &[], true).as_deref(), Some("the whole payload"));
    assert_eq!(lack(&["dev"], &[], false).as_deref(), Some("dev"));
}

#[test]
fn tracing_data_of_any_bytes() {
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
    let is_read = |formats: Formats| formats.printer(Some(372), &wanted(&["prev_comm"], &[], false)).is_ok();
    assert!(Formats::read(bytes.clone()).is_some_and(is_read));
    for cut in 0..bytes.len() {
        assert!(!Formats::read(bytes[..cut].to_vec()).is_some_and(is_read), "{cut}");
    }
    // With a changed byte, printing may fail or give any text, but it must never panic.
    let every_field = wanted(&["prev_comm", "prev_pid", "file", "addr", "rest"], &[], false);
    let whole = wanted(&["common_type"], &[1], true);
    let mut random = 5_u64;
    for _ in 0..4_000 {
        let mut changed = bytes.clone();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = (random >> 33) as usize % changed.len();
        changed[at] = b"%(,)\"\\ =:;[x0\xff\xc3"[(random >> 20) as usize % 15];
        for wanted in [&every_field, &whole] {
            let printer = Formats::read(changed.clone()).map(|formats| formats.printer(Some(372), wanted));
            printer.iter().flatten().for_each(|printer| drop(print(printer, &[7; 64])));
        }
    }
}

#[test]
fn fields_that_only_the_print_format_shows() {
    // perf prints `prev_state` as letters, and prints text behind the number of `rest`. Such values can only be read
    // from the text of the whole payload, so the whole payload is printed although only one field is wanted.
    let mut raw = vec![0; 64];
    raw[24..30].copy_from_slice(&[7, 0, 0, 0, 3, 0]);
    let expected = "prev_comm= prev_pid=7 prev_state=S,|0x2+ ==> file= addr=0x0 rest=0 (0)";
    assert_eq!(printed(&["prev_state"], &raw).as_deref(), Ok(expected));
    assert_eq!(printed(&["prev_pid", "rest"], &raw).as_deref(), Ok(expected));
    // A field that the print format does not contain follows the payload.
    let expected = format!("{expected} common_type=0");
    assert_eq!(printed(&["prev_state", "common_type"], &raw), Ok(expected));
    let nothing = wanted(&[], &[], false);
    assert_eq!(formats().printer(Some(1), &nothing).err().as_deref(), Some("the payload"));
    assert_eq!(formats().printer(None, &nothing).err().as_deref(), Some("the payload"));
}
