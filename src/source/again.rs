//! A regular file of text, of which some lines are read again.

use super::block::LINE_MAX;
use super::lines::LineBuffer;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Reads lines of a regular file from any offset on. The position of the file is not changed, so that another reader of
/// the same file is not disturbed.
pub struct AgainText {
    file: File,
    /// The position in the file at which the input began.
    base: u64,
    /// The offset in the input of the byte that is read next.
    offset: u64,
    lines: LineBuffer,
}

impl AgainText {
    /// Takes a file whose input began at the position `base`.
    pub fn new(file: File, base: u64) -> Self {
        AgainText { file, base, offset: 0, lines: LineBuffer::with_capacity(LINE_MAX) }
    }

    /// Goes on with the line that begins at this offset in the input.
    pub fn seek(&mut self, offset: u64) {
        self.lines.clear();
        self.offset = offset;
    }

    /// Returns the next line, without its newline, and its offset in the input. Returns `None` if more must be read
    /// first.
    pub fn next_line(&mut self) -> Option<(u64, &[u8])> {
        let end = self.lines.end_address();
        let line = self.lines.next_line()?;
        Some((self.offset - (end - line.as_ptr() as usize) as u64, line))
    }

    /// Reads more bytes. Returns their number, which is 0 at the end of the file.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub fn fill(&mut self) -> io::Result<usize> {
        let mut reader = ReadAt { file: &self.file, position: self.base + self.offset };
        let count = self.lines.fill(&mut reader)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// Reads a file from a position on.
struct ReadAt<'f> {
    file: &'f File,
    position: u64,
}

impl Read for ReadAt<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read_at(buffer, self.position) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

/// A regular file with a position of its own, so that other readers of the same file are not disturbed.
pub(super) struct PositionedFile {
    file: Arc<File>,
    position: u64,
}

impl PositionedFile {
    /// Takes a file. The position is its beginning.
    pub(super) fn new(file: Arc<File>) -> Self {
        PositionedFile { file, position: 0 }
    }
}

impl Read for PositionedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = ReadAt { file: &self.file, position: self.position }.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for PositionedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
            SeekFrom::End(distance) => self.file.metadata()?.len().checked_add_signed(distance),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
