//! One line of any bytes: never a panic, and an event's parts are parts of the line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::{Line, read};

fuzz_target!(|line: &[u8]| {
    if let Line::Event(event) = read(line) {
        assert!(!event.name.is_empty());
        let parts = event.name.len() + event.payload.len() + event.comm.map_or(0, <[u8]>::len);
        assert!(parts < line.len());
    }
});
