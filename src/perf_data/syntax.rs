//! The syntax of payloads that are printed from the records of a perf.data.

use crate::event::{HeaderField, Remedy, Syntax};

/// The syntax of a binary perf.data. Its payloads are printed as perf script prints them.
///
/// Every sample has tid, pid and comm; perf records the cpu only where it is asked for or where it traces whole CPUs.
pub(in crate::perf_data) static SYNTAX: Syntax = Syntax {
    tracer: "perf.data",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Cpu => Some(Remedy::Record("perf record --sample-cpu")),
        HeaderField::Tid | HeaderField::Pid | HeaderField::Comm => None,
    },
};
