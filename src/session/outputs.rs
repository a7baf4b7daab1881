//! Builds the outputs of a run from the command line.

use super::messages::Messages;
use super::stdout::{BehindProgress, StandardOutput};
use crate::cli::{Run, SummaryTo};
use crate::sink::{FindingsSink, FolderFiles, FolderSink, RowOptions, RowSink, Sinks, SummarySink};
use crate::source::{self, InputName};
use std::io::Write;
use std::path::Path;

/// Returns the sinks of a run: the rows first, then the summary behind them, then the files.
pub(super) fn sinks<'s, M: Write>(run: &Run, output: &'s StandardOutput, messages: &'s Messages<M>) -> Sinks<'s> {
    let mut sinks = Sinks::default();
    if let Some(format) = run.config.rows {
        let options = RowOptions { unit: run.config.unit, header: run.config.header };
        sinks.add(match run.config.mode.has_events() {
            true => RowSink::of_events(output, format, options),
            false => RowSink::of_closed_loops(output, format, options),
        });
    }
    match run.summary_to {
        _ if run.config.discover => {
            sinks.add(FindingsSink::new(BehindProgress { output, messages }, run.words.clone()));
        }
        SummaryTo::Stdout => {
            sinks.add(SummarySink::new(BehindProgress { output, messages }, run.summary_format));
        }
        SummaryTo::Stderr => sinks.add(SummarySink::new(messages, run.summary_format)),
        SummaryTo::Nowhere => {}
    }
    if let Some(files) = &run.folder {
        sinks.add(FolderSink::new(&FolderFiles { perf_data: writes_perf_data(run, files), ..files.clone() }));
    }
    sinks
}

/// Returns whether `perf_data.csv` is among the files of `-o`. It is not if it is an input, or if the directory is one,
/// because it would be the input the next time.
fn writes_perf_data(run: &Run, files: &FolderFiles) -> bool {
    let is_directory = |name: &InputName| match name {
        InputName::Path(path) => is_same_directory(Path::new(path), &files.directory),
        InputName::Stdin => false,
    };
    !run.inputs.iter().any(|name| source::is_perf_data_csv(name) || is_directory(name))
}

fn is_same_directory(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().ok();
    resolved(one).is_some_and(|one| Some(one) == resolved(other))
}
