//! Opens summaries in the programs and libraries that they are written for: HdrHistogram in Java, Python and JavaScript,
//! and the parser of Prometheus for OpenMetrics. A test whose tool is not installed says that it is skipped.
//!
//! Debian has the Java packages default-jre-headless and libhdrhistogram-java. The Python packages hdrhistogram and
//! prometheus_client are looked for in a virtual environment in the folder `readers` of the target directory, and then
//! where `python3` looks for them. The JavaScript package hdr-histogram-js is looked for in the folder `readers`, too.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;

mod complete;
mod hgrm;
mod hlog;
mod openmetrics;
mod tools;
mod traces;
