//! The names that perf itself gives to events, as perf-list(1) shows them. They have no subsystem. In `cycles:u`, the
//! part behind the colon is a modifier; in `sched:sched_switch` it is the name of the event in the subsystem `sched`.

/// The events of the hardware and of the kernel's software, with their aliases (tools/perf/util/parse-events.c,
/// `event_symbols_hw` and `event_symbols_sw`), the tool events that perf counts by itself, and two events of Intel's
/// PMU (`slots`, `mem-loads-aux`).
const NAMES: [&[u8]; 34] = [
    b"cpu-cycles",
    b"cycles",
    b"instructions",
    b"cache-references",
    b"cache-misses",
    b"branch-instructions",
    b"branches",
    b"branch-misses",
    b"bus-cycles",
    b"stalled-cycles-frontend",
    b"idle-cycles-frontend",
    b"stalled-cycles-backend",
    b"idle-cycles-backend",
    b"ref-cycles",
    b"cpu-clock",
    b"task-clock",
    b"page-faults",
    b"faults",
    b"context-switches",
    b"cs",
    b"cpu-migrations",
    b"migrations",
    b"minor-faults",
    b"major-faults",
    b"alignment-faults",
    b"emulation-faults",
    b"dummy",
    b"bpf-output",
    b"cgroup-switches",
    b"duration_time",
    b"user_time",
    b"system_time",
    b"slots",
    b"mem-loads-aux",
];

/// The first parts of the names of cache events and of events that the PMU of a CPU has in sysfs. A dash follows them
/// in the name: `L1-dcache-load-misses`, `topdown-retiring`, `mem-loads`.
const FAMILIES: [&[u8]; 24] = [
    b"l1-dcache",
    b"l1-d",
    b"l1d",
    b"l1-data",
    b"l1-icache",
    b"l1-i",
    b"l1i",
    b"l1-instruction",
    b"llc",
    b"l2",
    b"dtlb",
    b"d-tlb",
    b"data-tlb",
    b"itlb",
    b"i-tlb",
    b"instruction-tlb",
    b"branch",
    b"bpu",
    b"btb",
    b"bpc",
    b"node",
    b"topdown",
    b"mem",
    b"tx",
];

/// Returns whether perf itself gives this name to an event: a hardware, software, cache, raw (`r1a8`) or PMU event
/// (`cpu/mem-loads/`), or an event of the CPU's vendor (`inst_retired.any`).
pub(super) fn is_perfs_own(name: &[u8]) -> bool {
    // No subsystem of the kernel has a slash or a dot in its name.
    NAMES.contains(&name) || is_of_family(name) || is_raw(name) || name.iter().any(|byte| b"/.".contains(byte))
}

/// Returns whether a name begins with one of [`FAMILIES`], in letters of either case, and a dash.
fn is_of_family(name: &[u8]) -> bool {
    let begins_with = |family: &&[u8]| {
        let start = name.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family));
        start && name.get(family.len()) == Some(&b'-')
    };
    FAMILIES.iter().any(begins_with)
}

/// Returns whether this is the name of a raw event: `r` and hexadecimal digits. At least one of them must be a decimal
/// digit, because a name without one may be a word, such as `read`.
fn is_raw(name: &[u8]) -> bool {
    let Some(digits) = name.strip_prefix(b"r") else { return false };
    let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
    digits.len() <= 16 && digits.iter().all(u8::is_ascii_hexdigit) && digits.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_perf_list_prints() {
        for name in [
            "cycles",
            "cpu-clock",
            "faults",
            "L1-dcache-load-misses",
            "LLC-loads",
            "dTLB-store-misses",
            "branch-loads",
            "l1d-misses",
            "r1a8",
            "r0x1a8",
            "cpu/mem-loads/",
            "cpu_core/cycles/",
            "cpu/event=0x3c,umask=0x1/",
            "inst_retired.any",
            "topdown-retiring",
            "mem-loads",
        ] {
            assert!(is_perfs_own(name.as_bytes()), "{name}");
        }
        for name in ["probe_app", "xen", "kvm", "read", "r", "rcu", "cycles2", "mem", "l2", "cs2", "", "branch_x"] {
            assert!(!is_perfs_own(name.as_bytes()), "{name}");
        }
    }
}
