//! Decompresses records (`perf record -z`).
//!
//! perf compresses its records into one stream of zstd and puts that into the
//! bodies of `COMPRESSED` records, cut at any place. A record may begin in one
//! body and end in the next.

use super::window::Window;
use crate::perf_data::bytes::u32_at;
use crate::perf_data::error::{Damage, Error, Unsupported};
use std::io;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

/// The largest distance that a stream may refer back to, as a power of 2: 8 MiB.
/// All decoders should support it (RFC 8878, 3.1.1.1.2), and the levels up to 19 keep to it.
const WINDOW_LOG_MAX: u32 = 23;
const LEVEL_MAX: u32 = 19;

/// `enum perf_compress_type`
const ZSTD: u32 = 1;

/// Checks the body of the feature COMPRESSED: version, type, level, ratio, size of perf's buffer.
///
/// # Errors
///
/// [`Unsupported`] where the [`Decompressor`] cannot read such records.
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
    /// The body that is being decompressed. The decoder has taken `body[..at]`.
    body: Vec<u8>,
    at: usize,
    /// True if the window was full, so that the decoder may hold more.
    has_more: bool,
    window: Window,
}

impl Decompressor {
    /// Makes a decompressor for the first `COMPRESSED` record of a recording.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub(in crate::perf_data) fn new() -> io::Result<Self> {
        let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
        let mut decoder = DCtx::try_create().ok_or_else(no_memory)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(|_| no_memory())?;
        Ok(Decompressor { decoder, body: Vec::new(), at: 0, has_more: false, window: Window::default() })
    }

    /// Takes the next body. All records of the one before must be consumed.
    pub(in crate::perf_data) fn put(&mut self, body: &[u8]) {
        self.body.clear();
        self.body.extend_from_slice(body);
        self.at = 0;
    }

    /// Lends the next record, the same one until it is consumed. After `None` it needs another body.
    ///
    /// # Errors
    ///
    /// [`Damage`] where zstd cannot read the body or the record has no length.
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

    /// Returns whether the window holds the beginning of a record that is not whole.
    pub(in crate::perf_data) fn is_cut_off(&self) -> bool {
        !self.window.bytes().is_empty()
    }

    /// Decompresses as much as the window has room for, and returns whether there was something.
    fn decompress(&mut self) -> Result<bool, Damage> {
        let body = self.body.get(self.at..).unwrap_or_default();
        // A decoder that is called again and again with nothing to do returns an error.
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
