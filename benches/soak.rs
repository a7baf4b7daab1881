//! Checks in long runs that memory does not grow and that no count is lost: `make soak`.
//!
//! The input is made while it is written into a pipe, and is larger than the memory of most machines. The resident
//! memory of the program is read twice a second. After the first tenth of a run, this memory may grow by at most 5 %.
//! At the end the counts of lines, events and closed loops must be exact.
//!
//! | variable  | meaning                                        | default |
//! |-----------|------------------------------------------------|---------|
//! | `SOAK_GB` | size of the long capture, in GB (10^9 bytes)   | 20      |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints what it sees, and a failed step ends it with the reason.

mod measure;

use measure::capture::Capture;
use pspp_filter::event::{Nanos, Resolution};
use pspp_filter::stats::Transition;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

const LOOP: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";
/// The largest resident memory that the program may have with one loop and few keys, in KiB.
const ONE_LOOP: u64 = 8 * 1024;
/// The largest resident memory that the program may have with as many keys as it follows at once (65,536), in KiB.
const ALL_KEYS: u64 = 24 * 1024;

fn main() -> ExitCode {
    // `cargo test --all-targets` also starts this program, but without `--bench`. There is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let gigabytes: u64 = std::env::var("SOAK_GB").map_or(20, |text| text.parse().expect("a whole number"));
    let capture = Capture::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/qemu-native.txt"));
    let repetitions = (gigabytes * 1_000_000_000).div_ceil(capture.text.len() as u64);
    // A loop that is unfinished at the end of one repetition may close in the next one. So each further repetition
    // closes as many loops as two repetitions close together, less those that one repetition closes alone.
    let closed = |times: u64| {
        let write = |out: &mut BufWriter<ChildStdin>| capture.write_repeated(times, out);
        count("closed", &stream(LOOP, ONE_LOOP, write).0)
    };
    let (one, two) = (closed(1), closed(2));
    let mut good = true;
    let mut check = |what: &str, found: u64, expected: u64| {
        println!("{what}: {found}, expected {expected}");
        good &= found == expected;
    };

    println!("{repetitions} times a capture of {} lines, {gigabytes} GB:", capture.lines);
    let (summary, flat) = stream(LOOP, ONE_LOOP, |out| capture.write_repeated(repetitions, out));
    check("  lines", count("lines", &summary), repetitions * capture.lines);
    check("  events", count("events", &summary), repetitions * capture.lines);
    check("  loops closed", count("closed", &summary), one + (repetitions - 1) * (two - one));
    check("  memory is flat (1: yes)", flat.into(), 1);

    println!("1 GB without a newline:");
    let megabyte = vec![b'x'; 1_000_000];
    let (summary, flat) = stream(LOOP, ONE_LOOP, |out| (0..1_000).try_for_each(|_| out.write_all(&megabyte)));
    check("  bytes", count("bytes", &summary), 1_000_000_000);
    check("  lines", count("lines", &summary), 1);
    check("  memory is flat (1: yes)", flat.into(), 1);

    println!("10 million threads, each with an open loop:");
    let (summary, flat) = stream(PREAD, ALL_KEYS, write_threads);
    check("  events", count("events", &summary), 10_000_000);
    check("  evicted", count("evicted", &summary), 10_000_000 - 65_536);
    check("  memory is flat (1: yes)", flat.into(), 1);
    println!("1,000 million deltas, against whole numbers:");
    let [mean, stddev, median] = billion();
    check("  mean within 1e-12 (1: yes)", mean.into(), 1);
    check("  standard deviation within 1e-9 (1: yes)", stddev.into(), 1);
    check("  median within 1e-3 (1: yes)", median.into(), 1);
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Adds a thousand million deltas from 100 s to 100.001 s, in whole microseconds, to the statistics of one transition.
/// Returns whether their mean, standard deviation and median are right.
fn billion() -> [bool; 3] {
    const COUNT: u64 = 1_000_000_000;
    const BASE_NS: u64 = 100_000_000_000;
    let mut found = Transition::new();
    let (mut sum, mut squares) = (0_u128, 0_u128);
    let mut random = 1_u64;
    for _ in 0..COUNT {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let step_us = (random >> 33) % 1_000;
        (sum, squares) = (sum + u128::from(step_us), squares + u128::from(step_us * step_us));
        found.record(Nanos(BASE_NS + step_us * 1_000), Resolution::Micros);
    }
    let count = u128::from(COUNT);
    let mean = BASE_NS as f64 + sum as f64 / COUNT as f64 * 1e3;
    let stddev = ((count * squares - sum * sum) as f64).sqrt() / ((count * (count - 1)) as f64).sqrt() * 1e3;
    let near = |found: Option<f64>, exact: f64, by: f64| found.is_some_and(|found| (found - exact).abs() <= exact * by);
    // The exact median is not known here, because the deltas are not kept. But they differ by only 0.001 %, and the
    // histogram is exact to 0.1 %, so the median is compared with the mean.
    let median = found.median_half_ns().map_or(0.0, |half| half as f64 / 2.0);
    [near(found.mean_ns(), mean, 1e-12), near(found.stddev_ns(), stddev, 1e-9), near(Some(median), mean, 1e-3)]
}

/// Writes the events of ten million threads, each of which enters a call that never returns.
fn write_threads(out: &mut BufWriter<ChildStdin>) -> io::Result<()> {
    for tid in 1..=10_000_000 {
        let (seconds, micros) = (1_000 + tid / 1_000_000, tid % 1_000_000);
        writeln!(
            out,
            "          worker {tid:7} [000] {seconds:5}.{micros:06}: syscalls:sys_enter_pread64: fd: 0x00000003"
        )?;
    }
    Ok(())
}

/// Writes text into the standard input of the program. Returns the program's summary, and whether its memory stayed
/// flat and below `limit_kib`.
fn stream(spec: &str, limit_kib: u64, write: impl Fn(&mut BufWriter<ChildStdin>) -> io::Result<()>) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pspp-filter"));
    command.args(["-s", "--summary-format=json", spec]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child: Child = command.spawn().expect("it starts");
    let stdin = child.stdin.take().expect("a pipe");
    let (done, ended) = channel::<()>();
    let pid = child.id();
    let watcher = thread::spawn(move || {
        let mut seen = Vec::new();
        while ended.recv_timeout(Duration::from_millis(500)) == Err(RecvTimeoutError::Timeout) {
            seen.extend(resident_kib(pid));
        }
        seen
    });
    let began = Instant::now();
    let mut out = BufWriter::with_capacity(1 << 20, stdin);
    write(&mut out).and_then(|()| out.flush()).expect("the program reads to the end");
    // A pipe holds only 64 KiB, so the program has by now read nearly all of what was written.
    let last = resident_kib(pid);
    drop(out);
    let mut summary = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut summary).expect("a summary");
    let status = child.wait().expect("a child");
    assert!(status.success(), "{status}");
    drop(done);
    let mut seen = watcher.join().expect("it only looks");
    seen.extend(last);
    // In the first tenth of the run the program should have taken all the memory that it needs.
    let (early, late) = seen.split_at((seen.len() / 10 + 1).min(seen.len()));
    let most = |seen: &[u64]| seen.iter().copied().max().unwrap_or(0);
    // In a run of a few seconds, memory was read too few times to say whether it grew.
    let grew = seen.len() >= 10 && most(late) > most(early) + most(early) / 20;
    let flat = most(&seen) <= limit_kib && !grew;
    println!("  {:.1} s, resident {} to {} KiB", began.elapsed().as_secs_f64(), most(early), most(&seen));
    (summary, flat)
}

/// Returns the resident memory of a process, in KiB. `None` if it has ended.
fn resident_kib(pid: u32) -> Option<u64> {
    // The line looks like this: `VmRSS:           3340 kB`.
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the first number with this name in a JSON summary.
fn count(name: &str, summary: &str) -> u64 {
    let (_, value) = summary.split_once(&format!("\"{name}\":")).unwrap_or_else(|| panic!("no {name} in {summary:?}"));
    let end = value.find(|byte: char| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().expect("a number")
}
