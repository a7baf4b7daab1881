use super::super::read as read_line;
use crate::dialect::call::NameBuffer;
use crate::dialect::line::Line;
use crate::event::Event;
use bstr::BStr;

fn shown_event(event: &Event<'_>) -> String {
    let Event { time, tid, cpu, name, comm, payload, .. } = *event;
    let tid = tid.map_or("-".to_owned(), |tid| tid.to_string());
    let cpu = cpu.map_or(String::new(), |cpu| format!(" [{cpu}]"));
    let [comm, name, payload] = [comm.unwrap_or(b"-"), name, payload.bytes].map(BStr::new);
    format!("{comm}/{tid}{cpu} {} {name}({payload})", time.0)
}

/// Returns all events that a line gives.
fn shown(line: &str) -> Vec<String> {
    let mut name = NameBuffer::default();
    match read_line(line.as_bytes()) {
        Line::Event(event) => vec![shown_event(&event)],
        Line::Call(call) => {
            let enter = call.enter(&mut name).map(|event| shown_event(&event));
            let exit = call.exit(&mut name).map(|event| shown_event(&event));
            enter.into_iter().chain(exit).collect()
        }
        other => panic!("{line:?} is {other:?}"),
    }
}

fn check(cases: &[(&str, &[&str])]) {
    for (line, expected) in cases {
        assert_eq!(shown(line), *expected, "{line:?}");
    }
}

#[test]
fn one_line_gives_both_ends_of_a_call() {
    check(&[
        (
            "   428.087 ( 0.164 ms): CPU 0/KVM/10506 pread64(fd: 4</a) = 5>, count: 784)          = 784",
            &[
                "CPU 0/KVM/10506 428087000 syscalls:sys_enter_pread64(fd: 4</a) = 5>, count: 784)",
                "CPU 0/KVM/10506 428251000 syscalls:sys_exit_pread64(784)",
            ],
        ),
        // The next two lines are of interrupted calls, as newer and older versions of perf print them. The third line
        // ends the first of these calls. The call `exit_group` never returns.
        (
            "   428.087 (         ): python3/10345 futex(uaddr: 0x7f, val: 2)        ...",
            &["python3/10345 428087000 syscalls:sys_enter_futex(uaddr: 0x7f, val: 2)"],
        ),
        ("     0.000 ( 0.002 ms): 7 poll(nfds: 1) ...", &["-/7 0 syscalls:sys_enter_poll(nfds: 1)"]),
        (
            "   428.087 ( 0.164 ms): python3/10345  ... [continued]: futex())        = 0 (Timeout)",
            &["python3/10345 428251000 syscalls:sys_exit_futex(0 (Timeout))"],
        ),
        (
            "   434.747 (         ): python3/1 exit_group()   = ?",
            &["python3/1 434747000 syscalls:sys_enter_exit_group()"],
        ),
        // The next line has no comm. The two behind it have neither comm nor tid, but a colour. In the last two lines,
        // a CPU stands behind the duration or before it.
        (
            "1605944.807 ( 0.027 ms): 14128 read(fd: 3)  = -1 EAGAIN (Resource temporarily unavailable)",
            &[
                "-/14128 1605944807000 syscalls:sys_enter_read(fd: 3)",
                "-/14128 1605944834000 syscalls:sys_exit_read(-1 EAGAIN (Resource temporarily unavailable))",
            ],
        ),
        (
            "     1.000 (\x1b[31m 2.500 ms\x1b[m): clone3(size: 88)   =",
            &["-/- 1000000 syscalls:sys_enter_clone3(size: 88)", "-/- 3500000 syscalls:sys_exit_clone3()"],
        ),
        (
            "     1.000 ( 2.500 ms):  ... [\x1b[33mcontinued\x1b[m]: brk()) = 0x5",
            &["-/- 3500000 syscalls:sys_exit_brk(0x5)"],
        ),
        (
            "     1.000 ( 2.500 ms): [003] sh/9 brk() = 0x5",
            &["sh/9 [3] 1000000 syscalls:sys_enter_brk()", "sh/9 [3] 3500000 syscalls:sys_exit_brk(0x5)"],
        ),
        (
            "     1.000 [003] ( 2.500 ms): sh/9 brk() = 0x5",
            &["sh/9 [3] 1000000 syscalls:sys_enter_brk()", "sh/9 [3] 3500000 syscalls:sys_exit_brk(0x5)"],
        ),
    ]);
}

#[test]
fn comms_that_imitate_other_parts_of_a_line() {
    check(&[
        (
            "     4.642 ( 0.010 ms): a/12 read(/6380 pread64(fd: 29) = 32",
            &[
                "a/12 read(/6380 4642000 syscalls:sys_enter_pread64(fd: 29)",
                "a/12 read(/6380 4652000 syscalls:sys_exit_pread64(32)",
            ],
        ),
        (
            "     6.773 (x)/17769 sched:sched_switch(prev_pid: 5)",
            &["(x)/17769 6773000 sched:sched_switch(prev_pid: 5)"],
        ),
        (
            "     4.642 ( 0.010 ms): [worker] 7/5396  ... [continued]: brk()) = 0",
            &["[worker] 7/5396 4652000 syscalls:sys_exit_brk(0)"],
        ),
        (
            "     4.642 ( 0.010 ms):  trail  /5 openat(dfd: CW",
            &["trail/5 4642000 syscalls:sys_enter_openat(dfd: CW)", "trail/5 4652000 syscalls:sys_exit_openat()"],
        ),
        (
            "    25.690 x-1 [000] 1: y/16295 syscalls:sys_enter_pread64(fd: 4)",
            &["x-1 [000] 1: y/16295 25690000 syscalls:sys_enter_pread64(fd: 4)"],
        ),
        ("    40.714 (         ): /9 brk() ...", &["/9 40714000 syscalls:sys_enter_brk()"]),
    ]);
}

#[test]
fn tracepoints_page_faults_and_samples() {
    check(&[
        (
            "     0.235 (         ): python3/10404 raw_syscalls:sys_exit(id: 9, ret: 5)",
            &["python3/10404 235000 raw_syscalls:sys_exit(id: 9, ret: 5)"],
        ),
        (
            "     0.000 sh/1 sched:sched_switch(prev_comm: \"a(\", prev_pid: 1 (sh))",
            &["sh/1 0 sched:sched_switch(prev_comm: \"a(\", prev_pid: 1 (sh))"],
        ),
        (
            "     2.008 ( 0.000 ms): sh/5132 minfault [f+0x9ec] => //anon@0x7f (d.)",
            &["sh/5132 2008000 minfault([f+0x9ec] => //anon@0x7f (d.))"],
        ),
        ("     2.008 (         ): sh/5132 cpu-clock()", &["sh/5132 2008000 cpu-clock()"]),
    ]);
}

#[test]
fn lines_that_give_no_event() {
    for line in [
        "         ? (         ): sleep/3462908  ... [continued]: execve()) = 0",
        "         ? ( 0.164 ms): sleep/3462908  ... [continued]: execve()) = 0",
        "    53.798 (18446744073706.664 ms): sh/15771  ... [continued]: futex())      = 0",
        "18446744073709.504 ( 0.014 ms): CPU 0/KVM/17265 pread64(fd: 3) = 64",
        "     1.000 (         ): sleep/3462908  ... [continued]: execve()) = 0",
        "                                      clock_nanosleep@GLIBC_2.2.5 (/usr/lib/libc.so.6)",
        "Unknown tp ID 12, skipping...",
        "raw_syscalls:sys_enter 9812142.968 CPU 0/KVM 5711/5715 [0]",
        " Summary of events:",
        " python3 (14222), 4813 events, 23.7%",
        " CPU 0/KVM (14222), 4813 events, 23.7%, 0.000 msec",
        " x-1 [000] 1.500000: y: (15823), 48 events, 1.2%",
        " total, 4813 events",
        "   syscall            calls  errors  total       min       avg       max       stddev",
        "                                     (msec)    (msec)    (msec)    (msec)        (%)",
        "   --------------- --------  ------ -------- --------- --------- ---------     ------",
        "   read                 182      0   254.728     0.010     1.400   153.536     65.05%",
    ] {
        assert_eq!(read_line(line.as_bytes()), Line::Skipped, "{line:?}");
    }
    for line in [
        "y/6462 pread64(fd: 17)   = 64",
        "     1.00 ( 2.500 ms): sh/9 brk() = 0x5",
        "     1.000 ( 2.500 ms): nl",
        "7.8888888888888888888888888888888888888888,((",
        "99999999999999999999.000 ( 2.500 ms): sh/9 brk() = 0x5",
        "9999999999999999999.000 ( 2.500 ms): sh/9 brk() = 0x5",
        "     1.000 calls(per second)",
        "     1.000 ( 2.500 ms): sh/9 1brk() = 0x5",
    ] {
        assert_eq!(read_line(line.as_bytes()), Line::Malformed, "{line:?}");
    }
}

#[test]
fn losses() {
    for (line, count) in
        [("LOST 11 events!", 11), ("\x1b[31mLOST 301 events!", 301), ("\x1b[m\x1b[31mLOST 1 events!", 1)]
    {
        assert_eq!(read_line(line.as_bytes()), Line::Loss { count, cpu: None, machine: None }, "{line:?}");
    }
}
