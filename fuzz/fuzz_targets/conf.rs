//! Parses any text as a delta_processor.conf. The result must be either loops whose text can be parsed to the same
//! loops again, or an error whose line number is not beyond the end of the text (0 means the file as a whole).
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::pattern::{Notation, conf, grammar};
use pspp_filter::{Sinks, Task, run};

fuzz_target!(|text: &str| {
    for section in ["Native", "Threads"] {
        match conf::loops(text, section) {
            Ok(loops) => {
                for spec in &loops {
                    // The text of a loop can be parsed to the same loop again.
                    let again = grammar::parse(&spec.text(), Notation::Arrows).expect("a loop's text is a loop");
                    assert_eq!(again.positions, spec.positions);
                }
                // Two loops of the file may have the same name. The command line does not allow that, but a run with
                // such loops must not fail.
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
