//! Analyses that say why a loop was slow (`--slowest`, `--unfinished`): plain data structures that know events, times
//! and keys, but no options and no output. The engine feeds them in `engine/why.rs`.
