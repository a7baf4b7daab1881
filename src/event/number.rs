//! Numbers as tracers print them in fields.

/// Parses the number that a value begins with. Returns the number and its length in bytes.
///
/// The number must be the whole value, or `<` or a bracket must follow it, as in `3</dev/null>`, `14216 (python3)` and
/// `500 [ns]`. It is decimal or hexadecimal (`0x`), and may have a sign. The result has 64 bits and a sign, so that
/// `0xffffffffffffffff` and 18446744073709551615 give -1. A number that does not fit 64 bits gives `None`.
pub fn parse_number(value: &[u8]) -> Option<(i64, usize)> {
    let (negative, digits) = match value {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let hexadecimal = digits.strip_prefix(b"0x").or_else(|| digits.strip_prefix(b"0X"));
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    let length = digits.iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let (digits, rest) = digits.split_at_checked(length).filter(|_| length > 0)?;
    if !matches!(rest, [] | [b'<', ..] | [b' ', b'(' | b'[' | b'<' | b'{', ..]) {
        return None;
    }
    let mut number = 0_u64;
    for &byte in digits {
        let digit = char::from(byte).to_digit(radix)?;
        number = number.checked_mul(radix.into())?.checked_add(digit.into())?;
    }
    let number = if negative { 0_i64.checked_sub_unsigned(number)? } else { number as i64 };
    Some((number, value.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_before_their_decoration() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("0x1F", Some(31)),
            ("0xffffffffffffffff", Some(-1)),
            ("18446744073709551615", Some(-1)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("3</dev/null>", Some(3)),
            ("14216 (python3)", Some(14216)),
            ("500 [ns]", Some(500)),
            ("", None),
            ("0x", None),
            ("-", None),
            ("7f", None),
            ("7 8", None),
            ("18446744073709551616", None),
            ("-9223372036854775809", None),
            ("0x1ffffffffffffffff", None),
            ("١", None),
        ] {
            assert_eq!(parse_number(text.as_bytes()).map(|(number, _)| number), expected, "{text}");
        }
        assert_eq!(parse_number(b"3</dev/null>"), Some((3, 1)));
    }
}
