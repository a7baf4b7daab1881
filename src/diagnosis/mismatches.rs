//! Collects the events that have the name of a position, but do not stand there, because of its fields or its
//! condition.

/// The number of bytes that are kept of the first event's payload. A message shows 80 bytes, and knows from the 81st
/// that the payload is longer.
const EXAMPLE_BYTES: usize = 81;

/// The events that have the name of a position, but lack one of its fields or do not fulfil its condition.
#[derive(Clone, Debug, Default)]
pub(super) struct Mismatches {
    count: u64,
    example: Vec<u8>,
}

impl Mismatches {
    /// Counts an event. Its payload is kept if it is the first one.
    pub(super) fn add(&mut self, payload: &[u8]) {
        if self.count == 0 {
            self.example = payload.trim_ascii().iter().copied().take(EXAMPLE_BYTES).collect();
        }
        self.count += 1;
    }

    /// Returns the number of these events.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the beginning of the payload of the first of these events.
    pub(super) fn example(&self) -> &[u8] {
        &self.example
    }
}
