//! The keys that a loop may have.

use crate::event::HeaderField;

/// The key of a loop. Only events with the same value of the key belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The loop is followed in each thread separately.
    Tid,
    /// The loop is followed in each process separately, over all its threads.
    Pid,
    /// The loop is followed on each CPU separately.
    Cpu,
    /// The loop is followed for each command name separately.
    Comm,
    /// All events have the same value, so the loop crosses threads.
    All,
}

impl Key {
    /// All keys with their names on the command line.
    pub const NAMES: &[(&str, Key)] =
        &[("tid", Key::Tid), ("pid", Key::Pid), ("cpu", Key::Cpu), ("comm", Key::Comm), ("all", Key::All)];

    /// Returns the name of the key on the command line.
    pub fn name(self) -> &'static str {
        Key::NAMES.iter().find(|(_, key)| *key == self).map_or("", |(name, _)| name)
    }

    /// Returns the header field with the values of this key; `None` for [`Key::All`].
    pub fn header_field(self) -> Option<HeaderField> {
        match self {
            Key::Tid => Some(HeaderField::Tid),
            Key::Pid => Some(HeaderField::Pid),
            Key::Cpu => Some(HeaderField::Cpu),
            Key::Comm => Some(HeaderField::Comm),
            Key::All => None,
        }
    }

    /// Returns the key with this name on the command line.
    pub fn from_name(name: &str) -> Option<Key> {
        Key::NAMES.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }
}

/// The place from which the values of a loop's key come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// At every position (for every event of the loop), the value comes from the header of the event.
    Header,
    /// At every position, the value comes from fields that the loop names (`@field`).
    Fields,
    /// At some positions the value comes from fields, and at the others from the header.
    Both,
}
