//! The events to look for: loops as the user writes them, and their positions
//! by event name.
//!
//! [`grammar`] parses a loop into a [`Loop`]. [`Watch`] tells at which positions
//! of which loops an event's name stands. [`Field`] and [`Condition`] read an
//! event where a position asks for more than its name.

mod category;
mod condition;
pub mod conf;
mod field;
mod glob;
pub mod grammar;
mod name;
mod pairs;
mod perf_event;
mod reference;
mod selection;
mod spec;
mod watch;

pub use category::CategoryCounts;
pub use condition::{Comparison, Condition, Test};
pub use field::{Field, Header};
pub use glob::Glob;
pub use grammar::{Notation, Pointer, SyntaxError};
pub use name::{EventName, bare};
pub use pairs::pair_beginning_with;
pub use reference::{FieldReference, FieldReferences, Target};
pub use selection::{Numbers, Selection};
pub use spec::{Limit, Loop, Negated, POSITIONS_MAX, Position};
pub use watch::{Found, Hit, Known, Watch};

/// Parses a loop as the command line has it: `[NAME=]A -> !X -> B -> C [by KEY] [within DURATION]`.
///
/// A loop without a name has an empty one; give each loop of a task a name of its own.
///
/// # Errors
///
/// The first mistake, and its place in the text.
pub fn parse_loop(text: &str) -> Result<Loop, SyntaxError> {
    grammar::parse(text, Notation::Arrows)
}
