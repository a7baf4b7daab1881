//! Reads lines of any bytes. Nothing may panic, and the name, payload and comm of an event must together be shorter
//! than its line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::dialect::{Line, NameBuffer, Reader, read};
use pspp_filter::event::{Event, FieldName, parse_number};
use pspp_filter::pattern::{Notation, grammar};

/// Reads fields from a payload in all ways. Whatever the payload holds, each value must be shorter than the payload.
fn look_inside(event: &Event<'_>) {
    let condition = grammar::parse("a if !(fd & 1 || comm ~ '*a?' && a > -1) || trace == x -> b", Notation::Arrows);
    let condition = condition.expect("a loop").positions.remove(0).condition;
    assert!(condition.is_some_and(|condition| condition.holds(event) || !condition.holds(event)));
    for name in ["fd", "comm", "a", "prev_pid", "x"] {
        let value = event.payload.field(&FieldName::new(name)).unwrap_or_default();
        assert!(value.len() < event.payload.bytes.len().max(1));
        assert!(parse_number(value).is_none_or(|(_, length)| 0 < length && length <= value.len()));
    }
}

fuzz_target!(|text: &[u8]| {
    // `recognise` may use what it knows from earlier lines, and gives `None` for a line that looks like none of them.
    // If it gives an event, this must be the event that `read`, which knows no earlier lines, gives for the line.
    let mut reader = Reader::default();
    for line in text.split(|&byte| byte == b'\n') {
        let expected = read(line);
        match reader.recognise(line) {
            Some(fast) => assert!(reader.gives_same(line, fast, &expected)),
            None => assert_eq!(reader.read(line), expected),
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
