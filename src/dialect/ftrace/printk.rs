//! The prefix that the kernel's log prints before each line of a buffer that it dumps (`ftrace_dump_on_oops`).

use crate::dialect::cursor::Cursor;
use bstr::ByteSlice;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Finds what a log daemon prints before the kernel's own text. The search is prepared once, because that takes longer
/// than to search a line.
static KERNEL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b" kernel:"));

/// The greatest length in bytes of what a log daemon prints before the kernel's own text.
const DAEMON_PREFIX_MAX: usize = 120;

/// Skips the prefix; returns `None` if the line has none. The text behind the prefix begins with its own padding.
///
/// ```text
/// [   90.000200]  watcher-1177      0d.... 80000070us : sys_write(fd: 2, ...)
/// <4>[   90.000500]   <idle>-0         3d.... 80000090us : sched_switch: prev_comm=...
/// [   90.000200][  T117]  watcher-1177 ...                 with CONFIG_PRINTK_CALLER
/// [Fri Jan  2 03:04:05 2026]  watcher-1177 ...             dmesg -T
/// kern  :warn  : [   90.000200]  watcher-1177 ...          dmesg -x
/// Jan 02 03:04:05 host kernel:  watcher-1177 ...           journalctl -k
/// ```
pub(super) fn skip_prefix(line: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::new(line);
    let is_behind_daemon = skip_daemon(&mut cursor) || skip_facility(&mut cursor);
    let is_behind_level = skip_level(&mut cursor);
    let is_behind_time = skip_brackets(&mut cursor, is_time);
    if is_behind_time {
        skip_brackets(&mut cursor, is_caller);
    }
    let has_prefix = is_behind_daemon || is_behind_level || is_behind_time;
    (has_prefix && (cursor.eat(b' ') || is_behind_level)).then_some(cursor.rest())
}

/// Skips everything up to `kernel:`, which journalctl and syslog print behind their time and the host.
fn skip_daemon(cursor: &mut Cursor<'_>) -> bool {
    let line = cursor.rest();
    let start = line.get(..DAEMON_PREFIX_MAX).unwrap_or(line);
    let Some(behind) = KERNEL.find(start).and_then(|at| line.get(at + KERNEL.needle().len()..)) else { return false };
    *cursor = Cursor::new(behind);
    // syslog prints the kernel's own time, too, with a blank before it.
    let mut after = *cursor;
    if after.eat(b' ') && after.rest().starts_with(b"[") {
        *cursor = after;
    }
    true
}

/// Skips `kern  :warn  : `.
fn skip_facility(cursor: &mut Cursor<'_>) -> bool {
    let Some(rest) = cursor.rest().strip_prefix(b"kern") else { return false };
    let mut after = Cursor::new(rest);
    after.skip_blanks();
    let is_facility = after.eat(b':') && !after.take_while(|byte| byte.is_ascii_lowercase()).is_empty();
    after.skip_blanks();
    let is_facility = is_facility && after.eat_all(b": ");
    if is_facility {
        *cursor = after;
    }
    is_facility
}

/// Skips `<4>`.
fn skip_level(cursor: &mut Cursor<'_>) -> bool {
    let mut after = *cursor;
    let is_level = after.eat(b'<') && after.number().is_some_and(|level| level < 1024) && after.eat(b'>');
    if is_level {
        *cursor = after;
    }
    is_level
}

/// Skips a pair of brackets if the text in it is `wanted`.
fn skip_brackets(cursor: &mut Cursor<'_>, wanted: fn(&[u8]) -> bool) -> bool {
    let mut after = *cursor;
    let is_wanted = after.eat(b'[') && wanted(after.take_while(|byte| byte != b']')) && after.eat(b']');
    if is_wanted {
        *cursor = after;
    }
    is_wanted
}

/// Returns whether the text is `   90.000200`, or a date as `dmesg -T` prints it.
fn is_time(text: &[u8]) -> bool {
    let mut seconds = Cursor::new(text.trim_ascii_start());
    let is_seconds = seconds.seconds().is_some() && seconds.rest().is_empty();
    is_seconds || text.len() == 24 && text.find_iter(b":").count() == 2
}

/// Returns whether the text is `  T117` or `    C0`, the thread or CPU that printed the line.
fn is_caller(text: &[u8]) -> bool {
    match text.trim_ascii_start() {
        [b'T' | b'C', number @ ..] => !number.is_empty() && number.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}
