//! Keys, which keep the threads (or CPUs, or requests) of a loop apart, and the
//! values of groups, which keep statistics apart.

mod carried_text;
mod group;
mod kind;
mod stable_hash;
mod value;

pub use carried_text::CarriedText;
pub use group::GroupValue;
pub use kind::{Key, KeySource};
pub use value::KeyValue;
