//! Reads a line: asks one dialect after another, and decides about a line that none of them knows.

use super::cursor::{BYTE_ORDER_MARK, BYTE_ORDER_MARK_START, Cursor, is_blank};
use super::line::{Dialect, Line};
use super::{csv, ftrace, perf_script, perf_trace};

/// All dialects, in the order in which they are asked.
///
/// ftrace and perf trace have headers at fixed places. perf script's header is searched at several places, and a
/// payload of another tracer may look like such a header, so perf script is asked after these two. The place of
/// `perf_data.csv` in this list does not matter: its lines have no blanks, and all other lines with events do.
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
    let line = match line.first() {
        Some(b'\t') if is_plain_frame(line) => return Line::Skipped,
        Some(&BYTE_ORDER_MARK_START) => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
        _ => line,
    };
    // In most inputs, nearly every line has the default layout of perf script. So that layout is tried first, and its
    // code is inlined here.
    perf_script::read_default(line).unwrap_or_else(|| read_other(line))
}

/// Returns whether the line, which begins with a tab, is a frame of a call chain in perf's usual form: a tab, the
/// address as `"%16lx"`, and then nothing, or a blank and the symbol.
///
/// ```text
/// <tab>          8b1c3e std::thread::join+0x4f (/usr/lib/x86_64-linux-gnu/libstdc++.so.6)
/// <tab>               0 [unknown] ([unknown])
/// ```
///
/// A comm may begin with a tab, too, and a number (the tid) may follow it. But then a time follows the number, or a CPU
/// in brackets. So the line is no frame if the text behind the number begins like a time or like a CPU.
// A call that is not inlined costs 6 of 750 instructions per line in text with call chains.
#[inline(always)]
pub(super) fn is_plain_frame(line: &[u8]) -> bool {
    let Some((address, rest)) = line.get(1..).and_then(<[u8]>::split_first_chunk::<ADDRESS_WIDTH>) else {
        return false;
    };
    let begins_symbol = match rest {
        [] | [b'\t', ..] => true,
        [b' ', b'[', next, ..] => !next.is_ascii_digit() && *next != b'-',
        [b' ', next, ..] => !next.is_ascii_digit() && !is_blank(*next),
        _ => false,
    };
    begins_symbol && is_padded_address(address)
}

/// Returns whether the text is an address as perf prints it: lower-case hexadecimal digits, with blanks on the left.
///
/// If the last 8 bytes are digits, the bytes before them do not matter. The text could otherwise only be a comm and a
/// tid, but a tid has at most 7 digits. The test takes only a few operations, each on 8 bytes at once.
#[inline(always)]
fn is_padded_address(address: &[u8; ADDRESS_WIDTH]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    const BLANKS: u64 = b' ' as u64 * ONES;
    let [a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7] = *address;
    let first = u64::from_be_bytes([a0, a1, a2, a3, a4, a5, a6, a7]);
    let last = u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]);
    // In the result of `at_least(n)`, the high bit of a byte is set if the byte is n or more. If all bytes are ASCII,
    // no byte overflows into the next one.
    let at_least = |least: u8| last.wrapping_add((0x80 - u64::from(least)) * ONES);
    let digits = at_least(b'0') & !at_least(b'9' + 1);
    let letters = at_least(b'a') & !at_least(b'f' + 1);
    let are_digits = (digits | letters) & HIGH;
    if last & HIGH != 0 {
        return false;
    }
    if are_digits == HIGH {
        return true;
    }
    // All bits of a byte of the mask are set if the byte of the address is a digit. If the mask plus one has no bit of
    // the mask, all bits that are set stand on the right.
    let mask = (are_digits >> 7) * 0xff;
    let is_on_the_right = mask != 0 && mask & (mask + 1) == 0;
    is_on_the_right && first == BLANKS && last & !mask == BLANKS & !mask
}

/// The number of bytes of a padded address in a frame of a call chain.
const ADDRESS_WIDTH: usize = 16;

/// Reads a line that does not have the default layout of perf script.
fn read_other(line: &[u8]) -> Line<'_> {
    // If perf trace prints a line in red, the next line begins with the escape sequence that ends the colour.
    let mut cursor = Cursor::new(line);
    cursor.skip_escapes();
    let line = cursor.rest();
    // `perf trace -s` prints tables at the end of its text. Their rows are looked for first: a row may have a comm, and
    // a comm may look like the header of an event. Such a row ends with a percentage.
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
    if has_no_text || line.trim_ascii_start().starts_with(b"#") {
        return Line::Skipped;
    }
    if let Some(event) = ftrace::read_elsewhere(line) {
        return event;
    }
    if let Some(other) = DIALECTS.iter().find_map(|dialect| (dialect.read_other)(line)) {
        return other;
    }
    let belongs_to_sample = is_frame(line) || is_source_line(line) || is_instruction(line) || is_text_behind_tab(line);
    if belongs_to_sample { Line::Skipped } else { Line::Malformed }
}

/// Returns whether the line is a frame of a call chain, but without perf's padding. It is an indented address, or an
/// address and a symbol with a file in parentheses. The address must have at least [`ADDRESS_LEAST`] digits.
///
/// ```text
/// ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
///
/// Fewer digits may be the comm of a line that is cut off (`add`, `dead`), or a number in prose or in a log.
pub(super) fn is_frame(line: &[u8]) -> bool {
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

/// Returns whether the line is two blanks and a place in a source file, which perf prints behind a frame with
/// `-F +srcline`. If the place is not known, perf prints an offset in the symbol or the address in the file.
///
/// ```text
///   malloc.c:3385 (inlined)
///   t.cpp:7 (discriminator 3)
///   main+462
///   libc.so.6[9618c]
///   :0
/// ```
fn is_source_line(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(b"  ") else { return false };
    let mut cursor = Cursor::new(text);
    let place = cursor.until_blank();
    let rest = cursor.rest().trim_ascii();
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let number = place.iter().rev().take_while(|byte| is_digit(byte)).count();
    let has_number = number > 0 && matches!(place.get(..place.len() - number), Some([_, .., b':' | b'+']));
    let has_address = place.strip_suffix(b"]").is_some_and(|place| {
        let digits = place.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
        digits > 0 && matches!(place.get(..place.len() - digits), Some([_, .., b'[']))
    });
    (has_number || has_address || place == b":0")
        && (rest.is_empty() || rest.starts_with(b"(inlined)") || rest.starts_with(b"(discriminator "))
}

/// Returns whether the line has the bytes of an instruction, which perf prints behind a sample with `-F +insn`:
/// ` insn: 48 85 c0`.
fn is_instruction(line: &[u8]) -> bool {
    let Some(bytes) = line.strip_prefix(b" insn:") else { return false };
    let mut bytes = bytes.split(|byte| *byte == b' ').filter(|byte| !byte.is_empty());
    bytes.all(|byte| byte.len() == 2 && byte.iter().all(u8::is_ascii_hexdigit))
}

/// Returns whether the line is a tab and text that does not begin with a hexadecimal number. perf prints such lines
/// behind a sample with `-F +brstackinsn` and `-F +metric`.
fn is_text_behind_tab(line: &[u8]) -> bool {
    let Some(text) = line.strip_prefix(b"\t") else { return false };
    let mut cursor = Cursor::new(text);
    cursor.skip_blanks();
    !cursor.until_blank().iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests;
