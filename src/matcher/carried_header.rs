//! The header fields of an event of a chain, which the chain carries.

use crate::event::{Cpu, Event, Pid, Tid};

/// The header fields of an event of a chain, packed into a fixed number of 64-bit words, so that the state of a key can
/// hold them. A chain is a loop that has begun and has not closed.
///
/// A comm is cut at [`CarriedHeader::COMM_MAX`] bytes. Comms have at most 15 bytes; only a kernel thread may have a
/// longer name, such as `kworker/u16:2-events_unbound`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarriedHeader([u64; CarriedHeader::WORDS]);

/// The lowest four bits of the first word. Each of them says that the tracer printed one header field.
const HAS_TID: u64 = 1;
const HAS_PID: u64 = 2;
const HAS_CPU: u64 = 4;
const HAS_COMM: u64 = 8;
/// The first word also holds the length of the comm, from bit 8 on, and the cpu, from bit 32 on.
const COMM_LENGTH: u32 = 8;
const CPU: u32 = 32;
/// The index of the word at which the comm begins. The word before it holds tid and pid.
const COMM_AT: usize = 2;

impl CarriedHeader {
    /// The number of 64-bit words in which the fields are packed.
    pub const WORDS: usize = 6;
    /// The largest number of bytes of a comm that is kept whole.
    pub const COMM_MAX: usize = (CarriedHeader::WORDS - COMM_AT) * 8;

    /// Packs the header fields of an event.
    pub fn new(event: &Event<'_>) -> CarriedHeader {
        let mut words = [0; CarriedHeader::WORDS];
        let id = |id: Option<i32>| u64::from(id.unwrap_or(0) as u32);
        let comm = event.comm.unwrap_or_default();
        let comm = comm.get(..CarriedHeader::COMM_MAX).unwrap_or(comm);
        let flag = |is_there: bool, flag: u64| if is_there { flag } else { 0 };
        words[0] = flag(event.tid.is_some(), HAS_TID)
            | flag(event.pid.is_some(), HAS_PID)
            | flag(event.cpu.is_some(), HAS_CPU)
            | flag(event.comm.is_some(), HAS_COMM)
            | (comm.len() as u64) << COMM_LENGTH
            | u64::from(event.cpu.unwrap_or(0)) << CPU;
        words[1] = id(event.tid) | id(event.pid) << 32;
        for (word, bytes) in words[COMM_AT..].iter_mut().zip(comm.chunks(8)) {
            *word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        CarriedHeader(words)
    }

    /// Returns the thread id, if the tracer printed one.
    pub fn tid(&self) -> Option<Tid> {
        (self.0[0] & HAS_TID != 0).then_some(self.0[1] as u32 as Tid)
    }

    /// Returns the process id, if the tracer printed one.
    pub fn pid(&self) -> Option<Pid> {
        (self.0[0] & HAS_PID != 0).then_some((self.0[1] >> 32) as u32 as Pid)
    }

    /// Returns the cpu, if the tracer printed one.
    pub fn cpu(&self) -> Option<Cpu> {
        (self.0[0] & HAS_CPU != 0).then_some((self.0[0] >> CPU) as Cpu)
    }

    /// Returns the comm, if the tracer printed one.
    pub fn comm(&self) -> Option<Vec<u8>> {
        let length = (self.0[0] >> COMM_LENGTH & 0xff) as usize;
        let bytes = self.0[COMM_AT..].iter().flat_map(|word| word.to_le_bytes());
        (self.0[0] & HAS_COMM != 0).then(|| bytes.take(length).collect())
    }

    /// Returns the fields as 64-bit words, for [`CarriedHeader::from_words`].
    pub(crate) fn words(&self) -> &[u64; CarriedHeader::WORDS] {
        &self.0
    }

    /// Returns the fields whose [`CarriedHeader::words`] these are. Panics unless there are [`CarriedHeader::WORDS`] of
    /// them.
    pub(crate) fn from_words(words: &[u64]) -> CarriedHeader {
        let mut first = CarriedHeader::default();
        first.0.copy_from_slice(words);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::PERF_SCRIPT_SYNTAX;
    use crate::event::{Nanos, Payload, Resolution};

    fn event(tid: Option<Tid>, pid: Option<Pid>, cpu: Option<Cpu>, comm: Option<&[u8]>) -> CarriedHeader {
        let payload = Payload::new(b"x", &PERF_SCRIPT_SYNTAX);
        let (time, resolution) = (Nanos(1), Resolution::Micros);
        let first =
            CarriedHeader::new(&Event { time, resolution, tid, pid, cpu, machine: None, name: b"a", comm, payload });
        assert_eq!(CarriedHeader::from_words(first.words()), first);
        first
    }

    #[test]
    fn every_header_field_comes_back() {
        let first = event(Some(-1), Some(i32::MAX), Some(u32::MAX), Some(b"kworker/u16:2-events_unbound"));
        assert_eq!((first.tid(), first.pid(), first.cpu()), (Some(-1), Some(i32::MAX), Some(u32::MAX)));
        assert_eq!(first.comm().as_deref(), Some(&b"kworker/u16:2-events_unbound"[..]));
        let first = event(None, None, None, None);
        assert_eq!((first.tid(), first.pid(), first.cpu(), first.comm()), (None, None, None, None));
        assert_eq!(event(Some(0), None, Some(0), Some(b"")).comm(), Some(Vec::new()));
        assert_eq!(event(None, None, None, Some(&[b'x'; 99])).comm(), Some(vec![b'x'; CarriedHeader::COMM_MAX]));
    }
}
