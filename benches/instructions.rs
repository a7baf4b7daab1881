//! Counts the instructions that a line costs: `cargo bench --bench instructions`.
//!
//! Seconds depend on the machine and on who else uses it, instructions hardly: valgrind's callgrind counts those of
//! whole runs, over a shipped capture and over an empty input, and the difference is divided by the lines. The counts
//! stand in `benches/instructions.tsv`; one that grew by more than a twentieth fails.
//!
//! | variable      | meaning                                         |
//! |---------------|-------------------------------------------------|
//! | `BENCH_WRITE` | 1: the counts are written into that file        |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// How many lines a run has at least.
const LINES: usize = 10_000;
const COMMITTED: &str = "benches/instructions.tsv";

/// What is counted: a name, the arguments, and the capture.
const CASES: [(&str, &[&str], &str); 11] = [
    ("summary", &["-s", IO], "qemu-native.txt"),
    ("rows", &["-q", IO], "qemu-native.txt"),
    ("sparse", &["-s", "sys_enter_futex -> sys_exit_futex"], "qemu-native.txt"),
    ("keys of fields", &["-s", "sched_wakeup@pid -> sched_switch@next_pid"], "qemu-threads.txt"),
    ("conditions", &["-s", "sys_enter_pread64 if fd == 13 && count > 0 -> sys_exit_pread64"], "qemu-threads.txt"),
    ("groups", &["-s", "-b", "fd", "sys_enter_pread64 -> sys_exit_pread64"], "qemu-threads.txt"),
    ("pairs", &["-s", "--pairs"], "qemu-threads.txt"),
    ("nanoseconds", &["-s", PREAD], "fields-ns.txt"),
    ("call chains", &["-s", PREAD], "callchain.txt"),
    ("perf trace", &["-s", PREAD], "perf-trace-T.txt"),
    ("ftrace", &["-s", PREAD], "ftrace-trace_pipe.txt"),
];
const IO: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";

fn main() -> ExitCode {
    // `cargo test --all-targets` starts benches as well, without this; there is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = fs::read_to_string(root.join(COMMITTED)).unwrap_or_default();
    let before = |name: &str| {
        let line = committed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        line.and_then(|count| count.parse::<f64>().ok())
    };
    let (mut table, mut grew) = ("#case\tinstructions a line\n".to_owned(), false);
    for (name, arguments, capture) in CASES {
        // Short captures are repeated, so that what is done once does not count.
        let text = fs::read(root.join("tests/data").join(capture)).expect("a capture");
        let count = |text: &[u8]| text.iter().filter(|&&byte| byte == b'\n').count();
        let text = text.repeat(LINES.div_ceil(count(&text)));
        let lines = count(&text);
        fs::create_dir_all(root.join("bench-cache")).expect("a folder");
        let capture = root.join("bench-cache/instructions.txt");
        fs::write(&capture, text).expect("the capture is written");
        let spent = instructions(arguments, &capture) - instructions(arguments, Path::new("/dev/null"));
        let count = spent / lines as f64;
        let ratio = before(name).map(|before| count / before);
        println!("{name:16} {count:8.1} {}", ratio.map_or(String::new(), |ratio| format!("{ratio:6.3} x")));
        grew |= ratio.is_some_and(|ratio| ratio > 1.05);
        writeln!(table, "{name}\t{count:.1}").expect("a text");
    }
    if std::env::var_os("BENCH_WRITE").is_some_and(|value| value == "1") {
        fs::write(root.join(COMMITTED), table).expect("the table is written");
        return ExitCode::SUCCESS;
    }
    if grew {
        println!("more than 1.05 x of {COMMITTED}: find out why, or write it with BENCH_WRITE=1 and say why");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The instructions of a run, as callgrind counts them.
fn instructions(arguments: &[&str], capture: &Path) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_pspp-filter")])
        .args(arguments)
        .arg(capture)
        .output()
        .expect("valgrind runs");
    // ==4711== Collected : 5930000
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find_map(|line| line.split_once("Collected :"));
    count.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count: {text}"))
}
