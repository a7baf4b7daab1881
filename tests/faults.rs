//! Tests with reads and writes that fail at any place. The program must count everything that it read before the
//! failure, keep everything that it wrote, and return the error unchanged.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::rows::{row_sink, rows};
use pspp_filter::{Engine, Error, Pause, RowFormat, Task, parse_loop, run};
use std::io::{self, Read, Write};

const CAPTURE: &[u8] = include_bytes!("data/odd-comms.txt");
const PREAD: &str = "sys_enter_pread64 -> sys_exit_pread64";

fn task() -> Task {
    Task::new(vec![parse_loop(PREAD).expect("a loop")])
}

/// The outcome of one read.
#[derive(Clone, Copy, Debug)]
enum ReadOutcome {
    /// The read returns at most this many bytes.
    Gives(usize),
    Fails(io::ErrorKind),
    /// The read fails with EIO, as from a broken disk.
    Breaks,
}

/// A reader of which some reads fail. A read that fails takes no bytes: the next read returns them. The reads have the
/// `outcomes` one after another, and then from the beginning again.
struct FaultyReader<'t> {
    text: &'t [u8],
    outcomes: Vec<ReadOutcome>,
    next: usize,
}

impl Read for FaultyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let outcome = self.outcomes[self.next % self.outcomes.len()];
        self.next += 1;
        match outcome {
            ReadOutcome::Gives(count) => {
                let count = count.min(buffer.len());
                self.text.read(&mut buffer[..count])
            }
            ReadOutcome::Fails(kind) => Err(kind.into()),
            ReadOutcome::Breaks => Err(io::Error::from_raw_os_error(5)),
        }
    }
}

#[test]
fn interrupted_short_and_waiting_reads_give_the_same_rows() {
    use ReadOutcome::{Fails, Gives};
    let (expected, _) = rows(&task(), CAPTURE, RowFormat::default(), true);
    let (interrupted, waiting) = (Fails(io::ErrorKind::Interrupted), Fails(io::ErrorKind::WouldBlock));
    for outcomes in [
        vec![Gives(1), interrupted],
        vec![interrupted, interrupted, Gives(7), waiting],
        vec![waiting, Gives(4096), interrupted],
        vec![Gives(100_000), waiting, waiting],
    ] {
        let mut input = FaultyReader { text: CAPTURE, outcomes: outcomes.clone(), next: 0 };
        let mut out = Vec::new();
        let sinks = row_sink(&mut out, RowFormat::default(), true);
        let mut engine = Engine::new(task(), sinks).expect("a vector does not fail");
        engine.begin_input("input".to_owned());
        let mut pauses = 0;
        while engine.read(&mut input).expect("these are no failures") != Pause::End {
            pauses += 1;
        }
        engine.end_input().expect("a vector does not fail");
        engine.end().expect("a vector does not fail");
        assert!(pauses > 1, "{outcomes:?}");
        assert_eq!(engine.ledger().bytes, CAPTURE.len() as u64);
        drop(engine);
        assert!(out == expected, "{outcomes:?}");
    }
}

#[test]
fn a_read_that_fails_says_so_and_what_came_before_counts() {
    let (expected, _) = rows(&task(), CAPTURE, RowFormat::default(), true);
    for at in (0..200_000).step_by(997) {
        let mut input = FaultyReader {
            text: &CAPTURE[..at],
            outcomes: vec![ReadOutcome::Gives(at.max(1)), ReadOutcome::Breaks],
            next: 0,
        };
        let mut out = Vec::new();
        let sinks = row_sink(&mut out, RowFormat::default(), true);
        let mut engine = Engine::new(task(), sinks).expect("a vector does not fail");
        engine.begin_input("input".to_owned());
        match engine.read(&mut input) {
            Err(Error::Read(error)) => assert_eq!(error.raw_os_error(), Some(5), "at {at}"),
            // If there is no byte at all, the first read is the end of the input.
            other => assert!(at == 0 && matches!(other, Ok(Pause::End)), "at {at}: {other:?}"),
        }
        engine.end_input().expect("a vector does not fail");
        engine.end().expect("a vector does not fail");
        assert_eq!(engine.ledger().bytes, at as u64);
        let whole_lines = CAPTURE[..at].iter().filter(|&&byte| byte == b'\n').count() as u64;
        assert_eq!(engine.ledger().lines, whole_lines, "at {at}");
        drop(engine);
        assert!(expected.starts_with(&out), "at {at}");
    }
}

/// A writer that takes `room` bytes, a few with each write, and then fails with the error `errno`.
struct FaultyWriter {
    written: Vec<u8>,
    /// The number of bytes that the writer takes before it fails.
    room: usize,
    /// The number of bytes that the writer takes with one write.
    step: usize,
    errno: i32,
    /// True if the last write was interrupted. Every other write is interrupted, so the next one takes bytes or fails
    /// with `errno`.
    interrupts: bool,
}

impl Write for FaultyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupts = !self.interrupts;
        if self.interrupts {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = bytes.len().min(self.step).min(self.room - self.written.len());
        if count == 0 && !bytes.is_empty() {
            return Err(io::Error::from_raw_os_error(self.errno));
        }
        self.written.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_write_that_fails_says_so_wherever_it_does() {
    const ENOSPC: i32 = 28;
    const EPIPE: i32 = 32;
    for (_, format) in RowFormat::NAMES {
        let text = &CAPTURE[..60_000];
        let (expected, _) = rows(&task(), text, *format, true);
        assert!(expected.len() > 3_000);
        for (errno, step) in [(ENOSPC, usize::MAX), (EPIPE, usize::MAX), (ENOSPC, 1), (ENOSPC, 13)] {
            for room in (0..expected.len()).step_by(61).chain([expected.len() - 1]) {
                let mut writer = FaultyWriter { written: Vec::new(), room, step, errno, interrupts: false };
                // After each piece the reader has nothing to read, as when a live tracer pauses. So the engine flushes
                // the rows of each piece, and the write can fail after any piece.
                let mut input = FaultyReader {
                    text,
                    outcomes: vec![ReadOutcome::Gives(5_000), ReadOutcome::Fails(io::ErrorKind::WouldBlock)],
                    next: 0,
                };
                let ended = run(task(), row_sink(&mut writer, *format, true), &mut input).map(|engine| engine.ledger());
                let Err(Error::Write(error)) = ended else { panic!("room for {room} is too much: {ended:?}") };
                assert!(format!("{error:?}").contains(&format!("code: {errno}")), "{error:?}");
                assert!(writer.written == expected[..room], "room for {room}");
            }
            let mut writer = FaultyWriter { written: Vec::new(), room: expected.len(), step, errno, interrupts: false };
            run(task(), row_sink(&mut writer, *format, true), text).expect("there is room for all");
            assert!(writer.written == expected);
        }
    }
}
