//! Parses numbers in the forms in which tracers print them in fields.

/// Parses the number at the beginning of a value. Returns the number and its length in bytes.
///
/// The number must be the whole value, or `<` must follow it, or a blank and an opening bracket, as in `3</dev/null>`,
/// `14216 (python3)` and `500 [ns]`. It is decimal or hexadecimal (`0x`), and may have a sign. A hexadecimal number is
/// read as 64 bits with a sign, so `0xffffffffffffffff` is -1. A decimal number is read as it stands, even above
/// 2^63-1, because tracers print unsigned fields in this form. Returns `None` if a hexadecimal number does not fit into
/// 64 bits, or a decimal one into 128 bits.
pub fn parse_number(value: &[u8]) -> Option<(i128, usize)> {
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
    let number = match (parse_digits(digits, radix), radix) {
        (Some(number), 10) => i128::from(number) * if negative { -1 } else { 1 },
        (Some(number), _) if negative => 0_i64.checked_sub_unsigned(number)?.into(),
        (Some(number), _) => (number as i64).into(),
        (None, 10) => parse_long_decimal(digits, negative)?,
        (None, _) => return None,
    };
    Some((number, value.len() - rest.len()))
}

/// Parses the digits of a number without a sign. Returns `None` if it does not fit into 64 bits.
fn parse_digits(digits: &[u8], radix: u32) -> Option<u64> {
    let mut number = 0_u64;
    for &byte in digits {
        let digit = char::from(byte).to_digit(radix)?;
        number = number.checked_mul(radix.into())?.checked_add(digit.into())?;
    }
    Some(number)
}

/// Parses the digits of a decimal number. Returns `None` if it does not fit into 128 bits with a sign.
#[cold]
fn parse_long_decimal(digits: &[u8], negative: bool) -> Option<i128> {
    digits.iter().try_fold(0_i128, |number, byte| {
        let digit = i128::from(byte - b'0');
        number.checked_mul(10)?.checked_add(if negative { -digit } else { digit })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_before_their_decoration() {
        // A decoration is what some tracers print behind a number: the path of a file, a name or a unit.
        for (text, expected) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("0x1F", Some(31)),
            ("0xffffffffffffffff", Some(-1)),
            ("9223372036854775808", Some(1 << 63)),
            ("18446744073709551615", Some((1 << 64) - 1)),
            ("18446744073709551616", Some(1 << 64)),
            ("0x8000000000000000", Some(i64::MIN.into())),
            ("-0x8000000000000000", Some(i64::MIN.into())),
            ("-0x8000000000000001", None),
            ("-9223372036854775808", Some(i64::MIN.into())),
            ("-9223372036854775809", Some(i128::from(i64::MIN) - 1)),
            ("-170141183460469231731687303715884105728", Some(i128::MIN)),
            ("170141183460469231731687303715884105728", None),
            ("3</dev/null>", Some(3)),
            ("14216 (python3)", Some(14216)),
            ("500 [ns]", Some(500)),
            ("", None),
            ("0x", None),
            ("-", None),
            ("7f", None),
            ("7 8", None),
            ("0x1ffffffffffffffff", None),
            ("١", None),
        ] {
            assert_eq!(parse_number(text.as_bytes()).map(|(number, _)| number), expected, "{text}");
        }
        assert_eq!(parse_number(b"3</dev/null>"), Some((3, 1)));
    }
}
