//! The pages that are printed from the table of options: help, the man page
//! and the completions of three shells.

use super::manual::{AFTER_OPTIONS, BEFORE_OPTIONS, Block, Section};
use super::{Complete, Kind, OPTIONS, Opt};

/// Something to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `--help`
    Help,
    /// `--version`
    Version,
    /// `--generate man`
    Man,
    /// `--generate bash`
    Bash,
    /// `--generate zsh`
    Zsh,
    /// `--generate fish`
    Fish,
}

const NAME: &str = "pspp-filter";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const ABSTRACT: &str = "how long from this event to that one, from perf script text";
/// When the pages were last revised, for the foot of the man page.
const REVISED: &str = "2026-11-21";
const SYNOPSIS: &str = "[OPTION]... [LOOP | INPUT]...";

impl Page {
    /// The pages of `--generate` with their names.
    pub const GENERATED: &'static [(&'static str, Page)] =
        &[("man", Page::Man), ("bash", Page::Bash), ("zsh", Page::Zsh), ("fish", Page::Fish)];

    /// The whole text.
    pub fn text(self) -> String {
        match self {
            Page::Help => help(),
            Page::Version => format!("{NAME} {VERSION}\n"),
            Page::Man => man(),
            Page::Bash => bash(),
            Page::Zsh => zsh(),
            Page::Fish => fish(),
        }
    }
}

impl Opt {
    fn metavar(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Switch(_) => None,
            Kind::Value { metavar, .. } => Some(metavar),
        }
    }

    fn complete(&self) -> Option<&Complete> {
        match &self.kind {
            Kind::Switch(_) => None,
            Kind::Value { complete, .. } => Some(complete),
        }
    }

    /// `-x`, `--long`, or `--long` alone.
    fn names(&self) -> Vec<String> {
        let short = self.short.map(|short| format!("-{short}"));
        short.into_iter().chain([format!("--{}", self.long)]).collect()
    }
}

fn help() -> String {
    let mut text = format!(
        "{NAME} {VERSION}: {ABSTRACT}\n\n\
         Usage: {NAME} {SYNOPSIS}\n\n  \
         perf script | {NAME} 'sys_enter_read -> sys_exit_read'\n\n\
         A LOOP is 'A -> B -> C', in quotes: 2 to 32 events, in each thread (or by pid, cpu, comm, all).\n\
         Rows of deltas go to standard output, the statistics to standard error.\n\n\
         Options:\n"
    );
    for opt in OPTIONS {
        let indent = if opt.short.is_some() { "  " } else { "      " };
        let names = opt.names().join(", ");
        let value = opt.metavar().map(|metavar| format!(" {metavar}")).unwrap_or_default();
        text.push_str(&format!("{:31}{}\n", format!("{indent}{names}{value}"), opt.help));
    }
    text.push_str("\nThe man page has the rest: man pspp-filter, or pspp-filter --generate man | man -l -\n");
    text
}

/// Plain text as roff: nothing in it is markup but `` `code` ``, which is bold.
fn roff(text: &str) -> String {
    let mut out = String::new();
    let mut bold = false;
    for c in text.chars() {
        match c {
            '`' => {
                bold = !bold;
                out.push_str(if bold { "\\fB" } else { "\\fR" });
            }
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            '"' => out.push_str("\\(dq"),
            c => out.push(c),
        }
    }
    // A line that starts with a dot is a request.
    if out.starts_with('.') { format!("\\&{out}") } else { out }
}

/// A paragraph as roff: a new line after each sentence, and none longer than 79 bytes.
fn paragraph(text: &str) -> String {
    const WIDTH: usize = 79;
    let mut lines = vec![String::new()];
    for word in roff(text).split(' ') {
        let start_anew = lines.last().is_some_and(|line| {
            let full = line.len() + 1 + word.len() > WIDTH;
            !line.is_empty() && (full || line.ends_with('.')) && !word.starts_with('.')
        });
        match lines.last_mut() {
            Some(line) if !start_anew => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// A sentence of a one-line help text.
fn sentence(help: &str) -> String {
    let mut letters = help.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}

fn man() -> String {
    let title = NAME.to_uppercase();
    let mut text = format!(
        ".\\\" Made by 'make pages' from src/cli; do not edit.\n.TH {} 1 {REVISED} \"{NAME} {VERSION}\" \"User Commands\"\n",
        roff(&title)
    );
    text.push_str(&format!(
        ".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n{}\n",
        roff(NAME),
        roff(ABSTRACT),
        roff(NAME),
        roff(SYNOPSIS)
    ));
    BEFORE_OPTIONS.iter().for_each(|section| man_section(&mut text, section));
    text.push_str(".SH OPTIONS\n");
    for opt in OPTIONS {
        let names: Vec<String> = opt.names().iter().map(|name| format!("\\fB{}\\fR", roff(name))).collect();
        let value = opt.metavar().map(|metavar| format!(" \\fI{}\\fR", roff(metavar))).unwrap_or_default();
        let meaning = [sentence(opt.help), opt.more.to_owned()].join(" ");
        text.push_str(&format!(".TP\n{}{value}\n{}", names.join(", "), paragraph(meaning.trim_end())));
    }
    AFTER_OPTIONS.iter().for_each(|section| man_section(&mut text, section));
    text
}

fn man_section(text: &mut String, section: &Section) {
    text.push_str(&format!(".SH {}\n", roff(section.title)));
    for (at, block) in section.blocks.iter().enumerate() {
        let apart = if at == 0 { "" } else { ".PP\n" };
        match block {
            Block::Text(lines) => text.push_str(&format!("{apart}{}", paragraph(lines))),
            Block::Code(lines) => {
                text.push_str(&format!("{apart}.in +4n\n.nf\n"));
                lines.lines().for_each(|line| text.push_str(&format!("{}\n", roff(line))));
                text.push_str(".fi\n.in\n");
            }
            Block::Item(term, meaning) => {
                text.push_str(&format!(".TP\n\\fB{}\\fR\n{}", roff(term), paragraph(meaning)));
            }
        }
    }
}

fn bash() -> String {
    let mut cases = String::new();
    for opt in OPTIONS {
        let names = opt.names().join("|");
        let reply = match opt.complete() {
            None => continue,
            Some(Complete::Nothing) => "return".to_owned(),
            Some(Complete::Files) => "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return".to_owned(),
            Some(Complete::Words(words)) => {
                format!("COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return", words().join(" "))
            }
        };
        cases.push_str(&format!("        {names}) {reply} ;;\n"));
    }
    let all: Vec<String> = OPTIONS.iter().flat_map(Opt::names).collect();
    format!(
        "# Made by 'make pages' from src/cli; do not edit.\n\
         _pspp_filter() {{\n    \
             local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n    \
             # bash splits --unit=ns into three words\n    \
             if [[ $cur == = ]]; then cur=\n    \
             elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi\n    \
             case $prev in\n{cases}    esac\n    \
             if [[ $cur == -* ]]; then\n        \
                 COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n    \
             else\n        \
                 mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    \
             fi\n\
         }}\n\
         complete -o filenames -F _pspp_filter {NAME}\n",
        all.join(" ")
    )
}

fn zsh() -> String {
    let mut specs = String::new();
    for opt in OPTIONS {
        let help = opt.help.replace('\'', "'\\''").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:");
        let takes = match opt.complete() {
            None => String::new(),
            Some(complete) => {
                let metavar = opt.metavar().unwrap_or_default().replace(['[', ']', ':'], "");
                let action = match complete {
                    Complete::Nothing => " ".to_owned(),
                    Complete::Files => "_files".to_owned(),
                    Complete::Words(words) => format!("({})", words().join(" ")),
                };
                format!(":{metavar}:{action}")
            }
        };
        let value = opt.metavar().is_some();
        let long = format!("--{}{}", opt.long, if value { "=" } else { "" });
        let names = match opt.short {
            Some(short) => format!("{{-{short}{},{long}}}", if value { "+" } else { "" }),
            None => long,
        };
        // Loops and inputs may be repeated.
        let repeat = if matches!(opt.long, "loop" | "input") { "'*'" } else { "" };
        specs.push_str(&format!("    {repeat}{names}'[{help}]{takes}' \\\n"));
    }
    format!(
        "#compdef {NAME}\n# Made by 'make pages' from src/cli; do not edit.\n_arguments -s -S \\\n{specs}    '*:input:_files'\n"
    )
}

fn fish() -> String {
    let mut text = "# Made by 'make pages' from src/cli; do not edit.\n".to_owned();
    for opt in OPTIONS {
        let short = opt.short.map(|short| format!(" -s {short}")).unwrap_or_default();
        let takes = match opt.complete() {
            None => String::new(),
            Some(Complete::Nothing) => " -x".to_owned(),
            Some(Complete::Files) => " -r -F".to_owned(),
            Some(Complete::Words(words)) => format!(" -x -a '{}'", words().join(" ")),
        };
        let help = opt.help.replace('\\', "\\\\").replace('\'', "\\'");
        text.push_str(&format!("complete -c {NAME}{short} -l {}{takes} -d '{help}'\n", opt.long));
    }
    text
}
