//! Functions that several integration tests share. They start the program, feed it, read its output, and skip tests
//! that cannot run on a machine.
//!
//! Each test binary includes this module, and uses only a part of it.

#![allow(dead_code, reason = "each test binary uses a part of this module")]

pub mod diff;
pub mod rows;
pub mod running;
pub mod scratch;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// The path of the program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_pspp-filter");

/// The loop that most tests use.
pub const LOOP: &str = "sys_enter_read -> sys_exit_read";

/// Returns the top folder of the source tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the path of a file in tests/data.
pub fn data(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// Returns a command for the program with these arguments. Its standard input, output and error are pipes.
pub fn filter(args: &[&str]) -> Command {
    let mut command = program();
    command.args(args);
    piped(command)
}

/// Returns a command for the program that ignores none of the signals which tests send to it. If the tests themselves
/// run under nohup, or as a background job of a script, they ignore some signals, and every program that they start
/// would do so, too.
fn program() -> Command {
    if !ignores_signals() {
        return Command::new(PROGRAM);
    }
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP,INT,TERM,USR1", PROGRAM]);
    command
}

/// Returns whether the process of these tests ignores SIGHUP, SIGINT, SIGUSR1 or SIGTERM.
fn ignores_signals() -> bool {
    // The line has the form `SigIgn:  0000000000001001`. Bit 0 stands for signal 1, which is SIGHUP.
    const MASK: u64 = 1 | 1 << 1 | 1 << 9 | 1 << 14;
    let status = std::fs::read_to_string("/proc/self/status").expect("proc(5)");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("a mask");
    u64::from_str_radix(mask.trim(), 16).expect("hexadecimal") & MASK != 0
}

/// Returns a command that runs a shell script. In the script, `$run` stands for the program with these arguments.
pub fn filter_in_shell(script: &str, args: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script.replace("$run", "\"$0\" \"$@\""), PROGRAM]).args(args);
    piped(command)
}

/// Connects standard input, output and error of a command to pipes. If the program panics, it prints no backtrace, even
/// if the environment of the tests asks for one.
pub fn piped(mut command: Command) -> Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("RUST_BACKTRACE");
    command
}

/// Returns a command that runs a shell script in a folder. The script finds `pspp-filter` in its PATH, and has the C
/// locale.
pub fn shell(script: &str, folder: &Path) -> Command {
    let beside = Path::new(PROGRAM).parent().expect("the program is in a folder");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(folder).env("PATH", path).env("LC_ALL", "C");
    shell
}

/// Runs a command to its end. A thread writes the pieces into its standard input, each with one write. Returns the
/// output of the command.
///
/// A command may end without reading all pieces. A panic of the command makes the test fail.
pub fn feed<P: AsRef<[u8]>>(mut command: Command, pieces: impl Iterator<Item = P> + Send + 'static) -> Output {
    let mut child: Child = command.stdin(Stdio::piped()).spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let writer = thread::spawn(move || {
        for piece in pieces {
            if stdin.write_all(piece.as_ref()).is_err() {
                return;
            }
        }
    });
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writing thread does not fail");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("panicked"), "{errors}");
    output
}

/// Returns a number out of a JSON summary. If several numbers have this name, it is the first one.
pub fn count(name: &str, summary: &str) -> u64 {
    let name_before = format!("\"{name}\":");
    let mut values = summary.split(&name_before).skip(1);
    let is_number = |value: &&str| value.starts_with(|byte: char| byte.is_ascii_digit());
    let value = values.find(is_number).unwrap_or_else(|| panic!("no {name} in {summary:?}"));
    let end = value.find(|byte: char| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().expect("a number")
}

/// Replaces the time that a run took by `TIME`, because this time differs from run to run. It stands at the end of a
/// line: `449.5 kB in 0.8 ms`.
pub fn without_time_taken(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let shown = String::from_utf8_lossy(line);
        let size =
            ["bytes in ", "kB in ", "MB in "].into_iter().find_map(|unit| shown.find(unit).map(|at| at + unit.len()));
        match size {
            Some(end) if shown.ends_with("s\n") => {
                lines.extend_from_slice(shown[..end].as_bytes());
                lines.extend_from_slice(b"TIME\n");
            }
            _ => lines.extend_from_slice(line),
        }
    }
    lines
}

/// Prints that a test is skipped, because the machine lacks something or does not permit it.
///
/// This writes to standard error directly. The test harness would catch the output of `eprintln!`, and nobody would see
/// it.
pub fn skip(test: &str, reason: &str) {
    writeln!(io::stderr(), "{test}: skipped: {reason}").expect("standard error can be written");
}

/// Prints that a test is skipped, because a tool is not installed.
///
/// If PSPP_FILTER_SKIP is `never`, the test fails instead. .ci/run sets this, because it has installed the tools.
pub fn skip_without(test: &str, tool: &str) {
    skip_unless_never(test, &format!("{tool} is not installed"));
}

/// Prints that a test is skipped, and why. If the environment has PSPP_FILTER_SKIP=never, the test fails instead.
/// .ci/run sets this, because the reasons for skipping do not exist where it runs.
pub fn skip_unless_never(test: &str, reason: &str) {
    let never = std::env::var_os("PSPP_FILTER_SKIP").is_some_and(|value| value == "never");
    assert!(!never, "{test}: {reason}, and PSPP_FILTER_SKIP=never");
    skip(test, reason);
}
