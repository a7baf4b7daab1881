//! Writes the histogram of each transition, as lines with bars and as JSON (`--hist`).

use super::bins::histogram;
use super::json_writer::{Object, push_list};
use super::style::Style;
use crate::stats::Transition;
use crate::text::{Unit, push_half_span, push_integer};

/// The largest width of a line, in characters.
const WIDTH: usize = 80;

/// Returns the lines of a transition's histogram, one for each bin: its bounds, its count, its share of all deltas, and a
/// bar that is in proportion to the count. The longest bar fills the line.
pub(super) fn histogram_lines(transition: &Transition, unit: Unit) -> Vec<String> {
    let bins = histogram(transition);
    let largest = bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let lows = aligned(bins.iter().map(|bin| bound(bin.low_ns, unit)).collect());
    let highs = aligned(bins.iter().map(|bin| bound(bin.high_ns, unit)).collect());
    let count_width = largest.to_string().len();
    let numbers = bins.iter().zip(lows.iter().zip(&highs)).map(|(bin, (low, high))| {
        let percent = bin.count as f64 * 100.0 / transition.count() as f64;
        (bin.count, format!("  {low} .. {high}  {:>count_width$}  {percent:6.2} %", bin.count))
    });
    let with_bar = |(count, numbers): (u64, String)| {
        let room = WIDTH.saturating_sub(numbers.chars().count() + 2);
        let bar = "#".repeat(length(count, largest, room));
        format!("{numbers}  {bar}").trim_end().to_owned()
    };
    numbers.map(with_bar).collect()
}

/// Returns the length of the bar of a count: `room` for the largest count, at least 1 for a smaller one, and 0 for 0.
fn length(count: u64, largest: u64, room: usize) -> usize {
    let exact = u128::from(count) * room as u128;
    let rounded = (2 * exact + u128::from(largest)) / (2 * u128::from(largest.max(1)));
    if count == 0 { 0 } else { (rounded as usize).max(1) }
}

fn bound(ns: u128, unit: Unit) -> String {
    let mut out = Vec::new();
    push_half_span(&mut out, 2 * ns, unit);
    String::from_utf8_lossy(&out).into_owned()
}

/// Pads numbers with blanks so that their decimal points stand below each other.
fn aligned(numbers: Vec<String>) -> Vec<String> {
    let parts = |number: &str| number.find('.').map_or((number.len(), 0), |point| (point, number.len() - point));
    let whole_width = numbers.iter().map(|number| parts(number).0).max().unwrap_or(0);
    let rest_width = numbers.iter().map(|number| parts(number).1).max().unwrap_or(0);
    let pad = |number: &String| {
        let (whole, rest) = parts(number);
        format!("{:before$}{number}{:behind$}", "", "", before = whole_width - whole, behind = rest_width - rest)
    };
    numbers.iter().map(pad).collect()
}

/// Appends the histogram of a transition as a JSON list. The bounds are in the unit of the summary.
pub(super) fn push_histogram_json(out: &mut Vec<u8>, transition: &Transition, style: &Style) {
    push_list(out, histogram(transition), |out, bin| {
        let mut object = Object::open(out);
        push_half_span(object.field("low"), 2 * bin.low_ns, style.unit);
        push_half_span(object.field("high"), 2 * bin.high_ns, style.unit);
        push_integer(object.field("count"), bin.count);
        object.close();
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Nanos, Resolution};

    fn transition_of(deltas: impl IntoIterator<Item = (u64, usize)>) -> Transition {
        let mut transition = Transition::new();
        for (delta, times) in deltas {
            (0..times).for_each(|_| transition.record(Nanos(delta), Resolution::Nanos));
        }
        transition
    }

    #[test]
    fn the_longest_bar_fills_the_line() {
        let lines = histogram_lines(&transition_of([(700, 3), (1_500, 1)]), Unit::Micros);
        let expected = [
            format!("  0.5 .. 1  3   75.00 %  {}", "#".repeat(55)),
            format!("  1   .. 2  1   25.00 %  {}", "#".repeat(18)),
        ];
        assert_eq!(lines, expected);
        assert_eq!(lines[0].len(), 80);
    }

    #[test]
    fn a_rare_delta_has_a_bar_and_an_empty_bin_has_none() {
        let lines = histogram_lines(&transition_of([(1, 100_000), (6, 1)]), Unit::Nanos);
        assert!(lines[1].ends_with(" 0    0.00 %"), "{lines:?}");
        assert!(lines[2].ends_with(" %  #"), "{lines:?}");
    }

    #[test]
    fn lines_stay_within_the_width_for_the_largest_numbers() {
        for unit in [Unit::Seconds, Unit::Millis, Unit::Micros, Unit::Nanos] {
            let lines = histogram_lines(&transition_of([(0, 1), (u64::MAX, 2)]), unit);
            assert!(lines.iter().all(|line| line.chars().count() <= WIDTH), "{lines:?}");
        }
    }
}
