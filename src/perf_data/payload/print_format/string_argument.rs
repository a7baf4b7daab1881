//! The arguments of `%s`: strings, and values that are printed by their names, such as flags.

use super::expression::Expression;
use super::token::has_identifier;
use crate::perf_data::bytes::text;
use crate::perf_data::payload::field::TraceField;

/// A parsed argument of `%s`.
#[derive(Clone, Debug)]
pub(super) enum StringArgument {
    /// `"a string literal"`
    Constant(String),
    /// `REC->comm`, `__get_str(filename)`
    Field(TraceField),
    /// `__print_flags(REC->prev_state, "|", { 1, "S" }, { 2, "D" })`
    Flags { value: Expression, delimiter: String, symbols: Vec<FlagSymbol> },
    /// `__print_symbolic(REC->vec, { 0, "HI" }, { 1, "TIMER" })`
    Symbolic { value: Expression, symbols: Vec<FlagSymbol> },
    /// `condition ? one : other`
    Conditional(Expression, Box<StringArgument>, Box<StringArgument>),
}

/// One `{ value, "name" }` pair of `__print_flags` and `__print_symbolic`.
#[derive(Clone, Debug)]
pub(super) struct FlagSymbol {
    /// The value; `None` if the format file has a name in its place, and this name is none of the
    /// [`KERNEL_CONSTANTS`]. libtraceevent then takes the value as -1.
    pub(super) value: Option<u64>,
    pub(super) name: String,
}

/// The constants of the kernel whose values libtraceevent knows.
pub(super) const KERNEL_CONSTANTS: [(&str, u64); 12] = [
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

impl StringArgument {
    /// Returns whether a string literal in this argument contains the name as a whole word.
    pub(super) fn names(&self, field: &str) -> bool {
        match self {
            StringArgument::Constant(text) => has_identifier(text, field),
            StringArgument::Conditional(_, one, other) => one.names(field) || other.names(field),
            StringArgument::Field(_) | StringArgument::Flags { .. } | StringArgument::Symbolic { .. } => false,
        }
    }

    /// Returns whether the string may come from the raw data of the sample, so that it may hold any bytes.
    pub(super) fn is_from_data(&self) -> bool {
        match self {
            StringArgument::Field(_) => true,
            StringArgument::Conditional(_, one, other) => one.is_from_data() || other.is_from_data(),
            StringArgument::Constant(_) | StringArgument::Flags { .. } | StringArgument::Symbolic { .. } => false,
        }
    }

    /// Returns whether a width and a precision act on this argument as in printf. They do so only on a constant and on
    /// a field.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, StringArgument::Constant(_) | StringArgument::Field(_))
    }

    /// Returns about how many bytes of memory the argument takes.
    pub(super) fn memory(&self) -> usize {
        let of_symbols = |symbols: &[FlagSymbol]| -> usize {
            symbols.iter().map(|symbol| size_of::<FlagSymbol>() + symbol.name.capacity()).sum()
        };
        let parts = match self {
            StringArgument::Constant(text) => text.capacity(),
            StringArgument::Field(_) => 0,
            StringArgument::Flags { value, symbols, .. } | StringArgument::Symbolic { value, symbols } => {
                value.memory() + of_symbols(symbols)
            }
            StringArgument::Conditional(condition, one, other) => condition.memory() + one.memory() + other.memory(),
        };
        size_of::<StringArgument>() + parts
    }

    /// Appends the string; `None` where the raw data are cut off.
    pub(super) fn print(&self, raw: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            StringArgument::Constant(text) => out.extend_from_slice(text.as_bytes()),
            StringArgument::Field(field) => out.extend_from_slice(text(field.bytes(raw)?)),
            StringArgument::Conditional(condition, one, other) => {
                return if condition.value(raw)? == 0 { other } else { one }.print(raw, out);
            }
            StringArgument::Symbolic { value, symbols } => print_symbolic(value.value(raw)?, symbols, out),
            StringArgument::Flags { value, delimiter, symbols } => {
                print_flags(value.value(raw)?, delimiter, symbols, out);
            }
        }
        Some(())
    }
}

/// Appends the name that belongs to a value, or the value in hexadecimal if it has no name.
fn print_symbolic(value: u64, symbols: &[FlagSymbol], out: &mut Vec<u8>) {
    match symbols.iter().find(|symbol| symbol.value.unwrap_or(u64::MAX) == value) {
        Some(FlagSymbol { name, .. }) => out.extend_from_slice(name.as_bytes()),
        None => out.extend_from_slice(format!("{value:#x}").as_bytes()),
    }
}

/// Appends the names of all flags that are set in `value`, then the bits without a name in hexadecimal: `S|T|0x10`.
fn print_flags(mut value: u64, delimiter: &str, symbols: &[FlagSymbol], out: &mut Vec<u8>) {
    let mut separator = "";
    for FlagSymbol { value: bits, name } in symbols {
        match bits {
            // Once no bit is left, libtraceevent prints the first symbol whose value, taken as a
            // signed number, is negative: an unknown constant (-1), or a value with the highest bit.
            bits if value == 0 && bits.is_none_or(|bits| bits > i64::MAX as u64) => {
                out.extend_from_slice(name.as_bytes());
                break;
            }
            Some(bits) if (1..=i64::MAX as u64).contains(bits) && value & bits == *bits => {
                out.extend_from_slice(separator.as_bytes());
                out.extend_from_slice(name.as_bytes());
                separator = delimiter;
                value &= !bits;
            }
            _ => {}
        }
    }
    if value > 0 {
        out.extend_from_slice(format!("{separator}{value:#x}").as_bytes());
    }
}
