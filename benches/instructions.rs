//! Counts the instructions per input line: `cargo bench --bench instructions`.
//!
//! Seconds depend on the machine and on its other users, but the number of instructions hardly does. For each case,
//! valgrind's callgrind counts the instructions of two whole runs, on a short and on a long input, which both repeat
//! the same capture or recording. The difference of the two counts is divided by the difference in lines, or in the
//! records of a perf.data. The committed counts are in `benches/instructions.tsv`. The bench fails if a count is more
//! than 2 % larger than the committed one.
//!
//! | variable      | meaning                                         |
//! |---------------|-------------------------------------------------|
//! | `BENCH_WRITE` | 1: write the counts into benches/instructions.tsv; the bench then does not fail |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

mod measure;

use measure::COUNTED;
use measure::cases::{CASES, Input};
use measure::recordings::{records, write_large_round, write_recording};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The least numbers of lines of the short and the long input. Work that is done once in a run is in the counts of both
/// runs, so it is not in the difference of the counts.
const LINES: [usize; 2] = [10_000, 30_000];

/// The numbers of samples of the two recordings of a large round. A round is a part of a perf.data whose records must
/// be put in order before any of them is used. The program keeps at most 512 Ki records of a round in memory. So this
/// memory fills once more for the second recording than for the first.
const LARGE_ROUNDS: [u64; 2] = [540_000, 540_000 + 512 * 1024];

/// The factor by which a count may be larger than the committed one. The same build always gives the same count. But a
/// change of other code may make the compiler arrange the measured code in another way, which changes counts a little.
const TOLERANCE: f64 = 1.02;

fn main() -> ExitCode {
    // `cargo test --all-targets` also starts this program, but without `--bench`. There is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = measure::instructions();
    let (mut table, mut grew) = ("#case\tinstructions per line\n".to_owned(), false);
    fs::create_dir_all(root.join("bench-cache")).expect("a folder");
    for case in CASES {
        let input = root.join("bench-cache/instructions-input");
        let runs = [0, 1].map(|run| {
            let lines = write_input(case.input, run, root, &input)?;
            Some((instructions(case.arguments, &input), lines as f64))
        });
        let [Some(short), Some(long)] = runs else { continue };
        let count = (long.0 - short.0) / (long.1 - short.1);
        let ratio = committed.get(case.label).map(|before| count / before);
        println!("{:44} {count:8.1} {}", case.label, ratio.map_or(String::new(), |ratio| format!("{ratio:6.3} x")));
        grew |= ratio.is_some_and(|ratio| ratio > TOLERANCE);
        writeln!(table, "{}\t{count:.1}", case.label).expect("a text");
    }
    if std::env::var_os("BENCH_WRITE").is_some_and(|value| value == "1") {
        fs::write(root.join(COUNTED), table).expect("the table is written");
        return ExitCode::SUCCESS;
    }
    if grew {
        println!("more than {TOLERANCE} x of {COUNTED}: find out why, or write it with BENCH_WRITE=1 and say why");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Writes the shorter input of a case (`run` is 0) or the longer one (`run` is 1), and returns its number of lines or
/// records. Returns `None` for the input of 200,000 threads, because in so few lines no thread would leave its call.
fn write_input(input: Input, run: usize, root: &Path, path: &Path) -> Option<u64> {
    let least = LINES[run];
    match input {
        Input::Binary(name) => {
            let recording = fs::read(root.join("tests/data").join(name)).expect("a recording");
            let (records, length) = records(&recording);
            let times = (least as u64).div_ceil(records);
            write_recording(path, &recording, times * length).expect("the input is written");
            Some(times * records)
        }
        Input::LargeRound => {
            write_large_round(path, LARGE_ROUNDS[run]).expect("the input is written");
            Some(LARGE_ROUNDS[run])
        }
        _ => {
            let text = input.text(root)?;
            let lines = text.iter().filter(|&&byte| byte == b'\n').count();
            let times = least.div_ceil(lines);
            fs::write(path, text.repeat(times)).expect("the input is written");
            Some((times * lines) as u64)
        }
    }
}

/// Returns the number of instructions of one run of pspp-filter, as callgrind counts them.
fn instructions(arguments: &[&str], capture: &Path) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_pspp-filter")])
        .args(arguments)
        .arg(capture)
        .output()
        .expect("valgrind runs");
    // The line looks like this: `==4711== Collected : 5930000`.
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find_map(|line| line.split_once("Collected :"));
    count.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count: {text}"))
}
