//! What `--discover` prints: the events, and loops worth asking for, each as a
//! command that can be pasted.

use crate::text::{push_integer, push_plain};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// A loop worth asking for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// As the user would write it.
    pub text: String,
    /// How often it closes.
    pub times: u64,
    /// Whether it may close more often than that.
    pub at_least: bool,
}

/// A sentence that proposes loops in place of one that did not close.
pub fn worth_asking_for(proposals: &[Proposal]) -> Option<String> {
    let texts: Vec<String> = proposals.iter().map(|proposal| format!("'{}'", proposal.text)).collect();
    (!texts.is_empty()).then(|| format!("worth asking for here: {}; --discover shows more", texts.join(", ")))
}

/// All that was found.
pub struct Findings<'a> {
    /// The names of events and their counts, most frequent first.
    pub events: Vec<(&'a [u8], u64)>,
    /// Most frequent first.
    pub proposals: Vec<Proposal>,
}

impl Findings<'_> {
    /// Appends the findings; `words` are the arguments that a command has
    /// beside the loop.
    pub fn write(&self, out: &mut Vec<u8>, words: &[OsString]) {
        out.extend_from_slice(b"#count\tevent\n");
        for (name, count) in &self.events {
            push_integer(out, *count);
            out.push(b'\t');
            push_plain(out, name);
            out.push(b'\n');
        }
        if self.proposals.is_empty() {
            let why = if self.events.is_empty() { "no events were read" } else { "nothing comes again in one order" };
            return out.extend_from_slice(format!("\n# {why}: no loop to ask for\n").as_bytes());
        }
        out.extend_from_slice(b"\n# loops worth asking for, most frequent first\n");
        for Proposal { text, times, at_least } in &self.proposals {
            let least = if *at_least { "at least " } else { "" };
            let plural = if *times == 1 { "" } else { "s" };
            out.extend_from_slice(format!("\n# closes {least}{times} time{plural}\npspp-filter ").as_bytes());
            push_quoted(out, text.as_bytes());
            for word in words {
                out.push(b' ');
                push_quoted(out, word.as_bytes());
            }
            out.push(b'\n');
        }
    }
}

/// Appends a word as a shell reads it.
fn push_quoted(out: &mut Vec<u8>, word: &[u8]) {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./,:=+%".contains(byte);
    if !word.is_empty() && word.iter().all(plain) {
        return out.extend_from_slice(word);
    }
    out.push(b'\'');
    for part in word.split_inclusive(|&byte| byte == b'\'') {
        match part.strip_suffix(b"'") {
            Some(before) => {
                out.extend_from_slice(before);
                out.extend_from_slice(b"'\\''");
            }
            None => out.extend_from_slice(part),
        }
    }
    out.push(b'\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_words_again() {
        for (word, expected) in
            [("a.txt", "a.txt"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'"), ("*", "'*'")]
        {
            let mut out = Vec::new();
            push_quoted(&mut out, word.as_bytes());
            assert_eq!(String::from_utf8(out).expect("text"), expected);
        }
    }
}
