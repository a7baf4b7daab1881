//! Reads the lines of perf trace that give no event: losses, call chains, and the tables of `perf trace -s`.

use crate::dialect::cursor::Cursor;
use crate::dialect::line::Line;
use bstr::ByteSlice;
use memchr::memmem::FinderRev;
use std::sync::LazyLock;

/// The least number of blanks that perf trace prints before a frame of a call chain.
const FRAME_INDENT: usize = 38;

/// Reads a line that gives no event. Returns `None` if perf trace prints no such line.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    if let Some(rest) = line.strip_prefix(b"LOST ") {
        // perf trace prints a loss as: `LOST 11 events!`
        let mut cursor = Cursor::new(rest);
        let count = cursor.number()?;
        let whole = cursor.eat_all(b" events!");
        cursor.skip_escapes();
        return (whole && cursor.rest().is_empty()).then_some(Line::Loss { count, cpu: None, machine: None });
    }
    // A frame of a call chain is printed as: `clock_nanosleep@GLIBC_2.2.5 (/usr/lib/x86_64-linux-gnu/libc.so.6)`
    let is_frame = line.iter().take_while(|byte| **byte == b' ').count() >= FRAME_INDENT && line.ends_with(b")");
    // `perf trace --print-sample` prints: `raw_syscalls:sys_enter 9812142.968 CPU 0/KVM 5711/5715 [0]`
    let is_sample = line.trim_ascii_start().starts_with(b"raw_syscalls:sys_e") && line.ends_with(b"]");
    let is_skipped = is_frame || is_sample || line.ends_with(b", skipping...") || is_table(line);
    is_skipped.then_some(Line::Skipped)
}

/// Returns whether this is a line of the tables that `perf trace -s` and `-S` print at the end:
///
/// ```text
///  Summary of events:
///
///  python3 (14222), 4813 events, 23.7%
///
///    syscall            calls  errors  total       min       avg       max       stddev
///                                      (msec)    (msec)    (msec)    (msec)        (%)
///    --------------- --------  ------ -------- --------- --------- ---------     ------
///    read                 182      0   254.728     0.010     1.400   153.536     65.05%
/// ```
pub(in crate::dialect) fn is_table(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(b" ") else { return false };
    let text = text.trim_ascii();
    if text.starts_with(b"Summary of events") || text.starts_with(b"(msec)") || text.starts_with(b"-------") {
        return true;
    }
    let mut columns = text.fields_with(|c| c == ' ').map(|column| column.strip_suffix(b"%").unwrap_or(column));
    let first = columns.next().unwrap_or_default();
    if first == b"syscall" {
        return columns.next() == Some(b"calls");
    }
    if columns.clone().count() >= 5 && columns.all(is_number) {
        return text.ends_with(b"%");
    }
    is_total(text)
}

/// Finds the unit of a total, such as `4813 events`. The search is prepared once, because that takes longer than to
/// search a line.
static EVENTS: LazyLock<FinderRev<'static>> = LazyLock::new(|| FinderRev::new(b" events"));

/// Returns whether the text is a total: `python3 (14222), 4813 events, 23.7%` or `total, 4813 events`.
fn is_total(text: &[u8]) -> bool {
    let Some(at) = EVENTS.rfind(text) else { return false };
    let (before, rest) = text.split_at(at);
    let behind = rest.strip_prefix(EVENTS.needle()).unwrap_or_default();
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let owner = before.get(..before.len() - digits).unwrap_or_default();
    let has_owner = owner.ends_with(b"), ") || owner == b"total, ";
    digits > 0 && has_owner && (behind.is_empty() || behind.starts_with(b","))
}

fn is_number(column: &[u8]) -> bool {
    column == b"nan" || column == b"-nan" || column.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}
