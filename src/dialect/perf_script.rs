//! `perf script` text, in every layout that `-F`, `--ns`, `-L` and call chains give it.
//!
//! perf prints its fields in one order, whatever the order in `-F`
//! (tools/perf/builtin-script.c, `perf_sample__fprintf_start`):
//!
//! ```text
//!        fc_vcpu 1 10088/10130 [000] U      925.993596:          1  kvm:kvm_exit: reason HLT rip 0x40
//! |comm, 16 wide | pid / tid   cpu  misc    time        period    event         payload
//! ```
//!
//! Any of these may be missing, and comm may hold anything: blanks, numbers,
//! colons, a whole header. What makes the parse exact all the same are widths:
//! a comm has at most 15 bytes and is printed as `"%16s "`, so that byte 16 is
//! the separator, and numbers that follow have a least width (`"%5d "`, since
//! perf 6.5 `"%7d "`), which tells a tid from a number inside a comm.

use super::cursor::{Cursor, trim};
use super::fast::prefixes::Prefix;
use super::side_band::{self, RECORD};
use super::{Lack, Line};
use crate::event::{Cpu, Event, HeaderField, Nanos, Payload, Pid, Remedy, Resolution, Syntax, Tid};

/// The syntax of perf script's text.
pub(crate) static SYNTAX: Syntax = Syntax {
    tracer: "perf script",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| {
        Some(Remedy::Print(match field {
            HeaderField::Tid => "perf script -F +tid",
            HeaderField::Pid => "perf script -F +pid",
            HeaderField::Cpu => "perf script -F +cpu",
            HeaderField::Comm => "perf script -F +comm",
        }))
    },
};

/// Where the separator after a padded comm stands.
const PADDED: usize = 16;
/// Where it stands in the latency format (`-L`), which prints `"%8.8s "`.
const LATENCY: usize = 8;
/// The least width of a tid or pid, in every perf.
const ID_WIDTH: usize = 5;

/// Reads a line in the usual layout; `None` where it is not one.
pub(super) fn read_usual(line: &[u8]) -> Option<Line<'_>> {
    padded(skip_guest(line))
}

/// Reads a line in any other layout; `None` where it is not one.
pub(super) fn read_unusual(line: &[u8]) -> Option<Line<'_>> {
    let sample = skip_guest(line);
    latency(sample)
        .or_else(|| padded_without_tid(sample))
        .or_else(|| unpadded(sample, Fields::WITH_TID))
        .or_else(|| unpadded(sample, Fields::WITH_CPU))
        .or_else(|| unpadded(sample, Fields::NEITHER))
        .or_else(|| late(sample))
}

/// Which fields a header must have, and how wide they are.
#[derive(Clone, Copy)]
struct Fields {
    tid: bool,
    /// Least width of the first number, blanks before it included.
    id_width: usize,
    cpu: Cpus,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cpus {
    /// `"[%03d] "`, or nothing.
    Optional,
    /// `"[%03d] "`.
    Required,
    /// `"%3d "`, as `-L` prints it.
    Bare,
}

impl Fields {
    const PADDED: Fields = Fields { tid: true, id_width: ID_WIDTH, cpu: Cpus::Optional };
    const LATENCY: Fields = Fields { tid: true, id_width: ID_WIDTH, cpu: Cpus::Bare };
    const WITH_TID: Fields = Fields { tid: true, id_width: 0, cpu: Cpus::Optional };
    const WITH_CPU: Fields = Fields { tid: false, id_width: 0, cpu: Cpus::Required };
    const NEITHER: Fields = Fields { tid: false, id_width: 0, cpu: Cpus::Optional };
}

/// The usual layout. Exact, even for a comm that imitates a header.
///
/// ```text
///  a:b: 12.345678: 10132 [000]   925.993939:    syscalls:sys_enter_poll: ufds: 0x5566ffbedc00
/// ```
fn padded(line: &[u8]) -> Option<Line<'_>> {
    let (comm, rest) = comm_of_width(line, PADDED)?;
    header(rest, Fields::PADDED, Some(comm))
}

/// Reads what stands before the time in the usual layout, with a blank behind
/// it; of a line that goes on with a time, [`read_usual`] says the same.
pub(super) fn head(text: &[u8]) -> Option<Prefix> {
    // A guest's line begins further right.
    if text.starts_with(b"V") || !text.ends_with(b" ") {
        return None;
    }
    let (comm, rest) = comm_of_width(text, PADDED)?;
    let mut cursor = Cursor::new(rest);
    let (pid, tid) = ids(&mut cursor, ID_WIDTH)?;
    let cpu = bracketed_cpu(&mut cursor)?;
    skip_misc(&mut cursor);
    skip_time_of_day(&mut cursor);
    cursor.skip_blanks();
    cursor.rest().is_empty().then(|| Prefix::new(text, comm, tid, pid, cpu))
}

/// `-L`: comm cut to 8 bytes, the cpu without brackets.
///
/// ```text
///     bash 10088   0   925.824334: syscalls:sys_enter_getppid:
/// ```
fn latency(line: &[u8]) -> Option<Line<'_>> {
    comm_of_width(line, LATENCY)
        .and_then(|(comm, rest)| header(rest, Fields::LATENCY, Some(comm)))
        .or_else(|| header(line, Fields::LATENCY, None))
}

/// `-F comm,time,event`: a padded comm and no tid.
///
/// ```text
///     preempt_test  20677.199579:      kvm:kvm_exit: reason PREEMPTION_TIMER rip 0x40274d
/// ```
///
/// A comm of 15 bytes or less is padded on the left and ends right before the
/// separator, which hardly any field of a line without a comm does.
fn padded_without_tid(line: &[u8]) -> Option<Line<'_>> {
    let (comm, rest) = comm_of_width(line, PADDED)?;
    let ends_at_separator = comm.is_empty() || line.get(PADDED - 1) != Some(&b' ');
    if !line.starts_with(b" ") || !ends_at_separator || is_thread_and_cpu(comm) {
        return None;
    }
    header(rest, Fields::NEITHER, Some(comm))
}

/// Whether this is `[pid/]tid [cpu]`: an empty comm at column 0 stands before these.
fn is_thread_and_cpu(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    ids(&mut cursor, 0).is_some() && cursor.rest().starts_with(b"[") && cursor.rest().ends_with(b"]")
}

/// Splits off a comm of a fixed width and the blank behind it.
fn comm_of_width(line: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (comm, rest) = line.split_at_checked(width)?;
    let rest = rest.strip_prefix(b" ")?;
    Some((trim(comm), rest))
}

/// Call chains print comm as `"%s "`, at column 0; and people cut the padding off.
///
/// ```text
/// fc_vcpu 1 10295 [001]   929.312247: syscalls:sys_enter_poll: ufds: 0x5566ffbedc00
/// ```
///
/// The rightmost place from which the rest parses is where comm ends; not
/// beyond byte 16, because a payload can hold such text too.
fn unpadded(line: &[u8], fields: Fields) -> Option<Line<'_>> {
    (0..=PADDED.min(line.len())).rev().find_map(|start| header_from(line, start, fields))
}

/// A kernel thread's name can be longer than 15 bytes: the leftmost place
/// beyond byte 16.
///
/// ```text
/// kworker/u16:2-events_unbound 13690 [000]  1460.173147: sched:sched_switch: prev_comm=...
/// ```
fn late(line: &[u8]) -> Option<Line<'_>> {
    (PADDED + 1..line.len()).find_map(|start| header_from(line, start, Fields::WITH_TID))
}

/// Parses from `start`, where a field can start there.
fn header_from(line: &[u8], start: usize, fields: Fields) -> Option<Line<'_>> {
    let (before, rest) = line.split_at_checked(start)?;
    let first = *rest.first()?;
    // Within a run of blanks every start gives the same parse: its end is enough.
    let run_goes_on = first == b' ' && start != PADDED;
    if run_goes_on || !(before.is_empty() || before.ends_with(b" ")) {
        return None;
    }
    let comm = trim(before);
    header(rest, fields, if comm.is_empty() { None } else { Some(comm) })
}

/// `[pid/]tid [cpu] [misc] [tod] time: [period] event:`, all but time and event optional.
///
/// What follows it is a payload, or the header was that of a side-band record.
fn header<'a>(rest: &'a [u8], fields: Fields, comm: Option<&'a [u8]>) -> Option<Line<'a>> {
    let mut cursor = Cursor::new(rest);
    let (pid, tid) = if fields.tid {
        let (pid, tid) = ids(&mut cursor, fields.id_width)?;
        (pid, Some(tid))
    } else {
        (None, None)
    };
    let cpu = match fields.cpu {
        Cpus::Bare => bare_cpu(&mut cursor, pid)?,
        Cpus::Optional => bracketed_cpu(&mut cursor)?,
        Cpus::Required => Some(bracketed_cpu(&mut cursor)??),
    };
    let (time, resolution) = time(&mut cursor)?;
    if !cursor.eat(b':') || (cursor.skip_blanks() == 0 && !cursor.rest().is_empty()) {
        return None;
    }
    if cursor.rest().starts_with(RECORD) {
        return Some(side_band::read(cursor.rest(), cpu, Some(time)));
    }
    let (name, payload) = event(&mut cursor)?;
    Some(Line::Event(Event { time, resolution, tid, pid, cpu, name, comm, payload: Payload::new(payload, &SYNTAX) }))
}

/// `"%7d "` or `"%7d/%-7d "`, before perf 6.5 with 5 for 7.
///
/// The tid of a pair is padded on the right, so blanks may follow it.
fn ids(cursor: &mut Cursor<'_>, least_width: usize) -> Option<(Option<Pid>, Tid)> {
    let before = cursor.rest().len();
    cursor.skip_blanks();
    let first = cursor.id()?;
    if before - cursor.rest().len() < least_width {
        return None;
    }
    let ids = if cursor.eat(b'/') { (Some(first), cursor.id()?) } else { (None, first) };
    cursor.eat(b' ').then_some(ids)
}

/// `"[%03d] "`, where there is one. perf prints a processor it does not know as `[-01]`.
fn bracketed_cpu(cursor: &mut Cursor<'_>) -> Option<Option<Cpu>> {
    cursor.skip_blanks();
    if !cursor.eat(b'[') {
        return Some(None);
    }
    let unknown = cursor.eat(b'-');
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    if !cursor.eat(b']') || cursor.skip_blanks() == 0 {
        return None;
    }
    Some((!unknown).then_some(cpu))
}

/// `"%3d "`, exactly, which tells it from a tid behind a comm that ends with a
/// number; behind a pair of ids there is the padding of the tid as well.
fn bare_cpu(cursor: &mut Cursor<'_>, pid: Option<Pid>) -> Option<Option<Cpu>> {
    let before = cursor.rest().len();
    let blanks = cursor.skip_blanks();
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    let width = before - cursor.rest().len();
    let fits = width == 3 || (width > 3 && (blanks == 0 || pid.is_some()));
    (fits && cursor.skip_blanks() > 0).then_some(Some(cpu))
}

/// `[misc] [tod] time`; what is rare is looked for where there is no time at once.
fn time(cursor: &mut Cursor<'_>) -> Option<(Nanos, Resolution)> {
    let before = *cursor;
    cursor.seconds().or_else(|| {
        *cursor = before;
        skip_misc(cursor);
        skip_time_of_day(cursor);
        cursor.seconds()
    })
}

/// `-F +misc`: any of the letters `K U H G g M E S Sp`, padded on the right.
fn skip_misc(cursor: &mut Cursor<'_>) {
    let mut after = *cursor;
    let letters = after.take_while(|byte| b"KUHGgMESp".contains(&byte));
    if !letters.is_empty() && letters.len() <= 10 && after.skip_blanks() > 0 {
        *cursor = after;
    }
}

/// `-F +tod`: `2026-11-21 09:01:42.172579 `, or a word where perf knows no wall clock.
fn skip_time_of_day(cursor: &mut Cursor<'_>) {
    let mut after = *cursor;
    let is_known = is_date(after.word()) && after.skip_blanks() > 0 && after.word().get(2) == Some(&b':');
    if !is_known {
        after = *cursor;
        if ![&b"N/A"[..], b"disabled", b"failed"].contains(&after.word()) {
            return;
        }
    }
    if after.skip_blanks() > 0 {
        *cursor = after;
    }
}

/// `2026-11-21`
fn is_date(word: &[u8]) -> bool {
    word.len() == 10 && word.get(4) == Some(&b'-') && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
}

/// `"%10lu "` of `-F +period`, and the name, which ends with a colon before a
/// blank or the end: names hold colons themselves (`cpu-clock:uhH:`).
fn event<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let mut after = *cursor;
    if after.number().is_some() && after.skip_blanks() > 0 {
        *cursor = after;
    }
    let name = cursor.word().strip_suffix(b":")?;
    // Where the line is cut off behind its time, the time is no name.
    if !name.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    cursor.skip_blanks();
    Some((name, cursor.rest()))
}

/// A sample that was recorded, or printed, without its time.
///
/// ```text
/// java 19983 cycles:
/// func_ab 15294 cpu-clock:  ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
///
/// Side-band records of such a recording have no time either; and
/// `PERF_RECORD_FINISHED_ROUND` stands alone (--show-round-events).
pub(super) fn read_timeless(line: &[u8]) -> Option<Line<'_>> {
    if line.starts_with(RECORD) {
        return Some(side_band::read(line, None, None));
    }
    let starts = 0..=PADDED + ID_WIDTH + 2;
    starts.rev().find_map(|start| {
        let (before, rest) = line.split_at_checked(start)?;
        if !(before.is_empty() || before.ends_with(b" ")) || rest.starts_with(b" ") {
            return None;
        }
        let mut cursor = Cursor::new(rest);
        ids(&mut cursor, 0)?;
        let cpu = bracketed_cpu(&mut cursor)?;
        skip_misc(&mut cursor);
        skip_time_of_day(&mut cursor);
        if cursor.rest().starts_with(RECORD) {
            return Some(side_band::read(cursor.rest(), cpu, None));
        }
        event(&mut cursor).map(|_| Line::Timeless(Lack::NoTime))
    })
}

/// Guest samples name their machine first: `VM:%5d ` and `VCPU:%03d `.
#[inline]
fn skip_guest(line: &[u8]) -> &[u8] {
    if line.starts_with(b"V") { without_guest(line) } else { line }
}

fn without_guest(line: &[u8]) -> &[u8] {
    let mut cursor = Cursor::new(line);
    for prefix in [&b"VM:"[..], b"VCPU:"] {
        let Some(rest) = cursor.rest().strip_prefix(prefix) else { continue };
        let mut after = Cursor::new(rest);
        after.skip_blanks();
        if after.number().is_some() && after.eat(b' ') {
            cursor = after;
        }
    }
    cursor.rest()
}

#[cfg(test)]
mod tests {
    use super::super::Thread;
    use super::*;
    use bstr::BStr;

    fn read(line: &[u8]) -> Option<Line<'_>> {
        read_usual(line).or_else(|| read_unusual(line))
    }

    fn event_of(line: &str) -> Event<'_> {
        match read(line.as_bytes()) {
            Some(Line::Event(event)) => event,
            other => panic!("{line:?} is {other:?}"),
        }
    }

    /// One line a layout: comm, pid, tid, cpu, time in ns, name.
    #[test]
    fn layouts() {
        type Expected<'a> = (Option<&'a str>, Option<Pid>, Option<Tid>, Option<Cpu>, u64, &'a str);
        let cases: &[(&str, Expected<'_>)] = &[
            (
                "       fc_vcpu 1 10130 [000]   925.993596:    syscalls:sys_enter_poll: ufds: 0x5566ffbedc00",
                (Some("fc_vcpu 1"), None, Some(10130), Some(0), 925_993_596_000, "syscalls:sys_enter_poll"),
            ),
            (
                "       fc_vcpu 1 10088/10130   [000]   925.993596:    syscalls:sys_enter_poll: ufds: 0x55",
                (Some("fc_vcpu 1"), Some(10088), Some(10130), Some(0), 925_993_596_000, "syscalls:sys_enter_poll"),
            ),
            // Every field after a comm that looks like fields.
            (
                " x [000] 1.5: a: 13693 [000] U      1460.173319123:          1 kvm:kvm_exit:  reason HLT",
                (Some("x [000] 1.5: a:"), None, Some(13693), Some(0), 1_460_173_319_123, "kvm:kvm_exit"),
            ),
            (
                " a:b: 12.345678: 10132 [000]   925.993939:    kvm:kvm_exit: 5 [001] 1.000000: x: y",
                (Some("a:b: 12.345678:"), None, Some(10132), Some(0), 925_993_939_000, "kvm:kvm_exit"),
            ),
            // An imitated header, padded and at column 0.
            (
                " 12 [003] 1.0000 10141 [000]   926.007668: a:b: ",
                (Some("12 [003] 1.0000"), None, Some(10141), Some(0), 926_007_668_000, "a:b"),
            ),
            (
                "12 [003] 1.0000 10141 [000]   926.007668: a:b: ",
                (Some("12 [003] 1.0000"), None, Some(10141), Some(0), 926_007_668_000, "a:b"),
            ),
            (
                "12345 678   777  1462.697125:     250000                  cpu-clock:u: ",
                (Some("12345 678"), None, Some(777), None, 1_462_697_125_000, "cpu-clock:u"),
            ),
            // The empty comm is a comm; no comm is none.
            (
                "                 13703 [001]  1460.174795: a:b: ",
                (Some(""), None, Some(13703), Some(1), 1_460_174_795_000, "a:b"),
            ),
            ("13687  1460.172579:  a:b: x", (None, None, Some(13687), None, 1_460_172_579_000, "a:b")),
            (" 1460.172579:  a:b: 5 [000] 1.000000: c: ", (None, None, None, None, 1_460_172_579_000, "a:b")),
            ("[001]     0.000002:  a:b: ", (None, None, None, Some(1), 2_000, "a:b")),
            ("  13687 [001]     0.000002:  a:b: ", (None, None, Some(13687), Some(1), 2_000, "a:b")),
            // -F comm,time,event
            (
                "    preempt_test  20677.199579:      kvm:kvm_exit: reason HLT",
                (Some("preempt_test"), None, None, None, 20_677_199_579_000, "kvm:kvm_exit"),
            ),
            (
                "       fc_vcpu 1  20677.199579:      kvm:kvm_exit: reason HLT",
                (Some("fc_vcpu 1"), None, None, None, 20_677_199_579_000, "kvm:kvm_exit"),
            ),
            // -L
            (
                "    bash 10088   0   925.824334: a:b: ",
                (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
            ),
            (
                "    bash   10088 128   925.824334: a:b: ",
                (Some("bash"), None, Some(10088), Some(128), 925_824_334_000, "a:b"),
            ),
            // Names longer than a comm; threads that perf lost; guests; the wall clock.
            (
                "kworker/u16:2-events_unbound 13690 [000]  1460.173147: a:b: prev_comm=x",
                (Some("kworker/u16:2-events_unbound"), None, Some(13690), Some(0), 1_460_173_147_000, "a:b"),
            ),
            (
                "             :-1      -1 [-01]  1460.173147: a:b: ",
                (Some(":-1"), None, Some(-1), None, 1_460_173_147_000, "a:b"),
            ),
            (
                "VM: 1234 VCPU:001             bash 10088 [000]   925.824334: a:b: ",
                (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
            ),
            (
                "            bash 10088 [000] 2026-11-21 09:01:42.172579   925.824334: a:b: ",
                (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
            ),
            (
                "            bash 10088 [000] N/A   925.824334: a:b:",
                (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
            ),
        ];
        for (line, expected) in cases {
            let event = event_of(line);
            let comm = event.comm.map(|comm| std::str::from_utf8(comm).expect("ASCII"));
            let name = std::str::from_utf8(event.name).expect("ASCII");
            assert_eq!((comm, event.pid, event.tid, event.cpu, event.time.0, name), *expected, "{line:?}");
        }
    }

    #[test]
    fn resolution_is_that_of_the_decimals() {
        assert_eq!(event_of("x 1 [000] 1.000000: a: ").resolution, Resolution::Micros);
        assert_eq!(event_of("x 1 [000] 1.000000000: a: ").resolution, Resolution::Nanos);
    }

    #[test]
    fn side_band_records() {
        let cases: &[(&str, Line<'_>)] = &[
            ("           weird 13687 [001]  1460.172249: PERF_RECORD_COMM exec: weird:13687/13687", Line::Skipped),
            (
                "           weird 13687 [001]  1460.172916: PERF_RECORD_FORK(13687:13689):(13687:13688)",
                Line::Fork(Thread { pid: 13687, tid: 13689, time: Some(Nanos(1_460_172_916_000)) }),
            ),
            (
                "           weird 13689 [001]  1460.172916: PERF_RECORD_EXIT(13687:13689):(13687:13688)",
                Line::Exit(Thread { pid: 13687, tid: 13689, time: Some(Nanos(1_460_172_916_000)) }),
            ),
            (
                "         swapper     0 [001]  1460.172916: PERF_RECORD_LOST lost 318",
                Line::Loss { count: 318, cpu: Some(1) },
            ),
            (
                "         swapper     0 [001]  1460.172916: PERF_RECORD_LOST_SAMPLES lost 7",
                Line::Loss { count: 7, cpu: Some(1) },
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line.as_bytes()), Some(*expected), "{line:?}");
        }
        assert_eq!(read_timeless(b"PERF_RECORD_FINISHED_ROUND"), Some(Line::Skipped));
        assert_eq!(read_timeless(b"PERF_RECORD_LOST lost 7"), Some(Line::Loss { count: 7, cpu: None }));
    }

    #[test]
    fn samples_without_a_time() {
        for line in ["java 3244 cpu-clock: ", "java 19983 cycles:", "            java 19983 [001] 250000 cycles:uppp: "]
        {
            assert_eq!(read(line.as_bytes()), None, "{line:?}");
            assert_eq!(read_timeless(line.as_bytes()), Some(Line::Timeless(Lack::NoTime)), "{line:?}");
        }
    }

    #[test]
    fn no_event() {
        for line in [
            "x 1 [000] 1.00000: a: ",                     // five decimals
            "x 1 [000] 1.000000: a",                      // cut off within the name
            "x 1 [000] 99999999999.000000: a: ",          // overflows 64 bits of nanoseconds
            "x 1 [000] 99999999999999999999.000000: a: ", // and 64 bits altogether
            "x 99999999999 [000] a: ",                    // no such tid
            "",
        ] {
            assert_eq!(read(line.as_bytes()), None, "{:?}", BStr::new(line));
        }
    }
}
