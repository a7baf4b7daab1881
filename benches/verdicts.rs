//! Compares simulated recordings and counts the verdicts: `make bench-verdicts`.
//!
//! A comparison has two sides: recordings from before a change, and recordings from after it. It must not call two
//! equal sides different, even if their loops depend on each other, and it must find a real change. Here the truth is
//! known, because the latencies are simulated: exp(3 + spread g) microseconds, where spread is mostly 0.8, and g is a
//! number with the normal distribution. The g of neighbouring loops have the correlation rho. A loop begins 1 to 20 µs
//! after the end of the loop before it. As in the program, each side is counted in [`Transition`] and [`Cells`], and
//! [`compare`] compares the two. The bench prints two tables of the shares of each verdict, and fails if a share is
//! beyond its bound.
//!
//! The seeds are fixed, so every run prints the same shares. `BENCH_PAIRS` is the number of pairs of sides that are
//! compared for each line of the tables; its default is 400. `BENCH_WRITE=1` writes the tables to benches/verdicts.md.
#![allow(clippy::print_stdout, clippy::expect_used)] // A bench prints its results and ends at a failed step.

use pspp_filter::compare::{Comparison, Method, Run, Side, Verdict, compare};
use pspp_filter::event::{Nanos, Resolution};
use pspp_filter::stats::{Cells, Transition};
use std::fmt::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo test --all-targets` also starts this program, but without `--bench`. It has nothing to do then, because it
    // contains no tests.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let pairs = std::env::var("BENCH_PAIRS").map_or(400, |pairs| pairs.parse().expect("BENCH_PAIRS is a number"));
    let mut report = Report::new(pairs);
    report.blocks();
    report.runs();
    print!("{}", report.text);
    if std::env::var("BENCH_WRITE").is_ok_and(|write| write == "1") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/verdicts.md");
        std::fs::write(path, &report.text).expect("benches/verdicts.md is written");
    }
    report.broken.iter().for_each(|broken| println!("broken: {broken}"));
    if report.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The parameters of a simulated recording.
#[derive(Clone, Copy)]
struct Recording {
    /// The number of loops.
    loops: u64,
    /// The correlation of the logarithms of the latencies of neighbouring loops, from 0 to below 1.
    rho: f64,
    /// The standard deviation of the logarithms of the latencies.
    spread: f64,
    /// The factor by which all latencies are multiplied.
    factor: f64,
    resolution: Resolution,
}

const USUAL: Recording = Recording { loops: 20_000, rho: 0.0, spread: 0.8, factor: 1.0, resolution: Resolution::Nanos };

/// The largest share of pairs of equal sides that the method blocks may call different, in percent.
const MOST_FALSE: f64 = 8.0;
/// The largest share of pairs of equal sides that the method runs may call different, in percent. The intervals of the
/// median and of the p99 decide. Each of the two is wrong in at most 5 % of all pairs, so the expected share is below
/// 10 %. With 400 pairs, chance mostly adds at most 2 %.
const MOST_FALSE_RUNS: f64 = 12.0;

/// The text of the tables, and the lines whose bounds were broken.
struct Report {
    pairs: u64,
    text: String,
    broken: Vec<String>,
}

/// The number of comparisons with each verdict, and the number of comparisons whose recordings were too short for a
/// verdict.
#[derive(Clone, Copy, Default)]
struct Verdicts {
    slower: u64,
    faster: u64,
    mixed: u64,
    too_short: u64,
}

impl Verdicts {
    fn add(&mut self, comparison: &Comparison) {
        match comparison.verdict {
            Verdict::Slower => self.slower += 1,
            Verdict::Faster => self.faster += 1,
            Verdict::Mixed => self.mixed += 1,
            Verdict::Unclear => {}
        }
        self.too_short += u64::from(comparison.is_too_short);
    }
}

impl Report {
    fn new(pairs: u64) -> Report {
        let text = format!(
            "# How often a comparison is right\n\n\
             Written by `BENCH_WRITE=1 make bench-verdicts`: {pairs} pairs of simulated recordings for each share, in %. Latencies\n\
             are exp(3 + spread g) µs, where g is a normal number that depends on the one of the loop before with the coefficient rho.\n\n\
             The last column has the share that is to be judged, and the bound at which the bench fails. Lines without a bound show\n\
             limits: with a spread of 1 %, most latencies are in one bin of the cells, so the cells do not show how loops depend on\n\
             each other.\n"
        );
        Report { pairs, text, broken: Vec::new() }
    }

    /// Adds the table in which each side has one recording, so that the method is blocks.
    fn blocks(&mut self) {
        self.text += "\n## One recording a side: blocks\n\n\
                      | change | spread | clock | median | loops | rho | slower | faster | mixed | too short | bound |\n\
                      |--------|-------:|------:|-------:|------:|----:|-------:|-------:|------:|----------:|-------|\n";
        for loops in [300, 2000, 20_000] {
            for rho in [0.0, 0.5, 0.9, 0.99] {
                self.pair("none", Recording { loops, rho, ..USUAL }, 1.0, Bound::False(MOST_FALSE));
            }
        }
        for rho in [0.0, 0.9] {
            let coarse = Recording { rho, resolution: Resolution::Micros, ..USUAL };
            self.pair("none", coarse, 1.0, Bound::False(MOST_FALSE));
            self.pair("none", Recording { factor: 0.1, ..coarse }, 1.0, Bound::False(MOST_FALSE));
        }
        for rho in [0.0, 0.9, 0.99] {
            self.pair("none", Recording { rho, spread: 0.01, ..USUAL }, 1.0, Bound::Information);
        }
        self.pair("+10 %", USUAL, 1.1, Bound::Found(90.0));
        self.pair("+10 %", Recording { rho: 0.9, ..USUAL }, 1.1, Bound::Found(55.0));
        self.pair("+35 %", Recording { rho: 0.9, ..USUAL }, 1.35, Bound::Found(90.0));
    }

    /// Compares pairs of recordings, and adds the line with their verdicts. Latencies after the change are `change`
    /// times as large.
    fn pair(&mut self, name: &str, before: Recording, change: f64, bound: Bound) {
        let after = Recording { factor: before.factor * change, ..before };
        let mut verdicts = Verdicts::default();
        for pair in 0..self.pairs {
            let sides = [Measured::new(before, 2 * pair), Measured::new(after, 2 * pair + 1)];
            let comparison = compare(sides[0].side(&[]), sides[1].side(&[]));
            assert_eq!(comparison.method, Method::Blocks, "a recording has 8 cells");
            verdicts.add(&comparison);
        }
        let clock = if before.resolution == Resolution::Micros { "1 µs" } else { "1 ns" };
        let median_us = 20.0 * before.factor;
        let case =
            format!("| {name} | {} | {clock} | {median_us:.0} µs | {} | {} |", before.spread, before.loops, before.rho);
        self.line(&case, verdicts, bound);
    }

    /// Adds the table in which each side has several recordings, so that the method is runs. All latencies of a
    /// recording are multiplied by a random factor, whose logarithm has a standard deviation of 5 %.
    fn runs(&mut self) {
        self.text += "\n## Several recordings a side: runs\n\n\
                      Each recording has 2000 loops with rho 0.9, and a shift of its own with a standard deviation of 5 %.\n\n\
                      | change | runs a side | slower | faster | mixed | too short | bound |\n\
                      |--------|------------:|-------:|-------:|------:|----------:|-------|\n";
        for runs in [4, 5, 6, 8] {
            self.pair_of_runs("none", runs, 1.0, Bound::False(MOST_FALSE_RUNS));
        }
        for runs in [4, 8] {
            self.pair_of_runs("+10 %", runs, 1.1, Bound::Information);
        }
        self.pair_of_runs("+35 %", 8, 1.35, Bound::Found(90.0));
    }

    fn pair_of_runs(&mut self, name: &str, runs: u64, change: f64, bound: Bound) {
        let mut verdicts = Verdicts::default();
        for pair in 0..self.pairs {
            let sides = [(1.0, 2 * pair), (change, 2 * pair + 1)].map(|(change, side)| Runs::new(runs, change, side));
            let [before, after] = &sides;
            let comparison = compare(before.all.side(&before.runs), after.all.side(&after.runs));
            assert_eq!(comparison.method, Method::Runs, "a side has at least 4 runs");
            verdicts.add(&comparison);
        }
        self.line(&format!("| {name} | {runs} |"), verdicts, bound);
    }

    fn line(&mut self, case: &str, verdicts: Verdicts, bound: Bound) {
        let Verdicts { slower, faster, mixed, too_short } = verdicts;
        let percent = |count: u64| 100.0 * count as f64 / self.pairs as f64;
        let [called, found] = [slower + faster + mixed, slower].map(percent);
        let (is_kept, bound) = match bound {
            Bound::False(most) => (called <= most, format!("{called:.1} called different, at most {most}")),
            Bound::Found(least) => (found >= least, format!("{found:.1} found, at least {least}")),
            Bound::Information => (true, format!("{called:.1} called different")),
        };
        let columns = [slower, faster, mixed, too_short].map(|count| format!("{:.1}", percent(count))).join(" | ");
        writeln!(self.text, "{case} {columns} | {bound} |").expect("a string takes any text");
        if !is_kept {
            self.broken.push(format!("{case} {bound}"));
        }
    }
}

/// The condition that a line of the tables must fulfil.
#[derive(Clone, Copy)]
enum Bound {
    /// The two sides of each pair are equal. At most this share of the pairs, in percent, may be called different.
    False(f64),
    /// The latencies after the change are larger. At least this share of the pairs, in percent, must be called slower.
    Found(f64),
    /// The line is only printed; its shares have no bound.
    Information,
}

/// The statistics of one side.
struct Measured {
    transition: Transition,
    cells: Cells,
}

impl Measured {
    fn empty() -> Measured {
        Measured { transition: Transition::new(), cells: Cells::new(Cells::MAX_OF_COMPARISON) }
    }

    /// Simulates a recording. `number` is the seed: each number gives another recording.
    fn new(recording: Recording, number: u64) -> Measured {
        let mut measured = Measured::empty();
        measured.record(recording, &mut Random::new(number));
        measured
    }

    fn record(&mut self, recording: Recording, random: &mut Random) {
        let step_ns = recording.resolution.step_ns();
        let printed = |ns: f64| ns as u64 / step_ns * step_ns;
        let mut dependent = random.normal();
        let mut now_ns = 0.0;
        for _ in 0..recording.loops {
            let begin_ns = now_ns + 1_000.0 + 19_000.0 * random.uniform();
            let latency_us = recording.factor * (3.0 + recording.spread * dependent).exp();
            now_ns = begin_ns + 1_000.0 * latency_us;
            let [begin, end] = [printed(begin_ns), printed(now_ns)];
            self.transition.record(Nanos(end - begin), recording.resolution);
            self.cells.record(Nanos(end), Nanos(end - begin));
            // These two factors keep the variance of `dependent` at 1.
            dependent = recording.rho * dependent + (1.0 - recording.rho.powi(2)).sqrt() * random.normal();
        }
    }

    fn side<'a>(&'a self, runs: &'a [Run]) -> Side<'a> {
        Side { transition: &self.transition, cells: &self.cells, runs }
    }
}

/// Several recordings of one side.
struct Runs {
    all: Measured,
    runs: Vec<Run>,
}

impl Runs {
    fn new(runs: u64, change: f64, number: u64) -> Runs {
        let mut random = Random::new(number);
        let mut side = Runs { all: Measured::empty(), runs: Vec::new() };
        for _ in 0..runs {
            let factor = change * (0.05 * random.normal()).exp();
            let mut one = Measured::empty();
            one.record(Recording { loops: 2000, rho: 0.9, factor, ..USUAL }, &mut random);
            side.all.transition.merge(&one.transition);
            side.all.cells.merge(&one.cells);
            side.runs.push(Run::of(&one.transition).expect("a recording has loops"));
        }
        side
    }
}

/// Random numbers from SplitMix64.
struct Random {
    state: u64,
}

impl Random {
    /// Returns the sequence of random numbers that belongs to this seed.
    fn new(number: u64) -> Random {
        // All sequences are parts of one long cycle. Each begins at a random place in the cycle, so the sequences of
        // two seeds hardly ever overlap.
        let mut random = Random { state: number ^ 0x5053_5046_494C_5456 };
        random.state = random.next() ^ number.rotate_left(32);
        random
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// Returns a number above 0 and below 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Returns a number with the normal distribution (Box and Muller, 1958).
    fn normal(&mut self) -> f64 {
        let [radius, angle] = [self.uniform(), self.uniform()];
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}
