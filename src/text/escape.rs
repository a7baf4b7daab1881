//! Escapes bytes of the input for the output.

use bstr::ByteSlice;

/// Returns whether a terminal would obey a character and not show it. That is so for control characters, and for
/// characters that change the direction of text, so that a line looks different from what it is.
pub fn is_obeyed(character: char) -> bool {
    let turns = matches!(character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || turns
}

/// Returns whether a terminal without UTF-8 would obey a byte that is no part of a character. For such a terminal these
/// bytes are the control characters U+0080 to U+009F.
fn is_obeyed_byte(byte: u8) -> bool {
    matches!(byte, 0x80..=0x9f)
}

/// Appends text as a column of TSV or as a part of a message. A character that a terminal would obey becomes `?`.
pub fn push_plain(out: &mut Vec<u8>, text: &[u8]) {
    if text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return out.extend_from_slice(text);
    }
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            let shown = if is_obeyed(character) { '?' } else { character };
            out.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
        }
        out.extend(chunk.invalid().iter().map(|&byte| if is_obeyed_byte(byte) { b'?' } else { byte }));
    }
}

/// Appends text as a column of CSV (RFC 4180). The column stands in quotes if the text contains a comma or a quote. A
/// character that a terminal would obey becomes `?`.
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

/// Appends text as a JSON string. Bytes that are no UTF-8 become U+FFFD, and characters that a terminal would obey
/// become `\uXXXX`.
pub fn push_json(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => out.extend([b'\\', character as u8]),
                _ if is_obeyed(character) => {
                    let number = u32::from(character);
                    let hex = |shift: u32| b"0123456789abcdef"[(number >> shift) as usize & 15];
                    out.extend([b'\\', b'u', hex(12), hex(8), hex(4), hex(0)]);
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

/// Returns text of the input in the form for a message: in single quotes, without control characters, and cut after 80
/// bytes, which fit into the line of a terminal.
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
        // U+009B begins an escape sequence. U+00A0 and a single byte 0xc2 are no control characters.
        assert_eq!(text(|out| push_plain(out, b"e\xc2\x9b2J \xc2\xa0 \xc2")), b"e?2J \xc2\xa0 \xc2");
        assert_eq!(text(|out| push_json(out, b"e\xc2\x9b2J")), b"\"e\\u009b2J\"");
        assert_eq!(excerpt(b"a\nb  "), "'a?b'");
    }

    #[test]
    fn a_byte_of_the_c1_controls_is_harmless_without_utf_8_too() {
        // A terminal without UTF-8 takes the byte 0x9b as the beginning of an escape sequence.
        assert_eq!(text(|out| push_plain(out, b"e\x9b2J \xe2\x80 \xff")), b"e?2J \xe2? \xff");
        assert_eq!(text(|out| push_json(out, b"e\x9b2J")), "\"e\u{fffd}2J\"".as_bytes());
        // In the letter U+011B, whose bytes are c4 9b, the byte does no harm.
        assert_eq!(text(|out| push_plain(out, "\u{11b}".as_bytes())), "\u{11b}".as_bytes());
    }

    #[test]
    fn characters_that_turn_the_direction_are_harmless() {
        for turning in ["\u{61c}", "\u{200e}", "\u{200f}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}"] {
            assert_eq!(text(|out| push_plain(out, turning.as_bytes())), b"?");
            assert_eq!(text(|out| push_csv(out, turning.as_bytes())), b"?");
        }
        for harmless in ["\u{200d}", "\u{2010}", "\u{2029}", "\u{202f}", "\u{2065}", "\u{206a}", "\u{5d0}"] {
            assert_eq!(text(|out| push_plain(out, harmless.as_bytes())), harmless.as_bytes());
        }
        assert_eq!(text(|out| push_json(out, "a\u{202e}b".as_bytes())), b"\"a\\u202eb\"");
    }
}
