//! Splits the text of a loop into tokens.

use super::error::SyntaxError;
use std::ops::Range;

/// A token of the loop language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `->`
    Arrow,
    /// A name, a key, a number, a duration, `if`, `by` or `within`: `[A-Za-z0-9_.:/*?+-]+`. It ends in front of an
    /// arrow (`->`).
    Unquoted(&'a str),
    /// `$`, and the unquoted text behind it.
    Dollar(&'a str),
    /// The text between two quotes, which may be `'` or `"`.
    Quoted(&'a str),
    /// A quote that is never closed, and the rest of the text.
    Unclosed,
    /// `|`, `@`, `(`, `==` and the like, one of [`SIGNS`].
    Sign(&'static str),
    /// Text that is not allowed in a loop.
    Other,
}

/// The signs. A longer sign stands before a shorter one with which it begins, because the first that fits is taken.
/// `=>` and `=` are no signs of the language. They are listed because users write them for `->` and `==`, and then get
/// a better message.
const SIGNS: [&str; 18] =
    ["&&", "||", "==", "=>", "!=", "<=", ">=", "|", "@", ",", "~", "&", "<", ">", "!", "(", ")", "="];

/// A token, and the offsets in bytes of its first byte and of the byte behind it.
#[derive(Clone, Copy, Debug)]
struct Spanned<'a> {
    token: Token<'a>,
    at: usize,
    end: usize,
}

/// Returns whether the text is a reserved word, which can be the name of neither an event nor a field.
pub fn is_reserved(text: &str) -> bool {
    matches!(text, "if" | "by" | "within")
}

/// Returns the tokens of a text.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    spanned(text, 0).map(|spanned| spanned.token)
}

fn spanned(text: &str, start: usize) -> impl Iterator<Item = Spanned<'_>> {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let (token, length) = first(text.get(at..)?)?;
        let spanned = Spanned { token, at, end: at + length };
        at = spanned.end;
        Some(spanned)
    })
}

/// Returns the token at the beginning of a text, and its length in bytes.
fn first(text: &str) -> Option<(Token<'_>, usize)> {
    let first = text.chars().next()?;
    if text.starts_with("->") {
        return Some((Token::Arrow, 2));
    }
    if let Some(unquoted) = unquoted(text) {
        return Some((Token::Unquoted(unquoted), unquoted.len()));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let number = unquoted(rest).unwrap_or_default();
        return Some((Token::Dollar(number), 1 + number.len()));
    }
    if let Some(rest) = text.strip_prefix(['\'', '"']) {
        return Some(match rest.split_once(first) {
            Some((inner, _)) => (Token::Quoted(inner), inner.len() + 2),
            None => (Token::Unclosed, text.len()),
        });
    }
    if let Some(sign) = SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        return Some((Token::Sign(sign), sign.len()));
    }
    let is_other = |c: char| !c.is_whitespace() && !c.is_ascii_alphanumeric() && !"_'\"@$()|".contains(c);
    let length = text.find(|c| !is_other(c)).unwrap_or(text.len());
    Some((Token::Other, length.max(first.len_utf8())))
}

/// Returns the unquoted token at the beginning of a text; `None` if there is none. The token ends in front of an arrow,
/// or of a byte that no unquoted token contains.
fn unquoted(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let may_hold = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/*?+-".contains(&byte);
    let ends = |&at: &usize| !may_hold(bytes[at]) || bytes[at..].starts_with(b"->");
    let length = (0..bytes.len()).find(ends).unwrap_or(bytes.len());
    text.get(..length).filter(|unquoted| !unquoted.is_empty())
}

/// The tokens of a text. The parser takes one after the other.
#[derive(Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Spanned<'a>>,
    /// The index of the token that is taken next.
    next: usize,
}

impl<'a> Tokens<'a> {
    /// Splits a text into tokens. The first `start` bytes, which hold the name of the loop, are left out.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        Tokens { text, tokens: spanned(text, start).collect(), next: 0 }
    }

    /// Returns the next token without taking it; `None` at the end.
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).map(|spanned| spanned.token)
    }

    /// Takes the next token, whatever it is.
    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Takes the next token if it is `wanted`. Returns whether it was.
    pub(super) fn take(&mut self, wanted: Token<'_>) -> bool {
        let is_wanted = self.peek() == Some(wanted);
        self.next += usize::from(is_wanted);
        is_wanted
    }

    /// Returns the offset of the next token in the text, in bytes; at the end, it is the length of the text.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.text.len(), |spanned| spanned.at)
    }

    /// Returns the text from byte `start` to the end of the token that was taken last.
    pub(super) fn since(&self, start: usize) -> &'a str {
        let end = self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |spanned| spanned.end);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the place of the next token in the text, in bytes. At the end of the text it is empty.
    pub(super) fn place(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |spanned| spanned.at..spanned.end)
    }

    /// Returns an error whose place is the next token.
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let (at, length) = match self.tokens.get(self.next) {
            Some(Spanned { token: Token::Unclosed, at, .. }) => (*at, 1),
            Some(Spanned { at, end, .. }) => (*at, end - at),
            None => (self.text.len(), 0),
        };
        Err(SyntaxError { at, length, message: message.into() })
    }

    /// Returns an error whose place is the next token, and which says what was expected before it.
    pub(super) fn expected<T>(&self, expected: &str) -> Result<T, SyntaxError> {
        match self.peek() {
            Some(Token::Unclosed) => self.error(format!("expected {expected}, but nothing closes this quote")),
            _ => self.error(format!("expected {expected} before {}", self.shown())),
        }
    }

    /// Returns the next token in the form for a message: in quotes, or `the end`.
    pub(super) fn shown(&self) -> String {
        match self.tokens.get(self.next) {
            Some(spanned) => format!("'{}'", self.text.get(spanned.at..spanned.end).unwrap_or_default()),
            None => "the end".to_owned(),
        }
    }
}
