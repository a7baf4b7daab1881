//! Reads side-band records, which perf script prints between the samples. Only the records of a fork, an exit or a loss
//! matter to this program; all others are skipped.

use super::cursor::Cursor;
use super::line::{Line, TaskRecord};
use crate::event::{Cpu, Nanos};

/// The beginning of the name of every side-band record.
pub(super) const RECORD: &[u8] = b"PERF_RECORD_";

/// Reads a record. `text` begins with the name of the record, and `cpu` and `time` come from the header of the line.
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

/// Reads the first `(pid:tid)`: the thread that began or ended. Its parent follows in the text and is not needed.
fn task(text: &[u8], time: Option<Nanos>) -> Option<TaskRecord> {
    let mut cursor = Cursor::new(text);
    if !cursor.eat(b'(') {
        return None;
    }
    let pid = cursor.id()?;
    let tid = if cursor.eat(b':') { cursor.id()? } else { return None };
    cursor.eat(b')').then_some(TaskRecord { pid, tid, time })
}
