//! Rows come at once: before the program waits for more input, it writes all rows that it has.

use crate::common::running::{send, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, data, filter, skip};
use crate::trace::{HEADER, call, calls, enter, exit, row};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};

const CSV_HEADER: &str = "time,tid,cpu,delta:sys_exit_read__sys_enter_read,total_us,comm\n";

#[test]
fn a_row_is_there_before_the_next_line_comes() {
    let json = r#"{"loop":"loop1","time":7.000005,"start":7.000000,"tid":42,"cpu":0,"comm":"cat","deltas":[5],"total":5,"unit":"us"}"#;
    let json = format!("{json}\n");
    let row = row(0);
    for (format, header, row) in
        [("tsv", HEADER, &*row), ("csv", CSV_HEADER, "7.000005,42,0,5,5,cat\n"), ("json", "", &*json)]
    {
        let mut running = start(filter(&["-q", "-f", format, LOOP]));
        running.write(&call(0));
        if !header.is_empty() {
            assert_eq!(running.line(), header);
        }
        assert_eq!(running.line(), row);
        running.end().assert(0, "", "");
    }
}

#[test]
fn the_header_is_there_before_the_first_line_comes() {
    for (format, header) in [("tsv", HEADER), ("csv", CSV_HEADER)] {
        let mut running = start(filter(&["-q", "-f", format, LOOP]));
        assert_eq!(running.line(), header);
        running.end().assert(0, "", "");
    }
}

#[test]
fn every_row_of_a_live_producer_comes_at_once() {
    let mut running = start(filter(&["-q", LOOP]));
    assert_eq!(running.line(), HEADER);
    for at in [0, 10, 20] {
        running.write(&enter(at));
        running.write(&exit(at));
        assert_eq!(running.line(), row(at));
    }
    running.end().assert(0, "", "");
}

/// The input is the beginning of a recording that `perf record -o -` writes into a pipe.
#[test]
fn rows_of_a_recording_come_while_it_runs() {
    // The bytes of a PERF_RECORD_FINISHED_ROUND, which perf writes after each round of reading the buffers of the CPUs.
    // It is only a header: type 68 (u32), misc 0 (u16) and size 8 (u16).
    const FINISHED_ROUND: [u8; 8] = [68, 0, 0, 0, 0, 0, 8, 0];
    let recording = fs::read(data("calls-stream.data"));
    let mut running = start(filter(&["sys_enter_write -> sys_exit_write"]));
    running.write_bytes(&recording.expect("the recording"));
    assert!(running.line().starts_with("#time"), "the header");
    // An event that perf writes in one round may be earlier than events of the round before. So the rows come only when
    // two rounds have ended: the round of their events, and the next one.
    running.write_bytes(&FINISHED_ROUND.repeat(2));
    let rows: Vec<String> = (0..50).map(|_| running.line()).collect();
    assert!(rows.iter().all(|row| row.ends_with("\tdash\n")), "{rows:?}");
    running.signal("INT");
    running.write_bytes(&FINISHED_ROUND);
    let ended = running.end();
    assert!(ended.status == Some(0) && ended.output.is_empty(), "{ended:?}");
    assert!(ended.errors.contains("closed 50 of 50 begun over"), "{ended:?}");
}

/// A text of progress that is longer than a line of the terminal would make the terminal scroll at each update.
#[test]
fn progress_is_cut_to_the_width_of_the_terminal() {
    let scratch = Scratch::new("progress-width");
    let (mut terminal, other_end) = terminal(Winsize { ws_row: 24, ws_col: 20, ws_xpixel: 0, ws_ypixel: 0 });
    let mut command = filter(&["-s", LOOP, &scratch.endless(&calls(1))]);
    command.stderr(other_end).stdin(Stdio::null());
    let running = start(command);
    let (mut shown, mut bytes) = (String::new(), [0; 64]);
    // Each text of progress begins with a carriage return. This reads until two texts are complete and a third begins.
    while shown.matches('\r').count() < 3 {
        let count = terminal.read(&mut bytes).expect("progress");
        shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    running.signal("TERM");
    assert_eq!(running.ended().status, Some(143));
    let texts: Vec<&str> = shown.split('\r').filter(|text| !text.trim().is_empty()).collect();
    assert!(texts[0].contains("B of 1"), "{shown:?}");
    assert!(texts.iter().all(|text| text.len() <= 19) && texts[0].len() == 19, "{shown:?}");
}

/// On a terminal the rows are those of a pipe, with blanks in place of tabs, and their columns line up.
#[test]
fn rows_line_up_on_a_terminal() {
    let input = data("calls.txt").display().to_string();
    let arguments = ["-q", LOOP, &input];
    let (mut terminal, other_end) = terminal(Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 });
    let mut command = filter(&arguments);
    command.stdout(other_end).stdin(Stdio::null());
    // The reads from the terminal end only when all copies of its other end are closed. The program closes its copy
    // when it ends, and `command` holds one more until it is dropped.
    let status = command.status().expect("the filter runs");
    drop(command);
    let mut shown = Vec::new();
    // Linux reports the end of a terminal as the error EIO.
    let _end = terminal.read_to_end(&mut shown);
    let shown = String::from_utf8(shown).expect("UTF-8").replace("\r\n", "\n");
    let piped = filter(&arguments).stdin(Stdio::null()).output().expect("the filter runs");
    let piped = String::from_utf8(piped.stdout).expect("UTF-8");
    assert!(status.success() && shown.lines().count() == 70, "{shown}");
    let words = |text: &str| text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let (shown_words, piped_words): (Vec<String>, Vec<String>) = (words(&shown), words(&piped));
    assert_eq!(shown_words, piped_words);
    let begins = |line: &str| line.rfind("  ").map(|at| at + 2);
    let comms: Vec<_> = shown.lines().map(begins).collect();
    assert!(comms.iter().all(|comm| comm.is_some() && *comm == comms[0]), "{shown}");
}

/// Makes a terminal of this size. Returns the end from which the test reads what is shown, and the end for a program.
fn terminal(size: Winsize) -> (File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal can be made");
    grantpt(&master).expect("a terminal can be had");
    unlockpt(&master).expect("a terminal can be opened");
    tcsetwinsize(&master, size).expect("a terminal has a size");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let other_end = File::options().write(true).open(name.to_string_lossy().into_owned()).expect("it opens");
    (File::from(master), other_end)
}

/// This test runs perf trace, which most machines permit only to root. Without the permission the test is skipped.
#[test]
fn rows_of_perf_trace_come_while_its_workload_runs() {
    let test = "rows_of_perf_trace_come_while_its_workload_runs";
    let trace = |script: &str| {
        let mut command = Command::new("perf");
        command.args(["trace", "-e", "clock_nanosleep", "--", "sh", "-c", script]).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    match trace("sleep 0").output() {
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("clock_nanosleep(") => {}
        Ok(_) => return skip(test, "perf trace is not permitted"),
        Err(_) => return skip(test, "perf is not installed"),
    }
    let mut perf = trace("for number in 1 2 3 4 5 6 7 8; do sleep 0.2; done").spawn().expect("perf");
    let mut command = filter(&["-uns", "sys_enter_clock_nanosleep -> sys_exit_clock_nanosleep"]);
    command.stdin(perf.stderr.take().expect("a pipe"));
    let mut running = start(command);
    assert!(running.line().starts_with("#time"), "the header");
    let row = running.line();
    assert!(row.ends_with("\tsleep\n"), "{row:?}");
    assert!(matches!(perf.try_wait(), Ok(None)), "perf still runs");
    let ended = running.ended();
    // perf does not always print the last line when its workload ends, so the number of rows is not known. The summary
    // must count as many closed loops as there are rows: the one that was read above, and those that came after it.
    let closed = 1 + ended.output.lines().count();
    assert!(ended.errors.contains(&format!("closed {closed} of ")), "{ended:?}");
    assert_eq!(ended.status, Some(0));
    perf.wait().expect("perf");
}

/// On Ctrl-C, a terminal sends SIGINT to perf and to the program that reads from it. Both end, and the events that perf
/// writes at its end are counted. This test runs perf record, which most machines permit only to root. Without the
/// permission the test is skipped.
#[test]
fn rows_of_perf_record_come_while_its_workload_runs_and_ctrl_c_ends_both() {
    let test = "rows_of_perf_record_come_while_its_workload_runs_and_ctrl_c_ends_both";
    let record = |script: &str| {
        let mut command = Command::new("perf");
        let event = "syscalls:sys_*_clock_nanosleep";
        command.args(["record", "--no-buffering", "-q", "-o", "-", "-e", event, "--", "sh", "-c", script]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    match record("sleep 0").output() {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {}
        Ok(_) => return skip(test, "perf record is not permitted"),
        Err(_) => return skip(test, "perf is not installed"),
    }
    let mut perf = record("while :; do sleep 0.1; done").spawn().expect("perf");
    let mut command = filter(&["sys_enter_clock_nanosleep -> sys_exit_clock_nanosleep"]);
    command.stdin(perf.stdout.take().expect("a pipe"));
    let mut running = start(command);
    assert!(running.line().starts_with("#time"), "the header");
    for _ in 0..3 {
        let row = running.line();
        assert!(row.ends_with("\tsleep\n"), "{row:?}");
    }
    assert!(matches!(perf.try_wait(), Ok(None)), "perf still runs");
    running.signal("INT");
    send("INT", perf.id());
    let ended = running.ended();
    let closed = 3 + ended.output.lines().count();
    assert!(ended.errors.contains(&format!("closed {closed} of ")), "{ended:?}");
    assert_eq!(ended.status, Some(0));
    perf.wait().expect("perf");
}
