//! The keys that a loop can have.

use crate::event::HeaderField;

/// The key of a loop: events with the same value of it belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The loop is followed in each thread.
    Tid,
    /// The loop is followed in each process, over its threads.
    Pid,
    /// The loop is followed on each CPU.
    Cpu,
    /// The loop is followed for each command name.
    Comm,
    /// The loop is followed once: any event may follow any other.
    All,
}

impl Key {
    /// Every key with its name on the command line.
    pub const NAMES: &[(&str, Key)] =
        &[("tid", Key::Tid), ("pid", Key::Pid), ("cpu", Key::Cpu), ("comm", Key::Comm), ("all", Key::All)];

    /// Returns the key's name on the command line.
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

    /// Returns the key with this name.
    pub fn from_name(name: &str) -> Option<Key> {
        Key::NAMES.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }
}

/// The source of a key's values: the header of an event, or fields that the loop names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// Every position takes the loop's key.
    Header,
    /// Every position takes fields (`@field`).
    Fields,
    /// Some positions take fields, and the others the loop's key.
    Both,
}
