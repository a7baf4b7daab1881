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
pub use field::{Field, Grouping, Header, Value};
pub use glob::Glob;
pub use grammar::{KeySource, Loop, Notation, Pointer, Position, SyntaxError};
pub use name::{EventName, bare};
pub use pairs::begun_by;
pub use selection::{Numbers, Selection};
pub use watch::{CategoryCounts, Found, Hit, Known, Watch};

/// The most positions that a loop can have.
pub const POSITIONS_MAX: usize = 32;

/// What keeps its own place in a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Each thread.
    Tid,
    /// Each process.
    Pid,
    /// Each processor.
    Cpu,
    /// Each command name.
    Comm,
    /// Everything together: the loop may cross threads.
    All,
}

impl Key {
    /// Every key with its name on the command line.
    pub const NAMES: &[(&str, Key)] =
        &[("tid", Key::Tid), ("pid", Key::Pid), ("cpu", Key::Cpu), ("comm", Key::Comm), ("all", Key::All)];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Key::NAMES.iter().find(|(_, key)| *key == self).map_or("", |(name, _)| name)
    }

    /// The key of a name.
    pub fn from_name(name: &str) -> Option<Key> {
        Key::NAMES.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }
}
