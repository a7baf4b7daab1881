//! Bytes of the input as text of the output.

use bstr::ByteSlice;

/// What terminals obey as UTF-8 too: U+0080 to U+009F, of two bytes that begin with this one.
const C1: u8 = 0xc2;

/// Appends a text that must not break a line of columns: control characters become `?`.
pub fn push_plain(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        match (byte, behind) {
            (&C1, [0x80..=0x9f, behind @ ..]) => {
                rest = behind;
                out.push(b'?');
            }
            (byte, _) => out.push(if byte.is_ascii_control() { b'?' } else { *byte }),
        }
    }
}

/// Appends a CSV field (RFC 4180): in quotes where it holds a comma or a quote.
/// Control bytes become `?`, as in TSV.
pub fn push_csv(out: &mut Vec<u8>, text: &[u8]) {
    if !text.contains(&b',') && !text.contains(&b'"') {
        return push_plain(out, text);
    }
    out.push(b'"');
    for part in text.split_inclusive(|&byte| byte == b'"') {
        push_plain(out, part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// Appends a JSON string: bytes that are not UTF-8 become U+FFFD, control
/// characters `\u00XX`.
pub fn push_json(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => out.extend([b'\\', character as u8]),
                _ if character.is_control() => {
                    let hex = |digit: u32| b"0123456789abcdef"[digit as usize & 15];
                    let number = u32::from(character);
                    out.extend([b'\\', b'u', b'0', b'0', hex(number >> 4), hex(number)]);
                }
                _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    out.push(b'"');
}

/// A text of the input as part of a message: one line, no control bytes, not
/// longer than fits a terminal line.
pub fn excerpt(text: &[u8]) -> String {
    const SHOWN: usize = 80;
    let shown: Vec<u8> = text.iter().copied().take(SHOWN).collect();
    let mut plain = Vec::new();
    push_plain(&mut plain, shown.trim_ascii_end());
    let more = if text.len() > SHOWN { "..." } else { "" };
    format!("'{}{more}'", plain.to_str_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        push(&mut out);
        out
    }

    #[test]
    fn hostile_comms() {
        let comm = b"a\tb\x1b \"c\", \\ \xc3\xa9 \xff";
        assert_eq!(text(|out| push_plain(out, comm)), b"a?b? \"c\", \\ \xc3\xa9 \xff");
        assert_eq!(text(|out| push_csv(out, comm)), b"\"a?b? \"\"c\"\", \\ \xc3\xa9 \xff\"");
        assert_eq!(text(|out| push_json(out, comm)), b"\"a\\u0009b\\u001b \\\"c\\\", \\\\ \xc3\xa9 \xef\xbf\xbd\"");
        assert_eq!(text(|out| push_csv(out, b"plain")), b"plain");
        // CSI, and what only begins as it.
        assert_eq!(text(|out| push_plain(out, b"e\xc2\x9b2J \xc2\xa0 \xc2")), b"e?2J \xc2\xa0 \xc2");
        assert_eq!(text(|out| push_json(out, b"e\xc2\x9b2J")), b"\"e\\u009b2J\"");
        assert_eq!(excerpt(b"a\nb  "), "'a?b'");
    }
}
