//! `perf trace` text (tools/perf/builtin-trace.c).
//!
//! ```text
//!    428.087 ( 0.164 ms): python3/10345 pread64(fd: 4, buf: 0x7ffc, count: 784, pos: 64)   = 784
//! |time, ms | duration   | comm/tid    | call, its arguments                               | result
//! ```
//!
//! Time is in milliseconds since the first event, with `-T` since boot. The
//! line stands where the call returned, so lines of different threads are not
//! in time order. A call that another thread's line interrupts is printed
//! twice, each time with the time of its enter:
//!
//! ```text
//!    428.087 (         ): python3/10345 futex(uaddr: 0x7f, op: WAIT, val: 2)                ...
//!    428.087 ( 0.164 ms): python3/10345  ... [continued]: futex())                          = 0
//! ```

use super::Line;
use super::call::{Call, Ends, NAME_MAX};
use super::cursor::{Cursor, trim};
use crate::event::{Cpu, Event, HeaderField, Nanos, Payload, Remedy, Resolution, Syntax, Tid};
use bstr::ByteSlice;

/// The syntax of perf trace's text.
///
/// perf trace never prints the pid; it leaves comm and tid out while it traces a single thread.
pub(super) static SYNTAX: Syntax = Syntax {
    tracer: "perf trace",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Tid | HeaderField::Comm => Some(Remedy::Condition("when it traces more than one thread")),
        HeaderField::Cpu => Some(Remedy::Print("perf trace --show-cpu")),
        HeaderField::Pid => None,
    },
};

/// perf cuts a comm to this many bytes (`"%.14s/%d "`).
const COMM_MAX: usize = 14;

/// perf subtracts without a sign: what is before the first event, or took less
/// than nothing, is printed as nearly 2^64 ns.
const WRAPPED: Nanos = Nanos(1 << 63);

/// How far, at least, perf indents a call chain.
const FRAME_MARGIN: usize = 38;

/// Reads a line of `perf trace` that gives events; `None` where it is not one.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    let mut cursor = Cursor::new(line);
    let head = head(&mut cursor)?;
    let (thread, what) = thread_and_call(cursor.rest())?;
    // Without a thread and a duration, little tells a number and a word from chance.
    if thread.tid.is_none() && head.duration == Duration::Absent && !what.is_perfs() {
        return None;
    }
    let Some(time) = head.time else { return Some(Line::Skipped) };
    let event = |name, payload| Event {
        time,
        resolution: Resolution::Micros,
        tid: thread.tid,
        pid: None,
        cpu: head.cpu,
        name,
        comm: thread.comm,
        payload: Payload::new(payload, &SYNTAX),
    };
    let (enters, name, arguments, result) = match what {
        What::Event { name, payload } => return Some(Line::Event(event(name, payload))),
        What::Call { name, arguments, result } => (true, name, arguments, result),
        What::Continued { name, result } => (false, name, &b""[..], Some(result)),
    };
    let exit = match (result, head.duration) {
        (Some(_), Duration::Known(duration)) => time.0.checked_add(duration.0).map(Nanos),
        _ => None,
    };
    let head = event(name, arguments);
    let (head, ends) = match (enters, exit) {
        (true, None) => (head, Ends::Enter),
        (true, Some(exit)) => (head, Ends::Both(exit)),
        (false, Some(exit)) => (Event { time: exit, ..head }, Ends::Exit),
        (false, None) => return Some(Line::Skipped),
    };
    Some(Line::Call(Call { head, ends, result: result.unwrap_or_default() }))
}

/// What stands before the thread.
struct Head {
    /// `None`: `?`, for a call that began before the trace.
    time: Option<Nanos>,
    cpu: Option<Cpu>,
    duration: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Duration {
    /// Without system calls in the trace there is no such column.
    Absent,
    Unknown,
    Known(Nanos),
}

/// `"%10.3f "` or `"         ? "`, then `"(%6.3f ms): "` or `"(         ): "`;
/// perf of today prints the cpu before or behind the duration where it is asked to.
fn head(cursor: &mut Cursor<'_>) -> Option<Head> {
    cursor.skip_blanks();
    let time = if cursor.eat(b'?') { None } else { Some(cursor.milliseconds()?).filter(|time| *time < WRAPPED) };
    if cursor.skip_blanks() == 0 {
        return None;
    }
    let before = cpu(cursor);
    let duration = duration(cursor);
    let behind = cpu(cursor);
    Some(Head { time, cpu: before.or(behind), duration })
}

/// `"[%03u] "`, where there is one: a comm may begin with a bracket.
fn cpu(cursor: &mut Cursor<'_>) -> Option<Cpu> {
    let mut after = *cursor;
    if !after.eat(b'[') {
        return None;
    }
    let cpu = Cpu::try_from(after.number()?).ok()?;
    if !after.eat(b']') || !after.eat(b' ') {
        return None;
    }
    *cursor = after;
    Some(cpu)
}

/// The duration, where there is one: a comm may begin with a parenthesis.
fn duration(cursor: &mut Cursor<'_>) -> Duration {
    let mut after = *cursor;
    match known_duration(&mut after) {
        Some(duration) => {
            *cursor = after;
            duration
        }
        None => Duration::Absent,
    }
}

/// On a terminal a long duration is red or yellow.
fn known_duration(cursor: &mut Cursor<'_>) -> Option<Duration> {
    if !cursor.eat(b'(') {
        return None;
    }
    cursor.skip_escapes();
    cursor.skip_blanks();
    let duration = if cursor.rest().starts_with(b")") {
        Duration::Unknown
    } else {
        let duration = cursor.milliseconds()?;
        if !cursor.eat_all(b" ms") {
            return None;
        }
        cursor.skip_escapes();
        if duration < WRAPPED { Duration::Known(duration) } else { Duration::Unknown }
    };
    cursor.eat_all(b"): ").then_some(duration)
}

#[derive(Clone, Copy, Default)]
struct Thread<'a> {
    comm: Option<&'a [u8]>,
    tid: Option<Tid>,
}

/// What happened, with the text that belongs to it.
#[derive(Clone, Copy)]
enum What<'a> {
    /// A tracepoint, a page fault, or a sample.
    Event { name: &'a [u8], payload: &'a [u8] },
    /// A call from its enter on; without a result where it did not return, or
    /// another line has it.
    Call { name: &'a [u8], arguments: &'a [u8], result: Option<&'a [u8]> },
    /// The end of a call whose beginning was printed before.
    Continued { name: &'a [u8], result: &'a [u8] },
}

impl What<'_> {
    /// Whether only `perf trace` prints such a thing.
    fn is_perfs(self) -> bool {
        match self {
            What::Event { name, .. } => name.contains(&b':'),
            What::Call { result, .. } => result.is_some_and(|result| !result.is_empty()),
            What::Continued { .. } => true,
        }
    }
}

/// `comm/tid `, `tid ` (`--no-comm`), or nothing, where one thread is traced.
///
/// A comm may hold blanks and slashes (`CPU 0/KVM/10506 `): the rightmost
/// slash from which the rest parses ends it.
fn thread_and_call(rest: &[u8]) -> Option<(Thread<'_>, What<'_>)> {
    let comm_and_more = (0..=COMM_MAX).rev().filter(|&at| rest.get(at) == Some(&b'/')).find_map(|at| {
        let (comm, behind) = rest.split_at_checked(at)?;
        let (tid, what) = tid_and_call(behind.get(1..)?)?;
        Some((Thread { comm: Some(trim(comm)), tid: Some(tid) }, what))
    });
    comm_and_more
        .or_else(|| tid_and_call(rest).map(|(tid, what)| (Thread { comm: None, tid: Some(tid) }, what)))
        .or_else(|| what(rest).map(|what| (Thread::default(), what)))
}

fn tid_and_call(rest: &[u8]) -> Option<(Tid, What<'_>)> {
    let mut cursor = Cursor::new(rest);
    let tid = cursor.id()?;
    if !cursor.eat(b' ') {
        return None;
    }
    what(cursor.rest()).map(|what| (tid, what))
}

fn what(rest: &[u8]) -> Option<What<'_>> {
    if let Some(what) = continued(rest) {
        return Some(what);
    }
    let mut cursor = Cursor::new(rest);
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"_:-.".contains(&byte));
    if name == b"majfault" || name == b"minfault" {
        // minfault [_dl_start+0x3] => /usr/lib/ld-linux-x86-64.so.2@0x1f2a0 (d.)
        let payload = cursor.rest().strip_prefix(b" ")?;
        return (payload.starts_with(b"[") && payload.contains_str("] => ")).then_some(What::Event { name, payload });
    }
    if !name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_') || !cursor.eat(b'(') {
        return None;
    }
    // sched:sched_switch(prev_comm: "python3", prev_pid: 14175 (python3), prev_prio: 120)
    let text = cursor.rest().trim_ascii_end();
    let arguments = text.strip_suffix(b")");
    if name.contains(&b':') {
        return Some(What::Event { name, payload: arguments.unwrap_or(text) });
    }
    if let Some(interrupted) = text.strip_suffix(b" ...") {
        let arguments = interrupted.trim_ascii_end();
        return call(name, arguments.strip_suffix(b")").unwrap_or(arguments), None);
    }
    match split_result(text) {
        // `exit_group() = ?`: it never returns.
        Some((arguments, b"?")) => call(name, arguments, None),
        Some((arguments, result)) => call(name, arguments, Some(result)),
        // A sample of a counter has no arguments: cpu-clock()
        None if arguments == Some(b"") => Some(What::Event { name, payload: b"" }),
        // Cut off.
        None => call(name, arguments.unwrap_or(text), Some(b"")),
    }
}

fn call<'a>(name: &'a [u8], arguments: &'a [u8], result: Option<&'a [u8]>) -> Option<What<'a>> {
    let is_call = name.len() <= NAME_MAX && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_call.then_some(What::Call { name, arguments, result })
}

/// ` ... [continued]: futex())   = 0`, where `continued` is yellow on a terminal.
fn continued(rest: &[u8]) -> Option<What<'_>> {
    let mut cursor = Cursor::new(rest);
    cursor.skip_blanks();
    if !cursor.eat_all(b"... [") {
        return None;
    }
    cursor.skip_escapes();
    if !cursor.eat_all(b"continued") {
        return None;
    }
    cursor.skip_escapes();
    if !cursor.eat_all(b"]: ") {
        return None;
    }
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.is_empty() || name.len() > NAME_MAX || !cursor.eat(b'(') {
        return None;
    }
    let (_, result) = split_result(cursor.rest().trim_ascii_end()).unwrap_or_default();
    Some(What::Continued { name, result })
}

/// Arguments and result: `...)   = 784`, at the rightmost place that looks like it.
fn split_result(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // A clone whose child is not known to perf has nothing behind the sign.
    let mut end = text.len();
    while let Some(at) = text.get(..end)?.rfind_byte(b'=') {
        let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
        let padded = before.ends_with(b" ") && (behind.is_empty() || behind.starts_with(b" "));
        if let Some(arguments) = before.trim_ascii_end().strip_suffix(b")").filter(|_| padded) {
            return Some((arguments, behind.trim_ascii_start()));
        }
        end = at;
    }
    None
}

/// What perf trace prints that is no event: losses, and the tables of `-s`.
pub(super) fn read_other(line: &[u8]) -> Option<Line<'_>> {
    if let Some(rest) = line.strip_prefix(b"LOST ") {
        // LOST 11 events!
        let mut cursor = Cursor::new(rest);
        let count = cursor.number()?;
        let whole = cursor.eat_all(b" events!");
        cursor.skip_escapes();
        return (whole && cursor.rest().is_empty()).then_some(Line::Loss { count, cpu: None });
    }
    // The call chain of a call: clock_nanosleep@GLIBC_2.2.5 (/usr/lib/x86_64-linux-gnu/libc.so.6)
    let blanks = line.iter().take_while(|byte| **byte == b' ').count();
    // perf trace --print-sample: raw_syscalls:sys_enter 9812142.968 CPU 0/KVM 5711/5715 [0]
    let sample = line.trim_ascii_start().starts_with(b"raw_syscalls:sys_e") && line.ends_with(b"]");
    let skipped = (blanks >= FRAME_MARGIN && line.ends_with(b")"))
        || sample
        || line.ends_with(b", skipping...")
        || is_table(line);
    skipped.then_some(Line::Skipped)
}

/// A line of the tables of `-s` and `-S`:
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
pub(super) fn is_table(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(b" ") else { return false };
    let text = text.trim_ascii();
    if text.starts_with(b"Summary of events") || text.starts_with(b"(msec)") || text.starts_with(b"-------") {
        return true;
    }
    let mut words = text.fields_with(|c| c == ' ').map(|word| word.strip_suffix(b"%").unwrap_or(word));
    let first = words.next().unwrap_or_default();
    if first == b"syscall" {
        return words.next() == Some(b"calls");
    }
    if words.clone().count() >= 5 && words.all(is_number) {
        return text.ends_with(b"%");
    }
    is_total(text)
}

/// `python3 (14222), 4813 events, 23.7%`, or `total, 4813 events`.
fn is_total(text: &[u8]) -> bool {
    let Some((before, behind)) = text.rsplit_once_str(" events") else { return false };
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let whose = before.get(..before.len() - digits).unwrap_or_default();
    let of_thread = whose.ends_with(b"), ") || whose == b"total, ";
    digits > 0 && of_thread && (behind.is_empty() || behind.starts_with(b","))
}

fn is_number(word: &[u8]) -> bool {
    word == b"nan" || word == b"-nan" || word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::super::{Line, NameBuffer, read as read_line};
    use super::*;
    use bstr::BStr;

    fn shown_event(event: &Event<'_>) -> String {
        let Event { time, tid, cpu, name, comm, payload, .. } = *event;
        let tid = tid.map_or("-".to_owned(), |tid| tid.to_string());
        let cpu = cpu.map_or(String::new(), |cpu| format!(" [{cpu}]"));
        let [comm, name, payload] = [comm.unwrap_or(b"-"), name, payload.bytes].map(BStr::new);
        format!("{comm}/{tid}{cpu} {} {name}({payload})", time.0)
    }

    /// All events that a line gives.
    fn shown(line: &str) -> Vec<String> {
        let mut name = NameBuffer::default();
        match read_line(line.as_bytes()) {
            Line::Event(event) => vec![shown_event(&event)],
            Line::Call(call) => {
                let enter = call.enter(&mut name).map(|event| shown_event(&event));
                let exit = call.exit(&mut name).map(|event| shown_event(&event));
                enter.into_iter().chain(exit).collect()
            }
            other => panic!("{line:?} is {other:?}"),
        }
    }

    #[test]
    fn one_line_gives_both_ends_of_a_call() {
        for (line, expected) in [
            (
                "   428.087 ( 0.164 ms): CPU 0/KVM/10506 pread64(fd: 4</a) = 5>, count: 784)          = 784",
                &[
                    "CPU 0/KVM/10506 428087000 syscalls:sys_enter_pread64(fd: 4</a) = 5>, count: 784)",
                    "CPU 0/KVM/10506 428251000 syscalls:sys_exit_pread64(784)",
                ][..],
            ),
            // Interrupted, of today and of old; and its end.
            (
                "   428.087 (         ): python3/10345 futex(uaddr: 0x7f, val: 2)        ...",
                &["python3/10345 428087000 syscalls:sys_enter_futex(uaddr: 0x7f, val: 2)"],
            ),
            ("     0.000 ( 0.002 ms): 7 poll(nfds: 1) ...", &["-/7 0 syscalls:sys_enter_poll(nfds: 1)"]),
            (
                "   428.087 ( 0.164 ms): python3/10345  ... [continued]: futex())        = 0 (Timeout)",
                &["python3/10345 428251000 syscalls:sys_exit_futex(0 (Timeout))"],
            ),
            (
                "   434.747 (         ): python3/1 exit_group()   = ?",
                &["python3/1 434747000 syscalls:sys_enter_exit_group()"],
            ),
            // No comm; one thread; a colour; a cpu before and behind the duration.
            (
                "1605944.807 ( 0.027 ms): 14128 read(fd: 3)  = -1 EAGAIN (Resource temporarily unavailable)",
                &[
                    "-/14128 1605944807000 syscalls:sys_enter_read(fd: 3)",
                    "-/14128 1605944834000 syscalls:sys_exit_read(-1 EAGAIN (Resource temporarily unavailable))",
                ],
            ),
            (
                "     1.000 (\x1b[31m 2.500 ms\x1b[m): clone3(size: 88)   =",
                &["-/- 1000000 syscalls:sys_enter_clone3(size: 88)", "-/- 3500000 syscalls:sys_exit_clone3()"],
            ),
            (
                "     1.000 ( 2.500 ms):  ... [\x1b[33mcontinued\x1b[m]: brk()) = 0x5",
                &["-/- 3500000 syscalls:sys_exit_brk(0x5)"],
            ),
            (
                "     1.000 ( 2.500 ms): [003] sh/9 brk() = 0x5",
                &["sh/9 [3] 1000000 syscalls:sys_enter_brk()", "sh/9 [3] 3500000 syscalls:sys_exit_brk(0x5)"],
            ),
            (
                "     1.000 [003] ( 2.500 ms): sh/9 brk() = 0x5",
                &["sh/9 [3] 1000000 syscalls:sys_enter_brk()", "sh/9 [3] 3500000 syscalls:sys_exit_brk(0x5)"],
            ),
            // Hostile comms.
            (
                "     4.642 ( 0.010 ms): a/12 read(/6380 pread64(fd: 29) = 32",
                &[
                    "a/12 read(/6380 4642000 syscalls:sys_enter_pread64(fd: 29)",
                    "a/12 read(/6380 4652000 syscalls:sys_exit_pread64(32)",
                ],
            ),
            (
                "     6.773 (x)/17769 sched:sched_switch(prev_pid: 5)",
                &["(x)/17769 6773000 sched:sched_switch(prev_pid: 5)"],
            ),
            (
                "     4.642 ( 0.010 ms): [worker] 7/5396  ... [continued]: brk()) = 0",
                &["[worker] 7/5396 4652000 syscalls:sys_exit_brk(0)"],
            ),
            (
                "     4.642 ( 0.010 ms):  trail  /5 openat(dfd: CW",
                &["trail/5 4642000 syscalls:sys_enter_openat(dfd: CW)", "trail/5 4652000 syscalls:sys_exit_openat()"],
            ),
            (
                "    25.690 x-1 [000] 1: y/16295 syscalls:sys_enter_pread64(fd: 4)",
                &["x-1 [000] 1: y/16295 25690000 syscalls:sys_enter_pread64(fd: 4)"],
            ),
            ("    40.714 (         ): /9 brk() ...", &["/9 40714000 syscalls:sys_enter_brk()"]),
            // Tracepoints, page faults, samples.
            (
                "     0.235 (         ): python3/10404 raw_syscalls:sys_exit(id: 9, ret: 5)",
                &["python3/10404 235000 raw_syscalls:sys_exit(id: 9, ret: 5)"],
            ),
            (
                "     0.000 sh/1 sched:sched_switch(prev_comm: \"a(\", prev_pid: 1 (sh))",
                &["sh/1 0 sched:sched_switch(prev_comm: \"a(\", prev_pid: 1 (sh))"],
            ),
            (
                "     2.008 ( 0.000 ms): sh/5132 minfault [f+0x9ec] => //anon@0x7f (d.)",
                &["sh/5132 2008000 minfault([f+0x9ec] => //anon@0x7f (d.))"],
            ),
            ("     2.008 (         ): sh/5132 cpu-clock()", &["sh/5132 2008000 cpu-clock()"]),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn lines_that_give_no_event() {
        for line in [
            "         ? (         ): sleep/3462908  ... [continued]: execve()) = 0",
            "         ? ( 0.164 ms): sleep/3462908  ... [continued]: execve()) = 0",
            "    53.798 (18446744073706.664 ms): sh/15771  ... [continued]: futex())      = 0",
            "18446744073709.504 ( 0.014 ms): CPU 0/KVM/17265 pread64(fd: 3) = 64",
            "     1.000 (         ): sleep/3462908  ... [continued]: execve()) = 0",
            "                                      clock_nanosleep@GLIBC_2.2.5 (/usr/lib/libc.so.6)",
            "Unknown tp ID 12, skipping...",
            "raw_syscalls:sys_enter 9812142.968 CPU 0/KVM 5711/5715 [0]",
            " Summary of events:",
            " python3 (14222), 4813 events, 23.7%",
            " CPU 0/KVM (14222), 4813 events, 23.7%, 0.000 msec",
            " x-1 [000] 1.500000: y: (15823), 48 events, 1.2%",
            " total, 4813 events",
            "   syscall            calls  errors  total       min       avg       max       stddev",
            "                                     (msec)    (msec)    (msec)    (msec)        (%)",
            "   --------------- --------  ------ -------- --------- --------- ---------     ------",
            "   read                 182      0   254.728     0.010     1.400   153.536     65.05%",
        ] {
            assert_eq!(read_line(line.as_bytes()), Line::Skipped, "{line:?}");
        }
        for line in [
            "y/6462 pread64(fd: 17)   = 64",
            "     1.00 ( 2.500 ms): sh/9 brk() = 0x5",
            "     1.000 ( 2.500 ms): nl",
            "7.8888888888888888888888888888888888888888,((",
            "99999999999999999999.000 ( 2.500 ms): sh/9 brk() = 0x5",
            "9999999999999999999.000 ( 2.500 ms): sh/9 brk() = 0x5",
            "     1.000 calls(per second)",
            "     1.000 ( 2.500 ms): sh/9 1brk() = 0x5",
        ] {
            assert_eq!(read_line(line.as_bytes()), Line::Malformed, "{line:?}");
        }
    }

    #[test]
    fn losses() {
        for (line, count) in
            [("LOST 11 events!", 11), ("\x1b[31mLOST 301 events!", 301), ("\x1b[m\x1b[31mLOST 1 events!", 1)]
        {
            assert_eq!(read_line(line.as_bytes()), Line::Loss { count, cpu: None }, "{line:?}");
        }
    }
}
