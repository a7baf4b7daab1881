//! The line of text that is shown for an event of a perf.data, because such a binary file has no lines itself.

use crate::event::{Event, Nanos};

/// The width to which perf script pads comms on the left.
const COMM_WIDTH: usize = 16;

/// Appends the line that `perf script --ns -F comm,pid,tid,cpu,time,event,trace` prints for an event, without the
/// newline. Names of events are padded to `name_width` bytes on the left.
///
/// ```text
///  kworker/u8:3-ex 28978/28978 [000] 36115.756994184:       sched:sched_switch: prev_comm=kworker/u8:3 ...
/// ```
pub fn push_perf_script_line(out: &mut Vec<u8>, event: &Event<'_>, name_width: usize) {
    let comm = event.comm.unwrap_or_default();
    out.extend(std::iter::repeat_n(b' ', COMM_WIDTH.saturating_sub(comm.len())));
    out.extend_from_slice(comm);
    let [pid, tid] = [event.pid, event.tid].map(|id| id.unwrap_or(-1));
    out.extend_from_slice(format!(" {pid:>5}/{tid:<5} ").as_bytes());
    if let Some(cpu) = event.cpu {
        out.extend_from_slice(format!("[{cpu:03}] ").as_bytes());
    }
    let Nanos(time) = event.time;
    let (seconds, nanos) = (time / 1_000_000_000, time % 1_000_000_000);
    out.extend_from_slice(format!("{seconds:>5}.{nanos:09}: ").as_bytes());
    out.extend(std::iter::repeat_n(b' ', name_width.saturating_sub(event.name.len())));
    out.extend_from_slice(event.name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(event.payload.bytes);
}
