//! Finds a field in a payload by its name, in every form in which tracers write fields.
//!
//! ```text
//! comm=CPU 0/KVM pid=10321 prio=120 target_cpu=001               name=value
//! prev_comm=a prev_state=S ==> next_comm=b next_pid=7            a value ends before ' ==> '
//! vec=1 [action=TIMER]                                           value '1 [action=TIMER]'; its number is 1
//! fd: 0x0000000d, buf: 0x7f085fe08000, count: 0x00001000         name: value
//! fd: 4</tmp/l.bin>, prev_pid: 14216 (python3), comm: "a, b"     name: value, from perf trace
//! vcpu 0 reason EPT_VIOLATION rip 0x5a1b20 info 384 0            name value
//! work struct 0xffff8881003b7e40: function kcryptd_crypt         name struct value, also as name struct=value
//! 8,0 R 4096 () 1234 + 8 [fio]                                   words, found by their number
//! ```
//!
//! Nothing here allocates memory. A search passes over the payload once.

use super::field_name::FieldName;

/// Returns the value of the field `name`, without quotes around it.
///
/// In the form `name=value`, the value ends before the next ` word=`, before ` ==> ` or at the end of the payload. In
/// the form `name: value`, it ends before `, word:`, before a closing parenthesis that was not opened in it, or at the
/// end of the payload. If the payload has the field in neither form, the form `name value` is accepted, in which the
/// value is one word.
pub fn find<'p>(payload: &'p [u8], name: &FieldName) -> Option<&'p [u8]> {
    let length = name.text().len();
    if length == 0 {
        return None;
    }
    let mut without_sign = None;
    for at in name.offsets(payload) {
        let (before, after) = (payload.get(..at)?, payload.get(at + length..)?);
        if before.last().is_some_and(|&byte| !may_precede_name(byte)) {
            continue;
        }
        // `work struct 0xffff8881003b7e40: function f` has the field `work`, whose type stands behind its name.
        let typed = after.strip_prefix(b" struct").filter(|rest| matches!(rest, [b'=' | b' ', ..]));
        match typed.unwrap_or(after) {
            [b'=', value @ ..] if !value.starts_with(b"=> ") => return Some(equals_value(before, value)),
            [b':'] => return Some(b""),
            [b':', b' ', value @ ..] => return Some(colon_value(value)),
            [b' ', value @ ..] if without_sign.is_none() => without_sign = word_value(value),
            _ => {}
        }
    }
    without_sign
}

/// Returns the names and values of the fields that are written as `name=value` or `name: value`, in their order.
pub fn named_fields(payload: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let sign = at + payload.get(at..)?.iter().position(|byte| b"=:".contains(byte))?;
            let (before, after) = (payload.get(..sign)?, payload.get(sign + 1..)?);
            let length = before.get(at..)?.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
            let (outer, name) = before.split_at_checked(sign - length)?;
            at = sign + 1;
            let begins_name = length > 0 && outer.last().is_none_or(|&byte| may_precede_name(byte));
            let value = match (payload.get(sign), after) {
                (Some(b'='), [b'=', ..]) => None,
                (Some(b'='), _) => Some(equals_value(outer, after)),
                (_, [b' ', value @ ..]) => Some(colon_value(value)),
                _ => None,
            };
            if let Some(value) = value.filter(|_| begins_name) {
                at += value.len();
                return Some((name, value));
            }
        }
    })
}

/// Returns the word with this number. Blanks separate words, and the first word has the number 1.
pub fn nth_word(payload: &[u8], number: usize) -> Option<&[u8]> {
    words(payload).nth(number.checked_sub(1)?)
}

fn words(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    payload.split(|&byte| is_blank(byte)).filter(|word| !word.is_empty())
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Returns whether the name of a field may contain this byte.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns whether the name of a field may begin behind this byte.
fn may_precede_name(byte: u8) -> bool {
    is_blank(byte) || b"([{,".contains(&byte)
}

/// Returns the value behind `name=`, up to the place where the next field begins. `before` is the payload up to the
/// name.
fn equals_value<'p>(before: &[u8], value: &'p [u8]) -> &'p [u8] {
    if let Some(quoted) = quoted(value) {
        return quoted;
    }
    let next = memchr::memchr_iter(b'=', value).find_map(|at| end_before_sign(value, at));
    let value = next.and_then(|end| value.get(..end)).unwrap_or(value).trim_ascii_end();
    let value = value.strip_suffix(b",").filter(|_| next.is_some()).unwrap_or(value);
    // The last bracket is cut off if it was opened before the name:
    // `expires=4294937298 [timeout=1250] bucket_expiry=42`.
    match value.split_last() {
        Some((&last, inner)) if closes(before, inner, last) => inner,
        _ => value,
    }
}

/// Returns the text between the quotes, if the value begins with a quote and another one closes it.
fn quoted(value: &[u8]) -> Option<&[u8]> {
    let inner = value.strip_prefix(b"\"")?;
    let closes = |&at: &usize| matches!(inner.get(at + 1..), None | Some([] | [b',' | b')' | b']' | b' ' | b'.', ..]));
    memchr::memchr_iter(b'"', inner).find(closes).and_then(|end| inner.get(..end))
}

/// Returns the offset at which the value ends, if the equals sign at `sign` belongs to the next field or to an arrow
/// ` ==> `. Returns `None` if the sign belongs to the value.
fn end_before_sign(value: &[u8], sign: usize) -> Option<usize> {
    let before = value.get(..sign)?;
    if before.ends_with(b" ") && value.get(sign..)?.starts_with(b"==> ") {
        return Some(sign);
    }
    let name = before.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let end = sign - name;
    match before.get(..end)? {
        _ if name == 0 => None,
        [.., blank] if is_blank(*blank) => Some(end),
        _ => None,
    }
}

/// Returns whether the byte `last`, which follows `inner`, closes a bracket that was opened in `before`.
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

/// Returns the value behind `name: `. It ends before `, word:`, before a closing parenthesis that was not opened in it,
/// or at the end of the payload.
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
        b',' => value.get(at + 1..).is_some_and(begins_colon_field),
        _ => false,
    };
    let end = value.iter().enumerate().find(is_end).map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or(value).trim_ascii_end()
}

/// Returns whether the text begins with ` word:`.
fn begins_colon_field(text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b" ") else { return false };
    let name = text.iter().take_while(|byte| is_name_byte(**byte)).count();
    name > 0 && text.get(name) == Some(&b':')
}

/// Returns the word behind `name `. A comma at its end does not belong to it; nor does a colon, if the word begins with
/// a digit. So these payloads give 1, 0xffff8881003b7e40 and 8:0:
///
/// ```text
/// vcpu 1, rip 0x100146
/// struct 0xffff8881003b7e40: function kcryptd_crypt
/// bdi 8:0: ino=131 index=0
/// ```
///
/// Returns `None` if the word is the name of the next field, because it ends with a colon that belongs to it, or
/// contains a `=`.
fn word_value(value: &[u8]) -> Option<&[u8]> {
    let word = words(value).next()?;
    let bare =
        word.strip_suffix(b",").or(word.strip_suffix(b":").filter(|word| word.first().is_some_and(u8::is_ascii_digit)));
    let word = bare.unwrap_or(word);
    let is_field = word.ends_with(b":") || word.contains(&b'=');
    (!is_field && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests;
