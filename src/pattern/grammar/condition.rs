//! Parses conditions (`if`): the text becomes a [`Condition`]. The grammar is:
//!
//! ```text
//! condition = and { "||" and }
//! and       = term { "&&" term }
//! term      = "!" term | "(" condition ")" | FIELD OP VALUE
//! ```

use super::error::SyntaxError;
use super::field::field;
use super::token::{Token, Tokens, is_reserved};
use crate::event::parse_number;
use crate::pattern::condition::{Comparison, Condition, Test};
use crate::pattern::field::Field;
use crate::pattern::glob::Glob;

/// The largest depth of parentheses and `!`. It bounds the recursion.
const DEPTH_MAX: usize = 64;

/// The operators that compare with numbers. `==` and `!=` can also compare with a text. The operator `~`, which is only
/// for text, is not in this table.
const COMPARISONS: [(&str, Comparison); 7] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("&", Comparison::Bits),
];

/// Parses a condition. `depth` is the number of parentheses and `!` around it.
pub(super) fn condition(tokens: &mut Tokens<'_>, depth: usize) -> Result<Condition, SyntaxError> {
    let mut any = vec![and(tokens, depth)?];
    while tokens.take(Token::Sign("||")) {
        any.push(and(tokens, depth)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Condition::Any(any) })
}

fn and(tokens: &mut Tokens<'_>, depth: usize) -> Result<Condition, SyntaxError> {
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

/// Parses `OP VALUE`, which stands behind a field.
fn test(tokens: &mut Tokens<'_>, field: &Field) -> Result<Test, SyntaxError> {
    let (sign, comparison) = operator(tokens, field)?;
    let (text, is_quoted) = match tokens.peek() {
        Some(Token::Unquoted(text)) if !is_reserved(text) => (text, false),
        Some(Token::Quoted(text)) => (text, true),
        _ => return tokens.expected(&format!("a value behind '{sign}'")),
    };
    let number = parse_number(text.as_bytes()).filter(|_| !is_quoted).map(|(number, _)| number);
    let fits = |number: i128| (i64::MIN.into()..=u64::MAX.into()).contains(&number);
    if !is_quoted && has_form_of_number(text) && !number.is_some_and(fits) {
        return tokens.error(format!("'{text}': expected a number of 64 bits"));
    }
    if number.is_none() && (is_for_numbers(comparison) || field.is_number()) {
        return tokens.error(format!("expected a number behind '{sign}', not {}", tokens.shown()));
    }
    tokens.advance();
    Ok(match (comparison, number) {
        (Some(comparison), Some(number)) => Test::Number(comparison, number, text.to_owned()),
        (Some(Comparison::NotEqual), None) => Test::NotEqual(text.into()),
        (Some(_), None) => Test::Equal(text.into()),
        (None, _) => Test::Like(Glob::new(text.as_bytes())),
    })
}

/// Takes the operator behind a field. The comparison is `None` for `~`, which matches a glob.
fn operator(tokens: &mut Tokens<'_>, field: &Field) -> Result<(&'static str, Option<Comparison>), SyntaxError> {
    let sign = match tokens.peek() {
        Some(Token::Sign(sign)) => sign,
        _ => "",
    };
    let comparison = COMPARISONS.iter().find(|(known, _)| *known == sign).map(|(_, comparison)| *comparison);
    if comparison.is_none() && sign != "~" {
        return tokens.expected("one of == != < <= > >= & ~");
    }
    if is_for_numbers(comparison) && field.is_text() {
        return tokens.error(format!("{field} is text: expected one of == != ~, not '{sign}'"));
    }
    if sign == "~" && field.is_number() {
        return tokens.error(format!("{field} is a number: expected one of == != < <= > >= &, not '~'"));
    }
    tokens.advance();
    Ok((sign, comparison))
}

/// Returns whether an operator can only compare numbers, as `<` and `&`.
fn is_for_numbers(comparison: Option<Comparison>) -> bool {
    !matches!(comparison, None | Some(Comparison::Equal | Comparison::NotEqual))
}

/// Returns whether a text has the form of a number, however large the number is.
fn has_form_of_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    match digits.strip_prefix("0x") {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
