//! Finds and runs the programs that read a summary.

use crate::common::skip_without;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The place where Debian installs HdrHistogram for Java.
const JAR: &str = "/usr/share/java/hdrhistogram.jar";

/// Returns the folder `readers` of the target directory, where .ci/run installs packages of Python and JavaScript.
pub fn installed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("readers")
}

/// Returns a command that runs a class of HdrHistogram in Java. Returns `None` if Java or HdrHistogram is not
/// installed.
pub fn java(test: &str, class: &str) -> Option<Command> {
    let runs = succeeds(Command::new("java").arg("-version")) && Path::new(JAR).exists();
    if !runs {
        skip_without(test, "HdrHistogram for Java (default-jre-headless, libhdrhistogram-java)");
        return None;
    }
    let mut command = Command::new("java");
    command.args(["-cp", JAR, &format!("org.HdrHistogram.{class}")]);
    Some(command)
}

/// Returns a command that runs a script of this folder with Python. Returns `None` if the module that the script needs is
/// not installed.
pub fn python(test: &str, module: &str, script: &str) -> Option<Command> {
    let own = installed().join("bin/python");
    let pythons = [own.as_os_str(), "python3".as_ref(), "/usr/bin/python3".as_ref()];
    let has_module =
        |python: &&&std::ffi::OsStr| succeeds(Command::new(python).args(["-c", &format!("import {module}")]));
    let Some(python) = pythons.iter().find(has_module) else {
        skip_without(test, &format!("the Python module {module}"));
        return None;
    };
    let mut command = Command::new(python);
    command.arg(crate::common::root().join("tests/readers").join(script));
    Some(command)
}

/// Returns whether a command can be started and succeeds.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Runs a command, which must succeed. Returns what it printed.
pub fn output(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
