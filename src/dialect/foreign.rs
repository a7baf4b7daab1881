//! Guesses the kind of a text that holds no trace.

use super::cursor::Cursor;
use bstr::ByteSlice;

/// Says what a text looks like, for a message. `lines` are the first lines that no dialect could read. The ends of long
/// lines may be cut off. Returns `None` if the text looks like nothing that is known here.
pub fn guess(lines: &[Vec<u8>]) -> Option<&'static str> {
    let first = lines.first()?.as_slice();
    let guessed = KINDS.iter().find(|(is_kind, _)| lines.iter().any(|line| is_kind(line)));
    let of_beginning = BEGINNINGS.iter().find(|(beginning, _)| first.trim_ascii_start().starts_with(beginning));
    match of_beginning.map(|(_, kind)| *kind).or(guessed.map(|(_, kind)| *kind)) {
        None if is_table(lines, b',') || is_table(lines, b';') => Some("CSV"),
        None if is_table(lines, b'\t') => Some("a table with tabs"),
        kind => kind,
    }
}

/// The beginnings of texts, and what a text with such a beginning is.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"{", "JSON"),
    (b"[{", "JSON"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"Performance counter stats for", "the output of perf stat; perf record and perf script give events"),
    (b"Attaching ", "the output of bpftrace"),
    (b"strace: Process ", STRACE),
];

const STRACE: &str = "the output of strace; perf trace gives system calls that are read";

/// Returns whether a line has a certain form.
type LineTest = fn(&[u8]) -> bool;

/// Tests of a line, and what a text with such a line is. For a text with none of the [`BEGINNINGS`], the first test
/// that holds for any of the lines decides. So the tests that are least likely to be wrong come first.
const KINDS: &[(LineTest, &str)] = &[
    (is_binary, "binary data"),
    (is_call_of_strace, STRACE),
    (is_of_babeltrace, "the output of babeltrace"),
    (is_of_function_graph, "the text of function_graph; the tracer function and events are read"),
    (is_raw_dump, "a raw dump of perf; print the recording without -D"),
    (is_share, "the output of perf report; perf script prints the events"),
    (is_folded, "folded stacks; perf script prints the samples that they were made of"),
    (is_of_log, "a log"),
];

/// Returns whether the line has bytes that no text has.
fn is_binary(line: &[u8]) -> bool {
    line.iter().any(|byte| matches!(byte, 0..=8 | 14..=26))
}

/// Returns whether strace prints such a line for a system call.
///
/// ```text
/// 5338  1795572121.217486 openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3 <0.000106>
/// [pid  5352] 02:02:01.325919 set_robust_list(0x7f81f7ce5a20, 24 <unfinished ...>
/// 5338  1795572121.239591 <... vfork resumed>) = 5339 <0.000754>
/// ```
fn is_call_of_strace(line: &[u8]) -> bool {
    if line.contains_str(" resumed>") || line.contains_str("<unfinished ...>") {
        return true;
    }
    let rest = line.strip_prefix(b"[pid").and_then(|rest| rest.split_once_str("] ")).map_or(line, |(_, rest)| rest);
    let rest = rest.trim_start_with(|c| c.is_ascii_digit() || " .:".contains(c));
    let mut cursor = Cursor::new(rest);
    let name = cursor.take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    // The result stands at the end of the line. In a line of more than 90 bytes, the end may be cut off.
    !name.is_empty() && cursor.eat(b'(') && (rest.contains_str(") = ") || rest.contains_str(")  ") || rest.len() > 90)
}

/// Returns whether babeltrace prints such a line:
/// `[14:32:01.123456789] (+0.000001234) host syscall_entry_read: { cpu_id = 0 }, ...`
fn is_of_babeltrace(line: &[u8]) -> bool {
    line.starts_with(b"[") && line.contains_str("] (+") && line.contains_str(": { ")
}

/// Returns whether ftrace's tracer function_graph prints such a line:
/// ` 954.974019 |   0)  sh-1201  |   0.354 us    |    rw_verify_area();`
fn is_of_function_graph(line: &[u8]) -> bool {
    let text = line.trim_ascii_end();
    let ends_as_c = [&b"{"[..], b";", b"}", b"*/"].iter().any(|end| text.ends_with(end));
    ends_as_c && (line.contains_str(") ") || line.contains_str(")|")) && line.contains_str("|  ")
}

/// Returns whether `perf script -D` prints such a line: `0x3e8 [0x60]: event: 79` or `. ... raw event: size 96 bytes`.
fn is_raw_dump(line: &[u8]) -> bool {
    line.starts_with(b". ") && line.contains_str("raw event: size")
        || line.starts_with(b"0x") && line.contains_str(" [0x") && line.contains_str("]: ")
}

/// Returns whether `perf report` prints such a line: `    12.34%  sh  libc.so.6  [.] malloc`.
fn is_share(line: &[u8]) -> bool {
    let mut cursor = Cursor::new(line);
    cursor.skip_blanks();
    cursor.decimal_seconds().is_some() && cursor.eat(b'%') && (line.contains_str("[.]") || line.contains_str("[k]"))
}

/// Returns whether the line is a folded stack with a count: `sh;main;read 12`.
fn is_folded(line: &[u8]) -> bool {
    let Some((stack, count)) = line.rsplit_once_str(" ") else { return false };
    stack.contains(&b';') && !stack.contains(&b',') && !count.is_empty() && count.iter().all(u8::is_ascii_digit)
}

/// Returns whether the line looks like one of a log.
///
/// ```text
/// 2026-11-21 09:01:42 INFO started (pid 7)
/// Jan 02 03:04:05 host sshd[812]: Accepted publickey
/// [   90.000707] usb 1-1: new high-speed USB device
/// ```
fn is_of_log(line: &[u8]) -> bool {
    const LEVELS: [&str; 5] = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE"];
    let start = line.get(..48).unwrap_or(line);
    let digits = start.trim_start_with(|c| "[<(\"".contains(c)).iter().take_while(|byte| byte.is_ascii_digit()).count();
    let has_date = digits == 4 && start.contains_str("-");
    let has_clock = start
        .split(|byte| *byte == b' ')
        .any(|word| word.len() >= 8 && word.get(2) == Some(&b':') && word.get(5) == Some(&b':'));
    let is_of_kernel = start.starts_with(b"[ ") && start.contains_str("] ");
    has_date || has_clock || is_of_kernel || LEVELS.iter().any(|level| start.contains_str(level))
}

/// Returns whether there are at least two lines, and all of them have the same number of separators, which is not 0.
fn is_table(lines: &[Vec<u8>], separator: u8) -> bool {
    let count = |line: &Vec<u8>| line.iter().filter(|byte| **byte == separator).count();
    let columns = lines.first().map_or(0, count);
    columns > 0 && lines.len() > 1 && lines.iter().all(|line| count(line) == columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_kind() {
        for (text, expected) in [
            ("5338  1795572121.217486 access(\"/etc/x\", R_OK) = -1 ENOENT (No such file) <0.000044>", "strace"),
            ("execve(\"/bin/ls\", [\"ls\"], 0x7ffd /* 39 vars */) = 0", "strace"),
            ("[pid  5352] 02:02:01.325919 set_robust_list(0x7f81f7ce5a20, 24 <unfinished ...>", "strace"),
            ("{\"a\": 1}", "JSON"),
            ("[14:32:01.123456789] (+0.000001234) host x: { cpu_id = 0 }, { }", "babeltrace"),
            (" 0)   0.354 us    |    rw_verify_area();", "function_graph"),
            ("0x3e8 [0x60]: event: 79", "raw dump"),
            ("    12.34%  sh  libc.so.6  [.] malloc", "perf report"),
            ("sh;main;read 12", "folded"),
            ("2026-11-21 09:01:42 INFO started (pid 7)", "a log"),
            ("Jan 02 03:04:05 host sshd[812]: Accepted publickey", "a log"),
            ("time,value\n1,2\n2,3", "CSV"),
            ("a\0b", "binary"),
            ("once upon a time\nthere was a trace", ""),
        ] {
            let lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
            let guessed = guess(&lines).unwrap_or_default();
            assert!(guessed.contains(expected) && guessed.is_empty() == expected.is_empty(), "{text}: {guessed}");
        }
    }
}
