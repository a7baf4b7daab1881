//! Durations that the user writes: `10ms`, `1.5s`, `250us`, `80ns`.

use super::nearest::by_nearness;
use super::number::Unit;
use crate::event::Nanos;

/// Parses a duration of at least a nanosecond. The unit is required, because `10` alone could mean any.
///
/// # Errors
///
/// Returns what was expected, as the end of a message.
pub fn parse_duration(text: &str) -> Result<Nanos, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !digits(whole) || !digits(decimals) {
        return Err("expected a duration, as 10ms, 1.5s, 250us or 80ns".into());
    }
    if unit.is_empty() {
        return Err(format!("expected a duration with its unit, as {number}ms or {number}s"));
    }
    let Some((_, unit)) = Unit::NAMES.iter().find(|(name, _)| *name == unit) else {
        let names: Vec<_> = Unit::NAMES.iter().map(|(name, _)| *name).collect();
        return Err(format!("expected one of {}", by_nearness(unit, names).join(", ")));
    };
    nanoseconds(whole, decimals.trim_end_matches('0'), unit.in_ns()).map(Nanos).map_err(str::to_owned)
}

/// Returns `whole.fraction` units of `unit_ns` in nanoseconds. Both parts must be digits. The fraction must not end in
/// zeros, and may be empty.
///
/// # Errors
///
/// Returns what was expected, if that is more than 2^64-1 nanoseconds, none, or no whole number of them.
fn nanoseconds(whole: &str, fraction: &str, unit_ns: u64) -> Result<u64, &'static str> {
    const NOT_WHOLE: &str = "expected at least a nanosecond, and whole ones";
    const TOO_LONG: &str = "expected at most 18446744073s (584 years)";
    // A second has 10^9 nanoseconds, so a number with more decimals is not whole in any unit.
    if fraction.len() > 9 {
        return Err(NOT_WHOLE);
    }
    let scale = 10_u64.pow(fraction.len() as u32);
    let scaled_part = fraction.parse().unwrap_or(0) * unit_ns;
    if !scaled_part.is_multiple_of(scale) {
        return Err(NOT_WHOLE);
    }
    let whole_ns = whole.parse().ok().and_then(|whole: u64| whole.checked_mul(unit_ns));
    let ns = whole_ns.and_then(|ns| ns.checked_add(scaled_part / scale)).ok_or(TOO_LONG)?;
    if ns > 0 { Ok(ns) } else { Err(NOT_WHOLE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<u64, String> {
        parse_duration(text).map(|Nanos(ns)| ns)
    }

    #[test]
    fn durations_are_exact_or_a_mistake() {
        for (text, ns) in [
            ("1ns", 1),
            ("1.50us", 1_500),
            ("0.000000001s", 1),
            ("0.0000000010s", 1),
            ("18446744073.709551615s", u64::MAX),
            ("0018446744073709551615ns", u64::MAX),
        ] {
            assert_eq!(parsed(text), Ok(ns), "{text}");
        }
        for text in ["18446744073.709551616s", "99999999999s", "18446744073709551616ns", "99999999999999999999.5ms"] {
            assert_eq!(parsed(text), Err("expected at most 18446744073s (584 years)".into()), "{text}");
        }
        for text in ["0s", "0.5ns", "0.0000000001s", "99999999999.1ns", "1.00000000000000000000000000001s"] {
            assert_eq!(parsed(text), Err("expected at least a nanosecond, and whole ones".into()), "{text}");
        }
    }
}
