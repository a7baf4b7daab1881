//! Measures how long it takes from one event of a trace to another. A loop is a sequence of events: `A -> B -> C`. The
//! library finds the loops in a trace, and makes statistics of their deltas, the times between the events.
//!
//! This library is the program `pspp-filter` without its `main`. Another program can parse a loop, feed the bytes of
//! a trace, and get closed loops and statistics. A [`Task`] says which loops are followed and how. A [`Sink`] gets
//! each loop as it closes. [`run`] reads one recording from its beginning to its end; an [`Engine`] reads several, or
//! takes single events.
//!
//! ```
//! use pspp_filter::{ClosedLoop, Needs, Sink, SinkError, Sinks, Task, parse_loop, run};
//!
//! /// Prints each closed loop.
//! struct Print;
//!
//! impl Sink for Print {
//!     fn needs(&self) -> Needs {
//!         Needs { closed: true, first_event: true, ..Needs::default() }
//!     }
//!
//!     fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
//!         let began = closed.first.and_then(|first| first.cpu());
//!         let name = &closed.spec.name;
//!         println!("{name} took {} ns, from cpu {began:?} to {:?}", closed.total().0, closed.last.cpu);
//!         assert_eq!((closed.total().0, began, closed.last.cpu), (3000, Some(0), Some(1)));
//!         Ok(())
//!     }
//! }
//!
//! let text = "  bash 7 [000]  1.000001: sys_enter_read: fd: 3\n  bash 7 [001]  1.000004: sys_exit_read: 0x10\n";
//! let task = Task::new(vec![parse_loop("read=sys_enter_read -> sys_exit_read")?]);
//! let mut sinks = Sinks::default();
//! sinks.add(Print);
//! let engine = run(task, sinks, text.as_bytes())?;
//! let summary = engine.summary();
//! assert_eq!(summary.loops[0].deltas.total().count(), 1);
//! assert_eq!(summary.loops[0].deltas.total().mean_ns(), Some(3000.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod compare;
#[doc(hidden)]
pub mod diagnosis;
#[doc(hidden)]
#[warn(clippy::indexing_slicing, reason = "a parser meets any bytes")]
pub mod dialect;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod event;
#[doc(hidden)]
pub mod key;
#[doc(hidden)]
pub mod matcher;
#[doc(hidden)]
pub mod pattern;
#[doc(hidden)]
#[warn(clippy::indexing_slicing, reason = "a parser meets any bytes")]
pub mod perf_data;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod sink;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod stats;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod why;

pub use engine::{Engine, Error, EventDeltas, Follow, Pause, SlowestTask, Task, WhyTask, Window, run};
pub use event::{Cpu, Event, Nanos, Payload, Pid, Resolution, Tid};
pub use key::Key;
pub use matcher::{CarriedHeader, Matching};
pub use pattern::{FieldReference, FieldReferences, Loop, Position, Selection, SyntaxError, parse_loop};
pub use report::{GroupSummary, LoopSummary, Style, Summary, SummaryFormat};
pub use sink::{
    ClosedLoop, Ending, EventDelta, Needs, PerfettoSink, RowFormat, RowOptions, RowSink, Sink, SinkError, Sinks,
    SummarySink,
};
pub use stats::{Deltas, Ledger, Quantile, RowTimes, Tally, Transition};
pub use text::Unit;
