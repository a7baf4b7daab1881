//! The command line: its options, their conflicts, and the pages that describe them.
//!
//! `options/` is the only table of options. `parse.rs` reads the arguments by this table, and `conflicts.rs` checks the
//! given options against it. `pages/` makes `--help`, the man page and the completions from it. The prose of the man
//! page is the text file `manual.txt`. `request.rs` chooses the loops of the run.

mod conflicts;
mod error;
mod given;
mod mode;
mod option;
mod options;
mod page;
mod pages;
mod parse;
mod request;
mod values;

#[cfg(test)]
mod tests;

pub use error::UsageError;
pub use given::Given;
pub use mode::Mode;
pub use option::{Category, Complete, Conflict, Kind, Opt, ValueName};
pub use options::{CATEGORIES, options};
pub use page::Page;
pub use request::{ConfChoice, NATIVE, Request};

use std::ffi::OsString;

/// A command line without a mistake.
#[derive(Debug)]
pub enum Command {
    /// The user asked for a page on standard output.
    Print(Page),
    /// The user asked for a run of the filter.
    Run(Box<Request>),
}

/// Reads the arguments behind the name of the program. This opens no file.
///
/// # Errors
///
/// The first mistake: an argument that is not understood, options that contradict each other, or loops that cannot be
/// followed together.
pub fn parse<I>(args: I) -> Result<Command, UsageError>
where
    I: IntoIterator<Item: Into<OsString>>,
{
    let given = parse::read(args.into_iter().map(Into::into).collect())?;
    if let Some(page) = given.page {
        return Ok(Command::Print(page));
    }
    conflicts::check(&given)?;
    Ok(Command::Run(Box::new(Request::new(given)?)))
}
