//! Runs the cases and the examples of the documents.
//!
//! Each folder under tests/cases is a test with the folder's name. `cmd` is a shell script that runs `pspp-filter`, and
//! `in` is its standard input. `out`, `err` and `status` are the expected output, messages and exit status. Without
//! such a file, nothing or the status 0 is expected.
//!
//! Each example of the README and of the man page (src/cli/manual.txt) is a test, too. An example is a line that begins
//! with `$ ` and a command, and the output of this command in the lines below. The name of the test is `README.md:LINE`
//! or `manual.txt:LINE`.
//!
//! A case runs in a fresh copy of its folder, and may write any files into this copy. From there, `../../data` is
//! tests/data.
//!
//!     cargo test --test cases                       # all cases
//!     cargo test --test cases -- ftrace             # the cases whose name contains a text
//!     make case NAME='ftrace-*'                     # the cases whose name matches a glob
//!     make case NAME='ftrace-*' UPDATE=1            # makes the output the expected one; read it before the commit
//!
//! `make case` sets the variable CASE to the glob, and passes UPDATE on.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::diff::diff;
use common::scratch::Scratch;
use common::{root, shell, without_time_taken};
use libtest_mimic::{Arguments, Failed, Trial, run};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::Arc;

/// The output, the messages and the exit status of a case: those that came, or those that are expected.
#[derive(PartialEq)]
struct Outcome {
    out: Vec<u8>,
    err: Vec<u8>,
    status: Vec<u8>,
}

/// The names of the files in the folder of a case that hold its expected outcome.
const PARTS: [&str; 3] = ["out", "err", "status"];

impl Outcome {
    /// Runs the script `cmd` of a case in a copy of its folder, and returns the outcome that came.
    fn of_run(folder: &Path) -> Outcome {
        let stdin = File::open(folder.join("in")).map_or(Stdio::null(), Stdio::from);
        let script = fs::read_to_string(folder.join("cmd")).expect("every case has a cmd");
        let output = shell(&script, folder).env("TMPDIR", folder).stdin(stdin).output().expect("sh runs");
        let status = output.status.code().unwrap_or(-1);
        let status = if status == 0 { Vec::new() } else { format!("{status}\n").into_bytes() };
        Outcome { out: without_time_taken(&output.stdout), err: without_time_taken(&output.stderr), status }
    }

    /// Reads the expected outcome of a case.
    fn expected(case: &Path) -> Outcome {
        let [out, err, status] = PARTS.map(|part| fs::read(case.join(part)).unwrap_or_default());
        Outcome { out, err, status }
    }

    fn parts(&self) -> [(&'static str, &[u8]); 3] {
        [("out", &self.out), ("err", &self.err), ("status", &self.status)]
    }

    /// Writes this outcome into the folder of a case, as the expected one. A part that is empty gets no file.
    fn write(&self, case: &Path) {
        for (name, text) in self.parts() {
            let file = case.join(name);
            if text.is_empty() {
                let _there_may_be_none = fs::remove_file(file);
            } else {
                fs::write(file, text).expect("the folder of the case can be written");
            }
        }
    }
}

/// Runs a case in a folder below `tree`, and compares its outcome with the expected one. With UPDATE=1, writes the
/// outcome as the expected one instead.
fn check_case(name: &str, tree: &Path) -> Result<(), Failed> {
    let case = cases_folder().join(name);
    let folder = tree.join("tests/cases").join(name);
    copy_inputs(&case, &folder);
    let outcome = Outcome::of_run(&folder);
    let expected = Outcome::expected(&case);
    if outcome == expected {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        outcome.write(&case);
        return Ok(());
    }
    let mut message = format!("tests/cases/{name}: - is expected, + came\n");
    for ((part, came), (_, expected)) in outcome.parts().into_iter().zip(expected.parts()) {
        if came != expected {
            message.push_str(&format!("{part}:\n{}", diff(expected, came)));
        }
    }
    Err(message.into())
}

/// Copies the files of a case into a folder, except those with the expected outcome.
fn copy_inputs(case: &Path, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder can be made");
    for entry in fs::read_dir(case).expect("the case is a folder") {
        let entry = entry.expect("the folder can be read");
        if !PARTS.iter().any(|part| entry.file_name() == *part) {
            fs::copy(entry.path(), folder.join(entry.file_name())).expect("the files of a case can be copied");
        }
    }
}

fn cases_folder() -> PathBuf {
    root().join("tests/cases")
}

/// Returns the names of all cases.
fn cases() -> Vec<String> {
    let folders = fs::read_dir(cases_folder()).expect("tests/cases is there");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("the names of cases are UTF-8");
    let mut cases: Vec<String> = folders.map(|entry| name(entry.expect("the folder can be read"))).collect();
    cases.sort();
    assert!(cases.len() > 40, "only {} cases were found", cases.len());
    cases
}

/// An example in a document: a command, and the output that the document shows below it.
struct Example {
    /// The name of the document and the number of the line.
    name: String,
    command: String,
    printed: String,
}

/// Returns the examples of a document. A command stands behind `    $ `, and the indented lines below it are its
/// output.
fn examples(document: &Path) -> Vec<Example> {
    let text = fs::read_to_string(document).expect("the document is there");
    let file = document.file_name().unwrap_or_default().to_string_lossy();
    let mut examples: Vec<Example> = Vec::new();
    let mut within = false;
    for (at, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("    $ ") {
            let name = format!("{file}:{}", at + 1);
            examples.push(Example { name, command: command.to_owned(), printed: String::new() });
            within = true;
        } else if let (true, Some(Example { printed, .. })) = (within, examples.last_mut()) {
            within = line.starts_with("    ") || line.is_empty();
            if within {
                printed.push_str(line.strip_prefix("    ").unwrap_or_default());
                printed.push('\n');
            }
        }
    }
    assert!(examples.len() >= 5, "only {} examples were found in {file}", examples.len());
    examples
}

/// Runs the command of an example in a folder, and compares its standard output with the one in the document.
fn check_example(example: &Example, folder: &Path) -> Result<(), Failed> {
    let output = shell(&example.command, folder).output().expect("sh runs");
    let [expected, came] = [example.printed.as_bytes(), &output.stdout]
        .map(|text| [without_time_taken(text).trim_ascii_end(), b"\n"].concat());
    if came == expected {
        return Ok(());
    }
    let differences = diff(&expected, &came);
    Err(format!("$ {}\n- is in the document, + came\n{differences}", example.command).into())
}

/// Returns whether a glob matches the whole name. `*` matches any text, and `?` matches any one byte.
fn matches_glob(glob: &[u8], name: &[u8]) -> bool {
    match (glob, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|length| matches_glob(rest, &name[length..])),
        ([b'?', rest @ ..], [_, name @ ..]) => matches_glob(rest, name),
        ([byte, rest @ ..], [first, name @ ..]) if byte == first => matches_glob(rest, name),
        _ => false,
    }
}

/// Creates the folders in which cases and examples run. The README's examples run at the top, below which tests/data is
/// in the same place as in the source tree. The man page's examples name captures without a folder, so they run in the
/// folder `manual`, which has links to all captures.
fn make_tree(tree: &Path) {
    let captures = root().join("tests/data");
    for folder in ["tests/cases", "manual"] {
        fs::create_dir_all(tree.join(folder)).expect("a folder can be made");
    }
    symlink(&captures, tree.join("tests/data")).expect("a link can be made");
    for entry in fs::read_dir(captures).expect("tests/data is there") {
        let entry = entry.expect("the folder can be read");
        symlink(entry.path(), tree.join("manual").join(entry.file_name())).expect("a link can be made");
    }
}

/// Creates a test for each case and for each example.
fn trials(tree: &Arc<Scratch>) -> Vec<Trial> {
    let case = |name: String| {
        let tree = Arc::clone(tree);
        Trial::test(name.clone(), move || check_case(&name, tree.folder()))
    };
    let mut trials: Vec<Trial> = cases().into_iter().map(case).collect();
    for (document, folder) in [("README.md", ""), ("src/cli/manual.txt", "manual")] {
        for example in examples(&root().join(document)) {
            let tree = Arc::clone(tree);
            let name = example.name.clone();
            trials.push(Trial::test(name, move || check_example(&example, &tree.folder().join(folder))));
        }
    }
    trials
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tree = Arc::new(Scratch::new("tree"));
    make_tree(tree.folder());
    let mut trials = trials(&tree);
    if let Ok(glob) = std::env::var("CASE") {
        trials.retain(|trial| matches_glob(glob.as_bytes(), trial.name().as_bytes()));
        if trials.is_empty() {
            writeln!(io::stderr(), "no case has a name that matches '{glob}'").expect("standard error can be written");
            return ExitCode::FAILURE;
        }
    }
    run(&arguments, trials).exit_code()
}
