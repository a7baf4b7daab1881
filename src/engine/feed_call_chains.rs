//! Holds the line of each event back until the frames behind it have been read, and gives the event its call chain.

use super::error::Error;
use super::origin::{CallChainId, Origin};
use super::run::Engine;
use crate::dialect::{FastLine, Line, read};

impl Engine<'_> {
    /// Returns the number of closed loops whose call chain was not kept, because there was no room.
    pub fn call_chains_without_room(&self) -> u64 {
        self.call_chains.as_ref().map_or(0, |call_chains| call_chains.without_room)
    }

    /// Takes a line in a run that needs call chains: holds the line of an event back, and lets it go on when the frames
    /// behind it have been read.
    pub(super) fn line_with_frames(&mut self, line: &[u8]) -> Result<(), Error> {
        let Some(call_chains) = &mut self.call_chains else { return self.any_line(line) };
        if call_chains.held.is_held && call_chains.take_behind(line) {
            self.ledger.lines += 1;
            return Ok(());
        }
        self.release_line()?;
        if !self.has_frames_behind(line) {
            return self.any_line(line);
        }
        self.ledger.lines += 1;
        if let Some(call_chains) = &mut self.call_chains {
            call_chains.hold(line, self.ledger.lines, self.origin);
        }
        Ok(())
    }

    /// Returns whether frames may stand behind a line, because it is the line of one event.
    fn has_frames_behind(&mut self, line: &[u8]) -> bool {
        match self.front.recognise(line) {
            Some(FastLine::Event(_)) => true,
            Some(FastLine::Call(..)) => false,
            None => matches!(read(line), Line::Event(_)),
        }
    }

    /// Lets the line that is held back go on, if there is one. Its event has the call chain of the frames behind it.
    pub(super) fn release_line(&mut self) -> Result<(), Error> {
        let Some(call_chains) = self.call_chains.as_mut().filter(|call_chains| call_chains.held.is_held) else {
            return Ok(());
        };
        // The line is moved out of `self` meanwhile, because its event borrows from it.
        let mut held = std::mem::take(&mut call_chains.held);
        let call_chain = self.store_call_chain(&held.text);
        let current = std::mem::replace(&mut self.origin, Origin { call_chain, ..held.origin });
        // A message names the line by its number, and an interval that ends with the event has the lines before it.
        let lines = std::mem::replace(&mut self.ledger.lines, held.number - 1);
        let result = self.any_line(&held.text);
        self.ledger.lines = lines;
        self.ledger.skipped += held.lines_behind;
        self.take_line_bytes(held.bytes_behind);
        self.origin = current;
        held.is_held = false;
        if let Some(call_chains) = &mut self.call_chains {
            call_chains.held = held;
        }
        result
    }

    /// Stores the call chain of the frames that were read, if a loop may use it. `line` is the line of its event.
    fn store_call_chain(&mut self, line: &[u8]) -> CallChainId {
        let Some(mut call_chains) = self.call_chains.take() else { return CallChainId::NONE };
        let text = call_chains.frames.joined();
        let is_used = !text.is_empty() && self.is_at_position(line, call_chains.position);
        let id = match call_chains.store.find(text) {
            _ if !is_used => CallChainId::NONE,
            Some(id) => id,
            None => {
                if !call_chains.store.has_room(text) && call_chains.store.is_worth_a_search() {
                    call_chains.store.keep_only(self.used_call_chains());
                }
                if call_chains.store.has_room(text) { call_chains.store.add(text) } else { CallChainId::NO_ROOM }
            }
        };
        self.call_chains = Some(call_chains);
        id
    }

    /// Returns whether the event of a line has the name of the position with this index in a loop. In a run that finds
    /// loops while reading, every event may have it.
    fn is_at_position(&mut self, line: &[u8], position: usize) -> bool {
        let Line::Event(event) = read(line) else { return false };
        let found = self.front.watch.find(event.name);
        self.task.finds_pairs() || self.front.hits(found).iter().any(|hit| hit.positions & 1 << position != 0)
    }

    /// Returns the numbers of all call chains that open loops and events which are held back refer to.
    fn used_call_chains(&self) -> impl Iterator<Item = CallChainId> {
        let of_gates = self.gates.iter().flat_map(|gates| {
            let of_window = gates.reorder.iter().flat_map(|reorder| reorder.origins());
            of_window.chain(gates.outliers.iter().map(|outliers| outliers.origin()))
        });
        let of_held = of_gates.chain(self.beginnings.origins()).map(|origin| origin.call_chain);
        self.tracks.open_call_chains().chain(of_held)
    }
}
