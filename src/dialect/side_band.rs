//! Side-band records, which perf script prints between the samples. Only records of a fork, an exit or a loss are read.

use super::cursor::Cursor;
use super::line::{Line, TaskRecord};
use crate::event::{Cpu, Nanos};

/// The name of every record begins with this.
pub(super) const RECORD: &[u8] = b"PERF_RECORD_";

/// Reads a record; the text begins with the record's name. `cpu` and `time` are the fields of the line's header.
///
/// ```text
/// PERF_RECORD_EXIT(13687:13689):(13687:13687)
/// PERF_RECORD_LOST lost 318
/// ```
pub(super) fn read<'a>(text: &[u8], cpu: Option<Cpu>, time: Option<Nanos>) -> Line<'a> {
    let kind = text.get(RECORD.len()..).unwrap_or_default();
    if let Some(rest) = kind.strip_prefix(b"EXIT") {
        return task(rest, time).map_or(Line::Skipped, Line::Exit);
    }
    if let Some(rest) = kind.strip_prefix(b"FORK") {
        return task(rest, time).map_or(Line::Skipped, Line::Fork);
    }
    let lost = kind.strip_prefix(b"LOST_SAMPLES").or_else(|| kind.strip_prefix(b"LOST"));
    match lost {
        Some(rest) => {
            let mut cursor = Cursor::new(rest);
            cursor.take_while(|byte| !byte.is_ascii_digit());
            Line::Loss { count: cursor.number().unwrap_or(0), cpu, machine: None }
        }
        None => Line::Skipped,
    }
}

/// Reads the first `(pid:tid)`, which is the thread that began or ended; its parent follows.
fn task(text: &[u8], time: Option<Nanos>) -> Option<TaskRecord> {
    let mut cursor = Cursor::new(text);
    if !cursor.eat(b'(') {
        return None;
    }
    let pid = cursor.id()?;
    let tid = if cursor.eat(b':') { cursor.id()? } else { return None };
    cursor.eat(b')').then_some(TaskRecord { pid, tid, time })
}
