//! Measures one run of a command: wall time, CPU time and memory.
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

/// The time between two readings of the peak memory. Each reading takes about 20 us, which a second core spends while
/// the command runs.
const SAMPLE_EVERY: Duration = Duration::from_millis(2);

/// The unit of the times in /proc/PID/stat. The kernel counts them in ticks of USER_HZ, which is 100 per second on
/// every Linux that Rust's std runs on.
const TICK: Duration = Duration::from_millis(10);

/// The measurements of one run of a command.
pub struct Measurement {
    pub wall: Duration,
    /// The CPU time, that is user and system time.
    pub cpu: Duration,
    /// The largest resident memory, in KiB.
    pub peak_kib: u64,
}

impl Measurement {
    /// Measures a child until it ends. The child was started at `began`, and its standard error must be a pipe. Also
    /// returns whether the child succeeded, and what it wrote to its standard error.
    pub fn of(mut child: Child, began: Instant) -> (Measurement, bool, String) {
        let pid = child.id();
        let peak = thread::spawn(move || peak_kib(pid));
        let complaint = until_zombie(&mut child);
        let wall = began.elapsed();
        let cpu = cpu_time(pid);
        // The zombie keeps its process id until `wait`, so the readings above cannot be about another process with the
        // same id.
        let peak_kib = peak.join().expect("/proc/PID/status can be read");
        let status = child.wait().expect("a child can be waited for");
        (Measurement { wall, cpu, peak_kib }, status.success(), complaint)
    }
}

/// Waits until a child has ended, but leaves it in /proc as a zombie, so that its CPU time can be read there. Returns
/// what it wrote to its standard error.
///
/// The child closes its standard error when it exits (the GNU tools do so just before), so reading to the end waits for
/// it without polling. It becomes a zombie some microseconds later; until then this function polls. `waitid` with
/// WNOWAIT would need no polling, but Rust's std does not have it.
fn until_zombie(child: &mut Child) -> String {
    let mut complaint = String::new();
    let stderr = child.stderr.as_mut().expect("its stderr is a pipe");
    stderr.read_to_string(&mut complaint).expect("its stderr can be read");
    while stat_fields(child.id()).first().is_some_and(|state| state != "Z") {
        thread::yield_now();
    }
    complaint
}

/// Reads the peak memory of a process again and again until the process ends. Returns the last value, in KiB. Growth in
/// the last 2 ms may be missed.
fn peak_kib(pid: u32) -> u64 {
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        // The line looks like this: `VmHWM:           2176 kB`. A zombie has no memory and no such line.
        let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { return peak };
        peak = line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(peak);
        thread::sleep(SAMPLE_EVERY);
    }
}

/// Returns the CPU time (user and system time) of a zombie.
///
/// /proc/PID/stat has the times of all threads together, but it rounds the user time and the system time down to 10 ms.
/// /proc/PID/schedstat has the time in nanoseconds, but of the main thread alone. Neither can be more than the CPU
/// time, so the larger of the two is closer to the CPU time.
fn cpu_time(pid: u32) -> Duration {
    let fields = stat_fields(pid);
    // proc(5) numbers the fields from 1: the state is field 3, user and system time are fields 14 and 15. Here the
    // state is field 0, so they are fields 11 and 12.
    let ticks = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum::<u32>();
    let schedstat = fs::read_to_string(format!("/proc/{pid}/schedstat")).unwrap_or_default();
    let nanos = schedstat.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanos).max(TICK * ticks)
}

/// Returns the fields of /proc/PID/stat from the state on. The state comes after the comm: `15633 (rg) Z 15630 ...`.
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

/// Returns the largest peak memory of all runs as text. The text is `-` if all runs ended before the first reading.
pub fn peak_memory(measured: &[Measurement]) -> String {
    match measured.iter().map(|run| run.peak_kib).max() {
        None | Some(0) => "-".to_owned(),
        Some(kib) => format!("{:.2} MiB", kib as f64 / 1024.0),
    }
}

/// Returns whether one of the folders in PATH has a file with the name of this program.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// Returns the committed instructions per line by the labels of the cases, from [`COUNTED`].
pub fn instructions() -> HashMap<String, f64> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(COUNTED)).unwrap_or_default();
    let count = |line: &str| {
        let (label, count) = line.split_once('\t')?;
        Some((label.to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(count).collect()
}

/// The file with the committed instructions per line: a label, a tab and a number in each line.
pub const COUNTED: &str = "benches/instructions.tsv";
