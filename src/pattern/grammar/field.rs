//! Parses the names of fields in a loop (`next_pid`, `$3`), and field references (`next_pid@2`).

use super::error::SyntaxError;
use super::token::{Token, Tokens, is_reserved};
use crate::pattern::field::Field;
use crate::pattern::reference::{FieldReference, Target};
use crate::pattern::spec::POSITIONS_MAX;

/// Parses the name of a field, or `$N`. If there is none, the message says that `expected` was expected.
pub(super) fn field(tokens: &mut Tokens<'_>, expected: &str) -> Result<Field, SyntaxError> {
    let field = match tokens.peek() {
        Some(Token::Unquoted(name)) if is_field_name(name) => Field::named(name),
        Some(Token::Dollar(number)) => match number.parse() {
            Ok(number @ 1..=9999) => Field::Word(number),
            _ => return tokens.error(format!("expected the number of a word, as in $1, not {}", tokens.shown())),
        },
        _ => return tokens.expected(expected),
    };
    tokens.advance();
    Ok(field)
}

/// Parses a list of field references: `FIELD [@N] { , FIELD [@N] }`. `has_start` is true if the name `start` in the
/// list stands for the time of the event at the first position, and not for a field of the payload.
///
/// # Errors
///
/// The first mistake.
pub fn parse_references(text: &str, has_start: bool) -> Result<Vec<FieldReference>, SyntaxError> {
    let mut tokens = Tokens::new(text, 0);
    let mut references = Vec::new();
    loop {
        references.push(reference(&mut tokens, has_start)?);
        match tokens.peek() {
            None => return Ok(references),
            Some(Token::Sign(",")) => tokens.advance(),
            Some(_) => return tokens.expected("',' or the end"),
        }
    }
}

fn reference(tokens: &mut Tokens<'_>, has_start: bool) -> Result<FieldReference, SyntaxError> {
    let start = tokens.at();
    let name = match tokens.peek() {
        Some(Token::Unquoted(name)) => name,
        _ => "",
    };
    let field = field(tokens, "a field, or $N in single quotes,")?;
    let position = if tokens.take(Token::Sign("@")) { Some(position(tokens)?) } else { None };
    let target = match (position, name) {
        (Some(position), "") => Target::At(field, position),
        (Some(position), name) => Target::named_at(name, position),
        (None, "") => Target::Earliest(field),
        (None, name) => Target::named(name, has_start),
    };
    Ok(FieldReference { text: tokens.since(start).to_owned(), target })
}

/// Parses the N of `@N`. The result is counted from 0.
fn position(tokens: &mut Tokens<'_>) -> Result<usize, SyntaxError> {
    let number = match tokens.peek() {
        Some(Token::Unquoted(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    let Some(number) = number.filter(|number| (1..=POSITIONS_MAX).contains(number)) else {
        let shown = tokens.shown();
        return tokens
            .error(format!("expected the number of a position behind '@', 1 to {POSITIONS_MAX}, not {shown}"));
    };
    tokens.advance();
    Ok(number - 1)
}

/// Returns whether this may be the name of a field.
fn is_field_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && !is_reserved(name) && !name.contains(['*', '?', ':', '/', '+'])
}
