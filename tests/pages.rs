//! The program makes the man page and the completions from its table of options. These tests check that the committed
//! files are the same as what the program prints, and that man-page tools and shells accept the files.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::{PROGRAM, root, skip_without};
use pspp_filter::cli::{Page, options};
use std::io::Write;
use std::process::{Command, Stdio};

fn committed(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("the page is committed")
}

/// For each page, its name for --generate, its file, and its value in the library.
const PAGES: [(&str, &str, Page); 4] = [
    ("man", "man/pspp-filter.1", Page::Man),
    ("bash", "completions/pspp-filter.bash", Page::Bash),
    ("zsh", "completions/_pspp-filter", Page::Zsh),
    ("fish", "completions/pspp-filter.fish", Page::Fish),
];

#[test]
fn committed_pages_are_those_that_the_program_prints() {
    for (name, path, page) in PAGES {
        let printed = Command::new(PROGRAM).args(["--generate", name]).output();
        let printed = printed.expect("the program runs").stdout;
        assert!(printed == committed(path).as_bytes(), "{path} is not what --generate {name} prints: run 'make pages'");
        assert_eq!(printed, page.text().as_bytes());
    }
}

#[test]
fn every_page_has_every_option_and_every_value() {
    let help = Page::Help.text();
    let pages = PAGES.map(|(_, path, _)| (path, committed(path)));
    for opt in options() {
        assert!(help.contains(&format!("--{}", opt.long)), "--help lacks --{}", opt.long);
        for (path, page) in &pages {
            let long = match *path {
                "man/pspp-filter.1" => format!("\\-\\-{}\\fR", opt.long.replace('-', "\\-")),
                "completions/pspp-filter.fish" => format!(" -l {} ", opt.long),
                _ => format!("--{}", opt.long),
            };
            assert!(page.contains(&long), "{path} lacks --{}", opt.long);
            for value in opt.value_names().iter().filter(|_| path.starts_with("completions")) {
                assert!(page.contains(value.name), "{path} lacks the value {} of --{}", value.name, opt.long);
            }
        }
    }
}

#[test]
fn help_fits_a_terminal_and_names_every_section() {
    for line in Page::Help.text().lines() {
        assert!(line.len() <= 100, "{line}");
    }
    for section in [
        "OPTIONS",
        "LOOPS",
        "KEYS",
        "MATCHING",
        "INPUT",
        "ROWS",
        "SUMMARY",
        "MODES",
        "FILES",
        "SIGNALS",
        "EXIT STATUS",
        "MEMORY",
        "BUGS",
    ] {
        assert!(Page::Man.text().contains(&format!(".SH {section}\n")), "{section}");
    }
}

/// Runs a tool on a page. Returns whether the tool succeeded, and what it printed. Returns `None` if it is not
/// installed.
fn run_on_page(tool: &str, args: &[&str], page: &str) -> Option<(bool, String)> {
    let child =
        Command::new(tool).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        skip_without("pages", tool);
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(page.as_bytes()).expect("the tool reads its input");
    let output = child.wait_with_output().expect("the tool ends");
    let printed = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&printed).into_owned()))
}

#[test]
fn mandoc_finds_nothing_to_say_about_the_man_page() {
    if let Some((success, printed)) =
        run_on_page("mandoc", &["-T", "lint", "-W", "style"], &committed("man/pspp-filter.1"))
    {
        assert!(success && printed.is_empty(), "{printed}");
    }
}

#[test]
fn the_shells_read_their_completions() {
    for (shell, path) in [
        ("bash", "completions/pspp-filter.bash"),
        ("zsh", "completions/_pspp-filter"),
        ("fish", "completions/pspp-filter.fish"),
    ] {
        if let Some((success, printed)) = run_on_page(shell, &["-n"], &committed(path)) {
            assert!(success && printed.is_empty(), "{shell}: {printed}");
        }
    }
}

/// A colon or a quote would end the meaning of a value in the completions for zsh.
#[test]
fn meanings_of_values_have_no_colon_and_no_quote() {
    for value in options().flat_map(|opt| opt.value_names()) {
        assert!(!value.meaning.contains([':', '"']), "{}: {}", value.name, value.meaning);
    }
}

/// Bash is asked in the way in which readline asks for completions: COMP_WORDS has the words of the command line, and
/// COMP_CWORD is the index of the last one, which is to be completed.
#[test]
fn bash_completes_options_and_values() {
    let page = committed("completions/pspp-filter.bash");
    for (words, offered) in [
        ("pspp-filter --su", "--summary --summary-format"),
        ("pspp-filter -k ", "tid pid cpu comm all"),
        ("pspp-filter --unit = n", "ns"),
        ("pspp-filter -q --match s", "strict"),
        ("pspp-filter -sf j", "json"),
        ("pspp-filter -sfj", "-sfjson"),
        ("pspp-filter -kcpu -qf ta", "table"),
    ] {
        let ask = format!(
            "{page}\nCOMP_WORDS=({words}); [[ '{words}' == *' ' ]] && COMP_WORDS+=('')\n\
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _pspp_filter; echo \"${{COMPREPLY[*]}}\"\n"
        );
        if let Some((_, printed)) = run_on_page("bash", &["-s"], &ask) {
            assert_eq!(printed.trim_end(), offered, "{words}");
        }
    }
}
