//! Decompresses inputs of gzip and zstd while they are read.

use std::io::{self, BufRead, BufReader, Read};
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

/// The number of compressed bytes that are read at once.
const READ: usize = 64 * 1024;

/// The largest distance that a zstd frame may refer back to, as the exponent of a power of 2: 2^27 bytes are 128 MiB.
/// It bounds the memory. By default, zstd(1) accepts the same distance. Frames of levels up to 19 refer back at most 8
/// MiB.
const WINDOW_LOG_MAX: u32 = 27;

/// A compression that this program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

/// The first bytes of each compression (RFC 1952, RFC 8878).
const MAGICS: [(&[u8], Compression); 2] =
    [(b"\x1f\x8b\x08", Compression::Gzip), (b"\x28\xb5\x2f\xfd", Compression::Zstd)];

impl Compression {
    /// Returns the compression of an input that begins with these bytes.
    pub(super) fn detect(beginning: &[u8]) -> Option<Compression> {
        MAGICS.iter().find(|(magic, _)| beginning.starts_with(magic)).map(|(_, compression)| *compression)
    }

    /// Returns whether more bytes could turn this beginning into one that [`Compression::detect`] recognises.
    pub(super) fn may_become_one(beginning: &[u8]) -> bool {
        MAGICS.iter().any(|(magic, _)| beginning.len() < magic.len() && magic.starts_with(beginning))
    }

    /// Returns a reader of the decompressed bytes. If `input` fails with `WouldBlock`, so does the reader, and it goes
    /// on later. It reads all members of a gzip file, and all frames of a zstd file.
    ///
    /// # Errors
    ///
    /// Only errors of the kind `OutOfMemory`.
    pub(super) fn reader(self, input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
        let input = BufReader::with_capacity(READ, input);
        Ok(match self {
            Compression::Gzip => Box::new(GzipReader(flate2::bufread::MultiGzDecoder::new(input))),
            Compression::Zstd => Box::new(ZstdReader::new(input)?),
        })
    }
}

/// Reads what gzip compressed, and turns its errors into messages that say what is wrong with the data.
struct GzipReader<R>(flate2::bufread::MultiGzDecoder<R>);

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.read(room).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut_off("gzip"),
            io::ErrorKind::InvalidInput => damaged("gzip", &error.to_string()),
            _ => error,
        })
    }
}

/// Reads what zstd compressed.
struct ZstdReader<R> {
    decoder: DCtx<'static>,
    input: R,
    /// True from the beginning of a frame to its end.
    is_within_frame: bool,
    /// True if the last call filled the caller's buffer, so that the decoder may hold more bytes.
    has_more: bool,
}

impl<R: BufRead> ZstdReader<R> {
    fn new(input: R) -> io::Result<Self> {
        let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
        let mut decoder = DCtx::try_create().ok_or_else(no_memory)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(|_| no_memory())?;
        Ok(ZstdReader { decoder, input, is_within_frame: false, has_more: false })
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            let bytes = match self.input.fill_buf() {
                Err(error) if self.has_more && error.kind() == io::ErrorKind::WouldBlock => &[],
                bytes => bytes?,
            };
            if bytes.is_empty() && !self.has_more {
                return if self.is_within_frame { Err(cut_off("zstd")) } else { Ok(0) };
            }
            let room_length = room.len();
            let (mut from, mut to) = (InBuffer::around(bytes), OutBuffer::around(&mut *room));
            let left = self.decoder.decompress_stream(&mut to, &mut from);
            let left = left.map_err(|code| damaged("zstd", zstd_safe::get_error_name(code)))?;
            let (taken, given) = (from.pos(), to.pos());
            self.input.consume(taken);
            // `left` is 0 at the end of a frame.
            self.is_within_frame = left > 0;
            self.has_more = given == room_length && self.is_within_frame;
            if given > 0 || room_length == 0 {
                return Ok(given);
            }
        }
    }
}

fn cut_off(format: &str) -> io::Error {
    io::Error::other(format!("the {format} data is cut off"))
}

fn damaged(format: &str, reason: &str) -> io::Error {
    io::Error::other(format!("the {format} data is damaged: {reason}"))
}

#[cfg(test)]
mod tests;
