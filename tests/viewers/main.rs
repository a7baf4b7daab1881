//! Tests of the output formats for viewers: a script checks traces of `-f perfetto`, and inferno draws flame graphs
//! from the lines of `-f folded`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;
mod folded;
mod perfetto;
