//! The program that reads the rows may be slow, and it may go away.

use crate::common::running::{run, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, count, filter};
use crate::trace::{HEADER, MANY, call, calls, row, rows, to_nobody};
use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Another program that shares the terminal or socket of standard output may have set O_NONBLOCK. The flag belongs to
/// the open file and not to a descriptor, so it then holds for this program as well, and a write fails while the reader
/// is slow.
#[test]
fn a_slow_reader_of_a_non_blocking_standard_output_gets_all_rows() {
    let scratch = Scratch::new("non-blocking-output");
    let (mut reader, writer) = UnixStream::pair().expect("sockets");
    writer.set_nonblocking(true).expect("a flag");
    let mut command = filter(&["-q", LOOP, &scratch.file("calls", &calls(MANY))]);
    command.stdout(OwnedFd::from(writer));
    let running = start(command);
    let mut output = String::new();
    let mut byte = [0];
    while reader.read(&mut byte).expect("rows") == 1 {
        output.push(char::from(byte[0]));
    }
    assert_eq!(output, HEADER.to_owned() + &rows(MANY));
    running.ended().assert(0, "", "");
}

#[test]
fn rows_that_nobody_reads_end_the_program_quietly() {
    let scratch = Scratch::new("rows-to-nobody");
    // The rows of the short input are written only at the end of the run, so the failure is seen there. The endless
    // file is too long to be read, so the program must stop at the first write that fails.
    for input in [scratch.file("few", &calls(3)), scratch.endless(&calls(MANY))] {
        let mut command = filter(&["-q", LOOP, &input]);
        command.stdout(to_nobody());
        run(command).assert(0, "", "");
    }
}

#[test]
fn the_summary_is_printed_though_nobody_reads_the_rows() {
    let scratch = Scratch::new("summary-to-somebody");
    let mut command = filter(&["--summary-format=json", LOOP, &scratch.file("few", &calls(3))]);
    command.stdout(to_nobody());
    let few = run(command);
    assert_eq!((few.status, few.errors.lines().count(), count("closed", &few.errors)), (Some(0), 1, 3), "{few:?}");
    let mut command = filter(&["--summary-format=json", LOOP, &scratch.endless(&calls(MANY))]);
    command.stdout(to_nobody());
    let many = run(command);
    assert_eq!((many.status, many.errors.lines().count()), (Some(0), 1), "{many:?}");
    assert!((1..=MANY as u64).contains(&count("closed", &many.errors)), "{many:?}");
}

#[test]
fn a_reader_that_goes_away_is_noticed_without_another_line_of_input() {
    for (args, summary) in [(["-q", LOOP], false), (["--summary-format=json", LOOP], true)] {
        let mut running = start(filter(&args));
        running.write(&call(0));
        assert_eq!(running.line(), HEADER);
        assert_eq!(running.line(), row(0));
        drop(running.stdout.take());
        let ended = running.ended();
        assert_eq!(ended.status, Some(0), "{ended:?}");
        if summary {
            assert_eq!(count("closed", &ended.errors), 1, "{ended:?}");
        } else {
            assert_eq!(ended.errors, "");
        }
    }
}

#[test]
fn a_reader_behind_a_socket_that_goes_away_is_noticed_as_well() {
    let (mut reader, socket) = UnixStream::pair().expect("sockets");
    let mut command = filter(&["-q", LOOP]);
    command.stdout(OwnedFd::from(socket));
    let running = start(command);
    reader.read_exact(&mut [0; HEADER.len()]).expect("the header");
    drop(reader);
    running.ended().assert(0, "", "");
}

/// Although nobody reads standard output, the user still wants the files of `-o`, so the program reads the input to its
/// end.
#[test]
fn a_reader_that_goes_away_does_not_matter_to_files() {
    let scratch = Scratch::new("files-without-reader");
    let directory = scratch.path("out");
    let mut command = filter(&["-o", &directory, "--summary-format=json", LOOP]);
    command.stdout(to_nobody());
    let mut running = start(command);
    // These lines are more than a pipe holds. So when all of them are written, the program has begun to read, and it
    // begins to read only after it has installed its signal handlers.
    running.write(&calls(MANY));
    running.signal("USR1");
    assert!(running.error_line().contains("\"closed\":"));
    running.write(&call(MANY * 10));
    let ended = running.end();
    assert_eq!((ended.status, count("closed", &ended.errors)), (Some(0), MANY as u64 + 1), "{ended:?}");
    let rows = fs::read_to_string(Path::new(&directory).join("loop_diff.csv")).expect("loop_diff.csv");
    assert_eq!(rows.lines().count(), MANY + 2);
}

#[test]
fn a_summary_or_help_that_nobody_reads_is_no_failure() {
    let scratch = Scratch::new("pages-to-nobody");
    let input = scratch.file("input", &calls(3));
    for args in [&["-s", LOOP, &input][..], &["--help"], &["--version"], &["--generate=man"]] {
        let mut command = filter(args);
        command.stdout(to_nobody());
        run(command).assert(0, "", "");
    }
}

/// With `-s` there are no rows, so no write fails before the end of the input. Standard input stays open here, so the
/// program ends only because it notices that the reader of the summary has gone.
#[test]
fn a_summary_that_nobody_will_read_is_not_waited_for() {
    let mut command = filter(&["-s", LOOP]);
    command.stdout(to_nobody());
    start(command).ended().assert(0, "", "");
}
