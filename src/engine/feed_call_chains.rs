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

    /// Takes a line in a run that needs call chains. The line of an event is held back, and is processed when the
    /// frames behind it have been read. Any other line is processed at once.
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

    /// Returns whether frames may stand behind a line. They stand only behind a line with a single event, and not
    /// behind the line of a system call, which may hold both its enter and its exit.
    fn has_frames_behind(&mut self, line: &[u8]) -> bool {
        match self.front.recognise(line) {
            Some(FastLine::Event(_)) => true,
            Some(FastLine::Call(..)) => false,
            None => matches!(read(line), Line::Event(_)),
        }
    }

    /// Processes the line that is held back, if there is one. Its event gets the call chain of the frames behind the
    /// line.
    pub(super) fn release_line(&mut self) -> Result<(), Error> {
        let Some(call_chains) = self.call_chains.as_mut().filter(|call_chains| call_chains.held.is_held) else {
            return Ok(());
        };
        // `held` is moved out of `self` while its line is processed, because `any_line` needs all of `self`.
        let mut held = std::mem::take(&mut call_chains.held);
        let call_chain = self.store_call_chain(&held.text);
        let current = std::mem::replace(&mut self.origin, Origin { call_chain, ..held.origin });
        // While the held line is processed, only the lines before it are counted as read. So a message names the right
        // line number, and an interval that ends with this event gets no line that stands behind the event.
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

    /// Stores the call chain of the frames that were read, if a loop may use it. `line` is the line of the event before
    /// these frames. Returns the number of the call chain.
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

    /// Returns whether the event of a line may stand at the position with this index in a loop, because it has the name
    /// that this position has. In a run that finds loops while reading (`--pairs`), every event may stand there.
    fn is_at_position(&mut self, line: &[u8], position: usize) -> bool {
        let Line::Event(event) = read(line) else { return false };
        let found = self.front.watch.find(event.name);
        self.task.finds_pairs() || self.front.hits(found).iter().any(|hit| hit.positions & 1 << position != 0)
    }

    /// Returns the numbers of all call chains to which open loops refer, or events that were read but have not reached
    /// the loops yet.
    fn used_call_chains(&self) -> impl Iterator<Item = CallChainId> {
        let of_gates = self.gates.iter().flat_map(|gates| {
            let of_window = gates.reorder.iter().flat_map(|reorder| reorder.origins());
            of_window.chain(gates.outliers.iter().map(|outliers| outliers.origin()))
        });
        let of_held = of_gates.chain(self.beginnings.origins()).map(|origin| origin.call_chain);
        self.tracks.open_call_chains().chain(of_held)
    }
}
