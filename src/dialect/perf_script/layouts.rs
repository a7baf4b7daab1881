//! The layouts that a header of perf script may have. A layout says how long the comm is and which fields follow it.

use super::header::{Fields, ID_WIDTH, read_header, skip_misc, skip_time_of_day, take_bracketed_cpu, take_ids};
use crate::dialect::cursor::{BYTE_ORDER_MARK_START, Cursor, trim, trim_indented};
use crate::dialect::line::Line;
use crate::dialect::prefix::Prefix;

/// The number of bytes of a padded comm. A blank stands behind it.
pub(super) const COMM_WIDTH: usize = 16;
/// The number of bytes of a comm in the latency format (`perf script -L`, `"%8.8s "`).
const LATENCY_COMM_WIDTH: usize = 8;

/// Reads a line in the default layout of perf script. Returns `None` if the line has another layout.
///
/// In the default layout the comm is padded to a fixed width, so its end is known even if the comm looks like a header:
///
/// ```text
///  a:b: 12.345678: 10132 [000]   925.993939:    syscalls:sys_enter_poll: ufds: 0x5566ffbedc00
/// ```
pub(in crate::dialect) fn read_default(line: &[u8]) -> Option<Line<'_>> {
    let (machine, sample) = skip_guest(line);
    let (comm, rest) = split_comm(sample, COMM_WIDTH)?;
    if is_latency_comm_and_ids(sample) && read_latency(sample).is_some() {
        return None;
    }
    on_machine(read_header(rest, Fields::PADDED, Some(comm)), machine)
}

/// Returns whether the line begins in the latency format (`-L`) with a pid, and with a tid of one digit. The beginning
/// would also fit the default layout, but then the comm would contain two numbers in just these columns, and the line
/// would have no CPU.
///
/// ```text
///  swapper     0/0       1  2469.044795:        sched:sched_switch: prev_comm=...
/// ```
#[inline]
fn is_latency_comm_and_ids(line: &[u8]) -> bool {
    // This is tested first because few lines have a slash in this column.
    line.get(COMM_WIDTH - 2) == Some(&b'/') && has_ids_in_columns(line)
}

/// Returns whether `"%5d/%d "` stands behind a comm of the latency format.
#[cold]
fn has_ids_in_columns(line: &[u8]) -> bool {
    let Some((_, rest)) = split_comm(line, LATENCY_COMM_WIDTH) else { return false };
    let mut cursor = Cursor::new(rest);
    matches!(take_ids(&mut cursor, ID_WIDTH), Some((Some(_), 0..=9)))
}

/// Reads a line in any layout of perf script but the default one. Returns `None` if it has none of them.
pub(in crate::dialect) fn read_other_layout(line: &[u8]) -> Option<Line<'_>> {
    let (machine, sample) = skip_guest(line);
    let read = read_latency(sample)
        .or_else(|| read_padded_without_tid(sample))
        .or_else(|| read_unpadded(sample, Fields::WITH_TID))
        .or_else(|| read_unpadded(sample, Fields::WITH_CPU))
        .or_else(|| read_unpadded(sample, Fields::WITHOUT_TID))
        .or_else(|| read_long_comm(sample));
    on_machine(read, machine)
}

/// Reads the fields of a prefix: the text of a line before the time, in the default layout. The text must end with a
/// blank.
///
/// [`read_default`] finds the same fields in every line that begins with this text and continues with a time.
pub(in crate::dialect) fn read_prefix(text: &[u8]) -> Option<Prefix> {
    // In a line of a guest and in an indented line, the comm begins further right.
    if matches!(text.first().copied(), Some(b'V' | b'\t' | BYTE_ORDER_MARK_START)) || !text.ends_with(b" ") {
        return None;
    }
    // This prefix may belong to a line in the latency format. Only the text behind the prefix would tell.
    if is_latency_comm_and_ids(text) {
        return None;
    }
    let (comm, rest) = split_comm(text, COMM_WIDTH)?;
    let mut cursor = Cursor::new(rest);
    let (pid, tid) = take_ids(&mut cursor, ID_WIDTH)?;
    let cpu = take_bracketed_cpu(&mut cursor)?;
    skip_misc(&mut cursor);
    skip_time_of_day(&mut cursor);
    cursor.skip_blanks();
    cursor.rest().is_empty().then(|| Prefix::new(text, comm, tid, pid, cpu))
}

/// Reads a line of `perf script -L`, in which the comm is cut to 8 bytes and the CPU has no brackets.
///
/// ```text
///     bash 10088   0   925.824334: syscalls:sys_enter_getppid:
/// ```
fn read_latency(line: &[u8]) -> Option<Line<'_>> {
    split_comm(line, LATENCY_COMM_WIDTH)
        .and_then(|(comm, rest)| read_header(rest, Fields::LATENCY, Some(comm)))
        .or_else(|| read_header(line, Fields::LATENCY, None))
}

/// Reads a line of `perf script -F comm,time,event`, which has a padded comm and no tid.
///
/// ```text
///     preempt_test  20677.199579:      kvm:kvm_exit: reason PREEMPTION_TIMER rip 0x40274d
/// ```
///
/// perf pads a comm of 15 bytes or less on the left, so the comm ends directly before the blank at byte 16. In a line
/// without a comm, hardly any field ends there.
fn read_padded_without_tid(line: &[u8]) -> Option<Line<'_>> {
    let (comm, rest) = split_comm(line, COMM_WIDTH)?;
    let ends_at_separator = comm.is_empty() || line.get(COMM_WIDTH - 1) != Some(&b' ');
    if !line.starts_with(b" ") || !ends_at_separator || is_ids_and_cpu(comm) {
        return None;
    }
    read_header(rest, Fields::WITHOUT_TID, Some(comm))
}

/// Reads a line of `perf script -F comm,cpu,time,event`, which has a padded comm, a CPU and no tid. Byte 16 must be the
/// blank behind the comm: in a line of ftrace, which may look similar, byte 16 is a dash.
///
/// ```text
///      jbd2/vda1-8 [000]   925.000001:                 cpu-clock:
/// ```
pub(in crate::dialect) fn read_padded_with_cpu(line: &[u8]) -> Option<Line<'_>> {
    let (_, rest) = line.split_at_checked(COMM_WIDTH)?;
    if !rest.starts_with(b" [") {
        return None;
    }
    let (machine, sample) = skip_guest(line);
    on_machine(read_padded_without_tid(sample), machine)
}

/// Returns whether the text is `[pid/]tid [cpu]`. In such a line the comm is empty, and this text must not be taken for
/// the comm.
fn is_ids_and_cpu(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    take_ids(&mut cursor, 0).is_some() && cursor.rest().starts_with(b"[") && cursor.rest().ends_with(b"]")
}

/// Splits a line into a comm of `width` bytes, without its padding, and the rest. Returns `None` if no blank stands
/// between the two.
fn split_comm(line: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (comm, rest) = line.split_at_checked(width)?;
    let rest = rest.strip_prefix(b" ")?;
    Some((trim_indented(comm), rest))
}

/// Reads a line with a comm that is not padded. perf prints such lines before call chains (`"%s "`, from column 0 on),
/// and other tools cut the padding off.
///
/// ```text
/// fc_vcpu 1 10295 [001]   929.312247: syscalls:sys_enter_poll: ufds: 0x5566ffbedc00
/// ```
///
/// simpleperf's report_sample.py prints a tab in place of the blank:
///
/// ```text
/// my worker pool<tab>4243 [004] 1000.000350:<tab><tab>1000000 task-clock:u:
/// ```
///
/// The comm is taken to end at the rightmost place behind which the rest of the line is a header. The place must not be
/// beyond byte 16, because a payload may contain text that looks like a header, too.
fn read_unpadded(line: &[u8], fields: Fields) -> Option<Line<'_>> {
    let is_behind_comm = |start: &usize| matches!(line.get(start - 1), Some(b' ' | b'\t'));
    (1..=COMM_WIDTH.min(line.len()))
        .rev()
        .filter(is_behind_comm)
        .find_map(|start| read_header_at(line, start, fields))
        .or_else(|| read_header_at(line, 0, fields))
}

/// Reads a line with a comm of more than 15 bytes, which a kernel thread can have. The comm is taken to end at the
/// leftmost place beyond byte 16 behind which the rest of the line is a header.
///
/// ```text
/// kworker/u16:2-events_unbound 13690 [000]  1460.173147: sched:sched_switch: prev_comm=...
/// ```
fn read_long_comm(line: &[u8]) -> Option<Line<'_>> {
    let beyond = line.get(COMM_WIDTH..)?;
    memchr::memchr2_iter(b' ', b'\t', beyond)
        .find_map(|blank| read_header_at(line, COMM_WIDTH + blank + 1, Fields::WITH_TID))
}

/// Reads a header that begins at `start`, if a field can begin there. The text before `start` is the comm.
fn read_header_at(line: &[u8], start: usize, fields: Fields) -> Option<Line<'_>> {
    let (before, rest) = line.split_at_checked(start)?;
    let first = *rest.first()?;
    // Within a run of blanks every place gives the same result, so only its last blank is tried. Byte 16 is tried in
    // any case, because it is the last place at which a comm of usual length can end.
    let run_goes_on = first == b' ' && start != COMM_WIDTH;
    if run_goes_on || !(before.is_empty() || before.ends_with(b" ") || fields.follow_tab(before)) {
        return None;
    }
    let comm = if is_padded_with_tabs(before) { trim_indented(before) } else { trim(before) };
    // A tab at the end separates the comm from the tid, and any tab in front of it belongs to the comm.
    let comm = if before.ends_with(b"\t") { trim(comm.strip_suffix(b"\t").unwrap_or(comm)) } else { comm };
    read_header(rest, fields, if comm.is_empty() { None } else { Some(comm) })
}

/// Returns whether the text before the tid begins with tabs that stand in place of a padding. They do if the comm ends
/// at a column at which a padded comm ends: 16, or further right by a multiple of 8, the width of a tab. Otherwise the
/// comm itself begins with a tab.
fn is_padded_with_tabs(before: &[u8]) -> bool {
    // This is tested first because few comms begin with a tab.
    if !before.starts_with(b"\t") {
        return false;
    }
    let comm = before.trim_ascii_end();
    let column = comm.iter().fold(0, |column, byte| if *byte == b'\t' { column / 8 * 8 + 8 } else { column + 1 });
    column >= COMM_WIDTH && column % 8 == 0
}

/// Skips the numbers of a virtual machine and its CPU, which perf prints first for a sample of a guest: `VM:%5d ` and
/// `VCPU:%03d `. Returns the machine, if the line names one, and the rest of the line.
#[inline]
fn skip_guest(line: &[u8]) -> (Option<&[u8]>, &[u8]) {
    if line.starts_with(b"V") { split_guest(line) } else { (None, line) }
}

fn split_guest(line: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (mut machine, mut cursor) = (None, Cursor::new(line));
    for name in [&b"VM:"[..], b"VCPU:"] {
        let Some(rest) = cursor.rest().strip_prefix(name) else { continue };
        let mut after = Cursor::new(rest);
        after.skip_blanks();
        if after.number().is_some() && after.eat(b' ') {
            if name == b"VM:" {
                machine = line.get(..line.len() - after.rest().len() - 1);
            }
            cursor = after;
        }
    }
    (machine, cursor.rest())
}

/// Stores in the event of a line the machine from which the line comes.
fn on_machine<'a>(mut read: Option<Line<'a>>, machine: Option<&'a [u8]>) -> Option<Line<'a>> {
    if let (Some(Line::Event(event)), Some(_)) = (&mut read, machine) {
        event.machine = machine;
    }
    read
}
