//! Side-band records: what perf prints between the samples, of which a few say
//! something of threads and losses.

use super::cursor::Cursor;
use super::{Line, Thread};
use crate::event::{Cpu, Nanos};

/// What they all begin with.
pub(super) const RECORD: &[u8] = b"PERF_RECORD_";

/// Reads a record from its name on; `cpu` and `time` are those of its header.
///
/// ```text
/// PERF_RECORD_EXIT(13687:13689):(13687:13687)
/// PERF_RECORD_LOST lost 318
/// ```
pub(super) fn read<'a>(text: &[u8], cpu: Option<Cpu>, time: Option<Nanos>) -> Line<'a> {
    let kind = text.get(RECORD.len()..).unwrap_or_default();
    if let Some(rest) = kind.strip_prefix(b"EXIT") {
        return thread(rest, time).map_or(Line::Skipped, Line::Exit);
    }
    if let Some(rest) = kind.strip_prefix(b"FORK") {
        return thread(rest, time).map_or(Line::Skipped, Line::Fork);
    }
    let lost = kind.strip_prefix(b"LOST_SAMPLES").or_else(|| kind.strip_prefix(b"LOST"));
    match lost {
        Some(rest) => {
            let mut cursor = Cursor::new(rest);
            cursor.take_while(|byte| !byte.is_ascii_digit());
            Line::Loss { count: cursor.number().unwrap_or(0), cpu }
        }
        None => Line::Skipped,
    }
}

/// The first `(pid:tid)`.
fn thread(text: &[u8], time: Option<Nanos>) -> Option<Thread> {
    let mut cursor = Cursor::new(text);
    if !cursor.eat(b'(') {
        return None;
    }
    let pid = cursor.id()?;
    let tid = if cursor.eat(b':') { cursor.id()? } else { return None };
    cursor.eat(b')').then_some(Thread { pid, tid, time })
}
