//! The call chains of events. A tracer prints the frames of a call chain in lines of their own behind the line of the
//! event. So in a run in which a sink (a writer of results) needs call chains, the line of each event is held back
//! until the frames behind it have been read.

use super::call_chain_store::CallChainStore;
use super::origin::{CallChainId, Origin};
use crate::dialect::{Frame, Line, read, read_frame};
use crate::sink::CallChain;

/// The largest number of frames of a call chain. If a call chain has more, its outermost frames are left out.
const FRAMES_MAX: usize = 127;

/// The call chains of a run in which a sink needs the call chains of the events at one position of the loops.
pub(super) struct CallChains {
    /// The index of the position whose call chains are needed.
    pub(super) position: usize,
    pub(super) store: CallChainStore,
    /// The line of the event that is held back.
    pub(super) held: HeldLine,
    /// The frames that were read behind the held line.
    pub(super) frames: Frames,
    /// The number of closed loops whose call chain was not kept, because the store had no room for it.
    pub(super) without_room: u64,
}

/// A copy of the line of an event that is held back, and counts of the lines behind it.
#[derive(Default)]
pub(super) struct HeldLine {
    pub(super) is_held: bool,
    pub(super) text: Vec<u8>,
    /// The number of the line in the run, counted from 1.
    pub(super) number: u64,
    pub(super) origin: Origin,
    /// The numbers of lines and bytes behind the line that belong to the same event.
    pub(super) lines_behind: u64,
    pub(super) bytes_behind: u64,
}

/// The names of the frames of a call chain, the innermost first.
#[derive(Default)]
pub(super) struct Frames {
    text: Vec<u8>,
    /// The end of each name in `text`.
    ends: Vec<usize>,
    /// The buffer in which [`Frames::joined`] writes the text of the whole call chain.
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
    pub(super) fn joined(&mut self) -> &[u8] {
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
    /// Creates an empty store for the call chains of the events at the position with this index.
    pub(super) fn new(position: usize) -> Box<CallChains> {
        Box::new(CallChains {
            position,
            store: CallChainStore::new(CallChainStore::LIMIT),
            held: HeldLine::default(),
            frames: Frames::default(),
            without_room: 0,
        })
    }

    /// Returns the call chain of a loop that closes. `id` is the number of the call chain, which the loop carried. If
    /// the number says that the store had no room for the call chain, the loop is counted in `without_room`.
    pub(super) fn of_closed(&mut self, id: CallChainId) -> Option<CallChain<'_>> {
        self.without_room += u64::from(id == CallChainId::NO_ROOM);
        self.store.get(id).map(CallChain::new)
    }

    /// Copies the line of an event, and holds the copy back.
    pub(super) fn hold(&mut self, line: &[u8], number: u64, origin: Origin) {
        let held = &mut self.held;
        held.text.clear();
        held.text.extend_from_slice(line);
        (held.is_held, held.number, held.origin) = (true, number, origin);
        (held.lines_behind, held.bytes_behind) = (0, 0);
        self.frames.clear();
    }

    /// Takes a line that follows the held one. Returns whether the line belongs to the held event.
    pub(super) fn take_behind(&mut self, line: &[u8]) -> bool {
        match read_frame(line) {
            Some(frame) => self.frames.push(&frame),
            // A blank line ends the call chain. Another line without an event, such as the place in a source file that
            // perf prints behind a frame, belongs to the held event.
            None if line.trim_ascii().is_empty() || read(line) != Line::Skipped => return false,
            None => {}
        }
        self.held.lines_behind += 1;
        self.held.bytes_behind += line.len() as u64 + 1;
        true
    }
}
