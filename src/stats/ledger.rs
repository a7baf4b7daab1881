//! The counts of lines and events of the input, and the first place of each kind of trouble.

use crate::dialect::NoTimeReason;
use crate::event::Syntax;
use crate::key::Key;
use crate::matcher::Counts;

/// The most bytes of a line that a [`Place`] keeps.
const EXCERPT: usize = 120;

/// A line of the input, to be named in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input, as the user named it.
    pub input: String,
    /// The number of the line in that input, from 1.
    pub line: u64,
    /// The first bytes of the line, at most 120.
    pub excerpt: Vec<u8>,
}

/// The counts of lines and events. Each line either has events, or is skipped, or is malformed.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Events read. A line of perf trace can be two.
    pub events: u64,
    /// Lines that are known not to be events, such as comments and call chains.
    pub skipped: u64,
    /// Lines that no tracer writes.
    pub malformed: u64,
    /// Events that the tracer reported as lost.
    pub lost: u64,
    /// The number of times that the tracer reported a loss.
    pub lost_markers: u64,
    /// Samples that were printed without a time. They are counted as skipped too.
    pub timeless: u64,
    /// Events that lacked a key by which they should have been followed or selected, for each key in the order of
    /// [`Key::NAMES`].
    pub missing_key: [u64; Key::NAMES.len()],
    /// For each key, the syntax of the first event counted in `missing_key`. It knows how to make the tracer print the
    /// key.
    missing_key_syntax: [Option<&'static Syntax>; Key::NAMES.len()],
    /// Events of the program itself, which a live input holds where the recording takes in all threads. They are counted
    /// in `events`, too, and are followed by nothing.
    pub own: u64,
    /// Pairs that were found (`--pairs`) and not followed, because there were too many.
    pub pairs_beyond: u64,
    /// The counts of the matcher.
    pub matcher: Counts,
    /// The first malformed line.
    pub first_malformed: Option<Place>,
    /// The first sample without a time, and why it has none.
    pub first_timeless: Option<(Place, NoTimeReason)>,
    current: CurrentInput,
    /// For each key, the number of the last event counted in `missing_key`.
    last_missing_key: [u64; Key::NAMES.len()],
}

/// The input that is being read.
#[derive(Clone, Debug, Default)]
struct CurrentInput {
    name: String,
    /// The number of lines read before this input began.
    lines_before: u64,
}

impl Ledger {
    /// Begins an input: the lines that are counted from now on are numbered in it.
    pub fn begin_input(&mut self, name: String) {
        self.current = CurrentInput { name, lines_before: self.lines };
    }

    /// Counts a malformed line. It must be the last line read, because its number is taken from `lines`.
    #[cold]
    pub fn malformed(&mut self, line: &[u8]) {
        self.malformed += 1;
        if self.first_malformed.is_none() {
            self.first_malformed = Some(self.place(line));
        }
    }

    /// Counts a sample without a time. It must be the last line read, because its number is taken from `lines`.
    #[cold]
    pub fn timeless(&mut self, line: &[u8], lack: NoTimeReason) {
        self.skipped += 1;
        self.timeless += 1;
        if self.first_timeless.is_none() {
            self.first_timeless = Some((self.place(line), lack));
        }
    }

    /// Counts an event that lacks a key by which it should be followed or selected.
    ///
    /// The event counts once for each key, by its `number`, however often it is reported.
    #[cold]
    pub fn missing_key(&mut self, key: Key, number: u64, syntax: &'static Syntax) {
        let Some(index) = Key::NAMES.iter().position(|(_, known)| *known == key) else { return };
        if self.last_missing_key[index] != number {
            self.missing_key[index] += 1;
            self.last_missing_key[index] = number;
            self.missing_key_syntax[index].get_or_insert(syntax);
        }
    }

    /// Returns how many events lacked this key.
    pub fn missing_key_of(&self, key: Key) -> u64 {
        let counts = Key::NAMES.iter().zip(self.missing_key);
        counts.filter(|((_, known), _)| *known == key).map(|(_, count)| count).sum()
    }

    /// Returns the syntax of the first event that lacked this key.
    pub fn syntax_without(&self, key: Key) -> Option<&'static Syntax> {
        let mut syntaxes = Key::NAMES.iter().zip(self.missing_key_syntax);
        syntaxes.find(|((_, known), _)| *known == key).and_then(|(_, syntax)| syntax)
    }

    /// Returns the counts since `before`, which is an earlier copy of this ledger.
    ///
    /// The caller says how many `bytes` were read since then. `missing_key`, `pairs_beyond` and the first places of
    /// trouble stay as they are in this ledger.
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
            own: self.own - before.own,
            matcher: self.matcher.since(before.matcher),
            ..self.clone()
        }
    }

    /// Adds the counts of `other`.
    ///
    /// Merging is associative and commutative in all counts. A first place of trouble is taken from `other` if this
    /// ledger has none. The input that is being read stays as it is in this ledger.
    pub fn merge(&mut self, other: &Ledger) {
        // Every field is named here, so that the compiler reports a new field that is not merged.
        let Ledger {
            bytes,
            lines,
            events,
            skipped,
            malformed,
            lost,
            lost_markers,
            timeless,
            own,
            missing_key,
            missing_key_syntax,
            pairs_beyond,
            matcher,
            first_malformed,
            first_timeless,
            current: _,
            last_missing_key: _,
        } = other;
        self.bytes += bytes;
        self.lines += lines;
        self.events += events;
        self.skipped += skipped;
        self.malformed += malformed;
        self.lost += lost;
        self.lost_markers += lost_markers;
        self.timeless += timeless;
        self.own += own;
        for (count, other) in self.missing_key.iter_mut().zip(missing_key) {
            *count += other;
        }
        for (syntax, other) in self.missing_key_syntax.iter_mut().zip(missing_key_syntax) {
            *syntax = syntax.or(*other);
        }
        self.pairs_beyond += pairs_beyond;
        self.matcher.merge(*matcher);
        self.first_malformed = self.first_malformed.take().or_else(|| first_malformed.clone());
        self.first_timeless = self.first_timeless.take().or_else(|| first_timeless.clone());
    }

    fn place(&self, line: &[u8]) -> Place {
        Place {
            input: self.current.name.clone(),
            line: self.lines - self.current.lines_before,
            excerpt: line.iter().copied().take(EXCERPT).collect(),
        }
    }
}
