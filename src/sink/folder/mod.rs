//! Writes the files of the predecessor, the program that pspp-filter replaces, into a directory (`-o`).

mod figure;
mod names;
mod sink;
mod whole_file;

pub use sink::{FolderFiles, FolderSink};
