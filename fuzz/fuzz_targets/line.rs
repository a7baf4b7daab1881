//! One line of any bytes: never a panic, and an event's parts are parts of the line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::{Line, NameBuffer, read};

fuzz_target!(|line: &[u8]| {
    match read(line) {
        Line::Event(event) => {
            assert!(!event.name.is_empty());
            let parts = event.name.len() + event.payload.len() + event.comm.map_or(0, <[u8]>::len);
            assert!(parts < line.len());
        }
        Line::Call(call) => {
            let mut name = NameBuffer::default();
            let enter = call.enter(&mut name).map(|event| (event.time, event.tid));
            let exit = call.exit(&mut name).map(|event| (event.time, event.tid));
            assert!(enter.is_some() || exit.is_some());
            if let (Some(enter), Some(exit)) = (enter, exit) {
                assert!(enter.0 <= exit.0 && enter.1 == exit.1);
            }
        }
        _ => {}
    }
});
