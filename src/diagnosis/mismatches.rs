//! Events that had the name of a position, but did not stand there.

/// The number of bytes that are kept of the first such event's payload. A message shows 80 of them; the 81st tells the
/// message that the payload was longer.
const EXAMPLE_BYTES: usize = 81;

/// Events that had the name of a position, but lacked its fields or did not fulfil its condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Mismatches {
    count: u64,
    example: Vec<u8>,
}

impl Mismatches {
    /// Counts an event by its payload.
    pub(super) fn add(&mut self, payload: &[u8]) {
        if self.count == 0 {
            self.example = payload.trim_ascii().iter().copied().take(EXAMPLE_BYTES).collect();
        }
        self.count += 1;
    }

    /// Returns the number of such events.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the beginning of the first such event's payload.
    pub(super) fn example(&self) -> &[u8] {
        &self.example
    }
}
