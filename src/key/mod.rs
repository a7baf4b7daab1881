//! Keys, which keep the threads (or CPUs, or requests) of a loop apart, and the
//! values of groups, which keep statistics apart.

mod group;
mod kind;
mod stable_hash;
mod value;

pub use group::GroupValue;
pub use kind::{Key, KeySource};
pub use value::KeyValue;
