//! Outputs that fail: a full disk, a closed descriptor, and a pipe that nobody reads.

use crate::common::running::{run, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, filter, filter_in_shell};
use crate::trace::{BAD_DESCRIPTOR, HEADER, MANY, call, calls, rows, to_full_disk, to_nobody};

/// The text of the error that a full disk causes (ENOSPC).
const FULL: &str = "No space left on device";

#[test]
fn few_rows_on_a_full_disk_fail_at_the_last_flush() {
    let scratch = Scratch::new("few-rows-full");
    let input = scratch.file("few", &calls(3));
    for args in [&["-q", LOOP, &input][..], &[LOOP, &input]] {
        let mut command = filter(args);
        command.stdout(to_full_disk());
        run(command).assert_failed("standard output", FULL);
    }
}

#[test]
fn many_rows_on_a_full_disk_fail_before_the_input_ends() {
    let scratch = Scratch::new("many-rows-full");
    let mut command = filter(&[LOOP, &scratch.endless(&calls(MANY))]);
    command.stdout(to_full_disk());
    run(command).assert_failed("standard output", FULL);
}

#[test]
fn rows_of_a_live_producer_on_a_full_disk_fail_at_once() {
    let mut command = filter(&["-H", LOOP]);
    command.stdout(to_full_disk());
    let mut running = start(command);
    running.write(&call(0));
    running.ended().assert_failed("standard output", FULL);
}

#[test]
fn a_summary_or_a_page_on_a_full_disk_fails() {
    let scratch = Scratch::new("pages-full");
    let input = scratch.file("input", &calls(3));
    for args in [&["-s", LOOP, &input][..], &["--help"], &["--version"], &["--generate=man"]] {
        let mut command = filter(args);
        command.stdout(to_full_disk());
        run(command).assert_failed("standard output", FULL);
    }
}

#[test]
fn a_closed_standard_output_is_a_failure() {
    let scratch = Scratch::new("stdout-closed");
    let input = scratch.file("input", &calls(3));
    for args in [&[LOOP, &input][..], &["-s", LOOP, &input], &["--help"], &["--version"]] {
        run(filter_in_shell("exec $run >&-", args)).assert_failed("standard output", BAD_DESCRIPTOR);
    }
}

#[test]
fn a_standard_error_that_fails_leaves_the_rows_alone() {
    let scratch = Scratch::new("stderr-fails");
    // The last line is malformed, so that the program has both a note about it and a summary for standard error.
    let input = scratch.file("input", &(calls(3) + "what is this\n"));
    // If standard error is closed, the note and the summary go nowhere, and this is no failure. If it is open but
    // cannot be written, the missing summary gives status 1.
    for (script, status) in [("exec $run 2>&-", 0), ("exec $run 2>/dev/full", 1)] {
        run(filter_in_shell(script, &[LOOP, &input])).assert(status, &(HEADER.to_owned() + &rows(3)), "");
    }
    let mut command = filter(&[LOOP, &input]);
    command.stderr(to_nobody());
    run(command).assert(0, &(HEADER.to_owned() + &rows(3)), "");
}

#[test]
fn an_error_on_a_closed_standard_error_keeps_its_status() {
    assert_eq!(run(filter_in_shell("exec $run 2>&-", &["--no-such-option"])).status, Some(2));
    assert_eq!(run(filter_in_shell("exec $run 2>&- >/dev/full", &["--help"])).status, Some(1));
    assert_eq!(run(filter_in_shell("exec $run 2>&- >&-", &["--help"])).status, Some(1));
}
