//! Reads a line: asks the dialects in turn, and classifies a line that none of them knows.

use super::cursor::{Cursor, is_blank};
use super::line::{Dialect, Line};
use super::{csv, ftrace, perf_script, perf_trace};

/// All dialects, in the order in which they are asked.
///
/// The headers of ftrace and perf trace stand at fixed places. perf script's header is also looked for further right,
/// and a payload there may imitate one, so perf script is asked after the other two. The place of `perf_data.csv` does
/// not matter: its lines have no blanks, and all others do.
const DIALECTS: &[&Dialect] = &[
    // A new dialect is a line here.
    &ftrace::DIALECT,
    &perf_trace::DIALECT,
    &perf_script::DIALECT,
    &csv::DIALECT,
];

/// Reads one line, without its newline.
///
/// Takes time in proportion to the line's length and allocates nothing.
pub fn read(line: &[u8]) -> Line<'_> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_plain_frame(line) {
        return Line::Skipped;
    }
    // Nearly every line has perf script's default layout, so that layout is tried first and inlined here.
    perf_script::read_default(line).unwrap_or_else(|| read_other(line))
}

/// Returns whether the line is a frame of a call chain as perf prints it. The only cost is a search for colons.
///
/// ```text
/// <tab>          8b1c3e std::thread::join+0x4f (/usr/lib/x86_64-linux-gnu/libstdc++.so.6)
/// ```
///
/// A comm may begin with a tab, too. But every event has a colon behind its time, and before that colon stands a digit,
/// a bracket, a blank, or the sign with which ftrace marks a long gap.
fn is_plain_frame(line: &[u8]) -> bool {
    let is_within_symbol = |at: usize| match line.get(at.wrapping_sub(1)) {
        Some(byte) => byte.is_ascii_alphabetic() || b"_:>".contains(byte),
        None => false,
    };
    line.first() == Some(&b'\t') && memchr::memchr_iter(b':', line).all(is_within_symbol)
}

/// Reads a line that does not have perf script's default layout.
fn read_other(line: &[u8]) -> Line<'_> {
    // If perf trace prints a line red, the next line begins with the end of the colour.
    let mut cursor = Cursor::new(line);
    cursor.skip_escapes();
    let line = cursor.rest();
    // A row of a table of perf trace ends with a percentage. Its comm may imitate a header, so it is tested first.
    if line.ends_with(b"%") && perf_trace::is_table(line) {
        return Line::Skipped;
    }
    // In this layout of perf script a comm may end as a comm and a tid of ftrace do.
    if let Some(event) = perf_script::read_padded_with_cpu(line) {
        return event;
    }
    if let Some(event) = DIALECTS.iter().find_map(|dialect| (dialect.read_event)(line)) {
        return event;
    }
    let has_no_text = line.iter().all(|&byte| is_blank(byte));
    if has_no_text || line.starts_with(b"#") || line.starts_with(b"\t") {
        return Line::Skipped;
    }
    if let Some(other) = DIALECTS.iter().find_map(|dialect| (dialect.read_other)(line)) {
        return other;
    }
    if is_frame(line) { Line::Skipped } else { Line::Malformed }
}

/// Returns whether the line is a frame of a call chain without the usual tab: an address, a blank and text.
///
/// ```text
/// ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])
/// ```
fn is_frame(line: &[u8]) -> bool {
    let mut cursor = Cursor::new(line);
    cursor.skip_blanks();
    let address = cursor.take_while(|byte| byte.is_ascii_hexdigit());
    !address.is_empty() && cursor.skip_blanks() > 0 && !cursor.rest().is_empty()
}

#[cfg(test)]
mod tests;
