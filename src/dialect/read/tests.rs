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
    ] {
        assert_eq!(read(line), Line::Skipped, "{:?}", bstr::BStr::new(line));
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
        b"hello, world",
        b"\0\0\0",
    ] {
        assert_eq!(read(line), Line::Malformed, "{:?}", bstr::BStr::new(line));
    }
}
