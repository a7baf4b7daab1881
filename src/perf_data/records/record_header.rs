//! The header of each record (`struct perf_event_header`): its type (32 bits), misc (16 bits) and size (16 bits).

use crate::perf_data::bytes::{u16_at, u32_at, u64_at};
use crate::perf_data::error::Damage;

/// The number of bytes of the header. The size that it states includes them.
pub(in crate::perf_data) const HEADER_LENGTH: usize = 8;

/// The types of records that the kernel writes (`enum perf_event_type` in include/uapi/linux/perf_event.h).
pub(in crate::perf_data) const MMAP: u32 = 1;
pub(super) const LOST: u32 = 2;
pub(super) const COMM: u32 = 3;
pub(super) const EXIT: u32 = 4;
pub(super) const FORK: u32 = 7;
pub(super) const SAMPLE: u32 = 9;
pub(in crate::perf_data) const MMAP2: u32 = 10;
pub(super) const LOST_SAMPLES: u32 = 13;

/// The types of records that perf itself writes (`enum perf_user_event_type` in tools/lib/perf/include/perf/event.h).
/// They begin at 64.
pub(in crate::perf_data) const HEADER_ATTR: u32 = 64;
pub(in crate::perf_data) const HEADER_TRACING_DATA: u32 = 66;
pub(super) const FINISHED_ROUND: u32 = 68;
pub(in crate::perf_data) const AUXTRACE_INFO: u32 = 70;
/// The data of a hardware trace follow this record. The size of the record does not count them.
pub(super) const AUXTRACE: u32 = 71;
pub(in crate::perf_data) const EVENT_UPDATE: u32 = 78;
pub(in crate::perf_data) const HEADER_FEATURE: u32 = 80;
/// Records of these two types hold other records in compressed form. The body of the second type begins with the number
/// of compressed bytes.
pub(super) const COMPRESSED: u32 = 81;
pub(super) const COMPRESSED2: u32 = 83;

/// The first type of the records that perf itself writes.
const USER_TYPES: u32 = 64;
/// The end of the known types: no version of perf writes a type from this number on.
pub(super) const TYPES_END: u32 = 256;

/// The values of `misc & 7`, the mode of the CPU, that mean a virtual machine: guest kernel and guest user.
/// `perf script` leaves samples of guests out.
const GUEST_MODES: [u16; 2] = [4, 5];

/// Returns the length in bytes of the record with its header, or `None` if `record` ends before the header does.
pub(in crate::perf_data) fn length(record: &[u8]) -> Option<usize> {
    u16_at(record, 6).map(usize::from)
}

/// Returns the length in bytes of the record with its header, or `None` if `record` ends before the header does.
///
/// # Errors
///
/// [`Damage::EmptyRecord`] where the length is less than that of the header.
pub(in crate::perf_data) fn checked_length(record: &[u8]) -> Result<Option<usize>, Damage> {
    match length(record) {
        Some(length) if length < HEADER_LENGTH => Err(Damage::EmptyRecord),
        length => Ok(length),
    }
}

/// Returns the type of the record, its first 4 bytes. It is 0, which is no type, if the record has fewer bytes.
pub(in crate::perf_data) fn record_type(record: &[u8]) -> u32 {
    u32_at(record, 0).unwrap_or(0)
}

/// Returns the bytes behind the header.
pub(in crate::perf_data) fn body(record: &[u8]) -> &[u8] {
    record.get(HEADER_LENGTH..).unwrap_or_default()
}

/// Returns whether the record was written while a guest (a virtual machine) ran on the CPU.
pub(super) fn is_of_guest(record: &[u8]) -> bool {
    let cpu_mode = u16_at(record, 4).unwrap_or(0) & 7;
    GUEST_MODES.contains(&cpu_mode)
}

/// Returns whether perf itself writes records of this type, for its own use, and they have no effect on the events.
pub(in crate::perf_data) fn is_ignored(record_type: u32) -> bool {
    let is_read = [FINISHED_ROUND, AUXTRACE, COMPRESSED, COMPRESSED2].contains(&record_type);
    (USER_TYPES..TYPES_END).contains(&record_type) && !is_read
}

/// Returns the compressed bytes of a `COMPRESSED` or `COMPRESSED2` record, and `None` for any other record.
pub(in crate::perf_data) fn compressed_bytes(record: &[u8]) -> Option<&[u8]> {
    let body = record.get(HEADER_LENGTH..)?;
    match u32_at(record, 0)? {
        COMPRESSED => Some(body),
        COMPRESSED2 => body.get(8..)?.get(..usize::try_from(u64_at(body, 0)?).ok()?),
        _ => None,
    }
}
