//! Measures a run of a command: wall time, CPU time and memory.
#![allow(dead_code)] // Each bench uses a part of this module.

pub mod capture;
pub mod cases;
pub mod recordings;

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

/// The time between two readings of the peak memory. Each reading takes about 20 us of the other core.
const SAMPLE_EVERY: Duration = Duration::from_millis(2);

/// The unit of the times in /proc/PID/stat. USER_HZ is 100 per second on every Linux that Rust's std runs on.
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
    /// Waits for a child that was started at `began` and whose stderr is a pipe. Returns its measurement, whether it
    /// succeeded, and its stderr.
    pub fn of(mut child: Child, began: Instant) -> (Measurement, bool, String) {
        let pid = child.id();
        let peak = thread::spawn(move || peak_kib(pid));
        let complaint = until_zombie(&mut child);
        let wall = began.elapsed();
        let cpu = cpu_time(pid);
        // The zombie keeps its pid until `wait`, so the readings above cannot belong to another process.
        let peak_kib = peak.join().expect("/proc/PID/status can be read");
        let status = child.wait().expect("a child can be waited for");
        (Measurement { wall, cpu, peak_kib }, status.success(), complaint)
    }
}

/// Waits for the end of a child but leaves it in /proc. Returns its stderr.
///
/// The child closes its stderr when it exits (the GNU tools do so just before), so reading it waits without polling.
/// The polling after that takes microseconds. `waitid` with WNOWAIT would do the same, but needs a dependency.
fn until_zombie(child: &mut Child) -> String {
    let mut complaint = String::new();
    let stderr = child.stderr.as_mut().expect("its stderr is a pipe");
    stderr.read_to_string(&mut complaint).expect("its stderr can be read");
    while stat_fields(child.id()).first().is_some_and(|state| state != "Z") {
        thread::yield_now();
    }
    complaint
}

/// Reads the peak resident memory, in KiB, until the process ends. Growth in the last 2 ms may be missed.
fn peak_kib(pid: u32) -> u64 {
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        // VmHWM:	    2176 kB
        // A zombie has no memory and no such line.
        let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { return peak };
        peak = line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(peak);
        thread::sleep(SAMPLE_EVERY);
    }
}

/// Returns the user and system time of a zombie.
///
/// /proc/PID/stat has them for all threads, rounded down to 10 ms each. /proc/PID/schedstat has their sum in
/// nanoseconds, for the main thread alone. Neither is too large, so the larger one is closer.
fn cpu_time(pid: u32) -> Duration {
    let fields = stat_fields(pid);
    // In proc(5), which counts from 1, these are fields 14 and 15. Our field 0 is the state, which is field 3 there.
    let ticks = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum::<u32>();
    let schedstat = fs::read_to_string(format!("/proc/{pid}/schedstat")).unwrap_or_default();
    let nanos = schedstat.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanos).max(TICK * ticks)
}

/// Returns the fields of /proc/PID/stat from the state on, which follows the comm: `15633 (rg) Z 15630 ...`.
fn stat_fields(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let behind_comm = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    behind_comm.split_whitespace().map(str::to_owned).collect()
}

/// Returns the median of some values.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    (low + high) / 2.0
}

/// Returns the largest peak of all runs as text. It is `-` if all runs ended before the first reading.
pub fn peak_memory(measured: &[Measurement]) -> String {
    match measured.iter().map(|run| run.peak_kib).max() {
        None | Some(0) => "-".to_owned(),
        Some(kib) => format!("{:.2} MiB", kib as f64 / 1024.0),
    }
}

/// Returns whether a program is in a folder of PATH.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// Returns the committed instructions per line of each case.
pub fn instructions() -> HashMap<String, f64> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(COUNTED)).unwrap_or_default();
    let count = |line: &str| {
        let (label, count) = line.split_once('\t')?;
        Some((label.to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(count).collect()
}

/// The file of the committed instructions per line.
pub const COUNTED: &str = "benches/instructions.tsv";
