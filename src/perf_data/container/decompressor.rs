//! Compressed records (`perf record -z`): one stream of zstd in the bodies of
//! records, in which others stand one after another, cut anywhere.

use crate::perf_data::broken;
use crate::perf_data::bytes::u32_at;
use crate::perf_data::container::buffer::Window;
use std::io;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

/// How far back a stream may refer, as a power of 2: 8 MiB, which all decoders
/// should have (RFC 8878, 3.1.1.1.2) and which the levels up to 19 keep to.
const WINDOW_LOG_MAX: u32 = 23;
const LEVEL_MAX: u32 = 19;
/// `enum perf_compress_type`
const ZSTD: u32 = 1;

/// Feature COMPRESSED: version, type, level, ratio, size of a buffer.
/// Why it is not read here, where it is not.
pub(in crate::perf_data) fn unread(feature: &[u8]) -> Option<&'static str> {
    match (u32_at(feature, 4), u32_at(feature, 8)) {
        (Some(ZSTD), Some(..=LEVEL_MAX)) => None,
        (Some(ZSTD), _) => Some("it is compressed at a level above 19"),
        _ => Some("it is compressed in a way that is not known"),
    }
}

/// The records that were compressed.
pub(in crate::perf_data) struct Decompressor {
    decoder: DCtx<'static>,
    /// The body of the record that is unpacked, and how far it is.
    packed: Vec<u8>,
    at: usize,
    /// There was no room for all that was unpacked.
    has_more: bool,
    window: Window,
}

impl Decompressor {
    pub(in crate::perf_data) fn new() -> io::Result<Self> {
        let no_memory = || io::Error::from(io::ErrorKind::OutOfMemory);
        let mut decoder = DCtx::try_create().ok_or_else(no_memory)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(|_| no_memory())?;
        Ok(Decompressor { decoder, packed: Vec::new(), at: 0, has_more: false, window: Window::default() })
    }

    /// Takes the next body, after all records of the one before are consumed.
    pub(in crate::perf_data) fn put(&mut self, packed: &[u8]) {
        self.packed.clear();
        self.packed.extend_from_slice(packed);
        self.at = 0;
    }

    /// The next record, which stays until it is consumed; `None` until more is put.
    pub(in crate::perf_data) fn record(&mut self) -> io::Result<Option<&[u8]>> {
        let length = loop {
            if let Some(length) = self.window.record()? {
                break length;
            }
            if !self.unpack()? {
                return Ok(None);
            }
        };
        Ok(self.window.bytes().get(..length))
    }

    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.window.consume(count);
    }

    /// Whether the beginning of a record is there.
    pub(in crate::perf_data) fn is_cut_off(&self) -> bool {
        !self.window.bytes().is_empty()
    }

    /// Unpacks as much as there is room for; whether there was something.
    fn unpack(&mut self) -> io::Result<bool> {
        let packed = self.packed.get(self.at..).unwrap_or_default();
        // Asked again and again with nothing to do, the decoder makes that an error.
        if packed.is_empty() && !self.has_more {
            return Ok(false);
        }
        let mut input = InBuffer::around(packed);
        let room = self.window.room();
        let length = room.len();
        let mut output = OutBuffer::around(room);
        let done = self.decoder.decompress_stream(&mut output, &mut input);
        done.map_err(|code| broken(&format!("compressed records: {}", zstd_safe::get_error_name(code))))?;
        let (taken, given) = (input.pos(), output.pos());
        self.at += taken;
        self.has_more = given == length;
        self.window.filled(given);
        Ok(taken + given > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zstd_safe::{CCtx, CParameter};

    /// Records of these lengths, of which each byte is the number of its record.
    fn records(lengths: &[usize]) -> Vec<u8> {
        let record = |(number, &length): (u8, &usize)| {
            [&[9, 0, 0, 0, 0, 0][..], &(length as u16).to_le_bytes(), &vec![number; length - 8]].concat()
        };
        (0..).zip(lengths).flat_map(record).collect()
    }

    /// Compressed as perf does: flushed after each part.
    fn packed(bytes: &[u8], parts: usize, window_log: u32) -> Vec<Vec<u8>> {
        let mut encoder = CCtx::create();
        encoder.set_parameter(CParameter::WindowLog(window_log)).expect("a window");
        let pack = |part: &[u8]| {
            let mut room = vec![0; 2 * part.len() + 1024];
            let mut output = OutBuffer::around(&mut room[..]);
            encoder.compress_stream(&mut output, &mut InBuffer::around(part)).expect("room");
            assert_eq!(encoder.flush_stream(&mut output), Ok(0));
            let length = output.pos();
            room.truncate(length);
            room
        };
        bytes.chunks(bytes.len().div_ceil(parts)).map(pack).collect()
    }

    /// The lengths of the records that come out, with what went wrong.
    fn unpacked(packed: &[Vec<u8>]) -> (Vec<usize>, Option<String>) {
        let mut unpacked = Decompressor::new().expect("memory");
        let mut lengths = Vec::new();
        for body in packed {
            unpacked.put(body);
            loop {
                let length = match unpacked.record() {
                    Ok(None) => break,
                    Ok(Some(record)) => {
                        assert!(record[8..].iter().all(|&byte| usize::from(byte) == lengths.len() % 256));
                        record.len()
                    }
                    Err(error) => return (lengths, Some(error.to_string())),
                };
                lengths.push(length);
                unpacked.consume(length);
            }
            // However often it is asked, as when other records follow.
            assert!((0..50).all(|_| unpacked.record().is_ok_and(|record| record.is_none())));
        }
        let is_cut_off = unpacked.is_cut_off();
        (lengths, is_cut_off.then(|| "cut off".to_owned()))
    }

    #[test]
    fn records_come_out_however_they_were_cut() {
        let mut lengths: Vec<usize> = (0..245).map(|number| 8 + number * 7919 % 3000).collect();
        lengths.extend([65_535, 65_528, 8, 65_535, 65_535]);
        let bytes = records(&lengths);
        for parts in [1, 2, 3, 50, 1000] {
            assert_eq!(unpacked(&packed(&bytes, parts, 19)), (lengths.clone(), None), "{parts} parts");
        }
        let cut = packed(&bytes[..bytes.len() - 1], 3, 19);
        assert_eq!(unpacked(&cut), (lengths[..lengths.len() - 1].to_vec(), Some("cut off".to_owned())));
    }

    #[test]
    fn a_body_of_few_bytes_may_hold_many_records() {
        // 60 KB of them make 100 MB; what waits is never more than the window.
        let lengths = vec![60_000; 1700];
        let bytes: Vec<u8> = records(&[60_000]).repeat(1700);
        let packed = packed(&bytes, 1, 19);
        assert!(packed[0].len() < 60_000, "{}", packed[0].len());
        let mut unpacked = Decompressor::new().expect("memory");
        unpacked.put(&packed[0]);
        let mut count = 0;
        while let Some(record) = unpacked.record().expect("records") {
            let length = record.len();
            unpacked.consume(length);
            count += 1;
        }
        assert_eq!((count, unpacked.is_cut_off()), (lengths.len(), false));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let body = packed(&records(&[100, 200]), 1, 19).remove(0);
        let mut random = 7_u64;
        for _ in 0..1_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut bytes = body.clone();
            let at = (random >> 33) as usize % bytes.len();
            bytes[at] ^= 1 << (random >> 20 & 7);
            let mut unpacked = Decompressor::new().expect("memory");
            unpacked.put(&bytes);
            while let Ok(Some(record)) = unpacked.record() {
                let length = record.len();
                unpacked.consume(length);
            }
        }
        assert!(unpacked(&[vec![1; 20]]).1.is_some_and(|error| error.contains("compressed records: ")));
    }

    #[test]
    fn a_window_that_is_too_large_is_refused() {
        let bytes = records(&[1000; 10]);
        assert_eq!(unpacked(&packed(&bytes, 2, 23)).1, None);
        assert!(unpacked(&packed(&bytes, 2, 24)).1.is_some_and(|error| error.contains("memory")));
        assert_eq!(unread(&[1, 0, 0, 0, 1, 0, 0, 0, 19, 0, 0, 0]), None);
        assert_eq!(unread(&[1, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0]), Some("it is compressed at a level above 19"));
        assert_eq!(unread(&[1, 0, 0, 0, 2, 0, 0, 0]), Some("it is compressed in a way that is not known"));
    }
}
