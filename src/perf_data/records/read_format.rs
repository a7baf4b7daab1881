//! The counter values in a sample (`PERF_SAMPLE_READ`). The `read_format` of the event's attribute says which parts
//! they have; those in brackets may be missing.
//!
//! ```text
//! a group:    nr [time_enabled] [time_running] { value [id] [lost] } * nr
//! one event:  value [time_enabled] [time_running] [id] [lost]
//! ```

use crate::perf_data::bytes::u64_at;

/// The bits of `enum perf_event_read_format`.
pub(super) const ENABLED: u64 = 1;
pub(super) const RUNNING: u64 = 1 << 1;
pub(super) const ID: u64 = 1 << 2;
pub(super) const GROUP: u64 = 1 << 3;
pub(super) const LOST: u64 = 1 << 4;

/// The value of one counter at the moment of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::perf_data) struct Count {
    /// The id of the counter, by which its event is found.
    pub(super) id: u64,
    /// The value of the counter. It only grows.
    pub(super) value: u64,
}

/// Reads the counter values in the body of a sample, where they begin at the offset `at`. Returns `None` if they are
/// cut off, or if they have no ids, because only the ids tell which events they belong to.
pub(super) fn read_counts(body: &[u8], at: usize, format: u64) -> Option<Box<[Count]>> {
    let bytes_of = |parts: u64| 8 * (format & parts).count_ones() as usize;
    if format & ID == 0 {
        return None;
    }
    // `time_enabled` and `time_running` stand in front of the values of a group, but behind the value of a single
    // event.
    let (count, first, times) = match format & GROUP {
        0 => (1, at, bytes_of(ENABLED | RUNNING)),
        _ => (usize::try_from(u64_at(body, at)?).ok()?, at + 8 + bytes_of(ENABLED | RUNNING), 0),
    };
    let size = 8 + times + bytes_of(ID | LOST);
    let end = first.checked_add(count.checked_mul(size)?)?;
    let values = body.get(first..end)?.chunks_exact(size);
    let count = |bytes: &[u8]| Some(Count { id: u64_at(bytes, 8 + times)?, value: u64_at(bytes, 0)? });
    Some(values.filter_map(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn counts_of_a_group_and_of_a_single_event() {
        // The counter values stand between the numbers 99 and 88, which are no part of them.
        let group = words(&[99, 2, 1000, 1000, 5, 71, 0, 6, 72, 0, 88]);
        let format = GROUP | ID | ENABLED | RUNNING | LOST;
        let counts = read_counts(&group, 8, format).expect("counts");
        assert_eq!(*counts, [Count { id: 71, value: 5 }, Count { id: 72, value: 6 }]);
        assert!(read_counts(&group, 0, GROUP | ID).is_none(), "99 do not fit");
        let counts = read_counts(&words(&[5, 1000, 71, 3]), 0, ENABLED | ID).expect("a count");
        assert_eq!(*counts, [Count { id: 71, value: 5 }]);
        for cut in 0..80 {
            assert!(read_counts(&group[..cut], 8, format).is_none());
        }
        assert!(read_counts(&words(&[u64::MAX, 1, 1]), 0, GROUP | ID).is_none());
        assert!(read_counts(&group, 8, GROUP).is_none(), "without ids they cannot be told apart");
    }
}
