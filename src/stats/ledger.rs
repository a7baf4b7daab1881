//! What happened to every line: the counts, and where each kind of trouble was first seen.

use crate::dialect::NoTimeReason;
use crate::event::Syntax;
use crate::key::Key;
use crate::matcher::Counts;

/// How much of a malformed line is kept to be shown, in bytes.
const EXCERPT: usize = 120;

/// A line worth showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input, as the user named it.
    pub input: String,
    /// Its number there, from 1.
    pub line: u64,
    /// The beginning of its text.
    pub excerpt: Vec<u8>,
}

/// Counts of lines and events. `lines` is the sum of the lines with events,
/// `skipped` and `malformed`.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Events found.
    pub events: u64,
    /// Lines that are not meant to be events.
    pub skipped: u64,
    /// Lines that are nothing.
    pub malformed: u64,
    /// Events that the tracer says it lost.
    pub lost: u64,
    /// How often it says so.
    pub lost_markers: u64,
    /// Samples printed without a time, among the skipped.
    pub timeless: u64,
    /// Events that a loop waits for and that lack its key, by `Key::NAMES`.
    pub missing_key: [u64; Key::NAMES.len()],
    /// The syntax of the first event counted in `missing_key`, which knows the remedy.
    missing_key_syntax: [Option<&'static Syntax>; Key::NAMES.len()],
    /// Pairs that were not followed because there were too many.
    pub pairs_beyond: u64,
    /// What the matcher counted.
    pub matcher: Counts,
    /// The first malformed line.
    pub first_malformed: Option<Place>,
    /// The first sample without a time, and why it has none.
    pub first_timeless: Option<(Place, NoTimeReason)>,
    input: String,
    lines_before: u64,
    /// The last event counted in `missing_key`, by its number.
    last_missing_key: [u64; Key::NAMES.len()],
}

impl Ledger {
    /// From here on lines are of this input.
    pub fn begin_input(&mut self, name: String) {
        self.input = name;
        self.lines_before = self.lines;
    }

    /// Counts a malformed line, the last one read.
    #[cold]
    pub fn malformed(&mut self, line: &[u8]) {
        self.malformed += 1;
        if self.first_malformed.is_none() {
            self.first_malformed = Some(self.place(line));
        }
    }

    /// Counts a sample without a time, the last line read.
    #[cold]
    pub fn timeless(&mut self, line: &[u8], lack: NoTimeReason) {
        self.skipped += 1;
        self.timeless += 1;
        if self.first_timeless.is_none() {
            self.first_timeless = Some((self.place(line), lack));
        }
    }

    /// Counts an event that lacks the key of a loop that waits for it.
    ///
    /// Counts an event once, by its `number`, however many loops wait for it.
    #[cold]
    pub fn missing_key(&mut self, key: Key, number: u64, syntax: &'static Syntax) {
        let Some(index) = Key::NAMES.iter().position(|(_, known)| *known == key) else { return };
        if self.last_missing_key[index] != number {
            self.missing_key[index] += 1;
            self.last_missing_key[index] = number;
            self.missing_key_syntax[index].get_or_insert(syntax);
        }
    }

    /// Returns the number of events that lacked a key.
    pub fn missing_key_of(&self, key: Key) -> u64 {
        let counts = Key::NAMES.iter().zip(self.missing_key);
        counts.filter(|((_, known), _)| *known == key).map(|(_, count)| count).sum()
    }

    /// Returns the syntax of the first event that lacked a key.
    pub fn syntax_without(&self, key: Key) -> Option<&'static Syntax> {
        let mut syntaxes = Key::NAMES.iter().zip(self.missing_key_syntax);
        syntaxes.find(|((_, known), _)| *known == key).and_then(|(_, syntax)| syntax)
    }

    /// What was counted since `before`, an earlier state of this ledger, in so
    /// many bytes; places stay as they are.
    pub fn since(&self, before: &Ledger, bytes: u64) -> Ledger {
        Ledger {
            bytes,
            lines: self.lines - before.lines,
            events: self.events - before.events,
            skipped: self.skipped - before.skipped,
            malformed: self.malformed - before.malformed,
            lost: self.lost - before.lost,
            lost_markers: self.lost_markers - before.lost_markers,
            timeless: self.timeless - before.timeless,
            matcher: self.matcher.since(before.matcher),
            ..self.clone()
        }
    }

    fn place(&self, line: &[u8]) -> Place {
        Place {
            input: self.input.clone(),
            line: self.lines - self.lines_before,
            excerpt: line.iter().copied().take(EXCERPT).collect(),
        }
    }
}
