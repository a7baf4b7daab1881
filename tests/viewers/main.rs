//! Outputs for viewers, opened by the tools that they are for.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;
mod folded;
mod perfetto;
