//! An event with its delta, in the form in which sinks get it in runs that show every event.

use crate::event::Event;

/// An event, and its delta to the previous event of the same category and key. A category is a group of event names, as
/// the predecessor of this program makes them.
#[derive(Clone, Copy, Debug)]
pub struct EventDelta<'a> {
    /// The event.
    pub event: &'a Event<'a>,
    /// The name of the event's category.
    pub category: &'a [u8],
    /// The number of the event's category. Categories are numbered from 0 in the order in which they come first.
    pub category_number: usize,
    /// The nanoseconds since the previous event of the same category and key. It is negative if time stepped back, and
    /// `None` if there was no such event.
    pub delta_ns: Option<i128>,
}
