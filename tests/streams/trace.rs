//! The lines of a trace that the tests write to the program, and the rows that the program must give for them.

use std::fs::File;
use std::io::{self, PipeWriter};

/// The header of the rows of `LOOP`, as tab-separated values.
pub const HEADER: &str = "#time\ttid\tcpu\tdelta:sys_exit_read__sys_enter_read\ttotal_us\tcomm\n";

/// The text of the error that a closed descriptor causes (EBADF).
pub const BAD_DESCRIPTOR: &str = "Bad file descriptor";

/// A number of calls whose rows are more than the program's output buffer holds.
pub const MANY: usize = 5_000;

/// Returns a line with the first event of `LOOP`, at the time 7 s + `at` us.
pub fn enter(at: usize) -> String {
    format!("             cat    42 [000]     7.{at:06}: syscalls:sys_enter_read: fd: 0x00000003\n")
}

/// Returns a line with the last event of `LOOP`, at the time 7 s + (`at` + 5) us.
pub fn exit(at: usize) -> String {
    format!("             cat    42 [000]     7.{:06}:  syscalls:sys_exit_read: 0x40\n", at + 5)
}

/// Returns the lines of a whole system call, which closes `LOOP` once.
pub fn call(at: usize) -> String {
    enter(at) + &exit(at)
}

/// Returns the row that the program must give for `call(at)`.
pub fn row(at: usize) -> String {
    format!("7.{:06}\t42\t0\t5\t5\tcat\n", at + 5)
}

/// Returns the lines of `count` calls, one call every 10 us.
pub fn calls(count: usize) -> String {
    (0..count).map(|number| call(number * 10)).collect()
}

/// Returns the rows that the program must give for `calls(count)`.
pub fn rows(count: usize) -> String {
    (0..count).map(|number| row(number * 10)).collect()
}

/// Returns the writing end of a pipe whose reading end is closed.
pub fn to_nobody() -> PipeWriter {
    let (_, writer) = io::pipe().expect("a pipe can be made");
    writer
}

/// Returns a device on which every write fails as on a full disk (ENOSPC).
pub fn to_full_disk() -> File {
    File::options().write(true).open("/dev/full").expect("/dev/full is there")
}
