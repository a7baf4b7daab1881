//! Prints numbers: nanoseconds as exact decimals, and floats in their shortest form.

use crate::event::{Nanos, Resolution};

/// The unit in which deltas and statistics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    #[default]
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Unit {
    /// All units with their names on the command line.
    pub const NAMES: &[(&str, Unit)] =
        &[("s", Unit::Seconds), ("ms", Unit::Millis), ("us", Unit::Micros), ("ns", Unit::Nanos)];

    /// Returns the name of the unit on the command line and in headers.
    pub fn name(self) -> &'static str {
        Unit::NAMES.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }

    /// Returns the number of decimals that are needed to show a nanosecond in this unit.
    pub fn decimals(self) -> usize {
        match self {
            Unit::Seconds => 9,
            Unit::Millis => 6,
            Unit::Micros => 3,
            Unit::Nanos => 0,
        }
    }

    /// Returns the number of nanoseconds in one unit.
    pub fn in_ns(self) -> u64 {
        10_u64.pow(self.decimals() as u32)
    }
}

/// Appends an integer.
pub fn push_integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a time in seconds. It gets 6 or 9 decimals, in the resolution of the input.
pub fn push_time(out: &mut Vec<u8>, time: Nanos, resolution: Resolution) {
    let Nanos(ns) = time;
    push_integer(out, ns / 1_000_000_000);
    out.push(b'.');
    let fraction = ns % 1_000_000_000;
    match resolution {
        Resolution::Micros => push_padded(out, fraction / 1_000, 6),
        Resolution::Nanos => push_padded(out, fraction, 9),
    }
}

/// Appends a time span in this unit. The text is exact, and its decimals do not end with zeros.
pub fn push_span(out: &mut Vec<u8>, span: Nanos, unit: Unit) {
    let Nanos(ns) = span;
    push_integer(out, ns / unit.in_ns());
    push_fraction(out, ns % unit.in_ns(), unit.decimals());
}

/// Appends a delta in this unit. It is negative if the trace clock went back.
pub fn push_signed(out: &mut Vec<u8>, delta_ns: i128, unit: Unit) {
    if delta_ns < 0 {
        out.push(b'-');
    }
    let span = u64::try_from(delta_ns.unsigned_abs()).unwrap_or(u64::MAX);
    push_span(out, Nanos(span), unit);
}

/// Appends a time span, given in half nanoseconds, in this unit. A median may lie halfway between two whole
/// nanoseconds. The text is exact, and its decimals do not end with zeros.
pub fn push_half_span(out: &mut Vec<u8>, half_ns: u128, unit: Unit) {
    // Half a nanosecond is five tenths of a nanosecond.
    let tenths = half_ns * 5;
    let one = u128::from(unit.in_ns()) * 10;
    push_integer(out, tenths / one);
    push_fraction(out, (tenths % one) as u64, unit.decimals() + 1);
}

/// Appends a point and the fraction `fraction / 10^decimals`, without zeros at its end. Appends nothing if it is 0.
fn push_fraction(out: &mut Vec<u8>, mut fraction: u64, mut decimals: usize) {
    if fraction == 0 {
        return;
    }
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        decimals -= 1;
    }
    out.push(b'.');
    push_padded(out, fraction, decimals);
}

/// Appends a number with zeros before it, so that it has at least `width` digits.
fn push_padded(out: &mut Vec<u8>, number: u64, width: usize) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number).as_bytes();
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits.len())));
    out.extend_from_slice(digits);
}

/// Appends a float as the shortest text from which the same float can be read. The float must be finite.
pub fn push_float(out: &mut Vec<u8>, number: f64) {
    out.extend_from_slice(ryu::Buffer::new().format_finite(number).as_bytes());
}

/// Returns a float with this number of decimals, at most 12. It is rounded as Java does: half up, from the shortest
/// decimal number that stands for the float. The float must be finite, not negative, and below 1e20.
pub fn fixed(number: f64, decimals: usize) -> String {
    // The shortest decimal number has the form `1.25e-3`.
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: u128 = format!("{whole}{fraction}").parse().unwrap_or(0);
    let shift = exponent.parse::<i32>().unwrap_or(0) - fraction.len() as i32 + decimals as i32;
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    // A number whose digits lie more than 38 places behind the last decimal is 0.
    let scaled = match power {
        Some(power) if shift < 0 => (digits + power / 2) / power,
        power => digits * power.unwrap_or(0),
    };
    let one = 10_u128.pow(decimals as u32);
    format!("{}.{:0decimals$}", scaled / one, scaled % one)
}

/// Returns a number of bytes in a form for people: `500.3 MB`.
pub fn size(bytes: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, one)| bytes as f64 >= *one) {
        Some((unit, one)) => format!("{:.1} {unit}", bytes as f64 / one),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn spans_are_exact_decimals() {
        for (ns, unit, expected) in [
            (34_000, Unit::Micros, "34"),
            (34_500, Unit::Micros, "34.5"),
            (120, Unit::Micros, "0.12"),
            (1, Unit::Seconds, "0.000000001"),
            (10_000_000_010, Unit::Seconds, "10.00000001"),
            (0, Unit::Millis, "0"),
            (u64::MAX, Unit::Nanos, "18446744073709551615"),
            (u64::MAX, Unit::Seconds, "18446744073.709551615"),
        ] {
            assert_eq!(text(|out| push_span(out, Nanos(ns), unit)), expected);
        }
        assert_eq!(text(|out| push_half_span(out, 2573, Unit::Nanos)), "1286.5");
        assert_eq!(text(|out| push_half_span(out, 2573, Unit::Micros)), "1.2865");
        assert_eq!(text(|out| push_half_span(out, 52_000, Unit::Micros)), "26");
        assert_eq!(text(|out| push_half_span(out, 1, Unit::Seconds)), "0.0000000005");
    }

    #[test]
    fn fixed_decimals_are_rounded_half_up() {
        for (number, decimals, expected) in [
            (0.0, 3, "0.000"),
            (0.125, 2, "0.13"),
            (0.375, 2, "0.38"),
            (1.0005, 3, "1.001"),
            (0.1 + 0.2, 3, "0.300"),
            (0.9996, 3, "1.000"),
            (1.0 / 3.0, 12, "0.333333333333"),
            (1e-40, 3, "0.000"),
            (4.9e-324, 12, "0.000000000000"),
            (18_446_744_073_709_551_615.0, 3, "18446744073709552000.000"),
        ] {
            assert_eq!(fixed(number, decimals), expected, "{number}");
        }
    }

    #[test]
    fn times_have_the_decimals_of_the_input() {
        assert_eq!(text(|out| push_time(out, Nanos(1_000_001_000), Resolution::Micros)), "1.000001");
        assert_eq!(text(|out| push_time(out, Nanos(1_000_000_001), Resolution::Nanos)), "1.000000001");
        assert_eq!(text(|out| push_time(out, Nanos(0), Resolution::Micros)), "0.000000");
    }
}
