//! A cursor that moves through a line, with the steps of reading that several dialects share.

use crate::event::{Nanos, Resolution};

/// Returns whether a byte is a space or a tab. These separate the fields of a line.
pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Cuts off the spaces with which the tracer has padded a comm on either side. Tracers pad with spaces only, so a tab
/// is a part of the comm.
pub(super) fn trim(mut comm: &[u8]) -> &[u8] {
    while let Some(rest) = comm.strip_prefix(b" ") {
        comm = rest;
    }
    while let Some(rest) = comm.strip_suffix(b" ") {
        comm = rest;
    }
    comm
}

/// Does the same as [`trim`], and also cuts off blanks that begin with a tab. Such blanks come from a program that
/// indented the line, or that turned the padding into tabs.
///
/// A tab that belongs to the comm is not cut off in a padded line: there the comm is shorter than its column, so at
/// least one space of the padding stands in front of the tab.
pub(super) fn trim_indented(comm: &[u8]) -> &[u8] {
    match comm.first() {
        Some(b'\t') => trim(comm.trim_ascii_start()),
        _ => trim(comm),
    }
}

/// Some editors write these bytes at the beginning of a text in UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The first byte of [`BYTE_ORDER_MARK`].
pub(super) const BYTE_ORDER_MARK_START: u8 = 0xef;

/// The number of nanoseconds that a 1 in the last decimal of a time in seconds stands for. The first element is for
/// times with 1 decimal, the last one for those with 9.
const NANOS_IN_LAST: [u64; 9] = [100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// The part of a line that is not yet read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Cursor { rest: line }
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Skips blanks and returns their number.
    pub(super) fn skip_blanks(&mut self) -> usize {
        self.take_while(is_blank).len()
    }

    /// Takes all bytes in front of the first one for which `wanted` returns false.
    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().position(|&byte| !wanted(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Takes all bytes in front of the next blank, or up to the end of the line.
    pub(super) fn until_blank(&mut self) -> &'a [u8] {
        self.take_while(|byte| !is_blank(byte))
    }

    /// Skips `byte` if it comes next. Returns whether it did.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Skips `text` if it comes next. Returns whether it did.
    pub(super) fn eat_all(&mut self, text: &[u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Skips the colours that perf prints for a terminal: `ESC [ ... m`.
    pub(super) fn skip_escapes(&mut self) {
        while let Some(rest) = self.rest.strip_prefix(b"\x1b[") {
            let mut after = Cursor::new(rest);
            after.take_while(|byte| byte.is_ascii_digit() || byte == b';');
            if !after.eat(b'm') {
                return;
            }
            *self = after;
        }
    }

    /// Takes a decimal number of at most 19 digits.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.digits().map(|(number, _)| number)
    }

    /// Takes 1 to 19 digits. Returns the number and the count of the digits.
    #[inline]
    fn digits(&mut self) -> Option<(u64, usize)> {
        let (mut number, mut count) = (0_u64, 0);
        for &byte in self.rest {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // With more than 19 digits the number would wrap; the last line of this function returns `None` for those.
            number = number.wrapping_mul(10).wrapping_add(digit.into());
            count += 1;
        }
        self.rest = self.rest.get(count..).unwrap_or_default();
        (1..=19).contains(&count).then_some((number, count))
    }

    /// Takes a thread or process id: a decimal number, or `-1`.
    pub(super) fn id(&mut self) -> Option<i32> {
        let is_negative = self.eat(b'-');
        let id = i32::try_from(self.number()?).ok()?;
        match (is_negative, id) {
            (false, id) => Some(id),
            (true, 1) => Some(-1),
            (true, _) => None,
        }
    }

    /// Takes a time in seconds with 6 to 9 decimals, as C's `%lu.%06lu` and `%lu.%09lu` print it.
    ///
    /// Returns `None` if the text has another form, or if the nanoseconds do not fit into 64 bits (584 years).
    pub(super) fn seconds(&mut self) -> Option<(Nanos, Resolution)> {
        let (time, decimals) = self.fixed_point()?;
        (decimals >= 6).then_some((time, Resolution::of_decimals(decimals)))
    }

    /// Takes a time in seconds with 1 to 9 decimals, for text that leaves out trailing zeros.
    pub(super) fn decimal_seconds(&mut self) -> Option<(Nanos, Resolution)> {
        self.fixed_point().map(|(time, decimals)| (time, Resolution::of_decimals(decimals)))
    }

    /// Takes a time in milliseconds with 3 decimals, as C's `%.3f` prints it.
    pub(super) fn milliseconds(&mut self) -> Option<Nanos> {
        let whole = self.number()?;
        if !self.eat(b'.') {
            return None;
        }
        let (micros, 3) = self.digits()? else { return None };
        whole.checked_mul(1_000_000)?.checked_add(micros * 1_000).map(Nanos)
    }

    /// Takes a time in seconds with 1 to 9 decimals. Returns the time and the number of decimals.
    fn fixed_point(&mut self) -> Option<(Nanos, usize)> {
        let whole = self.number()?;
        if !self.eat(b'.') {
            return None;
        }
        let (fraction, decimals) = self.digits()?;
        let nanos_in_last = NANOS_IN_LAST.get(decimals - 1)?;
        let time = whole.checked_mul(1_000_000_000)?.checked_add(fraction * nanos_in_last)?;
        Some((Nanos(time), decimals))
    }
}
