//! Tests of the program together with other programs: pipes, terminals, signals, and outputs that fail.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod failures;
mod inputs;
mod live;
mod long_inputs;
mod readers;
mod signals;
mod trace;
