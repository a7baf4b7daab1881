//! The engine joins the steps of the program: lines or records -> events -> gates -> positions -> matcher -> closed
//! loops -> sinks and statistics. No other part knows all the steps.
//!
//! ```text
//! line ──> front ───┐           ┌─> tracks (matcher, statistics) ─> closed loop ─> sinks
//!          (dialect)├─> gates ──┤                                └─> diagnosis
//! record ───────────┘           └─> rows of events, pairs, diagnosis: only in runs that need every event
//! ```
//!
//! | file          | content                                                                          |
//! |---------------|----------------------------------------------------------------------------------|
//! | `task.rs`     | [`Task`]: the work of a run, decided once                                        |
//! | `run.rs`      | [`Engine`]: the loop over lines and records                             |
//! | `line.rs`     | the way of one line, from its bytes to its events                                |
//! | `front.rs`    | the reader of lines, and the event names that have come                          |
//! | `pass_gates.rs`| the way of an event before the loops, through its gates                          |
//! | `gates.rs`    | the gates of a run: intervals (`-I`), selection, `--reorder`                       |
//! | `follow.rs`   | the way of an event through the loops                                            |
//! | `pairs.rs`    | the pairs that are found while reading (`--pairs`)                                 |
//! | `overview.rs` | the end of the search that a run makes if the user gave no loop                      |
//! | `beginnings.rs` | the events that may begin a pair whose end has not come                         |
//! | `interest.rs` | the events that a run looks at: those of loops, or all                             |
//! | `tracks.rs`   | the loops: one `Track` each                                            |
//! | `track_results.rs` | the summaries of the loops, and their open chains                          |
//! | `streams.rs`  | the key values of an event in a loop that looks at fields (`@field`, `if`)           |
//! | `entering.rs`  | an event that enters the state of a key, and a loop that closes                    |
//! | `references.rs`| the values that `-b` and `--show` name                                          |
//! | `why_references.rs` | the values that the analyses of slow loops need of events                 |
//! | `shown_key.rs`| the text of a key in rows, and the group values of fields and keys               |
//! | `call_chains.rs` | the call chains of events, from the lines behind them                             |
//! | `call_chain_store.rs` | the store of call chains                                                    |
//! | `origin.rs`   | the facts about an event that stand outside of its own line                      |
//! | `outliers.rs` | times that are far from those around them                                        |
//! | `held_event.rs` | a copy of an event that waits                                                   |
//! | `interval.rs` | the current interval (`-I`)                                                      |
//! | `reorder.rs`  | the window of `--reorder`                                                        |
//! | `results.rs`  | the summary, the hints and the findings of `--discover`                           |
//! | `reasons.rs`  | what threads do while a loop is open (`--sched`)                                 |
//! | `why.rs`      | the analyses that say why a loop was slow                                        |
//! | `feed_why.rs`, `feed_reasons.rs` | the way of events into `why.rs` and `reasons.rs`, and of results out of them |
//! | `states.rs`   | all that is kept of the states among the inputs                                  |
//! | `merge_states.rs`, `state_results.rs` | the way of states into the statistics, and of results out of them |
//! | `whole.rs`    | a whole run over one recording, for programs that use the library                |

mod beginnings;
mod call_chain_store;
mod call_chains;
mod ending;
mod entering;
mod error;
mod feed_call_chains;
mod feed_reasons;
mod feed_why;
mod follow;
mod front;
mod gates;
mod held_event;
mod interest;
mod interval;
mod line;
mod merge_states;
mod origin;
mod outliers;
mod overview;
mod pairs;
mod pass_gates;
mod reasons;
mod references;
mod reorder;
mod results;
mod run;
mod shown_key;
mod state_results;
mod states;
mod stepped;
mod streams;
mod task;
mod track;
mod track_results;
mod tracks;
mod whole;
mod why;
mod why_references;

pub use error::{Error, Pause};
pub use feed_reasons::WithoutStates;
pub use reorder::{Held, Reorder, Window};
pub use run::Engine;
pub use state_results::NotesOfStates;
pub use states::StatesTask;
pub use task::{EventDeltas, Follow, Overview, PAIRS_MAX, SlowestTask, Task, WhyTask};
pub use whole::run;
