use super::super::read as read_line;
use crate::dialect::call::{Ends, NameBuffer};
use crate::dialect::line::{Line, NoTimeReason};
use crate::event::Event;
use bstr::BStr;

/// Returns the event that a line gives, as `comm|tid pid cpu time_ns|name|payload`.
fn shown(line: &[u8]) -> String {
    let mut name = NameBuffer::default();
    let event = match read_line(line) {
        Line::Event(event) => Some(event),
        Line::Call(call) if call.ends == Ends::Enter => call.enter(&mut name),
        Line::Call(call) => call.exit(&mut name),
        other => panic!("{:?} is {other:?}", BStr::new(line)),
    };
    let Event { time, tid, pid, cpu, name, comm, payload, .. } = event.expect("an event");
    let or_dash = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
    let [tid, pid, cpu] = [tid.map(i64::from), pid.map(i64::from), cpu.map(i64::from)].map(or_dash);
    let [comm, name, payload] = [comm.unwrap_or(b"?"), name, payload.bytes].map(BStr::new);
    format!("{comm}|{tid} {pid} {cpu} {}|{name}|{payload}", time.0)
}

fn check(cases: &[(&[u8], &str)]) {
    for (line, expected) in cases {
        assert_eq!(shown(line), *expected, "{:?}", BStr::new(line));
    }
}

#[test]
fn layouts_of_ftrace() {
    check(&[
        (
            b"       CPU 0/KVM-10817   [001] .....   954.974018: sys_poll(ufds: 0x7f, nfds: 0)",
            "CPU 0/KVM|10817 - 1 954974018000|syscalls:sys_enter_poll|ufds: 0x7f, nfds: 0",
        ),
        (
            b"       fc_vcpu 1-10816   [001] .....   954.974480: sys_poll -> 0x0",
            "fc_vcpu 1|10816 - 1 954974480000|syscalls:sys_exit_poll|0x0",
        ),
        (
            b"                -10823   [000] ....   954.974480: kvm_exit: reason HLT",
            "|10823 - 0 954974480000|kvm_exit|reason HLT",
        ),
        (
            b" kworker/5:2-eve-10941   (  10890) [000]    955.230871: kvm_exit:",
            "kworker/5:2-eve|10941 10890 0 955230871000|kvm_exit|",
        ),
        (
            b"          <idle>-0       (-------) [001] d.h4.  9899.750411: sched_waking: comm=cat pid=7756",
            "<idle>|0 - 1 9899750411000|sched_waking|comm=cat pid=7756",
        ),
        (
            b" trail  -11001     0..... 955349050us : sys_poll -> 0x0",
            "trail|11001 - 0 955349050000|syscalls:sys_exit_poll|0x0",
        ),
        (b"  <idle>-0       1dNh2. 12345us!: sched_wakeup: comm=x", "<idle>|0 - 1 12345000|sched_wakeup|comm=x"),
        // In the next line, the comm looks like a header and is padded. In the lines behind it, the padding of the comm
        // is cut off.
        (
            b" x-1 [000] 1.0: -13453 [001] 10115.223086: sys_exit_clock_nanosleep: 0x0",
            "x-1 [000] 1.0:|13453 - 1 10115223086000|sys_exit_clock_nanosleep|0x0",
        ),
        (
            b"foo-12 [001]-13961   [001] .....  1507.636321: sys_pread64 -> 0x40",
            "foo-12 [001]|13961 - 1 1507636321000|syscalls:sys_exit_pread64|0x40",
        ),
        (
            b"CPU-5638  [034] 5446408.762621: kvm_inj_virq: IRQ 0xd1",
            "CPU|5638 - 34 5446408762621000|kvm_inj_virq|IRQ 0xd1",
        ),
        (
            b"fc_vcpu 0-2779478 [077] .... 1820822.383989: kvm_exit: vcpu 0",
            "fc_vcpu 0|2779478 - 77 1820822383989000|kvm_exit|vcpu 0",
        ),
        (
            b"-19307   (  19264) [000] ..... 10487.032148: sys_pwrite64 -> 0x40",
            "|19307 19264 0 10487032148000|syscalls:sys_exit_pwrite64|0x40",
        ),
        (
            b"trail  -22294   [000] ..... 10487.659684: sys_pwrite64 -> 0x40",
            "trail|22294 - 0 10487659684000|syscalls:sys_exit_pwrite64|0x40",
        ),
    ]);
}

#[test]
fn layouts_of_trace_cmd() {
    check(&[
        // `trace-cmd report` prints these lines with the options -t, -l and --ts-diff, for several files, and for the
        // function tracer.
        (
            b"           plain-12342 [001] 10100.518340499: sys_exit_futex:       0x0",
            "plain|12342 - 1 10100518340499|sys_exit_futex|0x0",
        ),
        (
            b"x-1 [000-13453   1..... 10115.223086: sys_exit_clock_nanosleep: 0x0",
            "x-1 [000|13453 - 1 10115223086000|sys_exit_clock_nanosleep|0x0",
        ),
        (
            b"           plain-12342 [001] 10100.518340: (+1)     sys_exit_futex:       0x0",
            "plain|12342 - 1 10100518340000|sys_exit_futex|0x0",
        ),
        (
            b"  b.dat:            plain-12342 [001] 10100.518340: sys_exit_futex:       0x0",
            "plain|12342 - 1 10100518340000|sys_exit_futex|0x0",
        ),
        (
            b"            bash-1994  [000] ....   955.230871: ktime_get <-tick_sched_timer",
            "bash|1994 - 0 955230871000|ktime_get|<-tick_sched_timer",
        ),
    ]);
}

#[test]
fn lines_that_are_no_events() {
    for line in [
        &b" => do_syscall_64"[..],
        b" =>  <00007f2b48655417>",
        b"     Web Content-8141    [000] .....  9901.679389: <stack trace>",
        b"           plain-8268    [000] .....  9902.327216: <user stack trace>",
        b"CPU:0 [SUBBUFFER START]",
        b"cpus=2",
        b"  b.dat: cpus=2",
        b"##### CPU 1 buffer started ####",
    ] {
        assert_eq!(read_line(line), Line::Skipped, "{:?}", BStr::new(line));
    }
    for line in [
        &b"      [worker] 7-8650    [001] .....           43: sys_pwrite64 -> 0x40"[..],
        b"CPU 0/KV-9281      1.....   40: sys_pread64 -> 0x20",
        b"       cap_tc.sh-12340 [000]10100515608087: sched_wakeup:         rcu_preempt:15",
    ] {
        assert_eq!(read_line(line), Line::Timeless(NoTimeReason::CountingClock), "{:?}", BStr::new(line));
    }
    for line in [&b"sys_pread64 -> 0x40"[..], b"  foo-12", b"x-1 [000] .....  1.5: y: z", b"CPU:x [LOST EVENTS]"] {
        assert_eq!(read_line(line), Line::Malformed, "{:?}", BStr::new(line));
    }
}

#[test]
fn losses() {
    assert_eq!(read_line(b"[5 EVENTS DROPPED]"), Line::Loss { count: 5, cpu: None, machine: None });
    for (line, count) in [
        (&b"CPU:1 [LOST 57 EVENTS]"[..], 57),
        (b"CPU:1 [LOST EVENTS]", 0),
        (b"CPU:1 [58177 EVENTS DROPPED]", 58177),
        (b"CPU:1 [EVENTS DROPPED]", 0),
        (b"b.dat: CPU:1 [EVENTS DROPPED]", 0),
    ] {
        let machine = line.starts_with(b"b.dat").then_some(&b"b.dat"[..]);
        assert_eq!(read_line(line), Line::Loss { count, cpu: Some(1), machine }, "{:?}", BStr::new(line));
    }
}
