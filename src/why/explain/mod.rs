//! What is different in the slow loops (`--explain`): sums over closed loops, in bins by their totals.
//!
//! | file         | content                                                                     |
//! |--------------|-----------------------------------------------------------------------------|
//! | `collect.rs` | [`Explain`]: takes events and closed loops                                   |
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
//! | `result.rs`  | [`Explanation`]: the sums of the tail and of the rest, compared              |
//! | `rows.rs`    | the rows of the comparison that are chosen by more than their amounts        |

mod around;
mod bins;
mod collect;
mod counts;
mod cpus;
mod item;
mod keyed;
mod log;
mod names;
mod result;
mod rows;
mod subject;
mod values;

pub use collect::{Begin, ClosedLoop, Explain};
pub use result::{Explanation, Means, OriginRow, Share, WhereRow};
pub use rows::{AroundRow, ValueRow};
