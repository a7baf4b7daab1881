//! Records that perf has compressed must come out unchanged, and damaged ones must give an error.

use super::*;
use zstd_safe::{CCtx, CParameter};

/// Returns records of these lengths. Each byte of a body is the number of its record.
fn records(lengths: &[usize]) -> Vec<u8> {
    let record = |(number, &length): (u8, &usize)| {
        [&[9, 0, 0, 0, 0, 0][..], &(length as u16).to_le_bytes(), &vec![number; length - 8]].concat()
    };
    (0..).zip(lengths).flat_map(record).collect()
}

/// Compresses in the same way as perf, which flushes the encoder after each part.
fn compress(bytes: &[u8], parts: usize, window_log: u32) -> Vec<Vec<u8>> {
    let mut encoder = CCtx::create();
    encoder.set_parameter(CParameter::WindowLog(window_log)).expect("a window");
    let compress = |part: &[u8]| {
        let mut room = vec![0; 2 * part.len() + 1024];
        let mut output = OutBuffer::around(&mut room[..]);
        encoder.compress_stream(&mut output, &mut InBuffer::around(part)).expect("room");
        assert_eq!(encoder.flush_stream(&mut output), Ok(0));
        let length = output.pos();
        room.truncate(length);
        room
    };
    bytes.chunks(bytes.len().div_ceil(parts)).map(compress).collect()
}

/// Returns the lengths of the decompressed records, and the error.
fn decompress(bodies: &[Vec<u8>]) -> (Vec<usize>, Option<String>) {
    let mut decompressor = Decompressor::new().expect("memory");
    let mut lengths = Vec::new();
    for body in bodies {
        decompressor.put(body);
        loop {
            let length = match decompressor.record() {
                Ok(None) => break,
                Ok(Some(record)) => {
                    assert!(record[8..].iter().all(|&byte| usize::from(byte) == lengths.len() % 256));
                    record.len()
                }
                Err(error) => return (lengths, Some(error.to_string())),
            };
            lengths.push(length);
            decompressor.consume(length);
        }
        // Behind a compressed record, the file may go on with records that are not compressed. For each of these, the
        // reader first asks the decompressor, although nothing is left to decompress. zstd must not make an error of
        // it.
        assert!((0..50).all(|_| decompressor.record().is_ok_and(|record| record.is_none())));
    }
    let is_cut_off = decompressor.is_cut_off();
    (lengths, is_cut_off.then(|| "cut off".to_owned()))
}

#[test]
fn records_come_out_however_they_were_cut() {
    let mut lengths: Vec<usize> = (0..245).map(|number| 8 + number * 7919 % 3000).collect();
    lengths.extend([65_535, 65_528, 8, 65_535, 65_535]);
    let bytes = records(&lengths);
    for parts in [1, 2, 3, 50, 1000] {
        assert_eq!(decompress(&compress(&bytes, parts, 19)), (lengths.clone(), None), "{parts} parts");
    }
    let cut = compress(&bytes[..bytes.len() - 1], 3, 19);
    assert_eq!(decompress(&cut), (lengths[..lengths.len() - 1].to_vec(), Some("cut off".to_owned())));
}

#[test]
fn a_body_of_few_bytes_may_hold_many_records() {
    // Less than 60 KB of compressed bytes become 100 MB. They do not fit into the buffer of the decompressor, which has
    // a fixed size, so it decompresses the body piece by piece.
    let lengths = vec![60_000; 1700];
    let bytes: Vec<u8> = records(&[60_000]).repeat(1700);
    let bodies = compress(&bytes, 1, 19);
    assert!(bodies[0].len() < 60_000, "{}", bodies[0].len());
    let mut decompressor = Decompressor::new().expect("memory");
    decompressor.put(&bodies[0]);
    let mut count = 0;
    while let Some(record) = decompressor.record().expect("records") {
        let length = record.len();
        decompressor.consume(length);
        count += 1;
    }
    assert_eq!((count, decompressor.is_cut_off()), (lengths.len(), false));
}

#[test]
fn damaged_bodies_give_an_error() {
    // A body with one wrong bit may give an error or wrong records, but it must never make the decompressor panic.
    let body = compress(&records(&[100, 200]), 1, 19).remove(0);
    let mut random = 7_u64;
    for _ in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut bytes = body.clone();
        let at = (random >> 33) as usize % bytes.len();
        bytes[at] ^= 1 << (random >> 20 & 7);
        let mut decompressor = Decompressor::new().expect("memory");
        decompressor.put(&bytes);
        while let Ok(Some(record)) = decompressor.record() {
            let length = record.len();
            decompressor.consume(length);
        }
    }
    assert!(decompress(&[vec![1; 20]]).1.is_some_and(|error| error.contains("compressed records: ")));
}

#[test]
fn a_window_that_is_too_large_is_refused() {
    let bytes = records(&[1000; 10]);
    assert_eq!(decompress(&compress(&bytes, 2, 23)).1, None);
    assert!(decompress(&compress(&bytes, 2, 24)).1.is_some_and(|error| error.contains("memory")));
    assert_eq!(check_feature(&[1, 0, 0, 0, 1, 0, 0, 0, 19, 0, 0, 0]), Ok(()));
    assert_eq!(check_feature(&[1, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0]), Err(Unsupported::CompressionLevel));
    assert_eq!(check_feature(&[1, 0, 0, 0, 2, 0, 0, 0]), Err(Unsupported::CompressionMethod));
}
