//! What other inputs and loops cost, beside the plain loop on perf script's text: `cargo bench --bench inputs`.
//!
//! Each capture is repeated to the same size, or made into one that is; all are read in turn, so that ratios are
//! taken within a round. They are of seconds a byte, as those who pipe gigabytes count. Beside each stands ripgrep,
//! which counts the lines that name one of the loop's events.
//!
//! | variable      | meaning                                        | default |
//! |---------------|------------------------------------------------|---------|
//! | `BENCH_MB`    | size of each input, in MB (10^6 bytes)         | 100     |
//! | `BENCH_ROUNDS`| rounds measured, after one that warms up       | 5       |
//! | `BENCH_WRITE` | 1: the table is written to benches/inputs.md   |         |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

mod measure;

use measure::{Measurement, is_installed, median, peak_memory};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const IO: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const IO_NAMES: &str = "kvm_mmio|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit";
const SUBMIT: &str = "sys_enter_io_submit -> sys_exit_io_submit";
const SUBMIT_NAMES: &str = "sys_enter_io_submit|sys_exit_io_submit";
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";
const PREAD_NAMES: &str = "sys_enter_pread64|sys_exit_pread64";
const PPOLL: &str = "sys_enter_ppoll -> sys_exit_ppoll";
const PPOLL_NAMES: &str = "sys_enter_ppoll|sys_exit_ppoll";
const CALLS: &str = "sys_enter_* -> sys_exit_*";

/// What is measured.
struct Case {
    what: &'static str,
    arguments: &'static [&'static str],
    input: Input,
    /// What ripgrep counts.
    names: &'static str,
}

/// Where an input comes from.
#[derive(Clone, Copy)]
enum Input {
    /// A capture, repeated as it is.
    Capture(&'static str),
    /// The same, of whose lines with a name only as many are kept that they are 1 in 100.
    Sparse(&'static str, &'static str),
    /// 200,000 threads that all enter a call before the first one leaves it.
    Threads,
}

const fn case(what: &'static str, arguments: &'static [&'static str], input: Input, names: &'static str) -> Case {
    Case { what, arguments, input, names }
}

/// The first is what the others are compared with.
const CASES: [Case; 15] = [
    case("perf script, a loop of 4", &["-s", IO], Input::Capture("qemu-native.txt"), IO_NAMES),
    case("rows of it", &["-q", IO], Input::Capture("qemu-native.txt"), IO_NAMES),
    case("1 line in 100 at a position", &["-s", SUBMIT], Input::Sparse("qemu-native.txt", "io_submit"), SUBMIT_NAMES),
    case("every line at a position", &["-s", "* -> *"], Input::Capture("qemu-native.txt"), ":"),
    case("a pair", &["-s", PPOLL], Input::Capture("qemu-threads.txt"), PPOLL_NAMES),
    case(
        "the same with a condition",
        &["-s", "sys_enter_ppoll if nfds != 77 -> sys_exit_ppoll"],
        Input::Capture("qemu-threads.txt"),
        PPOLL_NAMES,
    ),
    case("the same with groups", &["-s", "-b", "nfds", PPOLL], Input::Capture("qemu-threads.txt"), PPOLL_NAMES),
    case(
        "a field joined with another",
        &["-s", "sched_wakeup@pid -> sched_switch@next_pid"],
        Input::Capture("qemu-threads.txt"),
        "sched_wakeup|sched_switch",
    ),
    case("--pairs", &["-s", "--pairs"], Input::Capture("qemu-threads.txt"), "sys_"),
    case("--discover", &["--discover"], Input::Capture("qemu-threads.txt"), ":"),
    case("call chains", &["-s", PREAD], Input::Capture("callchain.txt"), PREAD_NAMES),
    case("system calls of perf script", &["-s", CALLS], Input::Capture("odd-comms.txt"), "sys_"),
    case("of perf trace", &["-s", CALLS], Input::Capture("perf-trace-T.txt"), "pread64|pwrite64"),
    case("of ftrace", &["-s", CALLS], Input::Capture("ftrace-trace_pipe.txt"), "sys_"),
    case("200,000 threads", &["-s", "--max-keys", "200000", PREAD], Input::Threads, PREAD_NAMES),
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
    let inputs: Vec<(PathBuf, f64)> = CASES.iter().map(|case| case.input.made(root, megabytes)).collect();
    let beside_rg = is_installed("rg");
    let (mut ours, mut rgs): (Vec<Vec<Measurement>>, Vec<Vec<f64>>) = Default::default();
    ours.resize_with(CASES.len(), Vec::new);
    rgs.resize_with(CASES.len(), Vec::new);
    for round in 0..=rounds {
        for (at, (case, (path, _))) in CASES.iter().zip(&inputs).enumerate() {
            let taken = run(env!("CARGO_BIN_EXE_pspp-filter"), case.arguments, path);
            let rg = beside_rg.then(|| run("rg", &["-a", "-c", case.names], path).wall.as_secs_f64());
            if round > 0 {
                ours[at].push(taken);
                rgs[at].extend(rg);
            }
        }
    }
    let table = table(megabytes, rounds, &inputs, &ours, &rgs);
    print!("{table}");
    if std::env::var_os("BENCH_WRITE").is_some_and(|value| value == "1") {
        fs::write(root.join("benches/inputs.md"), table).expect("the table is written");
    }
}

fn table(
    megabytes: u64,
    rounds: u64,
    inputs: &[(PathBuf, f64)],
    ours: &[Vec<Measurement>],
    rgs: &[Vec<f64>],
) -> String {
    let mut table = format!(
        "# Other inputs, other loops\n\nWritten by `BENCH_WRITE=1 cargo bench --bench inputs`: inputs of {megabytes} MB, \
         each read by `pspp-filter ... < FILE > /dev/null`,\n{rounds} rounds in turn. The ratio is of seconds a byte, to \
         the first line in the same round: median [least-most]; that to rg is of\nseconds, to `rg -a -c` on the names of \
         the loop's events in the same file.{}\n\n\
         | what | input | MB/s | ratio | / `rg` | peak memory |\n|------|-------|-----:|------:|------:|------------:|\n",
        if rgs[0].is_empty() { " It is not installed." } else { "" }
    );
    let seconds = |at: usize| ours[at].iter().map(|run| run.wall.as_secs_f64());
    for (at, (case, (_, bytes))) in CASES.iter().zip(inputs).enumerate() {
        let first = seconds(0).map(|seconds| seconds / inputs[0].1);
        let ratios: Vec<f64> = seconds(at).zip(first).map(|(seconds, first)| seconds / bytes / first).collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let to_rg = median(seconds(at).zip(&rgs[at]).map(|(ours, rg)| ours / rg));
        writeln!(
            table,
            "| {} | {} | {:.0} | {:.2} [{least:.2}-{most:.2}] | {} | {} |",
            case.what,
            case.input.name(),
            1e-6 * bytes / median(seconds(at)),
            median(ratios.into_iter()),
            if to_rg.is_nan() { "-".to_owned() } else { format!("{to_rg:.2}") },
            peak_memory(&ours[at]),
        )
        .expect("a text");
    }
    table
}

impl Input {
    fn name(self) -> String {
        match self {
            Input::Capture(name) => format!("`{name}`"),
            Input::Sparse(name, _) => format!("`{name}`, thinned"),
            Input::Threads => "made".to_owned(),
        }
    }

    /// An input of at least so many MB, and its length in bytes. It is made once.
    fn made(self, root: &Path, megabytes: u64) -> (PathBuf, f64) {
        let cache = root.join("bench-cache");
        fs::create_dir_all(&cache).expect("bench-cache/ can be made");
        let capture = |name: &str| fs::read(root.join("tests/data").join(name)).expect("a capture");
        let (name, text) = match self {
            Input::Capture(name) => (name.to_owned(), capture(name)),
            Input::Sparse(name, thinned) => (format!("sparse-{name}"), sparse(&capture(name), thinned)),
            Input::Threads => ("threads.txt".to_owned(), Vec::new()),
        };
        let path = cache.join(format!("{megabytes}MB-{name}"));
        let least = megabytes * 1_000_000;
        let length = || fs::metadata(&path).map_or(0, |about| about.len());
        if text.is_empty() {
            if length() < least {
                write_threads(&path, least).expect("the input fits the disk");
            }
        } else {
            let times = least.div_ceil(text.len() as u64);
            if length() != times * text.len() as u64 {
                fs::write(&path, text.repeat(times as usize)).expect("the input fits the disk");
            }
        }
        let length = length() as f64;
        (path, length)
    }
}

/// The lines of a capture, of those with a name only so many pairs that they are 1 in 100.
fn sparse(text: &[u8], name: &str) -> Vec<u8> {
    let lines = || text.split_inclusive(|&byte| byte == b'\n');
    let has_name = |line: &[u8]| line.windows(name.len()).any(|window| window == name.as_bytes());
    let others = lines().filter(|line| !has_name(line)).count();
    let every = lines().filter(|line| has_name(line)).count() / (others / 99);
    let mut seen = 0;
    let kept = lines().filter(|line| {
        let counts = has_name(line);
        seen += usize::from(counts);
        // Enter and exit follow each other.
        !counts || (seen - 1) / 2 % every == 0
    });
    kept.flatten().copied().collect()
}

/// Calls of 200,000 threads: all enter before the first one leaves.
fn write_threads(path: &Path, least: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut time_us) = (0, 1_000_000_000_u64);
    while written < least {
        for (name, payload) in
            [("sys_enter_pread64", "fd: 0x00000003, count: 0x00000310"), ("sys_exit_pread64", "0x310")]
        {
            for tid in 1..=200_000 {
                time_us += 3;
                let (seconds, micros, cpu) = (time_us / 1_000_000, time_us % 1_000_000, tid % 64);
                let line = format!(
                    "{:>16} {tid:7} [{cpu:03}] {seconds:5}.{micros:06}: {:>28}: {payload}\n",
                    "worker",
                    format!("syscalls:{name}")
                );
                written += line.len() as u64;
                file.write_all(line.as_bytes())?;
            }
        }
    }
    file.flush()
}

/// Runs a program once on a file.
fn run(program: &str, arguments: &[&str], path: &Path) -> Measurement {
    let input = File::open(path).expect("the input can be read");
    let began = Instant::now();
    let child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (measurement, success, complaint) = Measurement::of(child, began);
    assert!(success, "{program} {arguments:?} failed: {complaint}");
    measurement
}
