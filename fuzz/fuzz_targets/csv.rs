//! Reads any bytes behind the header of a perf_data.csv. Every line is counted once, and with `-m events` every event has
//! a row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::config::{Config, Mode};
use pspp_filter::engine::run;
use pspp_filter::pattern::{Notation, grammar};
use pspp_filter::sink::RowFormat;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, text)) = input.split_first() else { return };
    let text = [if choice & 1 == 0 { &b"tstamp,entry\n"[..] } else { b",tstamp,entry\n" }, text].concat();
    let (_, format) = RowFormat::NAMES[usize::from(choice >> 1) % RowFormat::NAMES.len()];
    let spec = grammar::parse("kvm_exit -> sys_exit_ppoll -> kvm_* by all", Notation::Arrows).expect("a loop");
    for mode in [Mode::Loops, Mode::Events] {
        let config = Config { mode, rows: Some(format), ..Config::new(vec![spec.clone()]) };
        let mut rows = Vec::new();
        let ledger = run(&config, &text[..], &mut rows).expect("slices do not fail");
        assert_eq!(ledger.lines, ledger.events + ledger.skipped + ledger.malformed);
        let lines = rows.iter().filter(|&&byte| byte == b'\n').count() as u64;
        if mode == Mode::Events {
            // Every event has a row, and every format but JSON has a header.
            assert_eq!(lines, ledger.events + u64::from(format != RowFormat::Json));
        }
    }
});
