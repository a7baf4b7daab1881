//! The trace text that the tests write, and the rows that it must give.

use std::fs::File;
use std::io::{self, PipeWriter};

/// The header of the rows of LOOP, as tab-separated values.
pub const HEADER: &str = "#time\ttid\tcpu\tdelta:sys_exit_read__sys_enter_read\ttotal_us\tcomm\n";

/// The system's message for a closed descriptor.
pub const BAD_DESCRIPTOR: &str = "Bad file descriptor";

/// This many calls give more rows than the program's output buffer holds.
pub const MANY: usize = 5_000;

/// The first event of LOOP, at 7 s and `at` us.
pub fn enter(at: usize) -> String {
    format!("             cat    42 [000]     7.{at:06}: syscalls:sys_enter_read: fd: 0x00000003\n")
}

/// The last event of LOOP, 5 us later.
pub fn exit(at: usize) -> String {
    format!("             cat    42 [000]     7.{:06}:  syscalls:sys_exit_read: 0x40\n", at + 5)
}

/// A whole system call, which closes LOOP once.
pub fn call(at: usize) -> String {
    enter(at) + &exit(at)
}

/// The row of `call(at)`.
pub fn row(at: usize) -> String {
    format!("7.{:06}\t42\t0\t5\t5\tcat\n", at + 5)
}

/// The lines of `count` calls, one every 10 us.
pub fn calls(count: usize) -> String {
    (0..count).map(|number| call(number * 10)).collect()
}

/// The rows of `calls(count)`.
pub fn rows(count: usize) -> String {
    (0..count).map(|number| row(number * 10)).collect()
}

/// Returns the writing end of a pipe that nobody reads.
pub fn to_nobody() -> PipeWriter {
    let (_, writer) = io::pipe().expect("a pipe can be made");
    writer
}

/// Returns a device on which every write fails as on a full disk.
pub fn to_full_disk() -> File {
    File::options().write(true).open("/dev/full").expect("/dev/full is there")
}
