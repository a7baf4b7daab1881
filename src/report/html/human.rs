//! Times and numbers as people say them: `12.4 µs`, `1 ms`.

use crate::event::Nanos;
use crate::text::Unit;

/// The units in which people give times, with their lengths in nanoseconds, the longest first.
const UNITS: [(&str, f64); 4] = [("s", 1e9), ("ms", 1e6), ("\u{b5}s", 1e3), ("ns", 1.0)];

/// Returns the name of a unit as people write it.
pub(super) fn unit_name(unit: Unit) -> &'static str {
    if unit == Unit::Micros { "\u{b5}s" } else { unit.name() }
}

/// Returns a time in nanoseconds with three significant digits, such as `12.4 µs`.
pub(super) fn time(ns: f64) -> String {
    let (number, unit) = time_in_parts(ns, 3);
    format!("{number} {unit}")
}

/// Returns the bounds of a span, which are given in nanoseconds, as a text: `10 to 20 µs` or `500 ns to 1 µs`.
pub(super) fn span([low, high]: [f64; 2]) -> String {
    let [(low, low_unit), (high, high_unit)] = [low, high].map(|bound| time_in_parts(bound, 4));
    if low_unit == high_unit || low == "0" {
        format!("{low} to {high} {high_unit}")
    } else {
        format!("{low} {low_unit} to {high} {high_unit}")
    }
}

/// Returns a time as a number with this many significant digits, without zeros at its end, and the unit of the number.
/// The time is given in nanoseconds. The unit is the longest one that is not longer than the time.
pub(super) fn time_in_parts(ns: f64, digits: usize) -> (String, &'static str) {
    let rounds_to_one = |length: f64| ns / length >= 1.0 - 0.5 * 0.1_f64.powi(digits as i32);
    let (unit, length) = UNITS.into_iter().find(|(_, length)| rounds_to_one(*length)).unwrap_or(UNITS[3]);
    let value = ns / length;
    let whole_digits = if value < 1.0 { 1 } else { value.log10() as usize + 1 };
    let decimals = digits.saturating_sub(whole_digits);
    (without_zeros(&format!("{value:.decimals$}")).to_owned(), unit)
}

/// Removes the zeros at the end of a number with decimals, and also the point if no decimal is left behind it.
fn without_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// Returns a time of the trace clock in seconds with this many decimals, rounded down.
pub(super) fn clock(time: Nanos, decimals: usize) -> String {
    let Nanos(ns) = time;
    let text = format!("{}.{:09}", ns / 1_000_000_000, ns % 1_000_000_000);
    let surplus = 9 - decimals.min(9);
    text[..text.len() - surplus].trim_end_matches('.').to_owned()
}

/// Returns a count with a thin space between each three digits, such as `12 345`.
pub(super) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_the_longest_unit() {
        for (ns, text) in [
            (0.0, "0 ns"),
            (0.5, "0.5 ns"),
            (7.0, "7 ns"),
            (999.0, "999 ns"),
            (999.96, "1 \u{b5}s"),
            (12_400.0, "12.4 \u{b5}s"),
            (100_000.0, "100 \u{b5}s"),
            (999_600.0, "1 ms"),
            (1_000_000.0, "1 ms"),
            (1_234_567_890.0, "1.23 s"),
            (4_321_000_000_000.0, "4321 s"),
        ] {
            assert_eq!(time(ns), text);
        }
    }

    #[test]
    fn spans_name_a_unit_once() {
        assert_eq!(span([10_000.0, 20_000.0]), "10 to 20 \u{b5}s");
        assert_eq!(span([512.0, 1024.0]), "512 ns to 1.024 \u{b5}s");
        assert_eq!(span([0.0, 1000.0]), "0 to 1 \u{b5}s");
    }

    #[test]
    fn clocks_and_counts() {
        assert_eq!(clock(Nanos(43_526_578_901_234), 3), "43526.578");
        assert_eq!(clock(Nanos(1_999_999_999), 0), "1");
        assert_eq!(clock(Nanos(5), 9), "0.000000005");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1\u{2009}234\u{2009}567");
    }
}
