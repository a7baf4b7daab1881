//! The format hgrm, compared with what Java's HdrHistogram prints.

use crate::common::scratch::Scratch;
use crate::tools::{java, output};
use crate::traces::{Run, runs};
use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::IntervalLogWriterBuilder;
use std::process::Command;
use std::time::Duration;

/// Java gets a histogram that this test makes from the totals in the rows of the program. So the expected text depends
/// on no other code of the program, and not on its histograms.
#[test]
fn distributions_are_those_that_java_prints() {
    let scratch = Scratch::new("hgrm");
    for (at, run) in runs(&scratch).iter().enumerate().filter(|(_, run)| !["both", "none"].contains(&run.name)) {
        let totals = run.totals();
        assert!(!totals.is_empty(), "{}", run.name);
        let (units, step): (_, u64) = match run.name {
            "microseconds" | "many in microseconds" | "ten" => (["us", "ns", "ms", "s"], 1000),
            _ => (["ns", "us", "ms", "s"], 1),
        };
        let log = scratch.file(&format!("log{at}"), &log_of(&totals, step));
        // The first runs are printed in two units only, because Java takes half a second for each unit.
        for unit in &units[..if at < 4 { 2 } else { 4 }] {
            let Some(command) = java("hgrm", "HistogramLogProcessor") else { return };
            let ratio = in_ns(unit) / step as f64;
            assert_eq!(total_block(run, unit), printed_by_java(command, &log, ratio), "{} in {unit}", run.name);
        }
    }
}

fn in_ns(unit: &str) -> f64 {
    match unit {
        "s" => 1e9,
        "ms" => 1e6,
        "us" => 1e3,
        _ => 1.0,
    }
}

/// Returns an interval log with one histogram of these deltas, which are in nanoseconds. The values in the histogram
/// are numbers of steps of `step` nanoseconds.
fn log_of(deltas: &[u64], step: u64) -> Vec<u8> {
    let mut histogram = Histogram::<u64>::new(3).expect("3 digits");
    deltas.iter().for_each(|delta| histogram.record(delta / step).expect("it grows"));
    let (mut log, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let second = Duration::from_secs(1);
    let mut writer = IntervalLogWriterBuilder::new().begin_log_with(&mut log, &mut serializer).expect("memory");
    writer.write_histogram(&histogram, second, second, None).expect("memory");
    log
}

/// Returns what Java prints of the histogram in a log, with all values divided by `ratio`.
fn printed_by_java(mut command: Command, log: &str, ratio: f64) -> String {
    let prefix = format!("{log}.java");
    output(command.args(["-i", log, "-o", &prefix, "-outputValueUnitRatio", &ratio.to_string()]));
    let printed = std::fs::read_to_string(format!("{prefix}.hgrm")).expect("Java wrote it");
    // The first two lines describe the log; the distribution begins behind them.
    printed.split_inclusive('\n').skip(2).collect()
}

/// Returns the distribution of the total of the loop `x`.
fn total_block(run: &Run, unit: &str) -> String {
    let text = String::from_utf8(run.output(&["-f", "hgrm", "-u", unit])).expect("UTF-8");
    let (_, block) = text.split_once("#[x total]\n").expect("a block of the total");
    block.split("#[y ").next().expect("a first part").to_owned()
}

#[test]
fn every_loop_and_transition_has_a_block() {
    let scratch = Scratch::new("hgrm-blocks");
    let runs = runs(&scratch);
    let headings = |name: &str| -> Vec<String> {
        let run = runs.iter().find(|run| run.name == name).expect("a run of this name");
        let text = String::from_utf8(run.output(&["-f", "hgrm"])).expect("UTF-8");
        text.lines().filter(|line| line.starts_with("#[x ") || line.starts_with("#[y ")).map(str::to_owned).collect()
    };
    assert_eq!(
        headings("both"),
        ["#[x sys_enter_* -> sys_exit_*]", "#[x total]", "#[y sys_enter_read -> sys_exit_read]", "#[y total]"]
    );
    assert_eq!(headings("none"), ["#[x a -> c]", "#[x total]"]);
    assert_eq!(headings("microseconds").len(), 4);
}
