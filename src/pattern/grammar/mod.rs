//! The loop language: text -> [`Loop`].
//!
//! ```text
//! loop      = [NAME "="] position "->" position { "->" position } [ "by" KEY ]
//! position  = event { "|" event } [ "@" field { "," field } ] [ "if" condition ]
//! ```
//!
//! Parsing validates and does nothing else.

mod condition;
mod token;

use super::POSITIONS_MAX;
use super::condition::Condition;
use super::field::Field;
use super::name::EventName;
use crate::key::{Key, KeySource};
use std::fmt;
use token::{Token, Tokens, tokens};

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
    /// The fields that the key is taken from; none: the loop's key. As many at
    /// each position of a loop that has any, where the loop's key counts as one.
    pub fields: Vec<Field>,
    /// What the event must fulfil.
    pub condition: Option<Condition>,
    /// The position as it was written.
    pub text: String,
    /// The position's name in rows and summary: without subsystem, key and
    /// condition, and `A#2` where another position of the loop has the name already.
    pub label: String,
}

impl Position {
    /// Its events as they were written, without key and condition.
    pub fn events_text(&self) -> String {
        self.events.iter().map(|event| event.text()).collect::<Vec<_>>().join("|")
    }

    /// Whether more than an event's name decides if it stands here, and for whom.
    pub fn looks_inside(&self) -> bool {
        self.condition.is_some() || !self.fields.is_empty()
    }
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

    /// Where the values of its key come from.
    pub fn key_source(&self) -> KeySource {
        let with_fields = self.positions.iter().filter(|position| !position.fields.is_empty()).count();
        match with_fields {
            0 => KeySource::Header,
            count if count == self.positions.len() => KeySource::Fields,
            _ => KeySource::Both,
        }
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
    /// How many bytes are concerned; 0 at the end of the text.
    pub length: usize,
    /// What was expected there.
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// The text in which it is, or what is around it in a very long one, and
    /// below it a caret for each character that is concerned.
    pub fn pointer(&self, text: &str) -> Pointer {
        const AROUND: usize = 500;
        let count = |range: std::ops::Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
        let (before, concerned) = (count(0..self.at), count(self.at..self.at + self.length).max(1));
        let skipped = before.saturating_sub(AROUND);
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let shown = text.chars().skip(skipped).take(before - skipped + concerned.min(AROUND) + AROUND).map(plain);
        let (cut, mut line) = if skipped > 0 { (3, "...".to_owned()) } else { (0, String::new()) };
        line.extend(shown);
        let carets = format!("{}{}", " ".repeat(cut + before - skipped), "^".repeat(concerned.min(AROUND)));
        Pointer { line, carets }
    }
}

/// Two lines that show where a mistake is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The text, without control characters.
    pub line: String,
    /// Blanks and carets.
    pub carets: String,
}

/// Whether an arrow stands in a text, outside of quotes: what makes an operand a loop.
pub fn has_arrow(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Arrow)
}

/// Whether a bar stands in a text, outside of quotes.
pub fn has_bar(text: &str) -> bool {
    tokens(text).any(|token| token == Token::Sign("|"))
}

/// Reads a loop.
///
/// # Errors
///
/// The first mistake and its place.
pub fn parse(text: &str, notation: Notation) -> Result<Loop, SyntaxError> {
    let (name, start) = split_name(text);
    let bars = notation == Notation::Bars && !has_arrow(text) && has_bar(text);
    let mut tokens = Tokens::new(text, start);
    let (mut positions, key) = if bars { (bar_positions(&mut tokens)?, None) } else { arrows(&mut tokens)? };
    if positions.len() < 2 {
        return tokens.error("expected '->' and a second event: a loop has at least 2, 'A -> B'");
    }
    label(&mut positions);
    Ok(Loop { name: name.to_owned(), positions, key })
}

/// Reads a field alone, as `--by` takes it.
///
/// # Errors
///
/// What was expected, and where.
pub fn parse_field(text: &str) -> Result<Field, SyntaxError> {
    let mut tokens = Tokens::new(text, 0);
    let field = condition::field(&mut tokens, "a field, or $N in single quotes,")?;
    if tokens.peek().is_some() { tokens.expected("nothing more") } else { Ok(field) }
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

/// `position -> position ... [by KEY]`
fn arrows(tokens: &mut Tokens<'_>) -> Result<(Vec<Position>, Option<Key>), SyntaxError> {
    let mut positions = Vec::new();
    // How many fields the first key has, of the positions that say.
    let mut fields = None;
    loop {
        room_for_another(tokens, &positions)?;
        let position = position(tokens, fields)?;
        fields = fields.or(Some(position.fields.len()));
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
        Some(Token::Word("where" | "when")) => tokens.expected("'if', '->' or 'by KEY'"),
        Some(_) if conditional => tokens.expected("'&&', '||', '->' or 'by KEY'"),
        Some(_) => tokens.expected("'->' or 'by KEY'"),
    }
}

/// `a|b|c`, the predecessor's order.
fn bar_positions(tokens: &mut Tokens<'_>) -> Result<Vec<Position>, SyntaxError> {
    let mut positions = Vec::new();
    loop {
        room_for_another(tokens, &positions)?;
        let start = tokens.at();
        let events = vec![event(tokens)?];
        positions.push(Position {
            events,
            fields: Vec::new(),
            condition: None,
            text: tokens.since(start).to_owned(),
            label: String::new(),
        });
        if tokens.peek().is_none() {
            return Ok(positions);
        }
        if !tokens.take(Token::Sign("|")) {
            let found = tokens.found();
            return tokens
                .error(format!("expected '|' before {found}: a loop without '->' is a list of events, 'a|b|c'"));
        }
    }
}

fn room_for_another(tokens: &Tokens<'_>, positions: &[Position]) -> Result<(), SyntaxError> {
    if positions.len() < POSITIONS_MAX {
        return Ok(());
    }
    tokens.error(format!("a loop has at most {POSITIONS_MAX} events, and this is one more"))
}

/// `event { "|" event } [ "@" field { "," field } ] [ "if" condition ]`
///
/// `fields_before` is how many fields the first position has.
fn position(tokens: &mut Tokens<'_>, fields_before: Option<usize>) -> Result<Position, SyntaxError> {
    let start = tokens.at();
    let mut events = vec![event(tokens)?];
    while tokens.take(Token::Sign("|")) {
        events.push(event(tokens)?);
    }
    let key_at = tokens.clone();
    let mut fields = Vec::new();
    if tokens.take(Token::Sign("@")) {
        fields.push(condition::field(tokens, "a field, or $N in single quotes, behind '@'")?);
        while tokens.take(Token::Sign(",")) {
            fields.push(condition::field(tokens, "a field, or $N in single quotes, behind ','")?);
        }
    }
    // The loop's key counts as one.
    if let Some(before) = fields_before.filter(|before| (*before).max(1) != fields.len().max(1)) {
        let count = |count: usize| match count {
            0 => "the loop's key".to_owned(),
            1 => "1 field".to_owned(),
            count => format!("{count} fields"),
        };
        return key_at.error(format!(
            "the key is {} here and {} before: expected as many at each position",
            count(fields.len()),
            count(before)
        ));
    }
    let mut condition = None;
    if tokens.take(Token::Word("if")) {
        condition = Some(condition::condition(tokens, 0)?);
    }
    Ok(Position { events, fields, condition, text: tokens.since(start).to_owned(), label: String::new() })
}

fn event(tokens: &mut Tokens<'_>) -> Result<EventName, SyntaxError> {
    let word = match tokens.peek() {
        Some(Token::Word(word)) if word != "if" && word != "by" => word,
        _ => return tokens.expected("an event name"),
    };
    if word.starts_with(':') || word.ends_with(':') {
        return tokens.error(format!("'{word}': expected 'name' or 'subsystem:name'"));
    }
    tokens.advance();
    Ok(EventName::new(word))
}

/// `by KEY`
fn key(tokens: &mut Tokens<'_>) -> Result<Option<Key>, SyntaxError> {
    if !tokens.take(Token::Word("by")) {
        return Ok(None);
    }
    let key = match tokens.peek() {
        Some(Token::Word(word)) => Key::from_name(word),
        _ => None,
    };
    if key.is_none() {
        let keys = Key::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let found = tokens.found();
        return tokens.error(format!("expected one of {keys} after 'by', not {found}"));
    }
    tokens.advance();
    Ok(key)
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
            Err(error) => format!("{}+{}: {}", error.at, error.length, error.message),
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
            ("s:a | b@pid -> sched_*@$1 if x == 1", "=a|b sched_* "),
            ("a if x == \"->\" && !(y & 3) -> b if trace ~ '*|*' by all", "=a b all"),
            ("a@x,$2->b@$1,cpu by tid", "=a b tid"),
            ("a if ret == -1->b if ret<-1", "=a b "),
        ] {
            assert_eq!(shown(text, Notation::Arrows), expected, "{text}");
        }
    }

    #[test]
    fn positions_stay_as_they_were_written() {
        let found = parse(" n= s:a|b @ x  if y==1->c@z by all", Notation::Arrows).expect("a loop");
        assert_eq!(found.text(), "s:a|b @ x  if y==1 -> c@z");
        assert_eq!(found.key_source(), KeySource::Fields);
    }

    #[test]
    fn the_notation_of_the_predecessor() {
        assert_eq!(shown("a|b|c", Notation::Bars), "=a b c ");
        assert_eq!(shown("n=a | b", Notation::Bars), "n=a b ");
        assert!(shown("a|b by cpu", Notation::Bars).contains("a list of events"));
        assert!(shown("a|b@x", Notation::Bars).contains("a list of events"));
        assert!(shown("a|b", Notation::Arrows).contains("at least 2"));
    }

    #[test]
    fn mistakes_point_at_their_place() {
        for (text, expected) in MISTAKES {
            assert_eq!(shown(text, Notation::Arrows), *expected, "{text:?}");
        }
        let long = vec!["a"; 33].join("->");
        assert!(shown(&long, Notation::Arrows).starts_with("96+1: a loop has at most 32 events"));
        assert_eq!(parse(&long[3..], Notation::Arrows).map(|found| found.positions.len()), Ok(32));
        let deep = format!("a if {}x == 1{} -> b", "(".repeat(10_000), ")".repeat(10_000));
        assert!(shown(&deep, Notation::Arrows).contains("at most 64 deep"));
    }

    const MISTAKES: &[(&str, &str)] = &[
        (" io = a -> b", "4+1: expected '->' or 'by KEY' before '='"),
        ("", "0+0: expected an event name before the end"),
        ("a", "1+0: expected '->' and a second event: a loop has at least 2, 'A -> B'"),
        ("a -> ", "5+0: expected an event name before the end"),
        ("-> a", "0+2: expected an event name before '->'"),
        ("a -> -> b", "5+2: expected an event name before '->'"),
        ("a -> if", "5+2: expected an event name before 'if'"),
        ("a -> b by", "9+0: expected one of tid, pid, cpu, comm, all after 'by', not the end"),
        ("a -> b by thread", "10+6: expected one of tid, pid, cpu, comm, all after 'by', not 'thread'"),
        ("a -> b by tid x", "14+1: expected nothing behind the key, before 'x'"),
        ("a -> b c", "7+1: expected '->' or 'by KEY' before 'c'"),
        ("a => b", "2+2: expected '->' in place of '=>'"),
        ("a -> kvm:", "5+4: 'kvm:': expected 'name' or 'subsystem:name'"),
        ("n=a -> é", "7+2: expected an event name before 'é'"),
        ("a| -> b", "3+2: expected an event name before '->'"),
        ("a@ -> b", "3+2: expected a field, or $N in single quotes, behind '@' before '->'"),
        ("a@x, -> b@y", "5+2: expected a field, or $N in single quotes, behind ',' before '->'"),
        ("a@$ -> b@y", "2+1: expected the number of a word, as in $1, not '$'"),
        ("a@$0 -> b@y", "2+2: expected the number of a word, as in $1, not '$0'"),
        ("a@$1x -> b@y", "2+3: expected the number of a word, as in $1, not '$1x'"),
        ("a@x,y -> b@z", "10+1: the key is 1 field here and 2 fields before: expected as many at each position"),
        ("a@x,y -> b", "10+0: the key is the loop's key here and 2 fields before: expected as many at each position"),
        ("a -> b@x,y", "6+1: the key is 2 fields here and the loop's key before: expected as many at each position"),
        ("a if -> b", "5+2: expected FIELD OP VALUE, '!' or '(' before '->'"),
        ("a if x -> b", "7+2: expected one of == != < <= > >= & ~ before '->'"),
        ("a if x = 1 -> b", "7+1: expected one of == != < <= > >= & ~ before '='"),
        ("a if x == -> b", "10+2: expected a value behind '==' before '->'"),
        ("a if x == by -> b", "10+2: expected a value behind '==' before 'by'"),
        ("a if x == 'y -> b", "10+1: expected a value behind '==', but nothing closes this quote"),
        ("a if (x == 1 -> b", "13+2: expected '&&', '||' or ')' before '->'"),
        ("a if x == 1) -> b", "11+1: expected '&&', '||', '->' or 'by KEY' before ')'"),
        ("a if x == 1 && -> b", "15+2: expected FIELD OP VALUE, '!' or '(' before '->'"),
        ("a if x == 1 and y == 2 -> b", "12+3: expected '&&', '||', '->' or 'by KEY' before 'and'"),
        ("a where x == 1 -> b", "2+5: expected 'if', '->' or 'by KEY' before 'where'"),
        ("a && x == 1 -> b", "2+2: expected '->' or 'by KEY'; conditions begin with 'if', before '&&'"),
        ("a if x < y -> b", "9+1: expected a number behind '<', not 'y'"),
        ("a if x & \"1\" -> b", "9+3: expected a number behind '&', not '\"1\"'"),
        ("a if comm < 3 -> b", "10+1: comm is text: expected one of == != ~, not '<'"),
        ("a if CPU ~ 3 -> b", "9+1: CPU is a number: expected one of == != < <= > >= &, not '~'"),
        ("a if CPU == x -> b", "12+1: expected a number behind '==', not 'x'"),
        ("a if 5 == x -> b", "5+1: expected FIELD OP VALUE, '!' or '(' before '5'"),
        ("a if x == 9223372036854775808 -> b", "10+19: '9223372036854775808': expected a number of 64 bits, signed"),
        ("a if x > 0x10000000000000000 -> b", "9+19: '0x10000000000000000': expected a number of 64 bits, signed"),
    ];

    #[test]
    fn carets_stand_under_the_mistake() {
        let pointer = |text: &str| parse(text, Notation::Arrows).expect_err("a mistake").pointer(text);
        let shown = pointer("é -> b");
        assert_eq!((shown.line.as_str(), shown.carets.as_str()), ("é -> b", "^"));
        let shown = pointer("a\t-> if");
        assert_eq!((shown.line.as_str(), shown.carets.as_str()), ("a -> if", "     ^^"));
        let long = format!("{}=> y", format!("{} -> ", "a".repeat(100)).repeat(20));
        let shown = pointer(&long);
        assert_eq!(shown.line.find("=>"), shown.carets.find('^'));
        assert!(shown.line.starts_with("...") && shown.line.len() < 1100, "{shown:?}");
    }

    #[test]
    fn arrows_within_quotes_are_none() {
        assert!(has_arrow("a->b") && has_arrow("'x' -> b") && !has_arrow("a if x ~ '->'") && !has_arrow("a|b"));
        assert!(!has_bar("a || b") && has_bar("a|b"));
    }
}
