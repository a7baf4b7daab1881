//! Compares an explanation with all closed loops, whose history is known.

use crate::reasons::{Known, Origin, Spot};
use proptest::prelude::*;
use pspp_filter::why::explain::{Explanation, Means};
use std::collections::{BTreeMap, BTreeSet};

/// A closed loop with all that is compared.
pub struct Closed {
    pub total: u64,
    pub deltas: Vec<u64>,
    pub known: Known,
    pub inside: BTreeMap<String, u64>,
    /// The number of events of each pair of comm and event.
    pub around: BTreeMap<(String, String), u64>,
    /// The value of each field. The fields are in the order in which the program looks at them.
    pub values: Vec<(String, String)>,
}

/// Returns the bin of a total as the documentation defines it, with floating point.
fn bin(total: u64) -> u64 {
    if total == 0 {
        return 0;
    }
    let octave = u64::from(63 - total.leading_zeros());
    128 * octave + (128.0 * (total as f64 / (1_u64 << octave) as f64 - 1.0)).floor() as u64
}

fn same(found: f64, exact: f64) -> bool {
    (found - exact).abs() <= exact.abs().max(1e-6) * 1e-9
}

/// The tail and the rest.
struct Sides<'c> {
    tail: Vec<&'c Closed>,
    rest: Vec<&'c Closed>,
}

impl Sides<'_> {
    /// Returns the means of an amount in the tail and in the rest.
    fn means(&self, of: impl Fn(&Closed) -> u128) -> (f64, Option<f64>) {
        let mean = |side: &[&Closed]| side.iter().map(|closed| of(closed)).sum::<u128>() as f64 / side.len() as f64;
        (mean(&self.tail), (!self.rest.is_empty()).then(|| mean(&self.rest)))
    }

    /// Returns by how much the tail is above the rest.
    fn excess(&self, of: impl Fn(&Closed) -> u128) -> f64 {
        let (tail, rest) = self.means(of);
        tail - rest.unwrap_or(0.0)
    }

    /// Compares rows with the amounts from which they must be the `most` that are the furthest above the rest.
    fn check<I: Ord + Clone + std::fmt::Debug>(
        &self,
        what: &str,
        found: &[(I, Means)],
        most: usize,
        amounts: impl Fn(&Closed) -> Vec<(I, u128)>,
    ) -> Result<(), TestCaseError> {
        let mut all: BTreeMap<I, [u128; 2]> = BTreeMap::new();
        for (side, closed) in [&self.tail, &self.rest].into_iter().enumerate() {
            for (identity, amount) in closed.iter().flat_map(|closed| amounts(closed)) {
                all.entry(identity).or_default()[side] += amount;
            }
        }
        let means = |identity: &I| {
            let [tail, rest] = all.get(identity).copied().unwrap_or_default();
            let rest = (!self.rest.is_empty()).then(|| rest as f64 / self.rest.len() as f64);
            (tail as f64 / self.tail.len() as f64, rest)
        };
        let excess = |identity: &I| means(identity).0 - means(identity).1.unwrap_or(0.0);
        prop_assert_eq!(found.len(), all.len().min(most), "{}: {:?} of {:?}", what, found, all);
        let mut least = f64::INFINITY;
        for (identity, shown) in found {
            let (tail, rest) = means(identity);
            prop_assert!(same(shown.tail, tail), "{} {:?}: {} in the tail, not {}", what, identity, tail, shown.tail);
            prop_assert_eq!(shown.rest.is_some(), rest.is_some());
            prop_assert!(
                same(shown.rest.unwrap_or(0.0), rest.unwrap_or(0.0)),
                "{} {:?}: {:?} in the rest, not {:?}",
                what,
                identity,
                rest,
                shown.rest
            );
            let excess = excess(identity);
            prop_assert!(excess <= least + least.abs().min(1e9) * 1e-9 + 1e-6, "{} is sorted", what);
            least = excess;
        }
        let left_out = all.keys().filter(|identity| found.iter().all(|(other, _)| other != *identity));
        for identity in left_out {
            prop_assert!(excess(identity) <= least + least.abs().min(1e9) * 1e-9 + 1e-6, "{} {:?}", what, identity);
        }
        Ok(())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn optional(bytes: Option<&Vec<u8>>) -> Option<String> {
    bytes.map(|bytes| text(bytes))
}

fn check_spots(found: &Explanation, sides: &Sides<'_>, is_sorted: bool) -> Result<(), TestCaseError> {
    let spot = |row: &pspp_filter::why::explain::WhereRow| -> Spot {
        (row.state.map(|state| state.name()), optional(row.event.as_ref()))
    };
    let others: Spot = (None, Some("others".to_owned()));
    let rows: Vec<(Spot, Means)> = found.where_.iter().map(|row| (spot(row), row.time.means)).collect();
    let named: Vec<(Spot, Means)> = rows.iter().filter(|(spot, _)| *spot != others).cloned().collect();
    let spots = |closed: &Closed| closed.known.spots.clone().into_iter().collect();
    sides.check("where", &named, 12, spots)?;
    let total = found.transitions.last().expect("the total").means;
    let sum: f64 = rows.iter().map(|(_, means)| means.tail).sum();
    prop_assert!(same(sum, total.tail), "the rows of where add up");
    let excess = sides.excess(|closed| closed.total.into());
    for row in &found.where_ {
        let share = row.time.means.tail - row.time.means.rest.unwrap_or(0.0);
        let expected = (excess != 0.0 && !sides.rest.is_empty()).then(|| share / excess);
        prop_assert!(row.time.share.is_some() == expected.is_some());
        prop_assert!(same(row.time.share.unwrap_or(0.0), expected.unwrap_or(0.0)));
        let of_row = spot(row);
        if of_row == others {
            continue;
        }
        let loops = sides.tail.iter().filter(|closed| closed.known.spots.contains_key(&of_row)).count();
        prop_assert_eq!(row.loops, loops as u64, "loops of {:?}", of_row);
        if is_sorted {
            let by: Vec<(Option<String>, Means)> =
                row.by.iter().map(|(comm, means)| (optional(comm.as_ref()), *means)).collect();
            let of_spot = |closed: &Closed| {
                let by = closed.known.by.iter().filter(|((spot, _), time)| *spot == of_row && **time > 0);
                by.map(|((_, comm), time)| (comm.clone(), *time)).collect()
            };
            sides.check(&format!("by of {of_row:?}"), &by, 3, of_spot)?;
        }
    }
    if is_sorted {
        let row = |row: &pspp_filter::why::explain::OriginRow| -> (Origin, Means) {
            let spot = (row.state.map(|state| state.name()), optional(row.event.as_ref()));
            ((optional(row.comm.as_ref()), spot), row.time.means)
        };
        let rows: Vec<(Origin, Means)> = found.origins.iter().map(row).collect();
        let origins = |closed: &Closed| {
            let origins = closed.known.origins.iter().filter(|(_, time)| **time > 0);
            origins.map(|(origin, time)| (origin.clone(), *time)).collect()
        };
        sides.check("origins", &rows, 3, origins)?;
    }
    Ok(())
}

fn check_around(found: &Explanation, sides: &Sides<'_>) -> Result<(), TestCaseError> {
    let ms = |side: &[&Closed]| side.iter().map(|closed| u128::from(closed.total)).sum::<u128>() as f64 / 1e6;
    let (tail_ms, rest_ms) = (ms(&sides.tail), ms(&sides.rest));
    let mut expected: Vec<(f64, (String, String), f64, f64)> = Vec::new();
    if sides.tail.len() >= 3 && tail_ms > 0.0 && rest_ms > 0.0 {
        let all = || sides.tail.iter().chain(&sides.rest).flat_map(|closed| closed.around.keys());
        for pair in all().collect::<BTreeSet<_>>() {
            let count = |side: &[&Closed]| {
                side.iter().map(|closed| closed.around.get(pair).copied().unwrap_or(0)).sum::<u64>() as f64
            };
            let (tail, rest) = (count(&sides.tail), count(&sides.rest));
            let from_rate = rest / rest_ms * tail_ms;
            if tail - from_rate > 3.0 * (from_rate + 1.0).sqrt() {
                let above = (tail - from_rate) / (from_rate + 1.0).sqrt();
                expected.push((above, pair.clone(), tail / tail_ms, rest / rest_ms));
            }
        }
    }
    expected.sort_by(|one, other| other.0.total_cmp(&one.0));
    prop_assert_eq!(found.around.len(), expected.len().min(6), "around: {:?} of {:?}", found.around, expected);
    for (at, row) in found.around.iter().enumerate() {
        let pair = (optional(row.comm.as_ref()).unwrap_or_default(), text(&row.event));
        let exact = expected.iter().find(|(_, other, ..)| *other == pair);
        prop_assert!(exact.is_some(), "{:?} is not expected", pair);
        let (above, _, tail, rest) = exact.expect("checked");
        prop_assert!(same(*above, expected[at].0), "around is sorted");
        prop_assert!(same(row.per_ms.tail, *tail) && same(row.per_ms.rest.unwrap_or(0.0), *rest), "{:?}", pair);
    }
    Ok(())
}

fn check_values(found: &Explanation, sides: &Sides<'_>) -> Result<(), TestCaseError> {
    let mut values: BTreeMap<&str, BTreeMap<&str, [f64; 2]>> = BTreeMap::new();
    for (at, side) in [&sides.tail, &sides.rest].into_iter().enumerate() {
        for (field, value) in side.iter().flat_map(|closed| &closed.values) {
            values.entry(field).or_default().entry(value).or_default()[at] += 1.0;
        }
    }
    let (tail, rest) = (sides.tail.len() as f64, sides.rest.len() as f64);
    let mut expected: Vec<(f64, &str, &str, f64, f64)> = Vec::new();
    for (field, values) in values.iter().filter(|(_, values)| values.len() <= 64 && rest > 0.0) {
        let mut rows: Vec<(f64, &str, &str, f64, f64)> = Vec::new();
        for (value, [of_tail, of_rest]) in values {
            let (p_tail, p_rest) = (of_tail / tail, of_rest / rest);
            let p = (of_tail + of_rest) / (tail + rest);
            if p_tail - p_rest >= 0.1 && p_tail - p_rest > 4.0 * (p * (1.0 - p) / tail).sqrt() {
                rows.push((p_tail - p_rest, field, value, p_tail, p_rest));
            }
        }
        rows.sort_by(|one, other| other.0.total_cmp(&one.0));
        expected.extend(rows.into_iter().take(3));
    }
    expected.sort_by(|one, other| other.0.total_cmp(&one.0));
    prop_assert_eq!(found.values.len(), expected.len(), "values: {:?} and {:?}", found.values, expected);
    for (at, row) in found.values.iter().enumerate() {
        let (field, value) = (text(&row.field), text(&row.value));
        let exact = expected.iter().find(|(_, other, of, ..)| *other == field && *of == value);
        // Of equal rows of one field, any three may be shown.
        if let Some((difference, _, _, tail, rest)) = exact {
            prop_assert!(
                same(row.share.tail, *tail) && same(row.share.rest.unwrap_or(0.0), *rest),
                "{} {}",
                field,
                value
            );
            prop_assert!(same(*difference, expected[at].0), "values are sorted");
        }
        prop_assert!(same(row.share.tail - row.share.rest.unwrap_or(0.0), expected[at].0), "{} {}", field, value);
    }
    Ok(())
}

/// Compares what is said of a loop with its closed loops. `is_sorted` is true if the times of the trace rise: only then is it
/// compared who caused what. `has_values` is true if the fields of the trace are those that the program finds in its text.
pub fn check_loop(
    found: Option<&Explanation>,
    closed: &[Closed],
    is_sorted: bool,
    has_values: bool,
) -> Result<(), TestCaseError> {
    let Some(found) = found else {
        prop_assert!(closed.is_empty());
        return Ok(());
    };
    let mut bins: Vec<u64> = closed.iter().map(|closed| bin(closed.total)).collect();
    bins.sort_unstable();
    let from = bins[bins.len() - bins.len().div_ceil(100)];
    let (tail, rest): (Vec<&Closed>, Vec<&Closed>) = closed.iter().partition(|closed| bin(closed.total) >= from);
    prop_assert_eq!((found.tail.0, found.rest), (tail.len() as u64, rest.len() as u64));
    let sides = Sides { tail, rest };
    let transitions = closed[0].deltas.len();
    prop_assert_eq!(found.transitions.len(), transitions + 1);
    for (at, share) in found.transitions.iter().enumerate() {
        let of = |closed: &Closed| closed.deltas.get(at).copied().unwrap_or(closed.total).into();
        let (tail, rest) = sides.means(of);
        prop_assert!(same(share.means.tail, tail) && same(share.means.rest.unwrap_or(0.0), rest.unwrap_or(0.0)));
    }
    check_spots(found, &sides, is_sorted)?;
    let inside: Vec<(String, Means)> = found.inside.iter().map(|(event, means)| (text(event), *means)).collect();
    let counts =
        |closed: &Closed| closed.inside.iter().map(|(event, count)| (event.clone(), u128::from(*count))).collect();
    sides.check("inside", &inside, 12, counts)?;
    check_around(found, &sides)?;
    if has_values { check_values(found, &sides) } else { Ok(()) }
}
