//! Builds the configuration of a run from the options that were given.

use super::error::UsageError;
use super::given::Given;
use super::values;
use crate::config::{Config, MAX_KEYS, Mode};
use crate::diagnosis::joined as joined_loops;
use crate::key::{Key, KeySource};
use crate::matcher::Matching;
use crate::pattern::{Loop, Notation, Selection, grammar};
use crate::report::SummaryFormat;
use crate::sink::FolderFiles;
use crate::source::InputName;
use std::ffi::OsString;

/// A run of the filter, with all defaults filled in.
#[derive(Debug)]
pub struct Run {
    /// The configuration of the engine.
    pub config: Config,
    /// The conf that replaces the built-in loop. It is `None` if the user gave a loop, `--pairs` or `--discover`.
    pub conf: Option<ConfChoice>,
    /// The files of `-o`.
    pub folder: Option<FolderFiles>,
    /// The inputs in order. If there is none, standard input is read.
    pub inputs: Vec<InputName>,
    /// The stream that the summary goes to.
    pub summary_to: SummaryTo,
    /// The format of the summary.
    pub summary_format: SummaryFormat,
    /// True if only errors are printed on standard error.
    pub quiet: bool,
    /// True if progress is shown even when standard error is not a terminal.
    pub progress: bool,
    /// The arguments without `--discover` and `-q`. The commands that `--discover` proposes repeat them.
    pub words: Vec<OsString>,
    /// The value of `-k`.
    explicit_key: Option<Key>,
}

/// A section of a `delta_processor.conf` that the loops are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfChoice {
    /// The file of `-c`. With `None` the installed file is read, if there is one.
    pub file: Option<OsString>,
    /// The section of `-t`.
    pub section: Option<String>,
}

impl ConfChoice {
    /// Returns the name of the section to read.
    pub fn section(&self) -> &str {
        self.section.as_deref().unwrap_or(values::SECTIONS[0])
    }
}

/// The stream that the summary at the end goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryTo {
    /// Standard output, in place of rows.
    Stdout,
    /// Standard error, beside the rows.
    Stderr,
    /// No stream: `-q` was given.
    Nowhere,
}

/// The built-in loop, followed if the user names none. It measures the time
/// from a guest's kick to the I/O thread that submits the request, and comes
/// from perf-script-postprocessor.
pub const NATIVE: &str = "Native=kvm_exit -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit";

impl Run {
    /// Names the loops and fills in the defaults. The options do not contradict each other any more.
    ///
    /// # Errors
    ///
    /// The errors of [`Run::follow`].
    pub(super) fn new(mut given: Given) -> Result<Self, UsageError> {
        let finds_loops = given.pairs || given.discover;
        let loops_are_given = !given.loops.is_empty() || finds_loops;
        if given.discover {
            given.loops = joined_loops();
        }
        if !loops_are_given {
            let native = grammar::parse(NATIVE, Notation::Arrows);
            given.loops.push(native.map_err(|error| UsageError::new(error.to_string()))?);
        }
        // The built-in loop and those of a conf cross threads. `-k` replaces their key.
        let default_key = if loops_are_given { Key::Tid } else { Key::All };
        let folder = folder_files(&given);
        let summary_to = match (given.summary || given.discover, given.quiet) {
            (true, _) => SummaryTo::Stdout,
            (false, false) => SummaryTo::Stderr,
            (false, true) => SummaryTo::Nowhere,
        };
        let loops = std::mem::take(&mut given.loops);
        let mut run = Run {
            conf: (!loops_are_given).then(|| ConfChoice { file: given.conf.take(), section: given.section.take() }),
            inputs: std::mem::take(&mut given.inputs),
            summary_to,
            summary_format: given.summary_format.unwrap_or_default(),
            quiet: given.quiet,
            progress: given.progress,
            words: repeated_arguments(&given.arguments),
            explicit_key: given.key,
            config: config(given, default_key, folder.is_some()),
            folder,
        };
        run.follow(loops)?;
        Ok(run)
    }

    /// Follows these loops, in place of those before.
    ///
    /// # Errors
    ///
    /// Returns an error if two loops have the same name, if `-k` has no effect
    /// on any of them, or if a loop joins a field with the key `all`.
    pub fn follow(&mut self, mut loops: Vec<Loop>) -> Result<(), UsageError> {
        name_loops(&mut loops)?;
        let all_have_keys = !loops.is_empty() && loops.iter().all(|spec| spec.key.is_some());
        if let (Some(key), true) = (self.explicit_key, all_have_keys) {
            let key = key.name();
            return Err(UsageError::new(format!("-k {key} has no effect: every loop has a key of its own, 'by KEY'")));
        }
        let joins_all =
            |spec: &&Loop| spec.key_source() == KeySource::Both && spec.key.unwrap_or(self.config.key) == Key::All;
        if let Some(spec) = loops.iter().find(joins_all) {
            return Err(UsageError::new(format!(
                "'{}': a field is never 'all'; give every position an @field, or choose another key",
                spec.text()
            )));
        }
        self.config.loops = loops;
        Ok(())
    }
}

/// Returns the configuration of the engine, without its loops.
fn config(given: Given, default_key: Key, has_folder: bool) -> Config {
    let has_rows = !given.summary && !has_folder && !given.discover;
    Config {
        mode: given.mode.unwrap_or_default(),
        loops: Vec::new(),
        key: given.key.unwrap_or(default_key),
        event_key: given.key.unwrap_or(Key::Tid),
        selection: (given.selection != Selection::default()).then_some(given.selection),
        how: given.matching.unwrap_or(Matching::Latest),
        pairs: given.pairs || given.discover,
        discover: given.discover,
        by: given.by,
        max_keys: given.max_keys.unwrap_or(MAX_KEYS),
        unit: given.unit.unwrap_or_default(),
        rows: has_rows.then(|| given.row_format.unwrap_or_default()),
        header: !given.no_header,
        interval: given.interval.map(|length| (length, given.summary_format.unwrap_or_default())),
        reorder: given.reorder,
        hints: !given.quiet,
        fail_malformed: given.fail_malformed,
    }
}

/// Returns the files of `-o`; the mode decides which they are.
fn folder_files(given: &Given) -> Option<FolderFiles> {
    let mode = given.mode.unwrap_or_default();
    given.directory.as_ref().map(|directory| FolderFiles {
        directory: directory.into(),
        log: given.log.as_ref().map(Into::into),
        loops: mode.has_loops(),
        processed: matches!(mode, Mode::Events | Mode::EventsAndLoops),
        split: mode == Mode::Split,
        perf_data: true,
    })
}

/// Returns the arguments that a proposed command repeats.
fn repeated_arguments(arguments: &[OsString]) -> Vec<OsString> {
    arguments.iter().filter(|arg| *arg != "--discover" && *arg != "-q" && *arg != "--quiet").cloned().collect()
}

/// Names the loops that have no name `loop1`, `loop2`, ... in order.
fn name_loops(loops: &mut [Loop]) -> Result<(), UsageError> {
    let unnamed = loops.iter_mut().filter(|spec| spec.name.is_empty());
    for (at, spec) in unnamed.enumerate() {
        spec.name = format!("loop{}", at + 1);
    }
    let mut names = std::collections::HashSet::new();
    match loops.iter().find(|spec| !names.insert(spec.name.as_str())) {
        Some(twice) => Err(UsageError::new(format!(
            "two loops are named '{0}'; give one another name: 'NAME={1}'",
            twice.name,
            twice.text()
        ))),
        None => Ok(()),
    }
}
