//! The names that perf gives to hardware and software events.
//!
//! They are needed because older versions of perf write the names of tracepoints into a stream, but not the names of
//! other events.

/// The type of tracepoints in `enum perf_type_id`. The type of hardware events is 0, and that of software events is 1.
pub(super) const TYPE_TRACEPOINT: u32 = 2;

/// The name of an event that perf adds to get records such as COMM and FORK. It has no samples.
pub(super) const DUMMY: &str = "dummy";

/// The names of the hardware events, by their numbers in `enum perf_hw_id`.
const HARDWARE: [&str; 10] = [
    "cycles",
    "instructions",
    "cache-references",
    "cache-misses",
    "branches",
    "branch-misses",
    "bus-cycles",
    "stalled-cycles-frontend",
    "stalled-cycles-backend",
    "ref-cycles",
];

/// The names of the software events, by their numbers in `enum perf_sw_ids`.
const SOFTWARE: [&str; 12] = [
    "cpu-clock",
    "task-clock",
    "page-faults",
    "context-switches",
    "cpu-migrations",
    "minor-faults",
    "major-faults",
    "alignment-faults",
    "emulation-faults",
    DUMMY,
    "bpf-output",
    "cgroup-switches",
];

/// Returns perf's name of a hardware or software event, which the `type` and `config` of its attribute tell.
pub(super) fn event_name(event_type: u32, config: u64) -> Option<&'static str> {
    let names = [&HARDWARE[..], &SOFTWARE[..]];
    names.get(event_type as usize)?.get(usize::try_from(config).ok()?).copied()
}
