//! Feeds the analyses that say why a loop was slow (`--slowest`, `--unfinished`): with each line, each event that was
//! read, each loop that closed, and the end of each input.

use super::run::Engine;
use super::shown_key::push_shown_key;
use super::task::Task;
use super::tracks::{Carried, OpenLoop};
use crate::dialect::Line;
use crate::event::{Event, Nanos, Resolution};
use crate::key::{Key, KeyValue};
use crate::matcher::{FirstEvent, OpenChain};
use crate::report::LoopSummary;
use crate::sink::ClosedLoop;
use crate::source::{Again, Input};
use crate::why::{
    Gather, LineSample, Lines, Place, SlowLoop, Slowest, Unfinished, UnfinishedLoop, push_perf_script_line,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io;

/// The analyses of a run. A run that asks for none has no `Why`.
pub(super) struct Why {
    /// The slowest closed loops.
    slowest: Option<Slowest>,
    /// The loops that were unfinished at the end of the inputs that have ended, by the index of the loop.
    unfinished: Option<Vec<Unfinished>>,
    /// The texts of keys that have the machine of their event in them; see [`MachineKeys`].
    machine_keys: MachineKeys,
    /// The greatest time of the current input, and the finest resolution of its times.
    latest: (Nanos, Resolution),
    /// The number of inputs that have begun.
    inputs: usize,
    /// Room for the text of a record.
    text: Vec<u8>,
    /// True if it is known of the current input whether it can be read again.
    has_begun: bool,
    /// The numbers of bytes and lines that were read before the current input.
    before: (u64, u64),
}

impl Why {
    /// Creates the analyses that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Box<Why>> {
        let slowest = task.why.slowest.map(|slowest| Slowest::new(slowest.count, slowest.keep_bytes));
        let why = Why {
            slowest,
            unfinished: task.why.unfinished.then(Vec::new),
            machine_keys: MachineKeys::new(task),
            latest: Default::default(),
            inputs: 0,
            text: Vec::new(),
            has_begun: false,
            before: (0, 0),
        };
        task.why.is_some().then(|| Box::new(why))
    }

    /// Takes an event that was read, before any gate: whatever is selected, and in the order of the input.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        let (time, resolution) = &mut self.latest;
        *time = (*time).max(event.time);
        *resolution = (*resolution).max(event.resolution);
        if event.machine.is_some() && self.unfinished.is_some() {
            self.machine_keys.add(event);
        }
    }

    /// Takes a loop that has closed and whose total is within the limits.
    pub(super) fn closed(&mut self, closed: &ClosedLoop<'_>, carried: &Carried<'_>) {
        let Some(slowest) = &mut self.slowest else { return };
        let ClosedLoop { loop_index, times, last, .. } = *closed;
        let Some(rank) = slowest.rank(loop_index, times, last.tid) else { return };
        let (first, last_line, threads) = carried.references.lines(carried.words, last);
        let mut key = Vec::new();
        push_shown_key(&mut key, closed.spec, closed.spec.positions.len() - 1, carried.key, last);
        let lines =
            Lines { first, last: last_line, threads, kept_from: 0, is_pending: true, sample: LineSample::default() };
        let slow = SlowLoop {
            times: times.to_vec(),
            resolution: last.resolution,
            tid: last.tid,
            comm: last.comm.map(<[u8]>::to_vec),
            key,
            shown: closed.shown.iter().map(|value| value.map(<[u8]>::to_vec)).collect(),
            input: carried.references.input().to_vec(),
            lines,
        };
        slowest.insert(loop_index, rank, slow);
    }

    /// Returns whether the lines of the input must be given to [`Engine::place_line`].
    pub(super) fn needs_places(&self) -> bool {
        self.slowest.is_some()
    }

    /// Begins an input, before which so many bytes and lines were read.
    pub(super) fn begin_input(&mut self, bytes: u64, lines: u64) {
        self.latest = Default::default();
        self.machine_keys.texts.clear();
        self.inputs += 1;
        self.has_begun = false;
        self.before = (bytes, lines);
    }
}

impl Engine<'_> {
    /// Prepares to keep the lines of an input, once it is known whether it can be read again.
    pub(super) fn begin_lines(&mut self, input: &impl Input) {
        let Some(why) = self.why.as_mut().filter(|why| !why.has_begun) else { return };
        why.has_begun = true;
        if let Some(slowest) = &mut why.slowest {
            slowest.begin_input(input.can_be_read_again());
        }
    }

    /// Remembers the place of a line before its events are followed, and keeps its text if the input cannot be read again.
    /// The line begins `behind` bytes before the end of the bytes that were read.
    #[inline(never)]
    pub(super) fn place_line(&mut self, behind: usize, line: &[u8]) {
        let Some(why) = &mut self.why else { return };
        let (bytes, lines) = why.before;
        let offset = self.ledger.bytes - bytes - behind as u64;
        self.place = Place { line: self.ledger.lines + 1 - lines, offset };
        if let Some(slowest) = why.slowest.as_mut().filter(|slowest| slowest.keeps_lines()) {
            slowest.line(self.place, line, self.front.left_out());
        }
    }

    /// Remembers the place of a record, and keeps its text if the input cannot be read again.
    #[inline(never)]
    pub(super) fn place_record(&mut self, record: &Line<'_>) {
        let Some(why) = &mut self.why else { return };
        let Some(slowest) = &mut why.slowest else { return };
        let line = self.ledger.lines - why.before.1;
        self.place = Place { line, offset: slowest.end() };
        if let (Line::Event(event), true) = (record, slowest.keeps_lines()) {
            why.text.clear();
            push_perf_script_line(&mut why.text, event, self.name_width);
            slowest.line(self.place, &why.text, self.front.left_out());
        }
    }

    /// Gathers the lines of the slowest loops of the current input, so that the summary has them. A regular file is read
    /// again, as far as that is needed. `is_stopped` is called now and then; when it returns true, the rest of the lines
    /// is not gathered.
    ///
    /// # Errors
    ///
    /// The error of the input.
    pub fn gather_lines(&mut self, input: &mut impl Input, is_stopped: impl FnMut() -> bool) -> io::Result<()> {
        let Some(slowest) = self.why.as_mut().and_then(|why| why.slowest.as_mut()) else { return Ok(()) };
        let left_out = self.front.left_out();
        slowest.gather_kept(u64::MAX, left_out);
        let pending = slowest.pending();
        if pending.is_empty() {
            return Ok(());
        }
        let again = input.again()?;
        let gather = Gather::new(pending, left_out);
        match again {
            Some(Again::Text(text)) => gather.text(text, is_stopped),
            Some(Again::Records(records)) => gather.records(*records, is_stopped),
            None => Ok(()),
        }
    }

    /// Gathers the lines of the slowest loops out of those that are kept of an input that cannot be read again.
    pub(super) fn gather_kept_lines(&mut self) {
        if let Some(slowest) = self.why.as_mut().and_then(|why| why.slowest.as_mut()) {
            slowest.gather_kept(u64::MAX, self.front.left_out());
        }
    }

    /// Ends an input for the analyses. The chains of the matcher are still there.
    pub(super) fn end_input_of_why(&mut self) {
        let Some(why) = &mut self.why else { return };
        if let Some(slowest) = &mut why.slowest {
            slowest.gather_kept(u64::MAX, self.front.left_out());
            slowest.end_input();
        }
        if let Some(all) = &mut why.unfinished {
            all.resize_with(self.tracks.len(), Unfinished::default);
            for (loop_index, unfinished) in all.iter_mut().enumerate() {
                let open = self.tracks.open(loop_index);
                unfinished.add(open.open, oldest(&open, why.latest, &why.machine_keys));
            }
        }
    }

    /// Adds the results of the analyses to the summary of a loop.
    pub(super) fn add_why<'s>(&'s self, loop_index: usize, summary: &mut LoopSummary<'s>) {
        let Some(why) = &self.why else { return };
        summary.slowest = why.slowest.as_ref().map(|slowest| slowest.list(loop_index));
        summary.unfinished = why.unfinished.as_ref().map(|all| {
            let mut unfinished = all.get(loop_index).cloned().unwrap_or_default();
            let open = self.tracks.open(loop_index);
            unfinished.add(open.open, oldest(&open, why.latest, &why.machine_keys));
            unfinished
        });
    }

    /// Returns whether there are several inputs, so that the slowest loops must say from which one they are.
    pub(super) fn has_several_inputs(&self) -> bool {
        self.why.as_ref().is_some_and(|why| why.inputs > 1)
    }
}

/// The texts of the keys of events from an input that mixes the text of several machines. Such a key consists of the
/// machine and a field of the header, and is stored as a hash from which its text cannot be told.
struct MachineKeys {
    /// The kinds of keys for which texts are needed.
    kinds: Vec<Key>,
    /// The largest number of texts.
    limit: usize,
    texts: HashMap<KeyValue, Box<[u8]>>,
}

impl MachineKeys {
    fn new(task: &Task) -> MachineKeys {
        let mut kinds: Vec<Key> = task.loops.iter().map(|spec| task.shape(spec).key).collect();
        kinds.extend(task.finds_pairs().then(|| task.key_of_pairs()));
        kinds.retain(|kind| matches!(kind, Key::Tid | Key::Pid | Key::Cpu));
        kinds.dedup();
        MachineKeys { kinds, limit: task.max_keys, texts: HashMap::new() }
    }

    /// Adds the texts of the keys of an event.
    #[cold]
    fn add(&mut self, event: &Event<'_>) {
        for &kind in &self.kinds {
            let Some(value) = KeyValue::of(kind, event).filter(|value| !self.texts.contains_key(value)) else {
                continue;
            };
            let field = kind.header_field().and_then(|field| event.header_field(field));
            if let (Some(field), Some(machine), true) = (field, event.machine, self.texts.len() < self.limit) {
                let text = field.with_text(|field| [machine, b":", field].concat());
                self.texts.insert(value, text.into());
            }
        }
    }
}

/// Returns the oldest chains of a loop. `latest` has the greatest time of the input and the resolution of its times.
fn oldest(
    open: &OpenLoop<'_>,
    (latest, resolution): (Nanos, Resolution),
    machine_keys: &MachineKeys,
) -> Vec<UnfinishedLoop> {
    let OpenLoop { references, spec, key, chains, .. } = open;
    let age = |chain: &OpenChain<'_>| Nanos(latest.0.saturating_sub(chain.start.0));
    // Only as many are made as are kept, so that the memory does not grow with the number of keys. More are made only if
    // they are as old as the last one that is kept.
    let mut ages: Vec<Reverse<Nanos>> = chains.iter().map(|chain| Reverse(age(chain))).collect();
    let last = Unfinished::OLDEST_MAX - 1;
    let youngest = if ages.len() > last { ages.select_nth_unstable(last).1.0 } else { Nanos(0) };
    let kept = chains.iter().filter(|chain| age(chain) >= youngest);
    let unfinished = kept.map(|chain| {
        let first = references.first_of(chain.carried).unwrap_or_default();
        let mut text = Vec::new();
        if references.push_carried_key(&mut text, chain.carried) {
            // The chain carries the text because the value of the key is not enough to tell it.
        } else if let Some(known) = machine_keys.texts.get(&chain.key) {
            text.extend_from_slice(known);
        } else {
            push_header_key(&mut text, *key, &first);
        }
        UnfinishedLoop {
            key: text,
            tid: first.tid(),
            comm: first.comm(),
            start: chain.start,
            resolution: resolution.for_time(chain.start),
            age: age(chain),
            waits_for: chain.length.min(spec.positions.len() - 1),
        }
    });
    unfinished.collect()
}

/// Appends the text of a key that is a field of the header.
fn push_header_key(out: &mut Vec<u8>, key: Key, first: &FirstEvent) {
    let number = match key {
        Key::All => return out.extend_from_slice(b"all"),
        Key::Comm => return out.extend_from_slice(first.comm().as_deref().unwrap_or(b"-")),
        Key::Tid => first.tid().map(i64::from),
        Key::Pid => first.pid().map(i64::from),
        Key::Cpu => first.cpu().map(i64::from),
    };
    match number {
        Some(number) => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
        None => out.push(b'-'),
    }
}
