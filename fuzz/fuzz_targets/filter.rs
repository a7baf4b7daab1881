//! Any bytes through the whole filter: every line counted once, deltas that add
//! up to the total, no loop that closed more often than each of its positions
//! was seen, and the same rows whatever the reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::config::Config;
use pspp_filter::event::Nanos;
use pspp_filter::engine::{Filter, Pause, run};
use pspp_filter::matcher::Matching;
use pspp_filter::key::Key;
use pspp_filter::pattern::{Grouping, Notation, grammar};
use pspp_filter::engine::Window;
use pspp_filter::report::SummaryFormat;
use std::io::Read;

/// Gives at most a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&choice, text)) = input.split_first() else { return };
    let (_, key) = Key::NAMES[usize::from(choice) % Key::NAMES.len()];
    let how = if choice & 0x80 == 0 { Matching::Latest } else { Matching::Strict };
    // Loops of different lengths; the rows of the first are checked, the others look into events.
    let orders = [
        "pread=sys_enter_pread64 -> sys_exit_pread64 -> sys_enter_pread64",
        "fd=sys_enter_p*@fd,$2 -> sys_enter_pwrite64@fd,tid if count > 8 || !(trace ~ '*0*')",
        "join=sched_wakeup|sched_waking@pid -> sched_switch@next_pid -> sys_* if ret < 0",
        "off=sched_switch@prev_pid if prev_comm != x -> sched_switch@next_pid",
    ];
    let loops = orders.map(|order| grammar::parse(order, Notation::Arrows).expect("a loop"));
    let reorder = (choice & 0x40 != 0).then_some(Window::Events(4));
    let interval = (choice & 0x20 != 0).then_some((Nanos(1_000_000), SummaryFormat::JSON));
    let by = (choice & 0x10 != 0).then(|| Grouping::Field(grammar::parse_field("fd").expect("a field")));
    let config = Config { by, key, how, max_keys: 3, header: false, reorder, interval, ..Config::new(loops.to_vec()) };
    let (mut whole, mut pieces) = (Vec::new(), Vec::new());
    let mut filter = Filter::new(&config, &mut whole, None);
    filter.begin_input("input".to_owned());
    let mut rest = text;
    while filter.read(&mut rest).expect("slices do not fail") != Pause::End {}
    filter.end_input().expect("vectors do not fail");
    filter.flush().expect("vectors do not fail");
    let ledger = filter.ledger();
    for of in filter.summary().loops {
        let closed = of.deltas.total().count();
        assert!(of.seen.iter().all(|seen| *seen >= closed), "{}", of.spec.name);
        assert!(of.first.is_some() == (closed > 0) && of.last.is_some() == (closed > 0));
        for transition in of.deltas.transitions() {
            assert_eq!(transition.count(), closed);
            assert!(transition.min() <= transition.max());
        }
    }
    drop(filter);
    run(&config, Slow(text, 1 + usize::from(choice >> 3)), &mut pieces).expect("slices do not fail");
    assert_eq!(whole, pieces);
    // A line of perf trace may give two events.
    let counted = ledger.events + ledger.skipped + ledger.malformed;
    assert!(ledger.lines <= counted && counted - ledger.lines <= ledger.events / 2);
    assert_eq!(ledger.bytes, text.len() as u64);
    for row in whole.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
        let row = String::from_utf8_lossy(row);
        let mut columns = row.split('\t').skip(3);
        if columns.next() != Some("pread") {
            continue;
        }
        let columns: Vec<f64> = columns.take(3).map(|column| column.parse().expect("a number")).collect();
        assert!(columns.iter().all(|delta| *delta >= 0.0));
        assert!((columns[0] + columns[1] - columns[2]).abs() <= columns[2] * 1e-9);
    }
});
