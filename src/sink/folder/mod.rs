//! The predecessor's files in a directory (`-o`).

mod figure;
mod names;
mod sink;
mod whole_file;

pub use sink::{FolderFiles, FolderSink};
