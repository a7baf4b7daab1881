//! The command line, and nothing else: options, operands, what contradicts
//! what, and the pages that describe it.

mod manual;
mod options;
mod pages;
mod values;

pub use options::{Complete, Kind, OPTIONS, Opt};
pub use pages::Page;

use crate::config::{Config, MAX_KEYS, Mode};
use crate::diagnosis::joined as joined_loops;
use crate::key::{Key, KeySource};
use crate::matcher::Matching;
use crate::pattern::{Loop, Notation, Pointer, Selection, grammar};
use crate::report::SummaryFormat;
use crate::sink::{FolderFiles, RowFormat};
use crate::source::InputName;
use crate::text::nearest;
use lexopt::Arg;
use options::Draft;
use std::ffi::{OsStr, OsString};
use std::fmt;
use values::Mistake;

/// What the user wants.
#[derive(Debug)]
pub enum Command {
    /// A page on standard output.
    Print(Page),
    /// The filter.
    Run(Box<Run>),
}

/// A run of the filter.
#[derive(Debug)]
pub struct Run {
    /// What the filter does.
    pub config: Config,
    /// Where the loops come from instead, when the user names none.
    pub conf: Option<ConfChoice>,
    /// The files to write.
    pub folder: Option<FolderFiles>,
    /// What it reads, in order; empty: standard input, if something is piped in.
    pub inputs: Vec<InputName>,
    /// Where the summary goes.
    pub summary_to: SummaryTo,
    /// How the summary is written.
    pub summary_format: SummaryFormat,
    /// Errors only.
    pub quiet: bool,
    /// Progress, terminal or not.
    pub progress: bool,
    /// The arguments, without `--discover`: what else a command has that asks
    /// for a loop that was found.
    pub words: Vec<OsString>,
    explicit_key: Option<Key>,
}

/// A section of a `delta_processor.conf` to take the loops from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfChoice {
    /// The file that the user named; `None`: the installed one, if there is one.
    pub file: Option<OsString>,
    /// The section that the user named.
    pub section: Option<String>,
}

impl ConfChoice {
    /// The section to read.
    pub fn section(&self) -> &str {
        self.section.as_deref().unwrap_or(values::SECTIONS[0])
    }
}

/// Where the summary at the end goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryTo {
    /// Standard output, in place of rows.
    Stdout,
    /// Standard error, beside the rows.
    Stderr,
    /// Nowhere.
    Nowhere,
}

/// A command line or a conf that is wrong.
#[derive(Debug)]
pub struct UsageError {
    /// What, and the remedy, on one line.
    pub message: String,
    /// The place, in a text that has a grammar.
    pub pointer: Option<Pointer>,
}

impl UsageError {
    /// An error without a place.
    pub fn new(message: impl Into<String>) -> Self {
        UsageError { message: message.into(), pointer: None }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What is followed when the user names no loop: a guest's kick to the I/O
/// thread that submits its request, as perf-script-postprocessor had it.
pub const NATIVE: &str = "Native=kvm_exit -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit";

/// Reads the arguments behind the program's name. Validates, and does nothing else.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn parse<I>(args: I) -> Result<Command, UsageError>
where
    I: IntoIterator<Item: Into<OsString>>,
{
    let mut draft = Draft::default();
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let mut parser = lexopt::Parser::from_args(&args);
    while let Some(arg) = parser.next().map_err(unexpected)? {
        let (name, opt) = match arg {
            Arg::Short(short) => (format!("-{short}"), OPTIONS.iter().find(|opt| opt.short == Some(short))),
            Arg::Long(long) => (format!("--{long}"), OPTIONS.iter().find(|opt| opt.long == long)),
            Arg::Value(operand) => {
                take_operand(&mut draft, &operand)?;
                continue;
            }
        };
        let Some(opt) = opt else { return Err(unknown_option(&name)) };
        match &opt.kind {
            Kind::Switch(set) => {
                set(&mut draft);
                // Behind a letter stand other letters, not a value.
                if let Some(value) = name.starts_with("--").then(|| parser.optional_value()).flatten() {
                    return Err(UsageError::new(format!("{name} takes no value, but was given {}", quoted(&value))));
                }
            }
            Kind::Value { metavar, set, .. } => {
                let value =
                    parser.value().map_err(|_| UsageError::new(format!("{name}: expected a value, {metavar}")))?;
                let named = |mistake| usage(mistake, format!("{name} {}", quoted(&value)));
                set(&mut draft, &value).map_err(named)?;
            }
        }
        if let Some(page) = draft.page {
            return Ok(Command::Print(page));
        }
    }
    let mut run = finish(draft)?;
    run.words = args.into_iter().filter(|arg| arg != "--discover" && arg != "-q" && arg != "--quiet").collect();
    Ok(Command::Run(Box::new(run)))
}

/// An operand with an arrow is a loop, any other an input.
fn take_operand(draft: &mut Draft, operand: &OsStr) -> Result<(), UsageError> {
    if !operand.to_string_lossy().contains("->") {
        draft.inputs.push(values::read_input(operand));
        return Ok(());
    }
    let found = values::read_loop(operand, Notation::Arrows);
    draft.loops.push(found.map_err(|mistake| usage(mistake, quoted(operand)))?);
    Ok(())
}

/// A mistake in the value that `named` shows.
fn usage(mistake: Mistake, named: String) -> UsageError {
    UsageError { message: format!("{named}: {}", mistake.expected), pointer: mistake.pointer }
}

fn quoted(text: &OsStr) -> String {
    format!("'{}'", text.to_string_lossy().escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""))
}

fn unexpected(error: lexopt::Error) -> UsageError {
    match error {
        lexopt::Error::UnexpectedValue { option, value } => {
            UsageError::new(format!("{option} takes no value, but was given {}", quoted(&value)))
        }
        other => UsageError::new(other.to_string()),
    }
}

fn unknown_option(name: &str) -> UsageError {
    if name == "->" {
        return UsageError::new("'->' stands alone; quote the loop: 'A -> B'");
    }
    let known: Vec<String> = OPTIONS.iter().map(|opt| format!("--{}", opt.long)).collect();
    match nearest(name, known.iter().map(String::as_str)).first() {
        Some(near) => UsageError::new(format!("unknown option '{name}'; did you mean '{near}'?")),
        None => UsageError::new(format!("unknown option '{name}'; --help lists the options")),
    }
}

/// Names the loops, finds contradictions, and fills in the defaults.
fn finish(mut draft: Draft) -> Result<Run, UsageError> {
    contradictions(&draft)?;
    let finds_loops = draft.pairs || draft.discover;
    let explicit = !draft.loops.is_empty() || finds_loops;
    if draft.discover {
        draft.loops = joined_loops();
    }
    if !explicit {
        let native = grammar::parse(NATIVE, Notation::Arrows);
        draft.loops.push(native.map_err(|error| UsageError::new(error.to_string()))?);
    }
    // The built-in loop and those of a conf cross threads; `-k` replaces their key.
    let default_key = if explicit { Key::Tid } else { Key::All };
    let mode = draft.mode.unwrap_or_default();
    let folder = draft.directory.map(|directory| FolderFiles {
        directory: directory.into(),
        log: draft.log.map(Into::into),
        loops: mode.has_loops(),
        processed: matches!(mode, Mode::Events | Mode::EventsAndLoops),
        split: mode == Mode::Split,
        perf_data: true,
    });
    let config = Config {
        mode,
        loops: Vec::new(),
        key: draft.key.unwrap_or(default_key),
        event_key: draft.key.unwrap_or(Key::Tid),
        selection: (draft.selection != Selection::default()).then_some(draft.selection),
        how: draft.how.unwrap_or(Matching::Latest),
        pairs: finds_loops,
        discover: draft.discover,
        by: draft.by,
        max_keys: draft.max_keys.unwrap_or(MAX_KEYS),
        unit: draft.unit.unwrap_or_default(),
        rows: (!draft.summary && folder.is_none() && !draft.discover).then(|| draft.format.unwrap_or_default()),
        header: !draft.no_header,
        interval: draft.interval.map(|length| (length, draft.summary_format.unwrap_or_default())),
        reorder: draft.reorder,
        hints: !draft.quiet,
        fail_malformed: draft.fail_malformed,
    };
    let summary_to = match (draft.summary || draft.discover, draft.quiet) {
        (true, _) => SummaryTo::Stdout,
        (false, false) => SummaryTo::Stderr,
        (false, true) => SummaryTo::Nowhere,
    };
    let conf = (!explicit).then_some(ConfChoice { file: draft.conf, section: draft.section });
    let mut run = Run {
        config,
        conf,
        folder,
        inputs: draft.inputs,
        summary_to,
        summary_format: draft.summary_format.unwrap_or_default(),
        quiet: draft.quiet,
        progress: draft.progress,
        words: Vec::new(),
        explicit_key: draft.key,
    };
    run.follow(draft.loops)?;
    Ok(run)
}

impl Run {
    /// Follows these loops.
    ///
    /// # Errors
    ///
    /// Where two have one name, or `-k` has no effect on any.
    pub fn follow(&mut self, mut loops: Vec<Loop>) -> Result<(), UsageError> {
        name_loops(&mut loops)?;
        let keyed = !loops.is_empty() && loops.iter().all(|found| found.key.is_some());
        if let (Some(key), true) = (self.explicit_key, keyed) {
            let key = key.name();
            return Err(UsageError::new(format!("-k {key} has no effect: every loop has a key of its own, 'by KEY'")));
        }
        let joins_all =
            |found: &&Loop| found.key_source() == KeySource::Both && found.key.unwrap_or(self.config.key) == Key::All;
        if let Some(found) = loops.iter().find(joins_all) {
            return Err(UsageError::new(format!(
                "'{}': a field is never 'all'; give every position an @field, or choose another key",
                found.text()
            )));
        }
        self.config.loops = loops;
        Ok(())
    }
}

/// Loops without a name are `loop1`, `loop2`, ... in order.
fn name_loops(loops: &mut [Loop]) -> Result<(), UsageError> {
    let unnamed = loops.iter_mut().filter(|found| found.name.is_empty());
    for (at, found) in unnamed.enumerate() {
        found.name = format!("loop{}", at + 1);
    }
    let mut names = std::collections::HashSet::new();
    match loops.iter().find(|found| !names.insert(found.name.as_str())) {
        Some(twice) => Err(UsageError::new(format!(
            "two loops are named '{0}'; give one another name: 'NAME={1}'",
            twice.name,
            twice.text()
        ))),
        None => Ok(()),
    }
}

/// An option that has no effect beside the others is a mistake.
fn contradictions(draft: &Draft) -> Result<(), UsageError> {
    finds_loops_alone(draft)?;
    let log = draft.summary_format == Some(SummaryFormat::LOG);
    let json = draft.format == Some(RowFormat::Json);
    let pairs = [
        (draft.interval.is_some() && draft.quiet, "-I has no effect with -q, which prints no summary"),
        (
            draft.interval.is_some() && draft.mode == Some(Mode::Events),
            "-I has no effect with -m events, whose summary has no loops",
        ),
        (
            draft.mode == Some(Mode::Events) && draft.how.is_some(),
            "--match has no effect with -m events, which follows no loops",
        ),
        (
            draft.by.is_some() && draft.quiet && draft.directory.is_none(),
            "-b has no effect with -q, which prints no summary",
        ),
        (
            draft.by.is_some() && draft.mode == Some(Mode::Events),
            "-b has no effect with -m events, whose summary has no loops",
        ),
        (
            draft.conf.is_some() && !draft.loops.is_empty(),
            "-c has no effect with -l or a LOOP, which is followed instead",
        ),
        (
            draft.section.is_some() && !draft.loops.is_empty(),
            "-t has no effect with -l or a LOOP, which is followed instead of a conf's",
        ),
        (
            draft.mode == Some(Mode::Split) && draft.directory.is_none(),
            "-m split writes a file for each category; name a directory for them with -o DIR",
        ),
        (draft.log.is_some() && draft.directory.is_none(), "--log has no effect without -o DIR"),
        (draft.directory.is_some() && draft.format.is_some(), "-f has no effect with -o, which writes CSV files"),
        (draft.directory.is_some() && draft.no_header, "-H has no effect with -o, whose files have headers"),
        (draft.summary && draft.quiet, "-q has no effect with -s, which asks for a summary"),
        (
            draft.summary && draft.format.is_some(),
            "-f has no effect with -s, which prints no rows; --summary-format is the summary's",
        ),
        (draft.summary && draft.no_header, "-H has no effect with -s, which prints no rows"),
        (json && draft.no_header, "-H has no effect with -f json, which has no header"),
        (
            draft.quiet && draft.summary_format.is_some(),
            "--summary-format has no effect with -q, which prints no summary",
        ),
        (
            draft.summary && log && draft.unit.is_some(),
            "-u has no effect with -s --summary-format log, which is in seconds",
        ),
    ];
    if let Some((_, message)) = pairs.iter().find(|(applies, _)| *applies) {
        return Err(UsageError::new(*message));
    }
    Ok(())
}

/// What does not go with `--pairs` and `--discover`.
fn finds_loops_alone(draft: &Draft) -> Result<(), UsageError> {
    let finder = match (draft.pairs, draft.discover) {
        (false, false) => return Ok(()),
        (true, true) => return Err(UsageError::new("--pairs has no effect with --discover, which shows them as well")),
        (true, false) => "--pairs",
        (false, true) => "--discover",
    };
    let both = [
        (!draft.loops.is_empty(), "-l or a LOOP has"),
        (draft.conf.is_some(), "-c has"),
        (draft.section.is_some(), "-t has"),
        (draft.mode.is_some(), "-m has"),
        (draft.directory.is_some(), "-o has"),
    ];
    let of_rows_and_summary = [
        (draft.key.is_some(), "-k has"),
        (draft.how.is_some(), "--match has"),
        (draft.format.is_some(), "-f has"),
        (draft.no_header, "-H has"),
        (draft.unit.is_some(), "-u has"),
        (draft.summary, "-s has"),
        (draft.summary_format.is_some(), "--summary-format has"),
        (draft.by.is_some(), "-b has"),
        (draft.interval.is_some(), "-I has"),
        (draft.max_keys.is_some(), "--max-keys has"),
    ];
    let alone = of_rows_and_summary.iter().filter(|_| draft.discover);
    match both.iter().chain(alone).find(|(given, _)| *given) {
        Some((_, option)) => {
            Err(UsageError::new(format!("{option} no effect with {finder}, which finds its own loops")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(args: &[&str]) -> String {
        match parse(args) {
            Err(error) => error.to_string(),
            Ok(command) => panic!("{args:?} is {command:?}"),
        }
    }

    fn run(args: &[&str]) -> Run {
        match parse(args) {
            Ok(Command::Run(run)) => *run,
            other => panic!("{args:?} is {other:?}"),
        }
    }

    #[test]
    fn values_attach_and_letters_group() {
        for args in [&["-uns", "-Hq", "a->b"][..], &["-u", "ns", "-H", "-q", "a->b"], &["--unit=ns", "-qHuns", "a->b"]]
        {
            let run = run(args);
            assert_eq!(run.config.unit.name(), "ns");
            assert!(run.quiet && !run.config.header);
        }
    }

    #[test]
    fn operands_are_loops_and_inputs() {
        let run = run(&["x=a->b", "-", "-l", "c|d", "a b", "-ie->f"]);
        let names: Vec<_> = run.config.loops.iter().map(|found| (found.name.as_str(), found.text())).collect();
        assert_eq!(names, [("x", "a -> b".to_owned()), ("loop1", "c -> d".to_owned())]);
        let inputs: Vec<_> = run.inputs.iter().map(ToString::to_string).collect();
        assert_eq!(inputs, ["(standard input)", "a b", "e->f"]);
    }

    #[test]
    fn the_built_in_loop_crosses_threads_unless_told() {
        assert_eq!(run(&[]).config.loops[0].name, "Native");
        assert_eq!(run(&[]).config.key, Key::All);
        assert_eq!(run(&["-ktid"]).config.key, Key::Tid);
        assert_eq!(run(&["a->b"]).config.key, Key::Tid);
    }

    #[test]
    fn every_mistake_names_the_text_and_the_remedy() {
        for (args, expected) in [
            (&["--sumary"][..], "unknown option '--sumary'; did you mean '--summary'?"),
            (&["-z"], "unknown option '-z'; --help lists the options"),
            (&["a", "->", "b"], "'->' stands alone; quote the loop: 'A -> B'"),
            (&["--quiet=yes"], "--quiet takes no value, but was given 'yes'"),
            (&["--help=yes"], "--help takes no value, but was given 'yes'"),
            (&["-u"], "-u: expected a value, UNIT"),
            (&["-u", "n"], "-u 'n': expected one of s, ns, ms, us"),
            (&["--match", "lates"], "--match 'lates': expected one of latest, strict"),
            (&["--tid", "1,x"], "--tid '1,x': expected whole numbers and ranges, as in '1,2,5-9'"),
            (&["--max-keys", "0"], "--max-keys '0': expected a whole number from 1 to 1000000000"),
            (
                &["-l", "sys_exit_ppoll"],
                "-l 'sys_exit_ppoll': expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)",
            ),
            (&["a -> -> b"], "'a -> -> b': expected an event name before '->'"),
            (&["x=a->b", "x=b->c"], "two loops are named 'x'; give one another name: 'NAME=b -> c'"),
            (&["-sq"], "-q has no effect with -s, which asks for a summary"),
            (&["-s", "-fcsv"], "-f has no effect with -s, which prints no rows; --summary-format is the summary's"),
            (&["-sH"], "-H has no effect with -s, which prints no rows"),
            (&["-kcpu", "a->b by tid"], "-k cpu has no effect: every loop has a key of its own, 'by KEY'"),
        ] {
            assert_eq!(error(args), expected, "{args:?}");
        }
    }
}
