//! The program among other programs: pipes, signals, and outputs that fail.
//!
//! Nothing here sleeps. A test waits by reading what the program writes, which
//! also says how far the program is: once the header is there the signals have
//! their handlers and the program waits for input; once a row is there the
//! lines before it have been read. A watchdog kills a program that lives too
//! long. Then every such read ends, and the test fails.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use rustix::fs::{CWD, Mode, OFlags, fcntl_setfl, mkfifoat};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_pspp-filter");

/// No program of these tests has to live longer, however busy the machine.
const LIFETIME: Duration = Duration::from_secs(30);

const LOOP: &str = "sys_enter_read -> sys_exit_read";
const HEADER: &str = "#time\ttid\tcpu\tdelta:sys_exit_read__sys_enter_read\ttotal_us\tcomm\n";
const CSV_HEADER: &str = "time,tid,cpu,delta:sys_exit_read__sys_enter_read,total_us,comm\n";

/// What the program may use at its peak, in kB as `/proc` counts them.
const MEMORY_MAX: u64 = 8 * 1024;

// ---------------------------------------------------------------------------
// Trace text.

/// The first event of LOOP, at 7 s and `at` us.
fn enter(at: usize) -> String {
    format!("             cat    42 [000]     7.{at:06}: syscalls:sys_enter_read: fd: 0x00000003\n")
}

/// The last event of LOOP, 5 us later.
fn exit(at: usize) -> String {
    format!("             cat    42 [000]     7.{:06}:  syscalls:sys_exit_read: 0x40\n", at + 5)
}

fn turn(at: usize) -> String {
    enter(at) + &exit(at)
}

/// The row of `turn(at)`.
fn row(at: usize) -> String {
    format!("7.{:06}\t42\t0\t5\t5\tcat\n", at + 5)
}

fn turns(count: usize) -> String {
    (0..count).map(|number| turn(number * 10)).collect()
}

fn rows(count: usize) -> String {
    (0..count).map(|number| row(number * 10)).collect()
}

/// So many turns that their rows fill the program's output buffer.
const MANY: usize = 5_000;

/// A number of a JSON summary.
fn count(name: &str, summary: &str) -> u64 {
    let (_, value) = summary.split_once(&format!("\"{name}\":")).unwrap_or_else(|| panic!("no {name} in {summary:?}"));
    let end = value.find(|byte: char| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().expect("a number")
}

// ---------------------------------------------------------------------------
// The program.

/// The program, not yet started, with pipes all around.
fn filter(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args);
    piped(command)
}

/// The program as a shell starts it, with `$run` for its name and arguments.
fn filter_in_shell(script: &str, args: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script.replace("$run", "\"$0\" \"$@\""), PROGRAM]).args(args);
    piped(command)
}

fn piped(mut command: Command) -> Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program while it runs.
struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<BufReader<ChildStderr>>,
    _watchdog: Sender<()>,
}

/// What there is to say of it afterwards.
#[derive(Debug)]
struct Ended {
    /// `None`: killed, by the watchdog if by nobody else.
    status: Option<i32>,
    /// What was left to read of standard output and standard error.
    output: String,
    errors: String,
}

/// Starts a command. It is taken by value, for it holds our copies of pipe ends.
fn start(mut command: Command) -> Running {
    let mut child = command.spawn().expect("the program starts");
    let pid = child.id();
    let (watchdog, ended) = channel();
    thread::spawn(move || {
        if ended.recv_timeout(LIFETIME) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            send("KILL", pid);
        }
    });
    Running {
        stdin: child.stdin.take(),
        stdout: child.stdout.take().map(BufReader::new),
        stderr: child.stderr.take().map(BufReader::new),
        child,
        _watchdog: watchdog,
    }
}

/// Runs a command on nothing but its operands.
fn run(mut command: Command) -> Ended {
    command.stdin(Stdio::null());
    start(command).ended()
}

fn send(signal: &str, pid: u32) {
    let sent = Command::new("/bin/sh").args(["-c", &format!("kill -s {signal} {pid}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -s {signal} {pid}");
}

impl Running {
    fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().expect("standard input is a pipe").write_all(bytes).expect("the program reads");
    }

    /// The next line of standard output; empty when there is none.
    fn line(&mut self) -> String {
        next_line(&mut self.stdout)
    }

    /// The next line of standard error; empty when there is none.
    fn error_line(&mut self) -> String {
        next_line(&mut self.stderr)
    }

    /// Reads standard error up to a line that contains a text.
    fn errors_to(&mut self, text: &str) -> String {
        let mut errors = String::new();
        while !errors.contains(text) {
            let line = self.error_line();
            assert!(line.ends_with('\n'), "{text:?} does not come after {errors:?}");
            errors += &line;
        }
        errors
    }

    fn signal(&self, signal: &str) {
        send(signal, self.child.id());
    }

    /// Ends the input, and waits for the program.
    fn end(mut self) -> Ended {
        drop(self.stdin.take());
        self.ended()
    }

    /// Waits for the program, whose input stays open.
    fn ended(mut self) -> Ended {
        let output = rest(&mut self.stdout);
        let errors = rest(&mut self.stderr);
        let status = self.child.wait().expect("a child").code();
        Ended { status, output, errors }
    }

    /// The most memory that it ever had, in kB.
    fn peak_memory(&self) -> u64 {
        // VmHWM:	    3340 kB
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it still has memory");
        peak.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A failed test leaves it running; any other has waited for it.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn next_line(stream: &mut Option<impl BufRead>) -> String {
    let mut line = String::new();
    stream.as_mut().expect("a pipe").read_line(&mut line).expect("UTF-8");
    line
}

fn rest(stream: &mut Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.read_to_end(&mut bytes).expect("a pipe");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Ended {
    fn assert(&self, status: i32, output: &str, errors: &str) {
        assert_eq!((self.status, &*self.output, &*self.errors), (Some(status), output, errors));
    }

    /// It failed, and one line says what of and why.
    fn assert_failed(&self, what: &str, cause: &str) {
        assert_eq!(self.status, Some(1), "{self:?}");
        assert_eq!(self.errors.lines().count(), 1, "{self:?}");
        assert!(self.errors.starts_with("pspp-filter: ") && self.errors.ends_with('\n'), "{self:?}");
        assert!(self.errors.contains(what) && self.errors.contains(cause), "{self:?}");
    }
}

// ---------------------------------------------------------------------------
// What it reads from and writes to.

/// A directory for the files of one test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("streams-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Scratch(path)
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// A regular file that begins with `text` and goes on without a newline
    /// for longer than anybody reads: a terabyte of zeros, none of them stored.
    fn endless(&self, text: &str) -> String {
        let path = self.file("endless", text);
        File::options().write(true).open(&path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
        path
    }

    fn fifo(&self) -> String {
        let path = self.path("fifo");
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("a FIFO");
        path
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

/// A pipe that nobody reads.
fn to_nobody() -> PipeWriter {
    let (_, writer) = io::pipe().expect("a pipe");
    writer
}

fn to_full_disk() -> File {
    File::options().write(true).open("/dev/full").expect("/dev/full")
}

/// Whether what a machine lacks may be skipped; CI has it all.
fn may_skip() -> bool {
    std::env::var_os("PSPP_FILTER_SKIP").is_none()
}

/// Says so past the test harness, which keeps what `eprintln!` writes to itself.
fn skipped(test: &str, reason: &str) {
    writeln!(io::stderr(), "{test}: skipped: {reason}").expect("standard error");
}

// ---------------------------------------------------------------------------
// A live producer.

#[test]
fn a_row_is_there_before_the_next_line_comes() {
    let json = r#"{"loop":"loop1","time":7.000005,"tid":42,"cpu":0,"comm":"cat","deltas":[5],"total":5,"unit":"us"}"#;
    let json = format!("{json}\n");
    let row = row(0);
    for (format, header, row) in
        [("tsv", HEADER, &*row), ("csv", CSV_HEADER, "7.000005,42,0,5,5,cat\n"), ("json", "", &*json)]
    {
        let mut running = start(filter(&["-q", "-f", format, LOOP]));
        running.write(&turn(0));
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

/// A real one, where tracing is permitted: it is not on most machines that test.
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
        Ok(_) => return skipped(test, "perf trace is not permitted"),
        Err(_) => return skipped(test, "there is no perf"),
    }
    let mut perf = trace("for turn in 1 2 3 4 5 6 7 8; do sleep 0.2; done").spawn().expect("perf");
    let mut command = filter(&["-uns", "sys_enter_clock_nanosleep -> sys_exit_clock_nanosleep"]);
    command.stdin(perf.stderr.take().expect("a pipe"));
    let mut running = start(command);
    assert!(running.line().starts_with("#time"), "the header");
    let row = running.line();
    assert!(row.ends_with("\tsleep\n"), "{row:?}");
    assert!(matches!(perf.try_wait(), Ok(None)), "perf still runs");
    let ended = running.ended();
    // perf does not always print the last line when its workload ends.
    let closed = 1 + ended.output.lines().count();
    assert!(ended.errors.contains(&format!("closed {closed} over")), "{ended:?}");
    assert_eq!(ended.status, Some(0));
    perf.wait().expect("perf");
}

/// What `perf record -o -` writes, as far as it has come; the end of two more rounds (type, misc,
/// size) lets all of its events go.
#[test]
fn rows_of_a_recording_come_while_it_runs() {
    let recording = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls-stream.data"));
    let mut running = start(filter(&["sys_enter_write -> sys_exit_write"]));
    running.write_bytes(&recording.expect("the recording"));
    assert!(running.line().starts_with("#time"), "the header");
    running.write_bytes(&[68, 0, 0, 0, 0, 0, 8, 0].repeat(2));
    let rows: Vec<String> = (0..50).map(|_| running.line()).collect();
    assert!(rows.iter().all(|row| row.ends_with("\tdash\n")), "{rows:?}");
    running.signal("INT");
    running.write_bytes(&[68, 0, 0, 0, 0, 0, 8, 0]);
    let ended = running.end();
    assert!(ended.status == Some(0) && ended.output.is_empty(), "{ended:?}");
    assert!(ended.errors.contains("closed 50 over"), "{ended:?}");
}

/// Ctrl-C ends both, and what perf still had is counted; where tracing is permitted.
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
        Ok(_) => return skipped(test, "perf record is not permitted"),
        Err(_) => return skipped(test, "there is no perf"),
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
    assert!(ended.errors.contains(&format!("closed {closed} over")), "{ended:?}");
    assert_eq!(ended.status, Some(0));
    perf.wait().expect("perf");
}

#[test]
fn the_rows_do_not_depend_on_the_pieces_in_which_the_input_comes() {
    for name in ["odd-comms", "perf-trace-T", "ftrace-trace_pipe", "trace-cmd"] {
        of_pieces(&format!("{}/tests/data/{name}.txt", env!("CARGO_MANIFEST_DIR")));
    }
}

fn of_pieces(capture: &str) {
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
        // In a pipe with O_DIRECT each write is a packet, and a read gets one packet (pipe(2)):
        // however late the reader is, it reads pieces of this very size.
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
    // The program has it open, so that opening it does not block; if it had not, this would fail.
    let no_wait = OFlags::NONBLOCK.bits() as i32;
    let mut writer = File::options().write(true).custom_flags(no_wait).open(&fifo).expect("a FIFO that is read");
    writer.write_all(turn(0).as_bytes()).expect("a reader");
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
            writer.write_all(turn(at).as_bytes()).expect("a reader");
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
    writer.write_all(turns(MANY / 10).as_bytes()).expect("a reader");
    drop(writer);
    running.ended().assert(0, &(HEADER.to_owned() + &rows(MANY / 10)), "");
}

/// Whoever shares a terminal or a socket with us may have made it non-blocking.
#[test]
fn a_slow_reader_of_a_non_blocking_standard_output_gets_all_rows() {
    let scratch = Scratch::new("non-blocking-output");
    let (mut reader, writer) = UnixStream::pair().expect("sockets");
    writer.set_nonblocking(true).expect("a flag");
    let mut command = filter(&["-q", LOOP, &scratch.file("turns", &turns(MANY))]);
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

// ---------------------------------------------------------------------------
// A reader that goes away.

#[test]
fn rows_that_nobody_reads_end_the_program_quietly() {
    let scratch = Scratch::new("rows-to-nobody");
    // One is noticed at the last flush; the other must be noticed before, for it has no end.
    for input in [scratch.file("few", &turns(3)), scratch.endless(&turns(MANY))] {
        let mut command = filter(&["-q", LOOP, &input]);
        command.stdout(to_nobody());
        run(command).assert(0, "", "");
    }
}

#[test]
fn the_summary_is_printed_though_nobody_reads_the_rows() {
    let scratch = Scratch::new("summary-to-somebody");
    let mut command = filter(&["--summary-format=json", LOOP, &scratch.file("few", &turns(3))]);
    command.stdout(to_nobody());
    let few = run(command);
    assert_eq!((few.status, few.errors.lines().count(), count("closed", &few.errors)), (Some(0), 1, 3), "{few:?}");
    let mut command = filter(&["--summary-format=json", LOOP, &scratch.endless(&turns(MANY))]);
    command.stdout(to_nobody());
    let many = run(command);
    assert_eq!((many.status, many.errors.lines().count()), (Some(0), 1), "{many:?}");
    assert!((1..=MANY as u64).contains(&count("closed", &many.errors)), "{many:?}");
}

#[test]
fn a_reader_that_goes_away_is_noticed_without_another_line_of_input() {
    for (args, summary) in [(["-q", LOOP], false), (["--summary-format=json", LOOP], true)] {
        let mut running = start(filter(&args));
        running.write(&turn(0));
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

/// The files of `-o` are what is wanted then: all of the input is read.
#[test]
fn a_reader_that_goes_away_does_not_matter_to_files() {
    let scratch = Scratch::new("files-without-reader");
    let directory = scratch.path("out");
    let mut command = filter(&["-o", &directory, "--summary-format=json", LOOP]);
    command.stdout(to_nobody());
    let mut running = start(command);
    // More than the pipe holds: it reads, and so its signals have their handlers.
    running.write(&turns(MANY));
    running.signal("USR1");
    assert!(running.error_line().contains("\"closed\":"));
    running.write(&turn(MANY * 10));
    let ended = running.end();
    assert_eq!((ended.status, count("closed", &ended.errors)), (Some(0), MANY as u64 + 1), "{ended:?}");
    let rows = fs::read_to_string(Path::new(&directory).join("loop_diff.csv")).expect("loop_diff.csv");
    assert_eq!(rows.lines().count(), MANY + 2);
}

#[test]
fn a_summary_or_help_that_nobody_reads_is_no_failure() {
    let scratch = Scratch::new("pages-to-nobody");
    let input = scratch.file("input", &turns(3));
    for args in [&["-s", LOOP, &input][..], &["--help"], &["--version"], &["--generate=man"]] {
        let mut command = filter(args);
        command.stdout(to_nobody());
        run(command).assert(0, "", "");
    }
}

#[test]
fn a_summary_that_nobody_will_read_is_not_waited_for() {
    let mut command = filter(&["-s", LOOP]);
    command.stdout(to_nobody());
    start(command).ended().assert(0, "", "");
}

// ---------------------------------------------------------------------------
// Outputs and inputs that fail.

const FULL: &str = "No space left on device";
const CLOSED: &str = "Bad file descriptor";

#[test]
fn few_rows_on_a_full_disk_fail_at_the_last_flush() {
    let scratch = Scratch::new("few-rows-full");
    let input = scratch.file("few", &turns(3));
    for args in [&["-q", LOOP, &input][..], &[LOOP, &input]] {
        let mut command = filter(args);
        command.stdout(to_full_disk());
        run(command).assert_failed("standard output", FULL);
    }
}

#[test]
fn many_rows_on_a_full_disk_fail_before_the_input_ends() {
    let scratch = Scratch::new("many-rows-full");
    let mut command = filter(&[LOOP, &scratch.endless(&turns(MANY))]);
    command.stdout(to_full_disk());
    run(command).assert_failed("standard output", FULL);
}

#[test]
fn rows_of_a_live_producer_on_a_full_disk_fail_at_once() {
    let mut command = filter(&["-H", LOOP]);
    command.stdout(to_full_disk());
    let mut running = start(command);
    running.write(&turn(0));
    running.ended().assert_failed("standard output", FULL);
}

#[test]
fn a_summary_or_a_page_on_a_full_disk_fails() {
    let scratch = Scratch::new("pages-full");
    let input = scratch.file("input", &turns(3));
    for args in [&["-s", LOOP, &input][..], &["--help"], &["--version"], &["--generate=man"]] {
        let mut command = filter(args);
        command.stdout(to_full_disk());
        run(command).assert_failed("standard output", FULL);
    }
}

#[test]
fn a_closed_standard_output_is_a_failure() {
    let scratch = Scratch::new("stdout-closed");
    let input = scratch.file("input", &turns(3));
    for args in [&[LOOP, &input][..], &["-s", LOOP, &input], &["--help"], &["--version"]] {
        run(filter_in_shell("exec $run >&-", args)).assert_failed("standard output", CLOSED);
    }
}

#[test]
fn a_closed_standard_input_is_a_failure() {
    let ended = start(filter_in_shell("exec $run <&-", &["-q", LOOP])).ended();
    ended.assert_failed("standard input", CLOSED);
    assert_eq!(ended.output, HEADER);
}

#[test]
fn a_closed_standard_input_does_not_matter_to_a_file() {
    let scratch = Scratch::new("stdin-closed");
    let input = scratch.file("input", &turns(3));
    start(filter_in_shell("exec $run <&-", &["-q", LOOP, &input])).ended().assert(
        0,
        &(HEADER.to_owned() + &rows(3)),
        "",
    );
}

#[test]
fn a_standard_error_that_fails_leaves_the_rows_alone() {
    let scratch = Scratch::new("stderr-fails");
    // Both a note and a summary are due.
    let input = scratch.file("input", &(turns(3) + "what is this\n"));
    for script in ["exec $run 2>&-", "exec $run 2>/dev/full"] {
        run(filter_in_shell(script, &[LOOP, &input])).assert(0, &(HEADER.to_owned() + &rows(3)), "");
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

#[test]
fn an_unreadable_input_is_reported_and_the_others_are_read() {
    let scratch = Scratch::new("unreadable");
    scratch.file("good", &turns(3));
    fs::create_dir(scratch.path("empty")).expect("a directory");
    // A file that is not there; one that opens and cannot be read, even by root; a directory with nothing to read.
    for (unreadable, cause) in
        [("absent", "No such file or directory"), ("/proc/self/mem", "Input/output error"), ("empty", "")]
    {
        for inputs in [[unreadable, "good"], ["good", unreadable]] {
            let mut command = filter(&["-q", LOOP]);
            command.args(inputs).current_dir(&scratch.0);
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
        assert!(may_skip(), "script(1) is not installed, and nothing may be skipped");
        return skipped("a_terminal_as_the_only_input_is_a_usage_error", "no script(1) of util-linux");
    }
    let mut command = Command::new("script");
    command.args(["-qec", &format!("'{PROGRAM}' '{LOOP}'"), "/dev/null"]);
    let ended = run(piped(command));
    assert_eq!((ended.status, ended.output.lines().count()), (Some(2), 1), "{ended:?}");
    assert!(ended.output.starts_with("pspp-filter: ") && ended.output.contains("perf script |"), "{ended:?}");
}

// ---------------------------------------------------------------------------
// Signals.

#[test]
fn an_interrupt_lets_a_pipe_be_read_to_its_end() {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    running.write(&turn(0));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    running.signal("INT");
    running.write(&turn(10));
    assert_eq!(running.line(), row(10));
    running.write(&turn(20));
    let ended = running.end();
    assert_eq!((ended.status, &*ended.output), (Some(0), &*row(20)), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), 3, "{ended:?}");
}

/// What is in the pipe is read, but no further input.
#[test]
fn an_interrupt_while_a_pipe_is_read_leaves_the_next_input_alone() {
    let scratch = Scratch::new("interrupt-and-next");
    let next = scratch.file("next", &turn(100));
    let mut running = start(filter(&["-q", LOOP, "-", &next]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    running.write(&turn(0));
    running.end().assert(0, &row(0), "");
}

#[test]
fn a_second_interrupt_ends_it_with_130() {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    running.write(&turn(0));
    // This row is read after the first signal was answered; of two at once the system may make one.
    assert_eq!(running.line(), row(0));
    running.signal("INT");
    let ended = running.ended();
    assert_eq!((ended.status, count("closed", &ended.errors)), (Some(130), 1), "{ended:?}");
}

#[test]
fn an_interrupt_while_a_regular_file_is_read_ends_it_with_130() {
    let scratch = Scratch::new("interrupt-file");
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.endless(&turns(MANY))]));
    // The first block of rows is written while the file is read.
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
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.file("rows", &turns(MANY)), "/dev/zero"]));
    assert_eq!(running.line(), HEADER);
    running.signal("INT");
    let ended = running.ended();
    assert_eq!(ended.status, Some(130), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), ended.output.lines().count() as u64);
}

fn ends_a_waiting_program(signal: &str, status: i32) {
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    // What is half done at the end is not a row.
    running.write(&(turn(0) + &enter(10)));
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
    if hangups_are_ignored() {
        return skipped("a_hangup_ends_a_waiting_program_with_129", "the tests run under nohup, and so would it");
    }
    ends_a_waiting_program("HUP", 129);
}

/// Whether these tests run under nohup, which whatever they start inherits.
fn hangups_are_ignored() -> bool {
    // SigIgn:	0000000000001001, where bit 0 is SIGHUP.
    let status = fs::read_to_string("/proc/self/status").expect("proc(5)");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("a mask");
    u64::from_str_radix(mask.trim(), 16).expect("hexadecimal") & 1 != 0
}

#[test]
fn a_sigterm_with_quiet_is_silent() {
    let mut running = start(filter(&["-q", LOOP]));
    assert_eq!(running.line(), HEADER);
    running.write(&turn(0));
    assert_eq!(running.line(), row(0));
    running.signal("TERM");
    running.ended().assert(143, "", "");
}

#[test]
fn a_sigterm_ends_a_program_that_reads_a_file() {
    let scratch = Scratch::new("sigterm-file");
    let mut running = start(filter(&["--summary-format=json", LOOP, &scratch.endless(&turns(MANY))]));
    assert_eq!(running.line(), HEADER);
    running.signal("TERM");
    let ended = running.ended();
    assert_eq!(ended.status, Some(143), "{ended:?}");
    assert_eq!(count("closed", &ended.errors), ended.output.lines().count() as u64);
}

/// timeout(1) sends it to the program, and at once to its group.
#[test]
fn two_sigterms_at_once_are_one() {
    let scratch = Scratch::new("sigterm-twice");
    let text = turns(MANY);
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

#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let mut running = start(filter_in_shell("trap '' HUP; exec $run", &["-q", LOOP]));
    assert_eq!(running.line(), HEADER);
    running.signal("HUP");
    running.write(&turn(0));
    assert_eq!(running.line(), row(0));
    running.end().assert(0, "", "");
}

/// Asks for a summary in the midst of a run; what it said at the end.
fn summary_so_far(args: &[&str]) -> Ended {
    let mut running = start(filter(args));
    running.write(&turn(0));
    assert_eq!(running.line(), HEADER);
    assert_eq!(running.line(), row(0));
    running.signal("USR1");
    // loop1: sys_enter_read -> sys_exit_read by tid, latest
    // closed 1 over 0 s
    // ...
    // 152 bytes in 1.2 ms
    let summary = running.errors_to(" bytes in ");
    assert!(summary.contains(LOOP) && summary.contains("\nclosed 1 "), "{summary}");
    running.write(&turn(10));
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

// ---------------------------------------------------------------------------
// Input without measure.

#[test]
fn a_line_of_a_megabyte_is_an_event_and_the_next_lines_are_read() {
    let payload = "0123456789abcdef".repeat(1 << 16);
    let long = enter(0).replace("0x00000003", &payload);
    assert!(long.len() > 1 << 20);
    let mut running = start(filter(&["--summary-format=json", LOOP]));
    running.write(&long);
    running.write(&exit(0));
    running.write(&turn(10));
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
    // All but what a pipe holds has been read.
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
    // Every thread goes through the loop once a second. Payloads of some length
    // make many bytes of few events, which a debug build reads one by one.
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
