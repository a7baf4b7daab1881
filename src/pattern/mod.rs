//! What to look for: loops as the user writes them, and which events matter to them.
//!
//! [`grammar`] reads a loop; [`Watch`] answers, for the name of an event, at
//! which positions of which loops it stands. [`Field`] and [`Condition`] look
//! into an event, where a position asks for more than its name.

mod condition;
pub mod conf;
mod field;
mod glob;
pub mod grammar;
mod name;
mod pairs;
mod selection;
mod watch;

pub use condition::{Comparison, Condition, Test};
pub use field::{Field, Grouping, Header};
pub use glob::Glob;
pub use grammar::{Loop, Notation, Pointer, Position, SyntaxError};
pub use name::{EventName, bare};
pub use pairs::begun_by;
pub use selection::{Numbers, Selection};
pub use watch::{CategoryCounts, Found, Hit, Known, Watch};

/// Parses a loop as the command line has it: `[NAME=]A -> B -> C [by KEY]`.
///
/// A loop without a name has an empty one; give each loop of a task a name of its own.
///
/// # Errors
///
/// The first mistake, and its place in the text.
pub fn parse_loop(text: &str) -> Result<Loop, SyntaxError> {
    grammar::parse(text, Notation::Arrows)
}

/// The most positions that a loop can have.
pub const POSITIONS_MAX: usize = 32;
