//! Parses the text of loops.

use super::error::SyntaxError;
use super::position::{event, position};
use super::token::{Token, Tokens, tokens};
use crate::key::Key;
use crate::pattern::spec::{Limit, Loop, Negated, POSITIONS_MAX, Position, name_positions};
use crate::text::parse_duration;
use std::ops::Range;

/// The notations that [`parse`] accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Only `a -> b`.
    Arrows,
    /// Also `a|b`, the notation of the predecessor (perf-script-postprocessor), if the text has no arrow.
    Bars,
}

/// Returns whether a text has an arrow outside of quotes.
pub fn has_arrow(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Arrow)
}

/// Returns whether a text has a single bar `|` outside of quotes.
pub fn has_bar(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Sign("|"))
}

/// Parses the text of a loop.
///
/// # Errors
///
/// The first mistake.
pub fn parse(text: &str, notation: Notation) -> Result<Loop, SyntaxError> {
    let (name, start) = split_name(text);
    check_no_blank_behind_name(text)?;
    let bars = notation == Notation::Bars && !has_arrow(text) && has_bar(text);
    let mut tokens = Tokens::new(text, start);
    let mut found = if bars { bar_positions(&mut tokens)? } else { arrows(&mut tokens)? };
    if found.positions.len() < 2 {
        return tokens.error("expected '->' and a second event: a loop has at least 2, 'A -> B'");
    }
    name.clone_into(&mut found.name);
    name_positions(&mut found.positions);
    Ok(found)
}

/// Returns the name in front of the loop (`NAME=`), and the offset of the text behind it. The name has the form
/// `[A-Za-z_][A-Za-z0-9_.-]*`, and exactly one `=` must follow it without a blank. The name is empty if the loop has
/// none.
fn split_name(text: &str) -> (&str, usize) {
    let start = text.len() - text.trim_start().len();
    let (name, after) = split_at_name_end(&text[start..]);
    if !name.is_empty() && is_equals_sign(after) { (name, start + name.len() + 1) } else { ("", 0) }
}

/// Splits a text into the name of a loop at its beginning, as long as possible, and the rest. The name is empty if the
/// text does not begin with one.
fn split_at_name_end(text: &str) -> (&str, &str) {
    let is_name = |at: usize, c: char| {
        c.is_ascii_alphabetic() || c == '_' || (at > 0 && (c.is_ascii_digit() || c == '.' || c == '-'))
    };
    let length = text.char_indices().find(|&(at, c)| !is_name(at, c)).map_or(text.len(), |(at, _)| at);
    text.split_at(length)
}

/// Returns whether a text begins with exactly one `=`, which is no part of the arrow `=>`.
fn is_equals_sign(text: &str) -> bool {
    text.starts_with('=') && !text.starts_with("==") && !text.starts_with("=>")
}

/// Returns an error if blanks stand between the name of the loop and the `=` behind it.
fn check_no_blank_behind_name(text: &str) -> Result<(), SyntaxError> {
    let (name, after) = split_at_name_end(text.trim_start());
    let behind = after.trim_start();
    if name.is_empty() || behind.len() == after.len() || !is_equals_sign(behind) {
        return Ok(());
    }
    let at = text.len() - behind.len();
    let message = format!("no blank before '=': write '{name}={}'", behind[1..].trim());
    Err(SyntaxError::new(&(at..at + 1), &message))
}

/// Parses `position -> !position -> position ... [by KEY] [within DURATION]`, the notation with arrows.
fn arrows(tokens: &mut Tokens<'_>) -> Result<Loop, SyntaxError> {
    let mut found = Loop::of_positions(Vec::new());
    let mut negated_places: Vec<Range<usize>> = Vec::new();
    let mut fields_of_first = None;
    let mut is_conditional;
    loop {
        let place = tokens.place();
        let is_negated = tokens.take(Token::Sign("!"));
        if is_negated {
            check_neighbours(&found, &place)?;
        } else {
            check_room(tokens, &found.positions)?;
        }
        let position = position(tokens, fields_of_first)?;
        is_conditional = position.condition.is_some();
        if is_negated {
            negated_places.push(place.start..place.start + tokens.since(place.start).len());
            found.negated.push(Negated { before: found.positions.len(), position });
        } else {
            fields_of_first = fields_of_first.or(Some(position.fields.len()));
            found.positions.push(position);
        }
        if !tokens.take(Token::Arrow) {
            break;
        }
    }
    endings(tokens, &mut found, is_conditional)?;
    check_negated(&found, &negated_places)?;
    Ok(found)
}

/// Returns an error if the negated position that comes next (`!B`, whose events must not come) may not stand there: at
/// the beginning of the loop, or behind another negated position. `place` is the place of the negated position in the
/// text, in bytes.
fn check_neighbours(found: &Loop, place: &Range<usize>) -> Result<(), SyntaxError> {
    if found.positions.is_empty() {
        return Err(SyntaxError::new(place, "a negated position cannot be the first: expected an event before it"));
    }
    if found.negated.last().is_some_and(|negated| negated.before == found.positions.len()) {
        return Err(SyntaxError::new(
            place,
            "two negated positions cannot stand side by side: '!B|C' allows neither B nor C",
        ));
    }
    Ok(())
}

/// Returns an error if the last position is negated, or if a negated position has no fields although all other
/// positions take their key from fields. `places` has the places of the negated positions in the text.
fn check_negated(found: &Loop, places: &[Range<usize>]) -> Result<(), SyntaxError> {
    let has_fields = |position: &Position| !position.fields.is_empty();
    let needs_fields = found.positions.iter().all(has_fields);
    for (Negated { before, position }, place) in found.negated.iter().zip(places) {
        if *before == found.positions.len() {
            return Err(SyntaxError::new(
                place,
                "a negated position cannot be the last: expected '-> EVENT' behind it",
            ));
        }
        if needs_fields && !has_fields(position) {
            return Err(SyntaxError::new(place, "expected '@' and as many fields as the other positions have"));
        }
    }
    Ok(())
}

/// Parses `[by KEY] [within DURATION]`, in either order, up to the end of the text.
///
/// `is_conditional` says whether the last position has a condition. If it has, a message about a wrong token also names
/// `&&` and `||`, with which the condition could go on.
fn endings(tokens: &mut Tokens<'_>, found: &mut Loop, is_conditional: bool) -> Result<(), SyntaxError> {
    let mut last = None;
    loop {
        if found.key.is_none() && tokens.take(Token::Unquoted("by")) {
            (found.key, last) = (Some(key(tokens)?), Some("the key"));
        } else if found.within.is_none() && tokens.take(Token::Unquoted("within")) {
            (found.within, last) = (Some(limit(tokens)?), Some("the duration"));
        } else {
            break;
        }
    }
    match (tokens.peek(), last) {
        (None, _) => Ok(()),
        (Some(_), Some(last)) => tokens.expected(&format!("nothing behind {last},")),
        (Some(Token::Sign("=>")), _) => tokens.error("expected '->' in place of '=>'"),
        (Some(Token::Sign("&&" | "||")), _) => {
            tokens.expected("'->', 'by KEY' or 'within DURATION'; conditions begin with 'if',")
        }
        (Some(Token::Unquoted("where" | "when")), _) => tokens.expected("'if', '->', 'by KEY' or 'within DURATION'"),
        (Some(_), _) if is_conditional => tokens.expected("'&&', '||', '->', 'by KEY' or 'within DURATION'"),
        (Some(_), _) => tokens.expected("'->', 'by KEY' or 'within DURATION'"),
    }
}

/// Parses `a|b|c`, the notation of perf-script-postprocessor.
fn bar_positions(tokens: &mut Tokens<'_>) -> Result<Loop, SyntaxError> {
    let mut positions = Vec::new();
    loop {
        check_room(tokens, &positions)?;
        let start = tokens.at();
        let events = vec![event(tokens)?];
        positions.push(Position::of_events(events, tokens.since(start).to_owned()));
        if tokens.peek().is_none() {
            return Ok(Loop::of_positions(positions));
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

/// Parses the KEY behind `by`.
fn key(tokens: &mut Tokens<'_>) -> Result<Key, SyntaxError> {
    let key = match tokens.peek() {
        Some(Token::Unquoted(name)) => Key::from_name(name),
        _ => None,
    };
    let Some(key) = key else {
        let keys = Key::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let shown = tokens.shown();
        return tokens.error(format!("expected one of {keys} after 'by', not {shown}"));
    };
    tokens.advance();
    Ok(key)
}

/// Parses the DURATION behind `within`.
fn limit(tokens: &mut Tokens<'_>) -> Result<Limit, SyntaxError> {
    let text = match tokens.peek() {
        Some(Token::Unquoted(text)) => text,
        _ => "",
    };
    match parse_duration(text) {
        Ok(duration) => {
            tokens.advance();
            Ok(Limit { duration, text: text.to_owned() })
        }
        Err(expected) => tokens.error(format!("{expected} behind 'within', not {}", tokens.shown())),
    }
}
