//! The words and signs of a loop.

use super::SyntaxError;

/// A word or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `->`
    Arrow,
    /// `[A-Za-z0-9_.:/*?+-]+`, ended by an arrow: a name, a key, a number, `if`, `by`.
    Word(&'a str),
    /// `$` and what is behind it.
    Dollar(&'a str),
    /// What stands between quotes.
    Quoted(&'a str),
    /// A quote that nothing closes.
    Unclosed,
    /// `|`, `@`, `(`, `==` and the like, one of [`SIGNS`].
    Sign(&'static str),
    /// What no loop has.
    Other,
}

/// The signs, longer ones before those that they begin with; `=>` and `=` are
/// what some write for `->` and `==`.
const SIGNS: [&str; 18] =
    ["&&", "||", "==", "=>", "!=", "<=", ">=", "|", "@", ",", "~", "&", "<", ">", "!", "(", ")", "="];

/// A token and where it stands, in bytes.
#[derive(Clone, Copy, Debug)]
struct Spanned<'a> {
    token: Token<'a>,
    at: usize,
    end: usize,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.:/*?+-".contains(&byte)
}

/// The tokens of a text; quoted text is one, opaque.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    spanned(text, 0).map(|spanned| spanned.token)
}

fn spanned(text: &str, start: usize) -> impl Iterator<Item = Spanned<'_>> {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let (token, length) = first(text.get(at..)?)?;
        let found = Spanned { token, at, end: at + length };
        at = found.end;
        Some(found)
    })
}

/// The token that a text begins with, and its length.
fn first(text: &str) -> Option<(Token<'_>, usize)> {
    let begin = text.chars().next()?;
    if text.starts_with("->") {
        return Some((Token::Arrow, 2));
    }
    if let Some(word) = word(text) {
        return Some((Token::Word(word), word.len()));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let word = word(rest).unwrap_or_default();
        return Some((Token::Dollar(word), 1 + word.len()));
    }
    if let Some(rest) = text.strip_prefix(['\'', '"']) {
        return Some(match rest.split_once(begin) {
            Some((inner, _)) => (Token::Quoted(inner), inner.len() + 2),
            None => (Token::Unclosed, text.len()),
        });
    }
    if let Some(sign) = SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        return Some((Token::Sign(sign), sign.len()));
    }
    let other = |c: char| !c.is_whitespace() && !c.is_ascii_alphanumeric() && !"_'\"@$()|".contains(c);
    let length = text.find(|c| !other(c)).unwrap_or(text.len());
    Some((Token::Other, length.max(begin.len_utf8())))
}

/// The word that a text begins with.
fn word(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let ends = |&at: &usize| !is_word(bytes[at]) || bytes[at..].starts_with(b"->");
    let length = (0..bytes.len()).find(ends).unwrap_or(bytes.len());
    text.get(..length).filter(|word| !word.is_empty())
}

/// Reads tokens one after the other.
#[derive(Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Spanned<'a>>,
    next: usize,
}

impl<'a> Tokens<'a> {
    /// The tokens of a text from byte `start` on.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        Tokens { text, tokens: spanned(text, start).collect(), next: 0 }
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).map(|spanned| spanned.token)
    }

    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Takes the next token if it is this one.
    pub(super) fn take(&mut self, wanted: Token<'_>) -> bool {
        let found = self.peek() == Some(wanted);
        self.next += usize::from(found);
        found
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.text.len(), |spanned| spanned.at)
    }

    /// The text from `start` to the end of the last token taken.
    pub(super) fn since(&self, start: usize) -> &'a str {
        let end = self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |spanned| spanned.end);
        self.text.get(start..end).unwrap_or_default()
    }

    /// An error at the next token.
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let (at, length) = match self.tokens.get(self.next) {
            Some(Spanned { token: Token::Unclosed, at, .. }) => (*at, 1),
            Some(Spanned { at, end, .. }) => (*at, end - at),
            None => (self.text.len(), 0),
        };
        Err(SyntaxError { at, length, message: message.into() })
    }

    /// An error at the next token: what was expected, and what stands there.
    pub(super) fn expected<T>(&self, what: &str) -> Result<T, SyntaxError> {
        match self.peek() {
            Some(Token::Unclosed) => self.error(format!("expected {what}, but nothing closes this quote")),
            _ => self.error(format!("expected {what} before {}", self.found())),
        }
    }

    /// The next token as the user sees it.
    pub(super) fn found(&self) -> String {
        match self.tokens.get(self.next) {
            Some(spanned) => format!("'{}'", self.text.get(spanned.at..spanned.end).unwrap_or_default()),
            None => "the end".to_owned(),
        }
    }
}
