//! Sinks are the outputs of a run. They get its closed loops, its events, its intervals and its end.
//!
//! A sink is a type that implements [`Sink`]. The engine calls all sinks of a run in their order, and knows nothing
//! about their formats. To add an output, write a file here, and add a line to `session/outputs.rs`, where the list of
//! sinks is made.
//!
//! | file        | output                                                                    |
//! |-------------|---------------------------------------------------------------------------|
//! | `rows/`     | a row for each closed loop, or for each event, in one of several formats    |
//! | `perfetto/` | a trace of the closed loops, for the viewers of Chrome traces               |
//! | `folded.rs` | a line for each closed loop with its call chain, for flame graphs           |
//! | `summary.rs`| the summary of each interval and of the whole run                          |
//! | `comparison.rs` | the comparison with other recordings (`--baseline`)                        |
//! | `findings.rs` | the result of `--discover`                                                |
//! | `folder/`   | the files of the program that pspp-filter replaces, in a directory (`-o`)  |

mod call_chain;
mod closed_loop;
mod comparison;
mod contract;
mod event_delta;
mod findings;
mod folded;
mod folder;
mod list;
mod loop_format;
mod output;
mod perfetto;
mod rows;
mod shown_fields;
mod summary;

pub use call_chain::CallChain;
pub use closed_loop::ClosedLoop;
pub use comparison::{ComparisonSink, SideSink};
pub use contract::{Ending, Needs, Sink, SinkError};
pub use event_delta::EventDelta;
pub use findings::FindingsSink;
pub use folded::FoldedSink;
pub use folder::{FolderFiles, FolderSink};
pub use list::Sinks;
pub use loop_format::LoopFormat;
pub use output::Output;
pub use perfetto::PerfettoSink;
pub use rows::{RowFormat, RowOptions, RowSink, RowWriter};
pub use shown_fields::ShownFields;
pub use summary::SummarySink;
