//! Parses any text as a loop. A loop must have 2 to 32 positions with different names, and its text must give the same
//! loop when it is parsed. An error must point into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pspp_filter::pattern::{Notation, grammar};
use std::collections::HashSet;

fuzz_target!(|text: &str| {
    for notation in [Notation::Arrows, Notation::Bars] {
        match grammar::parse(text, notation) {
            Ok(found) => {
                assert!((2..=32).contains(&found.positions.len()));
                let names: HashSet<_> = found.positions.iter().map(|position| &position.unique_name).collect();
                assert_eq!(names.len(), found.positions.len());
                let again = grammar::parse(&found.text(), Notation::Arrows).expect("a loop's text is a loop");
                assert_eq!(again.positions, found.positions);
            }
            Err(error) => assert!(error.at <= text.len()),
        }
    }
});
