//! Measures many inputs and loops and compares each with the first case, a loop on the text of perf script:
//! `cargo bench --bench inputs`.
//!
//! Most inputs are made of captures, and a few are made up. All have about the same size. The cases are run in turn,
//! and a ratio compares two cases in the same round. The ratios compare seconds per byte and not per line, because a
//! user knows the size of a trace, and its lines may be short or long. Each case with a text is also compared with
//! ripgrep, which counts the lines that name one of the loop's events.
//!
//! | variable      | meaning                                        | default |
//! |---------------|------------------------------------------------|---------|
//! | `BENCH_MB`    | size of each input, in MB (10^6 bytes)         | 100     |
//! | `BENCH_ROUNDS`| rounds measured, after one unmeasured one      | 5       |
//! | `BENCH_WRITE` | 1: also write the table to benches/inputs.md   |         |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

mod measure;

use measure::cases::CASES;
use measure::{Measurement, is_installed, median, peak_memory};
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    // `cargo test --all-targets` also starts this program, but without `--bench`. There is nothing to test.
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
            let rg = (beside_rg && !case.names.is_empty())
                .then(|| run("rg", &["-a", "-c", case.names], path).wall.as_secs_f64());
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

/// Returns the table of all cases in Markdown.
fn table(
    megabytes: u64,
    rounds: u64,
    inputs: &[(PathBuf, f64)],
    ours: &[Vec<Measurement>],
    rgs: &[Vec<f64>],
) -> String {
    let mut table = format!(
        "# Other inputs, other loops\n\nWritten by `BENCH_WRITE=1 cargo bench --bench inputs`: inputs of {megabytes} MB, \
         each read by `pspp-filter ... < FILE > /dev/null`,\nin {rounds} rounds. The ratio compares seconds per byte with \
         the first line in the same round: median [least-most]. The ratio to rg compares\nseconds with `rg -a -c` on the \
         names of the loop's events in the same file.{} Instructions are per line, from benches/instructions.tsv.\n\n\
         | case | input | MB/s | ratio | / `rg` | peak memory | instructions |\n\
         |------|-------|-----:|------:|------:|------------:|-------------:|\n",
        if rgs[0].is_empty() { " rg is not installed." } else { "" }
    );
    let instructions = measure::instructions();
    let seconds = |at: usize| ours[at].iter().map(|run| run.wall.as_secs_f64());
    for (at, (case, (_, bytes))) in CASES.iter().zip(inputs).enumerate() {
        let first = seconds(0).map(|seconds| seconds / inputs[0].1);
        let ratios: Vec<f64> = seconds(at).zip(first).map(|(seconds, first)| seconds / bytes / first).collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let beside: Vec<f64> = seconds(at).zip(&rgs[at]).map(|(ours, rg)| ours / rg).collect();
        let to_rg = if beside.is_empty() { f64::NAN } else { median(beside.into_iter()) };
        writeln!(
            table,
            "| {} | {} | {:.0} | {:.2} [{least:.2}-{most:.2}] | {} | {} | {} |",
            case.label,
            case.input.name(),
            1e-6 * bytes / median(seconds(at)),
            median(ratios.into_iter()),
            if to_rg.is_nan() { "-".to_owned() } else { format!("{to_rg:.2}") },
            peak_memory(&ours[at]),
            instructions.get(case.label).map_or("-".to_owned(), |count| format!("{count:.0}")),
        )
        .expect("a text");
    }
    table
}

/// Runs a program once, with a file as its standard input, and measures it.
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
