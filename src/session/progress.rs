//! Shows the progress of a long run. On a terminal it is one line that is overwritten again and again. With
//! `--progress` it is also shown elsewhere, in lines below each other.

use crate::text::size;
use std::time::{Duration, Instant};

/// The time for which an input must have been read before its progress is shown.
const LONG: Duration = Duration::from_secs(1);

/// Decides when the progress is shown next, and makes its text.
pub struct Progress {
    started: Instant,
    next: Instant,
    every: Duration,
    /// The number of bytes of the input, if it is known.
    total: Option<u64>,
}

impl Progress {
    /// Begins the progress of an input. The progress is shown once in each period `every`. `total` is the number of
    /// bytes of the input, if it is known.
    pub fn new(every: Duration, total: Option<u64>) -> Self {
        let started = Instant::now();
        Progress { started, next: started + LONG, every, total }
    }

    /// Returns whether it is time to show the progress.
    pub fn is_due(&self) -> bool {
        Instant::now() >= self.next
    }

    /// Returns the text after `bytes` bytes and `closed` closed loops. The next text is due one period later.
    pub fn text(&mut self, bytes: u64, closed: u64) -> String {
        let now = Instant::now();
        self.next = now + self.every;
        line(bytes, self.total, closed, now - self.started)
    }
}

/// Returns, for example, `225.1 MB of 500.3 MB (44 %), 890.2 MB/s, 86542 loops closed, 1 s left`.
fn line(bytes: u64, total: Option<u64>, closed: u64, elapsed: Duration) -> String {
    let per_second = bytes as f64 / elapsed.as_secs_f64().max(1e-9);
    let rate = size(per_second as u64);
    // The total is ignored if more has been read, because a file may grow while it is read.
    match total.filter(|total| *total >= bytes && bytes > 0) {
        Some(total) => {
            let percent = u128::from(bytes) * 100 / u128::from(total);
            let left = ((total - bytes) as f64 / per_second).ceil();
            let (read, all) = (size(bytes), size(total));
            format!("{read} of {all} ({percent} %), {rate}/s, {closed} loops closed, {left} s left")
        }
        None => format!("{}, {rate}/s, {closed} loops closed", size(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_known_and_unknown_length() {
        let second = Duration::from_secs(1);
        let known = line(225_100_000, Some(500_300_000), 86542, second);
        assert_eq!(known, "225.1 MB of 500.3 MB (44 %), 225.1 MB/s, 86542 loops closed, 2 s left");
        assert_eq!(line(1_500, None, 0, second), "1.5 kB, 1.5 kB/s, 0 loops closed");
        assert_eq!(line(20, Some(10), 0, second), "20 bytes, 20 bytes/s, 0 loops closed");
        assert_eq!(line(0, Some(10), 0, second), "0 bytes, 0 bytes/s, 0 loops closed");
    }
}
