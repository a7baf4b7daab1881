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
//! Measured on 9,000 lines of QEMU: 1,739 instructions a line without, see
//! BENCHMARKS.md for what there is with it.

use super::Line;
use crate::event::{Event, Nanos, Resolution};

/// Reads lines by the columns of the last one that was read step by step.
#[derive(Default)]
pub(super) struct Columns {
    marks: Option<Marks>,
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
    /// `.` in the time.
    dot: usize,
    /// `:` behind the time.
    colon: usize,
    /// `:` behind the name.
    end: usize,
}

const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
/// Where a comm of the usual width ends.
const PADDED: usize = 16;
/// Where a tid of 5 to 7 bytes, with its blank, may end.
const BRACKETS: std::ops::RangeInclusive<usize> = 23..=25;

impl Columns {
    /// Reads a line that looks like those before; `None` where it does not.
    #[inline(always)]
    pub(super) fn read<'l>(&self, line: &'l [u8]) -> Option<Event<'l>> {
        // perf prints no carriage returns; where something else did, they are no part of the payload.
        if line.last() == Some(&b'\r') {
            return None;
        }
        read_at(self.marks.as_ref()?, &self.names, line)
    }

    /// Remembers the marks of a line that was read step by step.
    #[cold]
    pub(super) fn learn(&mut self, line: &[u8], read: &Line<'_>) {
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        if let Line::Event(event) = read
            && let Some(marks) = Marks::of(line, event)
        {
            self.names.remember(line, &marks, event);
            // By its columns a line must say the same.
            if read_at(&marks, &self.names, line) == Some(*event) {
                (self.marks, self.fruitless) = (Some(marks), 0);
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
fn read_at<'l>(marks: &Marks, names: &Names, line: &'l [u8]) -> Option<Event<'l>> {
    let Marks { bracket, dot, colon, end } = *marks;
    // Behind the name there is at least its blank, and before it a whole header.
    if line.len() < end + 2 || line[end + 1] != b' ' || line[PADDED] != b' ' || line[0] == b'V' {
        return None;
    }
    if line[bracket - 1] != b' ' || line[bracket] != b'[' || line[bracket + 4] != b']' || line[bracket + 5] != b' ' {
        return None;
    }
    if line[dot] != b'.' || line[colon] != b':' || line[colon + 1] != b' ' {
        return None;
    }
    let tid = number_before(line, bracket - 1, PADDED)?;
    let cpu = digits([b'0', b'0', b'0', b'0', b'0', line[bracket + 1], line[bracket + 2], line[bracket + 3]])?;
    let seconds = number_before(line, dot, bracket + 5)?;
    let (fraction_ns, resolution) = if colon - dot == 7 {
        // The 6 digits, with 2 zeros before them for the colon and the blank behind.
        let micros = digits_of(word(line, dot + 1)? << 16 | u64::from_le_bytes(*b"00\0\0\0\0\0\0"))?;
        (micros * 1_000, Resolution::Micros)
    } else {
        let tens = digits_of(word(line, dot + 1)?)?;
        let last = line[dot + 9].wrapping_sub(b'0');
        (tens * 10 + u64::from(last), if last < 10 { Resolution::Nanos } else { return None })
    };
    let name = names.find(line, colon, end)?;
    let mut payload = &line[end + 2..];
    while let [b' ' | b'\t', rest @ ..] = payload {
        payload = rest;
    }
    Some(Event {
        time: Nanos(seconds * 1_000_000_000 + fraction_ns),
        resolution,
        tid: Some(tid as i32),
        pid: None,
        cpu: Some(cpu as u32),
        name,
        comm: Some(super::cursor::trim(&line[..PADDED])),
        payload,
    })
}

impl Marks {
    /// The marks of a line that gave an event; `None` where they are not the usual ones.
    fn of(line: &[u8], event: &Event<'_>) -> Option<Marks> {
        let end = (event.name.as_ptr() as usize + event.name.len()).checked_sub(line.as_ptr() as usize)?;
        let start = end - event.name.len();
        let before = line.get(..start)?;
        let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
        let colon = start.checked_sub(blanks + 1)?;
        let decimals = if event.resolution == Resolution::Micros { 6 } else { 9 };
        let dot = colon.checked_sub(decimals + 1)?;
        let bracket = PADDED + 1 + line.get(PADDED + 1..)?.iter().position(|&byte| byte == b'[')?;
        let usual = BRACKETS.contains(&bracket) && bracket + 6 < dot && dot <= bracket + 6 + 8 && event.pid.is_none();
        usual.then_some(Marks { bracket, dot, colon, end })
    }
}

/// How many names are remembered, and how long one may be with the blanks before it.
const SLOTS: usize = 256;
const NAME_MAX: usize = 80;

/// Names as they stand between colon and colon, blanks included.
struct Names(Box<[Name; SLOTS]>);

#[derive(Clone, Copy)]
struct Name {
    text: [u8; NAME_MAX],
    length: u8,
    /// Blanks before the name.
    blanks: u8,
}

impl Default for Names {
    fn default() -> Self {
        Names(Box::new([Name { text: [0; NAME_MAX], length: 0, blanks: 0 }; SLOTS]))
    }
}

impl Names {
    /// The name that ends before `end`, if it is one of those remembered.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a slot is 8 bits, and `end` is in the line")]
    fn find<'l>(&self, line: &'l [u8], colon: usize, end: usize) -> Option<&'l [u8]> {
        let text = &line[colon + 1..=end];
        let known = &self.0[slot(line, end)?];
        let length = usize::from(known.length);
        if length != text.len() || known.text[..length] != *text {
            return None;
        }
        text.get(known.blanks.into()..length - 1)
    }

    #[allow(clippy::indexing_slicing, reason = "a slot is 8 bits, and the text fits")]
    fn remember(&mut self, line: &[u8], marks: &Marks, event: &Event<'_>) {
        let text = line.get(marks.colon + 1..=marks.end).unwrap_or_default();
        let (Some(slot), true) = (slot(line, marks.end), (1..=NAME_MAX).contains(&text.len())) else { return };
        let known = &mut self.0[slot];
        known.text[..text.len()].copy_from_slice(text);
        known.length = text.len() as u8;
        known.blanks = text.len().saturating_sub(event.name.len() + 1) as u8;
    }
}

/// Names differ in their last 16 bytes, or at least in length.
#[inline(always)]
fn slot(line: &[u8], end: usize) -> Option<usize> {
    let tail = word(line, end - 8)? ^ word(line, end - 16)?.rotate_left(25);
    Some((tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize)
}

/// 8 bytes from a place on, the first in the low bits.
#[inline(always)]
fn word(line: &[u8], at: usize) -> Option<u64> {
    line.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes))
}

/// The number that ends before `end` and has only blanks before it, from `from` on; at most 8 bytes.
#[inline(always)]
fn number_before(line: &[u8], end: usize, from: usize) -> Option<u64> {
    let mut bytes = word(line, end - 8)?;
    // What stands before the field becomes blanks.
    let outside = 8 - (end - from).min(8);
    if outside > 0 {
        let mask = u64::MAX << (outside * 8);
        bytes = bytes & mask | BLANKS & !mask;
    }
    // A blank is a zero but for one bit.
    let zeros = bytes | 0x1010_1010_1010_1010;
    let blanks = (zeros ^ bytes) >> 4;
    let blanks = blanks * 0xff;
    // Blanks come first, and the last byte is none.
    if blanks & blanks.wrapping_add(1) != 0 || blanks == u64::MAX {
        return None;
    }
    digits_of(zeros)
}

fn digits(bytes: [u8; 8]) -> Option<u64> {
    digits_of(u64::from_le_bytes(bytes))
}

/// The number of 8 decimal digits, the first in the low byte.
///
/// Neighbours are joined to pairs, pairs to fours, fours to eight.
#[inline(always)]
fn digits_of(bytes: u64) -> Option<u64> {
    // A digit has 3 in its upper half, also when 6 is added.
    let upper = bytes & 0xf0f0_f0f0_f0f0_f0f0;
    let carried = bytes.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0;
    if upper != 0x3030_3030_3030_3030 || carried != 0x3030_3030_3030_3030 {
        return None;
    }
    let ones = bytes & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (ones.wrapping_mul(10) + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff)
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
        assert_eq!(digits(*b"12345678"), Some(12_345_678));
        assert_eq!(digits(*b"99999999"), Some(99_999_999));
        for at in 0..8 {
            for byte in (0..=255).filter(|byte: &u8| !byte.is_ascii_digit()) {
                let mut bytes = *b"00000000";
                bytes[at] = byte;
                assert_eq!(digits(bytes), None, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn numbers_behind_blanks() {
        for (text, from, expected) in [
            ("xx   123", 2, Some(123)),
            ("xx 12 34", 2, None),
            ("xx      ", 2, None),
            ("xx1     ", 2, None),
            ("99   123", 2, Some(123)),
            ("99   123", 0, None),
            ("12345678", 0, Some(12_345_678)),
            ("xx  -123", 2, None),
            ("xx\t  123", 2, None),
        ] {
            let text = text.as_bytes();
            assert_eq!(number_before(text, text.len(), from), expected, "{}", text.escape_ascii());
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
                        *byte = b" 0:[].V9-\tax"[(random >> 20) as usize % 12];
                    }
                    let steps = read(&changed);
                    match columns.read(&changed) {
                        Some(event) => {
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
