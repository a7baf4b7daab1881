//! Binary recordings that no perf writes. Each part of such a recording, such as a record or a format file, is within
//! the limits for a single part. But there are very many parts, or the work grows with the product of the sizes of two
//! parts. If the program had no limits for the whole recording, it would take memory or time without bound.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::{feed, filter_in_shell};
use std::process::Output;
use std::time::{Duration, Instant};

/// Limits the address space of the program to 180,000 KiB. This is enough for its code and libraries, its threads, and
/// 64 MiB of data.
const LIMIT: &str = "ulimit -v 180000;";
/// The longest time that the program may take for each input of these tests. It is long, because the machine may be
/// busy. A program that did not bound its work would take hours for some of the inputs, and 5 s or more for the others.
const AT_MOST: Duration = Duration::from_secs(20);

/// Returns a record of a perf.data with this type and body. Of the types, 9 is a SAMPLE, 64 a HEADER_ATTR, and 68 a
/// FINISHED_ROUND.
fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(8 + body.len()).expect("a record has at most 64 KiB");
    [&kind.to_le_bytes()[..], &[0, 0], &size.to_le_bytes(), body].concat()
}

/// Returns a HEADER_ATTR record, which describes an event: the tracepoint with the number 372. Samples with one of
/// these ids belong to this event.
fn attribute(ids: impl Iterator<Item = u64>) -> Vec<u8> {
    // These are the fields of perf_event_attr: type 2 (tracepoint), size, config (the number of the tracepoint),
    // period, sample_type, read_format, flags (sample_id_all).
    let mut attr = [&2_u32.to_le_bytes()[..], &128_u32.to_le_bytes(), &372_u64.to_le_bytes()].concat();
    attr.extend([1_u64, 0x10587, 4, 1 << 18].iter().flat_map(|word| word.to_le_bytes()));
    attr.resize(128, 0);
    attr.extend(ids.flat_map(u64::to_le_bytes));
    record(64, &attr)
}

/// Returns a TRACING_DATA record, whose data begin as a trace.dat does. They have one format file, which lists the
/// fields of a tracepoint.
fn tracing_data(format: &str) -> Vec<u8> {
    let mut data = [b"\x17\x08\x44tracing0.6\0\0\x08", &4096_u32.to_le_bytes()[..], b"header_page\0"].concat();
    data.extend([&0_u64.to_le_bytes()[..], b"header_event\0", &0_u64.to_le_bytes(), &0_u32.to_le_bytes()].concat());
    data.extend([&1_u32.to_le_bytes()[..], b"syscalls\0", &1_u32.to_le_bytes()].concat());
    data.extend([&(format.len() as u64).to_le_bytes()[..], format.as_bytes(), &[0; 12]].concat());
    data.resize(data.len().next_multiple_of(8), 0);
    [&66_u32.to_le_bytes()[..], &[0, 0, 12, 0], &(data.len() as u32).to_le_bytes(), &data].concat()
}

/// Returns a SAMPLE record of the event to which this id belongs.
fn sample(id: u64) -> Vec<u8> {
    // The record has these fields: identifier, ip, pid and tid, time, cpu, period, length of the raw data, raw data.
    let ids = [&5_u32.to_le_bytes()[..], &5_u32.to_le_bytes()].concat();
    let words = |words: &[u64]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut raw = [&16_u32.to_le_bytes()[..], &372_u16.to_le_bytes()].concat();
    raw.resize(24, 0);
    record(9, &[words(&[id, 0]), ids, words(&[1_000_000_000, 0, 1]), raw].concat())
}

fn format_file(fields: &str, print_fmt: &str) -> String {
    format!("name: sys_enter_openat\nID: 372\nformat:\n{fields}\nprint fmt: {print_fmt}\n")
}

/// Runs the program on the records of a stream, with limits of memory and time.
fn run(spec: &str, records: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Output {
    let beginning = [&b"PERFILE2"[..], &16_u64.to_le_bytes()].concat();
    let started = Instant::now();
    let command = filter_in_shell(&format!("{LIMIT} exec $run"), &["-s", spec]);
    let output = feed(command, std::iter::once(beginning).chain(records));
    assert!(started.elapsed() < AT_MOST, "it took {:?}", started.elapsed());
    output
}

/// Asserts that the program ended with status 1 and a short message that contains this text.
fn assert_refused(output: &Output, message: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains(message) && errors.len() < 2_000, "{errors}");
}

#[test]
fn attributes_without_end_are_refused() {
    let ids = |at: u64| (at * 8_000)..(at + 1) * 8_000;
    assert_refused(&run("a -> b", (0..4_000).map(move |at| attribute(ids(at)))), "ids");
}

#[test]
fn tracing_data_without_end_is_refused() {
    let length = 30_000_000_u32;
    let large = move |_| {
        [&66_u32.to_le_bytes()[..], &[0, 0, 12, 0], &length.to_le_bytes(), &vec![b'x'; length as usize]].concat()
    };
    assert_refused(&run("a -> b", (0..20).map(large)), "larger than 32 MiB");
}

#[test]
fn names_of_many_attributes_are_found_in_a_large_format() {
    let format = format!("ID: 372\n{}name: sys_enter_openat\n", "x\n".repeat(4_000_000));
    let attributes = (0..2_000).map(|at| attribute(std::iter::once(1_000_000 + at)));
    let output = run("sys_enter_openat -> b", attributes.chain([tracing_data(&format), record(68, &[])]));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_print_format_longer_than_any_of_the_kernel_is_refused_with_a_remedy() {
    let field = "\tfield:int x;\toffset:8;\tsize:4;\tsigned:1;\n";
    let arguments =
        |name: &str, count: usize| (0..count).map(|at| format!("REC->{name}{at}")).collect::<Vec<_>>().join(", ");
    let words = format!("\"{}%pS\", {}, REC->x", "%d".repeat(40_000), arguments("a", 40_000));
    let many: String = (0..40_000).map(|at| format!("\tfield:int a{at};\toffset:8;\tsize:4;\tsigned:1;\n")).collect();
    let declared = format!("\"{}\", {}", "%d ".repeat(40_000), arguments("a", 40_000));
    let literal = format!("\"{} %d\", 1", "y".repeat(1_000_000));
    for (spec, format) in [
        ("sys_enter_openat if $1 == 5 -> b", format_file(field, &words)),
        ("sys_enter_openat if zz == 1 || $1 == 5 -> b", format_file(&many, &declared)),
        ("sys_enter_openat if trace ~ \"*zz*\" -> b", format_file(field, &literal)),
    ] {
        let records = [attribute(std::iter::once(7)), tracing_data(&format), sample(7), record(68, &[])];
        assert_refused(&run(spec, records.into_iter()), "perf script -i -");
    }
}
