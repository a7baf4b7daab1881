//! Any bytes as a perf.data: records that come to an end, in bounded memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::Line;
use pspp_filter::perf_data::{Payloads, PerfData};
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let fields = ["pid", "comm", "fd", "ret"].map(str::to_owned).to_vec();
    let fields = if bytes.len() % 2 == 0 { fields } else { Vec::new() };
    let payloads = Payloads { fields, of: &|name| !name.starts_with(b"c") };
    let Ok(Ok(mut records)) = PerfData::open(Cursor::new(bytes), &payloads) else { return };
    let mut taken = 0;
    // A record has 8 bytes at least.
    for _ in 0..=bytes.len() / 8 {
        let said = records.next();
        match said {
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
