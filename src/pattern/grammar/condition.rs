//! `if` conditions: text -> [`Condition`].
//!
//! ```text
//! condition = and { "||" and }
//! and       = term { "&&" term }
//! term      = "!" term | "(" condition ")" | FIELD OP VALUE
//! ```

use super::SyntaxError;
use super::token::{Token, Tokens};
use crate::event::parse_number;
use crate::pattern::condition::{Comparison, Condition, Test};
use crate::pattern::field::Field;
use crate::pattern::glob::Glob;

/// How deep parentheses and `!` may be nested.
const DEPTH_MAX: usize = 64;

/// The operators, as they are written; `~` is none for numbers.
const COMPARISONS: [(&str, Comparison); 7] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("&", Comparison::Bits),
];

/// Reads a condition.
pub(super) fn condition(tokens: &mut Tokens<'_>, depth: usize) -> Result<Condition, SyntaxError> {
    let mut any = vec![all(tokens, depth)?];
    while tokens.take(Token::Sign("||")) {
        any.push(all(tokens, depth)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Condition::Any(any) })
}

fn all(tokens: &mut Tokens<'_>, depth: usize) -> Result<Condition, SyntaxError> {
    let mut all = vec![term(tokens, depth)?];
    while tokens.take(Token::Sign("&&")) {
        all.push(term(tokens, depth)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Condition::All(all) })
}

fn term(tokens: &mut Tokens<'_>, depth: usize) -> Result<Condition, SyntaxError> {
    if depth == DEPTH_MAX {
        return tokens.error(format!("a condition is nested at most {DEPTH_MAX} deep"));
    }
    if tokens.take(Token::Sign("!")) {
        return Ok(Condition::Not(Box::new(term(tokens, depth + 1)?)));
    }
    if tokens.take(Token::Sign("(")) {
        let inner = condition(tokens, depth + 1)?;
        if !tokens.take(Token::Sign(")")) {
            return tokens.expected("'&&', '||' or ')'");
        }
        return Ok(inner);
    }
    let field = field(tokens, "FIELD OP VALUE, '!' or '('")?;
    test(tokens, &field).map(|test| Condition::Test(field, test))
}

/// A field's name or `$N`.
pub(super) fn field(tokens: &mut Tokens<'_>, expected: &str) -> Result<Field, SyntaxError> {
    let field = match tokens.peek() {
        Some(Token::Word(word)) if is_field_name(word) => Field::named(word),
        Some(Token::Dollar(number)) => match number.parse() {
            Ok(number @ 1..=9999) => Field::Word(number),
            _ => return tokens.error(format!("expected the number of a word, as in $1, not {}", tokens.found())),
        },
        _ => return tokens.expected(expected),
    };
    tokens.advance();
    Ok(field)
}

/// What payloads call their fields.
fn is_field_name(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && word != "if" && word != "by" && !word.contains(['*', '?', ':', '/', '+'])
}

fn test(tokens: &mut Tokens<'_>, field: &Field) -> Result<Test, SyntaxError> {
    let sign = match tokens.peek() {
        Some(Token::Sign(sign)) => sign,
        _ => "",
    };
    let comparison = COMPARISONS.iter().find(|(known, _)| *known == sign).map(|(_, comparison)| *comparison);
    let orders = !matches!(comparison, None | Some(Comparison::Equal | Comparison::NotEqual));
    if comparison.is_none() && sign != "~" {
        return tokens.expected("one of == != < <= > >= & ~");
    }
    if orders && field.is_text() {
        return tokens.error(format!("{field} is text: expected one of == != ~, not '{sign}'"));
    }
    if sign == "~" && field.is_number() {
        return tokens.error(format!("{field} is a number: expected one of == != < <= > >= &, not '~'"));
    }
    tokens.advance();
    let (text, bare) = match tokens.peek() {
        Some(Token::Word(word)) if word != "if" && word != "by" => (word, true),
        Some(Token::Quoted(text)) => (text, false),
        _ => return tokens.expected(&format!("a value behind '{sign}'")),
    };
    let number = parse_number(text.as_bytes()).filter(|_| bare).map(|(number, _)| number);
    let hexadecimal = text.contains("0x") && number.is_some();
    if bare && is_digits(text) && !hexadecimal && text.parse::<i64>().is_err() {
        return tokens.error(format!("'{text}': expected a number of 64 bits, signed"));
    }
    if number.is_none() && (orders || field.is_number()) {
        return tokens.error(format!("expected a number behind '{sign}', not {}", tokens.found()));
    }
    tokens.advance();
    Ok(match (comparison, number) {
        (Some(comparison), Some(number)) => Test::Number(comparison, number, text.to_owned()),
        (Some(Comparison::NotEqual), None) => Test::NotEqual(text.into()),
        (Some(_), None) => Test::Equal(text.into()),
        (None, _) => Test::Like(Glob::new(text.as_bytes())),
    })
}

/// Whether a text is a number but for its size.
fn is_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    match digits.strip_prefix("0x") {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
