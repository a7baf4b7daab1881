//! The syntax of perf trace's payloads.

use crate::event::{HeaderField, Remedy, Syntax};

/// The syntax of perf trace's text.
///
/// perf trace never prints the pid. While it traces a single thread, it prints neither comm nor tid.
pub(in crate::dialect) static SYNTAX: Syntax = Syntax {
    tracer: "perf trace",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Tid | HeaderField::Comm => Some(Remedy::Condition("when it traces more than one thread")),
        HeaderField::Cpu => Some(Remedy::Print("perf trace --show-cpu")),
        HeaderField::Pid => None,
    },
};
