//! The matcher turns events at positions into closed loops.
//!
//! It works with small integers, times and key values, and never sees an event's name or text.
//!
//! | file             | content                                                             |
//! |------------------|---------------------------------------------------------------------|
//! | `matching.rs`    | the ways of matching and how much state each needs                   |
//! | `latest.rs`      | `--match latest`: one step of one key's state                        |
//! | `strict.rs`      | `--match strict`: the same                                           |
//! | `carry.rs`       | values that travel with a chain: fields of its events                |
//! | `table.rs`       | the bounded table of keys and their state                            |
//! | `loops.rs`       | [`Matcher`]: all loops and keys together, losses, ends of recordings |
//! | `previous.rs`    | the previous event of a category, for the modes that show all events |

mod carry;
mod counts;
mod first_event;
mod latest;
mod loops;
mod matching;
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
