//! The usual lines of perf trace, read 8 bytes at a time.
//!
//! ```text
//! 1605944.807 ( 0.027 ms): python3/14128 pread64(fd: 4, buf: 0x7ffc5d592240, count: 784)   = 784
//!             ^open        ^comm  ^tid   ^call                                             ^result
//! ```
//!
//! Only the column of the parenthesis is the same on all lines; from there on
//! each part is found behind the one before it. A name is one that was seen in
//! a line that was read step by step. Whatever is not as perf prints it most
//! of the time is left to the steps, so that a line says what they say.

use super::swar::{all, digits, first, marked, matches, moved_to_end, number, three_digits, word};
use crate::dialect::Line;
use crate::dialect::call::{Call, Ends};
use crate::dialect::cursor::trim;
use crate::dialect::perf_trace::SYNTAX;
use crate::event::{Event, Nanos, Payload, Resolution, Tid};

/// How many names are remembered, and how many of them may stand at one hash.
pub(in crate::dialect) const NAMES: usize = 256;
const WAYS: usize = 4;
/// Where the parenthesis of the duration may stand: `"%10.3f "`, of times below 2^63 ns.
const OPENS: std::ops::RangeInclusive<usize> = 11..=17;
/// How long a comm may be before its slash.
const COMM_MAX: usize = 14;

/// Reads lines of perf trace as those before were.
pub(in crate::dialect) struct FastPerfTrace {
    /// The column of the parenthesis before the duration; 0 as long as none was seen.
    open: usize,
    names: Box<[Name; NAMES]>,
    /// The name that was remembered last, until somebody asks.
    changed: Option<u16>,
    /// Which place the next name takes where all at its hash are taken.
    next: usize,
}

/// The name of a call, up to its parenthesis, in 16 bytes: no more than 15 of
/// them are the name's, and all others 0.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Name([u64; 2]);

impl Default for FastPerfTrace {
    fn default() -> Self {
        FastPerfTrace { open: 0, names: Box::new([Name::default(); NAMES]), changed: None, next: 0 }
    }
}

impl FastPerfTrace {
    /// Recognises a call that looks like those before: by its number, and what
    /// it says; `None` where it does not.
    #[inline(always)]
    pub(in crate::dialect) fn recognise<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        if self.open == 0 { None } else { self.recognise_call(line) }
    }

    #[inline(never)]
    fn recognise_call<'l>(&self, line: &'l [u8]) -> Option<(u16, Call<'l>)> {
        let (name, call) = call_at(line, self.open)?;
        Some((self.number(name)?, call))
    }

    /// The number of the call that was remembered since this was asked, where one was.
    pub(in crate::dialect) fn take_changed(&mut self) -> Option<u16> {
        self.changed.take()
    }

    /// Remembers where the parenthesis of a line stands that was read step by
    /// step, and its name; if read this way the line says the same.
    #[cold]
    pub(in crate::dialect) fn learn(&mut self, line: &[u8], read: &Line<'_>) {
        let Line::Call(call) = read else { return };
        let Some(open) = line.iter().position(|&byte| byte == b'(').filter(|open| OPENS.contains(open)) else { return };
        let Some((name, found)) = call_at(line, open) else { return };
        if found != *call || !Name::is_any_calls(call.head.name) {
            return;
        }
        self.open = open;
        if self.number(name).is_none() {
            self.remember(name);
        }
    }

    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a place and its ways are within the names")]
    fn number(&self, name: Name) -> Option<u16> {
        let place = name.place();
        if self.names[place] == name {
            return Some(place as u16);
        }
        (place + 1..place + WAYS).find(|&way| self.names[way] == name).map(|way| way as u16)
    }

    fn remember(&mut self, name: Name) {
        let place = name.place();
        let Some(ways) = self.names.get_mut(place..place + WAYS) else { return };
        self.next = (self.next + 1) % WAYS;
        let way = ways.iter().position(|known| *known == Name::default()).unwrap_or(self.next);
        if let Some(known) = ways.get_mut(way) {
            *known = name;
            self.changed = Some((place + way) as u16);
        }
    }
}

/// The call of a line whose parenthesis stands there, if its name is one.
#[inline(always)]
fn call_at(line: &[u8], open: usize) -> Option<(Name, Call<'_>)> {
    // Blanks at the end are no part of it; a share may be that of a table.
    let last = *line.last()?;
    if last.is_ascii_whitespace() || last == b'%' {
        return None;
    }
    let time_ns = milliseconds_before(line, open)?;
    let (duration, at) = duration(line, open + 1)?;
    let ((comm, tid), at) = thread(line, at)?;
    let (is_continued, at) = continued(line, at);
    let (name, length) = Name::at(line, at)?;
    let ending = Ending::of(line.get(at + length + 1..)?)?;
    let exit = duration.filter(|_| ending.result.is_some()).map(|duration_ns| Nanos(time_ns + duration_ns));
    let (time, ends) = match (is_continued, exit) {
        (false, None) => (Nanos(time_ns), Ends::Enter),
        (false, Some(exit)) => (Nanos(time_ns), Ends::Both(exit)),
        (true, Some(exit)) => (exit, Ends::Exit),
        (true, None) => return None,
    };
    let head = Event {
        time,
        resolution: Resolution::Micros,
        tid,
        pid: None,
        cpu: None,
        name: line.get(at..at + length)?,
        comm,
        payload: Payload::new(if is_continued { b"" } else { ending.arguments }, &SYNTAX),
    };
    Some((name, Call { head, ends, result: ending.result.unwrap_or_default() }))
}

impl Name {
    /// Whether a name is one wherever it stands: the end of an interrupted call may have others.
    fn is_any_calls(name: &[u8]) -> bool {
        let begins = name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
        let goes_on = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        begins && goes_on && name != b"majfault" && name != b"minfault"
    }

    /// The name at a place, and its length: up to a parenthesis among its first 16 bytes.
    #[inline(always)]
    fn at(line: &[u8], at: usize) -> Option<(Name, usize)> {
        let (low, high) = (word(line, at)?, word(line, at + 8)?);
        if let Some(length) = first(matches(low, b'(')) {
            return (length > 0).then_some((Name([low & !(u64::MAX << (8 * length)), 0]), length));
        }
        let length = first(matches(high, b'('))?;
        Some((Name([low, high & !(u64::MAX << (8 * length))]), 8 + length))
    }

    /// Where it stands, or else in one of the places behind.
    #[inline(always)]
    fn place(self) -> usize {
        let mixed = (self.0[0] ^ self.0[1].rotate_left(25)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 58) as usize % (NAMES / WAYS) * WAYS
    }
}

/// `1605944.807 (`, in nanoseconds.
#[inline(always)]
fn milliseconds_before(line: &[u8], open: usize) -> Option<u64> {
    let dot = open - 5;
    let bytes = word(line, dot)?;
    let wrong = marked(bytes, [255, 0, 0, 0, 255, 255, 0, 0], *b".\0\0\0 (\0\0");
    let (micros, wrong_micros) = three_digits(bytes >> 8);
    let beginning = word(line, 0)?;
    let (millis, wrong_millis) = if dot <= 8 {
        number(moved_to_end(beginning, dot, b' '))
    } else {
        // Of a machine that has been up for a day.
        let (high, wrong_high) = number(moved_to_end(beginning, dot - 8, b' '));
        let (low, wrong_low) = digits(word(line, dot - 8)?);
        (high * 100_000_000 + low, wrong_high | wrong_low)
    };
    (wrong | wrong_micros | wrong_millis == 0).then_some(millis * 1_000_000 + micros * 1_000)
}

/// ` 0.027 ms): ` or `         ): `, in nanoseconds, and what stands behind it.
#[inline(always)]
fn duration(line: &[u8], at: usize) -> Option<(Option<u64>, usize)> {
    let bytes = word(line, at)?;
    if bytes == all(b' ') {
        let unknown = word(line, at + 4)? == u64::from_le_bytes(*b"     ): ");
        return unknown.then_some((None, at + 12));
    }
    let dot = first(matches(bytes, b'.')).filter(|&dot| dot > 0)?;
    let (millis, wrong_millis) = number(moved_to_end(bytes, dot, b' '));
    let behind = word(line, at + dot + 1)?;
    let (micros, wrong_micros) = three_digits(behind);
    let wrong = marked(behind, [0, 0, 0, 255, 255, 255, 255, 255], *b"\0\0\0 ms):") | wrong_millis | wrong_micros;
    let at = at + dot + 9;
    (wrong == 0 && line.get(at) == Some(&b' ')).then_some((Some(millis * 1_000_000 + micros * 1_000), at + 1))
}

/// Whose call it is: comm and tid, where they are printed.
type Thread<'l> = (Option<&'l [u8]>, Option<Tid>);

/// `python3/14128 `, `14128 ` or nothing, and what stands behind it.
#[inline(always)]
fn thread(line: &[u8], at: usize) -> Option<(Thread<'_>, usize)> {
    let (low, high) = (word(line, at)?, word(line, at + 8)?);
    let first_byte = low as u8;
    // It may be a processor, and no comm.
    if first_byte == b'[' {
        return None;
    }
    // The rightmost slash ends the comm.
    let slashes = (matches(low, b'/'), matches(high, b'/') & !(u64::MAX << (8 * (COMM_MAX - 7))));
    let last = |slashes: u64| 7 - slashes.leading_zeros() as usize / 8;
    let slash = match slashes {
        (0, 0) if first_byte.is_ascii_digit() => None,
        // Of one thread alone neither comm nor tid is printed.
        (0, 0) => return (first_byte.is_ascii_alphabetic() || first_byte == b' ').then_some(((None, None), at)),
        (low, 0) => Some(at + last(low)),
        (_, high) => Some(at + 8 + last(high)),
    };
    let (comm, tid_at) = match slash {
        Some(slash) => (Some(trim(line.get(at..slash)?)), slash + 1),
        None => (None, at),
    };
    let bytes = word(line, tid_at)?;
    let length = first(matches(bytes, b' ')).filter(|&length| length > 0)?;
    let (tid, wrong) = digits(moved_to_end(bytes, length, b'0'));
    (wrong == 0).then_some(((comm, Some(tid as Tid)), tid_at + length + 1))
}

/// Whether ` ... [continued]: ` stands here, and what stands behind it.
#[inline(always)]
fn continued(line: &[u8], at: usize) -> (bool, usize) {
    const TEXT: &[u8] = b" ... [continued]: ";
    let is_continued = line.get(at) == Some(&b' ') && line.get(at..).is_some_and(|rest| rest.starts_with(TEXT));
    (is_continued, if is_continued { at + TEXT.len() } else { at })
}

/// What stands behind a call's parenthesis.
struct Ending<'l> {
    arguments: &'l [u8],
    /// `None` where it did not return.
    result: Option<&'l [u8]>,
}

impl<'l> Ending<'l> {
    /// `fd: 4, count: 784)      = 784`, `...)   ...`; `None` where it is not the usual one.
    #[inline(always)]
    fn of(text: &'l [u8]) -> Option<Self> {
        if let Some(interrupted) = text.strip_suffix(b" ...") {
            return Some(Ending { arguments: closed(interrupted)?, result: None });
        }
        let sign = memchr::memrchr(b'=', text)?;
        let arguments = closed(text.get(..sign)?.strip_suffix(b" ")?)?;
        let result = match text.get(sign + 1..)? {
            [b' ', result @ ..] => result.trim_ascii_start(),
            _ => return None,
        };
        // It may not return, and may be a number perf does not know.
        (result != b"?").then_some(Ending { arguments, result: Some(result) })
    }
}

/// The arguments before `)` and the blanks behind it, of which there are many.
#[inline(always)]
fn closed(mut text: &[u8]) -> Option<&[u8]> {
    while let Some((rest, last)) = text.split_last_chunk::<8>() {
        let others = !matches(u64::from_le_bytes(*last), b' ') & all(0x80);
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
