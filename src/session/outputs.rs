//! Creates the outputs of a run, as the command line asks for them.

use super::messages::Messages;
use super::streams::{BehindProgress, StandardOutput};
use super::style::{input_names, style};
use crate::cli::{Given, Mode};
use crate::engine::Task;
use crate::report::Baseline;
use crate::sink::{
    ComparisonSink, FindingsSink, FoldedSink, FolderFiles, FolderSink, LoopFormat, PerfettoSink, RowFormat, RowOptions,
    RowSink, SideSink, Sinks, SummarySink,
};
use crate::source::{self, InputName};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Returns the sinks of a run: first the rows, then the summary, then the files.
///
/// If `has_late_header` is true, the header of the rows is written only with the first row, because the run may end with
/// an overview, or merge states, and have no rows. If there is a baseline, a comparison with it takes the place of the summary.
pub(super) fn sinks<'s, M: Write>(
    given: &Given,
    has_late_header: bool,
    baseline: Option<&Rc<Baseline>>,
    output: &'s StandardOutput,
    messages: &'s Messages<M>,
) -> Sinks<'s> {
    let mut sinks = Sinks::default();
    let summary_format = given.format_of_summary();
    if has_rows(given) {
        let show: Vec<String> = given.show.iter().map(|reference| reference.text.clone()).collect();
        match given.format_of_loops() {
            LoopFormat::Rows(format) => sinks.add(rows(given, has_late_header, output, format, show)),
            LoopFormat::Folded => {
                let position = given.stack.map_or(0, |position| position - 1);
                sinks.add(FoldedSink::new(output, given.unit.unwrap_or_default(), position));
            }
            LoopFormat::Perfetto => {
                sinks.add(PerfettoSink::new(output, &show, given.max_keys.unwrap_or(Task::MAX_KEYS)));
            }
        }
    }
    if given.discover {
        sinks.add(FindingsSink::new(
            BehindProgress { output, messages },
            given.repeated_arguments(),
            given.format.is_some(),
        ));
    } else if let Some(baseline) = baseline {
        let inputs = input_names(given.inputs());
        if given.has_summary_only() {
            let output = BehindProgress { output, messages };
            sinks.add(ComparisonSink::new(output, baseline.clone(), inputs, summary_format, style(given)));
        } else if given.quiet {
            sinks.add(SideSink);
        } else {
            sinks.add(ComparisonSink::new(messages, baseline.clone(), inputs, summary_format, style(given)));
        }
    } else if given.has_summary_only() {
        sinks.add(SummarySink::new(BehindProgress { output, messages }, summary_format, style(given)));
    } else if !given.quiet {
        sinks.add(SummarySink::new(messages, summary_format, style(given)));
    }
    if let Some(directory) = &given.directory {
        sinks.add(FolderSink::new(&folder_files(given, directory.into())));
    }
    sinks
}

/// Returns the sink that writes rows in this format: one for each closed loop, or one for each event.
fn rows<'s>(
    given: &Given,
    has_late_header: bool,
    output: &'s StandardOutput,
    format: RowFormat,
    show: Vec<String>,
) -> RowSink<&'s StandardOutput> {
    let format = if io::stdout().is_terminal() { format.on_terminal() } else { format };
    let options = RowOptions { unit: given.unit.unwrap_or_default(), header: !given.no_header, show };
    match given.mode.unwrap_or_default().has_events() {
        true => RowSink::of_events(output, format, options),
        false => {
            RowSink::of_closed_loops(output, format, options).finds_loops(given.pairs).has_late_header(has_late_header)
        }
    }
}

/// Returns whether rows are written to standard output.
pub(super) fn has_rows(given: &Given) -> bool {
    !given.has_summary_only() && given.directory.is_none() && !given.discover
}

/// Returns which files `-o` writes in the mode of this run.
fn folder_files(given: &Given, directory: PathBuf) -> FolderFiles {
    let mode = given.mode.unwrap_or_default();
    FolderFiles {
        log: given.log.as_ref().map(Into::into),
        loops: mode.has_loops(),
        processed: matches!(mode, Mode::Events | Mode::EventsAndLoops),
        split: mode == Mode::Split,
        perf_data: writes_perf_data(given, &directory),
        directory,
    }
}

/// Returns whether `-o` writes `perf_data.csv`. It does not if an input is a file of this name, or if the directory of
/// `-o` is an input itself: the next run would read the written file as its input.
fn writes_perf_data(given: &Given, directory: &Path) -> bool {
    let is_directory = |name: &InputName| match name {
        InputName::Path(path) => is_same_directory(Path::new(path), directory),
        InputName::Stdin => false,
    };
    !given.inputs.iter().any(|name| source::is_perf_data_csv(name) || is_directory(name))
}

fn is_same_directory(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().ok();
    resolved(one).is_some_and(|one| Some(one) == resolved(other))
}
