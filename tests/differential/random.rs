//! Strategies for proptest that make random traces and loops.

use crate::trace::{Condition, Event, Loop, Position, Step};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use pspp_filter::event::Resolution;
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;

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

/// The names of the events.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Makes a position without fields. `any_name` is the weight with which the pattern `*` is chosen; names have the
/// weight 10.
fn position(any_name: u32) -> impl Strategy<Value = Position> {
    let names = prop_oneof![
        10 => vec(prop::sample::select(&NAMES[..]), 1..3),
        any_name => Just(vec!["*"]),
    ];
    (names, option::weighted(0.2, condition())).prop_map(|(mut names, condition)| {
        names.dedup();
        Position { names: names.into_iter().map(str::to_owned).collect(), condition, fields: Vec::new() }
    })
}

/// The number of fields from which the positions of a loop take their key.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fields {
    None,
    /// Each position takes one field.
    All,
    /// Each position takes two fields.
    Two,
    /// Some positions take one field, the others none.
    Some,
}

/// Makes a loop of 2 to 5 positions. The loop may have a negated position before each position but the first, and a
/// time limit.
pub fn a_loop() -> impl Strategy<Value = Loop> {
    let keys: Vec<Key> = Key::NAMES.iter().map(|(_, key)| *key).collect();
    let fields =
        prop_oneof![4 => Just(Fields::None), 2 => Just(Fields::All), 1 => Just(Fields::Two), 2 => Just(Fields::Some)];
    let field = || (prop::sample::select(&["v", "cpu"][..]), any::<bool>());
    let negated = option::weighted(0.3, (position(4), field()));
    let positions = vec((position(1), field(), negated), 2..6);
    let within = option::weighted(0.4, prop_oneof![1..40_u64, (1..40_u64).prop_map(|us| us * 1_000)]);
    (positions, prop::sample::select(keys), fields, within).prop_map(|(parts, key, fields, within)| {
        let with_fields = |position: Position, (field, some): (&str, bool)| {
            let fields = match fields {
                Fields::None => vec![],
                Fields::Some if !some => vec![],
                Fields::All | Fields::Some => vec![field],
                Fields::Two => vec!["cpu", field],
            };
            Position { fields: fields.into_iter().map(str::to_owned).collect(), ..position }
        };
        let mut found = Loop { positions: Vec::new(), negated: Vec::new(), key, within };
        for (k, (position, field, negated)) in parts.into_iter().enumerate() {
            let negated = negated.filter(|_| k > 0).map(|(negated, field)| (k, with_fields(negated, field)));
            found.negated.extend(negated);
            found.positions.push(with_fields(position, field));
        }
        if found.positions.iter().all(|position| !position.fields.is_empty()) {
            // It is an error if all positions of a loop have fields, and a negated position has none. `Fields::Some`
            // can choose the fields in this way, so the negated position gets a field, too.
            let without = found.negated.iter_mut().filter(|(_, negated)| negated.fields.is_empty());
            without.for_each(|(_, negated)| negated.fields = vec!["v".to_owned()]);
        }
        if found.any_field() && !found.all_fields() && key == Key::All {
            found.key = Key::Tid;
        }
        found
    })
}

/// Makes an event at a random time. `first` percent of the events get the first name of [`NAMES`]; the rest get any of
/// these names.
fn event(first: u32) -> impl Strategy<Value = Step> {
    let name = (prop::sample::select(&NAMES[..]), 0..100_u32);
    let name = name.prop_map(move |(name, often)| if often < first { NAMES[0] } else { name });
    let v = option::weighted(0.9, 0..4_i64);
    (name, 0..4_i64, 0..2_i64, v, 0..64_u64).prop_map(|(name, tid, cpu, v, time)| {
        let mut fields = vec![("w".to_owned(), "x".to_owned())];
        if let Some(v) = v {
            fields.insert(0, ("v".to_owned(), v.to_string()));
        }
        let pid = Some(if tid == 0 { 0 } else { 1 + tid % 2 });
        let comm = ["x", "y z", "7"][tid as usize % 3].to_owned();
        Step::Event(Event { name: name.to_owned(), tid, pid, cpu, comm, fields, time })
    })
}

/// Makes a trace of up to 119 lines, or one of 100 to 299 events that mostly have the first name, so that loops nest
/// deeply. The times of the events are small random numbers, which [`timed`] turns into real times.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        40 => event(0),
        1 => (0..2_i64).prop_map(|cpu| Step::Loss { cpu }),
        1 => (1..4_i64).prop_map(|tid| Step::Exit { tid }),
        1 => (1..4_i64).prop_map(|tid| Step::Fork { tid }),
        1 => Just(Step::NextInput),
    ];
    prop_oneof![19 => vec(step, 0..120), 1 => vec(event(93), 100..300)]
}

/// Turns the small random time of each event into a real time. Most times rise. Some are equal to the one before or
/// step back, and a few leap ahead, by up to two minutes.
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
            // The times so far count steps of the resolution (1 us or 1 ns), from 1e12 on. The trace begins at 1001 s
            // or at 2 s, and the last decimal that it prints stands for one step.
            event.time = 1_000_000_000 + (event.time - 999_000_000_000) * resolution.step_ns();
        }
    }
    steps
}

/// One of the ways of matching.
pub fn a_matching() -> impl Strategy<Value = Matching> {
    prop::sample::select(Matching::NAMES).prop_map(|(_, matching)| matching)
}
