//! The value that tells one place in a loop from another.

use crate::event::{Cpu, Event};
use crate::pattern::Key;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A key's value, in 16 bytes whatever it is.
///
/// Numbers and texts of up to 15 bytes (any comm of perf's) are held as they
/// are. Longer texts are held as 120 bits of SipHash, so that the table of keys
/// does not grow with their length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyValue([u8; 16]);

/// First bytes; a short text has 0x80 + its length.
const NUMBER: u8 = 1;
const IDLE: u8 = 2;
const UNNAMED: u8 = 3;
const ALL: u8 = 4;
const TEXT: u8 = 0x80;
const LONG_TEXT: u8 = 0xff;

impl KeyValue {
    /// The value of `key` for an event; `None` where the input does not print it.
    ///
    /// An event without a tid belongs to one unnamed thread. The idle threads
    /// all have tid 0, one on each processor, and are kept apart where the
    /// processor is known.
    pub fn of(key: Key, event: &Event<'_>) -> Option<KeyValue> {
        match key {
            Key::Tid => Some(event.tid.map_or(KeyValue::tagged(UNNAMED, 0), |tid| KeyValue::thread(tid, event.cpu))),
            Key::Pid => event.pid.map(|pid| KeyValue::thread(pid, event.cpu)),
            Key::Cpu => event.cpu.map(|cpu| KeyValue::number(cpu.into())),
            Key::Comm => event.comm.map(KeyValue::text),
            Key::All => Some(KeyValue::tagged(ALL, 0)),
        }
    }

    /// A thread or process, or a processor's idle thread.
    pub fn thread(id: i32, cpu: Option<Cpu>) -> KeyValue {
        match (id, cpu) {
            (0, Some(cpu)) => KeyValue::tagged(IDLE, cpu.into()),
            (id, _) => KeyValue::number(id.into()),
        }
    }

    /// A whole number.
    pub fn number(number: i64) -> KeyValue {
        KeyValue::tagged(NUMBER, number)
    }

    fn tagged(tag: u8, number: i64) -> KeyValue {
        let mut bytes = [0; 16];
        bytes[0] = tag;
        bytes[8..].copy_from_slice(&number.to_le_bytes());
        KeyValue(bytes)
    }

    fn text(text: &[u8]) -> KeyValue {
        let mut bytes = [0; 16];
        if text.len() < 16 {
            bytes[0] = TEXT + text.len() as u8;
            bytes[1..=text.len()].copy_from_slice(text);
        } else {
            bytes[..8].copy_from_slice(&sip(0, text));
            bytes[8..].copy_from_slice(&sip(1, text));
            bytes[0] = LONG_TEXT;
        }
        KeyValue(bytes)
    }
}

fn sip(seed: u8, text: &[u8]) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    (seed, text).hash(&mut hasher);
    hasher.finish().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        let texts = [&b""[..], b"\0", b"a", b"a\0", b"123456789012345", b"1234567890123456", b"1234567890123457"];
        for (at, one) in texts.iter().enumerate() {
            for (other_at, other) in texts.iter().enumerate() {
                assert_eq!(KeyValue::text(one) == KeyValue::text(other), at == other_at);
            }
        }
    }

    #[test]
    fn every_processor_idles_alone() {
        assert_ne!(KeyValue::thread(0, Some(0)), KeyValue::thread(0, Some(1)));
        assert_ne!(KeyValue::thread(0, Some(1)), KeyValue::thread(1, Some(1)));
        assert_eq!(KeyValue::thread(0, None), KeyValue::number(0));
        assert_eq!(KeyValue::thread(7, Some(1)), KeyValue::thread(7, Some(2)));
    }
}
