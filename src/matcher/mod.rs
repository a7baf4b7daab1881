//! The matcher turns events at positions into closed loops.
//!
//! A loop such as `A -> B -> C` is a sequence of positions. A *chain* is an unfinished loop: the events of its first
//! positions that have come so far. A chain that has an event at each position closes the loop.
//!
//! The matcher works with small integers, times and key values. It never sees the name or the text of an event.
//!
//! | file             | content                                                               |
//! |------------------|-----------------------------------------------------------------------|
//! | `matching.rs`    | the ways of matching and how much state each needs                    |
//! | `latest.rs`      | `--match latest`: puts one event into the state of one key            |
//! | `first.rs`       | `--match first`: puts one event into the state of one key             |
//! | `strict.rs`      | `--match strict`: puts one event into the state of one key            |
//! | `nested.rs`      | `--match nested`: puts one event into the state of one key            |
//! | `step.rs`        | the input of these four for each event, and their counts of dropped chains |
//! | `carry.rs`       | the values that a chain carries: fields of its events                 |
//! | `carried_header.rs` | the header fields of an event of a chain                        |
//! | `table.rs`       | the bounded table of keys and their state                             |
//! | `shape.rs`       | the properties of a loop that the matcher needs                       |
//! | `loops.rs`       | [`Matcher`]: all loops and keys together, losses of events, ends of recordings |
//! | `open.rs`        | the chains that are open at the end of an input                       |
//! | `chain_at.rs`    | the place of a chain in the state of its key                          |
//! | `counts.rs`      | the counts of the matcher that the summary shows                      |
//! | `previous.rs`    | the previous event of a category, for runs that show every event      |

mod carried_header;
mod carry;
mod chain_at;
mod counts;
mod first;
mod latest;
mod loops;
mod matching;
mod nested;
mod open;
mod previous;
mod shape;
mod step;
mod strict;
pub(crate) mod table;

pub use carried_header::CarriedHeader;
pub use carry::{CarriedFrom, CarriedValue};
pub use counts::Counts;
pub use loops::{Closed, Entry, Matcher};
pub use matching::Matching;
pub use open::OpenChain;
pub use previous::Previous;
pub use shape::Shape;
