//! A copy of an event. The event itself borrows its text from the line that it was read from, and the copy outlives
//! that line.

use crate::event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Syntax, Tid};

/// Room for the copy of one event. It is used again for later events, so that its text need not be allocated anew.
#[derive(Clone)]
pub(super) struct HeldEvent {
    header: Option<Header>,
    /// The name, then the comm, then the machine, then the payload.
    text: Vec<u8>,
}

/// The parts of an event that are not text, and the lengths in bytes of its texts.
#[derive(Clone, Copy)]
struct Header {
    time: Nanos,
    resolution: Resolution,
    tid: Option<Tid>,
    pid: Option<Pid>,
    cpu: Option<Cpu>,
    name: usize,
    comm: Option<usize>,
    machine: Option<usize>,
    syntax: &'static Syntax,
}

impl HeldEvent {
    /// The largest length in bytes of the name, comm, machine and payload together. A longer event cannot be copied,
    /// because memory must stay bounded.
    pub(super) const TEXT_MAX: usize = 1024;

    /// Creates room for an event.
    pub(super) fn new() -> Self {
        HeldEvent { header: None, text: Vec::new() }
    }

    /// Replaces the copy by a copy of this event. Returns false and changes nothing if its texts are longer than
    /// [`TEXT_MAX`](Self::TEXT_MAX).
    pub(super) fn set(&mut self, event: &Event<'_>) -> bool {
        let Event { time, resolution, tid, pid, cpu, machine, name, comm, payload } = *event;
        let Payload { bytes, syntax } = payload;
        let texts = [name, comm.unwrap_or_default(), machine.unwrap_or_default(), bytes];
        let length = texts.iter().map(|text| text.len()).sum();
        if length > HeldEvent::TEXT_MAX {
            return false;
        }
        let (name, comm, machine) = (name.len(), comm.map(<[u8]>::len), machine.map(<[u8]>::len));
        self.header = Some(Header { time, resolution, tid, pid, cpu, name, comm, machine, syntax });
        self.text.clear();
        self.text.reserve(length);
        texts.into_iter().for_each(|text| self.text.extend_from_slice(text));
        true
    }

    /// Returns the copied event; `None` before the first one was copied.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        let Header { time, resolution, tid, pid, cpu, name, comm, machine, syntax } = self.header?;
        let (name, rest) = self.text.split_at_checked(name)?;
        let (comm_text, rest) = rest.split_at_checked(comm.unwrap_or(0))?;
        let (machine_text, bytes) = rest.split_at_checked(machine.unwrap_or(0))?;
        let (comm, machine) = (comm.map(|_| comm_text), machine.map(|_| machine_text));
        Some(Event { time, resolution, tid, pid, cpu, machine, name, comm, payload: Payload { bytes, syntax } })
    }
}
