//! Functions for readers and writers of text: escaping, numbers, durations, and the search for similar names.

mod duration;
mod escape;
mod json_value;
mod nearest;
mod number;
mod shell;

pub use duration::{parse_duration, parse_duration_or_zero, parse_seconds};
pub use escape::{excerpt, is_obeyed, push_csv, push_json, push_plain};
pub use json_value::{JsonError, JsonValue};
pub use nearest::{nearest, nearest_by};
pub use number::{Unit, fixed, push_float, push_half_span, push_integer, push_signed, push_span, push_time, size};
pub use shell::push_shell_word;
