//! Reads a line: asks one dialect after another, and decides about a line that none of them knows.

use super::cursor::{Cursor, is_blank};
use super::line::{Dialect, Line};
use super::{csv, ftrace, perf_script, perf_trace};

/// All dialects, in the order in which they are asked.
///
/// ftrace and perf trace have headers at fixed places. perf script's header is searched at several places, and a
/// payload of another tracer may look like one, so perf script is asked after these two. The place of `perf_data.csv`
/// does not matter: its lines have no blanks, and all other lines with events do.
const DIALECTS: &[&Dialect] = &[
    // A new dialect is a line here.
    &ftrace::DIALECT,
    &perf_trace::DIALECT,
    &perf_script::DIALECT,
    &csv::DIALECT,
];

/// Reads one line, which comes without its newline. The time is proportional to the length of the line, and no memory
/// is allocated.
pub fn read(line: &[u8]) -> Line<'_> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_plain_frame(line) {
        return Line::Skipped;
    }
    // Nearly every line has the default layout of perf script. So that layout is tried first, and its code is inlined
    // here.
    perf_script::read_default(line).unwrap_or_else(|| read_other(line))
}

/// Returns whether the line is a frame of a call chain in perf's usual form: a tab, the address as `"%16lx"`, and then
/// nothing, or a blank and the symbol.
///
/// ```text
/// <tab>          8b1c3e std::thread::join+0x4f (/usr/lib/x86_64-linux-gnu/libstdc++.so.6)
/// <tab>               0 [unknown] ([unknown])
/// ```
///
/// A comm may begin with a tab, too, and a number may follow it. But then a time follows the number, or a CPU in
/// brackets.
fn is_plain_frame(line: &[u8]) -> bool {
    if line.first() != Some(&b'\t') {
        return false;
    }
    let Some((address, rest)) = line.get(1..).and_then(<[u8]>::split_first_chunk::<ADDRESS_WIDTH>) else {
        return false;
    };
    let begins_symbol = match rest {
        [] | [b'\t', ..] => true,
        [b' ', b'[', next, ..] => !next.is_ascii_digit() && *next != b'-',
        [b' ', next, ..] => !next.is_ascii_digit() && !is_blank(*next),
        _ => false,
    };
    begins_symbol && (ends_with_eight_digits(address) || is_padded_address(address))
}

/// Returns whether the last 8 bytes of the address are hexadecimal digits. A tid is shorter, so then it is none.
#[inline(always)]
fn ends_with_eight_digits(address: &[u8; ADDRESS_WIDTH]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let [.., b7, b6, b5, b4, b3, b2, b1, b0] = *address;
    let bytes = u64::from_be_bytes([b7, b6, b5, b4, b3, b2, b1, b0]);
    // In the result of `at_least(n)`, the high bit of a byte is set if the byte is n or more. If all bytes are ASCII,
    // no byte overflows into the next one.
    let at_least = |least: u8| bytes.wrapping_add((0x80 - u64::from(least)) * ONES);
    let digits = at_least(b'0') & !at_least(b'9' + 1);
    let letters = at_least(b'a') & !at_least(b'f' + 1);
    (digits | letters) & !bytes & HIGH == HIGH
}

/// Returns whether the address is hexadecimal digits, padded with blanks on the left.
#[cold]
fn is_padded_address(address: &[u8; ADDRESS_WIDTH]) -> bool {
    let digits = address.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    digits > 0 && address.iter().take(ADDRESS_WIDTH - digits).all(|byte| *byte == b' ')
}

/// The number of bytes of a padded address in a frame of a call chain.
const ADDRESS_WIDTH: usize = 16;

/// Reads a line that does not have the default layout of perf script.
fn read_other(line: &[u8]) -> Line<'_> {
    // If perf trace prints a line in red, the next line begins with the sign that ends the colour.
    let mut cursor = Cursor::new(line);
    cursor.skip_escapes();
    let line = cursor.rest();
    // This is tested first, because a row of a table has a comm, and a comm may look like a header. The row ends with a
    // percentage.
    if line.ends_with(b"%") && perf_trace::is_table(line) {
        return Line::Skipped;
    }
    // This layout of perf script must be tried before ftrace's, because its comm may end like a comm and a tid of
    // ftrace (`jbd2/vda1-8`).
    if let Some(event) = perf_script::read_padded_with_cpu(line) {
        return event;
    }
    if let Some(event) = DIALECTS.iter().find_map(|dialect| (dialect.read_event)(line)) {
        return event;
    }
    let has_no_text = line.iter().all(|&byte| is_blank(byte));
    if has_no_text || line.starts_with(b"#") {
        return Line::Skipped;
    }
    if let Some(other) = DIALECTS.iter().find_map(|dialect| (dialect.read_other)(line)) {
        return other;
    }
    if is_frame(line) || is_text_behind_tab(line) { Line::Skipped } else { Line::Malformed }
}

/// Returns whether the line is a frame of a call chain, but without perf's padding. It is an indented address, or an
/// address and a symbol with a file in parentheses. The address must have at least [`ADDRESS_LEAST`] digits.
///
/// ```text
/// ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
///
/// Fewer digits may be the comm of a line that is cut off (`add`, `dead`), or a number in prose or in a log.
fn is_frame(line: &[u8]) -> bool {
    let mut cursor = Cursor::new(line);
    let is_indented = cursor.skip_blanks() > 0;
    let digits = cursor.take_while(|byte| byte.is_ascii_hexdigit()).len();
    let has_blank = cursor.skip_blanks() > 0;
    let symbol = cursor.rest().trim_ascii_end();
    let is_whole = match symbol {
        [] => is_indented,
        _ => has_blank && symbol.ends_with(b")") && symbol.windows(2).any(|pair| pair == b" ("),
    };
    digits >= ADDRESS_LEAST && is_whole
}

/// The least number of hexadecimal digits that are taken as an address.
const ADDRESS_LEAST: usize = 6;

/// Returns whether the line is a tab and text that does not begin with a number. perf prints such lines behind a sample
/// with `-F +brstackinsn` and `-F +metric`.
fn is_text_behind_tab(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(b"\t") else { return false };
    let mut cursor = Cursor::new(text);
    cursor.skip_blanks();
    !cursor.until_blank().iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests;
