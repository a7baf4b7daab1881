//! Reads a binary perf.data without `perf script`. It gives the same events in the same order as the text of
//! `perf script`.
//!
//! The format is described in tools/perf/Documentation/perf.data-file-format.txt and include/uapi/linux/perf_event.h of
//! the kernel's sources. This reader leaves some recordings to `perf script`: those with hardware traces, for example,
//! and those where the run needs a payload with a part that only perf can print, such as the name of a function.
//! [`PerfData::open`] then returns the reason as [`Unsupported`].
//!
//! A perf.data comes in two forms. A file has tables in front of and behind its records. A stream (`perf record -o -`)
//! has no tables: its first records describe the events.
//!
//! ```text
//! file:   header | ids | attributes | COMM, FORK, SAMPLE, ..., FINISHED_ROUND, ... | features
//! stream: header | HEADER_ATTR, ..., HEADER_FEATURE, ..., TRACING_DATA | COMM, FORK, SAMPLE, ...
//! ```
//!
//! The bytes flow through the parts of this folder in one direction:
//!
//! ```text
//!             container/                                records/                            reader
//!
//! file ───> file_header ─┐
//!                        ├─> description ─────────────> attributes ─┐
//! stream ─> pipe_header ─┘                                          │
//!                            buffer ──────────┬───────> parse ──────┴─> order ─> counts ─> Line
//!                              └> decompressor ┘           │                     comms
//!                                                       payload/
//! ```
//!
//! `payload` imports from no other part, `records` from `payload`, `container` from both, and `reader.rs` from all
//! three.
//!
//! The crate linux-perf-data 0.13 is not used, because it refuses streams with tracepoints. It is also slower: it takes
//! 0.68 s to read the samples of 379 MB, where all of this program, statistics included, takes 0.27 s (medians of 3
//! runs on one machine).

mod bytes;
mod container;
mod error;
mod magic;
mod payload;
mod places;
mod reader;
mod records;
mod syntax;
mod wanted;

pub use error::{Damage, Error, Unsupported};
pub use magic::{MAGIC, SWAPPED_MAGIC, is_perf_data};
pub use reader::PerfData;
pub use records::order::Limits;
pub(crate) use records::order::{temporary_file, temporary_file_error};
pub use syntax::prints_only_wanted;
pub use wanted::{EventFilter, Lack, WantedPayloads};
