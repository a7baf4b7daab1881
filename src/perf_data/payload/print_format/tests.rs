//! Tests with print formats of the kernel, and with hostile ones.

use super::{PrintFormat, split_print_fmt};
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

/// Returns raw data with comm=`a b`, small=-2, large=-3, dev=8:5, name=`/x`, parts=7,8,9 and flags=5.
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

fn parse(print: &str) -> PrintFormat {
    let format = format!("{FIELDS}\nprint fmt: {print}\n");
    let (print, arguments) = split_print_fmt(&format).expect("a print fmt line");
    PrintFormat::parse(&print, &arguments, &declared(&format))
}

fn printed(print: &str) -> Option<String> {
    let mut out = Vec::new();
    parse(print).print(&raw(), &mut out)?;
    Some(String::from_utf8(out).expect("ASCII"))
}

#[test]
fn numbers_are_printed_as_c_does() {
    // libtraceevent does not sign-extend the values of fields, so `%ld` prints a negative int as a large number. `%d`
    // cuts the value to 32 bits.
    let print = r#""%d %u %x %ld %lu %lx", REC->small, REC->small, REC->small, REC->small, REC->small, REC->small"#;
    let expected = "-2 4294967294 fffffffe 4294967294 4294967294 fffffffe";
    assert_eq!(printed(print).as_deref(), Some(expected));
    let print = r#""%lld %llu %hd %hu %hhd %hhu %zd", REC->large, REC->large, REC->large, REC->large, REC->large, REC->large, REC->large"#;
    let expected = "-3 18446744073709551613 -3 65533 -3 253 4294967293";
    assert_eq!(printed(print).as_deref(), Some(expected));
    let print = r#""[%5d] [%-5d] [%05d] [%03d] [%.3d] [%8.3d]", REC->small, REC->small, REC->small, 7, 7, REC->small"#;
    assert_eq!(printed(print).as_deref(), Some("[   -2] [-2   ] [-0002] [007] [007] [    -002]"));
    let print = r#""%#x %#x %X %#lX %p %p", 0, 255, 255, 255, 0, REC->large"#;
    assert_eq!(printed(print).as_deref(), Some("0 0xff FF 0XFF (nil) 0xfffffffffffffffd"));
}

#[test]
fn expressions_have_the_values_of_c() {
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
fn strings_are_constants_fields_names_of_values_and_choices() {
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
fn print_formats_that_are_not_understood_are_not_supported() {
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
        assert!(!parse(print).is_supported(), "{print}");
    }
    assert!(!parse(&format!("\"%d\", {}1{}", "(".repeat(100), ")".repeat(100))).is_supported());
    assert!(parse(&format!("\"%d\", {}1{}", "(".repeat(20), ")".repeat(20))).is_supported());
    assert!(!parse(&format!("\"%d\", 1{}", "+1".repeat(1_000_000))).is_supported());
    assert!(!parse(&format!("\"{}\"{}", "%1024d".repeat(1_000), ",1".repeat(1_000))).is_supported());
    // The segments around one that is not supported are parsed all the same.
    let format = parse(r#""at=%pS small=%d dev=%u", REC->large, REC->small, REC->dev"#);
    let mut out = Vec::new();
    let small = format.number_of("small").expect("a number");
    assert_eq!((format.print_number(small, &raw(), &mut out), &out[..]), (Some(()), &b"-2"[..]));
    assert_eq!(format.number_of("at"), None);
}

#[test]
fn numbers_under_the_names_of_their_fields() {
    let is_found = |print: &str| {
        let format = parse(print);
        ["small", "dev", "large", "flags"].map(|name| u8::from(format.number_of(name).is_some()))
    };
    let equals = |rest: &str| is_found(&format!(r#""{rest}", REC->small, REC->dev, REC->large, REC->flags"#));
    assert_eq!(equals("small=%d dev=0x%x large=%ld flags=%03d"), [1, 1, 1, 1]);
    assert_eq!(equals("small: %d, dev: 0x%x, large: 0x%08lx, flags: %d"), [1, 1, 1, 1]);
    // A number is not found if other text follows it, or if the next field has another sign (`=` or `:`) behind its
    // name.
    assert_eq!(equals("small=%d,dev=%d large=%ld [ns] flags=%d."), [0, 1, 0, 0]);
    assert_eq!(equals("small=%d, dev: %d large=%ld ==> flags=%d"), [0, 0, 1, 1]);
    assert_eq!(equals("small: %d, dev=%d, large: %ld flags %d"), [0, 0, 0, 0]);
    // A number is not found if it is padded, if the name is only a part of another name, or if the name already stands
    // in front of it.
    assert_eq!(equals("small=%5d dev=%-3d not/large=%ld a_flags=%d"), [0, 0, 0, 0]);
    assert_eq!(equals("dev small=%d dev=%d (large=%ld flags=%d"), [1, 0, 1, 1]);
    // The word `struct` stands between a name and its value. The value is one word, which may end with a colon.
    assert_eq!(equals("small struct %d: dev struct=%d large=%ld, x struct %d"), [1, 1, 0, 0]);
    assert_eq!(equals("small structure %d, dev a struct %d: large struct %ld, flags struct %d"), [0, 0, 0, 1]);
    // A string of the raw data may contain the name of a field, so numbers behind it are not found. String constants,
    // such as `"x"`, are known and do not contain the name `small`.
    assert_eq!(is_found(r#""comm=%s small=%d", REC->comm, REC->small"#), [0; 4]);
    assert_eq!(is_found(r#""small=%d comm=%s", REC->small, REC->comm"#), [1, 0, 0, 0]);
    assert_eq!(is_found(r#""a=%s small=%d", REC->flags ? "x" : "y", REC->small"#), [1, 0, 0, 0]);
    assert_eq!(is_found(r#""a=%pS small=%d b=%pI4 dev=%d", REC->large, REC->small, 1, REC->dev"#), [1, 0, 0, 0]);
    let format = parse(r#""all: %d, large: 0x%08lx, b: (flags) a", 1, REC->large"#);
    assert!(format.may_name("all") && format.may_name("flags") && !format.may_name("al"));
    assert!(parse(r#""%sno %d", "x", 1"#).may_name("xno"), "a string may supply the name");
    assert!(
        parse(r#""%sno %d", "x", 1"#).has_names_from_strings() && parse(r#""%s: %d", "x", 1"#).has_names_from_strings()
    );
    assert!(!parse(r#""%s %d [%s]", "x", 1, REC->comm"#).has_names_from_strings());
    let mut out = Vec::new();
    let printed = format.number_of("large").and_then(|large| format.print_number(large, &raw(), &mut out));
    assert_eq!((printed, out.as_slice()), (Some(()), &b"0xfffffffffffffffd"[..]));
    assert!(parse(r#""0x%lx", REC->large"#).return_value().is_some());
    assert!(parse(r#""%lx", REC->large"#).return_value().is_none());
    assert!(parse(r#""a: %d, b: 0x%x", 1, 2"#).uses_colons() && !parse(r#""a: %d b=0x%x", 1, 2"#).uses_colons());
    // Here, the raw data end before the field does.
    assert_eq!(parse(r#""%d", REC->flags"#).print(&raw()[..38], &mut out), None);
}
