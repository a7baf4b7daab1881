//! The command line as the user gave it, before defaults are filled in.

use super::format::Format;
use super::mode::Mode;
use super::page::Page;
use crate::engine::Window;
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop, Selection};
use crate::report::{FailCondition, SummaryFormat};
use crate::sink::LoopFormat;
use crate::source::InputName;
use crate::stats::Quantile;
use crate::text::Unit;
use std::ffi::OsString;

/// The options and operands that the user gave. A field is `None`, `false` or empty if its option is not on the command
/// line.
#[derive(Debug, Default)]
pub struct Given {
    /// The loops of `-l`, and the operands with an arrow, in the order of the command line.
    pub loops: Vec<Loop>,
    /// The inputs of `-i`, and the other operands, in the order of the command line.
    pub inputs: Vec<InputName>,
    /// The value of `-k`.
    pub key: Option<Key>,
    /// The value of `--match`.
    pub matching: Option<Matching>,
    /// True if `--pairs` was given.
    pub pairs: bool,
    /// True if `--discover` was given.
    pub discover: bool,
    /// The value of `--max-keys`.
    pub max_keys: Option<usize>,
    /// The values of `--comm`, `-p`, `--tid`, `-C` and `--time`.
    pub selection: Selection,
    /// The value of `--reorder`.
    pub reorder: Option<Window>,
    /// True if `--fail-malformed` was given.
    pub fail_malformed: bool,
    /// The value of `-f`.
    pub format: Option<Format>,
    /// True if `-H` was given.
    pub no_header: bool,
    /// The value of `-u`.
    pub unit: Option<Unit>,
    /// True if `-s` was given. Ask [`Given::has_summary_only`], because some values of `-f` imply it.
    pub(super) summary: bool,
    /// The value of `--summary-format`. Ask [`Given::format_of_summary`], because `-f` can choose the format as well.
    pub(super) summary_format: Option<SummaryFormat>,
    /// The value of `--quantiles`.
    pub quantiles: Option<Vec<Quantile>>,
    /// True if `--hist` was given.
    pub hist: bool,
    /// The values of `-b`.
    pub by: FieldReferences,
    /// The values of `--show`.
    pub show: FieldReferences,
    /// The value of `--stack`: the number of a position, counted from 1.
    pub stack: Option<usize>,
    /// The value of `--max-groups`.
    pub max_groups: Option<usize>,
    /// The value of `--min`.
    pub min: Option<Nanos>,
    /// The value of `--max`.
    pub max: Option<Nanos>,
    /// The value of `--slowest`.
    pub slowest: Option<usize>,
    /// The value of `--keep`, in bytes.
    pub keep: Option<u64>,
    /// True if `--explain` was given.
    pub explain: bool,
    /// True if `--sched` was given.
    pub sched: bool,
    /// True if `--unfinished` was given.
    pub unfinished: bool,
    /// The values of `--baseline`.
    pub baseline: Vec<InputName>,
    /// The values of `--fail-if`.
    pub fail_if: Vec<FailCondition>,
    /// The value of `-I`.
    pub interval: Option<Nanos>,
    /// True if `-q` was given.
    pub quiet: bool,
    /// True if `--progress` was given.
    pub progress: bool,
    /// The value of `-m`.
    pub mode: Option<Mode>,
    /// The value of `-c`.
    pub conf: Option<OsString>,
    /// The name of the section that `-t` chooses.
    pub section: Option<String>,
    /// The value of `-o`.
    pub directory: Option<OsString>,
    /// The value of `--log`.
    pub log: Option<OsString>,
    /// The page that `--help`, `--version` or `--generate` asks for. The program prints it in place of a run.
    pub page: Option<Page>,
    /// The inputs, and options such as `--comm`, that are repeated in each command that the program proposes to the
    /// user, for example with `--discover`. Loops, and the options that choose the loops or the form of the output, are
    /// not repeated.
    pub repeated: Vec<Repeated>,
    /// The long names of the options that were given, each once. A loop that is an operand counts as `loop`.
    pub(super) options: Vec<&'static str>,
}

/// An argument that each proposed command repeats.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// The argument as the user typed it.
    pub argument: OsString,
    /// The input to which the argument belongs: the argument is the name of this input, or the `-i` in front of the
    /// name. It is `None` for all other arguments.
    pub input: Option<InputName>,
}

impl Given {
    /// Returns the inputs. If the user named none, the input is standard input.
    pub fn inputs(&self) -> &[InputName] {
        if self.inputs.is_empty() { &[InputName::Stdin] } else { &self.inputs }
    }

    /// Returns the arguments with which each proposed command ends.
    pub fn repeated_arguments(&self) -> Vec<OsString> {
        self.repeated.iter().map(|repeated| repeated.argument.clone()).collect()
    }

    /// Leaves the inputs for which `is_readable` returns false out of the proposed commands.
    pub fn repeat_only(&mut self, is_readable: impl Fn(&InputName) -> bool) {
        self.repeated.retain(|repeated| repeated.input.as_ref().is_none_or(&is_readable));
    }

    /// Returns whether the summary and no rows go to standard output. This is so with `-s`, and with a format of `-f`
    /// that is for summaries only.
    pub fn has_summary_only(&self) -> bool {
        self.summary || self.format.is_some_and(|format| format.loops().is_none())
    }

    /// Returns the format in which closed loops go to standard output, for a run that prints rows.
    pub fn format_of_loops(&self) -> LoopFormat {
        self.format.and_then(Format::loops).unwrap_or_default()
    }

    /// Returns the format of the summary.
    pub fn format_of_summary(&self) -> SummaryFormat {
        let of_output = self.format.filter(|_| self.has_summary_only()).and_then(Format::summary);
        of_output.or(self.summary_format).unwrap_or_default()
    }

    /// Remembers that the option with this long name was given.
    pub(super) fn note(&mut self, long: &'static str) {
        if !self.options.contains(&long) {
            self.options.push(long);
        }
    }
}
