//! What makes most lines cheap: what is remembered of earlier lines.

pub(super) mod lines;
pub(super) mod names;
pub(super) mod perf_trace;
pub(super) mod prefixes;
pub(super) mod swar;
