//! Parses any text as a delta_processor.conf. The result is loops that can be printed and parsed again, or an error whose
//! line exists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::{Sinks, Task, run};
use pspp_filter::pattern::{Notation, conf, grammar};

fuzz_target!(|text: &str| {
    for section in ["Native", "Threads"] {
        match conf::loops(text, section) {
            Ok(loops) => {
                for spec in &loops {
                    // The text of a loop is the same loop again.
                    let again = grammar::parse(&spec.text(), Notation::Arrows).expect("a loop's text is a loop");
                    assert_eq!(again.positions, spec.positions);
                }
                // The command line refuses two loops of one name before the filter runs, but the filter takes them.
                let line = &b"x 7 [000] 1.000001: kvm:kvm_exit: y\n"[..];
                run(Task::new(loops), Sinks::default(), line).expect("a slice does not fail");
            }
            Err(mistake) => {
                assert!(mistake.line <= text.lines().count());
                assert!(!mistake.message.is_empty() && !mistake.message.contains('\n'));
            }
        }
    }
});
