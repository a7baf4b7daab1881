//! Reads durations and times that the user writes: `10ms`, `1.5s`, `250us`, `80ns`; `43526.578`.

use super::number::Unit;
use crate::event::Nanos;

/// Parses a duration of at least 1 ns. The unit is required, because it cannot be guessed from `10` alone.
///
/// # Errors
///
/// The error is the end of a message: it says what was expected.
pub fn parse_duration(text: &str) -> Result<Nanos, String> {
    parse_duration_or_zero(text).and_then(|length| if length > Nanos(0) { Ok(length) } else { Err(too_fine()) })
}

/// Parses a duration, which may be 0 if it has a unit.
///
/// # Errors
///
/// The error is the end of a message: it says what was expected.
pub fn parse_duration_or_zero(text: &str) -> Result<Nanos, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if !is_digits(whole) || !is_digits(decimals) {
        return Err("expected a duration, as 10ms, 1.5s, 250us or 80ns".into());
    }
    if unit.is_empty() {
        return Err(format!("expected a duration with its unit, as {number}ms or {number}s"));
    }
    let Some((_, unit)) = Unit::NAMES.iter().find(|(name, _)| *name == unit) else {
        let names: Vec<_> = Unit::NAMES.iter().map(|(name, _)| *name).collect();
        return Err(format!("expected one of {}", names.join(", ")));
    };
    match nanoseconds(whole, decimals.trim_end_matches('0'), unit.in_ns()) {
        Some(ns) => Ok(Nanos(ns)),
        None if reaches_limit(whole, unit.in_ns()) => {
            Err(format!("expected at most {}s", u64::MAX / Unit::Seconds.in_ns()))
        }
        None => Err(too_fine()),
    }
}

fn too_fine() -> String {
    "expected at least a nanosecond, and whole ones".into()
}

/// Parses a time in seconds with at most nine decimals; `None` if the text is no such time.
pub fn parse_seconds(text: &str) -> Option<Nanos> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = is_digits(whole) && is_digits(decimals);
    is_number.then(|| nanoseconds(whole, decimals.trim_end_matches('0'), Unit::Seconds.in_ns())).flatten().map(Nanos)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a duration of `whole` units, perhaps with decimals, may be too long: whether `whole` + 1 units of
/// `unit_ns` nanoseconds are more nanoseconds than 64 bits can hold.
fn reaches_limit(whole: &str, unit_ns: u64) -> bool {
    // `whole` has only digits. If it is not a u64, it is too large.
    whole.parse().map_or(true, |whole: u64| whole >= u64::MAX / unit_ns)
}

/// Returns `whole.fraction` units of `unit_ns` nanoseconds, as a number of nanoseconds. Returns `None`
/// if that is not a whole number or does not fit into 64 bits.
fn nanoseconds(whole: &str, fraction: &str, unit_ns: u64) -> Option<u64> {
    let scale = u32::try_from(fraction.len()).ok().and_then(|digits| 10_u64.checked_pow(digits))?;
    let scaled_part = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()?.checked_mul(unit_ns)? };
    let is_exact = scaled_part.is_multiple_of(scale);
    let ns = whole.parse::<u64>().ok()?.checked_mul(unit_ns)?.checked_add(scaled_part / scale)?;
    is_exact.then_some(ns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_durations() {
        assert_eq!(parse_duration("18446744073s"), Ok(Nanos(18_446_744_073_000_000_000)));
        assert_eq!(parse_duration("18446744073.709551615s"), Ok(Nanos(u64::MAX)));
        assert_eq!(parse_duration("18446744073709551615ns"), Ok(Nanos(u64::MAX)));
        let too_long = "expected at most 18446744073s".to_owned();
        for text in ["18446744073.709551616s", "18446744074s", "99999999999s", "18446744073709551616ns"] {
            assert_eq!(parse_duration(text), Err(too_long.clone()), "{text}");
        }
        for text in ["0s", "0.5ns", "1.0000000001s"] {
            assert!(parse_duration(text).is_err_and(|expected| expected.contains("whole ones")), "{text}");
        }
    }
}
