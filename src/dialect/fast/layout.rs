//! The layout of a line is the list of the columns in which its separators stand. A line has a layout if its separators
//! stand in exactly these columns.

use super::prefixes::{self, PrefixCache};
use super::swar::{
    RightBytes, align_right, first_match, load, mask_differs, match_bits, parse_eight, parse_padded, repeat,
};
use crate::dialect::line::Line;
use crate::dialect::{ftrace, perf_script};
use crate::event::{Resolution, Syntax};

/// The columns of the separators of a line, counted from 0.
///
/// Tracers pad their fields with blanks. So in one recording, nearly every line has the same separator in the same
/// column. Here are a line of perf script and one of ftrace:
///
/// ```text
///  qemu-system-x86 10074 [000]   921.970764:                     kvm:kvm_fpu: load
///                             ^     ^      ^                                ^
///                    prefix end     dot    colon                            name end
///          timeout-13944   [000] .....  1507.331805: sys_pread64(fd: 3, buf: 0x7fff520ff0b0)
///                                     ^     ^      ^            ^
///                            prefix end     dot    colon        name end
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) style: Style,
    /// The length of the prefix. The prefix is the text before the time, with one of the blanks that pad the seconds.
    pub(super) prefix_length: usize,
    /// The column of the `.` in the time.
    pub(super) dot: usize,
    /// True if 6 decimals follow the dot, false if 9 do.
    pub(super) micros: bool,
    /// The column of the `:` behind the time.
    pub(super) colon: usize,
    /// The column of the separator behind the name. All lines of perf script have it in the same column, because perf
    /// script pads names on the left. ftrace does not pad names, so there it is the column of one line only.
    pub(super) name_end: usize,
    /// Cuts the seconds out of the 8 bytes before the dot.
    pub(super) seconds: RightBytes,
}

/// The tracer that writes lines in this style.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// perf script, which writes a blank behind the 16 bytes of a padded comm.
    PerfScript,
    /// ftrace and trace-cmd, which write a dash behind the 16 bytes of a padded comm.
    Ftrace,
}

impl Style {
    fn of(line: &[u8]) -> Option<Style> {
        match line.get(COMM_WIDTH)? {
            b' ' => Some(Style::PerfScript),
            b'-' => Some(Style::Ftrace),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn syntax(self) -> &'static Syntax {
        match self {
            Style::PerfScript => &perf_script::SYNTAX,
            Style::Ftrace => &ftrace::SYNTAX,
        }
    }
}

/// The number of bytes of a padded comm, in both styles.
const COMM_WIDTH: usize = 16;

/// The seconds that were read last, as 8 bytes of text and as nanoseconds.
pub(super) struct Seconds {
    text: u64,
    pub(super) ns: u64,
}

impl Default for Seconds {
    fn default() -> Self {
        Seconds { text: align_right(u64::from(b'0'), 1, b' '), ns: 0 }
    }
}

impl Layout {
    /// Finds the layout of a line. `result` is the result of reading the line field by field. Returns the layout and
    /// the column of the name. Returns `None` if the result is neither an event nor a call of ftrace, or if the line
    /// has not the usual separators.
    pub(super) fn of(line: &[u8], result: &Line<'_>) -> Option<(Layout, usize)> {
        let style = Style::of(line)?;
        let (event, name_prefix) = match (result, style) {
            (Line::Event(event), _) => (event, 0),
            (Line::Call(call), Style::Ftrace) => (&call.common, ftrace::CALL_PREFIX.len()),
            _ => return None,
        };
        let name_end = (event.name.as_ptr() as usize + event.name.len()).checked_sub(line.as_ptr() as usize)?;
        let name_start = name_end.checked_sub(event.name.len() + name_prefix)?;
        let blanks = line.get(..name_start)?.iter().rev().take_while(|byte| **byte == b' ').count();
        let micros = event.resolution == Resolution::Micros;
        let colon = name_start.checked_sub(blanks + 1).filter(|&colon| line.get(colon) == Some(&b':'))?;
        let dot = colon.checked_sub(if micros { 7 } else { 10 })?;
        let digits = line.get(..dot)?.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let padding = line.get(..dot - digits)?.iter().rev().take_while(|byte| **byte == b' ').count();
        let prefix_length = dot - digits - padding + 1;
        let width = dot.checked_sub(prefix_length).filter(|width| *width <= 8)?;
        let is_usual = digits > 0 && padding > 0 && prefixes::LENGTHS.contains(&prefix_length);
        let seconds = RightBytes::new(width);
        let layout = Layout { style, prefix_length, dot, micros, colon, name_end, seconds };
        is_usual.then_some((layout, name_start))
    }

    /// Checks that the part of a line before the name has this layout. Afterwards, `prefixes` and `last_seconds` hold
    /// the prefix and the seconds of this line.
    #[inline(always)]
    pub(super) fn check(&self, prefixes: &mut PrefixCache, last_seconds: &mut Seconds, line: &[u8]) -> Option<()> {
        let Layout { style, prefix_length, dot, .. } = *self;
        let read_prefix = match style {
            Style::PerfScript => perf_script::read_prefix,
            Style::Ftrace => ftrace::read_prefix,
        };
        prefixes.find(line, prefix_length, style as usize, read_prefix)?;
        let text = self.seconds.keep(load(line, dot - 8)?);
        if text != last_seconds.text {
            let (number, wrong) = parse_padded(text);
            if wrong != 0 {
                return None;
            }
            *last_seconds = Seconds { text, ns: number * 1_000_000_000 };
        }
        // This only checks the decimals. Their value is not kept: it is computed again for the few events whose time is
        // needed.
        self.fraction_ns(line).map(|_| ())
    }

    /// Parses the decimals of the time and checks the separators around them. Returns the decimals in nanoseconds.
    #[inline(always)]
    pub(super) fn fraction_ns(&self, line: &[u8]) -> Option<u64> {
        if self.micros { micros_at(line, self.dot).map(|micros| micros * 1_000) } else { nanos_at(line, self.dot) }
    }

    /// Finds the end of the name. Behind it stands a separator with a blank, or the text that follows the name of a
    /// call. Returns the column behind the name, and a hash of the name or of its last 16 bytes.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a name ends before the line does, and behind the header's time")]
    pub(super) fn name_end(&self, line: &[u8]) -> Option<(usize, u64)> {
        match self.style {
            Style::PerfScript => {
                let end = self.name_end;
                if line.len() < end + 2 || line[end + 1] != b' ' {
                    return None;
                }
                // The last 16 bytes before the end are enough for a hash, because most names differ in these or in
                // their length.
                Some((end, load(line, end - 8)? ^ load(line, end - 16)?.rotate_left(25)))
            }
            Style::Ftrace => unpadded_name_end(line, self.colon + 2),
        }
    }
}

/// Finds the end of a name in a line of ftrace. The name begins at the column `start`: `sched_switch: `, `sys_poll(` or
/// `sys_poll -> `. Returns the column behind the name and a hash of the name.
#[inline(always)]
fn unpadded_name_end(line: &[u8], start: usize) -> Option<(usize, u64)> {
    let (mut at, mut hash) = (start, 0_u64);
    loop {
        let bytes = load(line, at).or_else(|| load_last(line, at))?;
        match first_match(match_bits(bytes, b' ') | match_bits(bytes, b'(')) {
            None => {
                hash = hash.rotate_left(25) ^ bytes;
                at += 8;
            }
            Some(count) => {
                let within = bytes & !(u64::MAX << (8 * count));
                hash = hash.rotate_left(25) ^ within;
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
    Some((end, hash))
}

/// Loads the bytes from a column to the end of the line, if there are fewer than 8. Bytes that the line does not have
/// are 0.
#[inline(never)]
fn load_last(line: &[u8], at: usize) -> Option<u64> {
    let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
    Some(rest.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)))
}

/// Parses the text `.970764:`, which begins at the column `dot`, into microseconds.
#[inline(always)]
fn micros_at(line: &[u8], dot: usize) -> Option<u64> {
    let bytes = load(line, dot)?;
    let wrong = mask_differs(bytes, [255, 0, 0, 0, 0, 0, 0, 255], *b".\0\0\0\0\0\0:");
    let (micros, wrong_micros) = parse_eight(bytes << 8 & !0xffff | repeat(b'0') & 0xffff);
    (wrong | wrong_micros == 0).then_some(micros)
}

/// Parses the text `.970764123:`, which begins at the column `dot`, into nanoseconds.
#[inline(always)]
fn nanos_at(line: &[u8], dot: usize) -> Option<u64> {
    let (tens, wrong) = parse_eight(load(line, dot + 1)?);
    match line.get(dot..dot + 11)? {
        [b'.', .., last @ b'0'..=b'9', b':'] if wrong == 0 => Some(tens * 10 + u64::from(last - b'0')),
        _ => None,
    }
}
