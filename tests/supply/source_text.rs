//! Removes comments and strings from Rust source text, so that a search for the word `unsafe` finds only code.

/// Returns a source text with one blank in place of each comment, string literal and character literal.
fn code_of(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| raw_string(rest, &code)).or_else(|| quoted(rest));
        if skipped.is_some() {
            code.push(' ');
        } else {
            code.push(first);
        }
        rest = &rest[skipped.unwrap_or(first.len_utf8())..];
    }
    code
}

/// Returns the length of the comment that `text` begins with, if it begins with one. A block comment may contain block
/// comments.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.strip_prefix("/*")?;
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let here = &text.as_bytes()[at..];
        let step = if here.starts_with(b"/*") {
            depth += 1;
            2
        } else if here.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        at += step;
        if depth == 0 {
            return Some(at);
        }
    }
    Some(text.len())
}

/// Returns the length of the raw string that `text` begins with, such as `r"..."` or `r#"..."#`. `before` is the code
/// in front of `text`. It ends with the b of `br"..."` or the c of `cr"..."`. An r that ends a word (`for"`), and the r
/// of an identifier such as `r#type`, begin no raw string.
fn raw_string(text: &str, before: &str) -> Option<usize> {
    let within_word = |text: &str| text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let outside = before.strip_suffix(['b', 'c']).unwrap_or(before);
    if within_word(outside) {
        return None;
    }
    let hashes = text.strip_prefix('r')?;
    let body = hashes.trim_start_matches('#');
    let hashes = &hashes[..hashes.len() - body.len()];
    let end = format!("\"{hashes}");
    let closed = body.strip_prefix('"')?.find(&end)?;
    Some("r".len() + hashes.len() + "\"".len() + closed + end.len())
}

/// Returns the length of the string literal or character literal that `text` begins with. A lifetime is neither.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let mut chars = text.char_indices().skip(1);
    if quote == '\'' {
        // 'a' is a character, and 'a without a second quote is a lifetime. A backslash begins an escape such as '\'' or
        // '\u{7f}', which is longer.
        let (_, first) = chars.next()?;
        if first != '\\' {
            return chars.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 1);
        }
        chars.next();
    }
    while let Some((at, next)) = chars.next() {
        match next {
            '\\' => drop(chars.next()),
            _ if next == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns whether the code of a source text contains the word `unsafe`, or `unsafe_code`, the lint that an attribute
/// can allow.
pub fn names_unsafe(source: &str) -> bool {
    code_of(source)
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|word| ["unsafe", "unsafe_code"].contains(&word))
}

#[test]
fn unsafe_is_seen_in_code_and_not_in_text() {
    for code in [
        "unsafe { f() }",
        "#![allow(unsafe_code)]",
        "#[unsafe(no_mangle)]",
        "fn f<'a>(x: &'a str) { unsafe { g(x) } }",
        "let q = '\"'; unsafe {}",
        r"let q = '\''; unsafe {}",
        r#"let q = "\\"; unsafe {}"#,
        "let q = br#\"\"\"#; unsafe {}",
        "for \"a\" in unsafe {}",
        "/* /* */ */ unsafe {}",
        "// no\nunsafe {}",
        "let r#unsafe = 1;",
        "let x = '\u{e9}'; unsafe {}",
    ] {
        assert!(names_unsafe(code), "{code}");
    }
    for text in [
        "// unsafe",
        "/* /* */ unsafe */",
        "\"unsafe\"",
        r#""\" unsafe""#,
        "r#\"\" unsafe\"#",
        "br\"\\\" + 'u' // unsafe",
        "let unsafely = not_unsafe;",
        "/* unsafe",
    ] {
        assert!(!names_unsafe(text), "{text}");
    }
}
