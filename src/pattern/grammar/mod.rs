//! Parses the loop language: the text becomes a [`Loop`](super::Loop). The grammar is:
//!
//! ```text
//! loop      = [NAME "="] position { "->" [ "!" position "->" ] position } { "by" KEY | "within" DURATION }
//! position  = event { "|" event } [ "@" field { "," field } ] [ "if" condition ]
//! ```
//!
//! The parser checks the whole text. It returns the loop, or the first mistake. Its files import only from those to
//! their left:
//!
//! ```text
//! error ─> token ─> field ─> condition ─> position ─> parser
//! ```

mod condition;
mod error;
mod field;
mod parser;
mod position;
mod token;

#[cfg(test)]
mod tests;

pub use error::{Pointer, SyntaxError};
pub use field::parse_references;
pub use parser::{Notation, has_arrow, has_bar, parse};
pub use token::is_reserved;
