//! Reads lines: recognises those that look like earlier ones, and reads the others field by field.

use super::layouts::{LineLayouts, is_only_event};
use super::names::SLOTS;
use super::perf_trace::{FastPerfTrace, NAMES};
use crate::dialect::call::{Call, NameBuffer};
use crate::dialect::line::Line;
use crate::dialect::read::read;
use crate::event::Event;

/// Reads lines, and remembers what makes later ones cheap to read.
///
/// The result for a line does not depend on earlier lines: it always equals that of [`read()`]. Memory is bounded.
#[derive(Default)]
pub struct Reader {
    layouts: LineLayouts,
    perf_trace: FastPerfTrace,
}

/// A line that was recognised because it looks like an earlier one.
#[derive(Clone, Copy, Debug)]
pub enum FastLine<'l> {
    /// An event, and the slot of its name. [`Reader::event`] gives the event itself.
    Event(NameSlot),
    /// A call, and the slots of the names of its enter and its exit.
    Call(Call<'l>, [NameSlot; 2]),
}

/// The number of an event's name in the reader's memory.
///
/// As long as [`Reader::take_changed`] does not return a slot, the slot stands for the same name. So a caller can keep
/// what it found out about a name in an array with [`NameSlot::COUNT`] elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameSlot(u16);

impl NameSlot {
    /// The number of slots.
    pub const COUNT: usize = SLOTS + 2 * NAMES;

    /// Returns the slot's number, which is less than [`NameSlot::COUNT`].
    #[inline(always)]
    pub fn index(self) -> usize {
        usize::from(self.0) % NameSlot::COUNT
    }

    /// Returns the slots of the enter and the exit of a call of perf trace, by the number of the call's name.
    #[inline(always)]
    fn of_call(number: u16) -> [NameSlot; 2] {
        let enter = SLOTS as u16 + 2 * number;
        [NameSlot(enter), NameSlot(enter + 1)]
    }
}

impl Reader {
    /// Returns the slots that took another name since this was last called.
    ///
    /// Only [`Reader::read`] changes slots, so it is enough to call this after each read.
    pub fn take_changed(&mut self) -> impl Iterator<Item = NameSlot> {
        let event = self.layouts.take_changed().map(NameSlot);
        let call = self.perf_trace.take_changed().map(NameSlot::of_call);
        event.into_iter().chain(call.into_iter().flatten())
    }

    /// Recognises a line that looks like an earlier one. The line comes without its newline.
    ///
    /// `None` says nothing about the line: [`Reader::read`] must read it.
    #[inline(always)]
    pub fn recognise<'l>(&mut self, line: &'l [u8]) -> Option<FastLine<'l>> {
        match self.layouts.recognise(line) {
            Some(slot) => Some(FastLine::Event(NameSlot(slot))),
            None => {
                self.perf_trace.recognise(line).map(|(number, call)| FastLine::Call(call, NameSlot::of_call(number)))
            }
        }
    }

    /// Returns the event of the line that [`Reader::recognise`] recognised last, with the slot that it returned.
    ///
    /// The buffer is filled only if the event's name does not stand in the line as a whole.
    #[inline(always)]
    pub fn event<'l>(&self, line: &'l [u8], slot: NameSlot, name: &'l mut Option<NameBuffer>) -> Option<Event<'l>> {
        self.layouts.event(line, slot.0, name)
    }

    /// Returns whether a line that was just recognised has the result `expected`, for tests and fuzz targets.
    pub fn gives_same(&self, line: &[u8], fast: FastLine<'_>, expected: &Line<'_>) -> bool {
        match fast {
            FastLine::Event(slot) => {
                let (mut name, mut room) = (None, NameBuffer::default());
                self.event(line, slot, &mut name).is_some_and(|event| is_only_event(&event, expected, &mut room))
            }
            FastLine::Call(call, _) => *expected == Line::Call(call),
        }
    }

    /// Reads a line that was not recognised, as [`read()`] does, and learns from it.
    #[inline(never)]
    pub fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let result = read(line);
        // Frames, records and other lines without events teach nothing.
        if matches!(result, Line::Event(_) | Line::Call(_)) {
            self.layouts.learn(line, &result);
            self.perf_trace.learn(line, &result);
        }
        result
    }
}
