//! Reads any bytes as the lines after the header of a perf_data.csv. They are read twice: the first run writes a row
//! for each closed loop, and the second one a row for each event. Both must count every line once, and the second run
//! must write as many rows as it counts events.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::{EventDeltas, Key, RowFormat, RowOptions, RowSink, Sinks, Task, Unit, parse_loop, run};

fuzz_target!(|input: &[u8]| {
    let Some((&choice, text)) = input.split_first() else { return };
    let text = [if choice & 1 == 0 { &b"tstamp,entry\n"[..] } else { b",tstamp,entry\n" }, text].concat();
    let (_, format) = RowFormat::NAMES[usize::from(choice >> 1) % RowFormat::NAMES.len()];
    let spec = parse_loop("kvm_exit -> sys_exit_ppoll -> kvm_* by all").expect("a loop");
    let options = RowOptions { unit: Unit::Micros, header: true, show: Vec::new() };
    for of_events in [false, true] {
        let mut rows = Vec::new();
        let mut task = Task::new(vec![spec.clone()]);
        let mut sinks = Sinks::default();
        if of_events {
            (task.follow, task.events) = (None, Some(EventDeltas { key: Key::Tid }));
            sinks.add(RowSink::of_events(&mut rows, format, options.clone()));
        } else {
            sinks.add(RowSink::of_closed_loops(&mut rows, format, options.clone()));
        }
        let ledger = run(task, sinks, &text[..]).expect("neither a slice nor a vector fails").ledger();
        assert_eq!(ledger.lines, ledger.events + ledger.skipped + ledger.malformed);
        let lines = rows.iter().filter(|&&byte| byte == b'\n').count() as u64;
        if of_events {
            // The output must have a row for every event, and a header if the format has one.
            assert_eq!(lines, ledger.events + u64::from(format.has_header));
        }
    }
});
