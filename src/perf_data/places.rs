//! Reads bytes at any offset of a file. Records that do not fit into memory are read a second time in this way.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::rc::Rc;

/// Bytes that can be read at any offset.
pub(super) trait ReadAt {
    /// Reads at an offset, perhaps fewer bytes than fit; 0 bytes are the end, as for [`Read::read`].
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;
}

/// Reads until `bytes` are full.
///
/// # Errors
///
/// The errors of the input, and `UnexpectedEof` if it ends before `bytes` are full.
pub(super) fn read_exact_at(input: &impl ReadAt, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match input.read_at(bytes, offset) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                bytes = bytes.get_mut(count..).unwrap_or_default();
                offset += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

trait ReadSeek: Read + Seek {}

impl<F: Read + Seek> ReadSeek for F {}

/// A recording in a file. It is read from its beginning to its end, and in between other places of it are read again.
#[derive(Clone)]
pub(super) struct SharedFile(Rc<RefCell<Positioned>>);

struct Positioned {
    file: Box<dyn ReadSeek>,
    /// The offset at which the file stands; `None` if it is not known. A seek is needed only if the next read is
    /// elsewhere.
    position: Option<u64>,
}

impl SharedFile {
    /// Takes a file. It need not stand at its beginning.
    pub(super) fn new(file: impl Read + Seek + 'static) -> Self {
        SharedFile(Rc::new(RefCell::new(Positioned { file: Box::new(file), position: None })))
    }

    /// Returns a reader of all bytes from this offset to the end.
    pub(super) fn reader_at(&self, offset: u64) -> impl Read + 'static {
        Sequential { file: self.clone(), offset }
    }
}

impl ReadAt for SharedFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let Positioned { file, position } = &mut *self.0.borrow_mut();
        if *position != Some(offset) {
            *position = None;
            file.seek(SeekFrom::Start(offset))?;
        }
        let count = file.read(bytes)?;
        *position = Some(offset + count as u64);
        Ok(count)
    }
}

struct Sequential {
    file: SharedFile,
    offset: u64,
}

impl Read for Sequential {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(bytes, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}
