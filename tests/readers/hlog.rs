//! The format hlog, read by HdrHistogram in Java, Python and JavaScript.

use crate::common::scratch::Scratch;
use crate::common::{filter, root, skip};
use crate::tools::{installed, java, output, python, succeeds};
use crate::traces::{runs, trace};
use std::process::Command;

/// Writes the log and the JSON summary of each run, and gives both to the script hlog.py, which compares them.
#[test]
fn python_reads_the_counts_and_percentiles_of_the_summary() {
    let scratch = Scratch::new("hlog-python");
    for (at, run) in runs(&scratch).iter().enumerate() {
        // The first three runs are captures of less than a second; the generated traces behind them may last for many
        // minutes.
        let interval = if at < 3 { "5ms" } else { "100s" };
        for (name, interval) in [("whole", &[][..]), ("intervals", &["-I", interval][..])] {
            let Some(mut command) = python("hlog", "hdrh", "hlog.py") else { return };
            let log = run.output(&[&["-f", "hlog"], interval].concat());
            let log = scratch.file(&format!("{name}{at}"), &log);
            let summary = scratch.file(&format!("json{at}"), &run.output(&["-f", "json", "-u", "ns"]));
            output(command.args([&log, &summary]));
        }
    }
}

/// Java finds the histogram with the tag `x:total` in the log, and prints for it the same distribution as the program's
/// own format hgrm.
#[test]
fn java_reads_the_log() {
    let scratch = Scratch::new("hlog-java");
    for run in runs(&scratch).iter().filter(|run| ["nanoseconds", "many in nanoseconds", "one"].contains(&run.name)) {
        let Some(mut processor) = java("hlog", "HistogramLogProcessor") else { return };
        let log = scratch.file("log", &run.output(&["-f", "hlog"]));
        let prefix = scratch.path("java");
        output(processor.args(["-i", &log, "-tag", "x:total", "-o", &prefix, "-outputValueUnitRatio", "1000"]));
        let printed = std::fs::read_to_string(format!("{prefix}.hgrm")).expect("Java wrote it");
        let distribution: String = printed.split_inclusive('\n').skip(1).collect();
        let own = String::from_utf8(run.output(&["-f", "hgrm", "-u", "us"])).expect("UTF-8");
        assert!(own.ends_with(&format!("#[x total]\n{distribution}")), "{}: {distribution}", run.name);
    }
}

/// Readers find the histograms of a loop that closed before the first loop of the log did.
#[test]
fn readers_find_earlier_loops() {
    let scratch = Scratch::new("hlog-earlier");
    let path = root().join("tests/cases/hlog-begins-at-time-0/in").display().to_string();
    let run = |format: &[&str]| {
        let output = filter(&["-s", "-q", "-l", "c -> d", "-l", "a -> b", &path]).args(format).output();
        output.expect("the program runs").stdout
    };
    let log = scratch.file("log", &run(&["-f", "hlog"]));
    if let Some(mut processor) = java("hlog", "HistogramLogProcessor") {
        let printed = output(processor.args(["-i", &log, "-tag", "loop2:total", "-csv"]));
        assert!(printed.contains(",2,"), "{printed}");
    }
    let Some(mut command) = python("hlog", "hdrh", "hlog.py") else { return };
    let summary = scratch.file("json", &run(&["-f", "json", "-u", "ns"]));
    output(command.args([&log, &summary]));
}

#[test]
fn javascript_reads_the_log() {
    let installed = installed();
    if !succeeds(Command::new("node").args(["-e", "require('hdr-histogram-js')"]).current_dir(&installed)) {
        return skip("hlog", "hdr-histogram-js for node is not installed");
    }
    let scratch = Scratch::new("hlog-javascript");
    for run in &runs(&scratch) {
        let log = scratch.file("log", &run.output(&["-f", "hlog"]));
        let mut node = Command::new("node");
        let script = root().join("tests/readers/hlog.js");
        let printed = output(node.arg(script).arg(&log).env("NODE_PATH", installed.join("node_modules")));
        let total = printed.lines().find_map(|line| line.strip_prefix("x:total "));
        let count = total.map_or(0, |total| total.split(' ').next().expect("a count").parse().expect("a number"));
        assert_eq!(count, run.totals().len(), "{}: {printed}", run.name);
    }
}

/// With -I, the log has a histogram for each interval. Readers add them up, so a histogram of the whole run must not
/// follow, or all loops would count twice.
#[test]
fn intervals_stand_in_place_of_the_whole_run() {
    let scratch = Scratch::new("hlog-intervals");
    let log = |args: &[&str]| {
        let output = filter(args).output().expect("the program runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let path = scratch.file("trace", &trace(6, 40));
    let text = log(&["-s", "-q", "-f", "hlog", "-I", "1s", "a -> b", &path]);
    let [heading, lines]: [Vec<&str>; 2] = {
        let (lines, heading) = text.lines().partition::<Vec<_>, _>(|line| line.starts_with("Tag="));
        [heading, lines]
    };
    assert_eq!(heading.len(), 3, "{text}");
    let lengths = lines.iter().map(|line| line.split(',').nth(2));
    assert!(lines.len() >= 4 && lengths.clone().all(|length| length == Some("1.000")), "{text}");
    // If no loop closes, the log has its heading and nothing else.
    let nothing = log(&["-s", "-q", "-f", "hlog", "-I", "1s", "a -> c", &path]);
    assert_eq!(nothing.lines().collect::<Vec<_>>(), heading);
    assert_eq!(log(&["-s", "-q", "-f", "hlog", "a -> c", &path]), nothing);
}
