//! Globs over bytes: `*` matches any bytes, `?` any one byte, every other byte itself.

/// A glob pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<u8>);

impl Glob {
    /// Makes a glob from its text. Every text is a valid glob.
    pub fn new(text: &[u8]) -> Self {
        Glob(text.to_vec())
    }

    /// Returns whether the glob matches the whole text. The cost is at most the
    /// product of the two lengths.
    pub fn matches(&self, text: &[u8]) -> bool {
        let (mut pattern, mut rest) = (self.0.as_slice(), text);
        // The pattern behind the last star, and the text that the star has not matched yet.
        let mut star: Option<(&[u8], &[u8])> = None;
        loop {
            match (pattern.split_first(), rest.split_first()) {
                (None, None) => return true,
                (Some((b'*', after)), _) => {
                    star = Some((after, rest));
                    pattern = after;
                }
                (Some((&wanted, after)), Some((&byte, others))) if wanted == b'?' || wanted == byte => {
                    (pattern, rest) = (after, others);
                }
                _ => {
                    // Try again with a star that matches one byte more.
                    let Some((after, [_, unmatched @ ..])) = star else { return false };
                    star = Some((after, unmatched));
                    (pattern, rest) = (after, unmatched);
                }
            }
        }
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
        ] {
            assert_eq!(Glob::new(glob.as_bytes()).matches(text.as_bytes()), expected, "{glob} {text}");
        }
    }
}
