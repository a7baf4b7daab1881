//! ftrace's `trace` and `trace_pipe` (kernel/trace/trace_output.c), and
//! `trace-cmd report` (tracecmd/trace-read.c), which prints nearly the same.
//!
//! ```text
//!  kworker/5:2-eve-10941   (  10890) [000] d..2.   955.230871: sched_switch: prev_comm=...
//!  |comm, 16 wide  -tid     tgid      cpu   flags  time        event         payload
//! ```
//!
//! tgid and flags are there where they were asked for. The latency format cuts
//! comm to 8 bytes, and its cpu has no brackets and the flags right behind it;
//! ftrace's time is then in microseconds since the trace began:
//!
//! ```text
//!  trail  -11001     0..... 955349050us : sys_poll -> 0x0
//! ```
//!
//! Event names have no subsystem, and a system call is printed as
//! `sys_poll(ufds: ...)` where it enters and `sys_poll -> 0x0` where it exits.

use super::call::{Call, Ends, NAME_MAX};
use super::cursor::{Cursor, trim};
use super::fast::prefixes::Prefix;
use super::{Lack, Line};
use crate::event::{Cpu, Event, HeaderField, Nanos, Payload, Pid, Remedy, Resolution, Syntax, Tid};
use bstr::ByteSlice;

/// The syntax of the text of ftrace and trace-cmd.
///
/// Their lines always have tid, cpu and comm; the tgid is there only if the kernel recorded it.
pub(super) static SYNTAX: Syntax = Syntax {
    tracer: "ftrace",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Pid => Some(Remedy::Record("echo 1 > /sys/kernel/tracing/options/record-tgid")),
        HeaderField::Tid | HeaderField::Cpu | HeaderField::Comm => None,
    },
};

/// Where the dash between comm and tid stands (`"%16s-"`), and in the latency
/// format (`"%8.8s-"`).
const PADDED: usize = 16;
const LATENCY: usize = 8;

/// Reads a line that gives an event, or would if it had a time; `None` where it
/// is not one.
pub(super) fn read(line: &[u8]) -> Option<Line<'_>> {
    at_dash(line, PADDED)
        .or_else(|| at_dash(line, LATENCY))
        .or_else(|| unpadded(line))
        .or_else(|| without_file(line).and_then(|line| at_dash(line, PADDED).or_else(|| at_dash(line, LATENCY))))
}

/// The rightmost dash from which the rest parses: padding may be cut off, and
/// a comm may hold dashes and numbers.
///
/// The tid 1 behind nothing that a comm is likely to end with is the -1 of a
/// thread that perf lost (`4547/-1`, `:-1 -1`).
fn unpadded(line: &[u8]) -> Option<Line<'_>> {
    let start = line.get(..PADDED).unwrap_or(line);
    start.rfind_iter(b"-").find_map(|dash| {
        let (before, rest) = line.split_at_checked(dash)?;
        let may_be_lost = before.last().is_none_or(|byte| b" /:".contains(byte));
        if may_be_lost && rest.starts_with(b"-1 ") { None } else { at_dash(line, dash) }
    })
}

/// `trace-cmd report` of several files names the file first: `b.dat:   sleep-13945 ...`
fn without_file(line: &[u8]) -> Option<&[u8]> {
    let (file, rest) = line.split_at_checked(line.find_byte(b':')?)?;
    let rest = rest.strip_prefix(b": ")?;
    (!file.trim_ascii_start().contains(&b' ')).then_some(rest)
}

/// Reads a line whose comm ends at `dash`, if that is one.
fn at_dash(line: &[u8], dash: usize) -> Option<Line<'_>> {
    let (comm, rest) = line.split_at_checked(dash)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = before_time(&mut cursor)?;
    let when = time(&mut cursor)?;
    let (time, resolution) = match when {
        Time::Of(time, resolution) => (time, resolution),
        Time::Count => (Nanos(0), Resolution::Micros),
    };
    let comm = trim(comm);
    let head = Event {
        time,
        resolution,
        tid: Some(tid),
        pid,
        cpu: Some(cpu),
        name: b"",
        comm: Some(comm),
        payload: Payload::empty(&SYNTAX),
    };
    match (event(cursor.rest(), head)?, when) {
        (_, Time::Count) => Some(Line::Timeless(Lack::Count)),
        (found, Time::Of(..)) => Some(found),
    }
}

/// `-tid`, tgid, cpu and flags.
fn before_time(cursor: &mut Cursor<'_>) -> Option<(Tid, Option<Pid>, Cpu)> {
    if !cursor.eat(b'-') {
        return None;
    }
    let tid = i32::try_from(cursor.number()?).ok()?;
    if cursor.skip_blanks() == 0 {
        return None;
    }
    let pid = tgid(cursor)?;
    Some((tid, pid, cpu_and_flags(cursor)?))
}

/// Reads what stands before the time where comm is padded, with a blank behind
/// it; of a line that goes on with a time, [`read`] says the same.
pub(super) fn head(text: &[u8]) -> Option<Prefix> {
    let (comm, rest) = text.split_at_checked(PADDED)?;
    let mut cursor = Cursor::new(rest);
    let (tid, pid, cpu) = before_time(&mut cursor)?;
    // A guest's line, or one behind a colour, begins further right.
    let usual = cursor.rest().is_empty() && text.ends_with(b" ") && !matches!(text.first(), Some(b'V' | b'\x1b'));
    usual.then(|| Prefix::new(text, comm, tid, pid, Some(cpu)))
}

/// `"(%7d) "`, `"(-------) "` where it is unknown, or nothing.
fn tgid(cursor: &mut Cursor<'_>) -> Option<Option<Pid>> {
    if !cursor.eat(b'(') {
        return Some(None);
    }
    cursor.skip_blanks();
    let pid = if cursor.take_while(|byte| byte == b'-').is_empty() { Some(cursor.id()?) } else { None };
    (cursor.eat(b')') && cursor.skip_blanks() > 0).then_some(pid)
}

/// `"[%03d] "` and the flags (`d..2.`, 4 before Linux 5.11, 5 since), or in the
/// latency format `"%3d"` with the flags right behind it.
fn cpu_and_flags(cursor: &mut Cursor<'_>) -> Option<Cpu> {
    let brackets = cursor.eat(b'[');
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    if brackets {
        if !cursor.eat(b']') {
            return None;
        }
        // None where trace-cmd prints a count of many digits right behind.
        cursor.skip_blanks();
    }
    let mut after = *cursor;
    let flags = after.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.').len();
    // With brackets, flags may be missing; the time is no flags.
    if brackets && after.rest().starts_with(b":") {
        return Some(cpu);
    }
    *cursor = after;
    (FLAGS.contains(&flags) && cursor.skip_blanks() > 0 || brackets && flags == 0).then_some(cpu)
}

/// How many flags there can be; more than any kernel or trace-cmd prints.
const FLAGS: std::ops::RangeInclusive<usize> = 3..=8;

#[derive(Clone, Copy)]
enum Time {
    Of(Nanos, Resolution),
    /// A clock that counts something else than time: `counter`, `x86-tsc`.
    Count,
}

/// `" %5lu.%06lu: "`, of `trace-cmd report -t` with 9 decimals; `" %4lldus%c: "`
/// in ftrace's latency format, where `%c` marks long gaps; or `" %12llu: "`.
fn time(cursor: &mut Cursor<'_>) -> Option<Time> {
    let before = *cursor;
    let time = match cursor.seconds() {
        Some((time, resolution)) => Time::Of(time, resolution),
        None => {
            *cursor = before;
            let number = cursor.number()?;
            if cursor.eat_all(b"us") {
                cursor.take_while(|byte| b" !+#*@$".contains(&byte));
                Time::Of(Nanos(number.checked_mul(1_000)?), Resolution::Micros)
            } else {
                Time::Count
            }
        }
    };
    let ends = cursor.eat(b':') && (cursor.skip_blanks() > 0 || cursor.rest().is_empty());
    ends.then_some(time)
}

/// What happened, with the text that belongs to it.
fn event<'a>(text: &'a [u8], head: Event<'a>) -> Option<Line<'a>> {
    let mut cursor = Cursor::new(text);
    // trace-cmd report --ts-diff
    if cursor.eat_all(b"(+") && (cursor.number().is_none() || !cursor.eat(b')') || cursor.skip_blanks() == 0) {
        return None;
    }
    let text = cursor.rest();
    // Frames follow: <stack trace>, <user stack trace>
    if text.starts_with(b"<") && text.trim_ascii_end().ends_with(b"stack trace>") {
        return Some(Line::Skipped);
    }
    if let Some(call) = call(text, head) {
        return Some(Line::Call(call));
    }
    let word = cursor.word();
    cursor.skip_blanks();
    let name = match word.strip_suffix(b":") {
        Some(name) => name,
        // The function tracer: ktime_get <-tick_sched_timer
        None if cursor.rest().starts_with(b"<-") => word,
        None => return None,
    };
    // Names have no subsystem here; where one has, the line is perf script's.
    if name.contains(&b':') {
        return None;
    }
    let has_letter = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    has_letter.then_some(Line::Event(Event { name, payload: Payload::new(cursor.rest(), &SYNTAX), ..head }))
}

/// What the name of a call begins with.
pub(super) const CALL: &[u8] = b"sys_";

/// `sys_poll(ufds: 0x7ffd, nfds: 1)` or `sys_poll -> 0x0`
fn call<'a>(text: &'a [u8], head: Event<'a>) -> Option<Call<'a>> {
    let mut cursor = Cursor::new(text.strip_prefix(CALL)?);
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    call_of(Event { name, ..head }, cursor.rest())
}

/// A call with its name, by the text behind that.
pub(super) fn call_of<'a>(head: Event<'a>, text: &'a [u8]) -> Option<Call<'a>> {
    if let Some(arguments) = text.strip_prefix(b"(") {
        let arguments = arguments.trim_ascii_end();
        let payload = Payload::new(arguments.strip_suffix(b")").unwrap_or(arguments), &SYNTAX);
        return Some(Call { head: Event { payload, ..head }, ends: Ends::Enter, result: b"" });
    }
    let result = text.strip_prefix(b" -> ")?;
    Some(Call { head, ends: Ends::Exit, result })
}

/// What ftrace and trace-cmd print that is no event: losses, frames, and notes.
pub(super) fn read_other(line: &[u8]) -> Option<Line<'_>> {
    let line = without_file(line).unwrap_or(line);
    if let Some(found) = marker(line) {
        return Some(found);
    }
    // trace-cmd report begins with the number of processors.
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let note =
        line.strip_prefix(b"cpus=").is_some_and(is_number) || line.strip_prefix(b"version = ").is_some_and(is_number);
    //  => do_syscall_64
    (note || line.trim_ascii_start().starts_with(b"=> ")).then_some(Line::Skipped)
}

/// `CPU:1 [LOST 57 EVENTS]`, `CPU:1 [57 EVENTS DROPPED]`, each also without the
/// number, or without the processor; `CPU:1 [SUBBUFFER START]`.
fn marker(text: &[u8]) -> Option<Line<'_>> {
    let mut cursor = Cursor::new(text);
    let cpu = if cursor.eat_all(b"CPU:") {
        let cpu = Cpu::try_from(cursor.number()?).ok()?;
        cursor.skip_blanks();
        Some(cpu)
    } else {
        None
    };
    let what = cursor.rest().strip_prefix(b"[")?.trim_ascii_end().strip_suffix(b"]")?;
    if what == b"SUBBUFFER START" {
        return Some(Line::Skipped);
    }
    let count = match what.strip_prefix(b"LOST").and_then(|rest| rest.strip_suffix(b"EVENTS")) {
        Some(count) => count,
        None => what.strip_suffix(b"EVENTS DROPPED")?,
    };
    let mut cursor = Cursor::new(count.trim_ascii());
    let count = if cursor.rest().is_empty() { 0 } else { cursor.number()? };
    cursor.rest().is_empty().then_some(Line::Loss { count, cpu })
}

#[cfg(test)]
mod tests {
    use super::super::{Line, NameBuffer, read as read_line};
    use super::*;
    use bstr::BStr;

    /// `comm tid pid cpu time_ns name payload` of the event that a line gives.
    fn shown(line: &[u8]) -> String {
        let mut name = NameBuffer::default();
        let event = match read_line(line) {
            Line::Event(event) => Some(event),
            Line::Call(call) if call.ends == Ends::Enter => call.enter(&mut name),
            Line::Call(call) => call.exit(&mut name),
            other => panic!("{:?} is {other:?}", BStr::new(line)),
        };
        let Event { time, tid, pid, cpu, name, comm, payload, .. } = event.expect("an event");
        let or_dash = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
        let [tid, pid, cpu] = [tid.map(i64::from), pid.map(i64::from), cpu.map(i64::from)].map(or_dash);
        let [comm, name, payload] = [comm.unwrap_or(b"?"), name, payload.bytes].map(BStr::new);
        format!("{comm}|{tid} {pid} {cpu} {}|{name}|{payload}", time.0)
    }

    #[test]
    fn layouts() {
        for (line, expected) in [
            (
                &b"       CPU 0/KVM-10817   [001] .....   954.974018: sys_poll(ufds: 0x7f, nfds: 0)"[..],
                "CPU 0/KVM|10817 - 1 954974018000|syscalls:sys_enter_poll|ufds: 0x7f, nfds: 0",
            ),
            (
                b"       fc_vcpu 1-10816   [001] .....   954.974480: sys_poll -> 0x0",
                "fc_vcpu 1|10816 - 1 954974480000|syscalls:sys_exit_poll|0x0",
            ),
            (
                b"                -10823   [000] ....   954.974480: kvm_exit: reason HLT",
                "|10823 - 0 954974480000|kvm_exit|reason HLT",
            ),
            (
                b" kworker/5:2-eve-10941   (  10890) [000]    955.230871: kvm_exit:",
                "kworker/5:2-eve|10941 10890 0 955230871000|kvm_exit|",
            ),
            (
                b"          <idle>-0       (-------) [001] d.h4.  9899.750411: sched_waking: comm=cat pid=7756",
                "<idle>|0 - 1 9899750411000|sched_waking|comm=cat pid=7756",
            ),
            (
                b" trail  -11001     0..... 955349050us : sys_poll -> 0x0",
                "trail|11001 - 0 955349050000|syscalls:sys_exit_poll|0x0",
            ),
            (b"  <idle>-0       1dNh2. 12345us!: sched_wakeup: comm=x", "<idle>|0 - 1 12345000|sched_wakeup|comm=x"),
            // A comm that imitates a header, padded; and padding cut off.
            (
                b" x-1 [000] 1.0: -13453 [001] 10115.223086: sys_exit_clock_nanosleep: 0x0",
                "x-1 [000] 1.0:|13453 - 1 10115223086000|sys_exit_clock_nanosleep|0x0",
            ),
            (
                b"foo-12 [001]-13961   [001] .....  1507.636321: sys_pread64 -> 0x40",
                "foo-12 [001]|13961 - 1 1507636321000|syscalls:sys_exit_pread64|0x40",
            ),
            (
                b"CPU-5638  [034] 5446408.762621: kvm_inj_virq: IRQ 0xd1",
                "CPU|5638 - 34 5446408762621000|kvm_inj_virq|IRQ 0xd1",
            ),
            (
                b"fc_vcpu 0-2779478 [077] .... 1820822.383989: kvm_exit: vcpu 0",
                "fc_vcpu 0|2779478 - 77 1820822383989000|kvm_exit|vcpu 0",
            ),
            (
                b"-19307   (  19264) [000] ..... 10487.032148: sys_pwrite64 -> 0x40",
                "|19307 19264 0 10487032148000|syscalls:sys_exit_pwrite64|0x40",
            ),
            (
                b"trail  -22294   [000] ..... 10487.659684: sys_pwrite64 -> 0x40",
                "trail|22294 - 0 10487659684000|syscalls:sys_exit_pwrite64|0x40",
            ),
            // trace-cmd report: -t, -l, --ts-diff, several files.
            (
                b"           plain-12342 [001] 10100.518340499: sys_exit_futex:       0x0",
                "plain|12342 - 1 10100518340499|sys_exit_futex|0x0",
            ),
            (
                b"x-1 [000-13453   1..... 10115.223086: sys_exit_clock_nanosleep: 0x0",
                "x-1 [000|13453 - 1 10115223086000|sys_exit_clock_nanosleep|0x0",
            ),
            (
                b"           plain-12342 [001] 10100.518340: (+1)     sys_exit_futex:       0x0",
                "plain|12342 - 1 10100518340000|sys_exit_futex|0x0",
            ),
            (
                b"  b.dat:            plain-12342 [001] 10100.518340: sys_exit_futex:       0x0",
                "plain|12342 - 1 10100518340000|sys_exit_futex|0x0",
            ),
            (
                b"            bash-1994  [000] ....   955.230871: ktime_get <-tick_sched_timer",
                "bash|1994 - 0 955230871000|ktime_get|<-tick_sched_timer",
            ),
        ] {
            assert_eq!(shown(line), expected, "{:?}", BStr::new(line));
        }
    }

    #[test]
    fn lines_that_are_no_events() {
        for line in [
            &b" => do_syscall_64"[..],
            b" =>  <00007f2b48655417>",
            b"     Web Content-8141    [000] .....  9901.679389: <stack trace>",
            b"           plain-8268    [000] .....  9902.327216: <user stack trace>",
            b"CPU:0 [SUBBUFFER START]",
            b"cpus=2",
            b"  b.dat: cpus=2",
            b"##### CPU 1 buffer started ####",
        ] {
            assert_eq!(read_line(line), Line::Skipped, "{:?}", BStr::new(line));
        }
        for line in [
            &b"      [worker] 7-8650    [001] .....           43: sys_pwrite64 -> 0x40"[..],
            b"CPU 0/KV-9281      1.....   40: sys_pread64 -> 0x20",
            b"       cap_tc.sh-12340 [000]10100515608087: sched_wakeup:         rcu_preempt:15",
        ] {
            assert_eq!(read_line(line), Line::Timeless(Lack::Count), "{:?}", BStr::new(line));
        }
        for line in [&b"sys_pread64 -> 0x40"[..], b"  foo-12", b"x-1 [000] .....  1.5: y: z", b"CPU:x [LOST EVENTS]"] {
            assert_eq!(read_line(line), Line::Malformed, "{:?}", BStr::new(line));
        }
    }

    #[test]
    fn losses() {
        assert_eq!(read_line(b"[5 EVENTS DROPPED]"), Line::Loss { count: 5, cpu: None });
        for (line, count) in [
            (&b"CPU:1 [LOST 57 EVENTS]"[..], 57),
            (b"CPU:1 [LOST EVENTS]", 0),
            (b"CPU:1 [58177 EVENTS DROPPED]", 58177),
            (b"CPU:1 [EVENTS DROPPED]", 0),
            (b"b.dat: CPU:1 [EVENTS DROPPED]", 0),
        ] {
            assert_eq!(read_line(line), Line::Loss { count, cpu: Some(1) }, "{:?}", BStr::new(line));
        }
    }
}
