//! Histograms of a state, in the encoding V2 of HdrHistogram, compressed and in base64. Any reader of HdrHistogram reads
//! them. The bytes depend only on the counts.

use crate::event::Resolution;
use crate::stats::histograms::{DIGITS, Histograms};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use std::io::Read;

/// The bytes before the compressed part: a magic number of 4 bytes, and the length of the compressed part.
const OUTER: usize = 8;
/// The bytes before the counts: a magic number, the length of the counts, an offset, the number of digits, the smallest
/// and the largest value, and a ratio.
const INNER: usize = 40;
const MAGIC_COMPRESSED: &[u8] = &0x1c84_9314_u32.to_be_bytes();
const MAGIC: &[u8] = &0x1c84_9313_u32.to_be_bytes();
/// The number of bins from each power of two to the next one.
const BINS_PER_OCTAVE: u64 = 1024;
/// The number of bins for all values of 64 bits: 2048 for the values below 2048, and then 1024 an octave.
const BINS_MAX: u64 = 2048 + 53 * BINS_PER_OCTAVE;
/// The largest number of bytes of the counts: each bin has at most 9 bytes.
const COUNTS_MAX: u64 = 9 * BINS_MAX;

/// Returns a histogram as text.
pub(super) fn encode(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    // A count of 2^63 or more could not be written, but no run counts so far. Writing into memory does not fail.
    let written = V2DeflateSerializer::new().serialize(&fresh(histogram), &mut bytes);
    debug_assert!(written.is_ok(), "{written:?}");
    STANDARD.encode(bytes)
}

/// Returns the same counts in a histogram whose bounds follow from its largest value. The bounds of the original depend on
/// the order in which values came.
fn fresh(histogram: &Histogram<u64>) -> Histogram<u64> {
    let largest = histogram.lowest_equivalent(histogram.max()).max(2);
    let Ok(mut fresh) = Histogram::new_with_bounds(1, largest, DIGITS) else { return histogram.clone() };
    for bin in histogram.iter_recorded() {
        fresh.saturating_record_n(bin.value_iterated_to(), bin.count_at_value());
    }
    fresh
}

/// Adds the counts of a histogram that [`encode`] has written. Returns the number of values; `None` if the text is no
/// such histogram.
pub(super) fn decode(text: &str, resolution: Resolution, into: &mut Histograms) -> Option<u64> {
    let compressed = STANDARD.decode(text).ok()?;
    let (outer, compressed) = compressed.split_at_checked(OUTER)?;
    let length = compressed.len() as u32;
    if outer != [MAGIC_COMPRESSED, &length.to_be_bytes()].concat() {
        return None;
    }
    let mut bytes = Vec::new();
    ZlibDecoder::new(compressed).take(INNER as u64 + COUNTS_MAX).read_to_end(&mut bytes).ok()?;
    let (inner, counts) = bytes.split_at_checked(INNER)?;
    let digits = u32::from(DIGITS).to_be_bytes();
    let is_ours = inner.starts_with(MAGIC)
        && inner[4..8] == (counts.len() as u32).to_be_bytes()
        && inner[8..12] == [0; 4]
        && inner[12..16] == digits
        && inner[16..24] == 1_u64.to_be_bytes()
        && inner[32..40] == 1_f64.to_be_bytes();
    if !is_ours {
        return None;
    }
    add_counts(counts, resolution, into)
}

/// Adds the counts of all bins. A negative number stands for so many empty bins.
fn add_counts(mut counts: &[u8], resolution: Resolution, into: &mut Histograms) -> Option<u64> {
    let (mut bin, mut sum) = (0_u64, 0_u64);
    let mut filled = Vec::new();
    while !counts.is_empty() {
        let (number, rest) = zigzag(counts)?;
        counts = rest;
        match u64::try_from(number) {
            Ok(count) => {
                // A single empty bin is written as a count of 0.
                if count > 0 {
                    sum = sum.checked_add(count)?;
                    filled.push((bin, count));
                }
                bin += 1;
            }
            Err(_) => bin = bin.checked_add(number.unsigned_abs())?,
        }
        if bin > BINS_MAX {
            return None;
        }
    }
    // The largest value comes first, so that the histogram gets its room at once.
    filled.into_iter().rev().for_each(|(bin, count)| into.add(value_of(bin), count, resolution));
    Some(sum)
}

/// Returns the smallest value of a bin.
fn value_of(bin: u64) -> u64 {
    match (bin / BINS_PER_OCTAVE).checked_sub(1) {
        None => bin,
        Some(octave) => (bin % BINS_PER_OCTAVE + BINS_PER_OCTAVE) << octave,
    }
}

/// Reads a number in the encoding of HdrHistogram: 7 bits a byte, the lowest first, the high bit set if more follow; the
/// ninth byte has 8 bits. The lowest bit of the number is its sign. Returns the number and the bytes behind it.
fn zigzag(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number = 0_u64;
    for at in 0..9 {
        let byte = *bytes.get(at)?;
        let is_last = at == 8 || byte < 0x80;
        let bits = if at == 8 { byte } else { byte & 0x7f };
        number |= u64::from(bits) << (7 * at);
        if is_last {
            let value = (number >> 1) as i64 ^ -((number & 1) as i64);
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Nanos;
    use Resolution::{Micros, Nanos as InNanos};

    fn histograms_of(deltas: &[u64]) -> Histograms {
        let mut histograms = Histograms::default();
        deltas.iter().for_each(|&delta| histograms.record(Nanos(delta), InNanos));
        histograms
    }

    fn encoded(histograms: &Histograms) -> String {
        encode(histograms.in_steps_of(InNanos).expect("a delta in nanoseconds"))
    }

    #[test]
    fn what_was_written_is_read() {
        for deltas in [
            &[0][..],
            &[1],
            &[1, 1, 2],
            &[2047, 2048, 2049, 4095, 4096],
            &[5_000_000_000, 3, 3, 70_000],
            &[u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1],
        ] {
            let histograms = histograms_of(deltas);
            let text = encoded(&histograms);
            let mut read = Histograms::default();
            assert_eq!(decode(&text, InNanos, &mut read), Some(deltas.len() as u64), "{deltas:?}");
            assert_eq!(read.bins().collect::<Vec<_>>(), histograms.bins().collect::<Vec<_>>(), "{deltas:?}");
            assert_eq!(encoded(&read), text, "{deltas:?}");
        }
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_order() {
        let rising: Vec<u64> = (0..40).map(|at| 3_u64.pow(at)).collect();
        let falling: Vec<u64> = rising.iter().rev().copied().collect();
        assert_eq!(encoded(&histograms_of(&rising)), encoded(&histograms_of(&falling)));
    }

    #[test]
    fn another_reader_of_hdrhistogram_reads_it() {
        let text = encoded(&histograms_of(&[5, 70_000, 70_000]));
        let bytes = STANDARD.decode(text).expect("base64");
        let read: Histogram<u64> =
            hdrhistogram::serialization::Deserializer::new().deserialize(&mut bytes.as_slice()).expect("a histogram");
        assert_eq!((read.len(), read.min(), read.count_at(70_000)), (3, 5, 2));
    }

    #[test]
    fn damaged_text_is_refused_or_read_without_growth() {
        let text = encoded(&histograms_of(&[5, 70_000, 70_000, 123_456_789]));
        let bytes = STANDARD.decode(&text).expect("base64");
        assert_eq!(decode("", Micros, &mut Histograms::default()), None);
        assert_eq!(decode("*", Micros, &mut Histograms::default()), None);
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                let _ = decode(&STANDARD.encode(&damaged), Micros, &mut Histograms::default());
                assert_eq!(decode(&STANDARD.encode(&bytes[..at]), Micros, &mut Histograms::default()), None);
            }
        }
    }
}
