//! A buffer of a fixed size that lends whole lines.
//!
//! The buffer never grows. A line that does not fit is cut: its beginning is
//! lent, and the rest is read and dropped. The place of the cut depends only on
//! the line, not on the sizes of the reads.

use super::block::{Block, LINE_MAX};
use std::io::{self, Read};

/// Lends the whole lines of the bytes that were read.
///
/// It is filled either by [`fill`](Self::fill), which reads itself, or by
/// [`swap`](Self::swap), which takes a block that another thread has read.
pub struct LineBuffer {
    bytes: Box<[u8]>,
    /// The length at which a line is cut.
    capacity: usize,
    /// The first byte that was not lent yet.
    start: usize,
    /// No newline stands in `bytes[start..searched]`.
    searched: usize,
    /// The end of the bytes that were read: `start <= searched <= end`.
    end: usize,
    /// True at the end of the input: the bytes that are left are the last line.
    ended: bool,
    /// True if the beginning of a line that was too long has been lent. Its
    /// other bytes up to the newline are dropped.
    dropping: bool,
    /// The offsets in `bytes` of the first newlines of a block. It stays empty if `fill` is used.
    ends: Vec<u32>,
    /// `ends[next_end..]` belong to lines that were not lent yet.
    next_end: usize,
}

impl Default for LineBuffer {
    fn default() -> Self {
        LineBuffer::with_capacity(LINE_MAX)
    }
}

impl LineBuffer {
    /// Makes a buffer that cuts lines at `capacity` bytes, which is at most [`LINE_MAX`].
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, LINE_MAX);
        // The bytes are as large as those of a block, because `swap` gives them away as one.
        let Block { bytes, ends, .. } = Block::default();
        LineBuffer { bytes, capacity, start: 0, searched: 0, end: 0, ended: false, dropping: false, ends, next_end: 0 }
    }

    /// Empties the buffer for the next input.
    pub fn clear(&mut self) {
        (self.start, self.searched, self.end) = (0, 0, 0);
        (self.ended, self.dropping) = (false, false);
        self.ends.clear();
        self.next_end = 0;
    }

    /// Reads once, and returns how many bytes came. 0 is the end of the input:
    /// then [`next_line`](Self::next_line) lends the bytes that are left. Call
    /// it only after `next_line` has returned `None`.
    ///
    /// # Errors
    ///
    /// Returns the error of `input`. No bytes are lost, so the caller can read again.
    pub fn fill(&mut self, input: &mut impl Read) -> io::Result<usize> {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.searched -= self.start;
        self.start = 0;
        // The buffer never holds more than one longest line, so that a line is
        // cut at the same place however it was read.
        let count = input.read(&mut self.bytes[self.end..self.capacity])?;
        self.end += count;
        self.ended = count == 0;
        Ok(count)
    }

    /// Takes a block that another thread has read, and returns the block before
    /// it, to be filled again. An empty block is the end of the input. Call it
    /// only after [`next_line`](Self::next_line) has returned `None`.
    pub fn swap(&mut self, block: Block) -> Block {
        let Block { mut bytes, count, ends } = block;
        // The bytes that are left are less than the longest line, so they fit in front of the block.
        let start = LINE_MAX - (self.end - self.start);
        bytes[start..LINE_MAX].copy_from_slice(&self.bytes[self.start..self.end]);
        (self.start, self.searched, self.end) = (start, LINE_MAX, LINE_MAX + count);
        self.ended = count == 0;
        // Only the slow path can find the end of a line that is being dropped.
        self.next_end = if self.dropping { ends.len() } else { 0 };
        let ends = std::mem::replace(&mut self.ends, ends);
        Block { bytes: std::mem::replace(&mut self.bytes, bytes), count: 0, ends }
    }

    /// Lends the next line without its newline, or `None` until more is read.
    #[inline(always)]
    pub fn next_line(&mut self) -> Option<&[u8]> {
        if let Some(&end) = self.ends.get(self.next_end) {
            self.next_end += 1;
            let line = self.start..end as usize;
            self.start = line.end + 1;
            self.searched = self.start;
            return Some(&self.bytes[line.start..line.end.min(line.start + self.capacity)]);
        }
        self.search_line()
    }

    /// Searches for the end of the next line.
    #[inline(always)]
    fn search_line(&mut self) -> Option<&[u8]> {
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

    /// Lends a line in the rare cases: the last line of the input, or a line
    /// that is too long. Returns `None` if the line is not whole yet.
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
            return self.search_line();
        }
        let is_full = self.end - self.start >= self.capacity;
        let is_last = self.ended && self.start < self.end;
        if !is_full && !is_last {
            self.searched = self.end;
            return None;
        }
        let line = self.start..self.end.min(self.start + self.capacity);
        (self.start, self.searched) = (line.end, line.end);
        self.dropping = is_full;
        Some(&self.bytes[line])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives at most this many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!buffer.is_empty(), "asked for no bytes");
            let step = self.1.min(buffer.len());
            self.0.read(&mut buffer[..step])
        }
    }

    /// Returns all lines of a text. `fill` puts more of it into the buffer.
    fn lend_all(capacity: usize, mut fill: impl FnMut(&mut LineBuffer)) -> Vec<String> {
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
        lend_all(capacity, |buffer| {
            buffer.fill(&mut input).expect("a slice can be read");
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

    /// Returns the lines of a text that comes in blocks.
    fn lines_of_blocks(text: &str, capacity: usize, step: usize) -> Vec<String> {
        let mut input = Slow(text.as_bytes(), step);
        lend_all(capacity, |buffer| {
            let mut block = Block::default();
            block.fill(|room| input.read(room)).expect("a slice can be read");
            buffer.swap(block);
        })
    }

    #[test]
    fn blocks_hold_the_same_lines() {
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
