//! The window of `--reorder`, within which events are put in the order of time.
//!
//! perf trace prints a call when it returns. So a long call is printed behind the calls that other threads made
//! meanwhile, although its enter came before them. Within one thread the order is right. But a loop that joins threads
//! needs all events in the order of time.

use super::held_event::HeldEvent;
use super::origin::Origin;
use crate::event::{Event, Nanos, Tid};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The largest distance by which the order of the input may differ from the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// At most this number of events is held back.
    Events(usize),
    /// An event is held back until an event is read that is later by this span of time.
    Span(Nanos),
}

impl Window {
    /// The largest number of events that a window with a span of time holds back, because memory must stay bounded.
    pub const SPAN_EVENTS: usize = 65536;

    fn capacity(self) -> usize {
        match self {
            Window::Events(count) => count,
            Window::Span(_) => Window::SPAN_EVENTS,
        }
    }
}

/// The window also holds back two kinds of items that no loop needs: records that a thread has ended, and events that only
/// the analyses of threads use. This is the largest number of such items. They do not count as events of a [`Window`].
const OTHERS_MAX: usize = 65536;

/// An event, or the end of a thread, that leaves the window.
#[derive(Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// An event, with its origin.
    Event(Event<'a>, Origin),
    /// An event that no loop needs, and that only shows what threads do.
    Unfollowed(Event<'a>),
    /// The end of a thread. If its tid comes again later, it is that of another thread.
    Forget(Tid),
}

/// The window: the events that are held back.
///
/// The earliest event leaves first. Among events with the same time, the one that came first leaves first. An event
/// that comes later than the window allows leaves at once, in the wrong order.
pub struct Reorder {
    window: Window,
    /// The time, the number of arrival and the index in `slots` of everything that is held back.
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    slots: Vec<Slot>,
    /// The indices in `slots` that hold nothing.
    free: Vec<usize>,
    /// The number of events that are held back and go on to the loops. The ends of threads, and the events that no loop
    /// needs, do not count, because they take no place in a window of N events.
    events: usize,
    /// The number of events and ends of threads that have come so far.
    arrivals: u64,
    /// The latest time, in nanoseconds, of the events for the loops that have come so far.
    newest: u64,
}

/// Memory for one event or end of a thread that is held back. It is used again for later ones.
struct Slot {
    /// The thread that has ended; `None` if the slot holds an event.
    forget: Option<Tid>,
    event: HeldEvent,
    /// True if the event goes on to the loops.
    is_followed: bool,
    origin: Origin,
}

impl Reorder {
    /// Creates an empty window. Its memory grows as events come.
    pub fn new(window: Window) -> Self {
        Reorder {
            window,
            queue: BinaryHeap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            events: 0,
            arrivals: 0,
            newest: 0,
        }
    }

    /// Holds an event back. Returns false, and does not hold it, if its texts (name, comm, machine and payload) are
    /// longer than 1024 bytes together, because memory must stay bounded.
    ///
    /// `origin` is that of the event, and leaves the window with it.
    pub fn hold(&mut self, event: &Event<'_>, origin: Origin) -> bool {
        let is_held = self.hold_any(event, origin, true);
        if is_held {
            self.newest = self.newest.max(event.time.0);
            self.events += 1;
        }
        is_held
    }

    /// Holds an event back that no loop needs. It leaves the window in the order of time, but does not count as one of
    /// the N events of a window, and does not make others leave. Returns false, and does not hold it, if its texts are
    /// too long; see [`Reorder::hold`].
    pub fn hold_unfollowed(&mut self, event: &Event<'_>) -> bool {
        self.hold_any(event, Origin::default(), false)
    }

    fn hold_any(&mut self, event: &Event<'_>, origin: Origin, is_followed: bool) -> bool {
        let at = self.free_slot();
        let slot = &mut self.slots[at];
        (slot.forget, slot.origin, slot.is_followed) = (None, origin, is_followed);
        if !slot.event.set(event) {
            self.free.push(at);
            return false;
        }
        self.push(event.time, at);
        true
    }

    /// Holds the end of a thread back. It leaves the window in the order of time. If it has no time, it leaves behind
    /// all events that came before it.
    pub fn hold_forget(&mut self, tid: Tid, time: Option<Nanos>) {
        let at = self.free_slot();
        self.slots[at].forget = Some(tid);
        self.push(time.unwrap_or(Nanos(self.newest)), at);
    }

    fn free_slot(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                forget: None,
                event: HeldEvent::new(),
                origin: Origin::default(),
                is_followed: true,
            });
            self.slots.len() - 1
        })
    }

    fn push(&mut self, time: Nanos, at: usize) {
        self.arrivals += 1;
        self.queue.push(Reverse((time.0, self.arrivals, at)));
    }

    /// Takes out the earliest event or end of a thread, if the window holds too many of them, or if this earliest one
    /// has been held for the whole span of the window.
    pub fn next_due(&mut self) -> Option<Held<'_>> {
        let Reverse((time, ..)) = *self.queue.peek()?;
        let full = self.events > self.window.capacity() || self.queue.len() - self.events > OTHERS_MAX;
        // The end of a thread may be later than all events; the subtraction must then give 0.
        let old = matches!(self.window, Window::Span(span) if self.newest.saturating_sub(time) >= span.0);
        if full || old { self.next_of_all() } else { None }
    }

    /// Takes out the earliest event or end of a thread, even if the window could hold it longer.
    pub fn next_of_all(&mut self) -> Option<Held<'_>> {
        let Reverse((_, _, at)) = self.queue.pop()?;
        self.free.push(at);
        let Slot { forget, event, origin, is_followed } = &self.slots[at];
        if let Some(tid) = *forget {
            return Some(Held::Forget(tid));
        }
        if !is_followed {
            return event.event().map(Held::Unfollowed);
        }
        self.events -= 1;
        event.event().map(|event| Held::Event(event, *origin))
    }

    /// Returns the origins of all events that are held back.
    pub(super) fn origins(&self) -> impl Iterator<Item = Origin> {
        self.queue.iter().map(|Reverse((_, _, at))| self.slots[*at].origin)
    }

    /// Ends a recording. The window must be empty. The next recording has a clock of its own, so the latest time is
    /// forgotten.
    pub fn end_recording(&mut self) {
        self.newest = 0;
    }
}

#[cfg(test)]
mod tests;
