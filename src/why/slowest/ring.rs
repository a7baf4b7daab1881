//! The last bytes of an input that cannot be read again.

use super::place::Place;
use std::collections::VecDeque;

/// The number of chunks that hold the bytes which must be kept. One more chunk takes the new lines.
const CHUNKS: u64 = 4;

/// The lines of the last bytes of an input. They are kept in chunks, and the oldest chunk leaves as a whole, so that at
/// most a quarter more than the wanted bytes is kept.
#[derive(Debug)]
pub(super) struct Ring {
    /// The number of bytes that are kept at least.
    keep: u64,
    chunks: VecDeque<Chunk>,
    /// The number of bytes in all chunks.
    length: u64,
    /// The offset behind the last line.
    end: u64,
    /// The memory of a chunk that has left.
    spare: Vec<u8>,
}

/// Lines that follow each other in the input without a gap.
#[derive(Debug)]
struct Chunk {
    /// The place of the first line.
    first: Place,
    /// The place that the line behind the last one has if no line is missing there.
    next: Place,
    /// The lines, each with a newline behind it.
    text: Vec<u8>,
}

impl Ring {
    pub(super) fn new(keep: u64) -> Ring {
        Ring { keep, chunks: VecDeque::new(), length: 0, end: 0, spare: Vec::new() }
    }

    /// Removes all lines, for the next input.
    pub(super) fn clear(&mut self) {
        self.chunks.clear();
        (self.length, self.end) = (0, 0);
    }

    /// Returns the offset behind the last line.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Returns the number of the first line behind the oldest chunk, if that chunk can go because the other chunks hold
    /// at least `keep` bytes.
    pub(super) fn due(&self) -> Option<u64> {
        let oldest = self.chunks.front()?;
        let is_due = self.chunks.len() > 1 && self.length - oldest.text.len() as u64 >= self.keep;
        is_due.then_some(oldest.next.line)
    }

    /// Removes the oldest chunk.
    pub(super) fn drop_oldest(&mut self) {
        if let Some(oldest) = self.chunks.pop_front() {
            self.length -= oldest.text.len() as u64;
            self.spare = oldest.text;
            self.spare.clear();
        }
    }

    /// Adds a line, which comes without its newline. Lines of the input may be missing between the last line of the
    /// ring and this one; then a new chunk begins.
    pub(super) fn push(&mut self, place: Place, line: &[u8]) {
        let has_room =
            |chunk: &&mut Chunk| chunk.next == place && (chunk.text.len() as u64) < (self.keep / CHUNKS).max(1);
        let length = line.len() as u64 + 1;
        let next = Place { line: place.line + 1, offset: place.offset + length };
        match self.chunks.back_mut().filter(has_room) {
            Some(chunk) => {
                chunk.text.extend_from_slice(line);
                chunk.text.push(b'\n');
                chunk.next = next;
            }
            None => {
                let mut text = std::mem::take(&mut self.spare);
                text.extend_from_slice(line);
                text.push(b'\n');
                self.chunks.push_back(Chunk { first: place, next, text });
            }
        }
        self.length += length;
        self.end = next.offset;
    }

    /// Calls `take` with each line from the line number `first` on, and its place, until `take` returns false.
    pub(super) fn lines_from(&self, first: u64, mut take: impl FnMut(Place, &[u8]) -> bool) {
        for chunk in self.chunks.iter().filter(|chunk| chunk.next.line > first) {
            let mut place = chunk.first;
            for line in chunk.text.split_inclusive(|byte| *byte == b'\n') {
                if place.line >= first && !take(place, line.strip_suffix(b"\n").unwrap_or(line)) {
                    return;
                }
                place = Place { line: place.line + 1, offset: place.offset + line.len() as u64 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_kept() {
        let mut ring = Ring::new(40);
        let mut place = Place { line: 1, offset: 0 };
        for number in 1..=100_u64 {
            // A line of ten bytes: nine and the newline.
            ring.push(place, format!("{number:9}").as_bytes());
            place = Place { line: number + 1, offset: number * 10 };
            while ring.due().is_some() {
                ring.drop_oldest();
            }
            let mut kept = Vec::new();
            ring.lines_from(0, |place, line| {
                assert_eq!(String::from_utf8_lossy(line).trim(), place.line.to_string());
                assert_eq!(place.offset, (place.line - 1) * 10);
                kept.push(place.line);
                true
            });
            assert!(kept.len() as u64 >= number.min(4) && kept.len() <= 5, "{kept:?}");
            assert_eq!(kept.last(), Some(&number));
        }
        assert_eq!(ring.end(), 1000);
        let mut kept = Vec::new();
        ring.lines_from(98, |place, _| {
            kept.push(place.line);
            place.line < 99
        });
        assert_eq!(kept, [98, 99]);
    }

    #[test]
    fn a_gap_between_lines_is_kept_in_their_places() {
        let mut ring = Ring::new(1 << 20);
        for place in [Place { line: 1, offset: 0 }, Place { line: 2, offset: 500 }, Place { line: 7, offset: 502 }] {
            ring.push(place, b"x");
        }
        let mut places = Vec::new();
        ring.lines_from(0, |place, _| {
            places.push((place.line, place.offset));
            true
        });
        assert_eq!(places, [(1, 0), (2, 500), (7, 502)]);
    }
}
