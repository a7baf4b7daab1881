//! The places of the parts of a sample. The `sample_type` of the event's attribute has a bit for each part that is
//! recorded.
//!
//! ```text
//! IDENTIFIER IP TID TIME ADDR ID STREAM_ID CPU PERIOD   8 bytes each, where recorded
//! READ CALLCHAIN RAW ...                                of any length
//! ```

use crate::perf_data::bytes::{u32_at, u64_at};

/// The bits of `enum perf_event_sample_format` for the parts that have 8 bytes.
pub(super) const IP: u64 = 1 << 0;
pub(super) const TID: u64 = 1 << 1;
pub(super) const TIME: u64 = 1 << 2;
pub(super) const ADDR: u64 = 1 << 3;
pub(super) const ID: u64 = 1 << 6;
pub(super) const CPU: u64 = 1 << 7;
pub(super) const PERIOD: u64 = 1 << 8;
pub(super) const STREAM_ID: u64 = 1 << 9;
pub(super) const IDENTIFIER: u64 = 1 << 16;

/// The bits for the parts of variable length, up to the raw data of a tracepoint.
pub(super) const READ: u64 = 1 << 4;
pub(super) const CALLCHAIN: u64 = 1 << 5;
pub(super) const RAW: u64 = 1 << 10;

/// The bits of all parts that have 8 bytes.
const FIXED: u64 = IDENTIFIER | IP | TID | TIME | ADDR | ID | STREAM_ID | CPU | PERIOD;

/// Returns the number of bytes that these parts take in a sample: 8 for each of them that `sample_type` has.
pub(super) fn bytes_of(sample_type: u64, parts: u64) -> usize {
    8 * (sample_type & parts).count_ones() as usize
}

/// Returns the offset in a sample at which the parts of 8 bytes end.
pub(super) fn fixed_length(sample_type: u64) -> usize {
    bytes_of(sample_type, FIXED)
}

/// Returns the offset of the event's id in a sample, or `None` if samples have no id.
pub(super) fn id_offset(sample_type: u64) -> Option<usize> {
    if sample_type & IDENTIFIER != 0 {
        return Some(0);
    }
    (sample_type & ID != 0).then(|| bytes_of(sample_type, IP | TID | TIME | ADDR))
}

/// Returns the raw data of a sample, which stand behind its call chain. Returns `None` if the sample has none or is cut
/// off.
pub(super) fn raw_data(body: &[u8], sample_type: u64) -> Option<&[u8]> {
    let mut at = fixed_length(sample_type);
    if sample_type & RAW == 0 {
        return None;
    }
    if sample_type & CALLCHAIN != 0 {
        let frames = usize::try_from(u64_at(body, at)?).ok()?;
        at = at.checked_add(frames.checked_mul(8)?)?.checked_add(8)?;
    }
    let size = u32_at(body, at)? as usize;
    body.get(at + 4..at.checked_add(4)?.checked_add(size)?)
}
