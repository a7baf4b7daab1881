//! The values that `-b` and `--show` name, and where each comes from when a loop closes. Also the values that analyses
//! of slow loops need of the events of a loop.
//!
//! Some values belong to the closing event, the loop or the run. The others are fields of events at any position.
//! The matcher carries them, as u64 words, with each chain; a chain is a loop that has begun and has not closed.

use super::entering::{Closing, Entering};
use super::origin::CallChainId;
use super::shown_key::{group_of_key, group_of_value, push_shown_key};
use super::task::Task;
use super::why_references::WhyReferences;
use crate::event::{Event, Nanos, Value};
use crate::key::{CarriedText, GroupValue, KeyValue};
use crate::matcher::{CarriedFrom, CarriedHeader, CarriedValue};
use crate::pattern::{Field, FieldReferences, Target};
use crate::sink::{Needs, ShownFields};
use crate::text::push_time;
use crate::why::Snapshot;
use crate::why::explain::Begin;
use std::ops::Range;

/// The values of `-b` and `--show`, and the header of the first event if a sink needs it.
pub(super) struct References {
    by: Vec<Reference>,
    show: Vec<Reference>,
    /// The place of the header of the first event among the carried words.
    first: Option<Range<usize>>,
    /// The place of the headers of the events at each position; empty if no sink needs them.
    headers: Range<usize>,
    /// The place of the number of the call chain that a sink needs.
    call_chain: Option<Range<usize>>,
    /// The place of the snapshots of the thread's states at each position; empty if no analysis needs them.
    snapshots: Range<usize>,
    /// The places of the values for `--slowest` and `--unfinished`.
    pub(super) why: WhyReferences,
    /// The place of the values for `--explain`.
    begin: Option<Range<usize>>,
    /// The places of the word for `--explain` that each position between the first and the last one has.
    cuts: Range<usize>,
    /// The words of the carried values that the current event has.
    event: Vec<u64>,
    /// The name of the input that is being read, as the user typed it.
    input: Vec<u8>,
    /// Room for the values of the loop that closed last. The four fields are its group value, its values of `--show`,
    /// the header of its first event, and the headers of the events at its positions.
    group: GroupValue,
    pub(super) shown: ShownFields,
    pub(super) first_event: Option<CarriedHeader>,
    pub(super) shown_headers: Vec<CarriedHeader>,
    /// Room for the parts of the group value, and for the text of the key.
    values: Vec<GroupValue>,
    key: Vec<u8>,
}

/// A value that `-b` or `--show` names. If chains carry it, `at` is its place among the carried words.
struct Reference {
    target: Target,
    at: Option<Range<usize>>,
}

impl References {
    /// Creates the references of a task. Returns with them the values that the matcher must carry for them.
    pub(super) fn new(task: &Task, needs: Needs) -> (References, Vec<CarriedValue>) {
        let mut carried = Vec::new();
        let mut end = 0;
        let mut carry = |words: usize, from: CarriedFrom| {
            carried.push(CarriedValue { words, from });
            end += words;
            end - words..end
        };
        let mut references = |list: Option<&FieldReferences>, words: usize| -> Vec<Reference> {
            let list = list.into_iter().flat_map(FieldReferences::iter);
            list.map(|reference| {
                let from = match reference.target {
                    Target::Earliest(_) => Some(CarriedFrom::Earliest),
                    Target::At(_, position) => Some(CarriedFrom::Position(position)),
                    Target::Closing(_) | Target::Key | Target::Input | Target::Start => None,
                };
                Reference { target: reference.target.clone(), at: from.map(|from| carry(words, from)) }
            })
            .collect()
        };
        let by = references(task.by(), GroupValue::WORDS);
        let show = references(Some(&task.show), CarriedText::WORDS);
        let mut carry_at_each = |words: usize, is_needed: bool| -> Vec<Range<usize>> {
            let positions = if is_needed { task.longest() } else { 0 };
            (0..positions).map(|at| carry(words, CarriedFrom::Position(at))).collect()
        };
        let headers = carry_at_each(CarriedHeader::WORDS, needs.headers && task.joins_threads());
        let snapshots = joined(&carry_at_each(Snapshot::WORDS, task.why.divides_by_states()));
        let needs_first = needs.first_event || task.why.unfinished;
        let first = headers.first().cloned();
        let first = first.or_else(|| needs_first.then(|| carry(CarriedHeader::WORDS, CarriedFrom::Position(0))));
        let call_chain = needs.call_chain.map(|position| carry(1, CarriedFrom::Position(position)));
        let why = WhyReferences::new(task, &mut carry);
        let begin = task.why.explain.then(|| carry(Begin::WORDS, CarriedFrom::Position(0)));
        let between = if task.why.explain { 1..task.longest() - 1 } else { 0..0 };
        let ranges: Vec<_> = between.map(|at| carry(1, CarriedFrom::Position(at))).collect();
        let cuts = joined(&ranges);
        let references = References {
            by,
            show,
            first,
            headers: joined(&headers),
            call_chain,
            snapshots,
            begin,
            cuts,
            why,
            event: vec![0; end],
            input: Vec::new(),
            group: GroupValue::NONE,
            shown: ShownFields::default(),
            first_event: None,
            shown_headers: Vec::new(),
            values: Vec::new(),
            key: Vec::new(),
        };
        (references, carried)
    }

    /// Returns whether chains carry values.
    #[inline(always)]
    pub(super) fn carries(&self) -> bool {
        !self.event.is_empty()
    }

    /// Sets the snapshot of the states of the thread whose event is read next.
    #[inline(always)]
    pub(super) fn set_snapshot(&mut self, snapshot: Snapshot) {
        let (words, _) = self.event[self.snapshots.clone()].as_chunks_mut::<{ Snapshot::WORDS }>();
        words.fill(snapshot.words());
    }

    /// Sets the values for `--explain` of the event that is read next.
    pub(super) fn set_begin(&mut self, begin: &Begin) {
        if let Some(at) = &self.begin {
            self.event[at.clone()].copy_from_slice(&begin.words());
        }
    }

    /// Sets the word for `--explain` of the event that is read next, if a loop has positions between its ends.
    pub(super) fn set_cut(&mut self, cut: impl FnOnce() -> u64) {
        if !self.cuts.is_empty() {
            self.event[self.cuts.clone()].fill(cut());
        }
    }

    /// Returns the words for `--explain` of the positions between the first and the last one of a closed loop. For loops
    /// that have fewer positions than another loop, there are too many.
    pub(super) fn cuts<'c>(&self, carried: &'c [u64]) -> &'c [u64] {
        carried.get(self.cuts.clone()).unwrap_or_default()
    }

    /// Returns the values for `--explain` of a closed loop's first event.
    pub(super) fn begin(&self, carried: &[u64]) -> Option<Begin> {
        Begin::from_words(carried.get(self.begin.clone()?)?)
    }

    /// Returns the values of `-b` of the loop that closed last, each by itself.
    pub(super) fn by_values(&self) -> &[GroupValue] {
        if self.by.len() == 1 { std::slice::from_ref(&self.group) } else { &self.values }
    }

    /// Returns the words of the snapshots of all positions of a closed loop, out of the words that its chain has
    /// carried.
    pub(super) fn snapshots<'c>(&self, carried: &'c [u64]) -> &'c [u64] {
        carried.get(self.snapshots.clone()).unwrap_or_default()
    }

    /// Returns the number of the call chain that a sink needs, out of the words that a chain has carried.
    pub(super) fn call_chain(&self, carried: &[u64]) -> CallChainId {
        let word = self.call_chain.as_ref().and_then(|at| carried.get(at.start));
        word.map_or(CallChainId::NONE, |&word| CallChainId::from_word(word))
    }

    /// Returns the header of the first event of a chain.
    pub(super) fn first_of(&self, carried: &[u64]) -> Option<CarriedHeader> {
        self.first.as_ref().and_then(|at| carried.get(at.clone())).map(CarriedHeader::from_words)
    }

    /// Returns the name of the input.
    pub(super) fn input(&self) -> &[u8] {
        &self.input
    }

    /// Returns whether there are groups.
    pub(super) fn has_groups(&self) -> bool {
        !self.by.is_empty()
    }

    /// Returns the numbers of references of `-b` and of `--show`.
    pub(super) fn counts(&self) -> [usize; 2] {
        [self.by.len(), self.show.len()]
    }

    /// Begins an input. `name` is its name as the user typed it.
    pub(super) fn begin_input(&mut self, name: &[u8]) {
        self.input.clear();
        self.input.extend_from_slice(name);
    }

    /// Returns the words of the carried values that an event has.
    #[inline(never)]
    pub(super) fn read(&mut self, entering: &Entering<'_>) -> &[u64] {
        let event = entering.event;
        for Reference { target, at } in &self.by {
            let (Some(at), Some(field)) = (at, target.field()) else { continue };
            let words = &mut self.event[at.clone()];
            match value_of(field, event) {
                Some(value) => words.copy_from_slice(group_of_value(value).words()),
                None => words[0] = 0,
            }
        }
        for Reference { target, at } in &self.show {
            let (Some(at), Some(field)) = (at, target.field()) else { continue };
            let words = &mut self.event[at.clone()];
            match value_of(field, event) {
                Some(value) => value.with_text(|text| CarriedText::write(words, text)),
                None => words[0] = 0,
            }
        }
        if let Some(at) = &self.first {
            let header = CarriedHeader::new(event);
            self.event[at.clone()].copy_from_slice(header.words());
            let (at_positions, _) = self.event[self.headers.clone()].as_chunks_mut::<{ CarriedHeader::WORDS }>();
            at_positions.fill(*header.words());
        }
        if let Some(at) = &self.call_chain {
            self.event[at.start] = entering.origin.call_chain.word();
        }
        self.why.read(entering, &mut self.event, &mut self.key);
        &self.event
    }

    /// Returns the group value of a loop that closes. Sets the flag in `found` for each reference of which the loop has
    /// a value.
    #[inline(never)]
    pub(super) fn group(&mut self, closing: &Closing<'_>, found: &mut [bool]) -> &GroupValue {
        if let ([reference], [found]) = (self.by.as_slice(), &mut *found) {
            self.group = group_value(reference, closing, &self.input);
            *found |= !self.group.is_none();
            return &self.group;
        }
        self.values.clear();
        for (reference, found) in self.by.iter().zip(found) {
            let value = group_value(reference, closing, &self.input);
            *found |= !value.is_none();
            self.values.push(value);
        }
        self.group = GroupValue::joined(&self.values);
        &self.group
    }

    /// Returns whether closed loops have values of `--show` or headers of their events.
    #[inline(always)]
    pub(super) fn has_shown(&self) -> bool {
        !self.show.is_empty() || self.first.is_some()
    }

    /// Fills `shown`, `first_event` and `shown_headers` with the values of a loop that closes. Sets the flag in `found`
    /// for each reference of which the loop has a value.
    #[inline(never)]
    pub(super) fn show(&mut self, closing: &Closing<'_>, found: &mut [bool]) {
        let References { show, shown, input, key, first, first_event, headers, shown_headers, .. } = self;
        *first_event = first.as_ref().map(|at| CarriedHeader::from_words(&closing.carried[at.clone()]));
        let at_positions = closing.carried[headers.clone()].chunks_exact(CarriedHeader::WORDS);
        shown_headers.clear();
        shown_headers.extend(at_positions.take(closing.times.len()).map(CarriedHeader::from_words));
        shown.clear();
        for (at, reference) in show.iter().enumerate() {
            let is_there = shown.push(|out| push_shown(out, reference, closing, input, key));
            found.get_mut(at).into_iter().for_each(|found| *found |= is_there);
        }
    }
}

/// Returns the range that ranges which follow one another have together; empty if there are none.
fn joined(ranges: &[Range<usize>]) -> Range<usize> {
    ranges.first().zip(ranges.last()).map_or(0..0, |(first, last)| first.start..last.end)
}

/// Returns a value of `-b`. `input` is the name of the input.
fn group_value(Reference { target, at }: &Reference, closing: &Closing<'_>, input: &[u8]) -> GroupValue {
    match (at, target) {
        (Some(at), _) => GroupValue::from_words(&closing.carried[at.clone()]),
        (None, Target::Closing(header)) => closing.event.header_field(*header).map(group_of_value).unwrap_or_default(),
        (None, Target::Key) => group_of_key(closing.spec, closing.key, closing.event),
        (None, Target::Input) => GroupValue::new(KeyValue::text(input), input),
        (None, Target::Start | Target::Earliest(_) | Target::At(..)) => GroupValue::NONE,
    }
}

/// Appends a value of `--show`. Returns false if the loop lacks it.
fn push_shown(
    out: &mut Vec<u8>,
    reference: &Reference,
    closing: &Closing<'_>,
    input: &[u8],
    key: &mut Vec<u8>,
) -> bool {
    match (&reference.at, &reference.target) {
        (Some(at), _) => return CarriedText::read(&closing.carried[at.clone()], out),
        (None, Target::Closing(header)) => match closing.event.header_field(*header) {
            Some(value) => value.with_text(|text| out.extend_from_slice(text)),
            None => return false,
        },
        (None, Target::Key) => {
            key.clear();
            push_shown_key(key, closing.spec, closing.spec.positions.len() - 1, closing.key, closing.event);
            out.extend_from_slice(key);
            return key != b"-";
        }
        (None, Target::Input) => out.extend_from_slice(input),
        (None, Target::Start) => push_start(out, closing),
        (None, Target::Earliest(_) | Target::At(..)) => return false,
    }
    true
}

/// Appends the time of the first position, with the decimals of the closing event's time.
fn push_start(out: &mut Vec<u8>, closing: &Closing<'_>) {
    let Some(&start) = closing.times.first() else { return };
    push_time(out, Nanos(start), closing.event.resolution.for_time(Nanos(start)));
}

/// Returns the value of a field; `None` if the event lacks it. An event without a payload lacks the field
/// `trace`, which is the whole payload.
fn value_of<'e>(field: &Field, event: &Event<'e>) -> Option<Value<'e>> {
    let is_empty = |value: &Value<'_>| matches!((field, value), (Field::Trace, Value::Text(b"")));
    field.read(event).filter(|value| !is_empty(value))
}
