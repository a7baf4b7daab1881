//! The value of a key, by which events are compared.

use super::kind::Key;
use super::stable_hash::{hash_text, hash_words};
use crate::event::{Cpu, Event, Value};

/// The value of a key, in 16 bytes.
///
/// A number, or a text of at most 15 bytes (any comm that perf prints), is stored as it is. A longer text, or a value
/// joined from several fields, is stored as 120 bits of a hash. So in a table of keys, each key takes the same memory,
/// whatever its text is.
///
/// The bytes are the same on every machine and in every version of the program, because statistics that were written to
/// files are merged by them. So the tags, the layout and the hash must never change.
///
/// The value is two 64-bit words and not an array of bytes, so that it can stay in registers: a CPU has to wait when it
/// reads a word that was just written byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyValue([u64; 2]);

/// The tags, which say what a value is. The tag is the lowest byte of the first word. For a short text it is `TEXT`
/// plus the length, 0 to 15.
const NUMBER: u8 = 1;
const IDLE: u8 = 2;
const UNNAMED: u8 = 3;
const ALL: u8 = 4;
const LONG_NUMBER: u8 = 5;
const TEXT: u8 = 0x80;
const JOINED: u8 = 0xfe;
const LONG_TEXT: u8 = 0xff;

impl KeyValue {
    /// Returns the value of `key` for an event; `None` if the event does not have it.
    ///
    /// All events without a tid belong to one unnamed thread. The idle threads, one on each CPU, all have the tid 0.
    /// They get different values if the CPU is known.
    ///
    /// If the input names the machine of the event, the machine is part of every value but that of [`Key::All`].
    #[inline(always)]
    pub fn of(key: Key, event: &Event<'_>) -> Option<KeyValue> {
        match key {
            Key::Tid if event.machine.is_none() => {
                Some(event.tid.map_or(KeyValue::tagged(UNNAMED, 0), |tid| KeyValue::thread(tid, event.cpu)))
            }
            Key::All => Some(KeyValue::tagged(ALL, 0)),
            Key::Tid | Key::Pid | Key::Cpu | Key::Comm => KeyValue::of_other(key, event),
        }
    }

    #[inline(never)]
    fn of_other(key: Key, event: &Event<'_>) -> Option<KeyValue> {
        let value = match key {
            Key::Tid => event.tid.map(|tid| KeyValue::thread(tid, event.cpu)),
            Key::Pid => event.pid.map(|pid| KeyValue::thread(pid, event.cpu)),
            Key::Cpu => event.cpu.map(|cpu| KeyValue::number(cpu.into())),
            Key::Comm => event.comm.map(KeyValue::text),
            Key::All => None,
        };
        value.map(|value| value.on_machine(event.machine))
    }

    /// Joins this value with the name of a machine, so that the same tid on a host and on its guest gives two keys. If
    /// `machine` is `None`, the input has only one machine, and the value stays as it is.
    #[inline(always)]
    pub fn on_machine(self, machine: Option<&[u8]>) -> KeyValue {
        match machine {
            None => self,
            Some(machine) => KeyValue::joined(&[KeyValue::text(machine), self]),
        }
    }

    /// Returns the value for a thread or process. The id 0 is the idle thread of the given CPU.
    pub fn thread(id: i32, cpu: Option<Cpu>) -> KeyValue {
        match (id, cpu) {
            (0, Some(cpu)) => KeyValue::tagged(IDLE, cpu.into()),
            (id, _) => KeyValue::number(id.into()),
        }
    }

    /// Returns the value of a whole number.
    pub fn number(number: i64) -> KeyValue {
        KeyValue::tagged(NUMBER, number)
    }

    #[inline(always)]
    fn tagged(tag: u8, number: i64) -> KeyValue {
        KeyValue([tag.into(), number as u64])
    }

    /// Returns a tag with the upper 120 bits of a hash.
    fn hashed(tag: u8, [low, high]: [u64; 2]) -> KeyValue {
        KeyValue([low & !0xff | u64::from(tag), high])
    }

    /// Returns the value for a field. A text that is a number gets the value of this number.
    pub fn of_field(value: Value<'_>) -> KeyValue {
        match (value.number(), value) {
            (Some(number), _) => KeyValue::of_number(number),
            (None, Value::Text(text)) => KeyValue::text(text),
            (None, Value::Number(number)) => KeyValue::number(number),
        }
    }

    /// Returns the value of a field that is this number.
    pub(crate) fn of_number(number: i128) -> KeyValue {
        i64::try_from(number).map_or_else(|_| KeyValue::long_number(number), KeyValue::number)
    }

    /// Returns the value for a number that does not fit into 64 bits with a sign.
    #[cold]
    fn long_number(number: i128) -> KeyValue {
        KeyValue::hashed(LONG_NUMBER, hash_words([number as u64, (number >> 64) as u64].into_iter()))
    }

    /// Returns one value for the values of several fields together.
    pub fn joined(values: &[KeyValue]) -> KeyValue {
        KeyValue::joined_words(values.iter().map(|value| value.0))
    }

    /// Joins the words of several values to one value.
    pub(super) fn joined_words(values: impl Iterator<Item = [u64; 2]>) -> KeyValue {
        KeyValue::hashed(JOINED, hash_words(values.flatten()))
    }

    /// The number of words that [`words`](Self::words) returns.
    pub(crate) const WORDS: usize = 2;

    /// Returns the value that has these words; `None` if the first one is 0, which no value has.
    pub(crate) fn from_words(words: &[u64]) -> Option<KeyValue> {
        let words = *words.first_chunk()?;
        (words[0] != 0).then_some(KeyValue(words))
    }

    /// Returns the value as two 64-bit words.
    pub(crate) fn words(self) -> [u64; 2] {
        self.0
    }

    /// Returns the value for a text, even if the text is a number.
    pub(crate) fn text(text: &[u8]) -> KeyValue {
        if text.len() > 15 {
            return KeyValue::hashed(LONG_TEXT, hash_text(text));
        }
        let mut bytes = [0; 16];
        bytes[0] = TEXT + text.len() as u8;
        bytes[1..=text.len()].copy_from_slice(text);
        let word = |at: usize| bytes[at..at + 8].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        KeyValue([word(0), word(8)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_texts_have_different_values() {
        let texts = [&b""[..], b"\0", b"a", b"a\0", b"123456789012345", b"1234567890123456", b"1234567890123457"];
        for (at, one) in texts.iter().enumerate() {
            for (other_at, other) in texts.iter().enumerate() {
                assert_eq!(KeyValue::text(one) == KeyValue::text(other), at == other_at);
            }
        }
    }

    #[test]
    fn a_whole_number_has_one_value_however_it_is_written() {
        let value = |text: &str| KeyValue::of_field(Value::Text(text.as_bytes()));
        for same in ["16", "0x10", "0016", "0x0010", "16</dev/null>"] {
            assert_eq!(value(same), KeyValue::of_field(Value::Number(16)), "{same}");
        }
        for other in ["16,0", "0x", "16.0", "a16", ""] {
            assert_ne!(value(other), KeyValue::number(16), "{other}");
        }
        // A decimal number is read as it stands, and a hexadecimal one as 64 bits with a sign.
        assert_eq!(value("-1"), value("0xffffffffffffffff"));
        assert_ne!(value("18446744073709551615"), value("0xffffffffffffffff"));
        assert_eq!(value("18446744073709551615"), value("018446744073709551615 [ns]"));
        assert_ne!(value("18446744073709551615"), value("18446744073709551614"));
        let joined = |texts: &[&str]| KeyValue::joined(&texts.iter().map(|text| value(text)).collect::<Vec<_>>());
        assert_eq!(joined(&["8,0", "0x10"]), joined(&["8,0", "16"]));
        assert_ne!(joined(&["a", "bc"]), joined(&["ab", "c"]));
    }

    #[test]
    fn the_idle_threads_of_two_cpus_have_different_values() {
        assert_ne!(KeyValue::thread(0, Some(0)), KeyValue::thread(0, Some(1)));
        assert_ne!(KeyValue::thread(0, Some(1)), KeyValue::thread(1, Some(1)));
        assert_eq!(KeyValue::thread(0, None), KeyValue::number(0));
        assert_eq!(KeyValue::thread(7, Some(1)), KeyValue::thread(7, Some(2)));
    }

    #[test]
    fn values_never_change() {
        for (value, expected) in [
            (KeyValue::number(-2), [0x01, 0xffff_ffff_ffff_fffe]),
            (KeyValue::thread(0, Some(3)), [0x02, 3]),
            (KeyValue::text(b"qemu"), [0x0075_6d65_7184, 0]),
            // The lowest byte of the hash is replaced by the tag. This command prints the hash of its standard input:
            // openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:16 -in - SIPHASH
            (KeyValue::text(b"1234567890123456"), [0x3bbb_7723_10d5_a6ff, 0x7903_6b23_546d_7137]),
            (
                KeyValue::joined(&[KeyValue::number(1), KeyValue::text(b"a")]),
                [0x2065_0b05_d0e9_00fe, 0x19a4_66e7_933c_9a58],
            ),
        ] {
            assert_eq!(value.words(), expected);
        }
    }
}
