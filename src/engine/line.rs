//! The way of a line from its bytes to its events. Nearly all time of a run is spent here, so nothing on this way
//! allocates memory once the name of the event is known.

use super::error::Error;
use super::interest::Interest;
use super::reorder::Reorder;
use super::run::Engine;
use crate::dialect::{Call, CallEnd, FastLine, Line, NameBuffer, NameSlot};
use crate::event::{Event, Tid};
use crate::key::KeyValue;
use crate::pattern::Found;
use crate::stats::state::{is_header, is_state_line};

impl Engine<'_> {
    /// Takes a line of text, without its newline, and all events in it.
    #[inline(always)]
    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.ledger.lines += 1;
        match self.front.recognise(line) {
            Some(FastLine::Event(slot)) => self.fast_event(line, slot),
            Some(FastLine::Call(call, slots)) => self.fast_call(line, &call, slots),
            None => self.slow_line(line),
        }
    }

    /// Does [`Engine::line`] in runs that do more for each line. It is not inlined, so that the usual run does not pay
    /// for a second copy of its code.
    #[inline(never)]
    pub(super) fn any_line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.line(line)
    }

    /// Takes a line that was recognised as that of an event. `slot` is the number that the reader has
    /// given the event's name. In most cases `front` has stored, for this number, the entry of the name in the table of
    /// event names.
    ///
    /// With `-I`, a selection or `--reorder`, a step may have to drop an event or to hold it back before it reaches the
    /// loops. This function does not test for such steps. A run that has them stores no entries for slots, so that
    /// `front.known` always returns `None`, and `fast_event_of_new_name` puts the event through these steps.
    #[inline(always)]
    fn fast_event(&mut self, line: &[u8], slot: NameSlot) -> Result<(), Error> {
        let Some(found) = self.front.known(slot) else { return self.fast_event_of_new_name(line, slot) };
        if !self.count_known(found) {
            return Ok(());
        }
        let mut name = None;
        self.front.reader.event(line, slot, &mut name).map_or(Ok(()), |event| self.follow(&event, found))
    }

    /// Counts an event of a known name. Returns whether more has to be done for it, which is false for most events.
    #[inline(always)]
    fn count_known(&mut self, found: Found) -> bool {
        self.ledger.events += 1;
        self.number += 1;
        self.front.watch.count_again(found);
        self.interest == Interest::EveryEvent || !self.front.hits(found).is_empty()
    }

    #[inline(never)]
    fn fast_event_of_new_name(&mut self, line: &[u8], slot: NameSlot) -> Result<(), Error> {
        let mut name = None;
        let Some(event) = self.front.reader.event(line, slot, &mut name) else { return self.slow_line(line) };
        self.take_line_bytes(line.len() as u64 + 1);
        self.event_of_slot(&event, slot)
    }

    /// Takes a line of `perf trace` that was recognised as that of a system call.
    #[inline(never)]
    fn fast_call(&mut self, line: &[u8], call: &Call<'_>, [enter, exit]: [NameSlot; 2]) -> Result<(), Error> {
        self.take_line_bytes(line.len() as u64 + 1);
        if self.front.leaves_out(call.common()) {
            return self.call(call);
        }
        self.fast_call_end(call, CallEnd::Enter, enter)?;
        self.fast_call_end(call, CallEnd::Exit, exit)
    }

    /// Takes one end of a call, the enter or the exit, if the line gives it.
    #[inline(always)]
    fn fast_call_end(&mut self, call: &Call<'_>, end: CallEnd, slot: NameSlot) -> Result<(), Error> {
        if !call.has(end) {
            return Ok(());
        }
        let known = self.front.known(slot);
        if known.is_some_and(|found| !self.count_known(found)) {
            return Ok(());
        }
        let mut name = NameBuffer::default();
        match (call.event(end, &mut name), known) {
            (None, _) => Ok(()),
            (Some(event), Some(found)) => self.follow(&event, found),
            (Some(event), None) => self.event_of_slot(&event, slot),
        }
    }

    /// Takes an event whose name has a slot (a number that the reader gave it), and stores the entry for the name. In a
    /// run with gates no entry is stored, because every event has to pass the gates.
    fn event_of_slot(&mut self, event: &Event<'_>, slot: NameSlot) -> Result<(), Error> {
        self.event(event)?;
        if self.gates.is_none() {
            self.front.connect(slot, event.name);
        }
        Ok(())
    }

    /// Takes a line that the reader has not recognised as one that looks like an earlier line. It is read field by
    /// field.
    #[inline(never)]
    fn slow_line(&mut self, line: &[u8]) -> Result<(), Error> {
        if may_be_of_state(line) && is_of_state(line) {
            return self.state_line(line);
        }
        self.take_line_bytes(line.len() as u64 + 1);
        let read = self.front.read(line);
        self.handle(&read, line)
    }

    /// Takes a record of a perf.data. It counts as a line with this many bytes.
    pub(super) fn record(&mut self, record: &Line<'_>, bytes: u64) -> Result<(), Error> {
        self.ledger.lines += 1;
        self.ledger.records += 1;
        self.take_line_bytes(bytes);
        if self.why.is_some() {
            self.place_record(record);
        }
        self.handle(record, b"")
    }

    /// Does the work for a line or record that was read. `line` is the text of the line. If the line is malformed or
    /// has no time, its text is kept for a message. For a record `line` is empty.
    fn handle(&mut self, read: &Line<'_>, line: &[u8]) -> Result<(), Error> {
        match *read {
            Line::Event(ref event) => return self.event(event),
            Line::Call(ref call) => return self.call(call),
            Line::Malformed => {
                if is_of_state(line) {
                    return self.state_line(line);
                }
                self.ledger.malformed(line);
                return if self.task.fail_malformed { self.fail_malformed() } else { Ok(()) };
            }
            Line::Timeless(reason) => {
                self.ledger.timeless(line, reason);
                return Ok(());
            }
            Line::Skipped => {}
            Line::Loss { count, cpu, machine } => {
                self.ledger.lost = self.ledger.lost.saturating_add(count);
                self.ledger.lost_markers += 1;
                // The events that are held back were read before the loss, so they must reach the loops before it.
                self.release_suspect(None)?;
                self.release(Reorder::next_of_all)?;
                let cpu = cpu.map(|cpu| KeyValue::number(cpu.into()).on_machine(machine));
                self.tracks.cut(cpu, self.number);
                self.cut_beginnings(cpu);
                self.diagnosis.iter_mut().for_each(|diagnosis| diagnosis.cut(cpu, self.number));
            }
            Line::Exit(thread) | Line::Fork(thread) => {
                self.release_suspect(None)?;
                if !self.hold_forget(thread.tid, thread.time)? {
                    self.forget(thread.tid);
                }
            }
        }
        self.ledger.skipped += 1;
        Ok(())
    }

    #[cold]
    fn fail_malformed(&self) -> Result<(), Error> {
        self.ledger.first_malformed.clone().map_or(Ok(()), |place| Err(Error::Malformed(place)))
    }

    #[inline(never)]
    fn call(&mut self, call: &Call<'_>) -> Result<(), Error> {
        let mut name = NameBuffer::default();
        if let Some(enter) = call.enter(&mut name) {
            self.event(&enter)?;
        }
        match call.exit(&mut name) {
            Some(exit) => self.event(&exit),
            None => Ok(()),
        }
    }

    /// Takes an event. A program that has events and no text calls this for each event, in the order of the trace.
    ///
    /// # Errors
    ///
    /// Only [`Error::Write`].
    #[inline(never)]
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        // The first event of the run comes here, because the front knows no names before it.
        if self.ledger.events == 0 {
            self.sinks.first_time(event.time);
        }
        self.ledger.events += 1;
        self.number += 1;
        if self.front.leaves_out(event) {
            self.ledger.own += 1;
            return self.observe_own(event);
        }
        if self.gates.is_some() {
            return self.pass_gates(event);
        }
        let found = self.front.watch.count(event.name);
        if self.front.hits(found).is_empty() && self.interest != Interest::EveryEvent {
            return Ok(());
        }
        self.follow(event, found)
    }

    /// Forgets the state of a thread that has ended, or whose tid a new thread has got.
    pub(super) fn forget(&mut self, tid: Tid) {
        self.tracks.forget(tid);
        self.reasons.iter_mut().for_each(|reasons| reasons.forget(tid));
        self.beginnings.forget(tid, self.task.key_of_pairs());
        self.diagnosis.iter_mut().for_each(|diagnosis| diagnosis.forget(tid));
    }
}

/// The length from which a line is searched for the mark of a state before it is read. Whole lines of states are
/// longer, and nearly all other lines are shorter.
const LONG: usize = 256;

/// Returns whether a line may belong to a state, so that [`is_of_state`] must decide before the line is read. A long line
/// of a state can contain any text, also one that looks like an event. A short one is damaged; it is found when it turns
/// out to be no line of a trace. Looking at every line here would cost 3 % for events with call chains.
#[inline(always)]
fn may_be_of_state(line: &[u8]) -> bool {
    line.len() >= LONG || line.first() == Some(&b'#')
}

/// Returns whether a line belongs to a state, which another run has written (`-f state`).
#[cold]
#[inline(never)]
fn is_of_state(line: &[u8]) -> bool {
    is_state_line(line) || is_header(line)
}
