//! The threads of this program, whose events a live recording may hold.

use super::{Event, Tid};

/// The threads of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnThreads {
    comm: Vec<u8>,
    tids: Option<Vec<Tid>>,
}

impl OwnThreads {
    /// The numbers of bytes at which a tracer cuts a comm: the latency formats of ftrace and of `perf script -L` at 8,
    /// perf trace at 14.
    const CUTS: [usize; 2] = [8, 14];

    /// Describes threads by their comm and their tids. `tids` is `None` if the tids are not known, for example because
    /// the program runs in a pid namespace of its own, in which it sees other tids than the tracer does. Then the comm
    /// alone decides.
    pub fn new(comm: Vec<u8>, tids: Option<Vec<Tid>>) -> Self {
        OwnThreads { comm, tids }
    }

    /// Adds the tids of `other`, which describes the same program at an earlier time.
    pub fn add(&mut self, other: &OwnThreads) {
        if let (Some(tids), Some(others)) = (&mut self.tids, &other.tids) {
            tids.extend(others);
            tids.sort_unstable();
            tids.dedup();
        }
    }

    /// Returns whether an event comes from one of these threads. If the event has no comm, the tid alone decides. If
    /// the event has no tid, the comm alone decides.
    #[cold]
    pub fn have(&self, event: &Event<'_>) -> bool {
        self.are(event.comm, event.tid)
    }

    /// Does the same as [`OwnThreads::have`], for the comm and tid of an event.
    pub fn are(&self, comm: Option<&[u8]>, tid: Option<Tid>) -> bool {
        let has_tid = self.tids.as_deref().zip(tid).map(|(tids, tid)| tids.contains(&tid));
        let has_comm = comm.filter(|comm| !is_unknown(comm)).map(|comm| self.is_comm(comm));
        match (has_comm, has_tid) {
            (Some(has_comm), Some(has_tid)) => has_comm && has_tid,
            (Some(decides), None) | (None, Some(decides)) => decides,
            (None, None) => false,
        }
    }

    fn is_comm(&self, comm: &[u8]) -> bool {
        comm == self.comm || OwnThreads::CUTS.contains(&comm.len()) && self.comm.starts_with(comm)
    }
}

/// Returns whether the tracer did not know the comm: ftrace prints `<...>` then, and perf a colon with the tid.
fn is_unknown(comm: &[u8]) -> bool {
    match comm {
        b"<...>" => true,
        [b':', tid @ ..] => tid.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comm_and_tid_decide_together_or_whichever_is_known() {
        let threads = OwnThreads::new(b"pspp-filter".to_vec(), Some(vec![7, 8]));
        for (comm, tid, expected) in [
            (Some("pspp-filter"), Some(7), true),
            (Some("pspp-fil"), Some(8), true),
            (Some("pspp-filter"), Some(9), false),
            (Some("pspp"), Some(7), false),
            (Some("sh"), Some(7), false),
            (Some("pspp-filter"), None, true),
            (Some("sh"), None, false),
            (None, Some(7), true),
            (None, Some(9), false),
            (Some("<...>"), Some(7), true),
            (Some(":7"), Some(7), true),
            (Some("<...>"), None, false),
            (None, None, false),
        ] {
            assert_eq!(threads.are(comm.map(str::as_bytes), tid), expected, "{comm:?} {tid:?}");
        }
        let by_comm = OwnThreads::new(b"pspp-filter".to_vec(), None);
        assert!(by_comm.are(Some(b"pspp-filter"), Some(9)) && !by_comm.are(Some(b"sh"), Some(7)));
        assert!(!by_comm.are(None, Some(7)));
    }
}
