//! The differences between slow loops and the others (`--explain`): sums over closed loops, in bins by their totals.
//! The slowest loops, at least one percent of all, are the tail, and the others are the rest.
//!
//! | file         | content                                                                     |
//! |--------------|-----------------------------------------------------------------------------|
//! | `collect.rs` | [`Explain`]: takes events                                                    |
//! | `begin.rs`   | the values that travel with a chain                                          |
//! | `close.rs`   | adds up what happened in a loop that closes                                  |
//! | `subject.rs` | what is known of one thread, or of one value of another key                  |
//! | `keyed.rs`   | the values of keys that are no threads                                       |
//! | `log.rs`     | what happened on a key since its oldest begun loop                           |
//! | `cpus.rs`    | who had each CPU, and which interrupts run                                   |
//! | `around.rs`  | the events of all threads over time                                          |
//! | `values.rs`  | the values of fields                                                         |
//! | `names.rs`   | numbers for names of events and comms                                        |
//! | `item.rs`    | the things of which there are sums                                           |
//! | `bins.rs`    | the bins of totals, and the tail                                             |
//! | `counts.rs`  | the sums for each bin                                                        |
//! | `explanation.rs` | [`Explanation`]: the result                                              |
//! | `sides.rs`   | the sums of the tail and of the rest                                         |
//! | `result.rs`  | makes the result                                                             |
//! | `rows.rs`    | the rows of the comparison that are shown only if they stand out             |

mod around;
mod begin;
mod bins;
mod close;
mod collect;
mod counts;
mod cpus;
mod explanation;
mod item;
mod keyed;
mod log;
mod names;
mod result;
mod rows;
mod sides;
mod subject;
mod values;

pub use begin::Begin;
pub use close::ClosedLoop;
pub use collect::Explain;
pub use explanation::{AroundRow, Explanation, Means, OriginRow, Share, ValueRow, WhereRow};
