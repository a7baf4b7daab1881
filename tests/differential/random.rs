//! Strategies for proptest that make random traces and loops.

use crate::trace::{Condition, Event, Loop, Position, Step};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use pspp_filter::event::Resolution;
use pspp_filter::key::Key;

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (0..3_i64).prop_map(Condition::Is),
        (0..2_i64).prop_map(Condition::Above),
        Just(Condition::NotOdd),
        (0..2_i64).prop_map(Condition::OnCpu),
        Just(Condition::MissingField),
        Just(Condition::Glob),
    ]
}

/// Makes a loop of 2 to 5 positions.
pub fn a_loop() -> impl Strategy<Value = Loop> {
    let name = || prop::char::range('a', 'd');
    let position = (vec(name(), 1..3), option::weighted(0.2, condition()), prop::sample::select(vec!["v", "cpu"]));
    let keys: Vec<Key> = Key::NAMES.iter().map(|(_, key)| *key).collect();
    // The number `fields` says which positions have a field: none (0 and 1), all (2), or some (3).
    (vec((position, any::<bool>()), 2..6), prop::sample::select(keys), 0..4_u8).prop_map(|(positions, key, fields)| {
        let position = |((mut names, condition, field), some): ((Vec<char>, _, _), bool)| {
            names.dedup();
            let has_field = match fields {
                0 | 1 => false,
                2 => true,
                _ => some,
            };
            Position { names, condition, field: has_field.then_some(field) }
        };
        let mut found = Loop { positions: positions.into_iter().map(position).collect(), key };
        if found.any_field() && !found.all_fields() && key == Key::All {
            found.key = Key::Tid;
        }
        found
    })
}

/// Makes a trace of up to 119 lines. The times of its events are small random numbers, which [`timed`] turns into real
/// times.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let event = (prop::char::range('a', 'd'), 0..4_i64, 0..2_i64, 0..4_i64, 0..64_u32);
    let event = event.prop_map(|(name, tid, cpu, v, time)| Step::Event(Event { name, tid, cpu, v, time: time.into() }));
    let step = prop_oneof![
        40 => event,
        1 => (0..2_i64).prop_map(|cpu| Step::Loss { cpu }),
        1 => (1..4_i64).prop_map(|tid| Step::Exit { tid }),
        1 => (1..4_i64).prop_map(|tid| Step::Fork { tid }),
    ];
    vec(step, 0..120)
}

/// Turns the random numbers of events into times. Most of these rise. Some are equal to the one before or step back,
/// and a few leap ahead by minutes.
pub fn timed(mut steps: Vec<Step>, resolution: Resolution) -> Vec<Step> {
    let mut now = 1_000_000_000_000;
    for step in &mut steps {
        if let Step::Event(event) = step {
            now = match event.time {
                0..=7 => now,
                60.. => now - (event.time - 58),
                56..=57 => now + 1_234_567 * (event.time - 50) * (event.time - 50),
                58..=59 => now + 123_456_789_012 / resolution.step_ns(),
                rising => now + rising / 8,
            };
            event.time = now;
        }
    }
    for step in &mut steps {
        if let Step::Event(event) = step {
            // The trace begins near 1 s. All times are multiples of the last decimal that it prints.
            event.time = 1_000_000_000 + (event.time - 999_000_000_000) * resolution.step_ns();
        }
    }
    steps
}
