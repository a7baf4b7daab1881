//! Captures and recordings that are changed at random: bytes, lengths, ends, and blocks that change places. The program
//! ends with status 0, 1 or 2, does not panic, and takes no more memory or time than [`LIMITS`] allow.
//!
//! The changes are the same in each run, unless one of these environment variables is set:
//!
//! | variable             | meaning                                                              |
//! |----------------------|----------------------------------------------------------------------|
//! | `PSPP_FILTER_SEED`   | the beginning of the random numbers, 1 if it is not set              |
//! | `PSPP_FILTER_SEEDS`  | a folder with more captures and recordings (`*.data`) to be changed  |
//!
//! PATH is empty in these tests, so there is no perf that the program could fall back on.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::scratch::Scratch;
use common::{data, feed, filter_in_shell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The number of changed copies of captures that are tried, and also that of changed copies of recordings.
const MUTATIONS: usize = 300;

/// Limits the address space to 180,000 KiB, for the code, the libraries, the threads and 64 MiB of data, and the
/// processor time to 20 s.
const LIMITS: &str = "ulimit -v 180000; ulimit -t 20; exec $run";

/// The largest number of bytes that are taken from a capture or recording. More bytes would only cost time.
const SEED_MAX: usize = 4 * 1024 * 1024;

const MODES: [&[&str]; 9] = [
    &["-s", "sys_enter_* -> sys_exit_*"],
    &["-q", "sched_switch@prev_pid if prev_comm ~ 'd*' -> sched_switch@next_pid"],
    &["-q", "-f", "json", "sys_enter_read if trace ~ '*fd*' -> sys_exit_read if $2 != 3"],
    &["-q", "-m", "events", "-f", "csv", "* -> *"],
    &["--discover"],
    &["-s", "--pairs", "--summary-format", "tsv"],
    &["-s", "-I", "1ms", "--summary-format", "json", "* -> * by cpu"],
    &["-s", "--reorder", "1000", "-b", "fd", "sys_enter_write@fd -> sys_exit_write"],
    &["-s", "-b", "comm", "--match", "strict", "* -> * -> * by all"],
];

/// A sequence of numbers that looks random (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 1) as usize
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        self.next() % end.max(1)
    }

    fn seed() -> Random {
        let seed = std::env::var("PSPP_FILTER_SEED").map_or(1, |seed| seed.parse().expect("a whole number"));
        // After 0, xorshift would give only 0. After a number with few bits, such as 1, the next numbers would have few
        // bits, too. So the seed is multiplied by a large number, and the last bit is set.
        Random(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed) | 1)
    }
}

/// Returns the files in tests/data and in the folder PSPP_FILTER_SEEDS: the recordings if `recordings` is true, and all
/// others if it is false.
fn seeds(recordings: bool) -> Vec<PathBuf> {
    let given = std::env::var_os("PSPP_FILTER_SEEDS").map(PathBuf::from);
    let folders = [Some(data("")), given].into_iter().flatten();
    let files =
        folders.flat_map(|folder| fs::read_dir(folder).expect("a folder")).map(|entry| entry.expect("it").path());
    let is_wanted =
        |path: &PathBuf| path.is_file() && (path.extension().is_some_and(|end| end == "data") == recordings);
    let mut files: Vec<PathBuf> = files.filter(is_wanted).collect();
    files.sort();
    files
}

/// Chooses a record of a perf.data, or a line of a text, at random. Returns its place and the number of its bytes.
fn block(bytes: &[u8], is_recording: bool, random: &mut Random) -> (usize, usize) {
    let number =
        |at: usize| bytes.get(at..at + 8).map_or(0, |number| u64::from_le_bytes(number.try_into().expect("8")));
    let length =
        |at: usize| bytes.get(at + 6..at + 8).map_or(0, |size| usize::from(size[0]) | usize::from(size[1]) << 8);
    if !is_recording {
        let start = random.below(bytes.len());
        let line = |from: usize| bytes.iter().skip(from).position(|&byte| byte == b'\n').map_or(0, |length| length + 1);
        let start = start + line(start);
        return (start, line(start));
    }
    // The number at byte 8 is the size of the header. In a stream it is 16, and the records begin behind the header. In
    // a file, byte 40 has the offset of the records, which may lie behind the end after an earlier change.
    let first = if number(8) == 16 { 16 } else { bytes.len().min(number(40) as usize) };
    let records = std::iter::successors(Some(first), |&at| Some(at + length(at)).filter(|_| length(at) >= 8));
    let records: Vec<usize> = records.take_while(|at| at + 8 <= bytes.len()).take(20_000).collect();
    let at = records.get(random.below(records.len())).copied().unwrap_or(0);
    (at, length(at).min(bytes.len() - at))
}

/// Makes one to eight changes, each at a place of its own.
fn mutate(bytes: &mut Vec<u8>, is_recording: bool, random: &mut Random) {
    for _ in 0..1 + random.below(8) {
        if bytes.is_empty() {
            return;
        }
        // Half of the places are near the beginning, where a recording has its header and descriptions.
        let within = bytes.len().min([2000, usize::MAX][random.below(2)]);
        let at = random.below(within);
        let (start, length) = block(bytes, is_recording, random);
        let odd = [0, 1, 7, 8, 255, 256, 65_535, u64::from(u32::MAX), 1 << 63, u64::MAX][random.below(10)];
        let put = |bytes: &mut Vec<u8>, at: usize, width: usize| {
            bytes.iter_mut().skip(at).zip(odd.to_le_bytes()).take(width).for_each(|(to, byte)| *to = byte);
        };
        match random.below(10) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = random.next() as u8,
            3 => put(bytes, at, [1, 2, 4, 8][random.below(4)]),
            // This changes the size in the header of a record, or two bytes of a line.
            4 => put(bytes, start + 6, 2),
            // This changes one of the 64-bit numbers in a record.
            5 => put(bytes, start + 8 * (1 + random.below(6)), 8),
            6 => drop(bytes.drain(start..start + length)),
            7 => {
                // This moves the record or line to another place.
                let moved: Vec<u8> = bytes.drain(start..start + length).collect();
                let (to, _) = block(bytes, is_recording, random);
                let to = to.min(bytes.len());
                bytes.splice(to..to, moved);
            }
            8 => {
                let repeated = bytes[start..start + length].repeat(1 + random.below(50));
                bytes.splice(start..start, repeated);
            }
            _ => drop(bytes.drain(at..bytes.len().min(at + random.below(64)))),
        }
    }
}

/// Runs the program on changed copies of files, and returns how often it ended with each status.
fn run(recordings: bool) -> [usize; 3] {
    let (files, mut random) = (seeds(recordings), Random::seed());
    let scratch = Scratch::new(if recordings { "recordings" } else { "captures" });
    let mut statuses = [0; 3];
    for number in 0..MUTATIONS {
        let file = &files[number % files.len()];
        let mut bytes = beginning(file);
        mutate(&mut bytes, recordings, &mut random);
        let args = MODES[random.below(MODES.len())];
        let path = scratch.file("mutated", &bytes);
        let output = if random.below(3) == 0 {
            feed(limited(args), std::iter::once(bytes))
        } else {
            let mut command = limited(&[args, &[&path]].concat());
            command.stdin(Stdio::null()).output().expect("the program")
        };
        let errors = String::from_utf8_lossy(&output.stderr);
        let case = format!("mutation {number} of {} with {args:?}: {:?}: {errors}", file.display(), output.status);
        assert!(!errors.contains("panicked"), "{case}");
        let status = output.status.code().and_then(|status| usize::try_from(status).ok());
        *status.and_then(|status| statuses.get_mut(status)).unwrap_or_else(|| panic!("{case}")) += 1;
        // A message may quote a text of a hostile input, but must not repeat all of a long one.
        assert!(errors.lines().all(|line| line.len() < 4_000), "{case}");
    }
    statuses
}

/// Returns the bytes of a file, but at most [`SEED_MAX`].
fn beginning(file: &Path) -> Vec<u8> {
    let mut bytes = fs::read(file).expect("a file");
    bytes.truncate(SEED_MAX);
    bytes
}

fn limited(args: &[&str]) -> std::process::Command {
    let mut command = filter_in_shell(LIMITS, args);
    command.env("PATH", "/nowhere");
    command
}

#[test]
fn mutated_captures_end_well() {
    let [read, failed, usage] = run(false);
    assert!(
        read > MUTATIONS / 2 && usage == 0,
        "{read} were read, {failed} were not, {usage} had a wrong command line"
    );
}

#[test]
fn mutated_recordings_end_well() {
    let [read, failed, usage] = run(true);
    assert!(read > 20 && failed > 20 && usage == 0, "{read}, {failed}, {usage}");
}
