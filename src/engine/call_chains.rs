//! The call chains of events. A tracer prints the frames of a call chain in lines behind the line of the event. So in a
//! run in which a sink needs call chains, the line of each event is held back until the frames behind it have been
//! read.

use super::call_chain_store::CallChainStore;
use super::error::Error;
use super::origin::{CallChainId, Origin};
use super::run::Engine;
use crate::dialect::{FastLine, Frame, Line, read, read_frame};
use crate::sink::CallChain;

/// The largest number of frames of a call chain. Further ones, which are the outermost, are left out.
const FRAMES_MAX: usize = 127;

/// The call chains of a run in which a sink needs those of one position.
pub(super) struct CallChains {
    /// The index of the position whose call chains are needed.
    position: usize,
    store: CallChainStore,
    /// The line of the event that is held back.
    held: HeldLine,
    /// The frames behind this line.
    frames: Frames,
    /// The number of closed loops whose call chain found no room in the store.
    without_room: u64,
}

/// A copy of the line of an event that is held back, and counts of the lines behind it.
#[derive(Default)]
struct HeldLine {
    is_held: bool,
    text: Vec<u8>,
    /// The number of the line in the run, counted from 1.
    number: u64,
    origin: Origin,
    /// The numbers of lines and bytes that belong to the event and stand behind its line.
    lines_behind: u64,
    bytes_behind: u64,
}

/// The names of the frames of a call chain, the innermost first.
#[derive(Default)]
struct Frames {
    text: Vec<u8>,
    /// The end of each name in `text`.
    ends: Vec<usize>,
    /// Room for the text of the whole call chain.
    joined: Vec<u8>,
}

impl Frames {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn push(&mut self, frame: &Frame<'_>) {
        if self.ends.len() < FRAMES_MAX {
            frame.push_name(&mut self.text);
            self.ends.push(self.text.len());
        }
    }

    /// Returns the text of the call chain: the names of its frames, the outermost first.
    fn joined(&mut self) -> &[u8] {
        self.joined.clear();
        for (at, &end) in self.ends.iter().enumerate().rev() {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            if !self.joined.is_empty() {
                self.joined.push(CallChain::SEPARATOR);
            }
            self.joined.extend_from_slice(&self.text[start..end]);
        }
        &self.joined
    }
}

impl CallChains {
    /// Creates an empty store for the call chains of the position with this index.
    pub(super) fn new(position: usize) -> Box<CallChains> {
        Box::new(CallChains {
            position,
            store: CallChainStore::new(CallChainStore::LIMIT),
            held: HeldLine::default(),
            frames: Frames::default(),
            without_room: 0,
        })
    }

    /// Returns the call chain of a closed loop, whose chain has carried this number. Counts the loop if its call chain
    /// found no room.
    pub(super) fn of_closed(&mut self, id: CallChainId) -> Option<CallChain<'_>> {
        self.without_room += u64::from(id == CallChainId::NO_ROOM);
        self.store.get(id).map(CallChain::new)
    }

    /// Copies the line of an event, which is held back from now on.
    fn hold(&mut self, line: &[u8], number: u64, origin: Origin) {
        let held = &mut self.held;
        held.text.clear();
        held.text.extend_from_slice(line);
        (held.is_held, held.number, held.origin) = (true, number, origin);
        (held.lines_behind, held.bytes_behind) = (0, 0);
        self.frames.clear();
    }

    /// Takes a line behind the held one. Returns whether the line belongs to the held event.
    fn take_behind(&mut self, line: &[u8]) -> bool {
        match read_frame(line) {
            Some(frame) => self.frames.push(&frame),
            // Behind a frame may stand its place in a source file. A blank line ends the call chain.
            None if line.trim_ascii().is_empty() || read(line) != Line::Skipped => return false,
            None => {}
        }
        self.held.lines_behind += 1;
        self.held.bytes_behind += line.len() as u64 + 1;
        true
    }
}

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
