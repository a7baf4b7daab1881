//! Any bytes as a perf.data: records that come to an end, in bounded memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::Line;
use pspp_filter::perf_data::PerfData;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let Ok(Ok(mut records)) = PerfData::open(Cursor::new(bytes)) else { return };
    let mut taken = 0;
    // A record has 8 bytes at least.
    for _ in 0..=bytes.len() / 8 {
        let said = records.next();
        match said {
            Ok(Some(Line::Event(event))) => assert!(event.tid.is_some() && event.payload.is_empty()),
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
