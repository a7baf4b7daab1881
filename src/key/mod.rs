//! Keys and groups. The value of a key (`-k`, `@field`) says which events belong together in a loop. The value of a
//! group (`-b`) says to which statistics a closed loop belongs.

mod carried_text;
mod group;
mod kind;
mod stable_hash;
mod value;

pub use carried_text::CarriedText;
pub use group::GroupValue;
pub use kind::{Key, KeySource};
pub use value::KeyValue;
