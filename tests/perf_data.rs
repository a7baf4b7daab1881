//! Tests with binary recordings (`perf record -o FILE`, `perf record -o -`). Their rows must be those of the text that
//! `perf script --ns -F comm,pid,tid,cpu,time,event,trace` printed from the same recording. A damaged recording must
//! not break the program.
//!
//! PATH is empty in these tests, so the program finds no perf that could read the recording in its place.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::scratch::Scratch;
use common::{data, feed, filter_in_shell};
use std::fs::{self, File};
use std::process::{Command, Output, Stdio};

/// The loops with which each recording is read. Some of them need payloads, and some do not.
const LOOPS: [&str; 7] = [
    "sys_enter_write -> sys_exit_write",
    "sys_enter_* -> sys_exit_* by all",
    "sched_process_fork -> sched_process_exec by comm",
    "sched_wakeup@pid -> sched_switch@next_pid",
    "sys_enter_read if fd == 0 && count < 2 -> sys_exit_read if ret > 0",
    "sched_switch@prev_pid if prev_comm ~ 'd*sh' -> sched_switch@next_pid if next_comm != ''",
    "sys_enter_write@fd -> sys_enter_read@fd by all",
];

/// The first recording is a file, and the second one is a stream, which perf wrote into a pipe.
const RECORDINGS: [&str; 2] = ["calls", "calls-stream"];

/// Returns a command for the program, with nothing in its PATH and an empty standard input.
fn filter(args: &[&str]) -> Command {
    without_perf(common::filter(args))
}

fn without_perf(mut command: Command) -> Command {
    command.env("PATH", "/nowhere").stdin(Stdio::null());
    command
}

/// Runs a command on bytes that it reads from a pipe. `step` bytes are written at once.
fn through_a_pipe(command: Command, bytes: Vec<u8>, step: usize) -> Output {
    let mut at = 0;
    let pieces = std::iter::from_fn(move || {
        let piece = bytes[at..bytes.len().min(at + step)].to_vec();
        at += piece.len();
        (!piece.is_empty()).then_some(piece)
    });
    feed(command, pieces)
}

/// Returns the notes of a run. The note about a field that is missing ends with the fields that the events have, but
/// only for a perf.data, which declares them. This end is left out, so that the notes of a text are the same.
fn notes(errors: &[u8]) -> Vec<String> {
    const MISSING: &str = "of which -b makes groups";
    let errors = String::from_utf8_lossy(errors);
    let note = |note: &str| note.find(MISSING).map_or(note, |at| &note[..at + MISSING.len()]).to_owned();
    errors.lines().map(note).collect()
}

#[test]
fn rows_and_statistics_are_those_of_the_text() {
    for name in RECORDINGS {
        let (binary, text) = (data(&format!("{name}.data")), data(&format!("{name}.txt")));
        let (binary, text) = (binary.to_str().expect("UTF-8"), text.to_str().expect("UTF-8"));
        for spec in LOOPS {
            let outputs: [&[&str]; 5] = [
                &["-q"],
                &["-qm", "events", "-f", "json"],
                &["-qf", "csv", "--match", "strict"],
                &["-s", "--summary-format", "tsv", "-b", "fd"],
                &["-s", "--summary-format", "tsv", "-I", "1ms"],
            ];
            for options in outputs {
                let args = |input| [options, &[spec, input]].concat();
                let expected = filter(&args(text)).output().expect("the program");
                let read = filter(&args(binary)).output().expect("the program");
                assert_eq!(
                    read.status.code(),
                    Some(0),
                    "{spec} {options:?}: {}",
                    String::from_utf8_lossy(&read.stderr)
                );
                assert_eq!(notes(&read.stderr), notes(&expected.stderr), "{spec} {options:?}");
                assert!(read.stdout == expected.stdout && !read.stdout.is_empty(), "{name}: {spec} {options:?}");
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

/// Returns the next number of a random sequence. The sequence is the same in each run.
fn next(random: &mut u64) -> usize {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*random >> 33) as usize
}

/// Returns a damaged copy of a recording: some bytes are changed, the end is cut off, or a part is left out or
/// repeated.
fn mutated(whole: &[u8], random: &mut u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + next(random) % 8 {
        // Half of the changes are among the first 2000 bytes, in the header and the description of the events.
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
    // The header of a recording may state any size, but the program may not take more than 64 MiB of address space.
    let limited = |args: &[&str]| without_perf(filter_in_shell("ulimit -v 65536; exec $run", args));
    let mut random = 8;
    let mut statuses = [0; 2];
    let scratch = Scratch::new("mutated");
    for number in 0..1_000 {
        let bytes = mutated(&wholes[number % 2], &mut random);
        let args = ["-s", LOOPS[number % LOOPS.len()]];
        let output = if number % 3 == 0 {
            through_a_pipe(limited(&args), bytes, 1 << 16)
        } else {
            let file = scratch.file("mutated.data", &bytes);
            limited(&[&args[..], &[&file]].concat()).output().expect("the program")
        };
        let errors = String::from_utf8_lossy(&output.stderr);
        let status = output.status.code().and_then(|status| usize::try_from(status).ok());
        assert!(!errors.contains("panicked"), "{number}: {errors}");
        *status.and_then(|status| statuses.get_mut(status)).unwrap_or_else(|| panic!("{number}: {output:?}")) += 1;
    }
    assert!(statuses.iter().all(|&count| count > 50), "some are read and some are not: {statuses:?}");
}
