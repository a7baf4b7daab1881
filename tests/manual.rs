//! Runs the examples of the man page. In `src/cli/manual.txt` a line of code that begins with `$ ` is a
//! command, and the lines of code below it are its output. A command runs in `tests/data`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use std::path::Path;
use std::process::Command;

/// Returns each command with its output.
fn examples(manual: &str) -> Vec<(&str, String)> {
    let mut examples: Vec<(&str, String)> = Vec::new();
    let mut is_output = false;
    for line in manual.lines() {
        if let Some(command) = line.strip_prefix("    $ ") {
            examples.push((command, String::new()));
            is_output = true;
        } else if let (true, Some(line), Some((_, output))) =
            (is_output, line.strip_prefix("    "), examples.last_mut())
        {
            output.push_str(line);
            output.push('\n');
        } else {
            is_output = false;
        }
    }
    examples
}

#[test]
fn the_examples_of_the_man_page_print_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = std::fs::read_to_string(root.join("src/cli/manual.txt")).expect("the manual is there");
    let examples = examples(&manual);
    assert!(examples.len() >= 5, "only {} examples were found", examples.len());
    let binary = Path::new(env!("CARGO_BIN_EXE_pspp-filter"));
    let beside = binary.parent().expect("the binary is in a folder");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    for (command, expected) in examples {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(root.join("tests/data")).env("PATH", &path).env("LC_ALL", "C");
        let output = shell.output().expect("sh runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{command}");
    }
}
