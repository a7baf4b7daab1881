//! A capture that is written several times in a row with later and later times, so that it looks like one long capture.

use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// A capture whose times have been found, so that it can be repeated quickly.
pub struct Capture {
    pub text: Vec<u8>,
    stamps: Vec<Stamp>,
    pub lines: u64,
    /// The time by which each repetition is later than the one before: the span of the capture plus 1 us, so that all
    /// times of a repetition are later than those of the one before.
    period_us: u64,
}

/// The place and the value of the time of a line.
struct Stamp {
    /// The place of the time in the text, with the blanks before it.
    at: Range<usize>,
    time_us: u64,
}

impl Capture {
    /// Reads a capture in which every line has a time in microseconds.
    pub fn read(path: &Path) -> Capture {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut stamps = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let stamp = Stamp::find(line).unwrap_or_else(|| panic!("{}: no time in '{line}'", path.display()));
            stamps.push(Stamp { at: start + stamp.at.start..start + stamp.at.end, ..stamp });
            start += line.len();
        }
        let times = || stamps.iter().map(|stamp| stamp.time_us);
        let span = times().max().zip(times().min()).map(|(last, first)| last - first);
        let period_us = span.expect("the capture has lines") + 1;
        Capture { lines: stamps.len() as u64, text: text.into_bytes(), stamps, period_us }
    }

    /// Writes the capture `repetitions` times. The times of each repetition are later than all times of the one before.
    ///
    /// Returns an error if the seconds need more digits than there is room for in the column, which has the digits in
    /// the capture and the blanks in front of them.
    pub fn write_repeated(&self, repetitions: u64, out: &mut impl Write) -> io::Result<()> {
        let mut text = self.text.clone();
        for repetition in 0..repetitions {
            for stamp in &self.stamps {
                let time_us = stamp.time_us + repetition * self.period_us;
                let mut column = &mut text[stamp.at.clone()];
                let width = column.len() - ".000000".len();
                write!(column, "{:>width$}.{:06}", time_us / 1_000_000, time_us % 1_000_000)?;
            }
            out.write_all(&text)?;
        }
        Ok(())
    }
}

impl Stamp {
    /// Finds the time (the marked bytes) in a line of perf script:
    ///
    /// ```text
    ///  qemu-system-x86 10074 [000]   921.970764:                     kvm:kvm_fpu: load
    ///                             ^^^^^^^^^^^^
    /// ```
    fn find(line: &str) -> Option<Stamp> {
        let start = line.find("] ")? + "] ".len();
        let length = line[start..].find(':')?;
        let (seconds, micros) = line[start..start + length].trim_start().split_once('.')?;
        let (seconds, micros_number): (u64, u64) = (seconds.parse().ok()?, micros.parse().ok()?);
        let stamp = Stamp { at: start..start + length, time_us: seconds * 1_000_000 + micros_number };
        (micros.len() == 6).then_some(stamp)
    }
}
