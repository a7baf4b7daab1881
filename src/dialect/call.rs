//! A system call, as the tracers print it that name the call and not its two
//! tracepoints.

use crate::event::{Event, Nanos, Payload};

/// What both tracepoints of a call begin with.
const ENTER: &[u8] = b"syscalls:sys_enter_";
const EXIT: &[u8] = b"syscalls:sys_exit_";

/// How long the name of a call may be, in bytes; Linux has none of 30.
pub(super) const NAME_MAX: usize = 64;

/// A call's enter, its exit, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// What both events share. `name` is the call's alone (`pread64`), `time`
    /// that of the enter if there is one, and `payload` the arguments.
    pub(super) head: Event<'a>,
    pub(super) ends: Ends,
    /// What the call returned.
    pub(super) result: &'a [u8],
}

/// An end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it enters the kernel.
    Enter,
    /// Where it returns.
    Exit,
}

/// Which ends of a call a line gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Enter,
    Exit,
    /// The exit at this time.
    Both(Nanos),
}

/// Room for the name of an event that does not stand in the text as a whole.
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
    /// Whether the line gives this end.
    #[inline(always)]
    pub fn gives(&self, end: End) -> bool {
        !matches!((self.ends, end), (Ends::Enter, End::Exit) | (Ends::Exit, End::Enter))
    }

    /// The event of this end, if the line gives it.
    #[inline(always)]
    pub fn event<'n>(&self, end: End, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        match end {
            End::Enter => self.enter(name),
            End::Exit => self.exit(name),
        }
    }

    /// `syscalls:sys_enter_NAME`, with the arguments as payload.
    pub fn enter<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        self.gives(End::Enter).then(|| Event { name: name.join(ENTER, self.head.name), ..self.head })
    }

    /// `syscalls:sys_exit_NAME`, with the result as payload.
    pub fn exit<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
    where
        'a: 'n,
    {
        let time = match self.ends {
            Ends::Enter => return None,
            Ends::Exit => self.head.time,
            Ends::Both(time) => time,
        };
        Some(Event {
            time,
            name: name.join(EXIT, self.head.name),
            payload: Payload::new(self.result, self.head.payload.syntax),
            ..self.head
        })
    }

    /// The event of a line that gives one of both.
    pub(super) fn only<'n>(&self, name: &'n mut NameBuffer) -> Option<Event<'n>>
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
