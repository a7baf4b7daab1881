//! `-f perfetto`: closed loops as Chrome trace JSON, which ui.perfetto.dev and chrome://tracing open.
//!
//! ```text
//! {"traceEvents":[
//! {"ph":"M","name":"process_name","pid":7,"args":{"name":"bash"}},
//! {"ph":"M","name":"thread_name","pid":7,"tid":7,"args":{"name":"bash"}},
//! {"ph":"b","cat":"loop1","name":"loop1","pid":7,"tid":7,"ts":1,"id":"1","args":{"key":"7"}},
//! {"ph":"b","cat":"loop1","name":"sys_enter_read -> sys_exit_read","pid":7,"tid":7,"ts":1,"id":"1"},
//! {"ph":"e","cat":"loop1","name":"sys_enter_read -> sys_exit_read","pid":7,"tid":7,"ts":4,"id":"1"},
//! {"ph":"e","cat":"loop1","name":"loop1","pid":7,"tid":7,"ts":4,"id":"1"}
//! ]}
//! ```
//!
//! Loops are async slices (`b` and `e` for begin and end), because loops of one thread may overlap, which the usual
//! slices (`X`) of a thread must not. Async events with the same `id` are one track of the viewer. A loop whose events
//! come from several threads also has a short slice (`X`) for each of its events, and arrows (`s`, `t`, `f`) that lead
//! from slice to slice.

mod json;
mod names;
mod sink;

pub use sink::PerfettoSink;
