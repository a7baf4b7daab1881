//! Recognises lines of perf trace that have the usual form and a known name, and reads them 8 bytes at a time.
//!
//! ```text
//! 1605944.807 ( 0.027 ms): python3/14128 pread64(fd: 4, buf: 0x7ffc5d592240, count: 784)   = 784
//!             ^            ^       ^     ^                                                 ^
//!             open         comm    tid   call                                              result
//! ```
//!
//! Only the parenthesis before the duration stands in the same column on all lines. Each part behind it is found from
//! the end of the part before. The name of the call must be known from a line that was read field by field. Lines of
//! another form are read field by field, too.

use super::swar::{
    align_right, first_match, load, mask_differs, match_bits, parse_eight, parse_padded, parse_three, repeat,
};
use crate::dialect::call::{Call, Ends};
use crate::dialect::cursor::trim;
use crate::dialect::line::Line;
use crate::dialect::perf_trace::SYNTAX;
use crate::event::{Event, Nanos, Payload, Resolution, Tid};

/// The largest number of names that are remembered.
pub(super) const NAMES: usize = 256;
/// The number of places in the table of names at which a name with a given hash may stand.
const WAYS: usize = 4;
/// The columns, counted from 0, in which the parenthesis before the duration can stand. In front of it stands the time
/// in milliseconds, printed as `"%10.3f "`. Up to column 17 the time has at most 12 digits before the point, so in
/// nanoseconds it fits into 64 bits. Lines with a longer time are read field by field.
const OPEN_COLUMNS: std::ops::RangeInclusive<usize> = 11..=17;
/// The largest number of bytes of a comm that perf prints before the slash.
const COMM_MAX: usize = 14;

/// Recognises lines of perf trace.
pub(super) struct FastPerfTrace {
    /// The column of the parenthesis before the duration; 0 until it was learned from a line.
    open: usize,
    names: Box<[CallName; NAMES]>,
    /// The place that got another name last, until [`FastPerfTrace::take_changed`] returns it.
    changed: Option<u16>,
    /// The index of the place that is replaced next among the places for a hash, if all of them hold names. It changes
    /// with each new name.
    next_way: usize,
}

/// The name of a call, which has at most 15 bytes. The bytes behind it are 0, so 16 zeros mean no name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct CallName([u64; 2]);

impl Default for FastPerfTrace {
    fn default() -> Self {
        FastPerfTrace { open: 0, names: Box::new([CallName::default(); NAMES]), changed: None, next_way: 0 }
    }
}

impl FastPerfTrace {
    /// Recognises a call with a known name. Returns the number of its name, which is the place of the name in the table
    /// of names, and the call.
    #[inline(always)]
    pub(super) fn recognise<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        if self.open == 0 { None } else { self.recognise_call(line) }
    }

    #[inline(never)]
    fn recognise_call<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        let (name, call) = read_call(line, self.open)?;
        Some((self.number(name)?, call))
    }

    /// Returns the number that got another name since the last call.
    pub(super) fn take_changed(&mut self) -> Option<u16> {
        self.changed.take()
    }

    /// Learns from a line the column of the parenthesis and the name of the call. `result` is the result of reading the
    /// line field by field. Learns nothing if the fast way of reading gives another result.
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

/// Reads the call of a line in which the parenthesis before the duration stands at the column `open`.
#[inline(always)]
fn read_call(line: &[u8], open: usize) -> Option<(CallName, Call<'_>)> {
    // Blanks at the end do not belong to the line, and a line that ends with a percentage may belong to a table of perf
    // trace. Both are left to reading field by field.
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
    /// Returns whether every line with this name is a line of a call. With any other name, the text behind the name
    /// decides, so lines with such names are left to reading field by field.
    fn is_valid_in_any_line(name: &[u8]) -> bool {
        let begins = name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
        let goes_on = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        begins && goes_on && name != b"majfault" && name != b"minfault"
    }

    /// Reads the name that begins at a column and ends at a parenthesis. Returns the name and its length. Returns
    /// `None` if the first 16 bytes hold no parenthesis, or if the parenthesis is the first byte.
    #[inline(always)]
    fn at(line: &[u8], at: usize) -> Option<(CallName, usize)> {
        let (low, high) = (load(line, at)?, load(line, at + 8)?);
        if let Some(length) = first_match(match_bits(low, b'(')) {
            return (length > 0).then_some((CallName([low & !(u64::MAX << (8 * length)), 0]), length));
        }
        let length = first_match(match_bits(high, b'('))?;
        Some((CallName([low, high & !(u64::MAX << (8 * length))]), 8 + length))
    }

    /// Returns the first of the places in which the name may stand. The others follow it.
    #[inline(always)]
    fn place(self) -> usize {
        let mixed = (self.0[0] ^ self.0[1].rotate_left(25)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 58) as usize % (NAMES / WAYS) * WAYS
    }
}

/// Parses the time that stands before the parenthesis, as in `1605944.807 (`. Returns nanoseconds.
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
        // The part before the dot has more than 8 digits: the machine has been up for more than a day.
        let (high, wrong_high) = parse_padded(align_right(beginning, dot - 8, b' '));
        let (low, wrong_low) = parse_eight(load(line, dot - 8)?);
        (high * 100_000_000 + low, wrong_high | wrong_low)
    };
    (wrong | wrong_micros | wrong_millis == 0).then_some(millis * 1_000_000 + micros * 1_000)
}

/// Parses the duration ` 0.027 ms): ` or `         ): `, where the call has not returned. Returns the duration in
/// nanoseconds, if there is one, and the column behind the text.
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

/// Reads the thread: `python3/14128 `, `14128 ` or nothing. Returns its fields and the column behind the text.
#[inline(always)]
fn read_thread(line: &[u8], at: usize) -> Option<(Thread<'_>, usize)> {
    let (low, high) = (load(line, at)?, load(line, at + 8)?);
    let first_byte = low as u8;
    // A bracket may begin the number of a CPU and not a comm, so a line with a bracket here is left to reading field by
    // field.
    if first_byte == b'[' {
        return None;
    }
    // A comm may contain slashes, so the rightmost slash is the one behind the comm.
    let slashes = (match_bits(low, b'/'), match_bits(high, b'/') & !(u64::MAX << (8 * (COMM_MAX - 7))));
    let last = |slashes: u64| 7 - slashes.leading_zeros() as usize / 8;
    let slash = match slashes {
        (0, 0) if first_byte.is_ascii_digit() => None,
        // While perf traces a single thread, it prints neither comm nor tid.
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

/// Returns whether ` ... [continued]: ` stands at the column `at`. Also returns the column behind it.
#[inline(always)]
fn skip_continued(line: &[u8], at: usize) -> (bool, usize) {
    const TEXT: &[u8] = b" ... [continued]: ";
    let is_continued = line.get(at) == Some(&b' ') && line.get(at..).is_some_and(|rest| rest.starts_with(TEXT));
    (is_continued, if is_continued { at + TEXT.len() } else { at })
}

/// Splits the text behind the call's opening parenthesis into the arguments and the result:
/// `fd: 4, count: 784)      = 784`. The result is `None` if the call has not returned yet: `fd: 4)   ...`. Returns
/// `None` if the text has another form.
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
    // A result `?` may stand for a call that never returns. This is left to reading field by field.
    (result != b"?").then_some((arguments, Some(result)))
}

/// Cuts off the closing parenthesis behind the arguments, and the blanks behind that parenthesis. 8 blanks are compared
/// at a time, because perf trace pads the arguments with many blanks.
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
