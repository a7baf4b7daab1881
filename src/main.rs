//! pspp-filter: how long from this event to that one.
//!
//! # A map of the program
//!
//! ```text
//! bytes ──> lines ──> Event ──> position ──> closed loop ──> row ──────────> stdout
//! source    source    dialect   pattern      matcher     └─> statistics ──> summary ──> stderr
//!       └─> records ──> Event   ledger ──────────────────────────────────┘
//!           perf_data
//! ```
//!
//! Nothing flows back, and no step knows the next: `filter/` joins them.
//!
//! | to change                                   | see                                            |
//! |---------------------------------------------|------------------------------------------------|
//! | an option: its name, help                   | `cli/options.rs`, the one table                |
//! | how an option's value is read               | `cli/values.rs`                                |
//! | ... and what it does                        | `cli/mod.rs` puts it into `config.rs`          |
//! | what contradicts what; the built-in loop    | `cli/mod.rs`                                   |
//! | help, man page, completions                 | `cli/pages.rs` (form), `cli/manual.rs` (text)  |
//! | which inputs are read, signals, exit status | `session/mod.rs`, `source/signals.rs`          |
//! | what is written when a run ends             | `session/ending.rs`                            |
//! | what is done with each line                 | `filter/flow.rs`                               |
//! | how bytes become lines; reading ahead       | `source/lines.rs`; `source/ahead.rs`           |
//! | what makes most lines cheap                 | `dialect/columns.rs`, `dialect/usual_calls.rs` |
//! | how an event goes through the loops         | `filter/follow.rs`                             |
//! | directories; what is no text by mistake     | `source/mod.rs`; `source/binary.rs`            |
//! | a binary perf.data; `perf script` for it    | `perf_data/`; `source/perf.rs`                 |
//! | ... and what its payloads are in text       | `perf_data/formats.rs`, `item.rs`, `print/`    |
//! | a field layout of `perf script`             | `dialect/perf_script.rs`                       |
//! | its side-band records; `perf_data.csv`      | `dialect/side_band.rs`; `dialect/csv.rs`       |
//! | `perf trace`; ftrace and `trace-cmd report` | `dialect/perf_trace.rs`; `dialect/ftrace.rs`   |
//! | another tracer's text                       | a file in `dialect/`, asked by `dialect/mod.rs`|
//! | `--reorder`; `-I`; what comes before loops  | `reorder.rs`; `interval.rs`; `filter/gates.rs` |
//! | the loop language; when a name is an event  | `pattern/grammar/`, `pattern/name.rs`          |
//! | how a field is found in a payload           | `payload.rs`; which one, `pattern/field.rs`    |
//! | an operator of `if`                         | `pattern/condition.rs`, `pattern/grammar/condition.rs` |
//! | which streams an event enters (`@field`)    | `filter/streams.rs`                            |
//! | groups (`-b`)                               | `matcher/carry.rs`, `matcher/label.rs`, `stats/groups.rs` |
//! | which names are a pair; what is proposed    | `pattern/pairs.rs`; `filter/discovery.rs`, `matcher/sequences.rs` |
//! | `delta_processor.conf`                      | `pattern/conf.rs`                              |
//! | `--comm`, `--pid`, `--tid`, `--cpu`         | `pattern/selection.rs`                         |
//! | a key (`-k`): its name; its value           | `pattern/mod.rs`; `matcher/key.rs`             |
//! | a way of matching (`--match`)               | a file beside `matcher/latest.rs`              |
//! | who is forgotten when the table is full     | `matcher/table.rs`                             |
//! | mean, deviation, quantiles                  | `stats/`                                       |
//! | a row format                                | a file in `report/rows/`, listed in its mod.rs |
//! | a summary format                            | a file in `report/summary/`, likewise          |
//! | the files of `-o`; the figure               | `report/folder/`; `report/figure.rs`           |
//! | the hints of "no loop closed"; the notes    | `report/hints.rs`, `matcher/trial.rs`; `report/notes.rs` |
//! | progress                                    | `report/progress.rs`, shown by `session/`      |
//! | what is counted of the lines                | `ledger.rs`                                    |

use pspp_filter::cli::{self, Command};
use pspp_filter::session::{self, Messages};
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let messages = Messages::new(io::stderr());
    let status = match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Print(page)) => session::print(&page.text(), &messages),
        Ok(Command::Run(request)) => session::run(*request, &messages),
        Err(error) => session::usage_error(&error, &messages),
    };
    ExitCode::from(status.code())
}
