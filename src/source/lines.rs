//! A fixed buffer that reads blocks and lends whole lines.
//!
//! It never grows. A line that does not fit is lent as far as it does, and the
//! rest of it is read and dropped; where that happens depends on the line
//! alone, not on the sizes of the reads.

use crate::perf_data::PerfData;
use std::io::{self, Read};

/// How long a line may be before its end is dropped, in bytes.
pub const LINE_MAX: usize = 256 * 1024;

/// Where lines come from, block by block.
pub trait Input {
    /// Finds out whether there are lines or records, before either is asked for.
    ///
    /// # Errors
    ///
    /// As the system has them; `WouldBlock` where not enough is there to tell.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Gives `lines` more to lend, after they have lent all whole ones, and
    /// says how many bytes: 0 is the end.
    ///
    /// # Errors
    ///
    /// As the system has them; `lines` are as they were.
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize>;

    /// The records of an input that is no text, in place of lines.
    fn records(&mut self) -> Option<&mut PerfData> {
        None
    }

    /// Whether something else is to be done before more records are read.
    fn is_interrupted(&self) -> bool {
        false
    }
}

impl<R: Read> Input for R {
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        lines.fill(self)
    }
}

/// What was read at once, with room before it for the beginning of its first line.
pub struct Block {
    bytes: Box<[u8]>,
    count: usize,
    /// Where its first lines end.
    ends: Vec<u32>,
}

/// How many ends of lines a block remembers: all, if lines have 32 bytes or more.
const ENDS_MAX: usize = READ_MAX / 32;

impl Default for Block {
    fn default() -> Self {
        Block { bytes: vec![0; LINE_MAX + READ_MAX].into_boxed_slice(), count: 0, ends: Vec::with_capacity(ENDS_MAX) }
    }
}

impl Block {
    /// How many bytes were read.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Reads into it, finds where its lines end, and says how many bytes there are.
    ///
    /// Lines end where it is read because that thread has time left: 0.87 of the time (21 runs in pairs).
    pub fn fill(&mut self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        self.count = 0;
        self.ends.clear();
        self.count = read(&mut self.bytes[LINE_MAX..])?;
        let ends = memchr::memchr_iter(b'\n', &self.bytes[LINE_MAX..][..self.count]);
        self.ends.extend(ends.take(ENDS_MAX).map(|end| (LINE_MAX + end) as u32));
        Ok(self.count)
    }
}

/// How much a block holds, in bytes. Twice as much as a line makes fewer turns
/// between the threads: 0.90 of the time, 21 runs in pairs; four times, no less.
const READ_MAX: usize = 2 * LINE_MAX;

/// Whole lines out of blocks.
pub struct LineBuffer {
    bytes: Box<[u8]>,
    /// How long a line may be.
    capacity: usize,
    /// The lines not yet lent start here ...
    start: usize,
    /// ... no newline stands between `start` and here ...
    searched: usize,
    /// ... and what was read ends here: `start <= searched <= end`.
    end: usize,
    /// The input has ended, so what is left is the last line.
    ended: bool,
    /// The head of this line has been lent; drop bytes up to its newline.
    dropping: bool,
    /// Where the first lines end, and which of them comes next.
    ends: Vec<u32>,
    next_end: usize,
}

impl Default for LineBuffer {
    fn default() -> Self {
        LineBuffer::with_capacity(LINE_MAX)
    }
}

impl LineBuffer {
    /// A buffer for lines of up to `capacity` bytes, which is at most [`LINE_MAX`].
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, LINE_MAX);
        // As large as a block, in whose place it may be given away.
        let Block { bytes, ends, .. } = Block::default();
        LineBuffer { bytes, capacity, start: 0, searched: 0, end: 0, ended: false, dropping: false, ends, next_end: 0 }
    }

    /// Makes it ready for the next input.
    pub fn clear(&mut self) {
        (self.start, self.searched, self.end) = (0, 0, 0);
        (self.ended, self.dropping) = (false, false);
        self.ends.clear();
        self.next_end = 0;
    }

    /// Reads once, after `next_line` has given `None`, and says how many bytes
    /// came: 0 is the end of the input, after which `next_line` lends what is
    /// left. An error leaves everything as it was, so that a read can be tried
    /// again.
    pub fn fill(&mut self, input: &mut impl Read) -> io::Result<usize> {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.searched -= self.start;
        self.start = 0;
        // Never more than one line may have: it is cut at the same place however it is read.
        let count = input.read(&mut self.bytes[self.end..self.capacity])?;
        self.end += count;
        self.ended = count == 0;
        Ok(count)
    }

    /// Takes a block that was read elsewhere, after `next_line` has given
    /// `None`, and gives the one before it away. An empty one is the end.
    pub fn swap(&mut self, block: Block) -> Block {
        let Block { mut bytes, count, ends } = block;
        // What is left is shorter than the longest line, and so than the room.
        let start = LINE_MAX - (self.end - self.start);
        bytes[start..LINE_MAX].copy_from_slice(&self.bytes[self.start..self.end]);
        (self.start, self.searched, self.end) = (start, LINE_MAX, LINE_MAX + count);
        self.ended = count == 0;
        // The end of a line that is dropped is looked for.
        self.next_end = if self.dropping { ends.len() } else { 0 };
        let ends = std::mem::replace(&mut self.ends, ends);
        Block { bytes: std::mem::replace(&mut self.bytes, bytes), count: 0, ends }
    }

    /// Lends the next line, without its newline; `None` until more is read.
    #[inline(always)]
    pub fn next_line(&mut self) -> Option<&[u8]> {
        if let Some(&end) = self.ends.get(self.next_end) {
            self.next_end += 1;
            let line = self.start..end as usize;
            self.start = line.end + 1;
            self.searched = self.start;
            return Some(&self.bytes[line.start..line.end.min(line.start + self.capacity)]);
        }
        self.look_for_line()
    }

    /// The next line, whose end is not known.
    #[inline(always)]
    fn look_for_line(&mut self) -> Option<&[u8]> {
        if let Some(length) = memchr::memchr(b'\n', &self.bytes[self.searched..self.end])
            && !self.dropping
        {
            let line = self.start..self.searched + length;
            self.start = line.end + 1;
            self.searched = self.start;
            let line = line.start..line.end.min(line.start + self.capacity);
            return Some(&self.bytes[line]);
        }
        self.next_rare_line()
    }

    /// The end of the input, or of a line that is too long, or none yet.
    #[cold]
    fn next_rare_line(&mut self) -> Option<&[u8]> {
        if self.dropping {
            let fresh = &self.bytes[self.searched..self.end];
            let Some(length) = memchr::memchr(b'\n', fresh) else {
                (self.start, self.searched, self.end) = (0, 0, 0);
                return None;
            };
            self.start = self.searched + length + 1;
            self.searched = self.start;
            self.dropping = false;
            return self.look_for_line();
        }
        let full = self.end - self.start >= self.capacity;
        let last = self.ended && self.start < self.end;
        if !full && !last {
            self.searched = self.end;
            return None;
        }
        let line = self.start..self.end.min(self.start + self.capacity);
        (self.start, self.searched) = (line.end, line.end);
        self.dropping = full;
        Some(&self.bytes[line])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives at most `step` bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!buffer.is_empty(), "asked for no bytes");
            let step = self.1.min(buffer.len());
            self.0.read(&mut buffer[..step])
        }
    }

    /// All lines of a text, of which `fill` gives the buffer more.
    fn lent(capacity: usize, mut fill: impl FnMut(&mut LineBuffer)) -> Vec<String> {
        let mut buffer = LineBuffer::with_capacity(capacity);
        let mut lines = Vec::new();
        loop {
            while let Some(line) = buffer.next_line() {
                lines.push(String::from_utf8_lossy(line).into_owned());
            }
            if buffer.ended {
                return lines;
            }
            fill(&mut buffer);
        }
    }

    fn lines(text: &str, capacity: usize, step: usize) -> Vec<String> {
        let mut input = Slow(text.as_bytes(), step);
        lent(capacity, |buffer| {
            buffer.fill(&mut input).expect("a slice");
        })
    }

    #[test]
    fn lends_whole_lines() {
        assert_eq!(lines("a\nbc\n\nd\n", 100, 100), ["a", "bc", "", "d"]);
        assert_eq!(lines("a\nbc", 100, 100), ["a", "bc"]);
        assert_eq!(lines("", 100, 100), [""; 0]);
        assert_eq!(lines("\n", 100, 100), [""]);
    }

    #[test]
    fn cuts_long_lines_at_the_same_place_whatever_the_reads() {
        let text = "abcdefghijklmnop\nq\nabcdefg\nabcdefgh\nabcdefghi\nr";
        for step in 1..=text.len() {
            assert_eq!(lines(text, 8, step), ["abcdefgh", "q", "abcdefg", "abcdefgh", "abcdefgh", "r"], "step {step}");
        }
    }

    /// The same, by blocks that are read elsewhere.
    fn lines_of_blocks(text: &str, capacity: usize, step: usize) -> Vec<String> {
        let mut input = Slow(text.as_bytes(), step);
        lent(capacity, |buffer| {
            let mut block = Block::default();
            block.fill(|room| input.read(room)).expect("a slice");
            buffer.swap(block);
        })
    }

    #[test]
    fn blocks_that_are_read_elsewhere_hold_the_same_lines() {
        let text = "abcdefghijklmnop\nq\nabcdefg\nabcdefgh\nabcdefghi\n\nr";
        for step in 1..=text.len() {
            for capacity in [1, 8, 100] {
                assert_eq!(lines_of_blocks(text, capacity, step), lines(text, capacity, 3), "step {step}");
            }
        }
    }

    #[test]
    fn an_endless_line_is_one_line() {
        let text = "x".repeat(1000);
        for step in [1, 7, 8, 9, 1000] {
            assert_eq!(lines(&text, 8, step), ["xxxxxxxx"], "step {step}");
        }
    }
}
