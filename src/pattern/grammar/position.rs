//! Parses a position: `s:a | b@pid if x == 1`.

use super::condition::condition;
use super::error::SyntaxError;
use super::field::field;
use super::token::{Token, Tokens, is_reserved};
use crate::pattern::field::Field;
use crate::pattern::name::EventName;
use crate::pattern::spec::Position;

/// Parses `event { "|" event } [ "@" field { "," field } ] [ "if" condition ]`.
///
/// `fields_of_first` is the number of fields at the first position of the loop. It is `None` while that position itself
/// is parsed.
pub(super) fn position(tokens: &mut Tokens<'_>, fields_of_first: Option<usize>) -> Result<Position, SyntaxError> {
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

/// Returns an error if a position does not have as many fields as the first position. A position without fields takes
/// the key of the loop, which counts as one field.
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

/// Parses the name of an event: `name` or `subsystem:name`.
pub(super) fn event(tokens: &mut Tokens<'_>) -> Result<EventName, SyntaxError> {
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
