//! Draws the pictures of the summary with gnuplot, and compares their numbers with those of the JSON summary.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::{data, filter, root, skip_without};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns what the program prints for these arguments. File names among the arguments are relative to tests/data.
fn printed(args: &[&str]) -> String {
    let output = filter(args).current_dir(data("")).output().expect("the program runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// Draws a gnuplot program as a PNG of this size. Returns the PNG, and the warnings that gnuplot printed.
fn drawn(program: &str, size: &str) -> (Vec<u8>, String) {
    let mut gnuplot = Command::new("gnuplot")
        .args(["-e", &format!("set term pngcairo size {size}; set output"), "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("gnuplot runs");
    let mut input = gnuplot.stdin.take().expect("a pipe");
    let program = program.to_owned();
    let writer = std::thread::spawn(move || input.write_all(program.as_bytes()));
    let output = gnuplot.wait_with_output().expect("gnuplot ends");
    writer.join().expect("the writer ends").expect("gnuplot reads its program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn has_gnuplot(test: &str) -> bool {
    let has_it = Command::new("gnuplot").arg("--version").output().is_ok();
    if !has_it {
        skip_without(test, "gnuplot");
    }
    has_it
}

const LOOPS: [&[&str]; 9] = [
    &["kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all", "qemu-native.txt"],
    &["-u", "s", "sys_enter_read -> sys_exit_read", "calls.data"],
    &["--pairs", "perf-trace-T.txt"],
    &["--pairs", "/dev/null"],
    &["a -> b", "/dev/null"],
    &["-u", "ns", "sys_enter_futex -> sys_exit_futex", "lock.txt.gz"],
    &[
        "-l",
        "kvm_fpu -> kvm_mmio if ! x == \"it's `touch written-by-gnuplot` @a <b> \\\"",
        "-l",
        "kvm_mmio@len -> kvm_mmio@len",
        "-l",
        "zzz -> yyy",
        "qemu-native.txt",
    ],
    // Twelve loops: with so many rows of pictures, the program makes the letters smaller.
    &[
        "-l",
        "kvm_fpu -> kvm_fpu",
        "-l",
        "kvm_mmio -> kvm_mmio",
        "-l",
        "kvm_fpu -> kvm_mmio",
        "-l",
        "kvm_mmio -> kvm_fpu",
        "-l",
        "sys_* -> sys_*",
        "-l",
        "sys_enter_* -> sys_exit_*",
        "-l",
        "sys_exit_* -> sys_enter_*",
        "-l",
        "* -> *",
        "-l",
        "kvm_* -> kvm_*",
        "-l",
        "kvm_* -> kvm_* by all",
        "-l",
        "* -> * by all",
        "-l",
        "zzz -> yyy",
        "qemu-native.txt",
    ],
    &["-b", "fd", "sys_enter_pread64 -> sys_exit_pread64", "odd-comms.txt"],
];

#[test]
fn gnuplot_draws_every_summary_without_a_warning() {
    if !has_gnuplot("gnuplot_draws_every_summary_without_a_warning") {
        return;
    }
    for args in LOOPS {
        let program = printed(&[&["-s", "-q", "-f", "gnuplot"], args].concat());
        let (picture, said) = drawn(&program, "1200,900");
        assert_eq!(said, "", "{args:?}");
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 4_000, "{args:?}: {} bytes", picture.len());
    }
    assert!(!Path::new(&data("written-by-gnuplot")).exists() && !root().join("written-by-gnuplot").exists());
}

/// Returns the numbers of the data block `$name << EOD` in a gnuplot program, a list for each line.
fn block(program: &str, name: &str) -> Vec<Vec<f64>> {
    let begin = format!("\n${name} << EOD\n");
    let (_, rest) = program.split_once(&begin).expect("the block is there");
    let (lines, _) = rest.split_once("EOD\n").expect("the block ends");
    let number = |text: &str| text.parse().expect("a number");
    lines.lines().map(|line| line.split(' ').map(number).collect()).collect()
}

/// Returns the numeric values of all fields with this name in a JSON text, in the order of the text.
fn numbers(json: &str, field: &str) -> Vec<f64> {
    let begin = format!("\"{field}\":");
    let number = |text: &str| text.split([',', '}']).next().and_then(|number| number.parse().ok());
    json.split(&begin).skip(1).filter_map(number).collect()
}

#[test]
fn the_numbers_of_the_pictures_are_those_of_the_summary() {
    for args in [LOOPS[0], LOOPS[1], LOOPS[5]] {
        let program = printed(&[&["-s", "-q", "-f", "gnuplot"], args].concat());
        let json = printed(&[&["-s", "-q", "-f", "json", "--hist"], args].concat());
        let total = json.split("\"name\":\"total\"").nth(1).expect("the total");
        let total = total.split("\"positions\"").next().expect("its end");
        let count = numbers(total, "count")[0];
        let heat = block(&program, "heat1");
        assert_eq!(heat.iter().map(|line| line[3]).sum::<f64>(), count, "{args:?}");
        let [min, median, max] = ["min", "median", "max"].map(|name| numbers(total, name)[0]);
        let within = |value: f64| heat.iter().any(|line| line[1] <= value && value < line[2]);
        assert!(within(min) && within(max), "{args:?}: {min} {max}");
        let [first, last] = ["first", "last"].map(|name| numbers(&json, name)[0]);
        assert!(heat[0][0] <= first && heat.last().is_some_and(|line| line[0] <= last), "{args:?}");
        let curve = block(&program, "curve1");
        let at_two = curve.iter().find(|point| point[0] == 2.0).expect("the median")[1];
        assert!((at_two / median - 1.0).abs() < 0.01, "{args:?}: {at_two} {median}");
        assert_eq!((curve[0][1], curve[curve.len() - 1][1]), (min, max), "{args:?}");
        let hist = block(&program, "hist1");
        let of_json = total.split("\"hist\":").nth(1).expect("the histogram");
        let columns = ["low", "high", "count"].map(|name| numbers(of_json, name));
        for (at, line) in hist.iter().enumerate() {
            assert_eq!(line, &[columns[0][at], columns[1][at], columns[2][at]], "{args:?}");
        }
        assert_eq!(hist.len(), columns[0].len());
    }
}
