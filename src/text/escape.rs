//! Escaping: bytes of the input become text of the output.

use bstr::ByteSlice;

/// The first UTF-8 byte of U+0080 to U+009F. Terminals obey these control characters too.
const C1: u8 = 0xc2;

/// Appends a text as a column of TSV or as part of a message. Control characters become `?`.
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

/// Appends a CSV field (RFC 4180), in quotes where it holds a comma or a quote.
/// Control characters become `?`, as in TSV.
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

/// Appends a JSON string. Bytes that are not UTF-8 become U+FFFD, control
/// characters become `\u00XX`.
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

/// Returns a text of the input for a message: in single quotes, without control
/// characters, and cut after 80 bytes, which a terminal's line can hold.
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
    fn hostile_comms_are_harmless_in_every_format() {
        let comm = b"a\tb\x1b \"c\", \\ \xc3\xa9 \xff";
        assert_eq!(text(|out| push_plain(out, comm)), b"a?b? \"c\", \\ \xc3\xa9 \xff");
        assert_eq!(text(|out| push_csv(out, comm)), b"\"a?b? \"\"c\"\", \\ \xc3\xa9 \xff\"");
        assert_eq!(text(|out| push_json(out, comm)), b"\"a\\u0009b\\u001b \\\"c\\\", \\\\ \xc3\xa9 \xef\xbf\xbd\"");
        assert_eq!(text(|out| push_csv(out, b"plain")), b"plain");
        // U+009B begins an escape sequence; U+00A0 and a lone 0xc2 are no control characters.
        assert_eq!(text(|out| push_plain(out, b"e\xc2\x9b2J \xc2\xa0 \xc2")), b"e?2J \xc2\xa0 \xc2");
        assert_eq!(text(|out| push_json(out, b"e\xc2\x9b2J")), b"\"e\\u009b2J\"");
        assert_eq!(excerpt(b"a\nb  "), "'a?b'");
    }
}
