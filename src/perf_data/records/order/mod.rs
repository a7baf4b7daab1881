//! Records in perf's order: by time, over all CPUs.
//!
//! The kernel has a buffer for each CPU. perf reads the buffers in turn and writes their records one CPU after another,
//! so times go back where the next CPU begins. When perf has read all buffers once, it writes a `FINISHED_ROUND`
//! record. A record may still come one round late: its CPU wrote it while perf was reading another CPU's buffer. So
//! `FINISHED_ROUND` promises only that no later record of the file is older than the latest record of the previous
//! round (tools/perf/util/ordered-events.c).
//!
//! ```text
//! time           1   2   3   4   5   6   7   8   9   10
//!
//! round 1        |<------------->|                        CPU 0 has 1 and 3, CPU 1 has 2 and 5
//!   finished     .   .   .       .                        nothing is ready: 4 may still come
//!                                ^ previous_round
//! round 2                    |<------------->|            CPU 0 has 4 and 8, CPU 1 has 6
//!   finished     #   #   #   #   #   .       .            all up to 5 are ready, in order
//!                                            ^ previous_round
//! round 3                                |<--------->|    CPU 0 has 9, CPU 1 has 7 and 10
//!   finished                         #   #   #   .   .    all up to 8 are ready
//!                                                    ^ previous_round
//!
//! # ready to be handed out      . waits for the end of the next round
//! ```
//!
//! The records 4 and 7 came one round late and were still handed out in order. Records without a time are handed out at
//! once.
//!
//! A round may hold more records than should be in memory. Then the waiting records leave memory as *runs*. A run is a
//! sequence of records in the order of time. When the records are ready, an external merge hands out the oldest record
//! of all runs again and again:
//!
//! ```text
//! records ──> memory ─┬─> runs at their places in the file ───┬─> merge ─> next record
//!                     └─> a sorted run in a temporary file ───┘
//! ```
//!
//! The records of one CPU already are a run in the file: their times rise, or they fall where `perf record --overwrite`
//! has dumped a buffer, newest record first. So these records are only dropped from memory, and the file is read a
//! second time at their places. In three cases the records go to an unlinked temporary file instead: if they cannot be
//! read again, because the input is a stream or is compressed; if they are in so little order that their runs would
//! take too much memory; and if they are spread over so much of the file that the search for runs would take too long.
//!
//! Imports go one way, from each file to those on its left: limits, parser, temporary < `in_place`, `on_disk` < run <
//! merge < spill < ordered.

mod in_place;
mod limits;
mod merge;
mod on_disk;
mod ordered;
mod parser;
mod run;
mod spill;
mod temporary;
#[cfg(test)]
mod tests;

pub use limits::Limits;
pub(in crate::perf_data) use ordered::OrderedRecords;
pub use temporary::{temporary_file, temporary_file_error};
