//! Binary recordings (`perf record -o FILE`, `perf record -o -`): the rows are
//! those of their text, which `perf script --ns -F comm,pid,tid,cpu,time,event,trace`
//! printed, and nothing in them breaks the program. There is no perf here to fall back on.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;

const PROGRAM: &str = env!("CARGO_BIN_EXE_pspp-filter");

/// Loops with and without a look into payloads.
const LOOPS: [&str; 7] = [
    "sys_enter_write -> sys_exit_write",
    "sys_enter_* -> sys_exit_* by all",
    "sched_process_fork -> sched_process_exec by comm",
    "sched_wakeup@pid -> sched_switch@next_pid",
    "sys_enter_read if fd == 0 && count < 2 -> sys_exit_read if ret > 0",
    "sched_switch@prev_pid if prev_comm ~ 'd*sh' -> sched_switch@next_pid if next_comm != ''",
    "sys_enter_write@fd -> sys_enter_read@fd by all",
];

const RECORDINGS: [&str; 2] = ["calls", "calls-stream"];

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The program, where no other is found.
fn filter(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env("PATH", "/nowhere").env_remove("RUST_BACKTRACE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Feeds it through a pipe, a few bytes at once.
fn through_a_pipe(mut command: Command, bytes: Vec<u8>, step: usize) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = thread::spawn(move || bytes.chunks(step).all(|piece| stdin.write_all(piece).is_ok()));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("no panic");
    output
}

#[test]
fn rows_and_statistics_are_those_of_the_text() {
    for name in RECORDINGS {
        let (binary, text) = (data(&format!("{name}.data")), data(&format!("{name}.txt")));
        let (binary, text) = (binary.to_str().expect("UTF-8"), text.to_str().expect("UTF-8"));
        for spec in LOOPS {
            let ways: [&[&str]; 5] = [
                &["-q"],
                &["-qm", "events", "-f", "json"],
                &["-qf", "csv", "--match", "strict"],
                &["-s", "--summary-format", "tsv", "-b", "fd"],
                &["-s", "--summary-format", "tsv", "-I", "1ms"],
            ];
            for way in ways {
                let args = |input| [way, &[spec, input]].concat();
                let expected = filter(&args(text)).output().expect("the program");
                let read = filter(&args(binary)).output().expect("the program");
                assert_eq!(read.status.code(), Some(0), "{spec} {way:?}: {}", String::from_utf8_lossy(&read.stderr));
                assert_eq!(read.stderr, expected.stderr, "{spec} {way:?}");
                assert!(read.stdout == expected.stdout && !read.stdout.is_empty(), "{name}: {spec} {way:?}");
            }
        }
    }
}

#[test]
fn a_stream_is_the_same_in_pieces_and_from_a_file() {
    let bytes = fs::read(data("calls-stream.data")).expect("the recording");
    let args = ["-q", LOOPS[0]];
    let text = filter(&[&args[..], &[data("calls-stream.txt").to_str().expect("UTF-8")]].concat()).output();
    let expected = text.expect("the program").stdout;
    assert!(expected.split(|&byte| byte == b'\n').count() > 2);
    let mut from_file = filter(&args);
    from_file.stdin(File::open(data("calls-stream.data")).expect("the recording"));
    assert_eq!(from_file.output().expect("the program").stdout, expected);
    for step in [1, 100, 4096, 1 << 20] {
        let output = through_a_pipe(filter(&args), bytes.clone(), step);
        assert_eq!((output.status.code(), &output.stdout), (Some(0), &expected), "{step} bytes at once");
    }
}

/// The next number of a sequence that is always the same.
fn next(random: &mut u64) -> usize {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*random >> 33) as usize
}

/// Changed, cut, or with a part of it somewhere else.
fn mutated(whole: &[u8], random: &mut u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + next(random) % 8 {
        // Half of the time in the header or what describes the events.
        let within = bytes.len().min([2000, usize::MAX][next(random) % 2]);
        let at = next(random) % within.max(1);
        match next(random) % 8 {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            2 => drop(bytes.drain(at..bytes.len().min(at + next(random) % 64))),
            3 => bytes[at..].iter_mut().take(8).for_each(|byte| *byte = 255),
            4 => bytes[at..].iter_mut().take(8).for_each(|byte| *byte = 0),
            _ => bytes[at..].iter_mut().take(1).for_each(|byte| *byte ^= 1 << (at % 8)),
        }
        if bytes.is_empty() {
            bytes.push(b'P');
        }
    }
    bytes
}

#[test]
fn a_thousand_mutated_recordings_end_with_status_0_or_1_and_do_not_grow() {
    let wholes = RECORDINGS.map(|name| fs::read(data(&format!("{name}.data"))).expect("the recording"));
    // Whatever a header claims, this is what there is.
    let limited = |way: &[&str]| {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "ulimit -v 65536; exec \"$0\" \"$@\"", PROGRAM]).args(way);
        shell.env("PATH", "/nowhere").env_remove("RUST_BACKTRACE");
        shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        shell
    };
    let mut random = 8;
    let mut statuses = [0; 2];
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mutated-{}.data", std::process::id()));
    for number in 0..1_000 {
        let bytes = mutated(&wholes[number % 2], &mut random);
        let mut way = vec!["-s", LOOPS[number % LOOPS.len()]];
        let output = if number % 3 == 0 {
            through_a_pipe(limited(&way), bytes, 1 << 16)
        } else {
            fs::write(&scratch, bytes).expect("a file");
            way.push(scratch.to_str().expect("UTF-8"));
            limited(&way).stdin(Stdio::null()).output().expect("the program")
        };
        let errors = String::from_utf8_lossy(&output.stderr);
        let status = output.status.code().and_then(|status| usize::try_from(status).ok());
        assert!(!errors.contains("panicked"), "{number}: {errors}");
        *status.and_then(|status| statuses.get_mut(status)).unwrap_or_else(|| panic!("{number}: {output:?}")) += 1;
    }
    fs::remove_file(scratch).expect("it was there");
    assert!(statuses.iter().all(|&count| count > 50), "some are read and some are not: {statuses:?}");
}
