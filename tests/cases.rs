//! Every folder under tests/cases is a case: `cmd` is a shell script that runs
//! `pspp-filter` in that folder, `in` its standard input, `out`, `err` and
//! `status` what must come of it (empty, empty and 0 where there is no such file).
//!
//! The examples of the README are cases as well: its `$ ` lines and what they print.
//!
//! `UPDATE=1 cargo test --test cases` writes what came; read it before it is committed.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run shows.
#[derive(PartialEq)]
struct Outcome {
    out: Vec<u8>,
    err: Vec<u8>,
    status: Vec<u8>,
}

const PARTS: [&str; 3] = ["out", "err", "status"];

impl Outcome {
    fn of_run(case: &Path) -> Outcome {
        let stdin = File::open(case.join("in")).map_or(Stdio::null(), Stdio::from);
        let script = fs::read_to_string(case.join("cmd")).expect("every case has a cmd");
        let output = shell(&script, case).stdin(stdin).output().expect("sh runs");
        let status = output.status.code().unwrap_or(-1);
        let status = if status == 0 { Vec::new() } else { format!("{status}\n").into_bytes() };
        Outcome { out: without_time_taken(&output.stdout), err: without_time_taken(&output.stderr), status }
    }

    fn expected(case: &Path) -> Outcome {
        let [out, err, status] = PARTS.map(|part| fs::read(case.join(part)).unwrap_or_default());
        Outcome { out, err, status }
    }

    fn parts(&self) -> [(&'static str, &[u8]); 3] {
        [("out", &self.out), ("err", &self.err), ("status", &self.status)]
    }

    fn write(&self, case: &Path) {
        for (name, text) in self.parts() {
            let file = case.join(name);
            if text.is_empty() {
                let _there_may_be_none = fs::remove_file(file);
            } else {
                fs::write(file, text).expect("the case's folder can be written");
            }
        }
    }
}

/// A shell that finds `pspp-filter`, in a folder.
fn shell(script: &str, folder: &Path) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_pspp-filter"));
    let beside = binary.parent().expect("the binary is in a folder");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(folder).env("PATH", path).env("LC_ALL", "C");
    shell
}

/// The table ends with `449.5 kB in 0.8 ms`: the one thing that differs from run to run.
fn without_time_taken(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let shown = String::from_utf8_lossy(line);
        let size =
            ["bytes in ", "kB in ", "MB in "].into_iter().find_map(|unit| shown.find(unit).map(|at| at + unit.len()));
        match size {
            Some(end) if shown.ends_with("s\n") => {
                lines.extend_from_slice(shown[..end].as_bytes());
                lines.extend_from_slice(b"TIME\n");
            }
            _ => lines.extend_from_slice(line),
        }
    }
    lines
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root).expect("tests/cases is there").map(|entry| entry.expect("a folder").path()).collect();
    cases.sort();
    assert!(cases.len() > 40, "only {} cases were found", cases.len());
    cases
}

#[test]
fn all_cases() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    for case in cases() {
        let outcome = Outcome::of_run(&case);
        let expected = Outcome::expected(&case);
        if outcome == expected {
            continue;
        }
        if update {
            outcome.write(&case);
            continue;
        }
        failures.push_str(&format!("== {}\n", case.display()));
        for ((name, text), (_, expected)) in outcome.parts().into_iter().zip(expected.parts()) {
            if text != expected {
                let [expected, text] = [expected, text].map(String::from_utf8_lossy);
                failures.push_str(&format!("-- expected {name}:\n{expected}-- came:\n{text}"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn the_examples_of_the_readme_print_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md is there");
    let mut examples: Vec<(&str, String)> = Vec::new();
    let mut within = false;
    for line in readme.lines() {
        if let Some(command) = line.strip_prefix("    $ ") {
            examples.push((command, String::new()));
            within = true;
        } else if let (true, Some((_, printed))) = (within, examples.last_mut()) {
            within = line.starts_with("    ") || line.is_empty();
            if within {
                printed.push_str(line.strip_prefix("    ").unwrap_or_default());
                printed.push('\n');
            }
        }
    }
    assert!(examples.len() >= 5, "only {} examples were found", examples.len());
    for (command, printed) in examples {
        let output = shell(command, root).output().expect("sh runs");
        let [came, printed] = [output.stdout, printed.into_bytes()]
            .map(|text| String::from_utf8_lossy(&without_time_taken(&text)).trim_end().to_owned());
        assert_eq!(came, printed, "{command}");
    }
}
