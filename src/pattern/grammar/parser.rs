//! The parser of loops.

use super::condition::condition;
use super::error::SyntaxError;
use super::field::field;
use super::token::{Token, Tokens, is_reserved, tokens};
use crate::key::Key;
use crate::pattern::field::Field;
use crate::pattern::name::EventName;
use crate::pattern::spec::{Loop, POSITIONS_MAX, Position, name_positions};

/// The notations of a loop that [`parse`] accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `a -> b` only.
    Arrows,
    /// Also the predecessor's `a|b`, where the text has no arrow.
    Bars,
}

/// Returns whether a text has an arrow outside of quotes, which makes an operand a loop.
pub fn has_arrow(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Arrow)
}

/// Returns whether a text has a single bar outside of quotes.
pub fn has_bar(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Sign("|"))
}

/// Parses a loop.
///
/// # Errors
///
/// Returns the first mistake.
pub fn parse(text: &str, notation: Notation) -> Result<Loop, SyntaxError> {
    let (name, start) = split_name(text);
    let bars = notation == Notation::Bars && !has_arrow(text) && has_bar(text);
    let mut tokens = Tokens::new(text, start);
    let (mut positions, key) = if bars { (bar_positions(&mut tokens)?, None) } else { arrows(&mut tokens)? };
    if positions.len() < 2 {
        return tokens.error("expected '->' and a second event: a loop has at least 2, 'A -> B'");
    }
    name_positions(&mut positions);
    Ok(Loop { name: name.to_owned(), positions, key })
}

/// Returns the name before `NAME=`, and the offset of the text behind it. The
/// name is `[A-Za-z_][A-Za-z0-9_.-]*`, directly followed by one `=`; empty
/// where the loop has none.
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

/// Parses `position -> position ... [by KEY]`.
fn arrows(tokens: &mut Tokens<'_>) -> Result<(Vec<Position>, Option<Key>), SyntaxError> {
    let mut positions = Vec::new();
    let mut fields_of_first = None;
    loop {
        check_room(tokens, &positions)?;
        let position = position(tokens, fields_of_first)?;
        fields_of_first = fields_of_first.or(Some(position.fields.len()));
        positions.push(position);
        if !tokens.take(Token::Arrow) {
            break;
        }
    }
    let key = key(tokens)?;
    let conditional = positions.last().is_some_and(|position| position.condition.is_some());
    match tokens.peek() {
        None => Ok((positions, key)),
        Some(_) if key.is_some() => tokens.expected("nothing behind the key,"),
        Some(Token::Sign("=>")) => tokens.error("expected '->' in place of '=>'"),
        Some(Token::Sign("&&" | "||")) => tokens.expected("'->' or 'by KEY'; conditions begin with 'if',"),
        Some(Token::Unquoted("where" | "when")) => tokens.expected("'if', '->' or 'by KEY'"),
        Some(_) if conditional => tokens.expected("'&&', '||', '->' or 'by KEY'"),
        Some(_) => tokens.expected("'->' or 'by KEY'"),
    }
}

/// Parses `a|b|c`, an order in the predecessor's notation.
fn bar_positions(tokens: &mut Tokens<'_>) -> Result<Vec<Position>, SyntaxError> {
    let mut positions = Vec::new();
    loop {
        check_room(tokens, &positions)?;
        let start = tokens.at();
        let events = vec![event(tokens)?];
        positions.push(Position::of_events(events, tokens.since(start).to_owned()));
        if tokens.peek().is_none() {
            return Ok(positions);
        }
        if !tokens.take(Token::Sign("|")) {
            let shown = tokens.shown();
            return tokens
                .error(format!("expected '|' before {shown}: a loop without '->' is a list of events, 'a|b|c'"));
        }
    }
}

/// Returns an error if the loop already has [`POSITIONS_MAX`] positions.
fn check_room(tokens: &Tokens<'_>, positions: &[Position]) -> Result<(), SyntaxError> {
    if positions.len() < POSITIONS_MAX {
        return Ok(());
    }
    tokens.error(format!("a loop has at most {POSITIONS_MAX} events, and this is one more"))
}

/// Parses `event { "|" event } [ "@" field { "," field } ] [ "if" condition ]`.
///
/// `fields_of_first` is the number of fields at the first position; `None` at that position itself.
fn position(tokens: &mut Tokens<'_>, fields_of_first: Option<usize>) -> Result<Position, SyntaxError> {
    let start = tokens.at();
    let mut events = vec![event(tokens)?];
    while tokens.take(Token::Sign("|")) {
        events.push(event(tokens)?);
    }
    let before_fields = tokens.clone();
    let fields = key_fields(tokens)?;
    if let Some(expected) = fields_of_first {
        check_count(&before_fields, fields.len(), expected)?;
    }
    let condition = if tokens.take(Token::Unquoted("if")) { Some(condition(tokens, 0)?) } else { None };
    let text = tokens.since(start).to_owned();
    Ok(Position { fields, condition, ..Position::of_events(events, text) })
}

/// Parses `[ "@" field { "," field } ]`.
fn key_fields(tokens: &mut Tokens<'_>) -> Result<Vec<Field>, SyntaxError> {
    let mut fields = Vec::new();
    if tokens.take(Token::Sign("@")) {
        fields.push(field(tokens, "a field, or $N in single quotes, behind '@'")?);
        while tokens.take(Token::Sign(",")) {
            fields.push(field(tokens, "a field, or $N in single quotes, behind ','")?);
        }
    }
    Ok(fields)
}

/// Returns an error unless a position has as many fields as the first one. A
/// position without fields takes the loop's key, which counts as one field.
fn check_count(at: &Tokens<'_>, fields: usize, expected: usize) -> Result<(), SyntaxError> {
    if fields.max(1) == expected.max(1) {
        return Ok(());
    }
    let shown = |count: usize| match count {
        0 => "the loop's key".to_owned(),
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    };
    at.error(format!(
        "the key is {} here and {} before: expected as many at each position",
        shown(fields),
        shown(expected)
    ))
}

/// Parses an event: `name` or `subsystem:name`.
fn event(tokens: &mut Tokens<'_>) -> Result<EventName, SyntaxError> {
    let name = match tokens.peek() {
        Some(Token::Unquoted(name)) if !is_reserved(name) => name,
        _ => return tokens.expected("an event name"),
    };
    if name.starts_with(':') || name.ends_with(':') {
        return tokens.error(format!("'{name}': expected 'name' or 'subsystem:name'"));
    }
    tokens.advance();
    Ok(EventName::new(name))
}

/// Parses `[ "by" KEY ]`.
fn key(tokens: &mut Tokens<'_>) -> Result<Option<Key>, SyntaxError> {
    if !tokens.take(Token::Unquoted("by")) {
        return Ok(None);
    }
    let key = match tokens.peek() {
        Some(Token::Unquoted(name)) => Key::from_name(name),
        _ => None,
    };
    if key.is_none() {
        let keys = Key::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let shown = tokens.shown();
        return tokens.error(format!("expected one of {keys} after 'by', not {shown}"));
    }
    tokens.advance();
    Ok(key)
}
