//! perf script's usual layout, read by the columns of the lines before.
//!
//! perf pads every field to a width, so that in one recording the same column
//! holds the same mark on nearly every line:
//!
//! ```text
//!  qemu-system-x86 10074 [000]   921.970764:                     kvm:kvm_fpu: load
//!                  ^17   ^bracket   ^dot   ^colon                            ^end
//! ```
//!
//! The marks of a line that was read step by step are remembered; another line
//! with the same marks, numbers where those have numbers, and a name that was
//! seen there is read by looking at these places, 8 bytes at a time, and gives
//! the same event as step by step. Any other line is left to the others: what
//! a line says does not depend on the lines before it, only how fast it is read.
//!
//! Measured on 9,000 lines of QEMU, a loop of four events, summary only: 1,739
//! instructions a line without it, 1,050 with it.

use super::{Alike, Line};
use crate::event::{Event, Nanos, Resolution};

/// Reads lines by the columns of the last one that was read step by step.
#[derive(Default)]
pub(super) struct Columns {
    marks: Option<Marks>,
    /// Of a line with these marks.
    head: Head,
    names: Names,
    /// Lines that gave no marks, since the last that did; and those to pass
    /// before another is asked.
    fruitless: u32,
    pause: u32,
}

/// Where the marks stand.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    /// `[` before the processor, of 3 digits.
    bracket: usize,
    /// `.` in the time, which has 6 decimals behind it, or 9.
    dot: usize,
    micros: bool,
    /// `:` behind the time.
    colon: usize,
    /// `:` behind the name.
    end: usize,
    /// The bytes that belong to the tid, of the 8 that end before its blank;
    /// to the seconds, of the 8 that end before the dot.
    tid: Field,
    seconds: Field,
}

/// What of 8 bytes is a field; the bytes before it count as blanks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Field {
    kept: u64,
    blanks: u64,
}

impl Field {
    /// The last bytes of 8.
    fn of_width(width: usize) -> Field {
        let kept = u64::MAX.checked_shl(64 - 8 * width as u32).unwrap_or(0);
        Field { kept, blanks: BLANKS & !kept }
    }

    #[inline(always)]
    fn of(self, bytes: u64) -> u64 {
        bytes & self.kept | self.blanks
    }
}

const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
/// Where a comm of the usual width ends.
const PADDED: usize = 16;
/// Where a tid of 5 to 7 bytes, with its blank, may end.
const BRACKETS: std::ops::RangeInclusive<usize> = 23..=25;

impl Columns {
    /// Recognises a line that looks like those before; `None` where it does not.
    #[inline(always)]
    pub(super) fn recognise(&mut self, line: &[u8]) -> Option<Alike> {
        // perf prints no carriage returns; where something else did, they are no part of the payload.
        if line.last() == Some(&b'\r') {
            return None;
        }
        recognise(self.marks.as_ref()?, &mut self.head, &self.names, line)
    }

    /// The event of the line that was recognised last.
    #[inline(always)]
    pub(super) fn event<'l>(&self, line: &'l [u8], alike: Alike) -> Option<Event<'l>> {
        self.marks.as_ref().map(|marks| event_at(marks, &self.head, &self.names, line, alike))
    }

    /// The slot that another name took since this was asked, where one did.
    pub(super) fn take_changed(&mut self) -> Option<u16> {
        self.names.changed.take()
    }

    /// Remembers the marks of a line that was read step by step.
    #[cold]
    pub(super) fn learn(&mut self, line: &[u8], read: &Line<'_>) {
        // Frames, records and the like say nothing of the columns.
        let Line::Event(event) = read else { return };
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        if let Some(marks) = Marks::of(line, event) {
            self.names.remember(line, &marks, event);
            // By its columns a line must say the same.
            let mut head = Head::default();
            let alike = recognise(&marks, &mut head, &self.names, line);
            if alike.map(|alike| event_at(&marks, &head, &self.names, line, alike)) == Some(*event) {
                (self.marks, self.head, self.fruitless) = (Some(marks), head, 0);
                return;
            }
        }
        // Other layouts are not asked line by line.
        self.fruitless += 1;
        if self.fruitless > 16 {
            self.pause = 256;
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "all marks stand before `end`, which is looked at first")]
fn recognise(marks: &Marks, head: &mut Head, names: &Names, line: &[u8]) -> Option<Alike> {
    let Marks { bracket, dot, micros, colon, end, .. } = *marks;
    // Behind the name there is at least its blank, and before it a whole header.
    if line.len() < end + 2 || line[end + 1] != b' ' || line[PADDED] != b' ' || line[0] == b'V' {
        return None;
    }
    // Events of one thread and second come in runs: the same bytes say the same.
    let words = [word(line, 0)?, word(line, 8)?, word(line, bracket - 8)?, word(line, bracket)?, word(line, dot - 8)?];
    let differ = words.iter().zip(&head.words).fold(0, |differ, (one, other)| differ | one ^ other);
    if differ != 0 {
        *head = Head::read(words, marks, line)?;
    }
    let fraction = if micros { micros_at(line, dot)? * 1_000 } else { nanos_at(line, dot)? };
    let name_slot = names.find(line, colon, end)?;
    Some(Alike { name_slot, fraction_ns: fraction })
}

/// The event of a line that was recognised by these marks.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the line was recognised: all marks stand in it")]
fn event_at<'l>(marks: &Marks, head: &Head, names: &Names, line: &'l [u8], alike: Alike) -> Event<'l> {
    let Marks { micros, colon, end, .. } = *marks;
    let start = colon + 1 + usize::from(names.known[usize::from(alike.name_slot)].blanks);
    let mut payload = &line[end + 2..];
    while let [b' ' | b'\t', rest @ ..] = payload {
        payload = rest;
    }
    Event {
        time: Nanos(head.seconds_ns + alike.fraction_ns),
        resolution: if micros { Resolution::Micros } else { Resolution::Nanos },
        tid: Some(head.tid),
        pid: None,
        cpu: Some(head.cpu),
        name: &line[start..end],
        comm: Some(&line[head.comm_start..head.comm_end]),
        payload,
    }
}

/// What stands before the decimals of the time: comm, tid, processor, seconds.
#[derive(Default)]
struct Head {
    /// 16 bytes of comm, those before and behind the bracket, those before the dot.
    words: [u64; 5],
    tid: i32,
    cpu: u32,
    seconds_ns: u64,
    comm_start: usize,
    comm_end: usize,
}

impl Head {
    /// ```text
    ///   10074 [000]   921.970764:
    /// ```
    ///
    /// Each part in 8 bytes, with the marks at its ends.
    #[inline(never)]
    fn read(words: [u64; 5], marks: &Marks, line: &[u8]) -> Option<Head> {
        let [_, _, before_bracket, from_bracket, before_dot] = words;
        let (tid, wrong_tid) = number(marks.tid.of(before_bracket << 8));
        let (cpu, wrong_cpu) = digits((from_bracket & 0xffff_ff00) << 32 | u64::from_le_bytes(*b"00000\0\0\0"));
        let (seconds, wrong_seconds) = number(marks.seconds.of(before_dot));
        let wrong = marked(before_bracket, [0, 0, 0, 0, 0, 0, 0, 255], *b"\0\0\0\0\0\0\0 ")
            | marked(from_bracket, [255, 0, 0, 0, 255, 255, 0, 0], *b"[\0\0\0] \0\0");
        if wrong | wrong_tid | wrong_cpu | wrong_seconds != 0 {
            return None;
        }
        let padded = line.get(..PADDED)?;
        let comm = super::cursor::trim(padded);
        let comm_start = comm.as_ptr() as usize - padded.as_ptr() as usize;
        let comm_end = comm_start + comm.len();
        let seconds_ns = seconds * 1_000_000_000;
        Some(Head { words, tid: tid as i32, cpu: cpu as u32, seconds_ns, comm_start, comm_end })
    }
}

/// `.970764:`
#[inline(always)]
fn micros_at(line: &[u8], dot: usize) -> Option<u64> {
    let bytes = word(line, dot)?;
    let wrong = marked(bytes, [255, 0, 0, 0, 0, 0, 0, 255], *b".\0\0\0\0\0\0:");
    let (micros, wrong_micros) = digits(bytes << 8 & !0xffff | u64::from_le_bytes(*b"00\0\0\0\0\0\0"));
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

/// 0 where the bytes of a mask are these.
#[inline(always)]
fn marked(bytes: u64, mask: [u8; 8], marks: [u8; 8]) -> u64 {
    bytes & u64::from_le_bytes(mask) ^ u64::from_le_bytes(marks)
}

impl Marks {
    /// The marks of a line that gave an event; `None` where they are not the usual ones.
    fn of(line: &[u8], event: &Event<'_>) -> Option<Marks> {
        let end = (event.name.as_ptr() as usize + event.name.len()).checked_sub(line.as_ptr() as usize)?;
        let start = end - event.name.len();
        let before = line.get(..start)?;
        let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
        let colon = start.checked_sub(blanks + 1)?;
        let micros = event.resolution == Resolution::Micros;
        let dot = colon.checked_sub(if micros { 7 } else { 10 })?;
        let bracket = PADDED + 1 + line.get(PADDED + 1..)?.iter().position(|&byte| byte == b'[')?;
        // The seconds follow `[000] `.
        let seconds = dot.checked_sub(bracket + 6).filter(|width| (1..=8).contains(width))?;
        let usual = BRACKETS.contains(&bracket) && event.pid.is_none();
        let (tid, seconds) = (Field::of_width((bracket - 1 - PADDED).min(7)), Field::of_width(seconds));
        usual.then_some(Marks { bracket, dot, micros, colon, end, tid, seconds })
    }
}

/// How many names are remembered, and how long one may be with the blanks before it.
const SLOTS: usize = Alike::SLOTS;
/// How many names may stand at one hash: those of all system calls fall together.
const WAYS: usize = 4;
const NAME_MAX: usize = 80;

/// Names as they stand between colon and colon, blanks included.
struct Names {
    known: Box<[Name; SLOTS]>,
    /// The slot that got a name last, until somebody asks.
    changed: Option<u16>,
    /// Which of its slots the next name takes where all are taken.
    next: usize,
}

#[derive(Clone, Copy)]
struct Name {
    text: [u8; NAME_MAX],
    length: u8,
    /// Blanks before the name.
    blanks: u8,
}

impl Default for Names {
    fn default() -> Self {
        let none = Name { text: [0; NAME_MAX], length: 0, blanks: 0 };
        Names { known: Box::new([none; SLOTS]), changed: None, next: 0 }
    }
}

impl Names {
    /// The slot of the name that ends before `end`, if it is one of those remembered.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "`end` is in the line, and a remainder of the slots is one")]
    fn find(&self, line: &[u8], colon: usize, end: usize) -> Option<u16> {
        let text = &line[colon + 1..=end];
        let first = first_slot(line, end)?;
        if self.known[first % SLOTS].is(text) { Some(first as u16) } else { self.find_beside(first, text) }
    }

    #[inline(never)]
    fn find_beside(&self, first: usize, text: &[u8]) -> Option<u16> {
        let ways = self.known.get(first..first + WAYS)?;
        ways.iter().position(|known| known.is(text)).map(|way| (first + way) as u16)
    }

    fn remember(&mut self, line: &[u8], marks: &Marks, event: &Event<'_>) {
        let text = line.get(marks.colon + 1..=marks.end).unwrap_or_default();
        let (Some(first), true) = (first_slot(line, marks.end), (1..=NAME_MAX).contains(&text.len())) else { return };
        let Some(ways) = self.known.get_mut(first..first + WAYS) else { return };
        if ways.iter().any(|known| known.is(text)) {
            return;
        }
        self.next = (self.next + 1) % WAYS;
        let way = ways.iter().position(|known| known.length == 0).unwrap_or(self.next);
        let (Some(known), slot) = (ways.get_mut(way), first + way) else { return };
        if let Some(place) = known.text.get_mut(..text.len()) {
            place.copy_from_slice(text);
        }
        known.length = text.len() as u8;
        known.blanks = text.len().saturating_sub(event.name.len() + 1) as u8;
        self.changed = Some(slot as u16);
    }
}

impl Name {
    #[inline(always)]
    fn is(&self, text: &[u8]) -> bool {
        usize::from(self.length) == text.len() && self.text.get(..text.len()) == Some(text)
    }
}

/// Names differ in their last 16 bytes, or at least in length.
#[inline(always)]
fn first_slot(line: &[u8], end: usize) -> Option<usize> {
    let tail = word(line, end - 8)? ^ word(line, end - 16)?.rotate_left(25);
    Some((tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize * WAYS)
}

/// 8 bytes from a place on, the first in the low bits.
#[inline(always)]
fn word(line: &[u8], at: usize) -> Option<u64> {
    line.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes))
}

/// The number that the last of 8 bytes are, behind blanks; and what is wrong
/// with it: 0 where nothing is.
#[inline(always)]
fn number(bytes: u64) -> (u64, u64) {
    // A blank is a zero but for one bit; so is `)` a nine, and no blank.
    let zeros = bytes | 0x1010_1010_1010_1010;
    let blanks = ((zeros ^ bytes) >> 4) * 0xff;
    let (number, wrong) = digits(zeros);
    let no_blanks = bytes & blanks & 0x0f0f_0f0f_0f0f_0f0f;
    // Blanks come first, and the last byte is none.
    (number, wrong | no_blanks | blanks & blanks.wrapping_add(1) | blanks >> 63)
}

/// The number of 8 decimal digits, the first in the low byte; and what is
/// wrong with it: 0 where nothing is.
///
/// Neighbours are joined to pairs, pairs to fours, fours to eight.
#[inline(always)]
fn digits(bytes: u64) -> (u64, u64) {
    // A digit has 3 in its upper half, also when 6 is added.
    const THREES: u64 = 0x3030_3030_3030_3030;
    let carried = bytes.wrapping_add(0x0606_0606_0606_0606);
    let wrong = (bytes ^ THREES | carried ^ THREES) & 0xf0f0_f0f0_f0f0_f0f0;
    let ones = bytes & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (ones.wrapping_mul(10).wrapping_add(ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff, wrong)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    const CAPTURES: [&[u8]; 6] = [
        include_bytes!("../../tests/data/qemu-threads.txt"),
        include_bytes!("../../tests/data/odd-comms.txt"),
        include_bytes!("../../tests/data/fields-ns.txt"),
        include_bytes!("../../tests/data/fields-pid-tid.txt"),
        include_bytes!("../../tests/data/fields-all-records.txt"),
        include_bytes!("../../tests/data/callchain.txt"),
    ];

    #[test]
    fn eight_digits() {
        let digits = |bytes: [u8; 8]| digits(u64::from_le_bytes(bytes));
        assert_eq!(digits(*b"12345678"), (12_345_678, 0));
        assert_eq!(digits(*b"99999999"), (99_999_999, 0));
        for at in 0..8 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut bytes = *b"00000000";
                bytes[at] = byte;
                assert_ne!(digits(bytes).1, 0, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn numbers_behind_blanks() {
        for (text, width, expected) in [
            (b"xx   123", 6, Some(123)),
            (b"xx 12 34", 6, None),
            (b"xx      ", 6, None),
            (b"xx1     ", 6, None),
            (b"99   123", 6, Some(123)),
            (b"99   123", 8, None),
            (b"12345678", 8, Some(12_345_678)),
            (b"xx  -123", 6, None),
            (b"xx\t  123", 6, None),
            (b"xx )  12", 6, None),
            (b"xx!   12", 6, None),
        ] {
            let (found, wrong) = number(Field::of_width(width).of(u64::from_le_bytes(*text)));
            assert_eq!((wrong == 0).then_some(found), expected, "{}", text.escape_ascii());
        }
    }

    /// Whatever came before, and whatever byte of a line is another, what is
    /// read by columns is what is read step by step.
    #[test]
    fn columns_say_what_the_steps_say() {
        let mut columns = Columns::default();
        let mut random = 1_u64;
        let mut by_columns = 0;
        for capture in CAPTURES {
            for line in capture.split(|&byte| byte == b'\n') {
                for _ in 0..8 {
                    let mut changed = line.to_vec();
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let at = (random >> 33) as usize % line.len().max(1);
                    if let (Some(byte), true) = (changed.get_mut(at), random >> 62 != 0) {
                        *byte = if random >> 61 & 1 == 0 {
                            b" 0:[].V9"[(random >> 20) as usize % 8]
                        } else {
                            (random >> 50) as u8
                        };
                    }
                    let steps = read(&changed);
                    match columns.recognise(&changed) {
                        Some(alike) => {
                            let event = columns.event(&changed, alike).expect("it was recognised");
                            assert_eq!(Line::Event(event), steps, "{}", changed.escape_ascii());
                            by_columns += 1;
                        }
                        None => columns.learn(&changed, &steps),
                    }
                }
            }
        }
        assert!(by_columns > 10_000, "{by_columns}");
    }
}
