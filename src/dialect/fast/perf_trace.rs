//! Recognises the usual lines of perf trace, 8 bytes at a time.
//!
//! ```text
//! 1605944.807 ( 0.027 ms): python3/14128 pread64(fd: 4, buf: 0x7ffc5d592240, count: 784)   = 784
//!             ^            ^       ^     ^                                                 ^
//!             open         comm    tid   call                                              result
//! ```
//!
//! Only the parenthesis before the duration has the same column on all lines. From there on, each part is found behind
//! the one before it. The name of the call must have been seen in a line that was read field by field. Lines of an
//! unusual form are read field by field, too.

use super::swar::{
    align_right, first_match, load, mask_differs, match_bits, parse_eight, parse_padded, parse_three, repeat,
};
use crate::dialect::call::{Call, Ends};
use crate::dialect::cursor::trim;
use crate::dialect::line::Line;
use crate::dialect::perf_trace::SYNTAX;
use crate::event::{Event, Nanos, Payload, Resolution, Tid};

/// The number of names that can be remembered.
pub(super) const NAMES: usize = 256;
/// The number of places that one hash leads to.
const WAYS: usize = 4;
/// The columns that the parenthesis before the duration can have, behind `"%10.3f "` of a time below 2^63 ns.
const OPEN_COLUMNS: std::ops::RangeInclusive<usize> = 11..=17;
/// The most bytes of a comm that perf prints before the slash.
const COMM_MAX: usize = 14;

/// Recognises lines of perf trace that look like earlier ones.
pub(super) struct FastPerfTrace {
    /// The column of the parenthesis before the duration; 0 until a line of perf trace has been read.
    open: usize,
    names: Box<[CallName; NAMES]>,
    /// The place that last took another name, until [`FastPerfTrace::take_changed`] returns it.
    changed: Option<u16>,
    /// Changes with each new name. It chooses the place that is replaced if all places at a hash are taken.
    next_way: usize,
}

/// The name of a call, of at most 15 bytes. All bytes behind it are 0, so the default is no name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct CallName([u64; 2]);

impl Default for FastPerfTrace {
    fn default() -> Self {
        FastPerfTrace { open: 0, names: Box::new([CallName::default(); NAMES]), changed: None, next_way: 0 }
    }
}

impl FastPerfTrace {
    /// Recognises a call that looks like an earlier one. Returns the number of its name, and the call.
    #[inline(always)]
    pub(super) fn recognise<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        if self.open == 0 { None } else { self.recognise_call(line) }
    }

    #[inline(never)]
    fn recognise_call<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        let (name, call) = read_call(line, self.open)?;
        Some((self.number(name)?, call))
    }

    /// Returns the number that took another name since this was last called.
    pub(super) fn take_changed(&mut self) -> Option<u16> {
        self.changed.take()
    }

    /// Learns the column of the parenthesis and the name of a line that was read field by field and gave this result, if
    /// the fast path gives the same call.
    #[cold]
    pub(super) fn learn(&mut self, line: &[u8], result: &Line<'_>) {
        let Line::Call(call) = result else { return };
        let open = line.iter().position(|&byte| byte == b'(');
        let Some(open) = open.filter(|open| OPEN_COLUMNS.contains(open)) else { return };
        let Some((name, found)) = read_call(line, open) else { return };
        if found != *call || !CallName::is_valid_in_any_line(call.common.name) {
            return;
        }
        self.open = open;
        if self.number(name).is_none() {
            self.remember(name);
        }
    }

    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a place and its ways are within the names")]
    fn number(&self, name: CallName) -> Option<u16> {
        let place = name.place();
        if self.names[place] == name {
            return Some(place as u16);
        }
        (place + 1..place + WAYS).find(|&way| self.names[way] == name).map(|way| way as u16)
    }

    fn remember(&mut self, name: CallName) {
        let place = name.place();
        let Some(ways) = self.names.get_mut(place..place + WAYS) else { return };
        self.next_way = (self.next_way + 1) % WAYS;
        let way = ways.iter().position(|known| *known == CallName::default()).unwrap_or(self.next_way);
        if let Some(known) = ways.get_mut(way) {
            *known = name;
            self.changed = Some((place + way) as u16);
        }
    }
}

/// Reads the call of a line whose parenthesis stands at the column `open`.
#[inline(always)]
fn read_call(line: &[u8], open: usize) -> Option<(CallName, Call<'_>)> {
    // Blanks at the end do not belong to the line. A line that ends with a percentage may belong to a table.
    let last = *line.last()?;
    if last.is_ascii_whitespace() || last == b'%' {
        return None;
    }
    let time_ns = read_time_before(line, open)?;
    let (duration_ns, at) = read_duration(line, open + 1)?;
    let ((comm, tid), at) = read_thread(line, at)?;
    let (is_continued, at) = skip_continued(line, at);
    let (name, length) = CallName::at(line, at)?;
    let (arguments, result) = split_result(line.get(at + length + 1..)?)?;
    let exit = duration_ns.filter(|_| result.is_some()).map(|duration_ns| Nanos(time_ns + duration_ns));
    let (time, ends) = match (is_continued, exit) {
        (false, None) => (Nanos(time_ns), Ends::Enter),
        (false, Some(exit)) => (Nanos(time_ns), Ends::Both(exit)),
        (true, Some(exit)) => (exit, Ends::Exit),
        (true, None) => return None,
    };
    let common = Event {
        time,
        resolution: Resolution::Micros,
        tid,
        pid: None,
        cpu: None,
        machine: None,
        name: line.get(at..at + length)?,
        comm,
        payload: Payload::new(if is_continued { b"" } else { arguments }, &SYNTAX),
    };
    Some((name, Call { common, ends, result: result.unwrap_or_default() }))
}

impl CallName {
    /// Returns whether the name stands for a call in every line. The slow path accepts other names only at the end of an
    /// interrupted call.
    fn is_valid_in_any_line(name: &[u8]) -> bool {
        let begins = name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
        let goes_on = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        begins && goes_on && name != b"majfault" && name != b"minfault"
    }

    /// Reads the name at a column, up to a parenthesis among its first 16 bytes. Returns the name and its length.
    #[inline(always)]
    fn at(line: &[u8], at: usize) -> Option<(CallName, usize)> {
        let (low, high) = (load(line, at)?, load(line, at + 8)?);
        if let Some(length) = first_match(match_bits(low, b'(')) {
            return (length > 0).then_some((CallName([low & !(u64::MAX << (8 * length)), 0]), length));
        }
        let length = first_match(match_bits(high, b'('))?;
        Some((CallName([low, high & !(u64::MAX << (8 * length))]), 8 + length))
    }

    /// Returns the first place at the name's hash. The other ways follow it.
    #[inline(always)]
    fn place(self) -> usize {
        let mixed = (self.0[0] ^ self.0[1].rotate_left(25)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 58) as usize % (NAMES / WAYS) * WAYS
    }
}

/// Parses the time before the parenthesis, `1605944.807 (`, into nanoseconds.
#[inline(always)]
fn read_time_before(line: &[u8], open: usize) -> Option<u64> {
    let dot = open - 5;
    let bytes = load(line, dot)?;
    let wrong = mask_differs(bytes, [255, 0, 0, 0, 255, 255, 0, 0], *b".\0\0\0 (\0\0");
    let (micros, wrong_micros) = parse_three(bytes >> 8);
    let beginning = load(line, 0)?;
    let (millis, wrong_millis) = if dot <= 8 {
        parse_padded(align_right(beginning, dot, b' '))
    } else {
        // The machine has been up for more than a day.
        let (high, wrong_high) = parse_padded(align_right(beginning, dot - 8, b' '));
        let (low, wrong_low) = parse_eight(load(line, dot - 8)?);
        (high * 100_000_000 + low, wrong_high | wrong_low)
    };
    (wrong | wrong_micros | wrong_millis == 0).then_some(millis * 1_000_000 + micros * 1_000)
}

/// Parses ` 0.027 ms): ` or `         ): `. Returns the duration in nanoseconds, if there is one, and the column behind it.
#[inline(always)]
fn read_duration(line: &[u8], at: usize) -> Option<(Option<u64>, usize)> {
    let bytes = load(line, at)?;
    if bytes == repeat(b' ') {
        let unknown = load(line, at + 4)? == u64::from_le_bytes(*b"     ): ");
        return unknown.then_some((None, at + 12));
    }
    let dot = first_match(match_bits(bytes, b'.')).filter(|&dot| dot > 0)?;
    let (millis, wrong_millis) = parse_padded(align_right(bytes, dot, b' '));
    let behind = load(line, at + dot + 1)?;
    let (micros, wrong_micros) = parse_three(behind);
    let wrong = mask_differs(behind, [0, 0, 0, 255, 255, 255, 255, 255], *b"\0\0\0 ms):") | wrong_millis | wrong_micros;
    let at = at + dot + 9;
    (wrong == 0 && line.get(at) == Some(&b' ')).then_some((Some(millis * 1_000_000 + micros * 1_000), at + 1))
}

/// The comm and the tid of a thread; `None` for a field that is not printed.
type Thread<'l> = (Option<&'l [u8]>, Option<Tid>);

/// Reads `python3/14128 `, `14128 ` or nothing. Returns the thread and the column behind it.
#[inline(always)]
fn read_thread(line: &[u8], at: usize) -> Option<(Thread<'_>, usize)> {
    let (low, high) = (load(line, at)?, load(line, at + 8)?);
    let first_byte = low as u8;
    // The bracket may belong to a CPU, and not to a comm.
    if first_byte == b'[' {
        return None;
    }
    // The rightmost slash ends the comm.
    let slashes = (match_bits(low, b'/'), match_bits(high, b'/') & !(u64::MAX << (8 * (COMM_MAX - 7))));
    let last = |slashes: u64| 7 - slashes.leading_zeros() as usize / 8;
    let slash = match slashes {
        (0, 0) if first_byte.is_ascii_digit() => None,
        // perf prints neither comm nor tid while it traces a single thread.
        (0, 0) => return (first_byte.is_ascii_alphabetic() || first_byte == b' ').then_some(((None, None), at)),
        (low, 0) => Some(at + last(low)),
        (_, high) => Some(at + 8 + last(high)),
    };
    let (comm, tid_at) = match slash {
        Some(slash) => (Some(trim(line.get(at..slash)?)), slash + 1),
        None => (None, at),
    };
    let bytes = load(line, tid_at)?;
    let length = first_match(match_bits(bytes, b' ')).filter(|&length| length > 0)?;
    let (tid, wrong) = parse_eight(align_right(bytes, length, b'0'));
    (wrong == 0).then_some(((comm, Some(tid as Tid)), tid_at + length + 1))
}

/// Returns whether ` ... [continued]: ` stands at a column, and the column behind it.
#[inline(always)]
fn skip_continued(line: &[u8], at: usize) -> (bool, usize) {
    const TEXT: &[u8] = b" ... [continued]: ";
    let is_continued = line.get(at) == Some(&b' ') && line.get(at..).is_some_and(|rest| rest.starts_with(TEXT));
    (is_continued, if is_continued { at + TEXT.len() } else { at })
}

/// Splits the text behind the call's parenthesis into the arguments and the result: `fd: 4, count: 784)      = 784` or
/// `...)   ...`. The result is `None` if the call did not return. Returns `None` if the text has another form.
#[inline(always)]
fn split_result(text: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    if let Some(interrupted) = text.strip_suffix(b" ...") {
        return Some((cut_parenthesis(interrupted)?, None));
    }
    let sign = memchr::memrchr(b'=', text)?;
    let arguments = cut_parenthesis(text.get(..sign)?.strip_suffix(b" ")?)?;
    let result = match text.get(sign + 1..)? {
        [b' ', result @ ..] => result.trim_ascii_start(),
        _ => return None,
    };
    // The slow path finds out whether `?` stands for a call that never returns.
    (result != b"?").then_some((arguments, Some(result)))
}

/// Cuts off the parenthesis behind the arguments and the blanks behind it. There are many blanks, so 8 are compared
/// at a time.
#[inline(always)]
fn cut_parenthesis(mut text: &[u8]) -> Option<&[u8]> {
    while let Some((rest, last)) = text.split_last_chunk::<8>() {
        let others = !match_bits(u64::from_le_bytes(*last), b' ') & repeat(0x80);
        if others != 0 {
            let blanks = others.leading_zeros() as usize / 8;
            return text.get(..text.len() - blanks)?.strip_suffix(b")");
        }
        text = rest;
    }
    while let [rest @ .., b' '] = text {
        text = rest;
    }
    text.strip_suffix(b")")
}
