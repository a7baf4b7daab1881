//! The events to look for: loops in the form in which the user writes them, and the positions at which an event of a
//! given name stands.
//!
//! [`grammar`] parses a text into a [`Loop`]. [`Watch`] finds the positions of all loops at which events of a name
//! stand. If a position asks for more than the name, [`Field`] and [`Condition`] read the event.

mod category;
mod condition;
pub mod conf;
mod event_counts;
mod field;
mod glob;
pub mod grammar;
mod name;
mod pairs;
mod perf_event;
mod reference;
mod selection;
mod spec;
mod typed_names;
mod watch;

pub use condition::{Comparison, Condition, Test};
pub use event_counts::EventCounts;
pub use field::{Field, Header};
pub use glob::Glob;
pub use grammar::{Notation, Pointer, SyntaxError};
pub use name::{EventName, bare};
pub use pairs::{Pairs, pairs_beginning_with};
pub use reference::{FieldReference, FieldReferences, Target};
pub use selection::{Numbers, Selection};
pub use spec::{Limit, Loop, Negated, POSITIONS_MAX, Position};
pub use typed_names::typed_names;
pub use watch::{Found, Hit, Known, Watch};

/// Parses a loop in the notation of the command line: `[NAME=]A -> !X -> B -> C [by KEY] [within DURATION]`.
///
/// The name is empty if the text has none. All loops of one run must have different names; this is not checked here.
///
/// # Errors
///
/// The first mistake, with its place in the text.
pub fn parse_loop(text: &str) -> Result<Loop, SyntaxError> {
    grammar::parse(text, Notation::Arrows)
}
