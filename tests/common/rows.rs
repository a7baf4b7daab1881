//! Rows of the library, without the program around it.

use pspp_filter::{Follow, Key, Ledger, Loop, Matching, RowFormat, RowOptions, RowSink, Sinks, Task, Unit, run};
use std::io::{Read, Write};

/// Returns the task to follow loops in this way.
pub fn task(loops: Vec<Loop>, key: Key, matching: Matching) -> Task {
    Task { follow: Some(Follow { key, matching, by: None }), ..Task::new(loops) }
}

/// Returns a list of sinks with one that writes rows, in microseconds.
pub fn row_sink<'s>(out: impl Write + 's, format: RowFormat, header: bool) -> Sinks<'s> {
    let mut sinks = Sinks::default();
    sinks.add(RowSink::of_closed_loops(out, format, RowOptions { unit: Unit::Micros, header }));
    sinks
}

/// Returns the rows of a task on an input, and the counts.
pub fn rows(task: &Task, input: impl Read, format: RowFormat, header: bool) -> (Vec<u8>, Ledger) {
    let mut out = Vec::new();
    let sinks = row_sink(&mut out, format, header);
    let ledger = run(task.clone(), sinks, input).expect("neither a slice nor a vector fails").ledger();
    (out, ledger)
}
