use super::{read_default, read_other_layout, timeless};
use crate::dialect::line::{Line, NoTimeReason, TaskRecord};
use crate::event::{Cpu, Event, Nanos, Pid, Resolution, Tid};
use bstr::BStr;

fn read(line: &[u8]) -> Option<Line<'_>> {
    read_default(line).or_else(|| read_other_layout(line))
}

fn event_of(line: &str) -> Event<'_> {
    match read(line.as_bytes()) {
        Some(Line::Event(event)) => event,
        other => panic!("{line:?} is {other:?}"),
    }
}

/// The expected fields of an event: comm, pid, tid, cpu, time in ns and name.
type Expected<'a> = (Option<&'a str>, Option<Pid>, Option<Tid>, Option<Cpu>, u64, &'a str);

fn check(cases: &[(&str, Expected<'_>)]) {
    for (line, expected) in cases {
        let event = event_of(line);
        let comm = event.comm.map(|comm| std::str::from_utf8(comm).expect("ASCII"));
        let name = std::str::from_utf8(event.name).expect("ASCII");
        assert_eq!((comm, event.pid, event.tid, event.cpu, event.time.0, name), *expected, "{line:?}");
    }
}

#[test]
fn layouts_with_a_tid() {
    check(&[
        (
            "       fc_vcpu 1 10130 [000]   925.993596:    syscalls:sys_enter_poll: ufds: 0x5566ffbedc00",
            (Some("fc_vcpu 1"), None, Some(10130), Some(0), 925_993_596_000, "syscalls:sys_enter_poll"),
        ),
        (
            "       fc_vcpu 1 10088/10130   [000]   925.993596:    syscalls:sys_enter_poll: ufds: 0x55",
            (Some("fc_vcpu 1"), Some(10088), Some(10130), Some(0), 925_993_596_000, "syscalls:sys_enter_poll"),
        ),
        // In these two lines, the comm looks like fields. In the first one, the rarer fields stand behind it, too: the
        // letter of `-F +misc`, the period, and a time in nanoseconds.
        (
            " x [000] 1.5: a: 13693 [000] U      1460.173319123:          1 kvm:kvm_exit:  reason HLT",
            (Some("x [000] 1.5: a:"), None, Some(13693), Some(0), 1_460_173_319_123, "kvm:kvm_exit"),
        ),
        (
            " a:b: 12.345678: 10132 [000]   925.993939:    kvm:kvm_exit: 5 [001] 1.000000: x: y",
            (Some("a:b: 12.345678:"), None, Some(10132), Some(0), 925_993_939_000, "kvm:kvm_exit"),
        ),
        // The comm looks like a header. It is padded in the first line, and begins at column 0 in the others.
        (
            " 12 [003] 1.0000 10141 [000]   926.007668: a:b: ",
            (Some("12 [003] 1.0000"), None, Some(10141), Some(0), 926_007_668_000, "a:b"),
        ),
        (
            "12 [003] 1.0000 10141 [000]   926.007668: a:b: ",
            (Some("12 [003] 1.0000"), None, Some(10141), Some(0), 926_007_668_000, "a:b"),
        ),
        (
            "12345 678   777  1462.697125:     250000                  cpu-clock:u: ",
            (Some("12345 678"), None, Some(777), None, 1_462_697_125_000, "cpu-clock:u"),
        ),
        // A line with an empty comm gives `Some("")`, and a line without a comm gives `None`.
        (
            "                 13703 [001]  1460.174795: a:b: ",
            (Some(""), None, Some(13703), Some(1), 1_460_174_795_000, "a:b"),
        ),
        ("13687  1460.172579:  a:b: x", (None, None, Some(13687), None, 1_460_172_579_000, "a:b")),
        (" 1460.172579:  a:b: 5 [000] 1.000000: c: ", (None, None, None, None, 1_460_172_579_000, "a:b")),
        ("[001]     0.000002:  a:b: ", (None, None, None, Some(1), 2_000, "a:b")),
        ("  13687 [001]     0.000002:  a:b: ", (None, None, Some(13687), Some(1), 2_000, "a:b")),
    ]);
}

#[test]
fn layouts_of_other_options() {
    check(&[
        // These lines are printed by `perf script -F comm,time,event`.
        (
            "    preempt_test  20677.199579:      kvm:kvm_exit: reason HLT",
            (Some("preempt_test"), None, None, None, 20_677_199_579_000, "kvm:kvm_exit"),
        ),
        (
            "       fc_vcpu 1  20677.199579:      kvm:kvm_exit: reason HLT",
            (Some("fc_vcpu 1"), None, None, None, 20_677_199_579_000, "kvm:kvm_exit"),
        ),
        // These lines are printed by `perf script -L`.
        ("    bash 10088   0   925.824334: a:b: ", (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b")),
        (
            "    bash   10088 128   925.824334: a:b: ",
            (Some("bash"), None, Some(10088), Some(128), 925_824_334_000, "a:b"),
        ),
        // The next line has a comm of more than 15 bytes. The lines behind it have an unknown thread (tid -1), a guest,
        // and, in two lines, a time of day (`N/A` if perf does not know it).
        (
            "kworker/u16:2-events_unbound 13690 [000]  1460.173147: a:b: prev_comm=x",
            (Some("kworker/u16:2-events_unbound"), None, Some(13690), Some(0), 1_460_173_147_000, "a:b"),
        ),
        (
            "             :-1      -1 [-01]  1460.173147: a:b: ",
            (Some(":-1"), None, Some(-1), None, 1_460_173_147_000, "a:b"),
        ),
        (
            "VM: 1234 VCPU:001             bash 10088 [000]   925.824334: a:b: ",
            (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
        ),
        (
            "            bash 10088 [000] 2026-11-21 09:01:42.172579   925.824334: a:b: ",
            (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
        ),
        (
            "            bash 10088 [000] N/A   925.824334: a:b:",
            (Some("bash"), None, Some(10088), Some(0), 925_824_334_000, "a:b"),
        ),
    ]);
}

#[test]
fn resolution_is_that_of_the_decimals() {
    assert_eq!(event_of("x 1 [000] 1.000000: a: ").resolution, Resolution::Micros);
    assert_eq!(event_of("x 1 [000] 1.000000000: a: ").resolution, Resolution::Nanos);
}

#[test]
fn side_band_records() {
    let cases: &[(&str, Line<'_>)] = &[
        ("           weird 13687 [001]  1460.172249: PERF_RECORD_COMM exec: weird:13687/13687", Line::Skipped),
        (
            "           weird 13687 [001]  1460.172916: PERF_RECORD_FORK(13687:13689):(13687:13688)",
            Line::Fork(TaskRecord { pid: 13687, tid: 13689, time: Some(Nanos(1_460_172_916_000)) }),
        ),
        (
            "           weird 13689 [001]  1460.172916: PERF_RECORD_EXIT(13687:13689):(13687:13688)",
            Line::Exit(TaskRecord { pid: 13687, tid: 13689, time: Some(Nanos(1_460_172_916_000)) }),
        ),
        (
            "         swapper     0 [001]  1460.172916: PERF_RECORD_LOST lost 318",
            Line::Loss { count: 318, cpu: Some(1), machine: None },
        ),
        (
            "         swapper     0 [001]  1460.172916: PERF_RECORD_LOST_SAMPLES lost 7",
            Line::Loss { count: 7, cpu: Some(1), machine: None },
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(read(line.as_bytes()), Some(*expected), "{line:?}");
    }
    assert_eq!(timeless::read(b"PERF_RECORD_FINISHED_ROUND"), Some(Line::Skipped));
    assert_eq!(timeless::read(b"PERF_RECORD_LOST lost 7"), Some(Line::Loss { count: 7, cpu: None, machine: None }));
}

#[test]
fn samples_without_a_time() {
    for line in ["java 3244 cpu-clock: ", "java 19983 cycles:", "            java 19983 [001] 250000 cycles:uppp: "] {
        assert_eq!(read(line.as_bytes()), None, "{line:?}");
        assert_eq!(timeless::read(line.as_bytes()), Some(Line::Timeless(NoTimeReason::NotPrinted)), "{line:?}");
    }
}

#[test]
fn no_event() {
    for line in [
        "x 1 [000] 1.00000: a: ",                     // It has five decimals.
        "x 1 [000] 1.000000: a",                      // It is cut off within the name.
        "x 1 [000] 99999999999.000000: a: ",          // The time overflows 64 bits of nanoseconds.
        "x 1 [000] 99999999999999999999.000000: a: ", // The seconds overflow 64 bits.
        "x 99999999999 [000] a: ",                    // No tid is that large.
        "",
    ] {
        assert_eq!(read(line.as_bytes()), None, "{:?}", BStr::new(line));
    }
}
