//! Reads the fields of a header of perf script from the tid to the name of the event.

use super::syntax::SYNTAX;
use crate::dialect::cursor::Cursor;
use crate::dialect::line::Line;
use crate::dialect::side_band::{self, RECORD};
use crate::event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Tid};

/// The least number of bytes of a padded tid or pid, in every version of perf.
pub(super) const ID_WIDTH: usize = 5;

/// The fields that a header must have to be accepted, and their least widths.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    tid: bool,
    /// The least number of bytes of the first number (the tid, or the pid before it), with the blanks in front of it.
    id_width: usize,
    cpu: CpuFormat,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CpuFormat {
    /// The header may have a CPU, `"[%03d] "`.
    Optional,
    /// The header must have a CPU, `"[%03d] "`.
    Required,
    /// The header must have a CPU without brackets, `"%3d "`, as `perf script -L` prints it.
    Bare,
}

impl Fields {
    /// The fields behind a comm that is padded to 16 bytes: a padded tid, and perhaps a CPU.
    pub(super) const PADDED: Fields = Fields { tid: true, id_width: ID_WIDTH, cpu: CpuFormat::Optional };
    /// The fields of `perf script -L`: a padded tid and a CPU without brackets.
    pub(super) const LATENCY: Fields = Fields { tid: true, id_width: ID_WIDTH, cpu: CpuFormat::Bare };
    /// A tid of any width, and perhaps a CPU.
    pub(super) const WITH_TID: Fields = Fields { tid: true, id_width: 0, cpu: CpuFormat::Optional };
    /// A CPU, and no tid.
    pub(super) const WITH_CPU: Fields = Fields { tid: false, id_width: 0, cpu: CpuFormat::Required };
    /// No tid, and perhaps a CPU.
    pub(super) const WITHOUT_TID: Fields = Fields { tid: false, id_width: 0, cpu: CpuFormat::Optional };

    /// Returns whether `before`, the beginning of the line, ends with a tab behind which these fields may stand. A tid
    /// must be among the fields, because it makes sure that the tab is not a part of the comm.
    pub(super) fn follow_tab(self, before: &[u8]) -> bool {
        self.tid && before.ends_with(b"\t")
    }
}

/// Reads `[pid/]tid [cpu] [misc] [tod] time: [period] event: payload`. Only the time and the event are in every header;
/// `fields` says whether there must be a tid and a CPU. Side-band records have the same header and are read, too.
pub(super) fn read_header<'a>(rest: &'a [u8], fields: Fields, comm: Option<&'a [u8]>) -> Option<Line<'a>> {
    let mut cursor = Cursor::new(rest);
    let (pid, tid) = if fields.tid {
        let (pid, tid) = take_ids(&mut cursor, fields.id_width)?;
        (pid, Some(tid))
    } else {
        (None, None)
    };
    let cpu = match fields.cpu {
        CpuFormat::Bare => take_bare_cpu(&mut cursor, pid)?,
        CpuFormat::Optional => take_bracketed_cpu(&mut cursor)?,
        CpuFormat::Required => Some(take_bracketed_cpu(&mut cursor)??),
    };
    let (time, resolution) = take_time(&mut cursor)?;
    if !cursor.eat(b':') || (cursor.skip_blanks() == 0 && !cursor.rest().is_empty()) {
        return None;
    }
    if cursor.rest().starts_with(RECORD) {
        return Some(side_band::read(cursor.rest(), cpu, Some(time)));
    }
    let (name, payload) = take_event(&mut cursor)?;
    let payload = Payload::new(payload, &SYNTAX);
    Some(Line::Event(Event { time, resolution, tid, pid, cpu, machine: None, name, comm, payload }))
}

/// Takes a tid, `"%7d "`, or a pid and a tid, `"%7d/%-7d "`. Before perf 6.5 the widths were 5. The tid of a pair is
/// padded on the right, so more blanks may follow it.
pub(super) fn take_ids(cursor: &mut Cursor<'_>, least_width: usize) -> Option<(Option<Pid>, Tid)> {
    let before = cursor.rest().len();
    cursor.skip_blanks();
    let first = cursor.id()?;
    if before - cursor.rest().len() < least_width {
        return None;
    }
    let ids = if cursor.eat(b'/') { (Some(first), cursor.id()?) } else { (None, first) };
    cursor.eat(b' ').then_some(ids)
}

/// Takes the CPU, `"[%03d] "`, if it comes next. perf prints `[-01]` for a CPU that it does not know.
///
/// Returns `Some(None)` if the line has no CPU, or an unknown one. Returns `None` if there is a bracket, but not one
/// around a CPU.
pub(super) fn take_bracketed_cpu(cursor: &mut Cursor<'_>) -> Option<Option<Cpu>> {
    cursor.skip_blanks();
    if !cursor.eat(b'[') {
        return Some(None);
    }
    let unknown = cursor.eat(b'-');
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    if !cursor.eat(b']') || cursor.skip_blanks() == 0 {
        return None;
    }
    Some((!unknown).then_some(cpu))
}

/// Takes a CPU without brackets, `"%3d "`. It must have 3 bytes, or more if all of them are digits: otherwise a tid
/// behind a comm that ends with a number would be taken for a CPU. If the line has a pid, more blanks may stand before
/// the CPU, because then perf pads the tid in front of it on the right.
fn take_bare_cpu(cursor: &mut Cursor<'_>, pid: Option<Pid>) -> Option<Option<Cpu>> {
    let before = cursor.rest().len();
    let blanks = cursor.skip_blanks();
    let cpu = Cpu::try_from(cursor.number()?).ok()?;
    let width = before - cursor.rest().len();
    let fits = width == 3 || (width > 3 && (blanks == 0 || pid.is_some()));
    (fits && cursor.skip_blanks() > 0).then_some(Some(cpu))
}

/// Takes `[misc] [tod] time`. The first two are rare, so they are looked for only if no time stands here.
fn take_time(cursor: &mut Cursor<'_>) -> Option<(Nanos, Resolution)> {
    let before = *cursor;
    cursor.seconds().or_else(|| {
        *cursor = before;
        skip_misc(cursor);
        skip_time_of_day(cursor);
        cursor.seconds()
    })
}

/// Skips the field of `perf script -F +misc`, if it comes next: some of the letters `K U H G g M E S Sp`, padded on the
/// right.
pub(super) fn skip_misc(cursor: &mut Cursor<'_>) {
    let mut after = *cursor;
    let letters = after.take_while(|byte| b"KUHGgMESp".contains(&byte));
    if !letters.is_empty() && letters.len() <= 10 && after.skip_blanks() > 0 {
        *cursor = after;
    }
}

/// Skips the time of day of `perf script -F +tod`, if it comes next: `2026-11-21 09:01:42.172579 `, or a word such as
/// `N/A` if perf does not know it.
pub(super) fn skip_time_of_day(cursor: &mut Cursor<'_>) {
    let mut after = *cursor;
    let is_known = is_date(after.until_blank()) && after.skip_blanks() > 0 && after.until_blank().get(2) == Some(&b':');
    if !is_known {
        after = *cursor;
        if ![&b"N/A"[..], b"disabled", b"failed"].contains(&after.until_blank()) {
            return;
        }
    }
    if after.skip_blanks() > 0 {
        *cursor = after;
    }
}

/// Returns whether the text has the form of a date: `2026-11-21`.
fn is_date(text: &[u8]) -> bool {
    text.len() == 10 && text.get(4) == Some(&b'-') && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
}

/// Takes the name and the payload of an event, and skips the period of `-F +period` (`"%10lu "`) in front of them.
///
/// Names may contain colons (`cpu-clock:uhH:`), so only a colon before a blank, or at the end of the line, ends the
/// name.
pub(super) fn take_event<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let mut after = *cursor;
    if after.number().is_some() && after.skip_blanks() > 0 {
        *cursor = after;
    }
    let name = cursor.until_blank().strip_suffix(b":")?;
    // Without a letter this is no name: if a line is cut off behind its time, the time stands in this place.
    if !name.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    cursor.skip_blanks();
    Some((name, cursor.rest()))
}
