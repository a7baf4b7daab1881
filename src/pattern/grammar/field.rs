//! Parses the names of fields in a loop: `next_pid`, `$3`.

use super::error::SyntaxError;
use super::token::{Token, Tokens, is_reserved};
use crate::pattern::field::Field;

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

/// Returns whether this may be the name of a field.
fn is_field_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && !is_reserved(name) && !name.contains(['*', '?', ':', '/', '+'])
}
