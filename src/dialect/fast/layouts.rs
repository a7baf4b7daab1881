//! Recognises lines of perf script and ftrace by the layouts of recent lines.
//!
//! The reader remembers the layout of a line that was read field by field. Another line is recognised if it has the same
//! layout, a prefix that is known or can be read by itself, numbers where that layout has numbers, and a name that was
//! seen there. All of these are compared 8 bytes at a time. Any other line is read field by field.
//!
//! Measured when this was added, on 9,000 lines of QEMU, with a loop of four events and a summary only: 1,739
//! instructions per line without it, 1,050 with it.

use super::layout::{Layout, Seconds, Style};
use super::names::NameCache;
use super::prefixes::PrefixCache;
use crate::dialect::call::NameBuffer;
use crate::dialect::ftrace;
use crate::dialect::line::Line;
use crate::dialect::prefix::Prefix;
use crate::event::{Event, Nanos, Payload, Resolution};
use std::ops::Range;

/// The layouts of recent lines, and the prefixes and names that stood in them.
#[derive(Default)]
pub(super) struct LineLayouts {
    /// The layout of the line that last was recognised or taught a layout.
    current: Option<Layout>,
    /// Layouts of earlier lines. A tid that outgrows its column moves all separators behind it.
    others: Vec<Layout>,
    prefixes: PrefixCache,
    /// The seconds of the line that was recognised last.
    seconds: Seconds,
    names: NameCache,
    /// The number of lines that taught nothing, since the last that taught a layout.
    fruitless: u32,
    /// The number of lines from which nothing will be learned, before the next one may teach a layout.
    pause: u32,
}

/// The greatest number of layouts beside the current one.
const OTHERS_MAX: usize = 3;

impl LineLayouts {
    /// Recognises a line that looks like an earlier one. Returns the slot of its name.
    #[inline(always)]
    pub(super) fn recognise(&mut self, line: &[u8]) -> Option<u16> {
        let layout = self.current.as_ref()?;
        match recognise(layout, &mut self.prefixes, &mut self.seconds, &self.names, line) {
            None if !self.others.is_empty() => self.recognise_by_others(line),
            slot => slot,
        }
    }

    /// Recognises a line by one of the other layouts, which then becomes the current one.
    #[inline(never)]
    fn recognise_by_others(&mut self, line: &[u8]) -> Option<u16> {
        let LineLayouts { current, others, prefixes, seconds, names, .. } = self;
        let may_have = |layout: &Layout| line.get(layout.dot) == Some(&b'.') && line.get(layout.colon) == Some(&b':');
        let (slot, layout) = others
            .iter_mut()
            .filter(|layout| may_have(layout))
            .find_map(|layout| Some((recognise(layout, prefixes, seconds, names, line)?, layout)))?;
        if let Some(current) = current {
            std::mem::swap(current, layout);
        }
        Some(slot)
    }

    /// Returns the event of the line that was recognised last, and whose name has this slot.
    #[inline(always)]
    pub(super) fn event<'l>(
        &self,
        line: &'l [u8],
        name_slot: u16,
        name: &'l mut Option<NameBuffer>,
    ) -> Option<Event<'l>> {
        let layout = self.current.as_ref()?;
        let (length, before) = self.names.extent(name_slot);
        let start = layout.colon + 1;
        event_at(layout, self, line, start + before..start + length, name)
    }

    /// Returns the slot that took another name since this was last called.
    pub(super) fn take_changed(&mut self) -> Option<u16> {
        self.names.take_changed()
    }

    /// Learns the layout and the name of a line that was read field by field and gave this result.
    #[cold]
    pub(super) fn learn(&mut self, line: &[u8], result: &Line<'_>) {
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        if self.try_to_learn(line, result).is_some() {
            self.fruitless = 0;
            return;
        }
        // Input with unusual layouts teaches nothing. Trying to learn from each of its lines would waste time.
        self.fruitless += 1;
        if self.fruitless > 16 {
            self.pause = 256;
        }
    }

    /// Learns from a line, unless the lesson would be wrong for another line.
    ///
    /// The line must give the same event when it is read by the new layout. And the slow path must try this layout
    /// before all others that could fit.
    fn try_to_learn(&mut self, line: &[u8], result: &Line<'_>) -> Option<()> {
        let (layout, start) = Layout::of(line, result)?;
        let (end, hash) = layout.name_end(line)?;
        layout.check(&mut self.prefixes, &mut self.seconds, line)?;
        let (mut name, mut room) = (None, NameBuffer::default());
        let event = event_at(&layout, self, line, start..end, &mut name)?;
        if !is_only_event(&event, result, &mut room) {
            return None;
        }
        // Only the end of a line tells whether `<` begins an event or a heading of frames. Another dialect reads lines with
        // names of perf.
        let is_ftrace = layout.style == Style::Ftrace;
        if is_ftrace && (event.name.starts_with(b"<") || ftrace::is_perfs_name(line.get(start..end)?)) {
            return None;
        }
        let style = layout.style as usize;
        self.names.remember(line.get(layout.colon + 1..=end)?, style, hash, start - layout.colon - 1);
        self.make_current(layout);
        Some(())
    }

    fn make_current(&mut self, layout: Layout) {
        let before = self.current.replace(layout);
        self.others.retain(|known| *known != layout);
        if let Some(before) = before.filter(|before| *before != layout) {
            self.others.truncate(OTHERS_MAX - 1);
            self.others.insert(0, before);
        }
    }
}

/// Returns whether a line with this result gives this event and no other. The buffer takes the event's name.
pub(super) fn is_only_event(event: &Event<'_>, result: &Line<'_>, name: &mut NameBuffer) -> bool {
    match result {
        Line::Event(other) => event == other,
        Line::Call(call) => call.single_event(name).as_ref() == Some(event),
        _ => false,
    }
}

/// Recognises a line by one layout. Returns the slot of its name.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the colon stands before the name's end, which is in the line")]
fn recognise(
    layout: &Layout,
    prefixes: &mut PrefixCache,
    seconds: &mut Seconds,
    names: &NameCache,
    line: &[u8],
) -> Option<u16> {
    // perf prints no carriage returns. If another program did, they do not belong to the payload.
    // A line that ends with a percentage may belong to a table of perf trace.
    if matches!(line.last(), Some(b'\r' | b'%')) {
        return None;
    }
    let (end, hash) = layout.name_end(line)?;
    // A function of the function tracer may have the name of a call: sys_read(fd=0x3) <-do_syscall_64
    if line[end] == b'(' && line.last() != Some(&b')') {
        return None;
    }
    layout.check(prefixes, seconds, line)?;
    names.find(&line[layout.colon + 1..=end], layout.style as usize, hash)
}

/// Returns the event of a line that was checked to have this layout, with its name at these columns.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the line was recognised: all separators stand in it")]
fn event_at<'l>(
    layout: &Layout,
    layouts: &LineLayouts,
    line: &'l [u8],
    name_columns: Range<usize>,
    name: &'l mut Option<NameBuffer>,
) -> Option<Event<'l>> {
    let Range { start, end } = name_columns;
    let fraction_ns = layout.fraction_ns(line)?;
    let Prefix { tid, pid, cpu, comm } = *layouts.prefixes.last();
    let is_call = line[end] != b':';
    let event = Event {
        time: Nanos(layouts.seconds.ns + fraction_ns),
        resolution: if layout.micros { Resolution::Micros } else { Resolution::Nanos },
        tid: Some(tid),
        pid,
        cpu,
        machine: None,
        name: line.get(start + if is_call { ftrace::CALL_PREFIX.len() } else { 0 }..end)?,
        comm: Some(&line[usize::from(comm.0)..usize::from(comm.1)]),
        payload: Payload::empty(layout.style.syntax()),
    };
    if is_call {
        return ftrace::read_call_end(event, &line[end..])?.single_event(name.get_or_insert_default());
    }
    let mut payload = line.get(end + 2..)?;
    while let [b' ' | b'\t', rest @ ..] = payload {
        payload = rest;
    }
    Some(Event { payload: Payload::new(payload, event.payload.syntax), ..event })
}
