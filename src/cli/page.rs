//! The pages that the program can print, and the texts that several pages share.

/// A text that the program prints in place of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The text of `--help`.
    Help,
    /// The line of `--version`.
    Version,
    /// The man page, as roff.
    Man,
    /// The completions for bash.
    Bash,
    /// The completions for zsh.
    Zsh,
    /// The completions for fish.
    Fish,
}

impl Page {
    /// The pages of `--generate`, each with its name on the command line.
    pub const GENERATED: &'static [(&'static str, Page)] =
        &[("man", Page::Man), ("bash", Page::Bash), ("zsh", Page::Zsh), ("fish", Page::Fish)];
}

/// The name of the program.
pub(super) const NAME: &str = "pspp-filter";
/// The version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The purpose of the program, in one line.
pub(super) const PURPOSE: &str = "how long from this event to that one, in a trace";
/// A comment at the head of every completion script and of the man page's source. The pages put the comment sign of
/// their language in front of it.
pub(super) const MADE_BY: &str = "Made by 'make pages' from src/cli; do not edit.";
