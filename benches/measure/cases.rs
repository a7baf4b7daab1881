//! The command lines and inputs that the benches `inputs` and `instructions` measure.

use super::recordings::{LARGE_ROUND_SAMPLE, write_large_round, write_recording};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const IO: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const IO_NAMES: &str = "kvm_mmio|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit";
const SUBMIT: &str = "sys_enter_io_submit -> sys_exit_io_submit";
const SUBMIT_NAMES: &str = "sys_enter_io_submit|sys_exit_io_submit";
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";
const PREAD_NAMES: &str = "sys_enter_pread64|sys_exit_pread64";
const PPOLL: &str = "sys_enter_ppoll -> sys_exit_ppoll";
const PPOLL_NAMES: &str = "sys_enter_ppoll|sys_exit_ppoll";
const CALLS: &str = "sys_enter_* -> sys_exit_*";

/// A command line and an input that are measured.
pub struct Case {
    /// The name of the case in the tables.
    pub label: &'static str,
    pub arguments: &'static [&'static str],
    pub input: Input,
    /// The regular expression for which ripgrep counts the lines. It is empty for binary inputs, which are not compared
    /// with ripgrep.
    pub names: &'static str,
}

/// The content of an input.
#[derive(Clone, Copy)]
pub enum Input {
    /// The file of a capture in tests/data, repeated without changes.
    Capture(&'static str),
    /// The file of a capture, and a name. Most of the lines that contain the name are left out, so that only 1 line in
    /// 100 contains it. The result is repeated.
    Sparse(&'static str, &'static str),
    /// The file of a perf.data. Its samples are repeated with later times.
    Binary(&'static str),
    /// A made-up perf.data of two CPUs. All its records are in one round, which is a part of a perf.data whose records
    /// must be put in order. They do not fit into the memory in which the program does this.
    LargeRound,
    /// Made-up text: 200,000 threads all enter a system call before the first one leaves it.
    Threads,
}

const fn case(label: &'static str, arguments: &'static [&'static str], input: Input, names: &'static str) -> Case {
    Case { label, arguments, input, names }
}

/// The cases. The table of the bench `inputs` compares all others with the first one. A label such as "the same with
/// groups" refers to a case above it.
pub const CASES: [Case; 18] = [
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
    case("of a binary perf.data", &["-s", CALLS], Input::Binary("calls.data"), ""),
    case(
        "with fields of raw data",
        &["-s", "sys_enter_* if fd < 100 -> sys_exit_* if ret >= 0"],
        Input::Binary("calls.data"),
        "",
    ),
    case("a large round of it", &["-s", "cpu-clock -> cpu-clock"], Input::LargeRound, ""),
    case("200,000 threads", &["-s", "--max-keys", "200000", PREAD], Input::Threads, PREAD_NAMES),
];

impl Input {
    /// Returns the name of the input in the tables.
    pub fn name(self) -> String {
        match self {
            Input::Capture(name) | Input::Binary(name) => format!("`{name}`"),
            Input::Sparse(name, _) => format!("`{name}`, thinned"),
            Input::LargeRound | Input::Threads => "made".to_owned(),
        }
    }

    /// Returns the text whose repetition is the input. `None` if the input is not made by repeating a text.
    pub fn text(self, root: &Path) -> Option<Vec<u8>> {
        let capture = |name: &str| fs::read(root.join("tests/data").join(name)).expect("a capture");
        match self {
            Input::Capture(name) => Some(capture(name)),
            Input::Sparse(name, thinned) => Some(sparse(&capture(name), thinned)),
            Input::Binary(_) | Input::LargeRound | Input::Threads => None,
        }
    }

    /// Makes the input as a file of at least this many MB, unless there is such a file already. Returns the path of the
    /// file and its length in bytes.
    pub fn made(self, root: &Path, megabytes: u64) -> (PathBuf, f64) {
        let name = match self {
            Input::Capture(name) | Input::Binary(name) => name.to_owned(),
            Input::Sparse(name, _) => format!("sparse-{name}"),
            Input::LargeRound => "large-round.data".to_owned(),
            Input::Threads => "threads.txt".to_owned(),
        };
        let cache = root.join("bench-cache");
        fs::create_dir_all(&cache).expect("bench-cache/ can be made");
        let path = cache.join(format!("{megabytes}MB-{name}"));
        let least = megabytes * 1_000_000;
        let length = || fs::metadata(&path).map_or(0, |metadata| metadata.len());
        match self.text(root) {
            Some(text) => {
                let times = least.div_ceil(text.len() as u64);
                if length() != times * text.len() as u64 {
                    fs::write(&path, text.repeat(times as usize)).expect("the input fits the disk");
                }
            }
            None if length() >= least => {}
            None => match self {
                Input::Binary(name) => {
                    let recording = fs::read(root.join("tests/data").join(name)).expect("a recording");
                    write_recording(&path, &recording, least).expect("the input fits the disk");
                }
                Input::LargeRound => {
                    let samples = least.div_ceil(LARGE_ROUND_SAMPLE);
                    write_large_round(&path, samples).expect("the input fits the disk");
                }
                _ => write_threads(&path, least).expect("the input fits the disk"),
            },
        }
        let length = length() as f64;
        (path, length)
    }
}

/// Leaves out most pairs of lines that contain a name, so that the lines that contain it are 1 line in 100 of the
/// result.
fn sparse(text: &[u8], name: &str) -> Vec<u8> {
    let lines = || text.split_inclusive(|&byte| byte == b'\n');
    let has_name = |line: &[u8]| line.windows(name.len()).any(|window| window == name.as_bytes());
    let others = lines().filter(|line| !has_name(line)).count();
    let every = lines().filter(|line| has_name(line)).count() / (others / 99);
    let mut seen = 0;
    let kept = lines().filter(|line| {
        let counts = has_name(line);
        seen += usize::from(counts);
        // In the capture, the enter and the exit of a call come one after the other. Both are kept or both are left
        // out.
        !counts || (seen - 1) / 2 % every == 0
    });
    kept.flatten().copied().collect()
}

/// Writes a call of each of 200,000 threads, again and again. All threads enter the call before the first one leaves
/// it.
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
