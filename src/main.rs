//! pspp-filter measures how long it takes from one event of a trace to another.
//!
//! # A map of the program
//!
//! Below each step stands the folder that has its code:
//!
//! ```text
//! trace text ──> lines ─> Event ─┐
//!                source   dialect├─> gates ─> positions ─> matcher ─> closed loop ─┬─> sinks ─> stdout, files
//!                                │   engine   pattern      matcher                 │   sink
//! perf.data ─> records ─> Event ─┘                                                 └─> statistics ─> summary ─> sinks
//!              perf_data                                                               stats         report     sink
//! ```
//!
//! The gates select events by their header fields (`--tid`), bring them into the order of time (`--reorder`) and end
//! intervals (`-I`), before the loops see the events. Data goes one way and does not come back. The engine joins the
//! steps, and no step knows the next one. The folders have this order, and a file imports only from its own folder and
//! from the folders before it:
//!
//! event, text, key, pattern, dialect, perf_data, source, matcher, stats, compare, why, diagnosis, report, sink, engine, cli, session
//!
//! | to change                                                 | see                                              |
//! |-----------------------------------------------------------|--------------------------------------------------|
//! | an option: its name, value, help, conflicts               | `cli/options/`, the one table; its value in `cli/given.rs` |
//! | the reading of an option's value                          | `cli/values.rs`                                  |
//! | the effect of an option                                   | `session/task.rs` (engine), `session/outputs.rs` (output) |
//! | the built-in loop; the names of loops                     | `cli/request.rs`                                 |
//! | the prose of the man page; the form of pages              | `cli/manual.txt`; `cli/pages/`                   |
//! | an exit status                                            | `session/status.rs`, chosen in `session/ending.rs` and `session/run.rs` |
//! | a signal                                                  | `source/signals.rs`; its effect in `session/input.rs` |
//! | the order in which inputs are read                        | `session/state.rs`, for `--baseline` `session/baseline.rs` |
//! | a note at the end of a run                                | `session/notes.rs`                               |
//! | what to do about a missing key or header field            | `print_missing` in the dialect's `Syntax`; the sentence in `event/syntax.rs` |
//! | an input: opening it, directories, waiting                | `source/open.rs`, `source/directory.rs`, `source/recording.rs` |
//! | an input that is not a trace by mistake                   | `source/binary.rs`                               |
//! | the way from bytes to lines; reading ahead                | `source/lines.rs`; `source/ahead.rs`             |
//! | the text of a tracer: `perf script`, `perf trace`, ftrace | a file or folder in `dialect/`, listed in `dialect/read.rs` |
//! | `[continued]` lines of `perf trace`                       | `dialect/perf_trace/action.rs`, `dialect/fast/perf_trace.rs` |
//! | the speed of most lines                                   | `dialect/fast/`                                  |
//! | the fields of a payload                                   | `event/text_fields.rs`, chosen by the dialect's `Syntax` |
//! | a perf.data: its headers and compressed records           | `perf_data/container/`                           |
//! | a perf.data: its records; their order                     | `perf_data/records/`; `perf_data/records/order/` |
//! | a perf.data: the text of payloads                         | `perf_data/payload/`                             |
//! | the loop language; conditions (`if`)                      | `pattern/grammar/`; `pattern/condition.rs`       |
//! | the names that an event has in a loop                     | `pattern/name.rs`, remembered by `pattern/watch.rs` |
//! | `delta_processor.conf`                                    | `pattern/conf.rs`                                |
//! | a key (`-k`)                                              | `key/kind.rs`; its header field in `event/header.rs`, its values in `key/value.rs`, its help in `cli/options/loops.rs` |
//! | field references (`-b`, `--show`)                         | `pattern/reference.rs`, `engine/references.rs`, `matcher/carry.rs` |
//! | groups (`-b`)                                             | `key/group.rs`, `stats/groups.rs`                |
//! | a way of matching (`--match`)                             | a file like `matcher/latest.rs`, listed in `matcher/matching.rs` |
//! | negated positions (`!C`); the time limit (`within`)       | `pattern/spec.rs`; `negate` and `within` in the ways of matching |
//! | the keys that are dropped when there are too many         | `matcher/table.rs`                               |
//! | the way of an event through the run                       | `engine/line.rs`, `engine/pass_gates.rs`, `engine/follow.rs` |
//! | intervals (`-I`); `--reorder`                             | `engine/interval.rs`; `engine/reorder.rs`        |
//! | times that are far from all others                        | `engine/outliers.rs`, `engine/held_event.rs`     |
//! | a column of the statistics, such as p99                   | `report/statistics.rs`, its value in `stats/transition.rs` or `stats/quantile.rs`, its prose in `cli/manual.txt` |
//! | the counts of lines and events                            | `stats/ledger.rs`                                |
//! | the comparison of two sides: ratios, intervals, verdict   | `compare/`, one file for each statistic          |
//! | states, which are written and merged                      | `stats/state/`; `report/state.rs` writes, `engine/merge_states.rs` merges |
//! | a summary format                                          | a file in `report/`, listed in `report/format.rs` |
//! | the page for browsers                                     | `report/html/`                                   |
//! | a row format                                              | a file in `sink/rows/`, listed in `sink/rows/list.rs` |
//! | another output of closed loops (`-f perfetto`)            | a file or folder in `sink/`, named in `sink/loop_format.rs`, created in `session/outputs.rs` |
//! | the files of `-o`                                         | `sink/folder/`                                   |
//! | why a loop was slow (`--slowest`, `--unfinished`)         | `why/`, fed by `engine/why.rs`, `engine/feed_why.rs`; its options in `cli/options/why.rs` |
//! | what threads did meanwhile (`--sched`, `--explain`)       | `why/threads.rs`, `why/explain/`, fed by `engine/reasons.rs`, `engine/feed_reasons.rs` |
//! | a hint: why a loop did not close                          | `diagnosis/hints.rs`                             |
//! | a comparison with earlier recordings (`--baseline`)       | `compare/`, `report/comparison/`, `report/html/comparison/`, `session/baseline.rs` |
//! | limits (`--fail-if`)                                      | `report/fail_if/`, checked in `session/ending.rs` |
//! | pictures over time                                        | `stats/cells.rs`, `report/gnuplot.rs`, `report/html/` |
//! | call chains (`-f folded`)                                 | `dialect/frame.rs`, `engine/call_chains.rs`, `engine/feed_call_chains.rs`, `sink/folded.rs` |
//! | `--pairs`; `--discover`                                   | `pattern/pairs.rs`, `engine/pairs.rs`; `diagnosis/discovery.rs` |
//! | the overview of an input, if no loop was given            | `engine/overview.rs`, chosen in `session/task.rs` |
//! | the proposals of "did you mean"                           | `session/operands.rs` for operands, `diagnosis/meant.rs` for loops |

use pspp_filter::cli::{self, Command};
use pspp_filter::session::{self, Messages, StandardError};
use std::process::ExitCode;

fn main() -> ExitCode {
    let messages = Messages::new(StandardError);
    let status = match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Print(page)) => session::print(&page.text(), &messages),
        Ok(Command::Run(request)) => session::run(*request, &messages),
        Err(error) => session::usage_error(&error, &messages),
    };
    ExitCode::from(status.code())
}
