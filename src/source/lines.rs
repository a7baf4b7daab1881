//! A buffer of a fixed size, from which whole lines are lent.
//!
//! A line that does not fit into the buffer is cut: its beginning is lent, and the rest is read and dropped. Where it
//! is cut depends only on the line, and not on the sizes of the reads.

use super::block::{Block, LINE_MAX};
use std::io::{self, Read};

/// Lends whole lines out of the bytes that were read.
///
/// The buffer is filled either by [`fill`](Self::fill), which reads from an input, or by [`swap`](Self::swap), which
/// takes a block that another thread has read.
pub struct LineBuffer {
    bytes: Box<[u8]>,
    /// The number of bytes at which a line is cut.
    capacity: usize,
    /// The index in `bytes` of the first byte that was not lent yet.
    start: usize,
    /// The search for the next newline goes on here: `bytes[start..searched]` has none.
    searched: usize,
    /// The end of the bytes that were read. It is never less than `searched`, which is never less than `start`.
    end: usize,
    /// True at the end of the input. The bytes that are left are then the last line.
    ended: bool,
    /// True after the beginning of a line that is too long was lent. The rest of the line, up to the newline, is
    /// dropped.
    dropping: bool,
    /// The offsets in `bytes` of newlines. The thread that reads ahead finds them in each block that it hands over: as many
    /// as there is room for, from the first one on. The list stays empty if `fill` fills the buffer instead.
    ends: Vec<u32>,
    /// The index in `ends` of the first newline whose line was not lent yet.
    next_end: usize,
}

impl Default for LineBuffer {
    fn default() -> Self {
        LineBuffer::with_capacity(LINE_MAX)
    }
}

impl LineBuffer {
    /// Creates a buffer that cuts lines at `capacity` bytes, which is at most [`LINE_MAX`].
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, LINE_MAX);
        // The buffer has the size of a block, because `swap` gives it away in place of a block.
        let Block { bytes, ends, .. } = Block::default();
        LineBuffer { bytes, capacity, start: 0, searched: 0, end: 0, ended: false, dropping: false, ends, next_end: 0 }
    }

    /// Empties the buffer, for the next input.
    pub fn clear(&mut self) {
        (self.start, self.searched, self.end) = (0, 0, 0);
        (self.ended, self.dropping) = (false, false);
        self.ends.clear();
        self.next_end = 0;
    }

    /// Reads from `input` once. Returns the number of bytes, which is 0 at the end of the input. After the end,
    /// [`next_line`](Self::next_line) lends the bytes that are left. This may be called only after `next_line` has
    /// returned `None`.
    ///
    /// # Errors
    ///
    /// The error of `input`. No bytes are lost by it, so the caller can call this again.
    pub fn fill(&mut self, input: &mut impl Read) -> io::Result<usize> {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.searched -= self.start;
        self.start = 0;
        // At most `capacity` bytes are in the buffer, so that a long line is cut at the same place whatever the sizes
        // of the reads are.
        let count = input.read(&mut self.bytes[self.end..self.capacity])?;
        self.end += count;
        self.ended = count == 0;
        Ok(count)
    }

    /// Takes a block that another thread has read. Returns the previous block, which can be filled again. An empty
    /// block means the end of the input. This may be called only after [`next_line`](Self::next_line) has returned
    /// `None`.
    pub fn swap(&mut self, block: Block) -> Block {
        let Block { mut bytes, count, ends } = block;
        // The bytes that are left are fewer than those of the longest line, so there is room for them in front of the
        // block.
        let start = LINE_MAX - (self.end - self.start);
        bytes[start..LINE_MAX].copy_from_slice(&self.bytes[self.start..self.end]);
        (self.start, self.searched, self.end) = (start, LINE_MAX, LINE_MAX + count);
        self.ended = count == 0;
        // While the rest of a long line is being dropped, `ends` is not used, because only
        // [`search_line`](Self::search_line) can drop bytes.
        self.next_end = if self.dropping { ends.len() } else { 0 };
        let ends = std::mem::replace(&mut self.ends, ends);
        Block { bytes: std::mem::replace(&mut self.bytes, bytes), count: 0, ends }
    }

    /// Lends the next line, without its newline. Returns `None` if more must be read first.
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

    /// Returns the address behind the bytes that were read. The distance of a line's address from this one is the
    /// number of bytes of the input from the beginning of the line to the end of the bytes that were read. The address
    /// changes with each [`fill`](Self::fill) and [`swap`](Self::swap).
    pub fn end_address(&self) -> usize {
        self.bytes.as_ptr() as usize + self.end
    }

    /// Searches the end of the next line in the bytes.
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

    /// Lends a line in one of the rare cases: it is the last line of the input and has no newline, or it is too long.
    /// Returns `None` if the line is not complete yet.
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

    /// A reader that returns at most the given number of bytes from each read.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert!(!buffer.is_empty(), "asked for no bytes");
            let step = self.1.min(buffer.len());
            self.0.read(&mut buffer[..step])
        }
    }

    /// Returns all lines of an input. `fill` reads more of it into the buffer.
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

    /// Returns the lines of a text that is read in blocks of `step` bytes.
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
