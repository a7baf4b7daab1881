//! An event with its delta, as sinks get it in the modes that show every event.

use crate::event::Event;

/// An event with the delta to the event before it of the same category and key.
#[derive(Clone, Copy, Debug)]
pub struct EventDelta<'a> {
    /// The event.
    pub event: &'a Event<'a>,
    /// The name of its category.
    pub category: &'a [u8],
    /// The number of its category. Categories are numbered from 0 in the order in which they first come.
    pub category_number: usize,
    /// The nanoseconds since the previous event of the same category and key, negative if time stepped back; `None` for
    /// the first one.
    pub delta_ns: Option<i128>,
}
