//! The places at which a line of ftrace may begin: at column 0, behind the machine that `trace-cmd report` names first,
//! behind the time of the kernel's log, or further right because another program indented the text.

use super::header::{COMM_WIDTH, LATENCY_COMM_WIDTH, read_at_dash};
use super::machine::split_machine;
use super::{other, printk};
use crate::dialect::line::Line;
use bstr::ByteSlice;

/// Reads a line that gives an event, or that would give one if it had a time. Returns `None` for any other line.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    if let Some(read) = read_padded(line) {
        return Some(read);
    }
    if let Some((machine, rest)) = split_machine(line)
        && let Some(read) = read_padded(rest)
    {
        return Some(on_machine(read, machine));
    }
    // A line such as `<4> sh-7 ...` has a prefix of the kernel's log. It is left to [`read_elsewhere`], because here
    // the prefix would become a part of the comm.
    let may_have_prefix = matches!(line.first(), Some(b'<' | b'['));
    if may_have_prefix && printk::skip_prefix(line).is_some() { None } else { read_unpadded(line) }
}

/// Reads a line that another program moved to the right. Such a line can be mistaken for one of another tracer, so all
/// dialects are asked before this function.
///
/// ```text
/// <4>[   90.000500]   <idle>-0         3d.... 80000090us : sched_switch: prev_comm=...
///     kworker/u16:2-13998 [005]   300.000065: intel_gpu_freq_change: new_freq=350
/// /vendor/bin/hw/example-service-3454  ( 3454) [000] ...1   251.000199: binder_transaction: transaction=56
/// ```
pub(in crate::dialect) fn read_elsewhere(line: &[u8]) -> Option<Line<'_>> {
    match printk::skip_prefix(line) {
        Some(text) => read_padded(text)
            .or_else(|| read_unpadded(text))
            .or_else(|| read_long_comm(text))
            .or_else(|| other::read(text)),
        None => read_long_comm(line),
    }
}

fn read_padded(line: &[u8]) -> Option<Line<'_>> {
    read_at_dash(line, COMM_WIDTH).or_else(|| read_at_dash(line, LATENCY_COMM_WIDTH))
}

/// Reads a line from which the padding of the comm was cut off. A comm may contain dashes and numbers. So it is taken
/// to end at the rightmost dash behind which the rest of the line has the form of ftrace.
///
/// A dash is passed over if it begins the text `-1 ` and nothing, a blank, a slash or a colon stands in front of it.
/// There, `-1` is perf script's tid of an unknown thread (`4547/-1`, `:-1 -1`). Hardly any comm ends with one of these
/// three signs.
fn read_unpadded(line: &[u8]) -> Option<Line<'_>> {
    let start = line.get(..COMM_WIDTH).unwrap_or(line);
    start.rfind_iter(b"-").find_map(|dash| {
        let (before, rest) = line.split_at_checked(dash)?;
        let may_be_lost = before.last().is_none_or(|byte| b" /:".contains(byte));
        if may_be_lost && rest.starts_with(b"-1 ") { None } else { read_at_dash(line, dash) }
    })
}

/// Reads a line with a comm that ends beyond column 16, because another program printed a longer comm than the kernel
/// keeps (15 bytes) or indented the line. The comm ends at the leftmost dash from which the rest parses, because a
/// payload can hold text that looks like a header.
fn read_long_comm(line: &[u8]) -> Option<Line<'_>> {
    let beyond = line.get(COMM_WIDTH..LONG_COMM_MAX.min(line.len()))?;
    memchr::memchr_iter(b'-', beyond).find_map(|dash| read_at_dash(line, COMM_WIDTH + dash))
}

/// The greatest column at which the dash behind a comm is looked for.
const LONG_COMM_MAX: usize = 160;

/// Stores in the event or call of a line the machine from which the line comes.
fn on_machine<'a>(mut line: Line<'a>, machine: &'a [u8]) -> Line<'a> {
    match &mut line {
        Line::Event(event) => event.machine = Some(machine),
        Line::Call(call) => call.common.machine = Some(machine),
        _ => {}
    }
    line
}
