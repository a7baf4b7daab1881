//! Globs over bytes: `*` matches any number of any bytes, `?` matches any one byte, and every other byte matches
//! itself.

use bstr::ByteSlice;
use memchr::memmem::Finder;

/// A glob pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<u8>);

impl Glob {
    /// Creates a glob from its text. Every text is a valid glob.
    pub fn new(text: &[u8]) -> Self {
        Glob(text.to_vec())
    }

    /// Returns the text of the glob.
    pub fn text(&self) -> &[u8] {
        &self.0
    }

    /// Returns whether the glob matches the whole text. The time is linear in the length of the text, unless the glob
    /// has a `?` behind a `*`. Then it is at most proportional to the product of the two lengths.
    pub fn matches(&self, text: &[u8]) -> bool {
        // The stars cut the glob into parts. The text must begin with the first part and end with the last one. In
        // between, the other parts must follow each other.
        let mut parts = self.0.split(|&byte| byte == b'*');
        let first = parts.next().unwrap_or_default();
        let Some(last) = parts.next_back() else { return fits(first, text) };
        let Some((head, rest)) = text.split_at_checked(first.len()) else { return false };
        let Some((mut rest, tail)) = rest.len().checked_sub(last.len()).map(|at| rest.split_at(at)) else {
            return false;
        };
        if !fits(first, head) || !fits(last, tail) {
            return false;
        }
        for part in parts {
            // Taking the earliest place of a part leaves the most text for the parts that follow.
            let Some(end) = end_of(part, rest) else { return false };
            rest = rest.get(end..).unwrap_or_default();
        }
        true
    }
}

/// Returns whether a part, which has no stars, matches the whole text.
fn fits(part: &[u8], text: &[u8]) -> bool {
    part.len() == text.len() && part.iter().zip(text).all(|(&wanted, &byte)| wanted == b'?' || wanted == byte)
}

/// Finds the earliest place at which a part, which has no stars, matches. Returns where this place ends.
fn end_of(part: &[u8], text: &[u8]) -> Option<usize> {
    // The longest run of bytes without `?` is searched in the text. Where it is found, the whole part is compared.
    let runs = part.split(|&byte| byte == b'?');
    let run = runs.max_by_key(|run| run.len()).unwrap_or_default();
    let before = part.find(run)?;
    let finder = Finder::new(run);
    let mut start = 0;
    loop {
        start += finder.find(text.get(start + before..)?)?;
        let end = start + part.len();
        if fits(part, text.get(start..end)?) {
            return Some(end);
        }
        start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (glob, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "abc", true),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*b*", "abcb", true),
            ("*b*b*", "abc", false),
            ("qemu*", "qemu-system-x86", true),
            ("CPU ?/KVM", "CPU 0/KVM", true),
            ("**a", "bca", true),
            ("[a]", "a", false),
            ("[a]", "[a]", true),
            ("a*a", "a", false),
            ("ab*ba", "aba", false),
            ("*?", "", false),
            ("*??*", "ab", true),
            ("*?b?*", "abbc", true),
            ("*a?a?b*", "aaaacaab", true),
            ("*a?*?a*", "abba", true),
            ("*a?*?a*", "aba", false),
        ] {
            assert_eq!(Glob::new(glob.as_bytes()).matches(text.as_bytes()), expected, "{glob} {text}");
        }
    }

    /// Matches a glob by its definition, without regard to speed.
    fn matches_slowly(glob: &[u8], text: &[u8]) -> bool {
        match (glob.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', behind)), _) => (0..=text.len()).any(|at| matches_slowly(behind, &text[at..])),
            (Some((&wanted, behind)), Some((&byte, rest))) => {
                (wanted == b'?' || wanted == byte) && matches_slowly(behind, rest)
            }
            _ => false,
        }
    }

    #[test]
    fn random_globs_match_by_the_definition() {
        let mut random = 3_u64;
        let mut bytes = |from: &[u8]| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let length = (random >> 60) as usize % 9;
            (0..length).map(|at| from[(random >> (16 + 4 * at)) as usize % from.len()]).collect::<Vec<u8>>()
        };
        let mut matched = 0;
        for _ in 0..50_000 {
            let (glob, text) = (bytes(b"ab*?*"), bytes(b"ab"));
            let expected = matches_slowly(&glob, &text);
            matched += u32::from(expected);
            assert_eq!(Glob::new(&glob).matches(&text), expected, "{:?} {:?}", glob.as_bstr(), text.as_bstr());
        }
        assert!((5_000..45_000).contains(&matched), "{matched}");
    }

    #[test]
    fn a_long_glob_on_a_long_text_takes_the_time_of_the_text() {
        let glob = Glob::new(&[b"*", &[b'a'; 5_000][..], b"b*"].concat());
        let text = vec![b'a'; 200_000];
        let started = std::time::Instant::now();
        // The glob has no `?`, so the time must be linear in the length of the text. If it were proportional to the
        // product of the two lengths, this would take minutes.
        (0..50).for_each(|_| assert!(!glob.matches(&text)));
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
