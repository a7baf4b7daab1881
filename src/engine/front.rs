//! The front of the engine: it reads lines, and knows the event names that have come so far.

use crate::dialect::{FastLine, Line, NameSlot, Reader};
use crate::event::{Event, OwnThreads};
use crate::pattern::{Found, Hit, Watch};

/// Turns lines into events, and finds the positions of loops at which an event of a given name stands.
pub(super) struct Front {
    /// Reads lines.
    pub(super) reader: Reader,
    /// The event names of the input, and the positions of loops at which events of each name stand.
    pub(super) watch: Watch,
    /// The entry of `watch` for each slot of the reader. A slot is the reader's number for an event name that it
    /// recognises. With the entry, the name need not be searched in `watch`.
    found: Box<[Option<Found>; NameSlot::COUNT]>,
    /// The threads whose events are left out.
    left_out: Option<OwnThreads>,
}

impl Front {
    /// Creates a front that knows no names yet.
    pub(super) fn new() -> Self {
        Front {
            reader: Reader::default(),
            watch: Watch::new(&[]),
            found: Box::new([None; NameSlot::COUNT]),
            left_out: None,
        }
    }

    /// Leaves out the events of these threads from now on.
    pub(super) fn leave_out(&mut self, threads: Option<OwnThreads>) {
        if self.left_out != threads {
            self.reader.leave_out(threads.clone());
            self.left_out = threads;
        }
    }

    /// Returns the threads whose events are left out, if there are any.
    pub(super) fn left_out(&self) -> Option<&OwnThreads> {
        self.left_out.as_ref()
    }

    /// Returns whether an event is left out. Events of recognised lines of perf script and ftrace need not be checked
    /// with this: the reader does not recognise such a line if its event is left out.
    #[inline(always)]
    pub(super) fn leaves_out(&self, event: &Event<'_>) -> bool {
        self.left_out.as_ref().is_some_and(|threads| threads.have(event))
    }

    /// Recognises a line that looks like an earlier one; see [`Reader::recognise`].
    #[inline(always)]
    pub(super) fn recognise<'l>(&mut self, line: &'l [u8]) -> Option<FastLine<'l>> {
        self.reader.recognise(line)
    }

    /// Returns the entry for the event name of a slot. Returns `None` if [`connect`](Self::connect) has not been called
    /// for the slot.
    #[inline(always)]
    pub(super) fn known(&self, slot: NameSlot) -> Option<Found> {
        self.found[slot.index()]
    }

    /// Stores the entry for the event name that a slot of the reader stands for.
    pub(super) fn connect(&mut self, slot: NameSlot, name: &[u8]) {
        self.found[slot.index()] = self.watch.look_up(name).again();
    }

    /// Returns the positions of loops at which events of this name stand, in the order of the loops.
    #[inline(always)]
    pub(super) fn hits(&self, found: Found) -> &[Hit] {
        self.watch.known(found).hits
    }

    /// Reads a line field by field. If the reader gives a slot to another name while it reads the line, the stored
    /// entry of the slot is dropped.
    #[inline(never)]
    pub(super) fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let read = self.reader.read(line);
        for slot in self.reader.take_changed() {
            self.found[slot.index()] = None;
        }
        read
    }
}
