//! One record.

use crate::event::{Cpu, Pid, Tid};
use crate::perf_data::bytes::{text, u16_at, u32_at, u64_at};
use crate::perf_data::records::attributes::{Attributes, SampleId};
use crate::perf_data::records::counts::Count;
use crate::perf_data::{MAGIC, broken, unread_in_stream};
use std::io;

/// `struct perf_event_header`: type, misc, size.
pub(in crate::perf_data) const HEADER: usize = 8;

/// `enum perf_event_type`, and perf's own from 64 on (tools/lib/perf/include/perf/event.h).
const LOST: u32 = 2;
const COMM: u32 = 3;
const EXIT: u32 = 4;
const FORK: u32 = 7;
const SAMPLE: u32 = 9;
const LOST_SAMPLES: u32 = 13;
const FINISHED_ROUND: u32 = 68;
/// Its data follow this record.
const AUXTRACE: u32 = 71;
/// They hold others; the second one says how much.
const COMPRESSED: u32 = 81;
const COMPRESSED2: u32 = 83;
/// Of perf's own, not the kernel's; there are fewer than this.
const USER: u32 = 64;
const KINDS: u32 = 256;
/// Where the processor was, by `misc`, if it was a guest: `perf script` leaves those samples out.
const GUEST: [u16; 2] = [4, 5];

/// A record, as far as it matters here.
#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) struct Record {
    /// In nanoseconds; 0 where it has none.
    pub(in crate::perf_data) time: u64,
    pub(in crate::perf_data) kind: Kind,
}

#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) enum Kind {
    /// With what is wanted of its payload.
    Sample {
        attribute: u16,
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        payload: Box<[u8]>,
    },
    /// A sample that holds how far others have counted.
    Counts {
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        counts: Box<[Count]>,
    },
    Comm {
        tid: Tid,
        comm: Box<[u8]>,
    },
    Fork {
        pid: Pid,
        tid: Tid,
        parent: Tid,
    },
    Exit {
        pid: Pid,
        tid: Tid,
    },
    Lost {
        count: u64,
        cpu: Option<Cpu>,
    },
    /// What came before the round before is complete.
    Round,
    /// Of which nothing follows here: mappings and the like.
    #[default]
    Other,
}

impl Record {
    /// How many bytes it has elsewhere, with what the allocator adds.
    pub(in crate::perf_data) fn bytes(&self) -> usize {
        let length = match &self.kind {
            Kind::Sample { payload, .. } => payload.len(),
            Kind::Counts { counts, .. } => size_of_val(&counts[..]),
            Kind::Comm { comm, .. } => comm.len(),
            _ => 0,
        };
        if length == 0 { 0 } else { length + 16 }
    }
}

/// How long a name may be; the kernel's have 15 bytes at most.
const COMM_MAX: usize = 64;

/// The length of the record that begins here, where that much is there.
pub(in crate::perf_data) fn length(bytes: &[u8]) -> Option<usize> {
    u16_at(bytes, 6).map(usize::from)
}

/// Whether perf wrote it for itself, and nothing follows from it here.
pub(in crate::perf_data) fn says_nothing(kind: u32) -> bool {
    (USER..KINDS).contains(&kind) && ![FINISHED_ROUND, AUXTRACE, COMPRESSED, COMPRESSED2].contains(&kind)
}

/// What is compressed in a record, if it is one of compressed ones.
pub(in crate::perf_data) fn packed(bytes: &[u8]) -> Option<&[u8]> {
    let body = bytes.get(HEADER..)?;
    match u32_at(bytes, 0)? {
        COMPRESSED => Some(body),
        COMPRESSED2 => body.get(8..)?.get(..usize::try_from(u64_at(body, 0)?).ok()?),
        _ => None,
    }
}

/// Reads a whole record, with some room for payloads; `None` where perf prints
/// nothing for it and nothing follows from it.
pub(in crate::perf_data) fn read(
    bytes: &[u8],
    attributes: &Attributes,
    room: &mut Vec<u8>,
) -> io::Result<Option<Record>> {
    let kind = u32_at(bytes, 0).unwrap_or(0);
    match kind {
        FINISHED_ROUND => return Ok(Some(Record { time: 0, kind: Kind::Round })),
        AUXTRACE => return Err(broken("a hardware trace that no feature announced")),
        COMPRESSED | COMPRESSED2 => return Err(broken("compressed records that make no sense")),
        _ if bytes.starts_with(MAGIC) => return Err(broken("another recording begins in it")),
        KINDS.. => return Err(broken("a record of no kind")),
        kind if says_nothing(kind) => return Ok(None),
        _ => {}
    }
    let body = bytes.get(HEADER..).unwrap_or_default();
    let cpu_mode = u16_at(bytes, 4).unwrap_or(0) & 7;
    let record = match kind {
        SAMPLE if GUEST.contains(&cpu_mode) => return Ok(None),
        SAMPLE => sample(body, attributes, room).transpose()?,
        _ => other(kind, body, attributes),
    };
    let record = record.ok_or_else(|| broken("a record that is too short, or of no event"))?;
    Ok(Some(record).filter(|record| !matches!(record.kind, Kind::Other)))
}

fn sample(body: &[u8], attributes: &Attributes, room: &mut Vec<u8>) -> Option<io::Result<Record>> {
    let (attribute, SampleId { time, pid, tid, cpu }) = attributes.of_sample(body)?;
    let kind = match attributes.counts(attribute, body)? {
        Some(counts) => Kind::Counts { pid, tid, cpu, counts },
        None => match attributes.payload(attribute, body, room) {
            Ok(payload) => Kind::Sample { attribute, pid, tid, cpu, payload },
            Err(lack) => return Some(Err(unread_in_stream(lack))),
        },
    };
    Some(Ok(Record { time, kind }))
}

fn other(kind: u32, body: &[u8], attributes: &Attributes) -> Option<Record> {
    let (SampleId { time, cpu, .. }, own) = attributes.of_other(body)?;
    let id = |at: usize| u32_at(own, at).map(|id| id as i32);
    let kind = match kind {
        // pid, tid, comm
        COMM => {
            let comm = text(own.get(8..)?);
            Kind::Comm { tid: id(4)?, comm: comm.get(..COMM_MAX).unwrap_or(comm).into() }
        }
        // pid, ppid, tid, ptid, time
        FORK => Kind::Fork { pid: id(0)?, tid: id(8)?, parent: id(12)? },
        EXIT => Kind::Exit { pid: id(0)?, tid: id(8)? },
        // id, lost
        LOST => Kind::Lost { count: u64_at(own, 8)?, cpu },
        // Those that perf writes when it ends, without a time, sum up what LOST records said before.
        LOST_SAMPLES if time != 0 => Kind::Lost { count: u64_at(own, 0)?, cpu },
        _ => Kind::Other,
    };
    Some(Record { time, kind })
}
