//! Fields of an event's payload, as tracers print them.
//!
//! ```text
//! comm=CPU 0/KVM pid=10321 prio=120 target_cpu=001               name=value
//! prev_comm=a prev_state=S ==> next_comm=b next_pid=7            ... up to ' ==> '
//! vec=1 [action=TIMER]                                           ... a number ends before a bracket
//! fd: 0x0000000d, buf: 0x7f085fe08000, count: 0x00001000         name: value
//! fd: 4</tmp/l.bin>, prev_pid: 14216 (python3), comm: "a, b"     ... of perf trace
//! vcpu 0 reason EPT_VIOLATION rip 0x5a1b20 info 384 0            name value
//! 8,0 R 4096 () 1234 + 8 [fio]                                   words, by number
//! ```
//!
//! Nothing here allocates, and nothing is looked at before it is asked for.

use memchr::memmem;

/// The value of the field `name`, without the quotes around it.
///
/// `name=value` reaches to the next ` word=`, to ` ==> ` or to the end;
/// `name: value` to `, word:` or the closing parenthesis; `name value`, where
/// there is neither, is one word.
pub fn field<'p>(payload: &'p [u8], name: &[u8]) -> Option<&'p [u8]> {
    if name.is_empty() {
        return None;
    }
    let mut lone = None;
    for at in memmem::find_iter(payload, name) {
        let (before, after) = (payload.get(..at)?, payload.get(at + name.len()..)?);
        if before.last().is_some_and(|&byte| !is_boundary(byte)) {
            continue;
        }
        match after {
            [b'=', value @ ..] if !value.starts_with(b"=> ") => return Some(equals_value(before, value)),
            [b':'] => return Some(b""),
            [b':', b' ', value @ ..] => return Some(colon_value(value)),
            [b' ', value @ ..] if lone.is_none() => lone = word_value(value),
            _ => {}
        }
    }
    lone
}

/// The word of this number, from 1; words stand between blanks.
pub fn word(payload: &[u8], number: usize) -> Option<&[u8]> {
    words(payload).nth(number.checked_sub(1)?)
}

/// The number that a value begins with, and how long it is: a whole value, or
/// what stands before `<` or a bracket (`3</dev/null>`, `14216 (python3)`,
/// `500 [ns]`).
///
/// 64 bits, signed: `0xffffffffffffffff` and 18446744073709551615 are -1.
pub fn number(value: &[u8]) -> Option<(i64, usize)> {
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

fn words(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    payload.split(|&byte| is_blank(byte)).filter(|word| !word.is_empty())
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What a field's name may stand behind.
fn is_boundary(byte: u8) -> bool {
    is_blank(byte) || b"([{,".contains(&byte)
}

/// `value` behind `name=`, up to where the next field begins.
fn equals_value<'p>(before: &[u8], value: &'p [u8]) -> &'p [u8] {
    if let Some(quoted) = quoted(value) {
        return quoted;
    }
    let next = memchr::memchr_iter(b'=', value).find_map(|at| next_field(value, at));
    let value = next.and_then(|end| value.get(..end)).unwrap_or(value).trim_ascii_end();
    let value = value.strip_suffix(b",").filter(|_| next.is_some()).unwrap_or(value);
    // `expires=4294937298 [timeout=1250] bucket_expiry=42`: the bracket is not the value's.
    match value.split_last() {
        Some((&last, inner)) if closes(before, inner, last) => inner,
        _ => value,
    }
}

/// What stands between the quotes that a value begins and ends with.
fn quoted(value: &[u8]) -> Option<&[u8]> {
    let inner = value.strip_prefix(b"\"")?;
    let ends = |&at: &usize| matches!(inner.get(at + 1..), None | Some([] | [b',' | b')' | b']' | b' ' | b'.', ..]));
    memchr::memchr_iter(b'"', inner).find(ends).and_then(|end| inner.get(..end))
}

/// Where the value before an equals sign ends, if the sign is that of another
/// field or of an arrow.
fn next_field(value: &[u8], sign: usize) -> Option<usize> {
    let before = value.get(..sign)?;
    if before.ends_with(b" ") && value.get(sign..)?.starts_with(b"==> ") {
        return Some(sign);
    }
    let name = before.iter().rev().take_while(|byte| is_word(**byte)).count();
    let end = sign - name;
    match before.get(..end)? {
        _ if name == 0 => None,
        [.., blank] if is_blank(*blank) => Some(end),
        _ => None,
    }
}

/// Whether `last`, behind `inner`, closes a bracket that was opened before.
fn closes(before: &[u8], inner: &[u8], last: u8) -> bool {
    let open = match last {
        b')' => b'(',
        b']' => b'[',
        b'}' => b'{',
        _ => return false,
    };
    let depth =
        |text: &[u8]| text.iter().fold(0_i64, |depth, &byte| depth + i64::from(byte == open) - i64::from(byte == last));
    depth(before) > 0 && depth(inner) <= 0
}

/// `value` behind `name: `, up to `, word:`, a parenthesis that it did not
/// open, or the end.
fn colon_value(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii_start();
    if let Some(quoted) = quoted(value) {
        return quoted;
    }
    let mut depth = 0_u32;
    let is_end = |&(at, &byte): &(usize, &u8)| match byte {
        b'(' => {
            depth += 1;
            false
        }
        b')' if depth == 0 => true,
        b')' => {
            depth -= 1;
            false
        }
        b',' => value.get(at + 1..).is_some_and(begins_field),
        _ => false,
    };
    let end = value.iter().enumerate().find(is_end).map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or(value).trim_ascii_end()
}

/// ` word:`
fn begins_field(text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b" ") else { return false };
    let name = text.iter().take_while(|byte| is_word(**byte)).count();
    name > 0 && text.get(name) == Some(&b':')
}

/// One word behind `name `, unless that word is a field itself.
///
/// ```text
/// vcpu 1, rip 0x100146
/// work struct 0xffff8881003b7e40: function kcryptd_crypt
/// bdi 8:0: ino=131 index=0
/// ```
fn word_value(value: &[u8]) -> Option<&[u8]> {
    let word = words(value).next()?;
    let bare =
        word.strip_suffix(b",").or(word.strip_suffix(b":").filter(|word| word.first().is_some_and(u8::is_ascii_digit)));
    let word = bare.unwrap_or(word);
    let is_field = word.ends_with(b":") || word.contains(&b'=');
    (!is_field && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::BStr;

    fn shown(payload: &str, name: &str) -> String {
        field(payload.as_bytes(), name.as_bytes()).map_or("-".to_owned(), |value| BStr::new(value).to_string())
    }

    #[test]
    fn fields_with_an_equals_sign() {
        let wakeup = " comm=CPU 0/KVM pid=10321 prio=120 target_cpu=001";
        assert_eq!(shown(wakeup, "comm"), "CPU 0/KVM");
        assert_eq!(shown(wakeup, "pid"), "10321");
        assert_eq!(shown(wakeup, "target_cpu"), "001");
        assert_eq!(shown(wakeup, "cpu"), "-");
        let switch = " prev_comm=a=b c prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=x==> y next_pid=0";
        assert_eq!(shown(switch, "prev_comm"), "a=b c");
        assert_eq!(shown(switch, "prev_state"), "R+");
        assert_eq!(shown(switch, "next_comm"), "x==> y");
        assert_eq!(shown(switch, "pid"), "-");
        assert_eq!(shown(" vec=1 [action=TIMER]", "vec"), "1 [action=TIMER]");
        assert_eq!(shown(" vec=1 [action=TIMER]", "action"), "TIMER");
        assert_eq!(shown(" comm=a) pid=1", "comm"), "a)");
        assert_eq!(shown("(dev=8 ino=2)", "ino"), "2");
        assert_eq!(shown("dev=8, ino=2", "dev"), "8");
        assert_eq!(shown("expires=4 [timeout=1250] bucket=42", "timeout"), "1250");
        assert_eq!(shown("prev_comm==foo prev_pid=3", "prev_comm"), "=foo");
        assert_eq!(shown("path=\"/tmp/a b=c\" mode=3", "path"), "/tmp/a b=c");
        assert_eq!(shown("path=\"/tmp/a mode=3", "path"), "\"/tmp/a");
        assert_eq!(shown("comm= pid=2", "comm"), "");
    }

    #[test]
    fn fields_with_a_colon() {
        let call = "fd: 4</tmp/a, b.bin>, buf: 0x7fb55c000bc0, count: 512";
        assert_eq!(shown(call, "fd"), "4</tmp/a, b.bin>");
        assert_eq!(shown(call, "count"), "512");
        assert_eq!(shown(" ufds: 0x1, nfds: ", "nfds"), "");
        assert_eq!(shown("nfds:", "nfds"), "");
        let switch = "prev_comm: \"py, x: 3\", prev_pid: 14216 (python3), prev_state: 2, next_comm: \"a\"";
        assert_eq!(shown(switch, "prev_comm"), "py, x: 3");
        assert_eq!(shown(switch, "prev_pid"), "14216 (python3)");
        assert_eq!(shown(switch, "next_comm"), "a");
        assert_eq!(shown("(k: 1, v: (2))", "v"), "(2)");
        assert_eq!(shown("(k: 1, v: 2)", "v"), "2");
    }

    #[test]
    fn fields_without_a_sign() {
        let exit = " vcpu 0 reason EPT_VIOLATION rip 0x5a1b20 info 384 0 ";
        assert_eq!(shown(exit, "reason"), "EPT_VIOLATION");
        assert_eq!(shown(exit, "info"), "384");
        assert_eq!(shown(" vcpu 1, rip 0x100146", "vcpu"), "1");
        assert_eq!(shown("work struct=0x1 function=f", "work"), "-");
        assert_eq!(shown("work struct 0x1: function f", "struct"), "0x1");
        assert_eq!(shown("work flags: 0x1", "work"), "-");
        assert_eq!(shown("bdi 8:0: ino=131 index=0", "bdi"), "8:0");
        // A sign says more than a blank.
        assert_eq!(shown("comm=pid 7 pid=5", "pid"), "5");
        assert_eq!(shown("a", "a"), "-");
        assert_eq!(shown("a", ""), "-");
    }

    #[test]
    fn words_are_counted_from_one() {
        let issue = b" 8,0 R 4096 ()  1234 + 8 [fio]";
        assert_eq!(word(issue, 1), Some(&b"8,0"[..]));
        assert_eq!(word(issue, 5), Some(&b"1234"[..]));
        assert_eq!(word(issue, 9), None);
        assert_eq!(word(issue, 0), None);
    }

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
            assert_eq!(number(text.as_bytes()).map(|(number, _)| number), expected, "{text}");
        }
        assert_eq!(number(b"3</dev/null>"), Some((3, 1)));
    }
}
