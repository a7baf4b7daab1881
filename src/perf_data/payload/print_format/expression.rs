//! Numbers as libtraceevent computes them.

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Number(u64),
    /// So many bytes from here on.
    Field {
        offset: usize,
        size: usize,
    },
    /// Cut to so many bits.
    Cast(u32, Box<Expression>),
    Not(Box<Expression>),
    Inverse(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
}

/// The operators of C, those that bind least first.
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
    pub(super) fn value(&self, raw: &[u8]) -> Option<u64> {
        Some(match self {
            Expression::Number(number) => *number,
            Expression::Field { offset, size } => {
                let bytes = raw.get(*offset..offset.checked_add(*size)?)?;
                bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
            Expression::Cast(bits, inner) => inner.value(raw)? << (64 - bits) >> (64 - bits),
            Expression::Not(inner) => u64::from(inner.value(raw)? == 0),
            Expression::Inverse(inner) => !inner.value(raw)?,
            Expression::Choice(condition, one, other) => {
                if condition.value(raw)? == 0 { other } else { one }.value(raw)?
            }
            Expression::Binary(operator, left, right) => {
                let (left, right) = (left.value(raw)?, right.value(raw)?);
                match *operator {
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
                }
            }
        })
    }
}
