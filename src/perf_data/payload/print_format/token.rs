//! Splits the C text behind `print fmt:` into tokens.

/// The part of a C text that the parser has not taken yet. To be able to go back, the parser keeps a copy.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Tokens { rest: text }
    }

    /// Returns the text that is not taken yet, without leading blanks.
    pub(super) fn rest(&self) -> &'a str {
        self.rest.trim_start()
    }

    /// Takes the next token if it is `token`, and returns whether it was.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some(behind) = self.rest.strip_prefix(token) else { return false };
        // An identifier is one token: `abc` does not begin with the token `a`.
        if token.ends_with(is_identifier) && behind.starts_with(is_identifier) {
            return false;
        }
        self.rest = behind;
        true
    }

    /// Takes the next token if it is `token`; returns `None` if it is another one.
    pub(super) fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }

    /// Takes an identifier or a number. The result is empty if neither comes next.
    pub(super) fn identifier(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let (identifier, behind) =
            self.rest.split_at(self.rest.len() - self.rest.trim_start_matches(is_identifier).len());
        self.rest = behind;
        identifier
    }

    /// Calls `read` with the text up to the next `end`, which must come within `max` bytes. If `read` accepts the text,
    /// takes the text and `end`.
    pub(super) fn take_until<T>(&mut self, end: char, max: usize, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let (text, _) = self.rest.get(..max).unwrap_or(self.rest).split_once(end)?;
        let result = read(text)?;
        self.rest = self.rest.get(text.len() + end.len_utf8()..)?;
        Some(result)
    }

    /// Takes a string literal. Several in a row become one string, as in C: `"a" "b"`.
    pub(super) fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        self.expect("\"")?;
        loop {
            let at = self.rest.find(['"', '\\'])?;
            string.push_str(&self.rest[..at]);
            if let Some(behind) = self.rest[at..].strip_prefix('\\') {
                let escaped = behind.chars().next()?;
                string.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
                self.rest = &behind[escaped.len_utf8()..];
            } else {
                self.rest = &self.rest[at + 1..];
                if !self.take("\"") {
                    return Some(string);
                }
            }
        }
    }
}

/// Returns whether this character may stand in a C identifier.
pub(in crate::perf_data::payload) fn is_identifier(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Returns whether `name` stands in `text` as a whole identifier.
pub(super) fn has_identifier(text: &str, name: &str) -> bool {
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_identifier) && !text[at + name.len()..].starts_with(is_identifier))
}
