//! The name of an input.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::OsStrExt;

/// An input, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputName {
    /// Standard input: `-`, or no input on the command line.
    Stdin,
    /// The path of a file or directory.
    Path(OsString),
}

impl InputName {
    /// Returns the name as the user types it: `-` for standard input.
    pub fn as_typed(&self) -> &[u8] {
        match self {
            InputName::Stdin => b"-",
            InputName::Path(path) => path.as_bytes(),
        }
    }
}

/// Prints the name in the form for messages.
impl fmt::Display for InputName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputName::Stdin => f.write_str("(standard input)"),
            InputName::Path(path) if path.is_empty() => f.write_str("''"),
            InputName::Path(path) => f.write_str(&path.to_string_lossy()),
        }
    }
}
