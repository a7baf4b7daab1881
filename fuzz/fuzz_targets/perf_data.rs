//! Reads any bytes as a perf.data. The reader must come to an end, and must not take more bytes than there are. Records
//! wait until they can be put in order. The bytes are read again with limits that let only a few records wait in
//! memory, so that the others wait at their places in the file or in a temporary file. Both times, the reader must give
//! the same records and the same error at the end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::Line;
use pspp_filter::perf_data::{Error, Limits, PerfData, WantedPayloads};
use std::io::{Cursor, ErrorKind};

/// Returns the wanted payloads. The bits of `choice`, the first byte of the fuzzer's input, choose them.
fn payloads(choice: u8) -> WantedPayloads {
    let wanted = |is_wanted: bool, names: &[&str]| {
        if is_wanted { names.iter().map(|&name| name.to_owned()).collect() } else { Vec::new() }
    };
    WantedPayloads {
        fields: wanted(choice & 1 != 0, &["pid", "comm", "fd", "ret"]),
        words: if choice & 2 != 0 { vec![1, 3] } else { Vec::new() },
        whole: choice & 4 != 0,
        optional: choice & 16 != 0,
        events: Box::new(|name| !name.starts_with(b"c")),
        lines: choice & 32 != 0,
        call_chains: choice & 64 != 0,
    }
}

/// Opens the bytes as a file, or as a stream if `choice` has the bit 8.
fn open(choice: u8, bytes: &[u8], limits: Limits) -> Result<PerfData, Error> {
    let input = Cursor::new(bytes.to_vec());
    if choice & 8 != 0 {
        Ok(PerfData::stream_within(limits, input, payloads(choice)))
    } else {
        PerfData::open_within(limits, input, payloads(choice))
    }
}

/// Returns the text of each record, and the error at the end.
fn read(mut records: PerfData, length: usize) -> (Vec<String>, Option<String>) {
    let (mut texts, mut taken, mut pauses) = (Vec::new(), 0, 0);
    loop {
        let read = records.next();
        let text = match read {
            Ok(Some(line)) => {
                if let Line::Event(event) = &line {
                    assert!(event.tid.is_some());
                }
                Ok(format!("{line:?}"))
            }
            Ok(None) => Err(None),
            Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {
                pauses += 1;
                // The reader returns `Interrupted` as a pause after thousands of records without an event, and while
                // it merges sorted runs of records that do not fit into memory. The next call goes on.
                assert!(pauses <= 100 + length, "no end");
                continue;
            }
            Err(error) => Err(Some(error.to_string())),
        };
        taken += records.take_bytes();
        assert!(taken <= length as u64);
        match text {
            Ok(text) => texts.push(text),
            Err(end) => return (texts, end),
        }
        // A record has at least 8 bytes, but a compressed record, and one with the counter values of a group, may give
        // several texts. So the length of the input does not bound the number of texts, and a fixed bound is used.
        assert!(texts.len() <= 100_000, "more records than fit");
    }
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses which parts of payloads are wanted, and whether the recording comes as a file or through a
    // pipe. The second byte chooses how few records may wait in memory.
    let [choice, small, bytes @ ..] = bytes else { return };
    let Ok(records) = open(*choice, bytes, Limits::default()) else { return };
    let expected = read(records, bytes.len());
    let small = usize::from(*small);
    let limits = Limits {
        records: 1 + small % 16,
        bytes: 1 + 40 * (small / 16),
        span: if small & 1 == 0 { u64::MAX } else { 1000 },
        run_records: 1 + small % 5,
        runs: 2 + small % 7,
        window: 1 + small,
        pieces: small % 32,
        folder: std::env::temp_dir(),
    };
    let records = open(*choice, bytes, limits).expect("it was opened before");
    let read = read(records, bytes.len());
    assert_eq!(read, expected);
});
