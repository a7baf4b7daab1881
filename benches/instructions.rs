//! Counts the instructions per input line: `cargo bench --bench instructions`.
//!
//! Seconds depend on the machine and on its other users, instructions hardly do. For each case, valgrind's callgrind
//! counts the instructions of two whole runs, on a short and on a long input, which both repeat the same capture. The
//! difference of the two counts is divided by the difference in lines. The committed counts are in
//! `benches/instructions.tsv`. The bench fails if a count is more than 2 % larger than the committed one.
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

/// The least numbers of lines of the two inputs. Work that is done once in a run is in the counts of both inputs, so it
/// is not in their difference.
const LINES: [usize; 2] = [10_000, 30_000];

/// A count may be larger than the committed one by this factor. The same build gives the same count. A change elsewhere
/// may change how the compiler arranges the code, and so change counts by a little.
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
        // The cases whose input is not a repeated text are left out: with so few lines, the work that is done once in a
        // run would outweigh the rest.
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
