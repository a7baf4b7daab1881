//! One line of trace text -> what it says.
//!
//! Each form of text has a file of its own; this one puts a line to them in
//! turn and decides what a line is that none of them knows. A line is judged
//! alone: no dialect remembers the line before it.

mod call;
mod csv;
mod cursor;
mod fast;
mod ftrace;
pub(crate) mod perf_script;
mod perf_trace;
mod side_band;

pub use call::{Call, End, NameBuffer};

use crate::event::{Cpu, Event, Nanos, Pid, Tid};

/// What one line of input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// An event.
    Event(Event<'a>),
    /// A system call's enter, exit, or both.
    Call(Call<'a>),
    /// A line that is no event and is not meant to be one: blank, a comment, a
    /// call-chain frame, a side-band record.
    Skipped,
    /// A sample printed without a time, which cannot be measured.
    Timeless(Lack),
    /// The tracer lost events here: how many, where it says so, and on which
    /// processor, where it says so.
    Loss {
        /// Events lost; 0 where the marker gives no number.
        count: u64,
        /// The processor that lost them.
        cpu: Option<Cpu>,
    },
    /// A thread ended.
    Exit(Thread),
    /// A thread began; whatever had its tid before is gone.
    Fork(Thread),
    /// Anything else.
    Malformed,
}

/// Why a sample has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// None was recorded, or none was printed.
    NoTime,
    /// The trace clock counts something else than time.
    Count,
}

/// A thread as side-band records name it, `(pid:tid)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its process.
    pub pid: Pid,
    /// The thread itself.
    pub tid: Tid,
    /// When, where the record is printed with its time.
    pub time: Option<Nanos>,
}

/// Reads lines, faster where they look like those before. What a line says
/// does not depend on these: it is always what [`read`] says.
#[derive(Default)]
pub struct Reader {
    columns: fast::lines::Columns,
    usual_calls: fast::perf_trace::FastPerfTrace,
}

/// What a line says that looks like those before.
#[derive(Clone, Copy, Debug)]
pub enum FastLine<'l> {
    /// An event, which [`Reader::event`] gives, and its slot.
    Event(Slot),
    /// A call, and the slots of its enter and its exit.
    Call(Call<'l>, [Slot; 2]),
}

/// Stands for a name: the same slot is the same name, until
/// [`Reader::take_changed`] names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(u16);

impl Slot {
    /// How many there are.
    pub const COUNT: usize = fast::names::SLOTS + 2 * fast::perf_trace::NAMES;

    /// Its number, less than [`Slot::COUNT`].
    #[inline(always)]
    pub fn index(self) -> usize {
        usize::from(self.0) % Slot::COUNT
    }

    /// The ends of a call, by its number.
    #[inline(always)]
    fn of_call(number: u16) -> [Slot; 2] {
        let enter = fast::names::SLOTS as u16 + 2 * number;
        [Slot(enter), Slot(enter + 1)]
    }
}

impl Reader {
    /// The slots that stand for another name since the last line was read.
    pub fn take_changed(&mut self) -> impl Iterator<Item = Slot> {
        let name = self.columns.take_changed().map(Slot);
        let ends = self.usual_calls.take_changed().map(Slot::of_call);
        name.into_iter().chain(ends.into_iter().flatten())
    }

    /// Recognises a line that looks like those before, without its newline;
    /// `None` where it does not, which says nothing.
    #[inline(always)]
    pub fn recognise<'l>(&mut self, line: &'l [u8]) -> Option<FastLine<'l>> {
        match self.columns.recognise(line) {
            Some(slot) => Some(FastLine::Event(Slot(slot))),
            None => self.usual_calls.recognise(line).map(|(number, call)| FastLine::Call(call, Slot::of_call(number))),
        }
    }

    /// The event of the line that was recognised last, as one of this slot.
    #[inline(always)]
    pub fn event<'l>(&self, line: &'l [u8], slot: Slot, name: &'l mut Option<NameBuffer>) -> Option<Event<'l>> {
        self.columns.event(line, slot.0, name)
    }

    /// Whether what was recognised is what the line says step by step: for tests and fuzzing.
    pub fn agrees(&self, line: &[u8], alike: FastLine<'_>, read: &Line<'_>) -> bool {
        match alike {
            FastLine::Event(slot) => {
                let (mut name, mut room) = (None, NameBuffer::default());
                self.event(line, slot, &mut name).is_some_and(|event| fast::lines::is_event_of(&event, read, &mut room))
            }
            FastLine::Call(call, _) => *read == Line::Call(call),
        }
    }

    /// As [`read`], of a line that does not look like those before.
    #[inline(never)]
    pub fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let read = read(line);
        // Frames, records and the like say nothing of the columns.
        if matches!(read, Line::Event(_) | Line::Call(_)) {
            self.columns.learn(line, &read);
            self.usual_calls.learn(line, &read);
        }
        read
    }
}

/// Reads one line, without its newline.
///
/// Takes time in proportion to the line's length and allocates nothing.
pub fn read(line: &[u8]) -> Line<'_> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_plain_frame(line) {
        return Line::Skipped;
    }
    // Nearly every line is in perf script's usual layout: all others are read out of its way.
    perf_script::read_usual(line).unwrap_or_else(|| read_unusual(line))
}

/// A call-chain frame as perf prints it, told apart at a glance.
///
/// ```text
/// <tab>          8b1c3e std::thread::join+0x4f (/usr/lib/x86_64-linux-gnu/libstdc++.so.6)
/// ```
///
/// A comm may begin with a tab, but no event is without the colon behind its
/// time, and that stands behind a digit, a bracket, a blank or a sign.
fn is_plain_frame(line: &[u8]) -> bool {
    let is_within_name = |at: usize| match line.get(at.wrapping_sub(1)) {
        Some(byte) => byte.is_ascii_alphabetic() || b"_:>".contains(byte),
        None => false,
    };
    line.first() == Some(&b'\t') && memchr::memchr_iter(b':', line).all(is_within_name)
}

fn read_unusual(line: &[u8]) -> Line<'_> {
    // Behind a line that perf trace printed red, the next one begins with the end of the colour.
    let mut cursor = cursor::Cursor::new(line);
    cursor.skip_escapes();
    let line = cursor.rest();
    // A comm in a table of perf trace may imitate a header; no header ends with a share.
    if line.ends_with(b"%") && perf_trace::is_table(line) {
        return Line::Skipped;
    }
    // The headers of the others stand at fixed places; perf script's may be found further right,
    // where a payload imitates one. A comma behind a number at column 0 is in none of them.
    let event = ftrace::read(line)
        .or_else(|| perf_trace::read(line))
        .or_else(|| perf_script::read_unusual(line))
        .or_else(|| csv::read(line));
    if let Some(found) = event {
        return found;
    }
    let no_text = line.iter().all(|&byte| cursor::is_blank(byte));
    if no_text || line.starts_with(b"#") || line.starts_with(b"\t") {
        return Line::Skipped;
    }
    let other =
        ftrace::read_other(line).or_else(|| perf_trace::read_other(line)).or_else(|| perf_script::read_timeless(line));
    if let Some(found) = other {
        return found;
    }
    if is_frame(line) { Line::Skipped } else { Line::Malformed }
}

/// A call-chain frame without the usual tab: an address, a blank and text.
///
/// ```text
/// ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
fn is_frame(line: &[u8]) -> bool {
    let mut cursor = cursor::Cursor::new(line);
    cursor.skip_blanks();
    let address = cursor.take_while(|byte| byte.is_ascii_hexdigit());
    !address.is_empty() && cursor.skip_blanks() > 0 && !cursor.rest().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captures, and how many of a hundred lines are recognised at least, of which half are changed.
    const CAPTURES: [(&[u8], u32); 12] = [
        (include_bytes!("../../tests/data/qemu-threads.txt"), 50),
        (include_bytes!("../../tests/data/odd-comms.txt"), 50),
        (include_bytes!("../../tests/data/fields-ns.txt"), 50),
        (include_bytes!("../../tests/data/fields-pid-tid.txt"), 50),
        (include_bytes!("../../tests/data/fields-misc.txt"), 50),
        (include_bytes!("../../tests/data/fields-all-records.txt"), 40),
        (include_bytes!("../../tests/data/callchain.txt"), 0),
        (include_bytes!("../../tests/data/ftrace-trace_pipe.txt"), 40),
        (include_bytes!("../../tests/data/ftrace-latency.txt"), 0),
        (include_bytes!("../../tests/data/trace-cmd.txt"), 50),
        (include_bytes!("../../tests/data/perf-trace-T.txt"), 40),
        (include_bytes!("../../tests/data/perf-trace-tracepoints.txt"), 0),
    ];

    /// Whatever came before, and whatever byte of a line is another, or is
    /// missing, a line that is recognised says what it says step by step.
    #[test]
    fn what_is_recognised_is_what_is_read() {
        let mut reader = Reader::default();
        let mut random = 1_u64;
        for (capture, least) in CAPTURES {
            let (mut lines, mut recognised) = (0, 0);
            for line in capture.split(|&byte| byte == b'\n') {
                for _ in 0..8 {
                    let mut changed = line.to_vec();
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let at = (random >> 33) as usize % line.len().max(1);
                    match (changed.get_mut(at), random >> 61) {
                        (None, _) | (_, 0 | 1) => {}
                        (_, 2) => changed.truncate(at),
                        (_, 3) => drop(changed.remove(at)),
                        (Some(byte), 4) => *byte = (random >> 50) as u8,
                        (Some(byte), _) => *byte = b" 0:[].V9-(/=)?%\t"[(random >> 20) as usize % 16],
                    }
                    lines += 1;
                    match reader.recognise(&changed) {
                        Some(alike) => {
                            let steps = read(&changed);
                            assert!(reader.agrees(&changed, alike, &steps), "{}: {steps:?}", changed.escape_ascii());
                            recognised += 1;
                        }
                        None => drop(reader.read(&changed)),
                    }
                }
            }
            assert!(recognised * 100 >= lines * least, "{recognised} of {lines}: {}", capture[..60].escape_ascii());
        }
    }

    /// The same of lines of all captures in one, the beginning of one and the end of another.
    #[test]
    fn mixed_lines_are_what_is_read() {
        let lines: Vec<&[u8]> =
            CAPTURES.iter().flat_map(|(capture, _)| capture.split(|&byte| byte == b'\n').take(300)).collect();
        let mut random = 7_u64;
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) as usize % below
        };
        let mut recognised = 0;
        for _ in 0..300 {
            let mut reader = Reader::default();
            // So few that each comes again.
            let some: Vec<&[u8]> = (0..5).map(|_| lines[next(lines.len())]).collect();
            for _ in 0..100 {
                let (one, other) = (some[next(5)], some[next(5)]);
                let (end, start) = (next(one.len() + 1), next(other.len() + 1));
                let line = match next(4) {
                    0 => [&one[..end], &other[start..]].concat(),
                    1 => [&one[..end], other.get(end..).unwrap_or_default()].concat(),
                    _ => one.to_vec(),
                };
                let steps = read(&line);
                match reader.recognise(&line) {
                    Some(alike) => {
                        assert!(reader.agrees(&line, alike, &steps), "{}: {steps:?}", line.escape_ascii());
                        recognised += 1;
                    }
                    None => assert_eq!(reader.read(&line), steps),
                }
            }
        }
        assert!(recognised > 10_000, "{recognised}");
    }

    /// Found by a reader who mixed what no recording mixes: lines that taught
    /// the readers something that does not hold of the last one.
    #[test]
    fn what_one_line_teaches_holds_of_every_other() {
        for lines in [
            // A head that another layout knows.
            &[
                "             abc-7       [000]   925.970764: sched_switch: x",
                "             abc     7   [000]   925.970764: kvm:kvm_fpu: load",
                "             abc-7       [000]   925.970764: kvm:kvm_fpu: load",
            ][..],
            &[
                "             abc-7       [000]   925.970764: sys_poll(fd: 1)",
                "             abc     7   [000]   925.970764: kvm:kvm_fpu: load",
                "             abc     7   [000]   925.970764: sys_poll(fd: 1)",
            ],
            // A name of a line that was read otherwise.
            &[
                "             abc-10088   [002] ..... 921.579056: xy: 1",
                "abc             -7       [000]     7 123456789.2241743: kvm:kvm_exit: x",
                "             abc-10088   [002] ..... 921.579056: kvm:kvm_exit: x",
            ],
            // A name that only the end of a call may have, or what is none.
            &[
                "     1.000 ( 2.500 ms): sh/9  ... [continued]: 1brk())       = 0x5",
                "     1.000 ( 2.500 ms): sh/9 1brk(a: 1, b: 2) = 0x5",
            ],
            &[
                "     1.000 ( 2.500 ms): sh/9  ... [continued]: minfault())       = 0x5",
                "     1.000 ( 2.500 ms): sh/9 minfault(a: 1, b: 2) = 0x5",
            ],
            &[
                "     1.000 ( 2.500 ms): sh/9 brk(a: 1, b: 2)       = 0x5",
                "abc-7       (  10890) [000] d..2.   955.230871: sys_poll -> 0x0(aaaaaaaaaaaaa",
                "     1.000 ( 2.500 ms): sh/9 poll -> 0x0(a: 1, b: 2) = 0x5",
            ],
            // A guest's head.
            &[
                "        abcdefgh-7 [000]     12345   925.970764: sched_switch: x",
                "VM:    1 abcdefg-7 [000]     12345   925.970764: sched_switch: x",
            ],
            // What is an event or not by the end of the line.
            &[
                "             abc-7       [000]   925.970764: <x: foo",
                "             abc-7       [000]   925.970764: <x: foo stack trace>",
            ],
        ] {
            let mut reader = Reader::default();
            for line in lines.iter().flat_map(|line| [line; 3]) {
                let steps = read(line.as_bytes());
                match reader.recognise(line.as_bytes()) {
                    Some(alike) => assert!(reader.agrees(line.as_bytes(), alike, &steps), "{line}: {steps:?}"),
                    None => assert_eq!(reader.read(line.as_bytes()), steps, "{line}"),
                }
            }
        }
    }

    #[test]
    fn lines_that_are_no_events() {
        for line in [
            &b""[..],
            b"   ",
            b"\r",
            b"# captured on    : Sat Nov 21 09:01:42 2026",
            b"\t           fc26f __poll+0x4f (/usr/lib/x86_64-linux-gnu/libc.so.6)",
            b"\t           fc26f std::f<a::b>::g (/usr/lib/a:b.so)",
            b"ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])",
            b"        7f91ac89e8a8 [unknown] ([unknown])",
        ] {
            assert_eq!(read(line), Line::Skipped, "{:?}", bstr::BStr::new(line));
        }
    }

    #[test]
    fn a_comm_that_begins_with_a_tab_makes_no_frame() {
        for line in [
            &b"\tab 7 [000]   925.824334: syscalls:sys_enter_getppid: "[..],
            b"\tab-7       [001] .....   954.974018: sched_switch: x",
            b"\tab-7      0..... 955349050us : sys_poll -> 0x0",
            b"\tab-7      0..... 955349050us+: sys_poll -> 0x0",
        ] {
            assert!(!is_plain_frame(line), "{:?}", bstr::BStr::new(line));
            assert!(matches!(read(line), Line::Event(_) | Line::Call(_)), "{:?}", bstr::BStr::new(line));
        }
    }

    #[test]
    fn one_carriage_return_is_no_part_of_a_line() {
        for line in [&b"\r\r"[..], b"\r", b"a 7 [000]  1.000001: b: x\r"] {
            assert_eq!(Reader::default().read(line), read(line), "{:?}", bstr::BStr::new(line));
        }
    }

    #[test]
    fn lines_that_are_nothing() {
        for line in [
            &b"        new"[..],
            b"line prev_pid=13701 prev_prio=120 prev_state=S ==> next_comm=swapper/0",
            b"dead",
            b"dead ",
            b"hello, world",
            b"\0\0\0",
        ] {
            assert_eq!(read(line), Line::Malformed, "{:?}", bstr::BStr::new(line));
        }
    }
}
