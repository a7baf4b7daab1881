//! The window of `--reorder`, within which events are put in time order.
//!
//! perf trace prints a call when it returns. The call of another thread may have begun earlier and return later. Then
//! it is printed later, and its enter steps back in time. The events of one thread come in order, but a loop that joins
//! threads needs all events sorted.

use crate::event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Syntax, Tid};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The distance by which events may be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The number of events that are held back.
    Events(usize),
    /// The time span: an event is held back until an event is read that is later by this span.
    Span(Nanos),
}

impl Window {
    /// The largest number of events that a span holds.
    pub const SPAN_EVENTS: usize = 65536;

    fn capacity(self) -> usize {
        match self {
            Window::Events(count) => count,
            Window::Span(_) => Window::SPAN_EVENTS,
        }
    }
}

/// The largest length in bytes of the name, comm and payload together. A longer event cannot be held back.
const TEXT_MAX: usize = 1024;

/// The largest number of ends of threads that are held back, beside the events.
const FORGETS_MAX: usize = 65536;

/// A thing that the buffer of held-back things releases.
#[derive(Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// An event.
    Event(Event<'a>),
    /// A thread ended, or its tid is used anew.
    Forget(Tid),
}

/// Events that are held back, at most as many as the window allows.
///
/// The earliest event comes out first; of events with the same time, the one that arrived first. An event that is older
/// than the window allows comes out at once.
pub struct Reorder {
    window: Window,
    /// The time, the number of arrival and the slot of everything that is held back.
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The number of events among the held things. The ends of threads take no place in a window of N events.
    events: usize,
    arrivals: u64,
    newest: u64,
}

/// Room for one thing that is held back. It is used again for later things.
struct Slot {
    content: Content,
    time: Nanos,
    /// The name, then the comm, then the payload.
    text: Vec<u8>,
}

/// The parts of a held thing, apart from its time and text. A text stands here as its length.
#[derive(Clone, Copy)]
enum Content {
    Forget(Tid),
    Event {
        resolution: Resolution,
        tid: Option<Tid>,
        pid: Option<Pid>,
        cpu: Option<Cpu>,
        name: usize,
        comm: Option<usize>,
        syntax: &'static Syntax,
    },
}

impl Reorder {
    /// Creates an empty window. It grows to its size as events come.
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

    /// Holds an event back. Returns false and does not hold it if its texts are too long, because memory must stay
    /// bounded.
    pub fn hold(&mut self, event: &Event<'_>) -> bool {
        let Event { time, resolution, tid, pid, cpu, name, comm, payload } = *event;
        let Payload { bytes, syntax } = payload;
        let texts = [name, comm.unwrap_or_default(), bytes];
        if texts.iter().map(|text| text.len()).sum::<usize>() > TEXT_MAX {
            return false;
        }
        let content =
            Content::Event { resolution, tid, pid, cpu, name: name.len(), comm: comm.map(<[u8]>::len), syntax };
        self.push(content, time, texts);
        true
    }

    /// Holds the end of a thread back, at its place among the events: by its time, or, if it has none, behind all
    /// events that arrived before it.
    pub fn hold_forget(&mut self, tid: Tid, time: Option<Nanos>) {
        self.push(Content::Forget(tid), time.unwrap_or(Nanos(self.newest)), [b"", b"", b""]);
    }

    fn push(&mut self, content: Content, time: Nanos, texts: [&[u8]; 3]) {
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { content, time, text: Vec::new() });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[at];
        (slot.content, slot.time) = (content, time);
        slot.text.clear();
        texts.into_iter().for_each(|text| slot.text.extend_from_slice(text));
        self.newest = self.newest.max(time.0);
        self.events += usize::from(matches!(content, Content::Event { .. }));
        self.arrivals += 1;
        self.queue.push(Reverse((time.0, self.arrivals, at)));
    }

    /// Takes out the earliest thing if the window is too full, or the thing too old, to hold it any longer.
    pub fn next_due(&mut self) -> Option<Held<'_>> {
        let Reverse((time, ..)) = *self.queue.peek()?;
        let full = self.events > self.window.capacity() || self.queue.len() - self.events > FORGETS_MAX;
        let old = matches!(self.window, Window::Span(span) if self.newest - time >= span.0);
        if full || old { self.next_of_all() } else { None }
    }

    /// Takes out the earliest thing, whether the window could still hold it or not.
    pub fn next_of_all(&mut self) -> Option<Held<'_>> {
        let Reverse((_, _, at)) = self.queue.pop()?;
        self.free.push(at);
        self.events -= usize::from(matches!(self.slots[at].content, Content::Event { .. }));
        let Slot { content, time, text } = &self.slots[at];
        Some(match *content {
            Content::Forget(tid) => Held::Forget(tid),
            Content::Event { resolution, tid, pid, cpu, name, comm, syntax } => {
                let (name, rest) = text.split_at(name);
                let (comm_text, bytes) = rest.split_at(comm.unwrap_or(0));
                let comm = comm.map(|_| comm_text);
                let payload = Payload { bytes, syntax };
                Held::Event(Event { time: *time, resolution, tid, pid, cpu, name, comm, payload })
            }
        })
    }

    /// Ends a recording. The window must be empty. The next recording has a clock of its own.
    pub fn end_recording(&mut self) {
        self.newest = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::PERF_SCRIPT_SYNTAX;

    fn event(time: u64, name: &[u8]) -> Event<'_> {
        Event {
            time: Nanos(time),
            resolution: Resolution::Micros,
            tid: Some(1),
            pid: None,
            cpu: Some(3),
            name,
            comm: Some(b"c"),
            payload: Payload { bytes: b" x=1", syntax: &PERF_SCRIPT_SYNTAX },
        }
    }

    /// Returns the times in the order in which they come out.
    fn order(window: Window, times: &[u64]) -> String {
        let mut reorder = Reorder::new(window);
        let mut out = Vec::new();
        let mut push = |held: Option<Held<'_>>| match held {
            Some(Held::Event(event)) => out.push(event.time.0.to_string()),
            Some(Held::Forget(tid)) => out.push(format!("-{tid}")),
            None => {}
        };
        for &time in times {
            assert!(reorder.hold(&event(time, b"a")));
            while let Some(held) = reorder.next_due() {
                push(Some(held));
            }
        }
        while let Some(held) = reorder.next_of_all() {
            push(Some(held));
        }
        out.join(" ")
    }

    #[test]
    fn a_window_of_events_puts_them_in_order() {
        assert_eq!(order(Window::Events(2), &[5, 3, 4, 9, 8]), "3 4 5 8 9");
        // Events that are older than the window allows come out at once.
        assert_eq!(order(Window::Events(1), &[5, 7, 9, 2, 1, 10]), "5 7 2 1 9 10");
    }

    #[test]
    fn ends_of_threads_take_no_place_among_the_events() {
        let mut reorder = Reorder::new(Window::Events(1));
        assert!(reorder.hold(&event(3, b"a")));
        reorder.hold_forget(7, Some(Nanos(4)));
        assert_eq!(reorder.next_due(), None);
        assert!(reorder.hold(&event(2, b"b")));
        assert_eq!(reorder.next_due(), Some(Held::Event(event(2, b"b"))));
        assert_eq!(reorder.next_due(), None);
        // They are bounded all the same.
        (0..FORGETS_MAX as u64).for_each(|time| reorder.hold_forget(8, Some(Nanos(10 + time))));
        assert_eq!(reorder.next_due(), Some(Held::Event(event(3, b"a"))));
    }

    #[test]
    fn a_window_of_time_holds_no_longer() {
        assert_eq!(order(Window::Span(Nanos(3)), &[5, 3, 4, 9, 8, 2, 1]), "3 4 5 2 1 8 9");
    }

    #[test]
    fn what_is_held_comes_out_whole() {
        let mut reorder = Reorder::new(Window::Events(1));
        assert!(reorder.hold(&event(2, b"x:a")));
        reorder.hold_forget(7, None);
        assert!(reorder.hold(&Event { comm: None, ..event(1, b"b") }));
        assert!(!reorder.hold(&event(1, &[b'n'; 1100])));
        assert_eq!(reorder.next_due(), Some(Held::Event(Event { comm: None, ..event(1, b"b") })));
        assert_eq!(reorder.next_due(), None);
        assert_eq!(reorder.next_of_all(), Some(Held::Event(event(2, b"x:a"))));
        assert_eq!(reorder.next_of_all(), Some(Held::Forget(7)));
        assert_eq!(reorder.next_of_all(), None);
    }
}
