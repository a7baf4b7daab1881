//! Measures pspp-filter and other tools with which people read traces: `cargo bench --bench compare`.
//!
//! All commands read the same recording in turn (A B C A B C ...), so that a machine that becomes slower makes all of
//! them slower. A round runs each command once. A ratio in the tables compares the times of two commands in the same
//! round. The recording is a capture from tests/data, written again and again with later times.
//!
//! | variable      | meaning                                           | default |
//! |---------------|---------------------------------------------------|---------|
//! | `BENCH_MB`    | size of the recording, in MB (10^6 bytes)         | 500     |
//! | `BENCH_ROUNDS`| rounds measured, after one unmeasured one         | 5       |
//! | `BENCH_WRITE` | 1: also write the tables to BENCHMARKS.md         |         |
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its table, and a failed step ends it with the reason.

mod measure;

use measure::capture::Capture;
use measure::{Measurement, is_installed, median, peak_memory};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Instant;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CAPTURE: &str = "tests/data/qemu-native.txt";
const LOOP: &str = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all";
const EVENTS: [&str; 4] = ["kvm_mmio", "sys_exit_ppoll", "sys_enter_io_submit", "sys_exit_io_submit"];

/// The same loop in awk, as an expert would write it for this capture alone: a regular expression drops most lines
/// before they are split, and it is assumed that comms have no blanks. (Testing `$5` without the regular expression is
/// 10 % slower.) Like `--match latest`, it keeps one unfinished loop for each position. Positions are counted from 0.
/// For the unfinished loop at position k, a<k>, b<k> and c<k> are the times of its events at the positions 0, 1 and 2,
/// and n<k> is the number of the line that began it, or 0 if there is no such loop.
const LOOP_AWK: &str = r#"
BEGIN { OFS = "\t" }
function microseconds(time,   part) { split(time, part, "[.:]"); return part[1] * 1000000 + part[2] }
!/kvm_mmio:|sys_exit_ppoll:|sys_enter_io_submit:|sys_exit_io_submit:/ { next }
{ t = microseconds($4) }
$5 == "kvm:kvm_mmio:" { a0 = t; n0 = NR; next }
$5 == "syscalls:sys_exit_ppoll:" { if (n0 && a0 <= t) { a1 = a0; b1 = t; n1 = n0 } next }
$5 == "syscalls:sys_enter_io_submit:" { if (n1 && b1 <= t) { a2 = a1; b2 = b1; c2 = t; n2 = n1 } next }
$5 == "syscalls:sys_exit_io_submit:" && n2 && c2 <= t {
    print substr($4, 1, length($4) - 1), $2, substr($3, 2) + 0, b2 - a2, c2 - b2, t - c2, t - a2, $1
    if (n0 == n2) n0 = 0
    if (n1 == n2) n1 = 0
    n2 = 0
}
"#;

/// The labels of the two commands to which the table compares the others: it divides their times by those of these two.
const RG: &str = "rg -a -c NAMES < FILE";
const WC: &str = "wc -l < FILE";

fn main() {
    // `cargo test --all-targets` also starts this program, but without `--bench`. There is nothing to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (megabytes, rounds) = (number_from("BENCH_MB", 500), number_from("BENCH_ROUNDS", 5) as usize);
    let capture = Capture::read(&Path::new(ROOT).join(CAPTURE));
    let full = Recording::at_least(megabytes * 1_000_000, &capture);
    let tenth = Recording::at_least(megabytes * 100_000, &capture);
    let load_before = first_words("/proc/loadavg", 3);

    let (contenders, missing) = contenders();
    let loops_closed = warm_up(&contenders, &full);
    let mut measured: Vec<Vec<Measurement>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (contender, measured) in contenders.iter().zip(&mut measured) {
            measured.push(contender.measure(&full.path));
        }
    }

    let mut document = heading(&contenders, &missing, rounds, &load_before);
    document += &recording_section(&full, loops_closed);
    document += &time_table(&contenders, &measured, full.bytes);
    document += &memory_table(&contenders, &measured, [&tenth, &full]);
    document += OTHERS;
    document += REPEAT;
    print!("{document}");
    if std::env::var_os("BENCH_WRITE").is_some_and(|value| value == "1") {
        fs::write(Path::new(ROOT).join("BENCHMARKS.md"), document).expect("BENCHMARKS.md is written");
    }
}

/// Returns the whole number that an environment variable holds, or `default` if the variable is not set. The number
/// must be at least 1.
fn number_from(variable: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(variable) else { return default };
    let number = text.parse().ok().filter(|&number| number > 0);
    number.unwrap_or_else(|| panic!("{variable}: expected a whole number from 1, not '{text}'"))
}

/// The input of all commands: a file in the folder bench-cache.
struct Recording {
    path: PathBuf,
    bytes: u64,
    lines: u64,
}

impl Recording {
    /// Writes the whole capture again and again until the recording has at least this many bytes. If there is already a
    /// file of the right size that begins with the capture, the file is kept.
    fn at_least(bytes: u64, capture: &Capture) -> Recording {
        let cache = Path::new(ROOT).join("bench-cache");
        fs::create_dir_all(&cache).expect("bench-cache/ can be made");
        let repetitions = bytes.div_ceil(capture.text.len() as u64);
        let recording = Recording {
            path: cache.join(format!("qemu-native-{:.1}MB.txt", bytes as f64 / 1e6)),
            bytes: repetitions * capture.text.len() as u64,
            lines: repetitions * capture.lines,
        };
        if !recording.is_there(capture) {
            let file = File::create(&recording.path).expect("bench-cache/ can be written");
            let mut file = BufWriter::with_capacity(1 << 20, file);
            capture
                .write_repeated(repetitions, &mut file)
                .and_then(|()| file.flush())
                .expect("the recording fits the disk");
        }
        recording
    }

    fn is_there(&self, capture: &Capture) -> bool {
        let Ok(mut file) = File::open(&self.path) else { return false };
        let mut beginning = vec![0; capture.text.len()];
        let same_size = file.metadata().is_ok_and(|metadata| metadata.len() == self.bytes);
        same_size && file.read_exact(&mut beginning).is_ok() && beginning == capture.text
    }

    fn megabytes(&self) -> String {
        format!("{:.1} MB", self.bytes as f64 / 1e6)
    }
}

/// A command that is measured.
struct Contender {
    /// The name of the command in the tables.
    label: String,
    program: String,
    arguments: Vec<String>,
    feed: Feed,
    answer: Answer,
}

/// The way in which a command gets the recording.
#[derive(Clone, Copy, PartialEq)]
enum Feed {
    /// The recording is its standard input.
    File,
    /// `cat` writes the recording into a pipe.
    Pipe,
}

/// The kind of output that a command prints. All commands with `Rows` must print the same, and so must all with `Lines`
/// and all with `Matches`.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    /// The statistics of pspp-filter, which no other command prints.
    Summary,
    /// The folded call stacks of inferno, which no other command prints.
    Stacks,
    /// A row for each closed loop.
    Rows,
    /// The number of lines.
    Lines,
    /// The number of lines that name an event of the loop.
    Matches,
}

/// Returns the commands that are installed, and the labels of those that are not.
fn contenders() -> (Vec<Contender>, Vec<String>) {
    let filter = env!("CARGO_BIN_EXE_pspp-filter");
    let (bars, lines) = (EVENTS.join("|"), EVENTS.join("\n"));
    let new = |label: &str, program: &str, arguments: &[&str], feed, answer| Contender {
        label: label.to_owned(),
        program: program.to_owned(),
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        feed,
        answer,
    };
    let all = vec![
        new("pspp-filter -s LOOP < FILE", filter, &["-s", LOOP], Feed::File, Answer::Summary),
        new("pspp-filter -q LOOP < FILE > /dev/null", filter, &["-q", LOOP], Feed::File, Answer::Rows),
        new("cat FILE | pspp-filter -s LOOP", filter, &["-s", LOOP], Feed::Pipe, Answer::Summary),
        new(WC, "wc", &["-l"], Feed::File, Answer::Lines),
        new("cat FILE | wc -l", "wc", &["-l"], Feed::Pipe, Answer::Lines),
        new(RG, "rg", &["-a", "-c", &bars], Feed::File, Answer::Matches),
        new("grep -acF NAMES < FILE", "grep", &["-acF", &lines], Feed::File, Answer::Matches),
        new("inferno-collapse-perf < FILE > /dev/null", "inferno-collapse-perf", &["-q"], Feed::File, Answer::Stacks),
        new("mawk SCRIPT < FILE > /dev/null", "mawk", &[LOOP_AWK], Feed::File, Answer::Rows),
        new("gawk SCRIPT < FILE > /dev/null", "gawk", &[LOOP_AWK], Feed::File, Answer::Rows),
    ];
    let (here, missing): (Vec<_>, Vec<_>) = all.into_iter().partition(|contender| is_installed(&contender.program));
    (here, missing.into_iter().map(|contender| contender.label).collect())
}

/// Runs each command once and compares the outputs, so that the table has no command that does less work than the
/// others. This also brings the recording into the page cache. Returns the number of closed loops.
fn warm_up(contenders: &[Contender], recording: &Recording) -> usize {
    let mut rows: Option<Vec<u8>> = None;
    let mut matches: Option<Vec<u8>> = None;
    for contender in contenders {
        let mut answer = contender.answer(&recording.path);
        let expected = match contender.answer {
            Answer::Summary | Answer::Stacks => continue,
            Answer::Lines => format!("{}\n", recording.lines).into_bytes(),
            Answer::Matches => matches.get_or_insert_with(|| answer.clone()).clone(),
            Answer::Rows => {
                // The rows of pspp-filter have a header, the rows of the awk programs have none.
                if answer.starts_with(b"#") {
                    answer = answer.split_inclusive(|&byte| byte == b'\n').skip(1).flatten().copied().collect();
                }
                rows.get_or_insert_with(|| answer.clone()).clone()
            }
        };
        assert!(answer == expected, "'{}' answers something else than those before it", contender.label);
    }
    let closed = rows.map_or(0, |rows| rows.iter().filter(|&&byte| byte == b'\n').count());
    assert!(closed > 0, "no loop closed");
    closed
}

impl Contender {
    /// Runs the command and returns what it prints.
    fn answer(&self, recording: &Path) -> Vec<u8> {
        let (child, cat) = self.start(recording, Stdio::piped());
        let output = child.wait_with_output().expect("its output can be read");
        self.ended_well(output.status.success(), &String::from_utf8_lossy(&output.stderr), cat);
        output.stdout
    }

    /// Runs the command once and measures it. The CPU time and the memory of `cat` are not counted.
    fn measure(&self, recording: &Path) -> Measurement {
        // GNU grep stops at the first match if it sees that its output is /dev/null, so a count is written into a pipe.
        // A pipe has room for a whole count or summary, so this program need not read it before the command ends.
        let output = if matches!(self.answer, Answer::Rows | Answer::Stacks) { Stdio::null() } else { Stdio::piped() };
        let began = Instant::now();
        let (child, cat) = self.start(recording, output);
        let (measurement, success, complaint) = Measurement::of(child, began);
        self.ended_well(success, &complaint, cat);
        measurement
    }

    /// Starts the command, and also `cat` if the command reads a pipe. All commands run in the C locale, in which grep
    /// and gawk are fastest.
    fn start(&self, recording: &Path, output: Stdio) -> (Child, Option<Child>) {
        let file = || File::open(recording).expect("the recording can be read");
        let (input, cat) = match self.feed {
            Feed::File => (Stdio::from(file()), None),
            Feed::Pipe => {
                let cat = Command::new("cat").arg(recording).stdout(Stdio::piped()).spawn();
                let mut cat = cat.expect("cat is installed");
                (cat.stdout.take().map_or_else(Stdio::null, |pipe: ChildStdout| pipe.into()), Some(cat))
            }
        };
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env("LC_ALL", "C").stdin(input).stdout(output).stderr(Stdio::piped());
        (command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.program)), cat)
    }

    /// Panics unless the command and `cat` have succeeded. `complaint` is what the command wrote to its standard error.
    fn ended_well(&self, success: bool, complaint: &str, cat: Option<Child>) {
        assert!(success, "'{}' failed: {complaint}", self.label);
        let cat = cat.map(|mut cat| cat.wait().expect("cat can be waited for"));
        assert!(cat.is_none_or(|status| status.success()), "cat failed");
    }
}

fn wall_seconds(measured: &[Measurement]) -> impl Iterator<Item = f64> {
    measured.iter().map(|run| run.wall.as_secs_f64())
}

/// The section of BENCHMARKS.md that says where the results of the other benches are.
const OTHERS: &str = "\n## Elsewhere\n\n\
    - [benches/inputs.md](benches/inputs.md): other inputs and loops, beside this one.\n\
    - [benches/verdicts.md](benches/verdicts.md): how often a comparison of two sides is right; `make bench-verdicts`\n  \
      fails where equal sides are called different too often, or where a change is missed.\n\
    - [benches/states.md](benches/states.md): the time and the memory for merging 1,000 and 10,000 states.\n\
    - [benches/instructions.tsv](benches/instructions.tsv): instructions per line, which do not depend on the machine;\n  \
      `make bench-check` fails where one grew by more than 2 %.\n";

fn heading(contenders: &[Contender], missing: &[String], rounds: usize, load: &str) -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let peers: BTreeSet<&str> = contenders.iter().map(|contender| contender.program.as_str()).collect();
    let versions: Vec<String> = peers.iter().filter(|peer| !peer.contains('/')).map(|peer| version(peer)).collect();
    let missing = if missing.is_empty() { "nothing".to_owned() } else { format!("`{}`", missing.join("`, `")) };
    format!(
        "# Benchmarks\n\n\
         Written by `cargo bench --bench compare`; the last section says how to repeat it.\n\n\
         - machine: {}, {cores} cores, Linux {}, load average {load} before the run\n\
         - pspp-filter {}, {}\n\
         - beside it: {}\n\
         - not measured, because it is not installed: {missing}\n\
         - {rounds} rounds after one to warm up; in each round, every command ran once, in the order of the table\n",
        model.map_or("unknown CPU", |(_, model)| model),
        first_words("/proc/sys/kernel/osrelease", 1),
        env!("CARGO_PKG_VERSION"),
        version("rustc"),
        versions.join("; "),
    )
}

/// Returns the first line that a program prints about its version, up to the first comma. Some programs name their
/// authors behind it.
fn version(program: &str) -> String {
    let arguments: &[&str] = if program == "mawk" { &["-W", "version"] } else { &["--version"] };
    let output = Command::new(program).args(arguments).output();
    let text = output.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.lines().next().unwrap_or(program).split(',').next().unwrap_or(program).to_owned()
}

fn first_words(path: &str, count: usize) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}

fn recording_section(recording: &Recording, loops_closed: usize) -> String {
    format!(
        "\n## The input\n\n\
         FILE is `{CAPTURE}`, repeated with its times moved on: {}, {} lines, {loops_closed} loops closed. It is in the page cache.\n\n\
         - LOOP is `{LOOP}`.\n\
         - NAMES are its four events.\n\
         - SCRIPT is the same loop in awk, from `benches/compare.rs`. Its rows were the same as pspp-filter's, byte for byte.\n",
        recording.megabytes(),
        recording.lines,
    )
}

fn time_table(contenders: &[Contender], measured: &[Vec<Measurement>], bytes: u64) -> String {
    let of = |label: &str| contenders.iter().position(|contender| contender.label == label).map(|at| &measured[at]);
    let ratio = |runs: &[Measurement], to: &str| {
        let pairs = of(to).map(|to| wall_seconds(runs).zip(wall_seconds(to)));
        pairs.map_or("-".to_owned(), |pairs| format!("{:.2}", median(pairs.map(|(one, other)| one / other))))
    };
    let mut table = "\n## Time\n\n\
         Wall: seconds, median [least-most]. CPU: user and system seconds, median; those of `cat` do not count. \
         Memory: the largest of all rounds.\n\n\
         | command | wall | MB/s | CPU | peak memory | wall / `rg` | wall / `wc -l` |\n\
         |---------|------|-----:|----:|------------:|------------:|---------------:|\n"
        .to_owned();
    for (contender, runs) in contenders.iter().zip(measured) {
        let wall = median(wall_seconds(runs));
        let least = wall_seconds(runs).fold(f64::INFINITY, f64::min);
        let most = wall_seconds(runs).fold(0.0, f64::max);
        table += &format!(
            "| `{}` | {wall:.3} [{least:.3}-{most:.3}] | {:.0} | {:.3} | {} | {} | {} |\n",
            contender.label.replace('|', "\\|"),
            bytes as f64 / 1e6 / wall,
            median(runs.iter().map(|run| run.cpu.as_secs_f64())),
            peak_memory(runs),
            ratio(runs, RG),
            ratio(runs, WC),
        );
    }
    table
}

/// Returns the table of the memory that pspp-filter takes for a tenth of the recording and for the whole recording. The
/// memory for the tenth is measured here.
fn memory_table(contenders: &[Contender], measured: &[Vec<Measurement>], [tenth, full]: [&Recording; 2]) -> String {
    let mut table = format!(
        "\n## Memory does not grow with the input\n\n\
         | command | peak memory, {} | peak memory, {} |\n\
         |---------|---------------:|---------------:|\n",
        tenth.megabytes(),
        full.megabytes(),
    );
    let filters = |(contender, _): &(&Contender, _)| contender.program == env!("CARGO_BIN_EXE_pspp-filter");
    for (contender, on_full) in contenders.iter().zip(measured).filter(filters) {
        let on_tenth: Vec<Measurement> = on_full.iter().map(|_| contender.measure(&tenth.path)).collect();
        let label = contender.label.replace('|', "\\|");
        table += &format!("| `{label}` | {} | {} |\n", peak_memory(&on_tenth), peak_memory(on_full));
    }
    table
}

const REPEAT: &str = "
## How to repeat it

    cargo bench --bench compare                            # prints these tables
    BENCH_WRITE=1 cargo bench --bench compare              # also writes this file
    BENCH_MB=100 BENCH_ROUNDS=3 cargo bench --bench compare

The input is made once, in `bench-cache/`, from the shipped capture. Ratios are medians of the ratios within a round, so they
change less than seconds do from machine to machine and on a busy one. The commands run in the C locale.
";
