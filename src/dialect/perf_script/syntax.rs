//! The syntax of perf script's payloads.

use crate::event::{HeaderField, Remedy, Syntax};

/// The syntax of perf script's text.
pub(crate) static SYNTAX: Syntax = Syntax {
    tracer: "perf script",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| {
        Some(Remedy::Print(match field {
            HeaderField::Tid => "perf script -F +tid",
            HeaderField::Pid => "perf script -F +pid",
            HeaderField::Cpu => "perf script -F +cpu",
            HeaderField::Comm => "perf script -F +comm",
        }))
    },
};
