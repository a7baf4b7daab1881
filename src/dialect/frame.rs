//! Reads the frames of call chains, as perf script prints them in lines of their own behind the line of an event.

use super::cursor::Cursor;
use super::read::{is_frame, is_plain_frame};

/// A frame of a call chain.
///
/// ```text
///            8b1c3e std::thread::join+0x4f (/usr/lib/x86_64-linux-gnu/libstdc++.so.6)
///                 0 [unknown] ([unknown])
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'l> {
    /// The name of the function, without the offset in it. `None` if perf does not know it or does not print it.
    pub symbol: Option<&'l [u8]>,
    /// The path of the file with the code, or a name in brackets such as `[kernel.kallsyms]`. `None` if perf does not
    /// know it or does not print it.
    pub dso: Option<&'l [u8]>,
}

/// Reads a line. Returns `None` if it is no frame of a call chain.
pub fn read_frame(line: &[u8]) -> Option<Frame<'_>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if !is_plain_frame(line) && !is_frame(line) {
        return None;
    }
    let mut cursor = Cursor::new(line);
    cursor.skip_blanks();
    cursor.take_while(|byte| byte.is_ascii_hexdigit());
    cursor.skip_blanks();
    let (symbol, dso) = split_dso(cursor.rest().trim_ascii_end());
    let known = |text: &&[u8]| !text.is_empty() && *text != UNKNOWN;
    Some(Frame { symbol: Some(without_offset(symbol)).filter(known), dso: dso.map(without_offset).filter(known) })
}

/// The text that perf prints for a symbol or a dso that it does not know.
const UNKNOWN: &[u8] = b"[unknown]";

impl Frame<'_> {
    /// Appends a name for the frame: its symbol; for a frame without a symbol, the file's name in brackets; and
    /// `[unknown]` if both are missing.
    pub fn push_name(&self, out: &mut Vec<u8>) {
        match (self.symbol, self.dso) {
            (Some(symbol), _) => out.extend_from_slice(symbol),
            (None, Some(dso)) if dso.starts_with(b"[") => out.extend_from_slice(dso),
            (None, Some(dso)) => {
                out.push(b'[');
                out.extend_from_slice(dso.rsplit(|byte| *byte == b'/').next().unwrap_or(dso));
                out.push(b']');
            }
            (None, None) => out.extend_from_slice(UNKNOWN),
        }
    }
}

/// Splits the dso (the file with the code), which stands in parentheses, off the end of a text. A symbol of C++ may
/// have parentheses, too, and perf prints `(/tmp/x (deleted))` for a file that is gone.
fn split_dso(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Some(inside) = text.strip_suffix(b")") else { return (text, None) };
    let inside = inside.strip_suffix(b" (deleted)").unwrap_or(inside);
    if let Some(dso) = inside.strip_prefix(b"(").filter(|dso| !dso.contains(&b'(')) {
        return (b"", Some(dso));
    }
    match inside.windows(2).rposition(|pair| pair == b" (") {
        Some(at) => {
            let (symbol, dso) = inside.split_at_checked(at).unwrap_or((inside, b""));
            (symbol.trim_ascii_end(), dso.get(2..))
        }
        None => (text, None),
    }
}

/// Returns a symbol or a dso without the offset that may stand behind it, such as `+0x4f`.
fn without_offset(text: &[u8]) -> &[u8] {
    let at = text.windows(3).rposition(|start| start == b"+0x");
    let split = at.and_then(|at| text.split_at_checked(at));
    match split {
        Some((name, offset)) if offset.get(3..).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => name,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(line: &str) -> Option<String> {
        let mut name = Vec::new();
        read_frame(line.as_bytes())?.push_name(&mut name);
        Some(String::from_utf8_lossy(&name).into_owned())
    }

    #[test]
    fn a_frame_is_named_after_its_symbol_or_else_its_file() {
        let cases = [
            ("\t          8b1c3e std::thread::join+0x4f (/usr/lib/libstdc++.so.6)", "std::thread::join"),
            ("\tffffffff8103d0ca native_write_msr_safe+0xa ([kernel.kallsyms])", "native_write_msr_safe"),
            ("ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])", "native_write_msr_safe"),
            ("\t    7f91ac89e8a8 [unknown] (/usr/lib/libc.so.6)", "[libc.so.6]"),
            ("\t    7f91ac89e8a8 [unknown] (/tmp/a b (deleted))", "[a b]"),
            ("\t    7f91ac89e8a8 [unknown] (/usr/lib/libc.so.6+0x9618c)", "[libc.so.6]"),
            ("\t    7f91ac89e8a8 (/usr/lib/libc.so.6)", "[libc.so.6]"),
            ("\tffffffff8103d0ca [unknown] ([kernel.kallsyms])", "[kernel.kallsyms]"),
            ("\t    7ffd5e9f8c00 [unknown] ([vdso])", "[vdso]"),
            ("\t    7ffd5e9f8c00 [unknown] (//anon)", "[anon]"),
            ("\t               0 [unknown] ([unknown])", "[unknown]"),
            ("\t    7ffd5e9f8c00", "[unknown]"),
            ("\t          8b1c3e main (inlined)", "main"),
            ("\t          8b1c3e f(int (*)(char))+0x1 (/bin/x)", "f(int (*)(char))"),
            ("\t          8b1c3e operator+(a, b)+0x0 (/bin/x)", "operator+(a, b)"),
            ("\t          8b1c3e main+0x1", "main"),
            ("\t          8b1c3e main+0x1 (/bin/x)\r", "main"),
        ];
        for (line, expected) in cases {
            assert_eq!(name(line).as_deref(), Some(expected), "{line}");
        }
        for line in ["", "  malloc.c:3385", "bash 7 [000] 1.000001: a:b: ", "prose (and more)", "\tbrstack: x"] {
            assert_eq!(name(line), None, "{line}");
        }
    }
}
