//! One record at a time, in order.

pub(in crate::perf_data) mod attributes;
pub(in crate::perf_data) mod counts;
pub(in crate::perf_data) mod order;
pub(in crate::perf_data) mod record;
pub(in crate::perf_data) mod threads;
