//! Text of the input in a column of a state.

/// Appends text with each `%`, `/`, tab, control byte and byte that is no UTF-8 as `%XX`.
pub(super) fn push_escaped(out: &mut Vec<u8>, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            match byte {
                b'%' | b'/' | 0..=0x1f | 0x7f => push_byte(out, byte),
                _ => out.push(byte),
            }
        }
        chunk.invalid().iter().for_each(|&byte| push_byte(out, byte));
    }
}

fn push_byte(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(format!("%{byte:02X}").as_bytes());
}

/// Returns the text that [`push_escaped`] has written; `None` if it writes no such text.
pub(super) fn unescaped(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut parts = escaped.split(|&byte| byte == b'%');
    let mut text = parts.next()?.to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        text.push(u8::from_str_radix(digits, 16).ok()?);
        text.extend_from_slice(rest);
    }
    let mut again = Vec::new();
    push_escaped(&mut again, &text);
    (again == escaped).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back() {
        for (text, expected) in [
            (&b"kworker/0:1"[..], &b"kworker%2F0:1"[..]),
            (b"100 %\t\n\x7f", b"100 %25%09%0A%7F"),
            (b"\xc3\xa9\xff", b"\xc3\xa9%FF"),
            (b"", b""),
        ] {
            let mut escaped = Vec::new();
            push_escaped(&mut escaped, text);
            assert_eq!((escaped.as_slice(), unescaped(&escaped).as_deref()), (expected, Some(text)));
        }
        for wrong in [&b"%"[..], b"%2", b"%2f", b"%zz", b"%41", b"a/b", b"\xff", b"%+2"] {
            assert_eq!(unescaped(wrong), None);
        }
    }
}
