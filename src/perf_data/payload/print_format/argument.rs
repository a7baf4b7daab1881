//! Parses the arguments of a print format: their C text becomes an [`Expression`] (a number) or a [`StringArgument`].

use super::expression::{Expression, OPERATORS};
use super::string_argument::{FlagSymbol, KERNEL_CONSTANTS, StringArgument};
use super::token::Tokens;
use crate::perf_data::payload::field::{DeclaredFields, Element, TraceField, element};

/// The largest depth of nesting in an argument. An expression is evaluated by recursion, so this also bounds the stack.
const DEPTH_MAX: usize = 64;
/// The largest number of binary operators in an argument. It bounds the recursion, too.
const OPERATORS_MAX: usize = 512;
/// The largest number of bytes in the type of a cast, up to its closing parenthesis: `const unsigned long long)`.
const CAST_MAX: usize = 64;

/// The parser of one argument. Each of its methods returns `None` where it does not understand the argument.
pub(super) struct ArgumentParser<'a> {
    tokens: Tokens<'a>,
    /// The fields of the format file, to which `REC->name` refers.
    declared: &'a DeclaredFields,
    depth: usize,
    operators: usize,
}

impl<'a> ArgumentParser<'a> {
    pub(super) fn new(argument: &'a str, declared: &'a DeclaredFields) -> Self {
        ArgumentParser { tokens: Tokens::new(argument), declared, depth: 0, operators: 0 }
    }

    /// Returns whether the whole argument was parsed.
    pub(super) fn is_at_end(&self) -> bool {
        self.tokens.rest().is_empty()
    }

    /// Parses an argument of `%s`: a plain string, or a choice `a ? b : c` between two of them.
    pub(super) fn string_argument(&mut self) -> Option<StringArgument> {
        let before = self.tokens;
        // A plain string must be the whole argument, or a whole branch of `a ? b : c`, perhaps in parentheses. So one
        // of these signs follows it, or nothing.
        let ends_branch = |rest: &str| rest.is_empty() || rest.starts_with([',', ':', ')']);
        if let Some(plain) = self.plain_string_argument()
            && ends_branch(self.tokens.rest())
        {
            return Some(plain);
        }
        self.tokens = before;
        if self.tokens.take("(") {
            // The parentheses may hold the whole choice, or only its condition.
            let inner = self.nested(|parser| {
                let inner = parser.string_argument()?;
                parser.tokens.expect(")")?;
                ends_branch(parser.tokens.rest()).then_some(inner)
            });
            if inner.is_some() {
                return inner;
            }
            self.tokens = before;
        }
        let condition = self.binary(0)?;
        self.tokens.expect("?")?;
        let one = self.nested(Self::string_argument)?;
        self.tokens.expect(":")?;
        let other = self.nested(Self::string_argument)?;
        Some(StringArgument::Conditional(condition, Box::new(one), Box::new(other)))
    }

    /// Parses a string literal, a field, or a call of `__print_flags` or `__print_symbolic`.
    fn plain_string_argument(&mut self) -> Option<StringArgument> {
        if self.tokens.rest().starts_with('"') {
            return self.tokens.string().map(StringArgument::Constant);
        }
        if self.tokens.take("REC->") {
            let field = self.field()?;
            return field.is_string().then(|| StringArgument::Field(field.clone()));
        }
        if self.tokens.take("__get_str(") || self.tokens.take("__get_rel_str(") {
            let field = self.field()?;
            self.tokens.expect(")")?;
            return field.is_string().then(|| StringArgument::Field(field.clone()));
        }
        if self.tokens.take("__print_flags(") {
            let value = self.expression()?;
            self.tokens.expect(",")?;
            let delimiter = self.tokens.string()?;
            return Some(StringArgument::Flags { value, delimiter, symbols: self.symbols()? });
        }
        if self.tokens.take("__print_symbolic(") {
            let value = self.expression()?;
            return Some(StringArgument::Symbolic { value, symbols: self.symbols()? });
        }
        None
    }

    /// Parses the rest of a call of `__print_flags` or `__print_symbolic`: `, { 1, "a" }, { 1 << 1, "b" })`.
    fn symbols(&mut self) -> Option<Vec<FlagSymbol>> {
        let mut symbols = Vec::new();
        while self.tokens.take(",") {
            self.tokens.expect("{")?;
            let value = self.symbol_value()?;
            self.tokens.expect(",")?;
            symbols.push(FlagSymbol { value, name: self.tokens.string()? });
            self.tokens.expect("}")?;
        }
        self.tokens.expect(")")?;
        Some(symbols)
    }

    /// Parses and evaluates a constant expression. A name stands for a constant of the kernel. `Some(None)` means that
    /// it is none of [`KERNEL_CONSTANTS`], so that its value is unknown here.
    fn symbol_value(&mut self) -> Option<Option<u64>> {
        if self.tokens.rest().starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            let constant = self.tokens.identifier();
            let known = KERNEL_CONSTANTS.iter().find(|(name, _)| *name == constant);
            return Some(known.map(|(_, value)| *value));
        }
        self.expression()?.value(&[]).map(Some)
    }

    /// Calls `parse` one level of nesting deeper; returns `None` beyond [`DEPTH_MAX`] levels.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let parsed = if self.depth > DEPTH_MAX { None } else { parse(self) };
        self.depth -= 1;
        parsed
    }

    /// Parses a numeric expression, `a ? b : c` included.
    pub(super) fn expression(&mut self) -> Option<Expression> {
        let condition = self.binary(0)?;
        if !self.tokens.take("?") {
            return Some(condition);
        }
        let one = self.nested(Self::expression)?;
        self.tokens.expect(":")?;
        let other = self.nested(Self::expression)?;
        Some(Expression::Conditional(Box::new(condition), Box::new(one), Box::new(other)))
    }

    /// Parses an operand, or several operands with binary operators between them. Takes only operators of row `level`
    /// of [`OPERATORS`] and of the later rows, which bind more tightly.
    fn binary(&mut self, level: usize) -> Option<Expression> {
        let Some(operators) = OPERATORS.get(level) else { return self.nested(Self::unary) };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.binary(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    /// Takes the next operator, if `operators` contains it.
    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let rest = self.tokens.rest();
        // The text `<<` begins with the operator `<` as well, so the longest one must be taken.
        let longest = longest_operator(rest)?;
        if !operators.contains(&longest) || self.operators == OPERATORS_MAX {
            return None;
        }
        self.operators += 1;
        self.tokens.expect(longest)?;
        Some(longest)
    }

    /// Parses an operand with the unary operators before it.
    fn unary(&mut self) -> Option<Expression> {
        if self.tokens.take("!") {
            return Some(Expression::Not(Box::new(self.unary_operand()?)));
        }
        if self.tokens.take("~") {
            return Some(Expression::Complement(Box::new(self.unary_operand()?)));
        }
        if self.tokens.take("-") {
            return Some(Expression::Binary("-", Box::new(Expression::Number(0)), Box::new(self.unary_operand()?)));
        }
        if self.tokens.take("(") {
            if let Some(bits) = self.cast() {
                return Some(Expression::Cast(bits, Box::new(self.nested(Self::unary)?)));
            }
            let inner = self.nested(Self::expression)?;
            self.tokens.expect(")")?;
            return Some(inner);
        }
        if self.tokens.take("REC->") {
            return self.numeric_field();
        }
        number(self.tokens.identifier()).map(Expression::Number)
    }

    /// Parses the operand of `!`, `~` or `-`. If an operator follows the operand, libtraceevent takes all the rest as
    /// the operand: it reads `!a ? b : c` as `!(a ? b : c)`. Such an argument counts as not understood, so that the
    /// printed text never differs from perf's.
    fn unary_operand(&mut self) -> Option<Expression> {
        let operand = self.nested(Self::unary)?;
        let rest = self.tokens.rest();
        (rest.is_empty() || rest.starts_with([')', ',', '}'])).then_some(operand)
    }

    /// Takes the rest of a cast behind its opening parenthesis, `unsigned int)`, and returns the number of bits that
    /// the cast keeps. Takes nothing if the parentheses hold something else than a type.
    fn cast(&mut self) -> Option<u32> {
        self.tokens.take_until(')', CAST_MAX, |c_type| match element(c_type.trim())? {
            Element::Char => Some(8),
            Element::Number(size) => Some(8 * u32::try_from(size).ok()?),
        })
    }

    /// Parses the text behind `REC->`: `pid`, `args[1]`.
    fn numeric_field(&mut self) -> Option<Expression> {
        let field = self.field()?;
        let index = if self.tokens.take("[") {
            let index = number(self.tokens.identifier())?;
            self.tokens.expect("]")?;
            Some(usize::try_from(index).ok()?)
        } else {
            None
        };
        let (offset, size) = field.number_at(index)?;
        Some(Expression::Field { offset, size })
    }

    /// Takes the name of a field that the format file declares, and returns the field.
    fn field(&mut self) -> Option<&'a TraceField> {
        let name = self.tokens.identifier();
        self.declared.get(name)
    }
}

/// Returns the longest of the [`OPERATORS`] that a text begins with. All operators have one or two characters.
fn longest_operator(text: &str) -> Option<&'static str> {
    if !text.starts_with(['|', '&', '^', '=', '!', '<', '>', '+', '-', '*', '/', '%']) {
        return None;
    }
    let here = OPERATORS.iter().copied().flatten().filter(|operator| text.starts_with(**operator));
    here.max_by_key(|operator| operator.len()).copied()
}

/// Reads a number as C writes it: `0x1f`, `010`, `5UL`.
fn number(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None if digits.len() > 1 && digits.starts_with('0') => u64::from_str_radix(digits, 8).ok(),
        None => digits.parse().ok(),
    }
}
