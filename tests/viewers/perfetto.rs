//! `-f perfetto`: the trace has the structure that viewers of Chrome traces need, and the same times as the rows that
//! `-f json` prints for the same input.

use crate::common::running::{Running, run, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, data, filter, root, skip_without};
use std::process::Command;

/// Runs tests/viewers/perfetto.py, which checks a trace, with these arguments. Returns the text that the script prints;
/// `None` if there is no Python.
fn check(arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new("python3").arg(root().join("tests/viewers/perfetto.py")).args(arguments).output()
    else {
        skip_without("perfetto", "python3");
        return None;
    };
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs the program twice, for a trace and for rows, and compares the trace with the rows. Returns the number of loops
/// and the number of loops whose events come from several threads, with a blank between the two numbers.
fn compare(name: &str, arguments: &[&str]) -> Option<String> {
    let scratch = Scratch::new(&format!("perfetto-{name}"));
    let output = |format: &[&str]| {
        let arguments = [&["-q", "-u", "ns", "--show", "TID@1,PID@1"], format, arguments].concat();
        let ended = run(filter(&arguments));
        assert_eq!((ended.status, &*ended.errors), (Some(0), ""), "{arguments:?}");
        ended.output
    };
    let trace = scratch.file("trace.json", &output(&["-f", "perfetto"]));
    let rows = scratch.file("rows.json", &output(&["-f", "json"]));
    check(&[&trace, &rows])
}

#[test]
fn the_slices_of_closed_loops_are_those_of_the_rows() {
    let path = |name: &str| data(name).to_string_lossy().into_owned();
    let qemu = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit";
    let pread = "sys_enter_pread64 -> sys_exit_pread64";
    let wakeup = "sched_wakeup@pid -> sched_switch@next_pid";
    // Each case has a name, arguments, and the two numbers that the script must print.
    let cases: [(&str, &[&str], &str); 6] = [
        ("odd-comms", &[pread, &path("odd-comms.txt")], "427 0"),
        ("nanoseconds", &[pread, &path("fields-ns.txt")], "52 0"),
        ("joined", &["-k", "all", qemu, &path("qemu-native.txt")], "173 173"),
        ("pairs", &["--pairs", &path("odd-comms.txt")], "852 0"),
        ("several", &[wakeup, "sys_enter_futex -> sys_exit_futex", &path("qemu-threads.txt")], "535 2"),
        ("none", &["a -> b", &path("odd-comms.txt")], "0 0"),
    ];
    for (name, arguments, expected) in cases {
        if let Some(counts) = compare(name, arguments) {
            assert_eq!(counts, expected, "{name}");
        }
    }
}

/// Sends a signal to a program that writes a trace. Checks that the trace ends properly, and that its loops are those
/// of the first rows. `rows` is the path of a file with the rows of the whole input.
fn check_interrupted(name: &str, mut running: Running, signal: &str, status: i32, rows: &str) {
    let scratch = Scratch::new(&format!("perfetto-interrupted-{name}"));
    let mut trace = running.line();
    running.signal(signal);
    let ended = running.end();
    assert_eq!((ended.status, &*ended.errors), (Some(status), ""), "{name}");
    trace += &ended.output;
    assert!(trace.ends_with("}\n]}\n"), "{name}: {:?}", &trace[trace.len().saturating_sub(80)..]);
    let trace = scratch.file("trace.json", &trace);
    check(&[&trace, rows, "1"]);
}

#[test]
fn a_trace_is_complete_after_a_signal() {
    let scratch = Scratch::new("perfetto-signals");
    let call = |at: usize| {
        let time = |at: usize| format!("{}.{:06}", 10 + at / 1_000_000, at % 1_000_000);
        let (enter, exit) = (time(10 * at), time(10 * at + 4));
        format!(
            "            bash   100 [000] {enter}: syscalls:sys_enter_read: fd: 0\n            bash   100 [000] {exit}: syscalls:sys_exit_read: 0x1\n"
        )
    };
    let many: String = (0..20_000).map(call).collect();
    let (shown, loops) = (["-q", "-u", "ns", "--show", "TID@1,PID@1"], ["-f", "perfetto", LOOP]);
    let rows = run(filter(&[&shown[..], &["-f", "json", LOOP, &scratch.file("whole", &many)]].concat()));
    let rows = scratch.file("rows.json", &rows.output);
    let endless = scratch.endless(&many);
    let file = [&shown[..], &loops, &[&*endless]].concat();
    check_interrupted("file", start(filter(&file)), "INT", 130, &rows);
    check_interrupted("file-term", start(filter(&file)), "TERM", 143, &rows);
    let mut pipe = start(filter(&[&shown[..], &loops].concat()));
    pipe.write(&call(0));
    check_interrupted("pipe", pipe, "INT", 0, &rows);
}
