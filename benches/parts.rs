//! Measures the parser, the matcher and the writer, each alone: `cargo bench --bench parts`.
//!
//! When one of these parts is changed, this bench shows what the change does to the part itself. The captures come from
//! tests/data. Each time is for one pass over all lines of a capture, or for `STEPS` steps of the matcher or rows of
//! the writer.
#![allow(clippy::expect_used)] // A failed step ends the bench with the reason.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use pspp_filter::dialect::{self, Line, Reader};
use pspp_filter::event::{Event, Nanos};
use pspp_filter::key::{Key, KeySource, KeyValue};
use pspp_filter::matcher::{Entry, Matcher, Matching, Shape};
use pspp_filter::pattern::{Loop, Notation, grammar};
use pspp_filter::sink::{ClosedLoop, RowFormat, RowOptions, RowWriter, ShownFields};
use pspp_filter::text::Unit;
use std::hint::black_box;

fn main() {
    // `cargo test --all-targets` also starts this program, but without `--bench`. There is nothing to test.
    if std::env::args().any(|argument| argument == "--bench") {
        divan::main();
    }
}

const CAPTURES: [&str; 6] =
    ["qemu-native", "fields-ns", "fields-pid-tid", "callchain", "perf-trace-T", "ftrace-trace_pipe"];

fn capture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a capture")
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|&byte| byte == b'\n').collect()
}

/// Reads lines as the program does: a line that looks like an earlier one is recognised, which is faster, and any other
/// line is read field by field.
#[divan::bench(args = CAPTURES)]
fn parser(bencher: Bencher, name: &str) {
    let text = capture(name);
    let lines = lines(&text);
    let mut reader = Reader::default();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| {
        for line in &lines {
            if black_box(reader.recognise(line)).is_none() {
                black_box(reader.read(line));
            }
        }
    });
}

/// Reads every line field by field, as `parser` does only for lines that it does not recognise.
#[divan::bench(args = CAPTURES)]
fn parser_step_by_step(bencher: Bencher, name: &str) {
    let text = capture(name);
    let lines = lines(&text);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| {
        for line in &lines {
            black_box(dialect::read(line));
        }
    });
}

/// The number of events that one measurement of the matcher takes, and of rows that one of the writer makes.
const STEPS: u64 = 10_000;

/// Measures the matcher. The events come from `threads` threads in turn, and the events of each thread pass the
/// positions of the loop in order.
fn steps(bencher: Bencher, matching: Matching, positions: usize, threads: u64) {
    let shape = Shape::plain(positions, Key::Tid, KeySource::Header);
    let mut matcher = Matcher::new(matching, positions, 65536, Vec::new());
    matcher.add_loop(shape);
    let mut number = 0;
    bencher.counter(ItemsCount::new(STEPS)).bench_local(|| {
        for _ in 0..STEPS {
            number += 1;
            let entry = Entry {
                loop_index: 0,
                positions: 1 << (number / threads % positions as u64),
                negated: 0,
                key: KeyValue::number((number % threads) as i64),
                time: Nanos(number * 1_000),
                number,
            };
            black_box(matcher.step(entry));
        }
    });
}

#[divan::bench(args = [2, 4, 8])]
fn matcher_latest(bencher: Bencher, positions: usize) {
    steps(bencher, Matching::Latest, positions, 1);
}

#[divan::bench(args = [2, 4, 8])]
fn matcher_strict(bencher: Bencher, positions: usize) {
    steps(bencher, Matching::Strict, positions, 1);
}

#[divan::bench(args = [10, 1_000, 60_000])]
fn matcher_of_threads(bencher: Bencher, threads: u64) {
    steps(bencher, Matching::Latest, 2, threads);
}

#[divan::bench(args = ["tsv", "csv", "json"])]
fn writer(bencher: Bencher, format: &str) {
    const LINE: &[u8] = b" qemu-system-x86 10074 [000]   921.970764:          syscalls:sys_exit_io_submit: 0x1";
    let Line::Event(event) = dialect::read(LINE) else { panic!("an event") };
    let spec: Loop = grammar::parse("a -> b -> c -> d", Notation::Arrows).expect("a loop");
    let (_, format) = RowFormat::NAMES.iter().find(|(name, _)| *name == format).expect("a format");
    let mut writer = (format.writer)(RowOptions { unit: Unit::Micros, header: true, show: Vec::new() });
    let mut out = Vec::new();
    writer.begin(&mut out, std::slice::from_ref(&spec), false);
    let times = |row: u64| [0, 26_000, 31_000 + row * 1_000, 921_970_764_000];
    bencher.counter(ItemsCount::new(STEPS)).bench_local(|| {
        out.clear();
        for row in 0..STEPS {
            write(&mut *writer, &mut out, &spec, &event, &times(row));
        }
        black_box(&out);
    });
}

fn write(writer: &mut dyn RowWriter, out: &mut Vec<u8>, spec: &Loop, last: &Event<'_>, times: &[u64]) {
    writer.closed(
        out,
        &ClosedLoop {
            loop_index: 0,
            spec,
            times,
            last,
            first: None,
            headers: &[],
            call_chain: None,
            key: b"",
            shown: &ShownFields::default(),
        },
    );
}
