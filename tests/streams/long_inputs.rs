//! Inputs of any size: a long line, a line without an end, and much input. The memory of the program stays small for
//! all of them.

use crate::common::running::start;
use crate::common::{LOOP, count, filter};
use crate::trace::{HEADER, call, enter, exit, row};
use std::process::Stdio;

/// The most memory that the program may have used at its peak without its code, in KiB. (`/proc` writes "kB" but means
/// KiB.)
const MEMORY_MAX: u64 = 3 * 1024;

#[test]
fn a_line_of_a_megabyte_is_an_event_and_the_next_lines_are_read() {
    let payload = "0123456789abcdef".repeat(1 << 16);
    let long = enter(0).replace("0x00000003", &payload);
    assert!(long.len() > 1 << 20);
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    running.write(&long);
    running.write(&exit(0));
    running.write(&call(10));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    assert_eq!(running.line(), row(10));
    let ended = running.end();
    assert_eq!((ended.status, &*ended.output), (Some(0), ""), "{ended:?}");
    assert_eq!((count("lines", &ended.errors), count("events", &ended.errors)), (4, 4), "{ended:?}");
    assert_eq!(count("malformed", &ended.errors), 0, "{ended:?}");
}

#[test]
fn a_line_without_end_is_one_malformed_line_in_little_memory() {
    const SIZE: usize = 64_000_000;
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    let zeros = "\0".repeat(1_000_000);
    for _ in 0..SIZE / zeros.len() {
        running.write(&zeros);
    }
    // A pipe holds only 64 KiB, so the program has by now read nearly all of what was written.
    let peak = running.peak_memory();
    let ended = running.end();
    assert_eq!((ended.status, &*ended.output), (Some(0), HEADER));
    assert_eq!(count("bytes", &ended.errors), SIZE as u64);
    assert_eq!((count("lines", &ended.errors), count("malformed", &ended.errors)), (1, 1), "{}", ended.errors);
    assert!(peak <= MEMORY_MAX, "{peak} kB at its peak");
}

#[test]
fn memory_does_not_grow_with_the_input() {
    const SIZE: usize = 200_000_000;
    const THREADS: usize = 1_000;
    // Every thread closes the loop once in each second of the trace. The payloads are long so that few events make much
    // input, because a debug build of the program takes long for each event.
    let event = |name: &str, thread: usize, us: usize| {
        let payload = "fd: 0x00000003, buf: 0x7ffd2d084950, count: 0x00000310, ".repeat(8);
        let tid = 10_000 + thread;
        format!("      worker-{thread:03} {tid} [{:03}] SECOND.{us:06}: syscalls:{name}: {payload}\n", thread % 4)
    };
    let enters = (0..THREADS).map(|thread| event("sys_enter_read", thread, thread));
    let exits = (0..THREADS).map(|thread| event("sys_exit_read", thread, 500_000 + thread * thread % 499_999));
    let second: String = enters.chain(exits).collect();
    let seconds = SIZE / second.len() + 1;

    let mut command = filter(&["--summary-format=json", LOOP]);
    command.stdout(Stdio::null());
    let mut running = start(command);
    for number in 0..seconds {
        running.write(&second.replace("SECOND", &(100_000 + number).to_string()));
    }
    let peak = running.peak_memory();
    let ended = running.end();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(count("bytes", &ended.errors) >= SIZE as u64, "{}", ended.errors);
    assert_eq!(count("closed", &ended.errors), (THREADS * seconds) as u64, "{}", ended.errors);
    assert!(peak <= MEMORY_MAX, "{peak} kB at its peak");
}
