//! The usual layouts of perf script and ftrace, read by the columns of the lines before.
//!
//! Tracers pad their fields to a width, so that in one recording the same column
//! holds the same mark on nearly every line:
//!
//! ```text
//!  qemu-system-x86 10074 [000]   921.970764:                     kvm:kvm_fpu: load
//!                             ^head ^dot   ^colon                            ^end
//!          timeout-13944   [000] .....  1507.331805: sys_pread64(fd: 3, buf: 0x7fff520ff0b0)
//!                                     ^head ^dot   ^colon       ^end
//! ```
//!
//! The marks of a line that was read step by step are remembered; another line
//! with the same marks, a head that is known or read by itself, numbers where
//! those have numbers, and a name that was seen there is read by looking at
//! these places, 8 bytes at a time, and gives the same event as step by step.
//! Any other line is left to the others: what a line says does not depend on
//! the lines before it, only how fast it is read.
//!
//! Measured when it came, on 9,000 lines of QEMU, a loop of four events, summary
//! only: 1,739 instructions a line without it, 1,050 with it.

use super::names::Names;
use super::prefixes::{self, Prefix, PrefixCache};
use super::swar::{Field, all, digits, first, marked, matches, moved_to_end, number, word};
use crate::dialect::call::NameBuffer;
use crate::dialect::{Line, ftrace, perf_script};
use crate::event::{Event, Nanos, Payload, Resolution, Syntax};
use std::ops::Range;

/// Reads lines by the columns of those that were read step by step.
#[derive(Default)]
pub(in crate::dialect) struct Columns {
    marks: Option<Marks>,
    /// Marks of other lines: a tid that outgrows its column moves the rest.
    others: Vec<Marks>,
    heads: PrefixCache,
    seconds: Seconds,
    names: Names,
    /// Lines that gave no marks, since the last that did; and those to pass
    /// before another is asked.
    fruitless: u32,
    pause: u32,
}

/// How many other marks are tried.
const OTHERS: usize = 3;

/// Where the marks stand.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    layout: Layout,
    /// How long it is what stands before the seconds and their padding.
    head: usize,
    /// `.` in the time, which has 6 decimals behind it, or 9.
    dot: usize,
    micros: bool,
    /// `:` behind the time.
    colon: usize,
    /// The mark behind the name, where names are padded on the left.
    end: usize,
    /// The bytes that belong to the seconds, of the 8 that end before the dot.
    seconds: Field,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// perf script: byte 16 is a blank.
    PerfScript,
    /// ftrace and trace-cmd: byte 16 is a dash.
    Ftrace,
}

impl Layout {
    #[inline(always)]
    fn syntax(self) -> &'static Syntax {
        match self {
            Layout::PerfScript => &perf_script::SYNTAX,
            Layout::Ftrace => &ftrace::SYNTAX,
        }
    }

    fn of(line: &[u8]) -> Option<Layout> {
        match line.get(PADDED)? {
            b' ' => Some(Layout::PerfScript),
            b'-' => Some(Layout::Ftrace),
            _ => None,
        }
    }
}

/// Where a comm of the usual width ends.
const PADDED: usize = 16;

/// The seconds read last, in their 8 bytes.
struct Seconds {
    word: u64,
    ns: u64,
}

impl Default for Seconds {
    fn default() -> Self {
        Seconds { word: moved_to_end(u64::from(b'0'), 1, b' '), ns: 0 }
    }
}

impl Columns {
    /// Recognises a line that looks like those before, and says the slot of its
    /// name; `None` where it does not.
    #[inline(always)]
    pub(in crate::dialect) fn recognise(&mut self, line: &[u8]) -> Option<u16> {
        let marks = self.marks.as_ref()?;
        match recognise(marks, &mut self.heads, &mut self.seconds, &self.names, line) {
            None if !self.others.is_empty() => self.recognise_otherwise(line),
            found => found,
        }
    }

    /// By other marks, which come first from now on.
    #[inline(never)]
    fn recognise_otherwise(&mut self, line: &[u8]) -> Option<u16> {
        let Columns { marks, others, heads, seconds, names, .. } = self;
        let stand = |marks: &Marks| line.get(marks.dot) == Some(&b'.') && line.get(marks.colon) == Some(&b':');
        let (found, others) = others
            .iter_mut()
            .filter(|others| stand(others))
            .find_map(|others| Some((recognise(others, heads, seconds, names, line)?, others)))?;
        if let Some(marks) = marks {
            std::mem::swap(marks, others);
        }
        Some(found)
    }

    /// The event of the line that was recognised last.
    #[inline(always)]
    pub(in crate::dialect) fn event<'l>(
        &self,
        line: &'l [u8],
        name_slot: u16,
        name: &'l mut Option<NameBuffer>,
    ) -> Option<Event<'l>> {
        event_at(self.marks.as_ref()?, self, line, name_slot, name)
    }

    /// The slot that another name took since this was asked, where one did.
    pub(in crate::dialect) fn take_changed(&mut self) -> Option<u16> {
        self.names.take_changed()
    }

    /// Remembers the marks of a line that was read step by step, and gave events.
    #[cold]
    pub(in crate::dialect) fn learn(&mut self, line: &[u8], read: &Line<'_>) {
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        if self.try_to_learn(line, read).is_some() {
            self.fruitless = 0;
            return;
        }
        // Other layouts are not asked line by line.
        self.fruitless += 1;
        if self.fruitless > 16 {
            self.pause = 256;
        }
    }

    /// What is learned has to hold of any other line, too: so only what says
    /// the same of this one by its columns, and by the first of the ways that
    /// are tried step by step.
    fn try_to_learn(&mut self, line: &[u8], read: &Line<'_>) -> Option<()> {
        let (marks, start) = Marks::of(line, read)?;
        let (end, mark) = name_end(&marks, line)?;
        has_marks(&marks, &mut self.heads, &mut self.seconds, line)?;
        let (mut name, mut room) = (None, NameBuffer::default());
        let event = event_between(&marks, self, line, start..end, &mut name)?;
        if !is_event_of(&event, read, &mut room) {
            return None;
        }
        // These are no names in ftrace's layout, or are by the end of the line.
        if marks.layout == Layout::Ftrace && (event.name.starts_with(b"<") || line.get(start..end)?.contains(&b':')) {
            return None;
        }
        self.names.remember(line.get(marks.colon + 1..=end)?, marks.layout as usize, mark, start - marks.colon - 1);
        self.take(marks);
        Some(())
    }

    fn take(&mut self, marks: Marks) {
        let before = self.marks.replace(marks);
        self.others.retain(|known| *known != marks);
        if let Some(before) = before.filter(|before| *before != marks) {
            self.others.truncate(OTHERS - 1);
            self.others.insert(0, before);
        }
    }
}

/// Whether this is the one event that a line gives; `name` is room for its name.
pub(in crate::dialect) fn is_event_of(event: &Event<'_>, read: &Line<'_>, name: &mut NameBuffer) -> bool {
    match read {
        Line::Event(other) => event == other,
        Line::Call(call) => call.only(name).as_ref() == Some(event),
        _ => false,
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the colon stands before the name's end, which is in the line")]
fn recognise(marks: &Marks, heads: &mut PrefixCache, seconds: &mut Seconds, names: &Names, line: &[u8]) -> Option<u16> {
    // perf prints no carriage returns; where something else did, they are no part of the payload.
    // A share at the end may be that of a table.
    if matches!(line.last(), Some(b'\r' | b'%')) {
        return None;
    }
    let (end, mark) = name_end(marks, line)?;
    has_marks(marks, heads, seconds, line)?;
    names.find(&line[marks.colon + 1..=end], marks.layout as usize, mark)
}

/// Whether what stands before the name has these marks.
#[inline(always)]
fn has_marks(marks: &Marks, heads: &mut PrefixCache, seconds: &mut Seconds, line: &[u8]) -> Option<()> {
    let Marks { layout, head, dot, micros, .. } = *marks;
    let read = match layout {
        Layout::PerfScript => perf_script::head,
        Layout::Ftrace => ftrace::head,
    };
    heads.find(line, head, layout as usize, read)?;
    let before_dot = marks.seconds.of(word(line, dot - 8)?);
    if before_dot != seconds.word {
        let (number, wrong) = number(before_dot);
        if wrong != 0 {
            return None;
        }
        *seconds = Seconds { word: before_dot, ns: number * 1_000_000_000 };
    }
    // Of most events the time is not wanted: what it is, is found out later.
    (if micros { micros_at(line, dot) } else { nanos_at(line, dot) }).map(|_| ())
}

/// Where the mark behind the name stands, with a blank or more behind it, or
/// what tells a call; and what is to tell the name.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a name ends before the line does, and behind the header's time")]
fn name_end(marks: &Marks, line: &[u8]) -> Option<(usize, u64)> {
    match marks.layout {
        Layout::PerfScript => {
            let end = marks.end;
            if line.len() < end + 2 || line[end + 1] != b' ' {
                return None;
            }
            // Names differ in their last 16 bytes, or at least in length.
            Some((end, word(line, end - 8)? ^ word(line, end - 16)?.rotate_left(25)))
        }
        Layout::Ftrace => unpadded_name_end(line, marks.colon + 2),
    }
}

/// `sched_switch: `, `sys_poll(` or `sys_poll -> `
#[inline(always)]
fn unpadded_name_end(line: &[u8], start: usize) -> Option<(usize, u64)> {
    let (mut at, mut mark) = (start, 0_u64);
    loop {
        let bytes = word(line, at).or_else(|| short_word(line, at))?;
        match first(matches(bytes, b' ') | matches(bytes, b'(')) {
            None => {
                mark = mark.rotate_left(25) ^ bytes;
                at += 8;
            }
            Some(count) => {
                let within = bytes & !(u64::MAX << (8 * count));
                mark = mark.rotate_left(25) ^ within;
                at += count;
                break;
            }
        }
    }
    if at == start {
        return None;
    }
    let end = match line.get(at - 1..)? {
        [b':', b' ', ..] => at - 1,
        [_, b'(', ..] | [_, b' ', b'-', b'>', b' ', ..] => at,
        _ => return None,
    };
    Some((end, mark))
}

/// The last bytes of a line, where they are no whole word.
#[inline(never)]
fn short_word(line: &[u8], at: usize) -> Option<u64> {
    let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
    Some(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)))
}

/// The event of a line that was recognised by these marks.
#[inline(always)]
fn event_at<'l>(
    marks: &Marks,
    columns: &Columns,
    line: &'l [u8],
    name_slot: u16,
    name: &'l mut Option<NameBuffer>,
) -> Option<Event<'l>> {
    let (length, before) = columns.names.extent(name_slot);
    let start = marks.colon + 1;
    event_between(marks, columns, line, start + before..start + length, name)
}

/// The event of a line that has these marks, and its name there.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the line was recognised: all marks stand in it")]
fn event_between<'l>(
    marks: &Marks,
    columns: &Columns,
    line: &'l [u8],
    at: Range<usize>,
    name: &'l mut Option<NameBuffer>,
) -> Option<Event<'l>> {
    let Marks { dot, micros, .. } = *marks;
    let Range { start, end } = at;
    let fraction_ns = if micros { micros_at(line, dot)? * 1_000 } else { nanos_at(line, dot)? };
    let Prefix { tid, pid, cpu, comm } = *columns.heads.last();
    let is_call = line[end] != b':';
    let event = Event {
        time: Nanos(columns.seconds.ns + fraction_ns),
        resolution: if micros { Resolution::Micros } else { Resolution::Nanos },
        tid: Some(tid),
        pid,
        cpu,
        name: line.get(start + if is_call { ftrace::CALL.len() } else { 0 }..end)?,
        comm: Some(&line[usize::from(comm.0)..usize::from(comm.1)]),
        payload: Payload::empty(marks.layout.syntax()),
    };
    if is_call {
        return ftrace::call_of(event, &line[end..])?.only(name.get_or_insert_default());
    }
    let mut payload = line.get(end + 2..)?;
    while let [b' ' | b'\t', rest @ ..] = payload {
        payload = rest;
    }
    Some(Event { payload: Payload::new(payload, event.payload.syntax), ..event })
}

/// `.970764:`
#[inline(always)]
fn micros_at(line: &[u8], dot: usize) -> Option<u64> {
    let bytes = word(line, dot)?;
    let wrong = marked(bytes, [255, 0, 0, 0, 0, 0, 0, 255], *b".\0\0\0\0\0\0:");
    let (micros, wrong_micros) = digits(bytes << 8 & !0xffff | all(b'0') & 0xffff);
    (wrong | wrong_micros == 0).then_some(micros)
}

/// `.970764123:`
#[inline(always)]
fn nanos_at(line: &[u8], dot: usize) -> Option<u64> {
    let (tens, wrong) = digits(word(line, dot + 1)?);
    match line.get(dot..dot + 11)? {
        [b'.', .., last @ b'0'..=b'9', b':'] if wrong == 0 => Some(tens * 10 + u64::from(last - b'0')),
        _ => None,
    }
}

impl Marks {
    /// The marks of a line that gave an event, and where its name begins;
    /// `None` where they are not the usual ones.
    fn of(line: &[u8], read: &Line<'_>) -> Option<(Marks, usize)> {
        let layout = Layout::of(line)?;
        let (event, prefix) = match (read, layout) {
            (Line::Event(event), _) => (event, 0),
            (Line::Call(call), Layout::Ftrace) => (&call.head, ftrace::CALL.len()),
            _ => return None,
        };
        let end = (event.name.as_ptr() as usize + event.name.len()).checked_sub(line.as_ptr() as usize)?;
        let start = end.checked_sub(event.name.len() + prefix)?;
        let blanks = line.get(..start)?.iter().rev().take_while(|byte| **byte == b' ').count();
        let micros = event.resolution == Resolution::Micros;
        let colon = start.checked_sub(blanks + 1).filter(|&colon| line.get(colon) == Some(&b':'))?;
        let dot = colon.checked_sub(if micros { 7 } else { 10 })?;
        let digits = line.get(..dot)?.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let padding = line.get(..dot - digits)?.iter().rev().take_while(|byte| **byte == b' ').count();
        // One blank belongs to the head.
        let head = dot - digits - padding + 1;
        let width = dot.checked_sub(head).filter(|width| *width <= 8)?;
        let usual = digits > 0 && padding > 0 && prefixes::LENGTHS.contains(&head);
        usual.then(|| (Marks { layout, head, dot, micros, colon, end, seconds: Field::of_width(width) }, start))
    }
}
