//! What other inputs and loops cost, beside the plain loop on perf script's text: `cargo bench --bench inputs`.
//!
//! Each capture is repeated to the same size; all are read in turn, so that ratios are taken within a round. They are
//! of seconds a byte, as those who pipe gigabytes count.
//!
//! | variable      | meaning                                        | default |
//! |---------------|------------------------------------------------|---------|
//! | `BENCH_MB`    | size of each input, in MB (10^6 bytes)         | 100     |
//! | `BENCH_ROUNDS`| rounds measured, after one that warms up       | 5       |
//! | `BENCH_WRITE` | 1: the table is written to benches/inputs.md   |         |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const IO: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";
const PPOLL: &str = "sys_enter_ppoll -> sys_exit_ppoll";

/// A name, the arguments, and the capture; the first is what the others are compared with.
const CASES: [(&str, &[&str], &str); 11] = [
    ("perf script, a loop of 4", &["-s", IO], "qemu-native.txt"),
    ("perf script, 1 line in 1000 at a position", &["-s", "sys_enter_futex -> sys_exit_futex"], "qemu-native.txt"),
    ("a pair", &["-s", PPOLL], "qemu-threads.txt"),
    ("the same with a condition", &["-s", "sys_enter_ppoll if nfds != 77 -> sys_exit_ppoll"], "qemu-threads.txt"),
    ("the same with groups", &["-s", "-b", "nfds", PPOLL], "qemu-threads.txt"),
    ("a field joined with another", &["-s", "sched_wakeup@pid -> sched_switch@next_pid"], "qemu-threads.txt"),
    ("--pairs", &["-s", "--pairs"], "qemu-threads.txt"),
    ("--discover", &["--discover"], "qemu-threads.txt"),
    ("call chains", &["-s", PREAD], "callchain.txt"),
    ("perf trace", &["-s", PREAD], "perf-trace-T.txt"),
    ("ftrace", &["-s", PREAD], "ftrace-trace_pipe.txt"),
];

fn main() {
    // `cargo test --all-targets` starts benches as well, without this; there is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let number = |variable: &str, default: u64| {
        std::env::var(variable).map_or(default, |text| text.parse().expect("a whole number"))
    };
    let (megabytes, rounds) = (number("BENCH_MB", 100).max(1), number("BENCH_ROUNDS", 5).max(1));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let inputs: Vec<(PathBuf, f64)> = CASES.iter().map(|(_, _, name)| repeated(root, name, megabytes)).collect();
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); CASES.len()];
    for round in 0..=rounds {
        for ((case, (path, bytes)), seconds) in CASES.iter().zip(&inputs).zip(&mut seconds) {
            let taken = run(case.1, path) / bytes;
            if round > 0 {
                seconds.push(taken);
            }
        }
    }
    let mut table = format!(
        "# Other inputs, other loops\n\nWritten by `BENCH_WRITE=1 cargo bench --bench inputs`: captures of tests/data repeated to {megabytes} MB, each read by\n\
         `pspp-filter -s ... < FILE`, {rounds} rounds in turn. Seconds a byte as a ratio to the first line of the same round: median\n[least-most].\n\n\
         | what | capture | MB/s | ratio |\n|------|---------|-----:|------:|\n"
    );
    for ((name, _, capture), taken) in CASES.iter().zip(&seconds) {
        let ratios: Vec<f64> = taken.iter().zip(&seconds[0]).map(|(one, first)| one / first).collect();
        let [least, middle, most] = spread(&ratios);
        let rate = 1e-6 / spread(taken)[1];
        writeln!(table, "| {name} | `{capture}` | {rate:.0} | {middle:.2} [{least:.2}-{most:.2}] |").expect("a text");
    }
    print!("{table}");
    if std::env::var_os("BENCH_WRITE").is_some_and(|value| value == "1") {
        fs::write(root.join("benches/inputs.md"), table).expect("the table is written");
    }
}

/// A capture, repeated as it is to at least so many MB; and its length in bytes.
fn repeated(root: &Path, name: &str, megabytes: u64) -> (PathBuf, f64) {
    let text = fs::read(root.join("tests/data").join(name)).expect("a capture");
    let times = (megabytes * 1_000_000).div_ceil(text.len() as u64);
    let length = times * text.len() as u64;
    let cache = root.join("bench-cache");
    fs::create_dir_all(&cache).expect("bench-cache/ can be made");
    let path = cache.join(format!("{megabytes}MB-{name}"));
    if fs::metadata(&path).map_or(0, |about| about.len()) != length {
        fs::write(&path, text.repeat(times as usize)).expect("the input fits the disk");
    }
    (path, length as f64)
}

/// Runs the filter once, and says for how many seconds.
fn run(arguments: &[&str], path: &Path) -> f64 {
    let input = File::open(path).expect("the input can be read");
    let began = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_pspp-filter"))
        .args(arguments)
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{arguments:?} failed");
    began.elapsed().as_secs_f64()
}

/// The least, the middle and the greatest of some values.
fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1]]
}
