use super::Reader;
use crate::dialect::read::read;

/// Captures of trace text. The number is the least percentage of a capture's lines that must be recognised, although
/// the test changes three lines of four.
const CAPTURES: [(&[u8], u32); 26] = [
    (include_bytes!("../../../tests/data/qemu-threads.txt"), 50),
    (include_bytes!("../../../tests/data/odd-comms.txt"), 50),
    (include_bytes!("../../../tests/data/fields-ns.txt"), 50),
    (include_bytes!("../../../tests/data/fields-pid-tid.txt"), 50),
    (include_bytes!("../../../tests/data/fields-misc.txt"), 50),
    (include_bytes!("../../../tests/data/fields-all-records.txt"), 40),
    (include_bytes!("../../../tests/data/callchain.txt"), 0),
    (include_bytes!("../../../tests/data/ftrace-trace_pipe.txt"), 40),
    (include_bytes!("../../../tests/data/ftrace-latency.txt"), 0),
    (include_bytes!("../../../tests/data/trace-cmd.txt"), 50),
    (include_bytes!("../../../tests/data/perf-trace-T.txt"), 40),
    (include_bytes!("../../../tests/data/perf-trace-tracepoints.txt"), 0),
    (include_bytes!("../../../tests/cases/simpleperf-separates-with-tabs/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-indented/in"), 0),
    (include_bytes!("../../../tests/cases/tabs-in-place-of-padding/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-event-names-of-digits/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-functions-with-modules-and-addresses/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-events-without-a-name/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-wakeup-tracer/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-dumped-into-the-log-of-the-kernel/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-long-comms/in"), 0),
    (include_bytes!("../../../tests/cases/machines-stay-apart/in"), 0),
    (include_bytes!("../../../tests/cases/byte-order-mark/in"), 0),
    (include_bytes!("../../../tests/cases/ret-of-raw-system-calls/in"), 0),
    (include_bytes!("../../../tests/cases/ftrace-functions-without-parent-and-with-arguments/in"), 0),
    (include_bytes!("../../../tests/cases/perf-script-guests-stay-apart/in"), 0),
];

/// The result of a recognised line equals that of [`read`], whatever lines came before it, and whichever of its bytes
/// is changed or missing.
#[test]
fn recognised_lines_give_the_result_of_reading() {
    let mut reader = Reader::default();
    let mut random = 1_u64;
    for (capture, least) in CAPTURES {
        let (mut lines, mut recognised) = (0, 0);
        for line in capture.split(|&byte| byte == b'\n') {
            for _ in 0..8 {
                let mut changed = line.to_vec();
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (random >> 33) as usize % line.len().max(1);
                match (changed.get_mut(at), random >> 61) {
                    (None, _) | (_, 0 | 1) => {}
                    (_, 2) => changed.truncate(at),
                    (_, 3) => drop(changed.remove(at)),
                    (Some(byte), 4) => *byte = (random >> 50) as u8,
                    (Some(byte), _) => *byte = b" 0:[].V9-(/=)?%\t"[(random >> 20) as usize % 16],
                }
                lines += 1;
                match reader.recognise(&changed) {
                    Some(fast) => {
                        let expected = read(&changed);
                        assert!(
                            reader.gives_same(&changed, fast, &expected),
                            "{}: {expected:?}",
                            changed.escape_ascii()
                        );
                        recognised += 1;
                    }
                    None => drop(reader.read(&changed)),
                }
            }
        }
        assert!(recognised * 100 >= lines * least, "{recognised} of {lines}: {}", capture[..60].escape_ascii());
    }
}

/// Here the lines have the beginning of one line and the end of another one, from any two captures.
#[test]
fn mixed_lines_give_the_result_of_reading() {
    let lines: Vec<&[u8]> =
        CAPTURES.iter().flat_map(|(capture, _)| capture.split(|&byte| byte == b'\n').take(300)).collect();
    let mut random = 7_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) as usize % below
    };
    let mut recognised = 0;
    for _ in 0..300 {
        let mut reader = Reader::default();
        // Few lines are mixed, so that each comes several times and may be recognised.
        let some: Vec<&[u8]> = (0..5).map(|_| lines[next(lines.len())]).collect();
        for _ in 0..100 {
            let (one, other) = (some[next(5)], some[next(5)]);
            let (end, start) = (next(one.len() + 1), next(other.len() + 1));
            let line = match next(4) {
                0 => [&one[..end], &other[start..]].concat(),
                1 => [&one[..end], other.get(end..).unwrap_or_default()].concat(),
                _ => one.to_vec(),
            };
            let expected = read(&line);
            match reader.recognise(&line) {
                Some(fast) => {
                    assert!(reader.gives_same(&line, fast, &expected), "{}: {expected:?}", line.escape_ascii());
                    recognised += 1;
                }
                None => assert_eq!(reader.read(&line), expected),
            }
        }
    }
    assert!(recognised > 10_000, "{recognised}");
}

/// In each group, the first lines could teach the reader something that is wrong for the last line. No recording has
/// such lines together.
#[test]
fn a_line_teaches_only_what_holds_for_every_other() {
    for lines in [
        // Of the first two lines, one has the prefix of the last line (the text before the time), and the other one has
        // its name. These two have different styles: a dash or a blank stands behind the 16 bytes of the comm.
        &[
            "             abc-7       [000]   925.970764: sched_switch: x",
            "             abc     7   [000]   925.970764: kvm:kvm_fpu: load",
            "             abc-7       [000]   925.970764: kvm:kvm_fpu: load",
        ][..],
        &[
            "             abc-7       [000]   925.970764: sys_poll(fd: 1)",
            "             abc     7   [000]   925.970764: kvm:kvm_fpu: load",
            "             abc     7   [000]   925.970764: sys_poll(fd: 1)",
        ],
        // The last line has a name that comes from a line of another layout.
        &[
            "             abc-10088   [002] ..... 921.579056: xy: 1",
            "abc             -7       [000]     7 123456789.2241743: kvm:kvm_exit: x",
            "             abc-10088   [002] ..... 921.579056: kvm:kvm_exit: x",
        ],
        // Only the end of an interrupted call may have such a name, so the second line is no call.
        &[
            "     1.000 ( 2.500 ms): sh/9  ... [continued]: 1brk())       = 0x5",
            "     1.000 ( 2.500 ms): sh/9 1brk(a: 1, b: 2) = 0x5",
        ],
        &[
            "     1.000 ( 2.500 ms): sh/9  ... [continued]: minfault())       = 0x5",
            "     1.000 ( 2.500 ms): sh/9 minfault(a: 1, b: 2) = 0x5",
        ],
        &[
            "     1.000 ( 2.500 ms): sh/9 brk(a: 1, b: 2)       = 0x5",
            "abc-7       (  10890) [000] d..2.   955.230871: sys_poll -> 0x0(aaaaaaaaaaaaa",
            "     1.000 ( 2.500 ms): sh/9 poll -> 0x0(a: 1, b: 2) = 0x5",
        ],
        // The prefix of the last line is that of a guest.
        &[
            "        abcdefgh-7 [000]     12345   925.970764: sched_switch: x",
            "VM:    1 abcdefg-7 [000]     12345   925.970764: sched_switch: x",
        ],
        // The last line is the heading of a stack trace, which only its end shows.
        &[
            "             abc-7       [000]   925.970764: <x: foo",
            "             abc-7       [000]   925.970764: <x: foo stack trace>",
        ],
        // The last line has the latency format, with a pid and with a tid of one digit.
        &[
            "         swapper       1  2469.044795:        sched:a_: x",
            "   swapper   0 0       1  2469.044795:        sched:a_: x",
            " swapper     0/0       1  2469.044795:        sched:a_: x",
        ],
        // ftrace has no event with a name like those of the second and third line. The last line has the style of perf
        // script.
        &[
            "       jbd2/vda1-8       [000]   925.000001: sched_switch: x",
            "             abc-8       [000]   925.000001: cpu-clock: x",
            "             abc-8       [000]   925.000001: PERF_RECORD_X: x",
            "     jbd2/vda1-8 [000]   925.000001:        sched_switch: x",
        ],
    ] {
        let mut reader = Reader::default();
        for line in lines.iter().flat_map(|line| [line; 3]) {
            let expected = read(line.as_bytes());
            match reader.recognise(line.as_bytes()) {
                Some(fast) => assert!(reader.gives_same(line.as_bytes(), fast, &expected), "{line}: {expected:?}"),
                None => assert_eq!(reader.read(line.as_bytes()), expected, "{line}"),
            }
        }
    }
}

#[test]
fn one_carriage_return_does_not_belong_to_a_line() {
    for line in [&b"\r\r"[..], b"\r", b"a 7 [000]  1.000001: b: x\r"] {
        assert_eq!(Reader::default().read(line), read(line), "{:?}", bstr::BStr::new(line));
    }
}
