//! Reads the arguments of a `print fmt`, which are C.

use super::expression::{Expression, OPERATORS};
use super::is_word;
use super::words::{CONSTANTS, Name, Words};
use crate::perf_data::payload::field::{Element, TraceField, element};

/// How deep parentheses may be, and how many operators an argument may have:
/// as an expression is, so deep its evaluation goes.
const DEPTH_MAX: usize = 64;
const OPERATORS_MAX: usize = 512;

/// The arguments, as far as they are not read.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    depth: usize,
    operators: usize,
    declared: &'a [TraceField],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(rest: &'a str, declared: &'a [TraceField]) -> Self {
        Tokens { rest, depth: 0, operators: 0, declared }
    }

    /// What is not read.
    pub(super) fn rest(&self) -> &'a str {
        self.rest.trim_start()
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let Some(behind) = self.rest.strip_prefix(token) else { return false };
        // A name is a token as a whole.
        if token.ends_with(is_word) && behind.starts_with(is_word) {
            return false;
        }
        self.rest = behind;
        true
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }

    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let (word, behind) = self.rest.split_at(self.rest.len() - self.rest.trim_start_matches(is_word).len());
        self.rest = behind;
        word
    }

    /// `"..."`, also several one after another.
    pub(super) fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        self.expect("\"")?;
        loop {
            let at = self.rest.find(['"', '\\'])?;
            string.push_str(&self.rest[..at]);
            if let Some(behind) = self.rest[at..].strip_prefix('\\') {
                let escaped = behind.chars().next()?;
                string.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
                self.rest = &behind[escaped.len_utf8()..];
            } else {
                self.rest = &self.rest[at + 1..];
                if !self.take("\"") {
                    return Some(string);
                }
            }
        }
    }

    fn field(&mut self) -> Option<&'a TraceField> {
        let name = self.word();
        self.declared.iter().find(|item| item.name == name)
    }

    /// What `%s` prints.
    pub(super) fn words(&mut self) -> Option<Words> {
        let before = self.rest;
        if let Some(words) = self.plain_words() {
            // Nothing else may follow than the next argument.
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with([',', ':', ')']) {
                return Some(words);
            }
        }
        self.rest = before;
        if self.take("(") {
            // The whole choice in parentheses, or only its condition.
            let inner = self.nested(|tokens| {
                let words = tokens.words()?;
                tokens.expect(")")?;
                tokens.rest = tokens.rest.trim_start();
                (tokens.rest.is_empty() || tokens.rest.starts_with([',', ':', ')'])).then_some(words)
            });
            if inner.is_some() {
                return inner;
            }
            self.rest = before;
        }
        let condition = self.operation(0)?;
        self.expect("?")?;
        let one = self.nested(Self::words)?;
        self.expect(":")?;
        let other = self.nested(Self::words)?;
        Some(Words::Choice(condition, Box::new(one), Box::new(other)))
    }

    fn plain_words(&mut self) -> Option<Words> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('"') {
            return self.string().map(Words::Constant);
        }
        if self.take("REC->") {
            let item = self.field()?;
            return item.is_text().then(|| Words::Field(item.clone()));
        }
        if self.take("__get_str(") || self.take("__get_rel_str(") {
            let item = self.field()?;
            self.expect(")")?;
            return item.is_text().then(|| Words::Field(item.clone()));
        }
        if self.take("__print_flags(") {
            let value = self.choice()?;
            self.expect(",")?;
            let between = self.string()?;
            return Some(Words::Flags { value, between, names: self.names()? });
        }
        if self.take("__print_symbolic(") {
            let value = self.choice()?;
            return Some(Words::Symbol { value, names: self.names()? });
        }
        None
    }

    /// `, { 1, "a" }, { 1 << 1, "b" })`
    fn names(&mut self) -> Option<Vec<Name>> {
        let mut names = Vec::new();
        while self.take(",") {
            self.expect("{")?;
            let value = self.constant()?;
            self.expect(",")?;
            names.push(Name { value, name: self.string()? });
            self.expect("}")?;
        }
        self.expect(")")?;
        Some(names)
    }

    /// The value of a constant expression, or of a name if that is known.
    fn constant(&mut self) -> Option<Option<u64>> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with(|byte: char| byte.is_ascii_alphabetic() || byte == '_') {
            let word = self.word();
            let known = CONSTANTS.iter().find(|(name, _)| *name == word);
            return Some(known.map(|(_, value)| *value));
        }
        self.choice()?.value(&[]).map(Some)
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let read = if self.depth > DEPTH_MAX { None } else { read(self) };
        self.depth -= 1;
        read
    }

    /// An expression, with `a ? b : c`.
    pub(super) fn choice(&mut self) -> Option<Expression> {
        let condition = self.operation(0)?;
        if !self.take("?") {
            return Some(condition);
        }
        let one = self.nested(Self::choice)?;
        self.expect(":")?;
        let other = self.nested(Self::choice)?;
        Some(Expression::Choice(Box::new(condition), Box::new(one), Box::new(other)))
    }

    fn operation(&mut self, level: usize) -> Option<Expression> {
        let Some(operators) = OPERATORS.get(level) else { return self.nested(Self::unary) };
        let mut left = self.operation(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.operation(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        self.rest = self.rest.trim_start();
        let longest = OPERATORS.iter().copied().flatten().filter(|operator| self.rest.starts_with(**operator));
        let longest = longest.max_by_key(|operator| operator.len())?;
        if !operators.contains(longest) || self.operators == OPERATORS_MAX {
            return None;
        }
        self.operators += 1;
        self.rest = &self.rest[longest.len()..];
        Some(longest)
    }

    fn unary(&mut self) -> Option<Expression> {
        if self.take("!") {
            return Some(Expression::Not(Box::new(self.operand()?)));
        }
        if self.take("~") {
            return Some(Expression::Inverse(Box::new(self.operand()?)));
        }
        if self.take("-") {
            return Some(Expression::Binary("-", Box::new(Expression::Number(0)), Box::new(self.operand()?)));
        }
        if self.take("(") {
            if let Some(bits) = self.cast() {
                return Some(Expression::Cast(bits, Box::new(self.nested(Self::unary)?)));
            }
            let inner = self.nested(Self::choice)?;
            self.expect(")")?;
            return Some(inner);
        }
        if self.take("REC->") {
            let item = self.field()?;
            let index = if self.take("[") {
                let index = number(self.word())?;
                self.expect("]")?;
                Some(usize::try_from(index).ok()?)
            } else {
                None
            };
            let (offset, size) = item.number_at(index)?;
            return Some(Expression::Field { offset, size });
        }
        number(self.word()).map(Expression::Number)
    }

    /// Of an operator with one operand. Where more follows without parentheses,
    /// libtraceevent takes that for a part of the operand (`!a ? b : c`).
    fn operand(&mut self) -> Option<Expression> {
        let operand = self.nested(Self::unary)?;
        let rest = self.rest();
        (rest.is_empty() || rest.starts_with([')', ',', '}'])).then_some(operand)
    }

    /// `unsigned int)`: its bits; nothing is taken if it is none.
    fn cast(&mut self) -> Option<u32> {
        let (kind, behind) = self.rest.split_once(')')?;
        let bits = match element(kind.trim())? {
            Element::Char => 8,
            Element::Number(size) => 8 * u32::try_from(size).ok()?,
        };
        self.rest = behind;
        Some(bits)
    }
}

/// A number as C writes it: `0x1f`, `010`, `5UL`.
fn number(word: &str) -> Option<u64> {
    let digits = word.trim_end_matches(['u', 'U', 'l', 'L']);
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None if digits.len() > 1 && digits.starts_with('0') => u64::from_str_radix(digits, 8).ok(),
        None => digits.parse().ok(),
    }
}
