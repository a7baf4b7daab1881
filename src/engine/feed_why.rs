//! Gives lines and ends of inputs to the analyses of `--slowest` and `--unfinished`, and their results to the summary.

use super::run::Engine;
use super::stepped::OpenLoop;
use super::why::MachineKeys;
use crate::dialect::Line;
use crate::event::{Nanos, Resolution};
use crate::key::Key;
use crate::matcher::{CarriedHeader, OpenChain};
use crate::report::LoopSummary;
use crate::source::{Again, Input};
use crate::why::{Gather, Place, Unfinished, UnfinishedLoop, push_perf_script_line};
use std::cmp::Reverse;
use std::io;

impl Engine<'_> {
    /// Prepares to keep the lines of an input. This is done once for each input, when it is known whether that input
    /// can be read again.
    pub(super) fn begin_lines(&mut self, input: &impl Input) {
        let Some(why) = self.why.as_mut().filter(|why| !why.has_begun) else { return };
        why.has_begun = true;
        if let Some(slowest) = &mut why.slowest {
            slowest.begin_input(input.can_be_read_again());
        }
    }

    /// Remembers the place of a line before the loops get the line's events, and keeps the text of the line if the
    /// input cannot be read again. The line begins `behind` bytes before the end of all bytes that were read so far.
    #[inline(never)]
    pub(super) fn place_line(&mut self, behind: usize, line: &[u8]) {
        let Some(why) = &mut self.why else { return };
        let (bytes, lines) = why.before;
        let offset = self.ledger.bytes - bytes - behind as u64;
        self.origin.place = Place { line: self.ledger.lines + 1 - lines, offset };
        if let Some(slowest) = why.slowest.as_mut().filter(|slowest| slowest.keeps_lines()) {
            slowest.line(self.origin.place, line, self.front.left_out());
        }
    }

    /// Remembers the place of a record of a perf.data, and keeps the record as a line of text if the input cannot be
    /// read again.
    #[inline(never)]
    pub(super) fn place_record(&mut self, record: &Line<'_>) {
        let Some(why) = &mut self.why else { return };
        let Some(slowest) = &mut why.slowest else { return };
        let line = self.ledger.lines - why.before.1;
        self.origin.place = Place { line, offset: slowest.end() };
        if let (Line::Event(event), true) = (record, slowest.keeps_lines()) {
            why.text.clear();
            push_perf_script_line(&mut why.text, event, self.name_width);
            slowest.line(self.origin.place, &why.text, self.front.left_out());
        }
    }

    /// Gathers the lines of the slowest loops of the current input, so that the summary has them. A regular file is
    /// read again, but only where lines are needed. `is_stopped` is called now and then; when it returns true, the rest
    /// of the lines is not gathered.
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

    /// Ends an input for the analyses. This must be called before the matcher is told that the recording has ended,
    /// because the matcher then forgets its chains, which are the loops that have begun and not closed.
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

/// Returns the oldest unfinished loops among the open chains of a loop. `latest` has the greatest time of the input and
/// the resolution of its times.
fn oldest(
    open: &OpenLoop<'_>,
    (latest, resolution): (Nanos, Resolution),
    machine_keys: &MachineKeys,
) -> Vec<UnfinishedLoop> {
    let OpenLoop { references, spec, key, chains, .. } = open;
    let age = |chain: &OpenChain<'_>| Nanos(latest.0.saturating_sub(chain.start.0));
    // An `UnfinishedLoop` is made only for the oldest chains, of which `OLDEST_MAX` are kept, so that the memory does
    // not grow with the number of keys. Chains of the same age as the last of these get one, too: `Unfinished::add`
    // decides between them.
    let mut ages: Vec<Reverse<Nanos>> = chains.iter().map(|chain| Reverse(age(chain))).collect();
    let last = Unfinished::OLDEST_MAX - 1;
    let youngest = if ages.len() > last { ages.select_nth_unstable(last).1.0 } else { Nanos(0) };
    let kept = chains.iter().filter(|chain| age(chain) >= youngest);
    let unfinished = kept.map(|chain| {
        let first = references.first_of(chain.carried).unwrap_or_default();
        let mut text = Vec::new();
        if references.why.push_carried_key(&mut text, chain.carried) {
            // `push_carried_key` has appended the text. A chain carries the text of its key if the text cannot be computed
            // from the key's value, which may be a hash.
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

/// Appends the text of a key that is a field of the header, as the first event of the loop had it.
fn push_header_key(out: &mut Vec<u8>, key: Key, first: &CarriedHeader) {
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
