//! The syntax of payloads that this program itself prints from the raw data in the records of a perf.data.

use crate::event::{HeaderField, Remedy, Syntax};

/// Returns whether this is the syntax of the payloads that this program itself prints from a perf.data. Such a payload
/// has only the fields that the run wants, unless the run wants the whole payload.
pub fn prints_only_wanted(syntax: &'static Syntax) -> bool {
    std::ptr::eq(syntax, &raw const SYNTAX)
}

/// The syntax of payloads that are printed from a binary perf.data. These payloads have the form of `perf script`'s.
///
/// Only the cpu may be missing from a sample, because perf does not record it in each case: it does so if the user asks
/// for it, or if whole CPUs are traced.
pub(in crate::perf_data) static SYNTAX: Syntax = Syntax {
    tracer: "perf.data",
    field: Syntax::ANY_FIELD,
    result: Syntax::FIRST_WORD,
    print_missing: |field| match field {
        HeaderField::Cpu => Some(Remedy::Record("perf record --sample-cpu")),
        HeaderField::Tid | HeaderField::Pid | HeaderField::Comm => None,
    },
};
