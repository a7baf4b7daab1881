//! The text of the pages: `--help`, the man page, and the completions of three shells.

mod bash;
mod fish;
mod help;
mod man;
mod markup;
mod roff;
mod zsh;

use super::page::{NAME, Page, VERSION};

impl Page {
    /// Returns the whole text of the page.
    pub fn text(self) -> String {
        match self {
            Page::Help => help::text(),
            Page::Version => format!("{NAME} {VERSION}\n"),
            Page::Man => man::text(),
            Page::Bash => bash::text(),
            Page::Zsh => zsh::text(),
            Page::Fish => fish::text(),
        }
    }
}
