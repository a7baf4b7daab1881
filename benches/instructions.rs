//! Counts the instructions per input line: `cargo bench --bench instructions`.
//!
//! Seconds depend on the machine and on its other users, instructions hardly do. For each case, valgrind's
//! callgrind counts two whole runs on a shipped capture, repeated to two lengths. The difference in instructions is
//! divided by the difference in lines. The committed counts are in `benches/instructions.tsv`. The bench fails if a
//! count grew by more than 2 %.
//!
//! | variable      | meaning                                         |
//! |---------------|-------------------------------------------------|
//! | `BENCH_WRITE` | 1: write the counts into that file              |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

mod measure;

use measure::COUNTED;
use measure::cases::CASES;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The two inputs have at least these numbers of lines. Work that is done once per run is in both, so it does not
/// count.
const LINES: [usize; 2] = [10_000, 30_000];

/// A count may grow by this factor. The same build gives the same count, so this is room for the compiler's layout.
const TOLERANCE: f64 = 1.02;

fn main() -> ExitCode {
    // `cargo test --all-targets` starts benches without this argument, and there is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = measure::instructions();
    let (mut table, mut grew) = ("#case\tinstructions per line\n".to_owned(), false);
    fs::create_dir_all(root.join("bench-cache")).expect("a folder");
    for case in CASES {
        // Inputs that are not captures would need more lines than these for a meaningful count.
        let Some(text) = case.input.text(root) else { continue };
        let lines = text.iter().filter(|&&byte| byte == b'\n').count();
        let runs = LINES.map(|least| {
            let times = least.div_ceil(lines);
            let input = root.join("bench-cache/instructions.txt");
            fs::write(&input, text.repeat(times)).expect("the input is written");
            (instructions(case.arguments, &input), (times * lines) as f64)
        });
        let count = (runs[1].0 - runs[0].0) / (runs[1].1 - runs[0].1);
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

/// Returns the number of instructions of a run, as callgrind counts them.
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
