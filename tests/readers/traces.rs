//! The runs of the program whose summaries the tests of this folder give to other programs.

use crate::common::scratch::Scratch;
use crate::common::{data, filter};
use std::fmt::Write;

/// A run of the program: the arguments that choose input and loops.
pub struct Run {
    /// The name by which tests choose the run and by which messages call it.
    pub name: &'static str,
    pub args: Vec<String>,
}

impl Run {
    /// Runs the program with further arguments. Returns its standard output.
    pub fn output(&self, more: &[&str]) -> Vec<u8> {
        let mut command = filter(more);
        let output = command.args(["-s", "-q"]).args(&self.args).output().expect("the program runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{}: {output:?}", self.name);
        output.stdout
    }

    /// Returns the time of each closed loop of the first loop, in nanoseconds.
    pub fn totals(&self) -> Vec<u64> {
        let mut command = filter(&["-q", "-H", "-u", "ns", "-f", "json"]);
        let output = command.args(&self.args).output().expect("the program runs");
        let rows = String::from_utf8(output.stdout).expect("UTF-8");
        let total = |row: &str| row.split_once("\"total\":")?.1.split_once([',', '}'])?.0.parse().ok();
        rows.lines().filter(|row| row.starts_with("{\"loop\":\"x\"")).map(|row| total(row).expect("a total")).collect()
    }
}

/// Returns runs whose first loop is called `x`. Their inputs are captures with times in microseconds and in
/// nanoseconds, both together, and generated traces with deltas of all sizes. In the last run no loop closes.
pub fn runs(scratch: &Scratch) -> Vec<Run> {
    let path = |name: &str| data(name).to_str().expect("UTF-8").to_owned();
    let native = "x=kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all".to_owned();
    let calls = "x=sys_enter_* -> sys_exit_*".to_owned();
    let made = |name: &str, decimals, count| scratch.file(name, &trace(decimals, count));
    vec![
        Run { name: "microseconds", args: vec![native, path("qemu-native.txt")] },
        Run { name: "nanoseconds", args: vec![calls.clone(), path("calls.data")] },
        Run {
            name: "both",
            args: vec![
                calls.clone(),
                "y=sys_enter_read -> sys_exit_read".into(),
                path("qemu-threads.txt"),
                path("calls.data"),
            ],
        },
        Run { name: "many in microseconds", args: vec!["x=a -> b".into(), made("micros", 6, 1500)] },
        Run { name: "many in nanoseconds", args: vec!["x=a -> b".into(), made("nanos", 9, 1500)] },
        Run { name: "ten", args: vec!["x=a -> b".into(), made("ten", 6, 10)] },
        Run { name: "one", args: vec!["x=a -> b".into(), made("one", 9, 1)] },
        Run { name: "none", args: vec!["x=a -> c".into(), made("none", 9, 1)] },
    ]
}

/// Returns a trace in which the loop `a -> b` closes `count` times. The times, in seconds, have this many decimals. The
/// deltas are spread over the powers of two, up to about a minute, and some are 0.
pub fn trace(decimals: u32, count: u64) -> String {
    let step = 10_u64.pow(9 - decimals);
    let mut random = 7_u64;
    let mut time = 1_000_000_000_000;
    let mut text = String::new();
    let mut event = |time: u64, name: &str| {
        let fraction = time % 1_000_000_000 / step;
        let width = decimals as usize;
        writeln!(text, "  x 7 [000] {}.{fraction:0width$}: {name}: ", time / 1_000_000_000).expect("a string");
    };
    for _ in 0..count {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let octave = random >> 58;
        event(time, "a");
        time += (random >> 20 & ((1 << (octave % u64::from(36 - step.ilog2()))) - 1)) * step;
        event(time, "b");
    }
    text
}
