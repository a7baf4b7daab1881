//! The events of a system call in the text of tracers that print only the name of the call (`pread64`), and not the
//! names of its two tracepoints.

use crate::event::{Event, Nanos, Payload};

/// The beginnings of the names of a call's two tracepoints.
const ENTER: &[u8] = b"syscalls:sys_enter_";
const EXIT: &[u8] = b"syscalls:sys_exit_";

/// The largest number of bytes in the name of a call. The longest name in Linux has fewer than 30.
pub(super) const NAME_MAX: usize = 64;

/// A line that gives the enter of a system call, its exit, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The fields that both events have in common. The name is that of the call (`pread64`). The time is that of the
    /// enter, or of the exit if the line gives only the exit. The payload holds the arguments of the call.
    pub(super) common: Event<'a>,
    /// Says which of the two events the line gives.
    pub(super) ends: Ends,
    /// The result of the call, as text; empty if the line has none.
    pub(super) result: &'a [u8],
}

/// One of the two events of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The call enters the kernel.
    Enter,
    /// The call returns.
    Exit,
}

/// The events of a call that one line gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Enter,
    Exit,
    /// The line gives both. The time of the exit is this one.
    Both(Nanos),
}

/// A buffer for the full name of an event, if only a part of the name stands in the text.
pub struct NameBuffer([u8; ENTER.len() + NAME_MAX]);

impl Default for NameBuffer {
    fn default() -> Self {
        NameBuffer([0; ENTER.len() + NAME_MAX])
    }
}

impl NameBuffer {
    fn join(&mut self, prefix: &[u8], name: &[u8]) -> &[u8] {
        let name = name.get(..NAME_MAX).unwrap_or(name);
        let length = prefix.len() + name.len();
        if let Some((before, behind)) = self.0.get_mut(..length).map(|place| place.split_at_mut(prefix.len())) {
            before.copy_from_slice(prefix);
            behind.copy_from_slice(name);
        }
        self.0.get(..length).unwrap_or_default()
    }
}

impl<'a> Call<'a> {
    /// Returns the fields that both events of the call share. The name is that of the call (`pread64`).
    pub fn common(&self) -> &Event<'a> {
        &self.common
    }

    /// Returns whether the line gives this event of the call.
    #[inline(always)]
    pub fn has(&self, end: CallEnd) -> bool {
        !matches!((self.ends, end), (Ends::Enter, CallEnd::Exit) | (Ends::Exit, CallEnd::Enter))
    }

    /// Returns this event of the call, if the line gives it. `name` is a buffer for the event's full name.
    #[inline(always)]
    pub fn event<'n>(&self, end: CallEnd, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        match end {
            CallEnd::Enter => self.enter(name),
            CallEnd::Exit => self.exit(name),
        }
    }

    /// Returns the event `syscalls:sys_enter_NAME`, with the arguments as payload, if the line gives it.
    pub fn enter<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        self.has(CallEnd::Enter).then(|| Event { name: name.join(ENTER, self.common.name), ..self.common })
    }

    /// Returns the event `syscalls:sys_exit_NAME`, with the result as payload, if the line gives it.
    pub fn exit<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        let time = match self.ends {
            Ends::Enter => return None,
            Ends::Exit => self.common.time,
            Ends::Both(time) => time,
        };
        let payload = Payload::new(self.result, self.common.payload.syntax);
        Some(Event { time, name: name.join(EXIT, self.common.name), payload, ..self.common })
    }

    /// Returns the event of a line that gives only one of the two events; `None` if it gives both.
    pub(super) fn single_event<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        match self.ends {
            Ends::Enter => self.enter(name),
            Ends::Exit => self.exit(name),
            Ends::Both(_) => None,
        }
    }
}
