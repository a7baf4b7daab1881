//! Tests of a perf.data with a round that holds more records than fit into the memory for them. In a round, perf reads
//! the buffer of every CPU once, and then writes a FINISHED_ROUND record. The records must still come in the order
//! of their times, as perf script prints them. To this end, the program reads the records of a file a second time at
//! their places in the file, and writes the records of a stream to a temporary file.
//!
//! PATH is empty in these tests, so the program finds no perf that could read the input in its place.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::running::start;
use common::scratch::Scratch;
use common::{feed, filter};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The number of samples of each of two CPUs. Both together have more than 512 Ki samples, the largest number that
/// waits in memory.
const SAMPLES: u64 = 270_000;
/// In the order of time, samples of the two CPUs alternate at distances of 500 ns. So each row of this loop has a delta
/// of 500 ns.
const LOOP: &str = "cpu-clock -> cpu-clock by all";

/// Returns a record of a perf.data with this type and body. Of the types, 9 is a SAMPLE, 64 a HEADER_ATTR, and 68 a
/// FINISHED_ROUND.
fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(8 + body.len()).expect("a record has at most 64 KiB");
    [&kind.to_le_bytes()[..], &[0, 0], &size.to_le_bytes(), body].concat()
}

fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Returns a stream of one round, in which all samples of CPU 0 stand in front of those of CPU 1. The times of each CPU
/// rise. If `falls` is true, they fall, as in a buffer that `perf record --overwrite` has dumped.
fn stream(falls: bool) -> Vec<u8> {
    // These are the fields of perf_event_attr: type 1 (software), size, config 0 (cpu-clock), period, sample_type,
    // read_format, flags (sample_id_all).
    let mut attr = [&1_u32.to_le_bytes()[..], &128_u32.to_le_bytes(), &words(&[0, 1, 0x10187, 4, 1 << 18])].concat();
    attr.resize(128, 0);
    attr.extend(7_u64.to_le_bytes());
    let mut stream = [&b"PERFILE2"[..], &16_u64.to_le_bytes(), &record(64, &attr)].concat();
    for cpu in 0..2 {
        for at in 0..SAMPLES {
            let at = if falls { SAMPLES - 1 - at } else { at };
            let thread = 100 + cpu;
            // A sample has these fields: identifier, ip, pid and tid, time, cpu, period.
            let body = [7, 0, thread << 32 | thread, 1_000_000_000 + 1000 * at + 500 * cpu, cpu, 1];
            stream.extend(record(9, &words(&body)));
        }
    }
    stream.extend(record(68, &[]));
    stream
}

/// Returns a command that runs the program without a perf in its PATH, with `folder` for temporary files.
fn command(folder: &str, args: &[&str]) -> Command {
    let mut command = filter(args);
    command.env("PATH", "/nowhere").env("TMPDIR", folder).stdin(Stdio::null());
    command
}

fn summary(folder: &str, input: &str) -> Command {
    command(folder, &["-s", "--summary-format", "tsv", "-u", "ns", LOOP, input])
}

/// Runs the program on bytes that it reads from a pipe.
fn through_a_pipe(folder: &str, bytes: Vec<u8>) -> Output {
    let pieces = std::iter::once(bytes);
    feed(summary(folder, "-"), pieces)
}

/// Asserts that all samples came in order: each pair of neighbours closed the loop after 500 ns, and there is no
/// message.
fn assert_in_order(output: &Output, case: &str) {
    let text = String::from_utf8_lossy(&output.stdout);
    let row: Vec<&str> = text.lines().last().expect("a row").split('\t').collect();
    let count = 2 * SAMPLES - 1;
    let (sum, count) = ((500 * count).to_string(), count.to_string());
    let expected = ["loop1", "total", &count, "500.0", "0.0", "500", "500", "500", "500", "500", "500", &sum];
    assert_eq!(row, expected, "{case}");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{case}");
}

#[test]
fn a_large_round_is_in_order_and_a_file_needs_no_temporary_file() {
    let scratch = Scratch::new("order");
    for falls in [false, true] {
        let bytes = stream(falls);
        let input = scratch.file("perf.data", &bytes);
        let from_file = summary("/nowhere", &input).output().expect("the program");
        assert_in_order(&from_file, &format!("a file, falls: {falls}"));
        let folder = scratch.folder().to_str().expect("UTF-8");
        assert_in_order(&through_a_pipe(folder, bytes), &format!("a pipe, falls: {falls}"));
    }
    let left = std::fs::read_dir(scratch.folder()).expect("the folder").count();
    assert_eq!(left, 1, "only perf.data is left");
}

#[test]
fn without_a_temporary_file_the_order_of_a_stream_is_an_error() {
    let output = through_a_pipe("/nowhere", stream(false));
    let error = "pspp-filter: (standard input): cannot put its records in order: a temporary file in /nowhere: \
                 No such file or directory\n";
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*errors), (Some(1), error), "the error stands alone");
    // The program stopped before it used the first record, so there is no summary.
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "no loop closed in a wrong order");
}

/// The last 8 bytes of the stream, the FINISHED_ROUND record, are not sent, so all samples wait for the end of the
/// round. When a signal tells the program to end, it uses as many of them as it can in half a second. These must be in
/// order.
#[test]
fn a_signal_ends_the_program_while_a_large_round_waits() {
    let scratch = Scratch::new("signal");
    let folder = scratch.folder().to_str().expect("UTF-8").to_owned();
    let mut command = summary(&folder, "-");
    command.stdin(Stdio::piped());
    let mut running = start(command);
    let bytes = stream(false);
    running.write_bytes(&bytes[..bytes.len() - 8]);
    let signalled = Instant::now();
    running.signal("TERM");
    let ended = running.ended();
    // The program takes half a second. The test allows more, because the machine may be busy.
    assert!(signalled.elapsed() < Duration::from_secs(10), "{:?}", signalled.elapsed());
    let note =
        "pspp-filter: (standard input): stopped in the middle of a round, so events of some CPUs may be missing\n";
    assert_eq!((ended.status, &*ended.errors), (Some(143), note));
    let row: Vec<&str> = ended.output.lines().last().expect("a row").split('\t').collect();
    let count: u64 = row[2].parse().expect("a number");
    assert!((1000..2 * SAMPLES).contains(&count), "{count}");
    let sum = (500 * count).to_string();
    assert_eq!(row[3..], ["500.0", "0.0", "500", "500", "500", "500", "500", "500", &sum]);
}
