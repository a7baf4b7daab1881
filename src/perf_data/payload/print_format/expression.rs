//! Numeric arguments of a print format: C expressions, evaluated in the same way as libtraceevent evaluates them. Every
//! number is unsigned and has 64 bits. The values of fields are not sign-extended, and a cast to a smaller type cuts
//! off the upper bits.

/// A parsed numeric argument.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Number(u64),
    /// A little-endian number in the raw data.
    Field {
        /// The offset of its first byte.
        offset: usize,
        /// The number of its bytes, 1 to 8.
        size: usize,
    },
    /// A number cut to this many of its lowest bits, 1 to 64.
    Cast(u32, Box<Expression>),
    /// `!a`
    Not(Box<Expression>),
    /// `~a`
    Complement(Box<Expression>),
    /// One of [`OPERATORS`] and its two operands.
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// `a ? b : c`
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
}

/// The binary operators of C, one row for each precedence. The operators of the first row bind least tightly.
pub(super) const OPERATORS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Expression {
    /// Returns about how many bytes of memory the expression takes.
    pub(super) fn memory(&self) -> usize {
        let operands = match self {
            Expression::Number(_) | Expression::Field { .. } => 0,
            Expression::Cast(_, inner) | Expression::Not(inner) | Expression::Complement(inner) => inner.memory(),
            Expression::Binary(_, left, right) => left.memory() + right.memory(),
            Expression::Conditional(condition, one, other) => condition.memory() + one.memory() + other.memory(),
        };
        size_of::<Expression>() + operands
    }

    /// Evaluates the expression on the raw data of a sample. Returns `None` if the data are too short for a field, or
    /// if a divisor is 0.
    pub(super) fn value(&self, raw: &[u8]) -> Option<u64> {
        Some(match self {
            Expression::Number(number) => *number,
            Expression::Field { offset, size } => {
                let bytes = raw.get(*offset..offset.checked_add(*size)?)?;
                bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
            Expression::Cast(bits, inner) => inner.value(raw)? << (64 - bits) >> (64 - bits),
            Expression::Not(inner) => u64::from(inner.value(raw)? == 0),
            Expression::Complement(inner) => !inner.value(raw)?,
            Expression::Conditional(condition, one, other) => {
                if condition.value(raw)? == 0 { other } else { one }.value(raw)?
            }
            Expression::Binary(operator, left, right) => binary(operator, left.value(raw)?, right.value(raw)?)?,
        })
    }
}

/// Applies one of [`OPERATORS`]; `None` where a divisor is 0.
fn binary(operator: &str, left: u64, right: u64) -> Option<u64> {
    Some(match operator {
        "||" => u64::from(left != 0 || right != 0),
        "&&" => u64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => u64::from(left == right),
        "!=" => u64::from(left != right),
        "<=" => u64::from(left <= right),
        ">=" => u64::from(left >= right),
        "<" => u64::from(left < right),
        ">" => u64::from(left > right),
        "<<" => left.wrapping_shl(right as u32),
        ">>" => left.wrapping_shr(right as u32),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right)?,
        "%" => left.checked_rem(right)?,
        _ => return None,
    })
}
