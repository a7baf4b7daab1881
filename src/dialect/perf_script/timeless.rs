//! Reads samples that were recorded or printed without their time.

use super::header::{ID_WIDTH, skip_misc, skip_time_of_day, take_bracketed_cpu, take_event, take_ids};
use super::layouts::COMM_WIDTH;
use crate::dialect::cursor::Cursor;
use crate::dialect::line::{Line, NoTimeReason};
use crate::dialect::side_band::{self, RECORD};

/// Reads a sample or a side-band record without a time, or an error that perf prints about an instruction trace. Returns
/// `None` for any other line.
///
/// ```text
/// java 19983 cycles:
/// func_ab 15294 cpu-clock:  ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
///
/// If a recording has no times, its side-band records have none either. `PERF_RECORD_FINISHED_ROUND` (printed with
/// `--show-round-events`) stands alone on its line.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    if line.starts_with(RECORD) {
        return Some(side_band::read(line, None, None));
    }
    if is_trace_error(line) {
        return Some(Line::Skipped);
    }
    // The tid may begin at any of these columns. The last one is that of a tid of one digit, padded to 7 bytes, as perf
    // prints it since version 6.5.
    let starts = 0..=COMM_WIDTH + ID_WIDTH + 2;
    starts.rev().find_map(|start| {
        let (before, rest) = line.split_at_checked(start)?;
        if !(before.is_empty() || before.ends_with(b" ")) || rest.starts_with(b" ") {
            return None;
        }
        let mut cursor = Cursor::new(rest);
        take_ids(&mut cursor, 0)?;
        let cpu = take_bracketed_cpu(&mut cursor)?;
        skip_misc(&mut cursor);
        skip_time_of_day(&mut cursor);
        if cursor.rest().starts_with(RECORD) {
            return Some(side_band::read(cursor.rest(), cpu, None));
        }
        take_event(&mut cursor).map(|_| Line::Timeless(NoTimeReason::NotPrinted))
    })
}

/// Returns whether perf prints the line for a part of a hardware trace that it could not decode.
///
/// ```text
///  instruction trace error type 1 time 10.000000050 cpu 1 pid 100 tid 100 ip 0x400100 code 6: Trace doesn't match instruction
/// ```
fn is_trace_error(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let rest = text.strip_prefix(b"instruction trace").or_else(|| text.strip_prefix(b"unknown"));
    rest.and_then(|rest| rest.strip_prefix(b" error type "))
        .is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
}
