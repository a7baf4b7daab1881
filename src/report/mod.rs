//! Everything that is written, one file an output: rows, summaries, messages.

mod discovery;
mod figure;
mod folder;
mod hints;
mod messages;
mod notes;
mod number;
mod outlets;
mod output;
mod progress;
mod rows;
mod stdout;
mod summary;
mod text;

pub use discovery::{Findings, Proposal, worth_asking_for};
pub use folder::{Folder, FolderFiles};
pub use hints::{Misfits, Trouble, by_nearness, nearest, no_group, why_not_closed};
pub use messages::Messages;
pub use notes::{malformed, notes};
pub use number::Unit;
pub use outlets::{OutletError, Outlets, StreamRows};
pub use output::Output;
pub use progress::Progress;
pub use rows::{EventRow, LoopRow, RowFormat, Rows};
pub use stdout::StandardOutput;
pub use summary::{LoopSummary, Summary, SummaryFormat};
