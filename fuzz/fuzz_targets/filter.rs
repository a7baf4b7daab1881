//! Runs the whole filter on any bytes. Every line must be counted as events, as skipped or as malformed. The deltas of
//! a row must add up to its total. At every position of a loop, the number of events must be at least the number of
//! times that the loop closed. No closed loop may take longer than its time limit (`within`), and a loop may not close
//! more often than it began. The rows must not depend on the sizes of the reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::pattern::grammar;
use pspp_filter::{
    Engine, FieldReferences, Follow, Key, Matching, Nanos, Pause, RowFormat, RowOptions, RowSink, Sinks, Task, Unit, Window,
    run,
};
use std::io::Read;

/// A reader that gives the bytes of the first field. Each read returns at most as many bytes as the second field says.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

/// Returns a list with one sink, which writes rows without a header into `out`.
fn row_sink(out: &mut Vec<u8>) -> Sinks<'_> {
    let mut sinks = Sinks::default();
    let options = RowOptions { unit: Unit::Micros, header: false, show: Vec::new() };
    sinks.add(RowSink::of_closed_loops(out, RowFormat::default(), options));
    sinks
}

fuzz_target!(|input: &[u8]| {
    let [choice, how, text @ ..] = input else { return };
    let (choice, how) = (*choice, *how);
    let (_, key) = Key::NAMES[usize::from(choice) % Key::NAMES.len()];
    let (_, matching) = Matching::NAMES[usize::from(how) % Matching::NAMES.len()];
    // The loops have different lengths. The first one, `pread`, has two deltas and a total in its rows, which are
    // checked below. The others use all ways to read fields of a payload, negated positions and time limits.
    let orders = [
        "pread=sys_enter_pread64 -> sys_exit_pread64 -> sys_enter_pread64",
        "fd=sys_enter_p*@fd,$2 -> sys_enter_pwrite64@fd,tid if count > 8 || !(trace ~ '*0*')",
        "join=sched_wakeup|sched_waking@pid -> sched_switch@next_pid -> sys_* if ret < 0",
        "off=sched_switch@prev_pid if prev_comm != x -> sched_switch@next_pid",
        "not=sys_enter_p* -> !sys_enter_p*|sched_switch if count > 8 -> sys_exit_* -> !* -> sys_enter_* within 3us",
        "run=sched_wakeup@pid -> !sched_switch@prev_pid -> sched_switch@next_pid -> sys_enter_* within 1ms",
    ];
    let loops = orders.map(|order| pspp_filter::parse_loop(order).expect("a loop"));
    let reorder = (choice & 0x40 != 0).then_some(Window::Events(4));
    let interval = (choice & 0x20 != 0).then_some(Nanos(1_000_000));
    let references = |text: &str| {
        let mut list = FieldReferences::default();
        list.extend(grammar::parse_references(text, true).expect("field references"));
        list
    };
    let (by, show) = if choice & 0x10 == 0 { ("comm", "start") } else { ("fd,trace@2,key", "fd@1,COMM@2,$2,ret,pid@3") };
    let follow = Some(Follow { key, matching, by: references(by), ..Follow::default() });
    let shown = show.split(',').count();
    let task = Task { follow, show: references(show), max_groups: Some(5), max_keys: 3, reorder, interval, propose: true, ..Task::new(loops.to_vec()) };
    let (mut whole, mut pieces) = (Vec::new(), Vec::new());
    let mut engine = Engine::new(task.clone(), row_sink(&mut whole)).expect("vectors do not fail");
    engine.begin_input("input".to_owned());
    let mut rest = text;
    while engine.read(&mut rest).expect("slices do not fail") != Pause::End {}
    engine.end_input().expect("vectors do not fail");
    engine.end().expect("vectors do not fail");
    let ledger = engine.ledger();
    for of in engine.summary().loops {
        let closed = of.deltas.total().count();
        assert!(of.seen.iter().all(|seen| *seen >= closed), "{}", of.spec.name);
        assert!(of.begun >= closed + of.expired && of.begun <= of.seen[0], "{}", of.spec.name);
        assert!(of.expired == 0 || of.spec.within.is_some(), "{}", of.spec.name);
        let limit = of.spec.within.as_ref().map_or(Nanos(u64::MAX), |limit| limit.duration);
        assert!(of.deltas.total().max().is_none_or(|longest| longest <= limit), "{}", of.spec.name);
        assert!(of.row_times.first().is_some() == (closed > 0) && of.row_times.last().is_some() == (closed > 0));
        for transition in of.deltas.transitions() {
            assert_eq!(transition.count(), closed);
            assert!(transition.min() <= transition.max());
        }
    }
    drop(engine);
    let slow = Slow(text, 1 + usize::from(choice >> 3));
    run(task, row_sink(&mut pieces), slow).expect("slices do not fail");
    assert_eq!(whole, pieces);
    // A line of perf trace may give two events, and `events` counts both of them.
    let counted = ledger.events + ledger.skipped + ledger.malformed;
    assert!(ledger.lines <= counted && counted - ledger.lines <= ledger.events / 2);
    assert_eq!(ledger.bytes, text.len() as u64);
    for row in whole.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
        let row = String::from_utf8_lossy(row);
        let mut columns = row.split('\t').skip(3);
        if columns.next() != Some("pread") {
            continue;
        }
        // The columns of `show` stand in front of the deltas.
        let columns: Vec<f64> = columns.skip(shown).take(3).map(|column| column.parse().expect("a number")).collect();
        assert!(columns.iter().all(|delta| *delta >= 0.0));
        assert!((columns[0] + columns[1] - columns[2]).abs() <= columns[2] * 1e-9);
    }
});
