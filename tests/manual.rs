//! Runs the examples of the man page. In `src/cli/manual.txt` a line of code that begins with `$ ` is a
//! command, and the lines of code below it are its output. A command runs in `tests/data`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::{root, shell};

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
    let manual = std::fs::read_to_string(root().join("src/cli/manual.txt")).expect("the manual is there");
    let examples = examples(&manual);
    assert!(examples.len() >= 5, "only {} examples were found", examples.len());
    for (command, expected) in examples {
        let output = shell(command, &root().join("tests/data")).output().expect("sh runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{command}");
    }
}
