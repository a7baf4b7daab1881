//! The value that tells one place in a loop from another.

use super::Key;
use crate::event::{Cpu, Event, Value};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A key's value, in 16 bytes whatever it is.
///
/// Numbers and texts of up to 15 bytes (any comm of perf's) are held as they
/// are. Longer texts are held as 120 bits of SipHash, so that the table of keys
/// does not grow with their length.
///
/// Two words and no bytes, so that they stay in registers: a value that was
/// written by bytes and is read by words makes the processor wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyValue([u64; 2]);

/// First bytes; a short text has 0x80 + its length.
const NUMBER: u8 = 1;
const IDLE: u8 = 2;
const UNNAMED: u8 = 3;
const ALL: u8 = 4;
const TEXT: u8 = 0x80;
const JOINED: u8 = 0xfe;
const LONG_TEXT: u8 = 0xff;

impl KeyValue {
    /// The value of `key` for an event; `None` where the input does not print it.
    ///
    /// An event without a tid belongs to one unnamed thread. The idle threads
    /// all have tid 0, one on each processor, and are kept apart where the
    /// processor is known.
    #[inline(always)]
    pub fn of(key: Key, event: &Event<'_>) -> Option<KeyValue> {
        match key {
            Key::Tid => Some(event.tid.map_or(KeyValue::tagged(UNNAMED, 0), |tid| KeyValue::thread(tid, event.cpu))),
            Key::All => Some(KeyValue::tagged(ALL, 0)),
            Key::Pid | Key::Cpu | Key::Comm => KeyValue::of_other(key, event),
        }
    }

    #[inline(never)]
    fn of_other(key: Key, event: &Event<'_>) -> Option<KeyValue> {
        match key {
            Key::Pid => event.pid.map(|pid| KeyValue::thread(pid, event.cpu)),
            Key::Cpu => event.cpu.map(|cpu| KeyValue::number(cpu.into())),
            Key::Comm => event.comm.map(KeyValue::text),
            Key::Tid | Key::All => None,
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

    #[inline(always)]
    fn tagged(tag: u8, number: i64) -> KeyValue {
        KeyValue([tag.into(), number as u64])
    }

    /// 120 bits of SipHash behind a tag.
    fn hashed(tag: u8, what: impl Hash + Copy) -> KeyValue {
        KeyValue([sip(0, what) & !0xff | u64::from(tag), sip(1, what)])
    }

    /// The value of a field: texts that are whole numbers are the same as those numbers.
    pub fn of_field(value: Value<'_>) -> KeyValue {
        match (value.number(), value) {
            (Some(number), _) => KeyValue::number(number),
            (None, Value::Text(text)) => KeyValue::text(text),
            (None, Value::Number(number)) => KeyValue::number(number),
        }
    }

    /// The values of several fields as one: 120 bits of SipHash.
    pub fn joined(values: &[KeyValue]) -> KeyValue {
        KeyValue::hashed(JOINED, values)
    }

    pub(crate) fn words(self) -> [u64; 2] {
        self.0
    }

    /// A text, as it is.
    pub(crate) fn text(text: &[u8]) -> KeyValue {
        if text.len() > 15 {
            return KeyValue::hashed(LONG_TEXT, text);
        }
        let mut bytes = [0; 16];
        bytes[0] = TEXT + text.len() as u8;
        bytes[1..=text.len()].copy_from_slice(text);
        let word = |at: usize| bytes[at..at + 8].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        KeyValue([word(0), word(8)])
    }
}

fn sip(seed: u8, what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, what).hash(&mut hasher);
    hasher.finish()
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
    fn whole_numbers_are_the_same_however_they_are_written() {
        let of = |text: &str| KeyValue::of_field(Value::Text(text.as_bytes()));
        for same in ["16", "0x10", "0016", "0x0010", "16</dev/null>"] {
            assert_eq!(of(same), KeyValue::of_field(Value::Number(16)), "{same}");
        }
        for other in ["16,0", "0x", "16.0", "a16", ""] {
            assert_ne!(of(other), KeyValue::number(16), "{other}");
        }
        let joined = |texts: &[&str]| KeyValue::joined(&texts.iter().map(|text| of(text)).collect::<Vec<_>>());
        assert_eq!(joined(&["8,0", "0x10"]), joined(&["8,0", "16"]));
        assert_ne!(joined(&["a", "bc"]), joined(&["ab", "c"]));
    }

    #[test]
    fn every_processor_idles_alone() {
        assert_ne!(KeyValue::thread(0, Some(0)), KeyValue::thread(0, Some(1)));
        assert_ne!(KeyValue::thread(0, Some(1)), KeyValue::thread(1, Some(1)));
        assert_eq!(KeyValue::thread(0, None), KeyValue::number(0));
        assert_eq!(KeyValue::thread(7, Some(1)), KeyValue::thread(7, Some(2)));
    }
}
