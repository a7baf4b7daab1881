//! Makes rows with the library, without starting the program.

use pspp_filter::{Follow, Key, Ledger, Loop, Matching, RowFormat, RowOptions, RowSink, Sinks, Task, Unit, run};
use std::io::{Read, Write};

/// Returns the task that follows loops by this key and in this way of matching.
pub fn task(loops: Vec<Loop>, key: Key, matching: Matching) -> Task {
    Task { follow: Some(Follow { key, matching, ..Follow::default() }), ..Task::new(loops) }
}

/// Returns a list of one sink, which writes rows in microseconds to `out`.
pub fn row_sink<'s>(out: impl Write + 's, format: RowFormat, header: bool) -> Sinks<'s> {
    let mut sinks = Sinks::default();
    sinks.add(RowSink::of_closed_loops(out, format, RowOptions { unit: Unit::Micros, header, show: Vec::new() }));
    sinks
}

/// Runs a task on an input. Returns the rows, and the counts of the run.
pub fn rows(task: &Task, input: impl Read, format: RowFormat, header: bool) -> (Vec<u8>, Ledger) {
    let mut out = Vec::new();
    let sinks = row_sink(&mut out, format, header);
    let ledger = run(task.clone(), sinks, input).expect("neither a slice nor a vector fails").ledger();
    (out, ledger)
}
