//! What `%s` prints: texts, and the names of values and bits.

use super::conversion::Padding;
use super::expression::Expression;
use super::has_word;
use crate::perf_data::bytes::text;
use crate::perf_data::payload::field::TraceField;

#[derive(Clone, Debug)]
pub(super) enum Words {
    Constant(String),
    Field(TraceField),
    Flags { value: Expression, between: String, names: Vec<Name> },
    Symbol { value: Expression, names: Vec<Name> },
    Choice(Expression, Box<Words>, Box<Words>),
}

/// What a value or some bits are called. Where the description has a constant
/// of the kernel by its name, libtraceevent takes it for -1.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) value: Option<u64>,
    pub(super) name: String,
}

/// But for these.
pub(super) const CONSTANTS: [(&str, u64); 12] = [
    ("HI_SOFTIRQ", 0),
    ("TIMER_SOFTIRQ", 1),
    ("NET_TX_SOFTIRQ", 2),
    ("NET_RX_SOFTIRQ", 3),
    ("BLOCK_SOFTIRQ", 4),
    ("IRQ_POLL_SOFTIRQ", 5),
    ("TASKLET_SOFTIRQ", 6),
    ("SCHED_SOFTIRQ", 7),
    ("HRTIMER_SOFTIRQ", 8),
    ("RCU_SOFTIRQ", 9),
    ("HRTIMER_NORESTART", 0),
    ("HRTIMER_RESTART", 1),
];

impl Words {
    /// Whether this word is one that may be chosen.
    pub(super) fn names(&self, field: &str) -> bool {
        match self {
            Words::Constant(text) => has_word(text, field),
            Words::Choice(_, one, other) => one.names(field) || other.names(field),
            Words::Field(_) | Words::Flags { .. } | Words::Symbol { .. } => false,
        }
    }

    /// Whether they stand in the data, and not in the description.
    pub(super) fn are_of_data(&self) -> bool {
        match self {
            Words::Field(_) => true,
            Words::Choice(_, one, other) => one.are_of_data() || other.are_of_data(),
            Words::Constant(_) | Words::Flags { .. } | Words::Symbol { .. } => false,
        }
    }

    /// Names of bits and values are only printed as they are.
    pub(super) fn padded(self, padding: Padding) -> Option<Words> {
        let is_plain = padding == Padding::default();
        (is_plain || matches!(self, Words::Constant(_) | Words::Field(_))).then_some(self)
    }

    pub(super) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Words::Constant(text) => out.extend_from_slice(text.as_bytes()),
            Words::Field(item) => out.extend_from_slice(text(item.bytes(raw)?)),
            Words::Choice(condition, one, other) => {
                return if condition.value(raw)? == 0 { other } else { one }.print(raw, out);
            }
            Words::Symbol { value, names } => {
                let value = value.value(raw)?;
                match names.iter().find(|name| name.value.unwrap_or(u64::MAX) == value) {
                    Some(Name { name, .. }) => out.extend_from_slice(name.as_bytes()),
                    None => out.extend_from_slice(format!("{value:#x}").as_bytes()),
                }
            }
            Words::Flags { value, between, names } => {
                let mut value = value.value(raw)?;
                let mut separator = "";
                for Name { value: bits, name } in names {
                    match bits {
                        // The highest bit as well makes a number less than 0.
                        bits if value == 0 && bits.is_none_or(|bits| bits > i64::MAX as u64) => {
                            out.extend_from_slice(name.as_bytes());
                            break;
                        }
                        Some(bits) if (1..=i64::MAX as u64).contains(bits) && value & bits == *bits => {
                            out.extend_from_slice(separator.as_bytes());
                            out.extend_from_slice(name.as_bytes());
                            separator = between;
                            value &= !bits;
                        }
                        _ => {}
                    }
                }
                if value > 0 {
                    out.extend_from_slice(format!("{separator}{value:#x}").as_bytes());
                }
            }
        }
        Some(())
    }
}
