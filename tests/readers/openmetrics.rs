//! The format openmetrics, read by the parser of Prometheus.

use crate::common::scratch::Scratch;
use crate::tools::{output, python};
use crate::traces::{Run, runs};

/// Gives the OpenMetrics text and the JSON summary of a run to the script openmetrics.py, which compares them, and so
/// does it with `totals`, a file of the time of each closed loop. Returns false if the parser is not installed.
fn agrees_with_json(scratch: &Scratch, run: &Run, totals: Option<&str>) -> bool {
    let Some(mut command) = python("openmetrics", "prometheus_client", "openmetrics.py") else { return false };
    let metrics = scratch.file("metrics", &run.output(&["-f", "openmetrics"]));
    let summary = scratch.file("json", &run.output(&["-f", "json", "-u", "ns"]));
    output(command.args([&metrics, &summary]).args(totals));
    true
}

#[test]
fn the_parser_reads_the_numbers_of_the_summary() {
    let scratch = Scratch::new("openmetrics");
    for run in &runs(&scratch) {
        let totals: String = run.totals().iter().map(|total| format!("{total}\n")).collect();
        let totals = scratch.file("totals", &totals);
        if !agrees_with_json(&scratch, run, Some(&totals)) {
            return;
        }
    }
}

#[test]
fn the_parser_reads_two_loops_pairs_and_groups() {
    let scratch = Scratch::new("openmetrics-groups");
    let trace = scratch.file("trace", &hostile_trace());
    let args = |args: &[&str]| args.iter().map(|&arg| arg.to_owned()).chain([trace.clone()]).collect::<Vec<_>>();
    for (name, args) in [
        ("two loops", args(&["read.a-b=a|b? -> b* -> a", "a -> b"])),
        ("pairs", args(&["--pairs"])),
        ("groups of comms", args(&["-b", "comm", "x=a -> b"])),
        ("groups of a missing field", args(&["-b", "fd", "x=a -> b", "y=a -> c"])),
        ("groups of two fields", args(&["-b", "COMM,path", "x=a -> b"])),
        ("others", args(&["-b", "comm", "--max-groups", "2", "x=a -> b", "-q"])),
    ] {
        if !agrees_with_json(&scratch, &Run { name, args }, None) {
            return;
        }
    }
}

/// Returns a trace whose comms and fields contain quotes, backslashes, blanks, brackets, commas and bytes that are no
/// UTF-8.
fn hostile_trace() -> Vec<u8> {
    let comms: [&[u8]; 9] = [
        b"plain",
        b"a \"b\" c",
        b"back\\slash\\n",
        b"end\\",
        b"tab\there",
        b"caf\xc3\xa9 \xff",
        b"{le=\"1\"} 2",
        b"# EOF",
        b"<i>,`x`,$(y)",
    ];
    let mut trace = Vec::new();
    for (at, comm) in comms.iter().enumerate() {
        for (micros, event) in [(1, "a"), (2 + at, "b")] {
            trace.extend_from_slice(format!("{:>width$}", "", width = 16 - comm.len()).as_bytes());
            trace.extend_from_slice(comm);
            trace.extend_from_slice(format!(" {} [000] {at}.{micros:06}: x:{event}: path=", 7 + at).as_bytes());
            trace.extend_from_slice(comm);
            trace.extend_from_slice(b" z=1\n");
        }
    }
    trace
}

/// Two groups whose values have the same text in a label are one series, because two series must not have the same name
/// and labels. Here the bytes 0xfe and 0xff both become U+FFFD.
#[test]
fn groups_that_look_the_same_are_joined() {
    let scratch = Scratch::new("openmetrics-joined");
    let mut trace = Vec::new();
    for (at, byte) in [0xfe_u8, 0xff].into_iter().enumerate() {
        for (micros, event) in [(1, "a"), (3, "b")] {
            trace.extend_from_slice(b"               ");
            trace.push(byte);
            trace.extend_from_slice(format!(" 7 [000] {at}.{micros:06}: x:{event}: \n").as_bytes());
        }
    }
    let args = vec!["-b".into(), "comm".into(), "x=a -> b".into(), scratch.file("trace", &trace)];
    let text = String::from_utf8(Run { name: "joined", args }.output(&["-f", "openmetrics"])).expect("UTF-8");
    let counts: Vec<&str> = text.lines().filter(|line| line.starts_with("pspp_filter_loop_seconds_count")).collect();
    assert_eq!(
        counts,
        [
            "pspp_filter_loop_seconds_count{loop=\"x\",transition=\"a -> b\",by=\"\u{fffd}\"} 2",
            "pspp_filter_loop_seconds_count{loop=\"x\",transition=\"total\",by=\"\u{fffd}\"} 2",
        ]
    );
}
