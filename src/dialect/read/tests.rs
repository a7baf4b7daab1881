mod ftrace;
mod perf_trace;

use super::*;

#[test]
fn lines_that_are_no_events() {
    for line in [
        &b""[..],
        b"   ",
        b"\r",
        b"# captured on    : Sat Nov 21 09:01:42 2026",
        b"\t           fc26f __poll+0x4f (/usr/lib/x86_64-linux-gnu/libc.so.6)",
        b"\t           fc26f std::f<a::b>::g (/usr/lib/a:b.so)",
        b"ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])",
        b"        7f91ac89e8a8 [unknown] ([unknown])",
        b"\t               0 [unknown] ([unknown])",
        b"\t           20000 main",
        b"\tffffffff8103d0ca",
        b"\t00005d8ffa9f7a40\tinsn: 55 48 89 e5",
        b"\tmetric: 0.66 insn per cycle",
        b"   7f91ac89e8a8",
        b"401136 main (/root/a.out)",
        b"  401136 operator() (inlined)",
    ] {
        assert_eq!(read(line), Line::Skipped, "{:?}", bstr::BStr::new(line));
    }
}

#[test]
fn eight_digits_of_an_address() {
    for (text, expected) in [
        ("ffffffff8103d0ca", true),
        ("        0123abcf", true),
        ("        012/abcf", false),
        ("        012:abcf", false),
        ("        012`abcf", false),
        ("        012gabcf", false),
        ("         123abcf", false),
        ("      \u{e9}0123abcf", true),
        ("        01\u{e9}abcf", false),
    ] {
        let address = text.as_bytes().first_chunk().expect("16 bytes");
        assert_eq!(ends_with_eight_digits(address), expected, "{text}");
    }
}

/// These are the last lines of `trace-cmd report -w`.
#[test]
fn totals_of_wakeup_latencies() {
    for line in [
        "Average wakeup latency: 17.202 usecs",
        "Maximum Latency: 251.911 usecs at timestamp: 954.974018",
        "Minimum Latency: 1.893 usecs at timestamp: 954.971350",
        "RT task timings:",
    ] {
        assert_eq!(read(line.as_bytes()), Line::Skipped, "{line}");
        let cut_off = &line[..line.len() - 1];
        assert_eq!(
            read(cut_off.as_bytes()) == Line::Skipped,
            cut_off.ends_with(|c: char| c.is_ascii_digit()),
            "{line}"
        );
    }
    for line in ["Maximum Latency: 251.911 usecs", "Average wakeup latency: usecs", "Average wakeup latency: 17 usecs"]
    {
        assert_eq!(read(line.as_bytes()), Line::Malformed, "{line}");
    }
}

#[test]
fn a_comm_that_begins_with_a_tab_makes_no_frame() {
    for line in [
        &b"\tab 7 [000]   925.824334: syscalls:sys_enter_getppid: "[..],
        b"\tab-7       [001] .....   954.974018: sched_switch: x",
        b"\tab-7      0..... 955349050us : sys_poll -> 0x0",
        b"\tab-7      0..... 955349050us+: sys_poll -> 0x0",
    ] {
        assert!(!is_plain_frame(line), "{:?}", bstr::BStr::new(line));
        assert!(matches!(read(line), Line::Event(_) | Line::Call(_)), "{:?}", bstr::BStr::new(line));
    }
}

#[test]
fn lines_of_no_tracer() {
    for line in [
        &b"        new"[..],
        b"line prev_pid=13701 prev_prio=120 prev_state=S ==> next_comm=swapper/0",
        b"dead",
        b"dead ",
        // These lines are cut off in the comm or behind it.
        b"             add",
        b"             add  1234 [000]",
        b"            dead 10088 [000]   925.824334",
        b"\tdead 10088 [000]",
        b"\t            dead 10088 [000]   925.824334",
        b"\t            dead   925.824334",
        b"facade 7 [000]",
        // These lines are prose, or come from logs.
        b"3 blind mice (see how they run)",
        b"2026-11-21 09:01:42 INFO started (pid 7)",
        b"  1234 lines (of 5678)",
        b"\t12 apples",
        b"1234567",
        b"1234567 apples",
        b"1234567(x)",
        b"hello, world",
        b"\0\0\0",
    ] {
        assert_eq!(read(line), Line::Malformed, "{:?}", bstr::BStr::new(line));
    }
}
