//! Reads the thread of a line of perf trace, and its action: a call, a tracepoint, a page fault or a sample.

use crate::dialect::call::NAME_MAX;
use crate::dialect::cursor::{Cursor, trim};
use crate::event::Tid;
use bstr::ByteSlice;

/// The largest number of bytes of a comm that perf trace prints (`"%.14s/%d "`).
const COMM_MAX: usize = 14;

/// The thread of a line. A field is `None` if perf trace does not print it.
#[derive(Clone, Copy, Default)]
pub(super) struct Thread<'a> {
    pub(super) comm: Option<&'a [u8]>,
    pub(super) tid: Option<Tid>,
}

/// The action of the thread, with the texts that belong to it.
#[derive(Clone, Copy)]
pub(super) enum Action<'a> {
    /// A tracepoint, a page fault, or a sample.
    Event { name: &'a [u8], payload: &'a [u8] },
    /// A call, from its enter on. The result is `None` if the call has not returned. Such a call never returns, or a
    /// later line has its result.
    Call { name: &'a [u8], arguments: &'a [u8], result: Option<&'a [u8]> },
    /// The end of a call. perf trace has printed its beginning in an earlier line.
    Continued { name: &'a [u8], result: &'a [u8] },
}

impl Action<'_> {
    /// Returns whether no other program prints such an action.
    pub(super) fn is_unmistakable(self) -> bool {
        match self {
            Action::Event { name, .. } => name.contains(&b':'),
            Action::Call { result, .. } => result.is_some_and(|result| !result.is_empty()),
            Action::Continued { .. } => true,
        }
    }
}

/// Reads the thread and its action. The thread is printed as `comm/tid `, as `tid ` with `--no-comm`, or not at all
/// while only one thread is traced.
///
/// A comm may contain blanks and slashes (`CPU 0/KVM/10506 `). It is taken to end at the rightmost slash behind which
/// the rest of the line is a tid and an action.
pub(super) fn read_thread_and_action(rest: &[u8]) -> Option<(Thread<'_>, Action<'_>)> {
    let behind_comm = (0..=COMM_MAX).rev().filter(|&at| rest.get(at) == Some(&b'/')).find_map(|at| {
        let (comm, behind) = rest.split_at_checked(at)?;
        let (tid, action) = read_tid_and_action(behind.get(1..)?)?;
        Some((Thread { comm: Some(trim(comm)), tid: Some(tid) }, action))
    });
    behind_comm
        .or_else(|| read_tid_and_action(rest).map(|(tid, action)| (Thread { comm: None, tid: Some(tid) }, action)))
        .or_else(|| read_action(rest).map(|action| (Thread::default(), action)))
}

fn read_tid_and_action(rest: &[u8]) -> Option<(Tid, Action<'_>)> {
    let mut cursor = Cursor::new(rest);
    let tid = cursor.id()?;
    if !cursor.eat(b' ') {
        return None;
    }
    read_action(cursor.rest()).map(|action| (tid, action))
}

fn read_action(rest: &[u8]) -> Option<Action<'_>> {
    if let Some(continued) = read_continued(rest) {
        return Some(continued);
    }
    let mut cursor = Cursor::new(rest);
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || b"_:-.".contains(&byte));
    if name == b"majfault" || name == b"minfault" {
        // perf trace prints a page fault as: `minfault [_dl_start+0x3] => /usr/lib/ld-linux-x86-64.so.2@0x1f2a0 (d.)`
        let payload = cursor.rest().strip_prefix(b" ")?;
        return (payload.starts_with(b"[") && payload.contains_str("] => ")).then_some(Action::Event { name, payload });
    }
    if !name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_') || !cursor.eat(b'(') {
        return None;
    }
    let text = cursor.rest().trim_ascii_end();
    if name.contains(&b':') {
        // perf trace prints a tracepoint as:
        // `sched:sched_switch(prev_comm: "python3", prev_pid: 14175 (python3), prev_prio: 120)`
        return Some(Action::Event { name, payload: text.strip_suffix(b")").unwrap_or(text) });
    }
    read_call(name, text)
}

/// Reads a call, or a sample of a counter, from the text behind the opening parenthesis.
fn read_call<'a>(name: &'a [u8], text: &'a [u8]) -> Option<Action<'a>> {
    let is_call_name = name.len() <= NAME_MAX && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let call = |arguments, result| is_call_name.then_some(Action::Call { name, arguments, result });
    if let Some(interrupted) = text.strip_suffix(b" ...") {
        let arguments = interrupted.trim_ascii_end();
        return call(arguments.strip_suffix(b")").unwrap_or(arguments), None);
    }
    let arguments = text.strip_suffix(b")");
    match split_result(text) {
        // This call never returns: `exit_group() = ?`
        Some((arguments, b"?")) => call(arguments, None),
        Some((arguments, result)) => call(arguments, Some(result)),
        // A sample of a counter has neither arguments nor a result: `cpu-clock()`.
        None if arguments == Some(b"") => Some(Action::Event { name, payload: b"" }),
        // The line is cut off, so the result of the call is not known.
        None => call(arguments.unwrap_or(text), Some(b"")),
    }
}

/// Reads the end of a call: ` ... [continued]: futex())   = 0`. On a terminal, perf prints the word `continued` in
/// yellow.
fn read_continued(rest: &[u8]) -> Option<Action<'_>> {
    let mut cursor = Cursor::new(rest);
    cursor.skip_blanks();
    if !cursor.eat_all(b"... [") {
        return None;
    }
    cursor.skip_escapes();
    if !cursor.eat_all(b"continued") {
        return None;
    }
    cursor.skip_escapes();
    if !cursor.eat_all(b"]: ") {
        return None;
    }
    let name = cursor.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if name.is_empty() || name.len() > NAME_MAX || !cursor.eat(b'(') {
        return None;
    }
    let (_, result) = split_result(cursor.rest().trim_ascii_end()).unwrap_or_default();
    Some(Action::Continued { name, result })
}

/// Splits `...)   = 784` into arguments and result. The sign between them is the rightmost `=` that has a blank and a
/// parenthesis in front of it and a blank, or nothing, behind it.
fn split_result(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // Nothing stands behind the sign for a clone whose child perf does not know.
    let mut end = text.len();
    while let Some(at) = text.get(..end)?.rfind_byte(b'=') {
        let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
        let padded = before.ends_with(b" ") && (behind.is_empty() || behind.starts_with(b" "));
        if let Some(arguments) = before.trim_ascii_end().strip_suffix(b")").filter(|_| padded) {
            return Some((arguments, behind.trim_ascii_start()));
        }
        end = at;
    }
    None
}
