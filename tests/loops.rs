//! Tests with many loops and conditions. The error about a wrong loop must point at the mistake. The text that is
//! printed for a correct loop must be parsed to the same loop again.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

use pspp_filter::pattern::{Notation, grammar};

/// Each line has a wrong loop, a tab, and the offset of its mistake in bytes. `a-b` allows any offset from a to b.
const MALFORMED: &str = include_str!("data/loops-malformed.tsv");
/// Each line has a correct loop.
const WELLFORMED: &str = include_str!("data/loops-wellformed.txt");

#[test]
fn every_mistake_points_at_its_place() {
    let mut count = 0;
    for line in MALFORMED.lines() {
        let (text, place) = line.rsplit_once('\t').expect("a tab");
        let (from, to) = place.split_once('-').unwrap_or((place, place));
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let places = number(from)..=number(to);
        match grammar::parse(text, Notation::Bars) {
            Ok(found) => panic!("{text:?} is {found:?}"),
            Err(error) => assert!(places.contains(&error.at), "{text:?}: {error:?}"),
        }
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn what_is_a_loop_is_one_again_as_it_is_shown() {
    for text in WELLFORMED.lines() {
        let found = grammar::parse(text, Notation::Bars).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
        let again = grammar::parse(&found.text(), Notation::Arrows).expect("its text is a loop");
        assert_eq!(again.positions, found.positions, "{text:?}");
        assert_eq!((&again.negated, &again.within), (&found.negated, &found.within), "{text:?}");
    }
}
