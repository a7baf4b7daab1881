//! Inputs of all kinds: pieces of any size, FIFOs, non-blocking pipes and sockets, terminals, an empty input, and
//! inputs that cannot be read.

use crate::common::running::{run, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, PROGRAM, count, data, filter, filter_in_shell, piped, skip_without};
use crate::trace::{BAD_DESCRIPTOR, HEADER, MANY, call, calls, row, rows};
use rustix::fs::{OFlags, fcntl_setfl};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::thread;

#[test]
fn the_rows_do_not_depend_on_the_pieces_in_which_the_input_comes() {
    for name in ["odd-comms", "perf-trace-T", "ftrace-trace_pipe", "trace-cmd"] {
        check_pieces(&data(&format!("{name}.txt")));
    }
}

/// Checks that a capture gives the same rows and the same summary if it is a file and if it comes in pieces of several
/// sizes.
fn check_pieces(capture: &Path) {
    let text = fs::read(capture).expect("the capture");
    let args = [
        "--summary-format=json",
        "sys_enter_pread64 -> sys_exit_pread64",
        "sys_enter_pwrite64 -> sys_exit_pwrite64 -> sys_enter_pread64",
    ];
    let mut from_file = filter(&args);
    from_file.stdin(File::open(capture).expect("the capture"));
    let whole = start(from_file).ended();
    assert_eq!(whole.status, Some(0));
    assert!(count("closed", &whole.errors) > 40, "{whole:?}");
    for size in [1, 7, 4096] {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        // In a pipe with O_DIRECT each write is a packet, and each read returns one packet (pipe(2)). So every read of
        // the program returns a piece of exactly this size, even if several pieces are already in the pipe.
        fcntl_setfl(&writer, OFlags::DIRECT).expect("packets");
        let mut command = filter(&args);
        command.stdin(reader);
        let running = start(command);
        let pieces = text.clone();
        let writing = thread::spawn(move || pieces.chunks(size).try_for_each(|piece| writer.write_all(piece)));
        let ended = running.ended();
        assert!(writing.join().expect("a thread").is_ok(), "all pieces of {size} are read");
        assert_eq!(ended.output, whole.output, "pieces of {size}");
        assert_eq!(ended.errors, whole.errors, "pieces of {size}");
        assert_eq!(ended.status, Some(0), "pieces of {size}");
    }
}

#[test]
fn a_fifo_may_get_its_writer_late() {
    let scratch = Scratch::new("late-writer");
    let fifo = scratch.fifo();
    let mut running = start(filter(&["-q", LOOP, &fifo]));
    assert_eq!(running.line(), HEADER);
    // If a FIFO is opened for writing in non-blocking mode, the call fails unless a process has opened the FIFO for
    // reading. So this also checks that the program has opened the FIFO.
    let no_wait = OFlags::NONBLOCK.bits() as i32;
    let mut writer = File::options().write(true).custom_flags(no_wait).open(&fifo).expect("a FIFO that is read");
    writer.write_all(call(0).as_bytes()).expect("a reader");
    assert_eq!(running.line(), row(0));
    drop(writer);
    running.ended().assert(0, "", "");
}

#[test]
fn standard_input_may_be_non_blocking() {
    let (pipe, mut pipe_writer) = io::pipe().expect("a pipe");
    fcntl_setfl(&pipe, OFlags::NONBLOCK).expect("a flag");
    let (socket, mut socket_writer) = UnixStream::pair().expect("sockets");
    socket.set_nonblocking(true).expect("a flag");
    let inputs: [(OwnedFd, &mut dyn Write); 2] = [(pipe.into(), &mut pipe_writer), (socket.into(), &mut socket_writer)];
    for (input, writer) in inputs {
        let mut command = filter(&["-q", LOOP]);
        command.stdin(input);
        let mut running = start(command);
        assert_eq!(running.line(), HEADER);
        for at in [0, 10] {
            writer.write_all(call(at).as_bytes()).expect("a reader");
            assert_eq!(running.line(), row(at));
        }
        running.signal("TERM");
        running.ended().assert(143, "", "");
    }
}

#[test]
fn the_end_of_a_non_blocking_standard_input_is_seen() {
    let (socket, mut writer) = UnixStream::pair().expect("sockets");
    socket.set_nonblocking(true).expect("a flag");
    let mut command = filter(&["-q", LOOP]);
    command.stdin(OwnedFd::from(socket));
    let running = start(command);
    writer.write_all(calls(MANY / 10).as_bytes()).expect("a reader");
    drop(writer);
    running.ended().assert(0, &(HEADER.to_owned() + &rows(MANY / 10)), "");
}

#[test]
fn a_closed_standard_input_is_a_failure() {
    let ended = start(filter_in_shell("exec $run <&-", &["-q", LOOP])).ended();
    ended.assert_failed("standard input", BAD_DESCRIPTOR);
    assert_eq!(ended.output, HEADER);
}

#[test]
fn a_closed_standard_input_does_not_matter_to_a_file() {
    let scratch = Scratch::new("stdin-closed");
    let input = scratch.file("input", &calls(3));
    start(filter_in_shell("exec $run <&-", &["-q", LOOP, &input])).ended().assert(
        0,
        &(HEADER.to_owned() + &rows(3)),
        "",
    );
}

#[test]
fn an_unreadable_input_is_reported_and_the_others_are_read() {
    let scratch = Scratch::new("unreadable");
    scratch.file("good", &calls(3));
    fs::create_dir(scratch.path("empty")).expect("a directory");
    // "absent" does not exist. "/proc/self/mem" can be opened but not read, even by root. "empty" is a directory
    // without files.
    for (unreadable, cause) in
        [("absent", "No such file or directory"), ("/proc/self/mem", "Input/output error"), ("empty", "")]
    {
        for inputs in [[unreadable, "good"], ["good", unreadable]] {
            let mut command = filter(&["-q", LOOP]);
            command.args(inputs).current_dir(scratch.folder());
            let ended = run(command);
            ended.assert_failed(unreadable, cause);
            assert_eq!(ended.output, HEADER.to_owned() + &rows(3), "{inputs:?}");
        }
    }
}

#[test]
fn nothing_on_standard_input_gets_a_note_about_perf_trace() {
    let ended = start(filter(&["--summary-format=json", LOOP])).end();
    assert_eq!((ended.status, &*ended.output), (Some(0), HEADER));
    assert!(ended.errors.lines().any(|line| line.starts_with("pspp-filter: ") && line.contains("2>&1")), "{ended:?}");
    assert_eq!(count("bytes", &ended.errors), 0, "{ended:?}");
}

#[test]
fn nothing_on_standard_input_is_silent_with_quiet() {
    start(filter(&["-q", LOOP])).end().assert(0, HEADER, "");
}

#[test]
fn a_terminal_as_the_only_input_is_a_usage_error() {
    let known = Command::new("script").arg("--version").output();
    if !known.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("util-linux")) {
        return skip_without("a_terminal_as_the_only_input_is_a_usage_error", "script(1) of util-linux");
    }
    let mut command = Command::new("script");
    command.args(["-qec", &format!("'{PROGRAM}' '{LOOP}'"), "/dev/null"]);
    let ended = run(piped(command));
    assert_eq!((ended.status, ended.output.lines().count()), (Some(2), 1), "{ended:?}");
    assert!(ended.output.starts_with("pspp-filter: ") && ended.output.contains("perf script |"), "{ended:?}");
}
