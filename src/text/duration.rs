//! Durations and times that the user writes: `10ms`, `1.5s`, `250us`, `80ns`; `43526.578`.

use super::nearest::by_nearness;
use super::number::Unit;
use crate::event::Nanos;

/// Parses a duration of at least a nanosecond. The unit is required, because `10` alone could mean any.
///
/// # Errors
///
/// Returns what was expected, as the end of a message.
pub fn parse_duration(text: &str) -> Result<Nanos, String> {
    parse_duration_or_zero(text).and_then(|length| if length > Nanos(0) { Ok(length) } else { Err(too_fine()) })
}

/// Parses a duration, which may be 0 if it has a unit.
///
/// # Errors
///
/// Returns what was expected, as the end of a message.
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
        return Err(format!("expected one of {}", by_nearness(unit, names).join(", ")));
    };
    let ns = nanoseconds(whole, decimals.trim_end_matches('0'), unit.in_ns());
    ns.map(Nanos).ok_or_else(too_fine)
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

/// Returns `whole.fraction` units of `unit_ns` in nanoseconds, if that is a whole number of 64 bits.
fn nanoseconds(whole: &str, fraction: &str, unit_ns: u64) -> Option<u64> {
    let scale = u32::try_from(fraction.len()).ok().and_then(|digits| 10_u64.checked_pow(digits))?;
    let scaled_part = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()?.checked_mul(unit_ns)? };
    let is_exact = scaled_part.is_multiple_of(scale);
    let ns = whole.parse::<u64>().ok()?.checked_mul(unit_ns)?.checked_add(scaled_part / scale)?;
    is_exact.then_some(ns)
}
