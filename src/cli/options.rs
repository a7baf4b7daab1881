//! The one table of options. The command line is parsed from it, and help, man
//! page and completions are printed from it.

use super::Page;
use super::values::{
    Mistake, SECTIONS, choice, count, duration, names, read_grouping, read_input, read_loop, section, select, window,
};
use crate::config::Mode;
use crate::engine::Window;
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{Glob, Grouping, Loop, Notation, Selection};
use crate::report::SummaryFormat;
use crate::sink::RowFormat;
use crate::source::InputName;
use crate::text::Unit;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// An option.
pub struct Opt {
    /// `-x`.
    pub short: Option<char>,
    /// `--long`.
    pub long: &'static str,
    /// What it takes and does.
    pub kind: Kind,
    /// One line for `--help` and the completions.
    pub help: &'static str,
    /// What the man page says beyond that.
    pub more: &'static str,
}

/// What an option takes, and what it does to the command line being read.
pub enum Kind {
    /// Nothing.
    Switch(fn(&mut Draft)),
    /// A value.
    Value {
        /// Its name in the pages.
        metavar: &'static str,
        /// What a shell can complete.
        complete: Complete,
        /// Takes it; what is wrong with it, and what was expected.
        set: fn(&mut Draft, &OsStr) -> Result<(), Mistake>,
    },
}

/// What a shell can complete after an option.
pub enum Complete {
    /// Nothing.
    Nothing,
    /// Names of files.
    Files,
    /// One of these.
    Words(fn() -> Vec<&'static str>),
}

/// The command line as far as it was read; `None` is what the user did not say.
#[derive(Default)]
pub struct Draft {
    pub(super) loops: Vec<Loop>,
    pub(super) inputs: Vec<InputName>,
    pub(super) key: Option<Key>,
    pub(super) how: Option<Matching>,
    pub(super) unit: Option<Unit>,
    pub(super) format: Option<RowFormat>,
    pub(super) no_header: bool,
    pub(super) summary: bool,
    pub(super) summary_format: Option<SummaryFormat>,
    pub(super) quiet: bool,
    pub(super) by: Option<Grouping>,
    pub(super) pairs: bool,
    pub(super) discover: bool,
    pub(super) interval: Option<Nanos>,
    pub(super) reorder: Option<Window>,
    pub(super) max_keys: Option<usize>,
    pub(super) fail_malformed: bool,
    pub(super) selection: Selection,
    pub(super) progress: bool,
    pub(super) mode: Option<Mode>,
    pub(super) directory: Option<OsString>,
    pub(super) log: Option<OsString>,
    pub(super) conf: Option<OsString>,
    pub(super) section: Option<String>,
    pub(super) page: Option<Page>,
}

/// Every option, in the order of the pages.
pub const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('l'),
        long: "loop",
        kind: Kind::Value {
            metavar: "[NAME=]LOOP",
            complete: Complete::Nothing,
            set: |draft, value| read_loop(value, Notation::Bars).map(|found| draft.loops.push(found)),
        },
        help: "follow this loop; may be repeated, all in one pass",
        more: "An operand that contains `->` is a loop as well. `a|b|c`, the notation of perf-script-postprocessor, is `a -> b -> c` here.",
    },
    Opt {
        short: Some('k'),
        long: "key",
        kind: Kind::Value {
            metavar: "KEY",
            complete: Complete::Words(|| names(Key::NAMES)),
            set: |draft, value| choice(value, Key::NAMES).map(|key| draft.key = Some(key)),
        },
        help: "what keeps its own place in the loop: tid, pid, cpu, comm, all",
        more: "The default is `tid`: each thread goes through the loop on its own. `all` is for a loop that crosses threads. A loop that ends with `by KEY` keeps its own.",
    },
    Opt {
        short: None,
        long: "match",
        kind: Kind::Value {
            metavar: "HOW",
            complete: Complete::Words(|| names(Matching::NAMES)),
            set: |draft, value| choice(value, Matching::NAMES).map(|how| draft.how = Some(how)),
        },
        help: "how events become loops: latest (default), strict",
        more: "See MATCHING.",
    },
    Opt {
        short: Some('i'),
        long: "input",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            set: |draft, value| {
                draft.inputs.push(read_input(value));
                Ok(())
            },
        },
        help: "read FILE, as an INPUT operand does; - is standard input",
        more: "For a file with `->` in its name. Each input is a recording of its own: loops that are open at its end are not carried into the next.",
    },
    Opt {
        short: Some('m'),
        long: "mode",
        kind: Kind::Value {
            metavar: "MODE",
            complete: Complete::Words(|| names(Mode::NAMES)),
            set: |draft, value| choice(value, Mode::NAMES).map(|mode| draft.mode = Some(mode)),
        },
        help: "loops (default), events, events+loops, split; or 3, 0, 1, 2",
        more: "See MODES.",
    },
    Opt {
        short: Some('f'),
        long: "format",
        kind: Kind::Value {
            metavar: "FORMAT",
            complete: Complete::Words(|| names(RowFormat::NAMES)),
            set: |draft, value| choice(value, RowFormat::NAMES).map(|format| draft.format = Some(format)),
        },
        help: "rows as tsv (default), csv, json",
        more: "See ROWS.",
    },
    Opt {
        short: Some('H'),
        long: "no-header",
        kind: Kind::Switch(|draft| draft.no_header = true),
        help: "no header line before the rows",
        more: "",
    },
    Opt {
        short: Some('u'),
        long: "unit",
        kind: Kind::Value {
            metavar: "UNIT",
            complete: Complete::Words(|| names(Unit::NAMES)),
            set: |draft, value| choice(value, Unit::NAMES).map(|unit| draft.unit = Some(unit)),
        },
        help: "unit of deltas and statistics: s, ms, us (default), ns",
        more: "Times of rows are in seconds whatever the unit.",
    },
    Opt {
        short: Some('s'),
        long: "summary",
        kind: Kind::Switch(|draft| draft.summary = true),
        help: "no rows; the summary goes to standard output",
        more: "",
    },
    Opt {
        short: None,
        long: "summary-format",
        kind: Kind::Value {
            metavar: "FORMAT",
            complete: Complete::Words(|| names(SummaryFormat::NAMES)),
            set: |draft, value| choice(value, SummaryFormat::NAMES).map(|format| draft.summary_format = Some(format)),
        },
        help: "summary as table (default), json, tsv, log",
        more: "See SUMMARY.",
    },
    Opt {
        short: Some('q'),
        long: "quiet",
        kind: Kind::Switch(|draft| draft.quiet = true),
        help: "no summary and no notes; errors only",
        more: "A summary that SIGUSR1 asks for is printed all the same.",
    },
    Opt {
        short: Some('c'),
        long: "conf",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            set: |draft, value| {
                draft.conf = Some(value.to_owned());
                Ok(())
            },
        },
        help: "read the loops of a delta_processor.conf",
        more: "Without it, and without a loop, /etc/delta_processor.conf is read where it exists. See FILES.",
    },
    Opt {
        short: Some('t'),
        long: "type",
        kind: Kind::Value {
            metavar: "NAME",
            complete: Complete::Words(|| SECTIONS.to_vec()),
            set: |draft, value| {
                draft.section = Some(section(value)?);
                Ok(())
            },
        },
        help: "section of the conf: Native (0, the default), Threads (1) or another",
        more: "",
    },
    Opt {
        short: Some('o'),
        long: "output",
        kind: Kind::Value {
            metavar: "DIR",
            complete: Complete::Files,
            set: |draft, value| {
                draft.directory = Some(value.to_owned());
                Ok(())
            },
        },
        help: "write the files of perf-script-postprocessor into DIR, and no rows",
        more: "DIR is made if there is none. See FILES.",
    },
    Opt {
        short: None,
        long: "log",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            set: |draft, value| {
                draft.log = Some(value.to_owned());
                Ok(())
            },
        },
        help: "with -o: where the log goes (default DIR/delta_output.log)",
        more: "",
    },
    Opt {
        short: None,
        long: "comm",
        kind: Kind::Value {
            metavar: "GLOB",
            complete: Complete::Nothing,
            set: |draft, value| {
                draft.selection.comms.push(Glob::new(value.as_bytes()));
                Ok(())
            },
        },
        help: "only events of these command names; may be repeated",
        more: "`*` stands for any bytes, `?` for any one.",
    },
    Opt {
        short: Some('p'),
        long: "pid",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            set: |draft, value| select(&mut draft.selection.pids, value),
        },
        help: "only events of these processes, as in 1,2,5-9",
        more: "perf script prints them with -F +pid.",
    },
    Opt {
        short: None,
        long: "tid",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            set: |draft, value| select(&mut draft.selection.tids, value),
        },
        help: "only events of these threads",
        more: "",
    },
    Opt {
        short: Some('C'),
        long: "cpu",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            set: |draft, value| select(&mut draft.selection.cpus, value),
        },
        help: "only events on these processors",
        more: "",
    },
    Opt {
        short: Some('b'),
        long: "by",
        kind: Kind::Value {
            metavar: "FIELD",
            complete: Complete::Words(|| names(Grouping::NAMES)),
            set: |draft, value| read_grouping(value).map(|grouping| draft.by = Some(grouping)),
        },
        help: "also statistics per comm, pid, tid, cpu, key, or field of the payload",
        more: "See GROUPS.",
    },
    Opt {
        short: Some('I'),
        long: "interval",
        kind: Kind::Value {
            metavar: "DURATION",
            complete: Complete::Nothing,
            set: |draft, value| duration(value).map(|length| draft.interval = Some(length)),
        },
        help: "also a summary of every DURATION of trace time, as in 1s or 250ms",
        more: "See SUMMARY.",
    },
    Opt {
        short: None,
        long: "reorder",
        kind: Kind::Value {
            metavar: "WINDOW",
            complete: Complete::Nothing,
            set: |draft, value| window(value).map(|window| draft.reorder = Some(window)),
        },
        help: "put events in time order within a window of N events or a DURATION",
        more: "See ORDER.",
    },
    Opt {
        short: None,
        long: "pairs",
        kind: Kind::Switch(|draft| draft.pairs = true),
        help: "every enter/exit pair in the input is a loop; longest total first",
        more: "See PAIRS.",
    },
    Opt {
        short: None,
        long: "discover",
        kind: Kind::Switch(|draft| draft.discover = true),
        help: "no loop: print the events seen and the loops worth asking for",
        more: "See DISCOVERY.",
    },
    Opt {
        short: None,
        long: "max-keys",
        kind: Kind::Value {
            metavar: "N",
            complete: Complete::Nothing,
            set: |draft, value| count(value).map(|number| draft.max_keys = Some(number)),
        },
        help: "how many keys are followed at once, over all loops (default 65536)",
        more: "When there are more, the least recently used one is dropped and counted as evicted. See MEMORY.",
    },
    Opt {
        short: None,
        long: "fail-malformed",
        kind: Kind::Switch(|draft| draft.fail_malformed = true),
        help: "stop with status 1 at the first malformed line",
        more: "The rows before it are written, the summary is not.",
    },
    Opt {
        short: None,
        long: "progress",
        kind: Kind::Switch(|draft| draft.progress = true),
        help: "progress on standard error even when it is not a terminal",
        more: "On a terminal it is shown of runs longer than a second, unless rows go to the terminal as well: bytes, rate, loops closed, and where the length of the input is known, percent and time left.",
    },
    Opt {
        short: None,
        long: "generate",
        kind: Kind::Value {
            metavar: "PAGE",
            complete: Complete::Words(|| names(Page::GENERATED)),
            set: |draft, value| choice(value, Page::GENERATED).map(|page| draft.page = Some(page)),
        },
        help: "print man, bash, zsh or fish: the man page or a shell's completions",
        more: "",
    },
    Opt {
        short: Some('h'),
        long: "help",
        kind: Kind::Switch(|draft| draft.page = Some(Page::Help)),
        help: "print this help",
        more: "",
    },
    Opt {
        short: Some('V'),
        long: "version",
        kind: Kind::Switch(|draft| draft.page = Some(Page::Version)),
        help: "print the version",
        more: "",
    },
];
