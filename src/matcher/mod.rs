//! The matcher turns events at positions into closed loops.
//!
//! The matcher works with small integers, times and key values. It never sees the name or the text of an event.
//! | file             | content                                                             |
//! |------------------|---------------------------------------------------------------------|
//! | `matching.rs`    | the ways of matching and how much state each needs                   |
//! | `latest.rs`      | `--match latest`: one step of one key's state                        |
//! | `first.rs`       | `--match first`: the same                                            |
//! | `strict.rs`      | `--match strict`: the same                                           |
//! | `nested.rs`      | `--match nested`: the same                                           |
//! | `carry.rs`       | values that a chain carries: fields of its events                    |
//! | `table.rs`       | the bounded table of keys and their state                            |
//! | `loops.rs`       | [`Matcher`]: all loops and keys together, losses, ends of recordings |
//! | `previous.rs`    | the previous event of a category, for runs that show every event     |

mod carry;
mod counts;
mod first;
mod first_event;
mod latest;
mod loops;
mod matching;
mod nested;
mod previous;
mod step;
mod strict;
pub(crate) mod table;

pub use carry::{CarriedFrom, CarriedValue};
pub use counts::Counts;
pub use first_event::FirstEvent;
pub use loops::{Closed, Entry, Matcher, Shape};
pub use matching::Matching;
pub use previous::Previous;
