//! Everything that is written, one file an output: rows, summaries, messages.

mod hints;
mod messages;
mod notes;
mod number;
mod output;
mod rows;
mod stdout;
mod summary;
mod text;

pub use hints::{by_nearness, nearest, why_not_closed};
pub use messages::Messages;
pub use notes::{malformed, notes};
pub use number::Unit;
pub use output::Output;
pub use rows::{RowFormat, Rows};
pub use stdout::StandardOutput;
pub use summary::{LoopSummary, Summary, SummaryFormat};
