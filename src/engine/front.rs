//! The front of the engine: the reader of lines, and the event names that have come so far.

use crate::dialect::{FastLine, Line, NameSlot, Reader};
use crate::pattern::{Found, Hit, Watch};

/// Turns lines into events, and event names into the positions of loops at which they stand.
pub(super) struct Front {
    /// Reads lines.
    pub(super) reader: Reader,
    /// Knows the event names of the input, and the positions of loops at which each stands.
    pub(super) watch: Watch,
    /// The entry of `watch` for each slot of the reader. The reader recognises an event name by its slot, which saves
    /// the search for the name.
    found: Box<[Option<Found>; NameSlot::COUNT]>,
}

impl Front {
    /// Creates a front that knows no names yet.
    pub(super) fn new() -> Self {
        Front { reader: Reader::default(), watch: Watch::new(&[]), found: Box::new([None; NameSlot::COUNT]) }
    }

    /// Recognises a line that looks like an earlier one; see [`Reader::recognise`].
    #[inline(always)]
    pub(super) fn recognise<'l>(&mut self, line: &'l [u8]) -> Option<FastLine<'l>> {
        self.reader.recognise(line)
    }

    /// Returns the entry of the event name that a slot of the reader stands for, if the slot is connected.
    #[inline(always)]
    pub(super) fn known(&self, slot: NameSlot) -> Option<Found> {
        self.found[slot.index()]
    }

    /// Connects a slot of the reader with the entry of the name that it stands for.
    pub(super) fn connect(&mut self, slot: NameSlot, name: &[u8]) {
        self.found[slot.index()] = self.watch.look_up(name).again();
    }

    /// Returns the positions of loops at which an event name stands, in the order of the loops.
    #[inline(always)]
    pub(super) fn hits(&self, found: Found) -> &[Hit] {
        self.watch.known(found).hits
    }

    /// Reads a line step by step. Slots that the reader gives to other names are disconnected.
    #[inline(never)]
    pub(super) fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let read = self.reader.read(line);
        for slot in self.reader.take_changed() {
            self.found[slot.index()] = None;
        }
        read
    }
}
