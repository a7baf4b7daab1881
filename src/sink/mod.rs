//! What gets every closed loop: rows, and the predecessor's folder.

mod folder;
mod outlets;
mod output;
mod rows;

pub use folder::{Folder, FolderFiles};
pub use outlets::{OutletError, Outlets, StreamRows};
pub use output::Output;
pub use rows::{EventRow, LoopRow, RowFormat, Rows};
