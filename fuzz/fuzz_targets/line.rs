//! One line of any bytes: never a panic, and an event's parts are parts of the line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::{Line, NameBuffer, Reader, read};
use pspp_filter::event::{Event, parse_number};
use pspp_filter::pattern::{Notation, grammar};

/// Whatever a payload holds, its fields are parts of it.
fn look_inside(event: &Event<'_>) {
    let condition = grammar::parse("a if !(fd & 1 || comm ~ '*a?' && a > -1) || trace == x -> b", Notation::Arrows);
    let condition = condition.expect("a loop").positions.remove(0).condition;
    assert!(condition.is_some_and(|condition| condition.holds(event) || !condition.holds(event)));
    for name in [&b"fd"[..], b"comm", b"a", b"prev_pid", b"x"] {
        let value = event.payload.field(name).unwrap_or_default();
        assert!(value.len() < event.payload.bytes.len().max(1));
        assert!(parse_number(value).is_none_or(|(_, length)| 0 < length && length <= value.len()));
    }
}

fuzz_target!(|text: &[u8]| {
    // However lines are read, and whatever came before, they say the same.
    let mut reader = Reader::default();
    for line in text.split(|&byte| byte == b'\n') {
        let steps = read(line);
        match reader.recognise(line) {
            Some(alike) => assert!(reader.agrees(line, alike, &steps)),
            None => assert_eq!(reader.read(line), steps),
        }
    }
    let line = text;
    match read(line) {
        Line::Event(event) => {
            assert!(!event.name.is_empty());
            let parts = event.name.len() + event.payload.bytes.len() + event.comm.map_or(0, <[u8]>::len);
            assert!(parts < line.len());
            look_inside(&event);
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
