//! Decompresses records (`perf record -z`).
//!
//! perf compresses its records into one stream of zstd. It cuts this stream at any place and puts the pieces into the
//! bodies of `COMPRESSED` records. So a record may begin in one body and end in the next.

use super::window::Window;
use crate::perf_data::bytes::u32_at;
use crate::perf_data::error::{Damage, Error, Unsupported};
use std::io;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

/// The largest distance that a compressed stream may refer back to, as the exponent of a power of 2: 2^23 bytes are
/// 8 MiB. All decoders should support this distance (RFC 8878, 3.1.1.1.2), and zstd's compression levels up to 19 need
/// no larger one.
const WINDOW_LOG_MAX: u32 = 23;
const LEVEL_MAX: u32 = 19;

/// The number of zstd in `enum perf_compress_type`.
const ZSTD: u32 = 1;

/// Checks the feature COMPRESSED of a recording. Its body has five numbers of 32 bits: version, type, level, ratio and
/// size of perf's buffer.
///
/// # Errors
///
/// [`Unsupported`] where the type or level is one that the [`Decompressor`] cannot read.
pub(super) fn check_feature(feature: &[u8]) -> Result<(), Unsupported> {
    match (u32_at(feature, 4), u32_at(feature, 8)) {
        (Some(ZSTD), Some(..=LEVEL_MAX)) => Ok(()),
        (Some(ZSTD), _) => Err(Unsupported::CompressionLevel),
        _ => Err(Unsupported::CompressionMethod),
    }
}

/// Turns the bodies of `COMPRESSED` records into the records that they hold.
pub(in crate::perf_data) struct Decompressor {
    decoder: DCtx<'static>,
    /// The body of the last `COMPRESSED` record. The decoder has read `body[..at]`.
    body: Vec<u8>,
    at: usize,
    /// True if the decoder has filled `window`. The decoder may then keep decompressed bytes for which `window` had no
    /// room.
    has_more: bool,
    /// The decompressed bytes that are not consumed yet, in a buffer of a fixed size.
    window: Window,
}

impl Decompressor {
    /// Creates a decompressor for the `COMPRESSED` records of one recording, from the first one on.
    ///
    /// # Errors
    ///
    /// Only errors of the kind `OutOfMemory`.
    pub(in crate::perf_data) fn new() -> io::Result<Self> {
        let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
        let mut decoder = DCtx::try_create().ok_or_else(no_memory)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(|_| no_memory())?;
        Ok(Decompressor { decoder, body: Vec::new(), at: 0, has_more: false, window: Window::default() })
    }

    /// Takes the body of the next `COMPRESSED` record. All records that the body before it held must be consumed.
    pub(in crate::perf_data) fn put(&mut self, body: &[u8]) {
        self.body.clear();
        self.body.extend_from_slice(body);
        self.at = 0;
    }

    /// Lends the next decompressed record. It stays the next one until it is consumed. Returns `None` when all records
    /// of the body were consumed: then [`put`](Self::put) must give another body.
    ///
    /// # Errors
    ///
    /// [`Damage`] where zstd cannot read the body, or where the record states an impossible length.
    pub(in crate::perf_data) fn record(&mut self) -> Result<Option<&[u8]>, Error> {
        let length = loop {
            if let Some(length) = self.window.record_length()? {
                break length;
            }
            if !self.decompress()? {
                return Ok(None);
            }
        };
        Ok(self.window.bytes().get(..length))
    }

    /// Drops the record that was lent, which has `count` bytes.
    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.window.consume(count);
    }

    /// Returns whether the bodies so far end in the middle of a record.
    pub(in crate::perf_data) fn is_cut_off(&self) -> bool {
        !self.window.bytes().is_empty()
    }

    /// Decompresses as much as the window has room for. Returns whether it read or wrote any bytes.
    fn decompress(&mut self) -> Result<bool, Damage> {
        let body = self.body.get(self.at..).unwrap_or_default();
        // zstd returns an error if it is called again and again without anything to do.
        if body.is_empty() && !self.has_more {
            return Ok(false);
        }
        let mut input = InBuffer::around(body);
        let room = self.window.room();
        let room_length = room.len();
        let mut output = OutBuffer::around(room);
        let result = self.decoder.decompress_stream(&mut output, &mut input);
        result.map_err(|code| Damage::Compression(zstd_safe::get_error_name(code)))?;
        let (taken, given) = (input.pos(), output.pos());
        self.at += taken;
        self.has_more = given == room_length;
        self.window.add(given);
        Ok(taken + given > 0)
    }
}

#[cfg(test)]
mod tests;
