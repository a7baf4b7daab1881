//! A state: all that the statistics know, as text that can be read and merged again.
//!
//! ```text
//! #pspp-filter state 1
//! //ledger<tab>pspp-filter-state-1<tab>{"bytes":10240,...}
//! /syscalls:sys_enter_read/events<tab>pspp-filter-state-1<tab>{"count":70}
//! read//total<tab>pspp-filter-state-1<tab>{"begun":70,...,"transition":"total"}
//! ```
//!
//! A state is a header and lines. Each line has three columns, which tabs separate: a sort key, the mark of a state, and
//! a JSON object. The sort key of a line with statistics is the loop, the value of the group and the transition, joined
//! by `/`. Each line is complete in itself: lines may come in any order and from several states, and lines about the
//! same thing are added up. So lines of many states may be sorted, split over several machines, and merged there.
//!
//! [`StateLine::parse`] and [`StateLine::push`] are the inverse of each other. The files import only from those to their
//! left:
//!
//! ```text
//! fields ─> escaped ─> histogram ─> cells ─> definition ─> loop_line, ledger_line ─> line, merge
//! ```

mod cells;
mod definition;
mod escaped;
mod fields;
mod histogram;
mod ledger_line;
mod line;
mod loop_line;
mod merge;

pub use definition::Definition;
pub use line::{StateError, StateLine, is_header, is_state_line};
pub use loop_line::{GroupPart, LoopCounts, LoopLine, TOTAL};

/// The first line of a state.
pub const HEADER: &str = "#pspp-filter state 1";
