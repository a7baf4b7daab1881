//! How long from this event to that one: loops of events in trace text, and
//! the statistics of their deltas.
//!
//! This library is the program `pspp-filter` without its `main`; benches, fuzz
//! targets and tests come in here. Its API follows the program's needs.
//!
//! ```
//! use pspp_filter::config::Config;
//! use pspp_filter::engine::run;
//! use pspp_filter::pattern::{Notation, grammar};
//!
//! let text = "  bash 7 [000]  1.000001: a: x\n  bash 7 [000]  1.000004: b: y\n";
//! let config = Config::new(vec![grammar::parse("a -> b", Notation::Arrows)?]);
//! let mut rows = Vec::new();
//! let ledger = run(&config, text.as_bytes(), &mut rows).expect("slices do not fail");
//! assert_eq!(ledger.events, 2);
//! assert_eq!(rows, b"#time\ttid\tcpu\tdelta:b__a\ttotal_us\tcomm\n1.000004\t7\t0\t3\t3\tbash\n");
//! # Ok::<(), pspp_filter::pattern::SyntaxError>(())
//! ```

pub mod cli;
pub mod config;
pub mod diagnosis;
#[warn(clippy::indexing_slicing, reason = "a parser meets any bytes")]
pub mod dialect;
pub mod engine;
pub mod event;
pub mod key;
pub mod matcher;
pub mod pattern;
#[warn(clippy::indexing_slicing, reason = "a parser meets any bytes")]
pub mod perf_data;
pub mod report;
pub mod session;
pub mod sink;
pub mod source;
pub mod stats;
pub mod text;
