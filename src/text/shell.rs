//! Words of a shell command.

/// Appends a word so that a shell reads it unchanged: in single quotes, unless it needs no quotes.
pub fn push_shell_word(out: &mut Vec<u8>, word: &[u8]) {
    let needs_no_quotes = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./,:=+%".contains(byte);
    if !word.is_empty() && word.iter().all(needs_no_quotes) {
        return out.extend_from_slice(word);
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
}
