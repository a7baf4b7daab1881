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

/// A recording in a file. One reader goes through it from its beginning to its end. In between, other readers read
/// parts of it a second time.
#[derive(Clone)]
pub(super) struct SharedFile(Rc<RefCell<Positioned>>);

struct Positioned {
    file: Box<dyn ReadSeek>,
    /// The offset of the byte that the file returns next; `None` if it is not known, as before the first read and after
    /// a failed seek. Only a read at another offset needs a seek.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::io::Cursor;

    /// A file that counts how often its position is set.
    struct Counting {
        file: Cursor<Vec<u8>>,
        seeks: Rc<Cell<usize>>,
    }

    impl Read for Counting {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.file.read(bytes)
        }
    }

    impl Seek for Counting {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.seeks.set(self.seeks.get() + 1);
            self.file.seek(to)
        }
    }

    #[test]
    fn reads_one_behind_the_other_set_no_position() {
        let seeks = Rc::new(Cell::new(0));
        let file = Cursor::new((0..100).collect());
        let file = SharedFile::new(Counting { file, seeks: Rc::clone(&seeks) });
        let mut reader = file.reader_at(10);
        let mut bytes = [0; 7];
        for start in [10, 17, 24] {
            reader.read_exact(&mut bytes).expect("bytes");
            assert_eq!((bytes[0], bytes[6], seeks.get()), (start, start + 6, 1));
        }
        // A read at another place comes between two reads of `reader`. Both it and the next read of `reader` set the
        // position.
        read_exact_at(&file, &mut bytes, 90).expect("bytes");
        assert_eq!((bytes, seeks.get()), ([90, 91, 92, 93, 94, 95, 96], 2));
        reader.read_exact(&mut bytes).expect("bytes");
        assert_eq!((bytes[0], seeks.get()), (31, 3));
        let end = read_exact_at(&file, &mut bytes, 95).map_err(|error| error.kind());
        assert_eq!(end, Err(ErrorKind::UnexpectedEof));
    }
}
