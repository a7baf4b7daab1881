//! Makes recordings: one that repeats the records of a perf.data, and one with a large round. A round is a part of a
//! perf.data whose records must be put in order before any of them is used. The records of a large round do not fit
//! into the memory in which pspp-filter puts them in order.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The number of bytes of a sample of [`write_large_round`].
pub const LARGE_ROUND_SAMPLE: u64 = 56;

/// Writes a perf.data in which the records of `recording` are repeated until they have at least `least` bytes. The
/// samples of each repetition are 10 ms later than those of the one before. The recording must be one of
/// `perf record -e TRACEPOINTS`: in its samples the time is at byte 24, after the header, the address and the thread.
pub fn write_recording(path: &Path, recording: &[u8], least: u64) -> io::Result<()> {
    let number = |at: usize| u64::from_le_bytes(recording[at..at + 8].try_into().expect("8 bytes"));
    // struct perf_file_header has u64 numbers: the magic, its own size and the size of an attribute, and then the
    // offset and the size of three parts: the attributes, the data (at the bytes 40 and 48) and the event types.
    let (data_at, data_size) = (number(40) as usize, number(48) as usize);
    let features_at = data_at + data_size;
    let times = least.div_ceil(data_size as u64);
    let grown = (times - 1) * data_size as u64;
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&recording[..48])?;
    file.write_all(&(times * data_size as u64).to_le_bytes())?;
    file.write_all(&recording[56..data_at])?;
    let mut data = recording[data_at..features_at].to_vec();
    for _ in 0..times {
        file.write_all(&data)?;
        let mut at = 0;
        while at < data.len() {
            let size = usize::from(u16::from_le_bytes([data[at + 6], data[at + 7]]));
            // 9 is the type of PERF_RECORD_SAMPLE.
            if data[at] == 9 {
                let time = u64::from_le_bytes(data[at + 24..at + 32].try_into().expect("8 bytes"));
                data[at + 24..at + 32].copy_from_slice(&(time + 10_000_000).to_le_bytes());
            }
            at += size;
        }
    }
    // Behind the data are the features, such as the name of the host. They begin with a table of the offset and size of
    // each feature. The first feature comes directly after the table. The offsets grow by the bytes that the
    // repetitions add.
    let first = number(features_at) as usize;
    for section in recording[features_at..first].chunks_exact(16) {
        let offset = u64::from_le_bytes(section[..8].try_into().expect("8 bytes"));
        file.write_all(&(offset + grown).to_le_bytes())?;
        file.write_all(&section[8..])?;
    }
    file.write_all(&recording[first..])?;
    file.flush()
}

/// Returns the number of records of a perf.data, and the number of their bytes.
pub fn records(recording: &[u8]) -> (u64, u64) {
    let number = |at: usize| u64::from_le_bytes(recording[at..at + 8].try_into().expect("8 bytes"));
    let (data_at, data_size) = (number(40) as usize, number(48) as usize);
    let (mut at, mut count) = (data_at, 0);
    while at < data_at + data_size {
        at += usize::from(u16::from_le_bytes([recording[at + 6], recording[at + 7]]));
        count += 1;
    }
    (count, data_size as u64)
}

/// Writes a recording of `samples` samples of two CPUs, in which all samples of CPU 0 stand in front of those of CPU 1,
/// as perf writes them when it was stopped for a while. The recording has the form of `perf record -o -`.
pub fn write_large_round(path: &Path, samples: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    // These are the fields of perf_event_attr: type 1 (software) and its size, config 0 (cpu-clock), period,
    // sample_type (IDENTIFIER, TID, TIME, CPU, PERIOD and IP), read_format, flags (sample_id_all). The id 7 follows the
    // attribute.
    let mut attribute = words(&[128 << 32 | 1, 0, 1, 0x10187, 4, 1 << 18]);
    attribute.resize(128, 0);
    attribute.extend(words(&[7]));
    file.write_all(&[&b"PERFILE2"[..], &words(&[16]), &record(64, &attribute)].concat())?;
    for cpu in 0..2 {
        for at in 0..samples / 2 {
            let thread = 100 + cpu;
            // A sample has these fields: identifier, ip, pid and tid, time, cpu, period.
            let body = [7, 0, thread << 32 | thread, 1_000_000_000 + 1000 * at + 500 * cpu, cpu, 1];
            file.write_all(&record(9, &words(&body)))?;
        }
    }
    file.flush()
}

fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Returns a record of a perf.data with this type and body. Of the types, 9 is a SAMPLE, and 64 a HEADER_ATTR.
fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let size = u16::try_from(8 + body.len()).expect("a record has at most 64 KiB");
    [&kind.to_le_bytes()[..], &[0, 0], &size.to_le_bytes(), body].concat()
}
