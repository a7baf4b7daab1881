//! Reads lines. A line that looks like an earlier one is recognised, which is fast; any other line is read field by
//! field.

use super::layouts::{LineLayouts, is_only_event};
use super::names::SLOTS;
use super::perf_trace::{FastPerfTrace, NAMES};
use crate::dialect::call::{Call, NameBuffer};
use crate::dialect::line::Line;
use crate::dialect::read::read;
use crate::event::{Event, OwnThreads};

/// Reads lines, and remembers forms and names from them so that similar lines are cheap to read.
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
    /// An event, given by the slot of its name only. [`Reader::event`] returns the event itself.
    Event(NameSlot),
    /// A call, and the two slots that stand for the names of its enter and its exit.
    Call(Call<'l>, [NameSlot; 2]),
}

/// A number that stands for the name of an event while the reader remembers the name.
///
/// A slot stands for the same name until [`Reader::take_changed`] returns the slot. So a caller can keep what it knows
/// about each name in an array of [`NameSlot::COUNT`] elements.
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
    /// From now on, does not recognise the lines of perf script and ftrace that come from these threads (those of this
    /// program), so that [`Reader::read`] must read each of these lines.
    pub fn leave_out(&mut self, threads: Option<OwnThreads>) {
        self.layouts.leave_out(threads);
    }

    /// Returns the slots that got another name since the last call.
    ///
    /// Only [`Reader::read`] changes slots, so it is enough to call this after each read.
    pub fn take_changed(&mut self) -> impl Iterator<Item = NameSlot> {
        let event = self.layouts.take_changed().map(NameSlot);
        let call = self.perf_trace.take_changed().map(NameSlot::of_call);
        event.into_iter().chain(call.into_iter().flatten())
    }

    /// Recognises a line that looks like an earlier one. The line must not contain its newline.
    ///
    /// `None` does not mean that the line is bad: the caller must then read it with [`Reader::read`].
    #[inline(always)]
    pub fn recognise<'l>(&mut self, line: &'l [u8]) -> Option<FastLine<'l>> {
        match self.layouts.recognise(line) {
            Some(slot) => Some(FastLine::Event(NameSlot(slot))),
            None => {
                self.perf_trace.recognise(line).map(|(number, call)| FastLine::Call(call, NameSlot::of_call(number)))
            }
        }
    }

    /// Returns the event of a line. The line must be the one that [`Reader::recognise`] has recognised last, and `slot`
    /// the slot that it returned.
    ///
    /// `name` is filled only if the event's full name does not stand in the line.
    #[inline(always)]
    pub fn event<'l>(&self, line: &'l [u8], slot: NameSlot, name: &'l mut Option<NameBuffer>) -> Option<Event<'l>> {
        self.layouts.event(line, slot.0, name)
    }

    /// Returns whether a line that was just recognised gives the same result as `expected`. Tests and fuzz targets use
    /// this.
    pub fn gives_same(&self, line: &[u8], fast: FastLine<'_>, expected: &Line<'_>) -> bool {
        match fast {
            FastLine::Event(slot) => {
                let (mut name, mut room) = (None, NameBuffer::default());
                self.event(line, slot, &mut name).is_some_and(|event| is_only_event(&event, expected, &mut room))
            }
            FastLine::Call(call, _) => *expected == Line::Call(call),
        }
    }

    /// Reads a line field by field, in the same way as [`read()`], and learns from it so that similar lines are
    /// recognised.
    #[inline(never)]
    pub fn read<'l>(&mut self, line: &'l [u8]) -> Line<'l> {
        let result = read(line);
        // Frames of call chains and other lines without an event teach nothing.
        if matches!(result, Line::Event(_) | Line::Call(_)) {
            self.layouts.learn(line, &result);
            self.perf_trace.learn(line, &result);
        }
        result
    }
}
