//! Signals that come at any time, also while the program waits for input: SIGINT, SIGTERM and SIGHUP end the run, and
//! SIGUSR1 asks for a summary of the input so far.

use crate::common::running::{Ended, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, count, filter, filter_in_shell};
use crate::trace::{HEADER, MANY, call, calls, enter, row, rows};
use std::process::Command;

#[test]
fn an_interrupt_lets_a_pipe_be_read_to_its_end() {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    running.write(&call(0));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    running.signal("INT");
    running.write(&call(10));
    assert_eq!(running.line(), row(10));
    running.write(&call(20));
    let ended = running.end();
    assert_eq!((ended.status, &*ended.output), (Some(0), &*row(20)), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), 3, "{ended:?}");
}

/// After an interrupt the program reads the pipe to its end, so that no event is lost, but does not read the next
/// input.
#[test]
fn an_interrupt_while_a_pipe_is_read_leaves_the_next_input_alone() {
    let scratch = Scratch::new("interrupt-and-next");
    let next = scratch.file("next", &call(100));
    let mut running = start(filter(&["-q", LOOP, "-", &next]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    running.write(&call(0));
    running.end().assert(0, &row(0), "");
}

#[test]
fn a_second_interrupt_ends_it_with_130() {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    running.write(&call(0));
    // If two signals of the same kind are pending, the system may deliver only one. So the test waits for this row,
    // which shows that the first SIGINT has been handled.
    assert_eq!(running.line(), row(0));
    running.signal("INT");
    let ended = running.ended();
    assert_eq!((ended.status, count("closed", &ended.errors)), (Some(130), 1), "{ended:?}");
}

#[test]
fn an_interrupt_while_a_regular_file_is_read_ends_it_with_130() {
    let scratch = Scratch::new("interrupt-file");
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.endless(&calls(MANY))]));
    // When the input is a regular file, the header comes with the first block of rows. So by now the program is in the
    // middle of the file.
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    let ended = running.ended();
    assert_eq!(ended.status, Some(130), "{ended:?}");
    let written = ended.output.lines().count();
    assert!(ended.output == rows(written) && written > 0, "whole rows, in order: {}", ended.output);
    assert_eq!(count("closed", &ended.errors), written as u64);
}

#[test]
fn an_interrupt_while_a_device_is_read_ends_it_with_130() {
    let scratch = Scratch::new("interrupt-device");
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.file("rows", &calls(MANY)), "/dev/zero"]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    let ended = running.ended();
    assert_eq!(ended.status, Some(130), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), ended.output.lines().count() as u64);
}

/// Checks that a signal ends the program while it waits for input: the rows so far and the summary are written.
fn ends_a_waiting_program(signal: &str, status: i32) {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    // The second call does not return, so it gives no row.
    running.write(&(call(0) + &enter(10)));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    running.signal(signal);
    let ended = running.ended();
    assert_eq!((ended.status, &*ended.output), (Some(status), ""), "{ended:?}");
    assert_eq!((ended.errors.lines().count(), count("closed", &ended.errors)), (1, 1), "{ended:?}");
}

#[test]
fn a_sigterm_ends_a_waiting_program_with_143() {
    ends_a_waiting_program("TERM", 143);
}

#[test]
fn a_hangup_ends_a_waiting_program_with_129() {
    ends_a_waiting_program("HUP", 129);
}

#[test]
fn a_sigterm_with_quiet_is_silent() {
    let mut running = start(filter(&["-q", LOOP]));
    assert_eq!(running.line(), HEADER);
    running.write(&call(0));
    assert_eq!(running.line(), row(0));
    running.signal("TERM");
    running.ended().assert(143, "", "");
}

#[test]
fn a_sigterm_ends_a_program_that_reads_a_file() {
    let scratch = Scratch::new("sigterm-file");
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.endless(&calls(MANY))]));
    assert_eq!(running.line(), HEADER);
    running.signal("TERM");
    let ended = running.ended();
    assert_eq!(ended.status, Some(143), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), ended.output.lines().count() as u64);
}

/// timeout(1) sends SIGTERM to the program, and directly afterwards to its process group, to which the program belongs.
/// The second SIGTERM must not cut the rows or the summary off.
#[test]
fn two_sigterms_at_once_are_one() {
    let scratch = Scratch::new("sigterm-twice");
    let text = calls(MANY);
    for _ in 0..5 {
        let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.endless(&text)]));
        assert_eq!(running.line(), HEADER);
        let pid = running.child.id();
        let sent = Command::new("/bin/sh").args(["-c", &format!("kill -TERM {pid} {pid}; kill -TERM {pid}")]).status();
        assert!(sent.is_ok(), "kill");
        let ended = running.ended();
        assert_eq!(ended.status, Some(143), "{ended:?}");
        assert_eq!(count("closed", &ended.errors), ended.output.lines().count() as u64);
    }
}

#[test]
fn a_sigterm_ends_a_program_whose_fifo_has_no_writer() {
    let scratch = Scratch::new("no-writer");
    let mut running = start(filter(&["-q", LOOP, &scratch.fifo()]));
    assert_eq!(running.line(), HEADER);
    running.signal("TERM");
    running.ended().assert(143, "", "");
}

/// The parent of a program can have it ignore a signal: nohup does so with SIGHUP, and a shell with the SIGINT of the
/// background jobs of a script. The program must not install a handler for a signal that is ignored at its start.
#[test]
fn signals_that_are_ignored_at_the_start_stay_ignored() {
    for signal in ["HUP", "INT", "TERM", "USR1"] {
        let script = format!("trap '' {signal}; exec $run");
        let mut running = start(filter_in_shell(&script, &["-q", LOOP]));
        assert_eq!(running.line(), HEADER);
        for at in [0, 10] {
            running.signal(signal);
            running.write(&call(at));
            assert_eq!(running.line(), row(at), "{signal}");
        }
        running.signal(signal);
        running.end().assert(0, "", "");
    }
}

/// Sends SIGUSR1 in the middle of a run, and checks the summary that the program prints in answer. Then lets the run
/// end, and returns the exit status and what the program wrote after this summary.
fn summary_so_far(args: &[&str]) -> Ended {
    let mut running = start(filter(args));
    running.write(&call(0));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    running.signal("USR1");
    // A summary ends with the line that counts the bytes:
    //
    // loop1: sys_enter_read -> sys_exit_read by tid
    // closed 1 of 1 begun
    // ...
    // 2 lines, 2 events, 152 bytes in 1.2 ms
    let summary = running.errors_to(" bytes in ");
    assert!(summary.contains(LOOP) && summary.contains("\nclosed 1 "), "{summary}");
    running.write(&call(10));
    assert_eq!(running.line(), row(10));
    running.end()
}

#[test]
fn sigusr1_prints_the_summary_so_far_and_it_goes_on() {
    let ended = summary_so_far(&[LOOP]);
    assert_eq!((ended.status, &*ended.output), (Some(0), ""), "{ended:?}");
    assert!(ended.errors.lines().any(|line| line.starts_with("closed 2 ")), "{ended:?}");
    assert!(!ended.errors.contains("closed 1 "), "the first summary came once: {ended:?}");
}

#[test]
fn sigusr1_prints_the_summary_so_far_with_quiet_as_well() {
    summary_so_far(&["-q", LOOP]).assert(0, "", "");
}
