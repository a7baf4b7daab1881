//! Keys: what tells one place in a loop from another, and what groups are called.

mod group;
mod value;

pub use group::GroupValue;
pub use value::KeyValue;

use crate::event::HeaderField;

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

    /// Returns the header field that holds this key's values; `None` for [`Key::All`].
    pub fn header_field(self) -> Option<HeaderField> {
        match self {
            Key::Tid => Some(HeaderField::Tid),
            Key::Pid => Some(HeaderField::Pid),
            Key::Cpu => Some(HeaderField::Cpu),
            Key::Comm => Some(HeaderField::Comm),
            Key::All => None,
        }
    }

    /// The key of a name.
    pub fn from_name(name: &str) -> Option<Key> {
        Key::NAMES.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }
}

/// Where the values of a loop's key come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The loop's key, at each position.
    Header,
    /// Fields of the event, at each position.
    Fields,
    /// One or the other.
    Both,
}
