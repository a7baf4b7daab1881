//! Reads any bytes as a perf.data. The reader must come to an end, and must not take more bytes than there are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::Line;
use pspp_filter::perf_data::{PerfData, WantedPayloads};
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    // The bits of the first byte choose which parts of payloads are wanted, and whether the recording comes as a file
    // or through a pipe.
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let wanted = |is_wanted: bool, names: &[&str]| {
        if is_wanted { names.iter().map(|&name| name.to_owned()).collect() } else { Vec::new() }
    };
    let payloads = WantedPayloads {
        fields: wanted(choice & 1 != 0, &["pid", "comm", "fd", "ret"]),
        words: if choice & 2 != 0 { vec![1, 3] } else { Vec::new() },
        whole: choice & 4 != 0,
        optional: choice & 16 != 0,
        events: Box::new(|name| !name.starts_with(b"c")),
    };
    let input = Cursor::new(bytes.to_vec());
    let mut records = if choice & 8 != 0 {
        PerfData::stream(input, payloads)
    } else {
        let Ok(records) = PerfData::open(input, payloads) else { return };
        records
    };
    let mut taken = 0;
    // A record has at least 8 bytes, so a reader that gives more records than this does not come to an end.
    for _ in 0..=bytes.len() / 8 {
        let read = records.next();
        match read {
            Ok(Some(Line::Event(event))) => assert!(event.tid.is_some()),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => {
                taken += records.take_bytes();
                assert!(taken <= bytes.len() as u64);
                return;
            }
        }
        taken += records.take_bytes();
    }
    panic!("more records than fit");
});
