//! What a run of a command takes: time, processor time, memory.
#![allow(dead_code)] // Each bench takes what it needs.

pub mod capture;
pub mod cases;

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// How often peak memory is read. Each reading takes some 20 us of the other core.
const SAMPLE_EVERY: Duration = Duration::from_millis(2);

/// The unit of the times in /proc/PID/stat: USER_HZ, 100 a second on every Linux that Rust's std runs on.
const TICK: Duration = Duration::from_millis(10);

/// One run of a command.
pub struct Measurement {
    pub wall: Duration,
    /// User and system time.
    pub cpu: Duration,
    /// Peak resident memory, in KiB.
    pub peak_kib: u64,
}

impl Measurement {
    /// Waits for a child that was started at `began`, and whose stderr is a pipe: what it took, whether it ended
    /// well, and what it complained of.
    pub fn of(mut child: Child, began: Instant) -> (Measurement, bool, String) {
        let pid = child.id();
        let peak = thread::spawn(move || peak_kib(pid));
        let complaint = until_zombie(&mut child);
        let wall = began.elapsed();
        let cpu = cpu_time(pid);
        // The zombie keeps its number until `wait`, so nothing above can have met another process.
        let peak_kib = peak.join().expect("/proc/PID/status can be read");
        let status = child.wait().expect("a child can be waited for");
        (Measurement { wall, cpu, peak_kib }, status.success(), complaint)
    }
}

/// Waits for the end of a child but leaves it in /proc, and gives what it wrote to stderr.
///
/// Its stderr ends when it exits (or, with the GNU tools, just before), which is found out without polling; the rest
/// of its way takes microseconds. `waitid` with WNOWAIT would do the same, for a dependency.
fn until_zombie(child: &mut Child) -> String {
    let mut complaint = String::new();
    let stderr = child.stderr.as_mut().expect("its stderr is a pipe");
    stderr.read_to_string(&mut complaint).expect("its stderr can be read");
    while stat_fields(child.id()).first().is_some_and(|state| state != "Z") {
        thread::yield_now();
    }
    complaint
}

/// Reads the peak resident memory, in KiB, until the process ends. What it grows by in its last 2 ms may be missed.
fn peak_kib(pid: u32) -> u64 {
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        // A zombie has no memory, and no such line: "VmHWM:	    2176 kB".
        let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { return peak };
        peak = line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(peak);
        thread::sleep(SAMPLE_EVERY);
    }
}

/// User and system time of a zombie.
///
/// /proc/PID/stat has them for all threads, cut off to 10 ms each; /proc/PID/schedstat has their sum to the
/// nanosecond, for the main thread. Neither says too much, so the greater one is the better one.
fn cpu_time(pid: u32) -> Duration {
    let fields = stat_fields(pid);
    // Fields 14 and 15 of proc(5), which counts from 1; the state is its field 3, ours 0.
    let ticks = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum::<u32>();
    let schedstat = fs::read_to_string(format!("/proc/{pid}/schedstat")).unwrap_or_default();
    let nanos = schedstat.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanos).max(TICK * ticks)
}

/// The fields of /proc/PID/stat from the state on, which follows the comm: `15633 (rg) Z 15630 ...`.
fn stat_fields(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let behind_comm = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    behind_comm.split_whitespace().map(str::to_owned).collect()
}

/// The middle of some values, or of the two in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    (low + high) / 2.0
}

/// The most of all runs; `-` where all were over before the first reading.
pub fn peak_memory(measured: &[Measurement]) -> String {
    match measured.iter().map(|run| run.peak_kib).max() {
        None | Some(0) => "-".to_owned(),
        Some(kib) => format!("{:.2} MiB", kib as f64 / 1024.0),
    }
}

/// Whether a program is found.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// Instructions a line, as they were counted last, by what is measured.
pub fn instructions() -> HashMap<String, f64> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(COUNTED)).unwrap_or_default();
    let count = |line: &str| {
        let (what, count) = line.split_once('\t')?;
        Some((what.to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(count).collect()
}

/// Where they stand.
pub const COUNTED: &str = "benches/instructions.tsv";
