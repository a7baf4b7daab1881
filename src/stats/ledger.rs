//! The counts of lines and events of the input, and the first line with each kind of trouble.

use crate::dialect::NoTimeReason;
use crate::event::Syntax;
use crate::key::Key;
use crate::matcher::Counts;

/// The largest number of bytes of a line that a [`Place`] keeps.
const EXCERPT: usize = 120;

/// A line of the input that a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the input in messages.
    pub input: String,
    /// The number of the line in this input, counted from 1.
    pub line: u64,
    /// The first bytes of the line, at most 120.
    pub excerpt: Vec<u8>,
}

/// The counts of lines and events. Each line either has events, or is skipped, or is malformed.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The number of bytes that were read.
    pub bytes: u64,
    /// The number of lines that were read. A record of a perf.data counts as a line.
    pub lines: u64,
    /// The number of records of perf.data inputs that were read.
    pub records: u64,
    /// The number of events that were read. A line of perf trace may have two.
    pub events: u64,
    /// The number of events of this program itself, which are left out of the loops. They are counted in `events`, too.
    pub own: u64,
    /// The number of events that the selection (`--comm`, `--pid`, `--tid`, `--cpu`) left out. They are counted in
    /// `events` too.
    pub left_out: u64,
    /// The number of lines that a tracer writes and that are no events, such as comments, frames of call chains, losses
    /// and samples without a time.
    pub skipped: u64,
    /// The number of lines that no tracer writes.
    pub malformed: u64,
    /// The number of events that the tracer reported as lost.
    pub lost: u64,
    /// The number of times that the tracer reported a loss.
    pub lost_markers: u64,
    /// The number of samples that were printed without a time. They are counted in `skipped`, too.
    pub timeless: u64,
    /// For each key, in the order of [`Key::NAMES`], the number of events that did not have the key by which they were
    /// to be followed or selected.
    pub missing_key: [u64; Key::NAMES.len()],
    /// For each key, the syntax of the first event that was counted in `missing_key`. The syntax knows how the user
    /// gets the tracer to print the key.
    missing_key_syntax: [Option<&'static Syntax>; Key::NAMES.len()],
    /// The number of pairs that were found (`--pairs`) and are not followed, because there are too many.
    pub pairs_beyond: u64,
    /// The counts of the matcher.
    pub matcher: Counts,
    /// The first malformed line.
    pub first_malformed: Option<Place>,
    /// The first sample without a time, and the reason why it has none.
    pub first_timeless: Option<(Place, NoTimeReason)>,
    current: CurrentInput,
    /// For each key, the number of the last event that was counted in `missing_key`. An event with this number is not
    /// counted again.
    last_missing_key: [u64; Key::NAMES.len()],
}

/// The input that is being read.
#[derive(Clone, Debug, Default)]
struct CurrentInput {
    name: String,
    /// The number of lines that were read before this input began.
    lines_before: u64,
    /// The number of lines of this input that belong to a state, and their bytes.
    lines_of_states: [u64; 2],
    /// The number of bytes that were read before this input began.
    bytes_before: u64,
    /// The number of records that were read before this input began.
    records_before: u64,
    /// The number of events, samples without a time and losses that were read before this input began.
    found_before: u64,
    /// The first malformed lines of this input, up to [`Ledger::UNKNOWN_MAX`], each cut to [`EXCERPT`] bytes.
    unknown: Vec<Vec<u8>>,
}

/// An input that holds no trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTrace {
    /// The number of its lines.
    pub lines: u64,
    /// Its first malformed lines, each cut to 120 bytes.
    pub unknown: Vec<Vec<u8>>,
}

impl Ledger {
    /// The number of malformed lines of an input that are kept.
    const UNKNOWN_MAX: usize = 8;

    /// Returns the number of things that only a trace has: events, samples without a time, and losses.
    fn found(&self) -> u64 {
        self.events.saturating_add(self.timeless).saturating_add(self.lost_markers)
    }

    /// Returns the input that is being read, if it has lines of text and none of them is from a trace.
    pub fn no_trace(&self) -> Option<NoTrace> {
        let CurrentInput { lines_before, records_before, found_before, unknown, lines_of_states, .. } = &self.current;
        let lines = self.lines - lines_before - lines_of_states[0];
        let is_text = self.records == *records_before;
        (lines > 0 && is_text && self.found() == *found_before).then(|| NoTrace { lines, unknown: unknown.clone() })
    }

    /// Begins an input. The following lines are numbered from 1 again.
    pub fn begin_input(&mut self, name: String) {
        self.take_states_off();
        self.current = CurrentInput {
            name,
            lines_of_states: [0; 2],
            bytes_before: self.bytes,
            lines_before: self.lines,
            records_before: self.records,
            found_before: self.found(),
            unknown: Vec::new(),
        };
    }

    /// Notes that the line that was read last, with this many bytes, belongs to a state. Such lines count as lines of the
    /// current input until [`Ledger::take_states_off`], so that the lines behind them have their numbers.
    pub fn line_of_state(&mut self, bytes: u64) {
        let [lines, all_bytes] = &mut self.current.lines_of_states;
        *lines += 1;
        *all_bytes += bytes;
    }

    /// Returns how many lines of the current input belong to a state.
    pub fn lines_of_states(&self) -> u64 {
        self.current.lines_of_states[0]
    }

    /// Notes that the last line of a state had no newline, so that it had a byte less.
    #[cold]
    pub fn last_line_of_state_is_cut(&mut self) {
        self.current.lines_of_states[1] -= 1;
    }

    /// Subtracts the lines of the current input that belong to a state, and their bytes, from the counts.
    pub fn take_states_off(&mut self) {
        let [lines, bytes] = std::mem::take(&mut self.current.lines_of_states);
        self.lines -= lines;
        self.bytes -= bytes.min(self.bytes - self.current.bytes_before);
    }

    /// Returns the place of the line that was read last, which is `line`.
    pub fn place_of(&self, line: &[u8]) -> Place {
        self.place(line)
    }

    /// Subtracts the last lines and the last events of the current input from the counts. A summary of an interval
    /// needs this, because the lines that end the interval were counted already, but do not belong to it. If the input
    /// has records, all its lines are records.
    pub fn take_back(&mut self, lines: u64, events: u64) {
        // A program that uses the library and gives the engine events in place of lines has no line to subtract.
        self.lines = self.lines.saturating_sub(lines);
        self.events -= events;
        if self.records > self.current.records_before {
            self.records -= lines;
        }
    }

    /// Counts a malformed line. It must be the last line that was read, because its number is computed from `lines`.
    #[cold]
    pub fn malformed(&mut self, line: &[u8]) {
        self.malformed += 1;
        if self.current.unknown.len() < Ledger::UNKNOWN_MAX {
            self.current.unknown.push(line.iter().copied().take(EXCERPT).collect());
        }
        if self.first_malformed.is_none() {
            self.first_malformed = Some(self.place(line));
        }
    }

    /// Counts a sample without a time. It must be the last line that was read, because its number is computed from
    /// `lines`.
    #[cold]
    pub fn timeless(&mut self, line: &[u8], lack: NoTimeReason) {
        self.skipped += 1;
        self.timeless += 1;
        if self.first_timeless.is_none() {
            self.first_timeless = Some((self.place(line), lack));
        }
    }

    /// Counts an event that does not have the key by which it is to be followed or selected.
    ///
    /// `number` is the number of the event. An event counts once for each key, even if it is reported several times.
    #[cold]
    pub fn missing_key(&mut self, key: Key, number: u64, syntax: &'static Syntax) {
        let Some(index) = Key::NAMES.iter().position(|(_, known)| *known == key) else { return };
        if self.last_missing_key[index] != number {
            self.missing_key[index] += 1;
            self.last_missing_key[index] = number;
            self.missing_key_syntax[index].get_or_insert(syntax);
        }
    }

    /// Returns the number of events that did not have this key.
    pub fn missing_key_of(&self, key: Key) -> u64 {
        let counts = Key::NAMES.iter().zip(self.missing_key);
        counts.filter(|((_, known), _)| *known == key).map(|(_, count)| count).sum()
    }

    /// Returns the syntax of the first event that did not have this key.
    pub fn syntax_without(&self, key: Key) -> Option<&'static Syntax> {
        let mut syntaxes = Key::NAMES.iter().zip(self.missing_key_syntax);
        syntaxes.find(|((_, known), _)| *known == key).and_then(|(_, syntax)| syntax)
    }

    /// Returns the counts that other programs get: for each its name, its meaning in a few words, and its value.
    pub fn named_counts(&self) -> [(&'static str, &'static str, u64); 12] {
        [
            ("bytes", "Bytes read", self.bytes),
            ("lines", "Lines read", self.lines),
            ("events", "Events read", self.events),
            ("skipped", "Lines that a tracer writes and that are no events", self.skipped),
            ("malformed", "Lines that no tracer writes", self.malformed),
            ("lost", "Events that the tracer reported as lost", self.lost),
            ("lost_markers", "Times that the tracer reported a loss", self.lost_markers),
            ("cut", "Open loops that a loss dropped", self.matcher.cut),
            ("out_of_order", "Events earlier than the one before them", self.matcher.out_of_order),
            ("evicted", "Keys that were dropped because there were too many", self.matcher.evicted),
            ("unfinished", "Loops that are open at the end, one for each loop and key", self.matcher.unfinished),
            ("own", "Events of pspp-filter itself", self.own),
        ]
    }

    /// Returns the counts since `before`, which must be an earlier copy of this ledger. `bytes` is the number of bytes
    /// that were read since then.
    ///
    /// `missing_key`, `pairs_beyond` and the first lines with trouble are not differences: the result has the values
    /// that `self` has.
    pub fn since(&self, before: &Ledger, bytes: u64) -> Ledger {
        Ledger {
            bytes,
            lines: self.lines - before.lines,
            records: self.records - before.records,
            events: self.events - before.events,
            own: self.own - before.own,
            left_out: self.left_out - before.left_out,
            skipped: self.skipped - before.skipped,
            malformed: self.malformed - before.malformed,
            lost: self.lost - before.lost,
            lost_markers: self.lost_markers - before.lost_markers,
            timeless: self.timeless - before.timeless,
            matcher: self.matcher.since(before.matcher),
            ..self.clone()
        }
    }

    /// Adds the counts of `other`. A count never grows beyond the largest number of 64 bits.
    ///
    /// Merging is associative and commutative in all counts. A first line with trouble is taken from `other` if `self`
    /// has none. The current input stays that of `self`.
    pub fn merge(&mut self, other: &Ledger) {
        // Each field is named here, so that the compiler reports a new field which is forgotten below.
        let Ledger {
            bytes,
            lines,
            records,
            events,
            own,
            left_out,
            skipped,
            malformed,
            lost,
            lost_markers,
            timeless,
            missing_key,
            missing_key_syntax,
            pairs_beyond,
            matcher,
            first_malformed,
            first_timeless,
            current: _,
            last_missing_key: _,
        } = other;
        self.bytes = self.bytes.saturating_add(*bytes);
        self.lines = self.lines.saturating_add(*lines);
        self.records = self.records.saturating_add(*records);
        self.events = self.events.saturating_add(*events);
        self.own = self.own.saturating_add(*own);
        self.left_out = self.left_out.saturating_add(*left_out);
        self.skipped = self.skipped.saturating_add(*skipped);
        self.malformed = self.malformed.saturating_add(*malformed);
        self.lost = self.lost.saturating_add(*lost);
        self.lost_markers = self.lost_markers.saturating_add(*lost_markers);
        self.timeless = self.timeless.saturating_add(*timeless);
        for (count, other) in self.missing_key.iter_mut().zip(missing_key) {
            *count = count.saturating_add(*other);
        }
        for (syntax, other) in self.missing_key_syntax.iter_mut().zip(missing_key_syntax) {
            *syntax = syntax.or(*other);
        }
        self.pairs_beyond = self.pairs_beyond.saturating_add(*pairs_beyond);
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
