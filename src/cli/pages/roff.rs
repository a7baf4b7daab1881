//! Turns text into roff.

/// Escapes all characters of a text that mean something to roff, and returns the result. The only markup of the text is
/// `` `code` ``, which becomes bold.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut bold = false;
    for c in text.chars() {
        match c {
            '`' => {
                bold = !bold;
                out.push_str(if bold { "\\fB" } else { "\\fR" });
            }
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            '"' => out.push_str("\\(dq"),
            c => out.push(c),
        }
    }
    // A line that begins with a dot would be a request to roff.
    if out.starts_with('.') { format!("\\&{out}") } else { out }
}

/// Returns a paragraph in roff. Each sentence begins on a new line. No line is longer than 79 bytes, unless a single
/// word is.
pub(super) fn paragraph(text: &str) -> String {
    const WIDTH: usize = 79;
    let mut lines = vec![String::new()];
    for word in escaped(text).split(' ') {
        let starts_line = lines.last().is_some_and(|line| {
            let is_full = line.len() + 1 + word.len() > WIDTH;
            !line.is_empty() && (is_full || line.ends_with('.')) && !word.starts_with('.')
        });
        match lines.last_mut() {
            Some(line) if !starts_line => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}
