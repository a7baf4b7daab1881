//! Finds the difference between two texts, for the message of a test that failed.

/// The number of equal lines that are shown before and after a difference.
const CONTEXT: usize = 3;

/// The largest number of cells in the table that finds the longest common subsequence. If two texts need more cells,
/// all lines between their common beginning and their common end are shown as different.
const CELLS_MAX: usize = 4_000_000;

/// Returns the lines in which two texts differ. Lines that only `expected` has are marked with `-`, and those that only
/// `came` has with `+`. A few equal lines around a difference are shown, too. The result is empty if the texts are
/// equal.
pub fn diff(expected: &[u8], came: &[u8]) -> String {
    let changes = changes(&lines(expected), &lines(came));
    let is_near_change = |at: usize| {
        let near = at.saturating_sub(CONTEXT)..changes.len().min(at + CONTEXT + 1);
        changes[near].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut shown = String::new();
    let mut left_out = false;
    for (at, (mark, line)) in changes.iter().enumerate() {
        if !is_near_change(at) {
            left_out = true;
            continue;
        }
        if left_out {
            shown.push_str("  ...\n");
            left_out = false;
        }
        shown.push_str(&format!("{mark} {}\n", printable(line)));
    }
    if left_out && !shown.is_empty() {
        shown.push_str("  ...\n");
    }
    shown
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Returns all lines of both texts in order. Each has a mark: ' ' for a line that both have, '-' for one that only
/// `expected` has, and '+' for one that only `came` has.
fn changes<'t>(expected: &[&'t [u8]], came: &[&'t [u8]]) -> Vec<(char, &'t [u8])> {
    let before = expected.iter().zip(came).take_while(|(one, other)| one == other).count();
    let (middle, other) = (&expected[before..], &came[before..]);
    let after = middle.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let (middle, other) = (&middle[..middle.len() - after], &other[..other.len() - after]);
    let same = |lines: &[&'t [u8]]| lines.iter().map(|line| (' ', *line)).collect::<Vec<_>>();
    let mut changes = same(&expected[..before]);
    changes.extend(changes_between(middle, other));
    changes.extend(same(&expected[expected.len() - after..]));
    changes
}

/// Returns all lines with their marks, as [`changes`] does, for texts that begin and end with different lines. The
/// lines of the texts' longest common subsequence get the mark ' '.
fn changes_between<'t>(expected: &[&'t [u8]], came: &[&'t [u8]]) -> Vec<(char, &'t [u8])> {
    let width = came.len() + 1;
    let too_long = (expected.len() + 1) * width > CELLS_MAX;
    // The cell `longest[i * width + j]` has the length of the longest common subsequence of `expected[i..]` and
    // `came[j..]`.
    let mut longest = vec![0_usize; if too_long { 0 } else { (expected.len() + 1) * width }];
    if !too_long {
        for i in (0..expected.len()).rev() {
            for j in (0..came.len()).rev() {
                let (below, right) = (longest[(i + 1) * width + j], longest[i * width + j + 1]);
                let diagonal = longest[(i + 1) * width + j + 1];
                longest[i * width + j] = if expected[i] == came[j] { diagonal + 1 } else { below.max(right) };
            }
        }
    }
    let length = |i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    let mut changes = Vec::new();
    while i < expected.len() || j < came.len() {
        if i < expected.len() && j < came.len() && !too_long && expected[i] == came[j] {
            changes.push((' ', expected[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == came.len() || i < expected.len() && length(i + 1, j) >= length(i, j + 1) {
            changes.push(('-', expected[i]));
            i += 1;
        } else {
            changes.push(('+', came[j]));
            j += 1;
        }
    }
    changes
}

/// Returns a line in a form in which all differences can be seen: control characters are escaped, and a missing newline
/// is marked.
fn printable(line: &[u8]) -> String {
    let (line, end) = match line.strip_suffix(b"\n") {
        Some(line) => (line, ""),
        None => (line, "    (no newline)"),
    };
    let text = String::from_utf8_lossy(line);
    let escaped = text.chars().map(|letter| match letter {
        '\t' => "\t".to_owned(),
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    });
    escaped.collect::<String>() + end
}
