//! Writes the words of a shell command.

use super::escape::is_obeyed;

/// Appends a word in a form that a shell reads as just this word: in single quotes, unless it needs none.
///
/// A word with characters that a terminal would obey, or with bytes that are no UTF-8, is written as `$'..'`. bash, zsh
/// and ksh can read this form.
pub fn push_shell_word(out: &mut Vec<u8>, word: &[u8]) {
    let needs_no_quotes = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./,:=+%".contains(byte);
    if !word.is_empty() && word.iter().all(needs_no_quotes) {
        return out.extend_from_slice(word);
    }
    if !std::str::from_utf8(word).is_ok_and(|text| !text.contains(is_obeyed)) {
        return push_escaped_word(out, word);
    }
    out.push(b'\'');
    for part in word.split_inclusive(|&byte| byte == b'\'') {
        match part.strip_suffix(b"'") {
            Some(before) => {
                out.extend_from_slice(before);
                out.extend_from_slice(b"'\\''");
            }
            None => out.extend_from_slice(part),
        }
    }
    out.push(b'\'');
}

/// Appends a word in the form `$'..'`. Characters that a terminal obeys, and bytes that are not UTF-8, are written as a
/// backslash and three octal digits. A shell reads at most three digits, so it takes no digit that follows in the word
/// as a part of the number.
fn push_escaped_word(out: &mut Vec<u8>, word: &[u8]) {
    out.extend_from_slice(b"$'");
    for chunk in word.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            match character {
                '\'' | '\\' => out.extend([b'\\', character as u8]),
                _ if is_obeyed(character) => push_octal(out, bytes),
                _ => out.extend_from_slice(bytes),
            }
        }
        push_octal(out, chunk.invalid());
    }
    out.push(b'\'');
}

fn push_octal(out: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |byte: u8, shift: u32| b'0' + (byte >> shift & 7);
    out.extend(bytes.iter().flat_map(|&byte| [b'\\', digit(byte, 6), digit(byte, 3), digit(byte, 0)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_words_again() {
        for (word, expected) in
            [("a.txt", "a.txt"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'"), ("*", "'*'")]
        {
            let mut out = Vec::new();
            push_shell_word(&mut out, word.as_bytes());
            assert_eq!(String::from_utf8(out).expect("text"), expected);
        }
    }

    #[test]
    fn no_word_has_a_byte_that_a_terminal_obeys() {
        for (word, expected) in [
            (&b"esc\x1b[31m.txt"[..], r"$'esc\033[31m.txt'"),
            (b"it's\\\n1", r"$'it\'s\\\0121'"),
            (b"\x9b7 \xff", r"$'\2337 \377'"),
            ("\u{202e}\u{e9}".as_bytes(), "$'\\342\\200\\256\u{e9}'"),
        ] {
            let mut out = Vec::new();
            push_shell_word(&mut out, word);
            assert_eq!(String::from_utf8(out).expect("text"), expected);
        }
    }
}
