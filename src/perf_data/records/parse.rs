//! Turns the bytes of a record into a [`Record`].

use super::attributes::Attributes;
use super::record::{Record, RecordKind, is_time};
use super::record_header::{
    AUXTRACE, COMM, COMPRESSED, COMPRESSED2, EXIT, FINISHED_ROUND, FORK, LOST, LOST_SAMPLES, SAMPLE, TYPES_END, body,
    is_ignored, is_of_guest, record_type,
};
use super::sample_id::SampleId;
use crate::perf_data::bytes::{text, u32_at, u64_at};
use crate::perf_data::error::{Damage, Error};
use crate::perf_data::magic::MAGIC;

/// The number of bytes at which a comm is cut, so that a damaged record cannot make it long. The kernel's comms have at
/// most 15 bytes.
const COMM_MAX: usize = 64;

/// Reads one whole record. `room` is a buffer in which payloads are printed.
///
/// Most types of records, such as mappings, have no effect on the events. A record of such a type becomes
/// [`RecordKind::Other`] if it has a time, because perf looks at the times of all records to put them in order. If it
/// has no time, `None` is returned.
///
/// # Errors
///
/// [`Damage`] if the record breaks the rules of the format, and [`Unsupported`](crate::perf_data::Unsupported) if its
/// payload is wanted and cannot be printed.
pub(in crate::perf_data) fn parse(
    record: &[u8],
    attributes: &Attributes,
    room: &mut Vec<u8>,
) -> Result<Option<Record>, Error> {
    let record_type = record_type(record);
    match record_type {
        FINISHED_ROUND => return Ok(Some(Record { time: 0, kind: RecordKind::FinishedRound })),
        AUXTRACE => return Err(Damage::UnannouncedTrace.into()),
        COMPRESSED | COMPRESSED2 => return Err(Damage::CompressedRecords.into()),
        _ if record.starts_with(MAGIC) => return Err(Damage::SecondRecording.into()),
        TYPES_END.. => return Err(Damage::UnknownRecord.into()),
        _ if is_ignored(record_type) => return Ok(None),
        _ => {}
    }
    let body = body(record);
    let record = match record_type {
        SAMPLE => parse_sample(body, is_of_guest(record), attributes, room).transpose()?,
        _ => parse_other(record_type, body, attributes),
    };
    let record = record.ok_or(Damage::ShortOrForeignRecord)?;
    Ok(Some(record).filter(|record| record.has_time() || !matches!(record.kind, RecordKind::Other)))
}

/// Returns the time of a record that [`parse`] has read before. Returns `None` if the record has no time, so that it
/// does not wait to be put in order.
pub(super) fn waiting_time(record: &[u8], attributes: &Attributes) -> Option<u64> {
    let body = body(record);
    let id = match record_type(record) {
        record_type if is_ignored(record_type) || record_type == FINISHED_ROUND => None,
        SAMPLE => attributes.event_of_sample(body).map(|(_, id)| id),
        _ => return waiting_time_at_end(body, attributes),
    };
    id.map(|id| id.time).filter(|&time| is_time(time))
}

/// Returns the time of a record that is no sample. `body` is the body of the record, or at least the last 48 bytes of
/// the body, because the time is always within these. Returns `None` if the record does not wait to be put in order.
pub(in crate::perf_data) fn waiting_time_at_end(body: &[u8], attributes: &Attributes) -> Option<u64> {
    let (_, id) = attributes.split_sample_id(body)?;
    Some(id.time).filter(|&time| is_time(time))
}

/// Reads the body of a sample. Returns `None` if it is too short or its id belongs to no event.
fn parse_sample(
    body: &[u8],
    is_of_guest: bool,
    attributes: &Attributes,
    room: &mut Vec<u8>,
) -> Option<Result<Record, Error>> {
    let (event, SampleId { time, pid, tid, cpu }) = attributes.event_of_sample(body)?;
    if is_of_guest {
        return Some(Ok(Record { time, kind: RecordKind::Other }));
    }
    let kind = match attributes.counts(event, body)? {
        Some(counts) => RecordKind::GroupSample { pid, tid, cpu, counts },
        None => match attributes.payload(event, body, room) {
            Ok(payload) => RecordKind::Sample { event, pid, tid, cpu, payload },
            Err(unsupported) => return Some(Err(unsupported.clone().into())),
        },
    };
    Some(Ok(Record { time, kind }))
}

/// Reads the body of a record that is no sample. Returns `None` if it is too short or its id belongs to no event.
fn parse_other(record_type: u32, body: &[u8], attributes: &Attributes) -> Option<Record> {
    let (body, SampleId { time, cpu, .. }) = attributes.split_sample_id(body)?;
    let id = |at: usize| u32_at(body, at).map(|id| id as i32);
    let kind = match record_type {
        // The body has pid, tid and comm.
        COMM => {
            let comm = text(body.get(8..)?);
            RecordKind::Comm { tid: id(4)?, comm: comm.get(..COMM_MAX).unwrap_or(comm).into() }
        }
        // The body has pid, ppid, tid, ptid and time. An EXIT record has the same body.
        FORK => RecordKind::Fork { pid: id(0)?, tid: id(8)?, parent: id(12)? },
        EXIT => RecordKind::Exit { pid: id(0)?, tid: id(8)? },
        // The body has the id of the event and the number of lost records.
        LOST => RecordKind::Lost { count: u64_at(body, 8)?, cpu },
        // When perf ends, it writes LOST_SAMPLES records without a time. They sum up earlier LOST records, so they must
        // not count again.
        LOST_SAMPLES if time != 0 => RecordKind::Lost { count: u64_at(body, 0)?, cpu },
        _ => RecordKind::Other,
    };
    Some(Record { time, kind })
}
