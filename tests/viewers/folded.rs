//! `-f folded`: flame graphs can be drawn from the lines, and the weights of the lines add up to the sum of the times
//! of all loops that the summary has.

use crate::common::running::{Running, run, start};
use crate::common::scratch::Scratch;
use crate::common::{LOOP, count, data, feed, filter, piped, skip_without};
use std::io::BufRead;
use std::process::Command;
use std::thread::{self, JoinHandle};

/// Returns the sum of the weights of all lines. Fails unless each line ends with a blank and a whole number, which is
/// its weight, as speedscope reads it.
fn sum_of_weights(folded: &str) -> u64 {
    folded.lines().map(|line| line.rsplit_once(' ').expect("a weight").1.parse::<u64>().expect("a whole number")).sum()
}

/// Returns the sum of the weights that inferno shows in the flame graph of these lines, where it calls them samples;
/// `None` if inferno is not installed.
fn samples_of_flame_graph(folded: &str) -> Option<u64> {
    let mut inferno = Command::new("inferno-flamegraph");
    inferno.args(["--countname", "ns", "--width", "100000", "--minwidth", "0"]);
    if Command::new("inferno-flamegraph").arg("--version").output().is_err() {
        skip_without("folded", "inferno-flamegraph (cargo install inferno)");
        return None;
    }
    let output = feed(piped(inferno), std::iter::once(folded.to_owned()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let picture = String::from_utf8_lossy(&output.stdout).into_owned();
    let all = picture.split("<title>all (").nth(1).expect("a frame below all others");
    let samples = all.split(" ns").next().expect("a number").replace(',', "");
    Some(samples.parse().expect("a number"))
}

#[test]
fn the_weights_add_up_and_a_flame_graph_has_all_of_them() {
    let path = |name: &str| data(name).to_string_lossy().into_owned();
    let pread = "sys_enter_pread64 -> sys_exit_pread64";
    let qemu = "kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit";
    let cases: [&[&str]; 6] = [
        &[pread, &path("callchain.txt")],
        &["--stack", "2", pread, &path("callchain.txt")],
        &["--pairs", &path("callchain.txt")],
        &["--reorder", "50", pread, &path("callchain.txt")],
        // These two inputs have no call chains, so each transition of a loop is a line.
        &["-k", "all", qemu, &path("qemu-native.txt")],
        &[pread, &path("odd-comms.txt")],
    ];
    for arguments in cases {
        let folded = run(filter(&[&["-f", "folded", "-u", "ns", "--summary-format", "json"], arguments].concat()));
        let sums = folded.errors.split("\"name\":\"total\"").skip(1).map(|total| count("sum", total)).sum::<u64>();
        assert!(sums > 0 && sum_of_weights(&folded.output) == sums, "{arguments:?}");
        if let Some(samples) = samples_of_flame_graph(&folded.output) {
            assert_eq!(samples, sums, "{arguments:?}");
        }
    }
}

/// Names with characters that have a meaning in folded stacks or in SVG do not change the number of lines or weights.
/// Each of the 8 loops takes 4 µs.
#[test]
fn hostile_names_are_read_by_a_flame_graph() {
    let comms = ["#", "a;b", "x 12", "-", "`$x`", "<s>\"&", "caf\u{e9}", "a\\"];
    let line = |(at, comm): (usize, &&str)| {
        let frame = format!("\t          8b1c3e {comm};f<'>(int)+0x4f (/usr/lib/libc.so.6)\n\n");
        format!("{comm} {tid} [000] 5.0001{at}0: a:b: \n{frame}{comm} {tid} [000] 5.0001{at}4: a:c: \n\n", tid = 7 + at)
    };
    let text: String = comms.iter().enumerate().map(line).collect();
    let folded = feed(filter(&["-q", "-f", "folded", "-u", "ns", "b -> c"]), std::iter::once(text));
    let folded = String::from_utf8_lossy(&folded.stdout).into_owned();
    assert_eq!((folded.lines().count(), sum_of_weights(&folded)), (8, 32_000));
    if let Some(samples) = samples_of_flame_graph(&folded) {
        assert_eq!(samples, 32_000, "{folded}");
    }
}

/// Returns the text of an event with a call chain of one frame. The name of the frame is the number `micros`, with
/// zeros in front of it up to a length of `width` digits.
fn event(tid: usize, micros: usize, name: &str, width: usize) -> String {
    let frame = format!("\t          8b1c3e {micros:0width$} (/usr/bin/x)\n\n");
    format!("bash {tid} [000] {}.{:06}: {name}: \n{frame}", 10 + micros / 1_000_000, micros % 1_000_000)
}

/// Reads the output of a program in a thread of its own. Returns the number of lines with this beginning.
fn count_lines(running: &mut Running, beginning: &'static str) -> JoinHandle<usize> {
    let output = running.stdout.take().expect("standard output is a pipe");
    thread::spawn(move || {
        output.lines().map(|line| line.expect("text")).filter(|line| line.starts_with(beginning)).count()
    })
}

/// 24,000 threads are in a loop at the same time, each with another call chain. The call chains together would take
/// more than the 16 MiB that the program keeps at most.
#[test]
fn call_chains_without_room_are_counted_and_take_no_memory() {
    const THREADS: usize = 24_000;
    let mut running = start(filter(&["-f", "folded", "--summary-format", "json", LOOP]));
    let lines = count_lines(&mut running, "bash;");
    for tid in 1..=THREADS {
        running.write(&event(tid, tid, "syscalls:sys_enter_read", 1000));
    }
    for tid in 1..=THREADS {
        running.write(&event(tid, THREADS + tid, "syscalls:sys_exit_read", 1));
    }
    let memory = running.peak_memory();
    let ended = running.end();
    assert_eq!((lines.join().expect("a count"), count("closed", &ended.errors)), (THREADS, THREADS as u64));
    let without = ended.errors.split("the call chains of ").nth(1).and_then(|rest| rest.split(' ').next());
    let without: usize = without.and_then(|number| number.parse().ok()).expect("a note counts them");
    // Each call chain counts with its text of 1000 bytes and with 96 bytes for the entries that refer to it, and 16 MiB
    // are the limit for all of them.
    assert_eq!(without, THREADS - (16 << 20) / 1096);
    assert!(memory < 64 << 10, "{memory} kB");
}

/// All call chains of the 30,000 loops together would take more than the limit of 16 MiB. But those of loops that have
/// closed are dropped, so every later call chain finds room.
#[test]
fn call_chains_of_closed_loops_make_room() {
    const CALLS: usize = 30_000;
    let mut running = start(filter(&["-f", "folded", "--summary-format", "json", LOOP]));
    let lines = count_lines(&mut running, "bash;00");
    for call in 0..CALLS {
        running.write(&event(7, 2 * call, "syscalls:sys_enter_read", 1000));
        running.write(&event(7, 2 * call + 1, "syscalls:sys_exit_read", 1));
    }
    let ended = running.end();
    assert_eq!((lines.join().expect("a count"), count("closed", &ended.errors)), (CALLS, CALLS as u64));
    assert!(!ended.errors.contains("were not kept"), "{}", ended.errors);
}

/// A signal ends the program behind a whole line, both at a pipe that stays open and in the middle of a long file.
#[test]
fn lines_are_whole_after_a_signal_and_a_live_pipe() {
    let mut running = start(filter(&["-q", "-f", "folded", LOOP]));
    running.write(&event(7, 1, "syscalls:sys_enter_read", 1));
    running.write(&event(7, 3, "syscalls:sys_exit_read", 1));
    assert_eq!(running.line(), "bash;1 2\n");
    running.write(&event(7, 4, "syscalls:sys_enter_read", 1));
    // No blank line follows the frame, so more frames may come, and the program holds the event back. The signal ends
    // the input.
    running.write("bash 7 [000] 10.000009: syscalls:sys_exit_read: \n\t          8b1c3e f (/usr/bin/x)\n");
    running.signal("INT");
    let ended = running.end();
    assert_eq!((ended.status, &*ended.output, &*ended.errors), (Some(0), "bash;4 5\n", ""));
    let scratch = Scratch::new("folded-signals");
    let many: String = (0..10_000)
        .map(|at| event(7, 2 * at, "x:sys_enter_read", 1) + &event(7, 2 * at + 1, "x:sys_exit_read", 1))
        .collect();
    let mut running = start(filter(&["-q", "-f", "folded", LOOP, &scratch.endless(&many)]));
    let first = running.line();
    running.signal("INT");
    let ended = running.ended();
    assert_eq!((ended.status, first.as_str()), (Some(130), "bash;0 1\n"));
    assert!(ended.output.ends_with(" 1\n"));
}
