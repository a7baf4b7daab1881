//! The loop language: text -> [`Loop`].
//!
//! ```text
//! loop      = [NAME "="] position "->" position { "->" position } [ "by" KEY ]
//! position  = event { "|" event } [ "@" field { "," field } ] [ "if" condition ]
//! ```
//!
//! Read in full, so that what is not offered yet (globs, `|` between arrows,
//! `@`, `if`) is told from a mistake. Parsing validates and does nothing else.

use super::name::EventName;
use super::{Key, POSITIONS_MAX};
use std::fmt;

/// A loop: events in the order in which they should come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// What the user calls it; empty where the user does not.
    pub name: String,
    /// The events, 2 to 32.
    pub positions: Vec<Position>,
    /// What keeps its own place in the loop, where the loop says so.
    pub key: Option<Key>,
}

/// One place in a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// What may stand here: any of these.
    pub events: Vec<EventName>,
    /// The position as it was written.
    pub text: String,
    /// The position's name in rows and summary: without subsystem, and `A#2`
    /// where another position of the loop has the name already.
    pub label: String,
}

impl Loop {
    /// The names of the transitions, `delta:<later>__<earlier>`, in order.
    pub fn transitions(&self) -> impl Iterator<Item = String> {
        self.positions.windows(2).map(|pair| format!("delta:{}__{}", pair[1].label, pair[0].label))
    }

    /// The loop as it was written, without its name and key.
    pub fn text(&self) -> String {
        self.positions.iter().map(|position| position.text.as_str()).collect::<Vec<_>>().join(" -> ")
    }
}

/// Which way of writing a loop is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `a -> b`.
    Arrows,
    /// The predecessor's `a|b` as well, where there is no arrow.
    Bars,
}

/// Why a text is no loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where in the text, in bytes from 0.
    pub at: usize,
    /// What was expected there, or is not possible.
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Whether an arrow stands in a text, outside of quotes: what makes an operand a loop.
pub fn has_arrow(text: &str) -> bool {
    has(text, |token| matches!(token, Token::Arrow))
}

/// Whether a bar stands in a text, outside of quotes.
pub fn has_bar(text: &str) -> bool {
    has(text, |token| matches!(token, Token::Bar))
}

fn has(text: &str, wanted: impl Fn(&Token<'_>) -> bool) -> bool {
    tokens(text).iter().any(|(_, token)| wanted(token))
}

/// Reads a loop.
///
/// # Errors
///
/// The first mistake and its place.
pub fn parse(text: &str, notation: Notation) -> Result<Loop, SyntaxError> {
    let (name, start) = split_name(text);
    let bars = notation == Notation::Bars && !has_arrow(text) && has_bar(text);
    let mut parser = Parser { tokens: tokens(&text[start..]), next: 0, offset: start, text };
    let mut found = if bars { parser.bars()? } else { parser.arrows()? };
    found.name = name.to_owned();
    label(&mut found.positions);
    Ok(found)
}

/// `NAME=` in front: `[A-Za-z_][A-Za-z0-9_.-]*`, directly followed by one `=`.
fn split_name(text: &str) -> (&str, usize) {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    let is_name = |at: usize, c: char| {
        c.is_ascii_alphabetic() || c == '_' || (at > 0 && (c.is_ascii_digit() || c == '.' || c == '-'))
    };
    let length = rest.char_indices().find(|&(at, c)| !is_name(at, c)).map_or(rest.len(), |(at, _)| at);
    let (name, after) = rest.split_at(length);
    if !name.is_empty() && after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>") {
        (name, start + length + 1)
    } else {
        ("", 0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Arrow,
    Bar,
    At,
    /// `[A-Za-z0-9_.:/*?+-]+`, ended by an arrow: an event name, a key, `if`, `by`.
    Word(&'a str),
    /// Something that has no place in a loop outside of a condition.
    Other(&'a str),
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.:/*?+-".contains(&byte)
}

/// The tokens with their places; quoted text is one token, opaque.
fn tokens(text: &str) -> Vec<(usize, Token<'_>)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let arrow_at = |at: usize| bytes[at..].starts_with(b"->");
        let mut end = at + 1;
        if arrow_at(at) {
            end = at + 2;
            tokens.push((at, Token::Arrow));
        } else if is_word(byte) {
            while end < bytes.len() && is_word(bytes[end]) && !arrow_at(end) {
                end += 1;
            }
            tokens.push((at, Token::Word(&text[at..end])));
        } else if byte == b'\'' || byte == b'"' {
            let closing = bytes[end..].iter().position(|&other| other == byte);
            end = closing.map_or(bytes.len(), |length| end + length + 1);
            tokens.push((at, Token::Other(&text[at..end])));
        } else if byte == b'|' && !bytes[end..].starts_with(b"|") {
            tokens.push((at, Token::Bar));
        } else if byte == b'@' {
            tokens.push((at, Token::At));
        } else if !byte.is_ascii_whitespace() {
            while end < bytes.len() && !starts_token(bytes[end]) {
                end += 1;
            }
            tokens.push((at, Token::Other(&text[at..end])));
        }
        at = end;
    }
    tokens
}

fn starts_token(byte: u8) -> bool {
    byte.is_ascii_whitespace() || is_word(byte) || b"'\"@".contains(&byte)
}

struct Parser<'a> {
    tokens: Vec<(usize, Token<'a>)>,
    next: usize,
    offset: usize,
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).map(|(_, token)| *token)
    }

    fn advance(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.next += 1;
        token
    }

    /// An error at the next token.
    fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        let at = self.tokens.get(self.next).map_or(self.text.len(), |(at, _)| at + self.offset);
        Err(SyntaxError { at, message: message.into() })
    }

    /// The next token as the user sees it.
    fn found(&self) -> String {
        let shown = match self.peek() {
            None => return "the end".to_owned(),
            Some(Token::Arrow) => "->",
            Some(Token::Bar) => "|",
            Some(Token::At) => "@",
            Some(Token::Word(text) | Token::Other(text)) => text,
        };
        format!("'{shown}'")
    }

    fn arrows(&mut self) -> Result<Loop, SyntaxError> {
        let mut positions = Vec::new();
        loop {
            positions.push(self.position()?);
            if self.peek() != Some(Token::Arrow) {
                break;
            }
            self.advance();
        }
        let key = self.key()?;
        if self.peek().is_some() {
            return self.error(format!("expected '->' or 'by KEY' before {}", self.found()));
        }
        self.finish(positions, key)
    }

    /// `a|b|c`, the predecessor's order.
    fn bars(&mut self) -> Result<Loop, SyntaxError> {
        let mut positions = Vec::new();
        loop {
            positions.push(self.event()?);
            match self.peek() {
                None => break,
                Some(Token::Bar) => self.advance(),
                Some(_) => {
                    return self.error(format!(
                        "expected '|' before {}: a loop without '->' is a list of events, 'a|b|c'",
                        self.found()
                    ));
                }
            };
        }
        self.finish(positions, None)
    }

    fn finish(&self, positions: Vec<Position>, key: Option<Key>) -> Result<Loop, SyntaxError> {
        match positions.len() {
            0 | 1 => self.error("expected '->' and a second event: a loop has at least 2, 'A -> B'"),
            2..=POSITIONS_MAX => Ok(Loop { name: String::new(), positions, key }),
            count => self.error(format!("{count} events: a loop has at most {POSITIONS_MAX}")),
        }
    }

    fn position(&mut self) -> Result<Position, SyntaxError> {
        let position = self.event()?;
        match self.peek() {
            Some(Token::Bar) => self.error("'|' between arrows (either event at one position) is not in this version"),
            Some(Token::At) => self.error("'@field' keys are not in this version"),
            Some(Token::Word("if")) => self.error("'if' conditions are not in this version"),
            _ => Ok(position),
        }
    }

    fn event(&mut self) -> Result<Position, SyntaxError> {
        let word = match self.peek() {
            Some(Token::Word(word)) if word != "if" && word != "by" => word,
            _ => return self.error(format!("expected an event name before {}", self.found())),
        };
        if word.contains(['*', '?']) {
            return self.error(format!("'{word}': '*' and '?' in event names are not in this version"));
        }
        if word.starts_with(':') || word.ends_with(':') {
            return self.error(format!("'{word}': expected 'name' or 'subsystem:name'"));
        }
        self.advance();
        Ok(Position { events: vec![EventName::new(word)], text: word.to_owned(), label: String::new() })
    }

    fn key(&mut self) -> Result<Option<Key>, SyntaxError> {
        if self.peek() != Some(Token::Word("by")) {
            return Ok(None);
        }
        self.advance();
        let key = match self.peek() {
            Some(Token::Word(word)) => Key::from_name(word),
            _ => None,
        };
        if key.is_none() {
            let keys = Key::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            return self.error(format!("expected one of {keys} after 'by', not {}", self.found()));
        }
        self.advance();
        Ok(key)
    }
}

/// Names the positions so that no two are the same: A, B, A#2.
fn label(positions: &mut [Position]) {
    for at in 0..positions.len() {
        let (before, rest) = positions.split_at_mut(at);
        let position = &mut rest[0];
        let bare = position.events.iter().map(EventName::bare).collect::<Vec<_>>().join("|");
        let same = before.iter().filter(|other| {
            other.label == bare || other.label.strip_prefix(&bare).is_some_and(|rest| rest.starts_with('#'))
        });
        position.label = match same.count() {
            0 => bare,
            count => format!("{bare}#{}", count + 1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, notation: Notation) -> String {
        match parse(text, notation) {
            Ok(found) => {
                let labels: Vec<_> = found.positions.iter().map(|position| position.label.as_str()).collect();
                format!("{}={} {}", found.name, labels.join(" "), found.key.map_or("", Key::name))
            }
            Err(error) => format!("{}: {}", error.at, error.message),
        }
    }

    #[test]
    fn loops() {
        for (text, expected) in [
            ("a->b", "=a b "),
            ("a -> b -> a -> a", "=a b a#2 a#3 "),
            ("io=kvm:kvm_exit->sys_exit_ppoll by all", "io=kvm_exit sys_exit_ppoll all"),
            (" my-loop.1=a -> b by cpu ", "my-loop.1=a b cpu"),
            ("kvm:x -> xen:x", "=x x#2 "),
            ("cpu-clock -> cpu_core/cycles/", "=cpu-clock cpu_core/cycles/ "),
        ] {
            assert_eq!(shown(text, Notation::Arrows), expected, "{text}");
        }
    }

    #[test]
    fn the_notation_of_the_predecessor() {
        assert_eq!(shown("a|b|c", Notation::Bars), "=a b c ");
        assert_eq!(shown("n=a | b", Notation::Bars), "n=a b ");
        assert!(shown("a|b by cpu", Notation::Bars).contains("a list of events"));
        assert!(shown("a|b", Notation::Arrows).contains("not in this version"));
    }

    #[test]
    fn mistakes_point_at_their_place() {
        for (text, expected) in [
            (" io = a -> b", "4: expected '->' or 'by KEY' before '='"),
            ("", "0: expected an event name before the end"),
            ("a", "1: expected '->' and a second event: a loop has at least 2, 'A -> B'"),
            ("a -> ", "5: expected an event name before the end"),
            ("-> a", "0: expected an event name before '->'"),
            ("a -> -> b", "5: expected an event name before '->'"),
            ("a -> if", "5: expected an event name before 'if'"),
            ("a -> b by", "9: expected one of tid, pid, cpu, comm, all after 'by', not the end"),
            ("a -> b by thread", "10: expected one of tid, pid, cpu, comm, all after 'by', not 'thread'"),
            ("a -> b c", "7: expected '->' or 'by KEY' before 'c'"),
            ("a => b", "2: expected '->' or 'by KEY' before '=>'"),
            ("a -> kvm:", "5: 'kvm:': expected 'name' or 'subsystem:name'"),
            ("a -> b*", "5: 'b*': '*' and '?' in event names are not in this version"),
            ("a@pid -> b", "1: '@field' keys are not in this version"),
            ("a if trace ~ \"x -> y\" -> b", "2: 'if' conditions are not in this version"),
            ("n=a -> é", "7: expected an event name before 'é'"),
        ] {
            assert_eq!(shown(text, Notation::Arrows), expected, "{text:?}");
        }
        let long = vec!["a"; 33].join("->");
        assert!(shown(&long, Notation::Arrows).contains("33 events: a loop has at most 32"));
        assert_eq!(parse(&long[3..], Notation::Arrows).map(|found| found.positions.len()), Ok(32));
    }

    #[test]
    fn arrows_within_quotes_are_none() {
        assert!(has_arrow("a->b") && has_arrow("'x' -> b") && !has_arrow("a if x ~ '->'") && !has_arrow("a|b"));
    }
}
