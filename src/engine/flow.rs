//! What happens to a line: the hot path.

use super::followed::{Followed, shape};
use super::interval::Interval;
use super::streams::Streams;
use super::{Error, Pause};
use crate::config::{Config, Mode};
use crate::diagnosis::{Discovery, KeyTrials};
use crate::dialect::{Call, End, FastLine, Line, NameBuffer, Reader, Slot};
use crate::engine::Reorder;
use crate::event::{Event, Tid};
use crate::matcher::{Matcher, Previous, Shape};
use crate::pattern::{Found, Loop, Watch};
use crate::report::LoopSummary;
use crate::sink::{Folder, OutletError, Outlets, Rows, StreamRows};
use crate::stats::{Groups, Ledger, Tally};
use std::io::{self, Write};
use std::time::Instant;

/// All that a line flows through. Apart from the buffer that lends the line.
pub(super) struct Flow<'c, W> {
    pub(super) config: &'c Config,
    reader: Reader,
    /// What was found of the names of lines that look alike.
    found: Box<[Option<Found>; Slot::COUNT]>,
    pub(super) loops: Vec<Followed>,
    pub(super) watch: Watch,
    pub(super) matcher: Matcher,
    pub(super) streams: Streams,
    /// Room for the key of a row.
    pub(super) key_text: Vec<u8>,
    /// How many groups there may still be, over all loops.
    pub(super) groups_left: usize,
    /// Numbers the events from 1 as they are read, and once more as they are
    /// let go: what the matcher tells occurrences apart by.
    pub(super) number: u64,
    /// Whether events meet anything before the loops.
    gated: bool,
    /// Whether all that is done is to follow loops, and nothing goes into a folder.
    pub(super) only_loops: bool,
    /// Whether also those events are looked at that stand at no position.
    pub(super) wants_all: bool,
    pub(super) reorder: Option<Reorder>,
    /// What else may be worth asking for; for `--discover`, and for the hints
    /// as long as no loop has closed.
    pub(super) discovery: Option<Discovery>,
    pub(super) interval: Option<Interval>,
    /// Summaries of the intervals that ended.
    pub(super) ended: Vec<u8>,
    /// For the modes that show every event.
    pub(super) previous: Option<Previous>,
    pub(super) outlets: Outlets<W>,
    /// Without the matcher's counts.
    pub(super) ledger: Ledger,
    pub(super) started: Instant,
}

/// Whether all events are wanted, whatever the hints want.
pub(super) fn wants_all(config: &Config) -> bool {
    config.mode.has_events() || config.pairs
}

impl<'c, W: Write> Flow<'c, W> {
    /// As [`super::Filter::new`].
    pub(super) fn new(config: &'c Config, output: W, folder: Option<Folder>) -> Self {
        let shapes: Vec<Shape> = config.loops.iter().map(|spec| shape(spec, config)).collect();
        let followed = |(spec, shape): (&Loop, &Shape)| {
            let trials = KeyTrials::new(config.how, *shape, shapes.len());
            Followed::new(spec.clone(), config, Some(trials))
        };
        let tally = |shape: &Shape| Tally::new(shape.positions, config.by.is_some());
        let rows = config.rows.map(|format| Rows::new(format, config.unit, config.header, &config.loops));
        let rows = match rows {
            Some(rows) if config.mode == Mode::Loops => StreamRows::Loops(rows),
            Some(rows) => StreamRows::Events(rows),
            None => StreamRows::None,
        };
        // With --reorder only the events of loops are followed.
        let hints = config.hints && config.mode.has_loops() && !config.pairs && config.reorder.is_none();
        let interval = |length| Interval::new(length, shapes.iter().map(tally).collect());
        Flow {
            config,
            reader: Reader::default(),
            found: Box::new([None; Slot::COUNT]),
            loops: config.loops.iter().zip(&shapes).map(followed).collect(),
            watch: Watch::new(&config.loops),
            matcher: Matcher::new(config.how, &shapes, config.max_keys, config.is_labelled()),
            streams: Streams::default(),
            key_text: Vec::new(),
            groups_left: Groups::MAX_OF_ALL,
            number: 0,
            gated: config.interval.is_some() || config.selection.is_some() || config.reorder.is_some(),
            only_loops: config.mode == Mode::Loops && folder.is_none(),
            wants_all: wants_all(config) || hints,
            reorder: config.reorder.map(Reorder::new),
            discovery: (config.discover || hints).then(Discovery::default),
            interval: config.interval.map(|(length, _)| interval(length)),
            ended: Vec::new(),
            previous: config.mode.has_events().then(|| Previous::new(config.max_keys)),
            outlets: Outlets::new(rows, output, folder),
            ledger: Ledger::default(),
            started: Instant::now(),
        }
    }

    /// The hot path begins here and goes on with `follow`: nothing on it
    /// allocates once the name of an event is known.
    #[inline(always)]
    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.ledger.lines += 1;
        match self.reader.recognise(line) {
            Some(FastLine::Event(slot)) => self.line_alike(line, slot),
            Some(FastLine::Call(call, slots)) => self.call_alike(line, &call, slots),
            None => self.other_line(line),
        }
    }

    /// A line that looks like those before: mostly its name was found before, too.
    #[inline(always)]
    fn line_alike(&mut self, line: &[u8], slot: Slot) -> Result<(), Error> {
        match self.found[slot.index()] {
            Some(found) if !self.gated => {
                // Of most events nothing is wanted but their number.
                if !self.count_again(found) {
                    return Ok(());
                }
                let mut name = None;
                self.reader.event(line, slot, &mut name).map_or(Ok(()), |event| self.follow(&event, found))
            }
            _ => self.line_to_be_found(line, slot),
        }
    }

    /// Counts an event of a name that was found before, and says whether more is wanted of it.
    #[inline(always)]
    fn count_again(&mut self, found: Found) -> bool {
        self.ledger.events += 1;
        self.number += 1;
        self.watch.count_again(found);
        self.wants_all || !self.watch.known(found).hits.is_empty()
    }

    #[inline(never)]
    fn line_to_be_found(&mut self, line: &[u8], slot: Slot) -> Result<(), Error> {
        let mut name = None;
        let Some(event) = self.reader.event(line, slot, &mut name) else { return self.other_line(line) };
        self.take_line(line.len() as u64 + 1);
        self.event_to_be_found(&event, slot)
    }

    /// A call that looks like those before.
    #[inline(never)]
    fn call_alike(&mut self, line: &[u8], call: &Call<'_>, [enter, exit]: [Slot; 2]) -> Result<(), Error> {
        self.take_line(line.len() as u64 + 1);
        self.end_alike(call, End::Enter, enter)?;
        self.end_alike(call, End::Exit, exit)
    }

    /// One end of it, if the line gives that.
    #[inline(always)]
    fn end_alike(&mut self, call: &Call<'_>, end: End, slot: Slot) -> Result<(), Error> {
        if !call.gives(end) {
            return Ok(());
        }
        let known = if self.gated { None } else { self.found[slot.index()] };
        // Of most events nothing is wanted but their number.
        if known.is_some_and(|found| !self.count_again(found)) {
            return Ok(());
        }
        let mut name = NameBuffer::default();
        match (call.event(end, &mut name), known) {
            (None, _) => Ok(()),
            (Some(event), Some(found)) => self.follow(&event, found),
            (Some(event), None) => self.event_to_be_found(&event, slot),
        }
    }

    fn event_to_be_found(&mut self, event: &Event<'_>, slot: Slot) -> Result<(), Error> {
        self.event(event)?;
        if !self.gated {
            self.found[slot.index()] = self.watch.look_up(event.name).again();
        }
        Ok(())
    }

    fn take_line(&mut self, bytes: u64) {
        if let Some(interval) = &mut self.interval {
            interval.take_line(bytes);
        }
    }

    #[inline(never)]
    fn other_line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.take_line(line.len() as u64 + 1);
        let read = self.reader.read(line);
        for slot in self.reader.take_changed() {
            self.found[slot.index()] = None;
        }
        self.handle(&read, line)
    }

    /// Why reading pauses, as it cannot go on; where nothing is there to read, rows do not wait for it.
    pub(super) fn pause(&mut self, error: io::Error) -> Result<Pause, Error> {
        match error.kind() {
            io::ErrorKind::Interrupted => Ok(Pause::Interrupted),
            io::ErrorKind::WouldBlock => {
                self.outlets.stream().flush().map_err(|error| Error::Write(OutletError::Stream(error)))?;
                Ok(Pause::Waiting)
            }
            _ => Err(Error::Read(error)),
        }
    }

    /// Takes what a record of so many bytes says, which is no line.
    pub(super) fn record(&mut self, said: &Line<'_>, bytes: u64) -> Result<(), Error> {
        self.ledger.lines += 1;
        self.take_line(bytes);
        self.handle(said, b"")
    }

    /// Takes what a line says.
    fn handle(&mut self, said: &Line<'_>, line: &[u8]) -> Result<(), Error> {
        match *said {
            Line::Event(ref event) => return self.event(event),
            Line::Call(ref call) => return self.call(call),
            Line::Malformed => {
                self.ledger.malformed(line);
                if self.config.fail_malformed {
                    let place = self.ledger.first_malformed.clone();
                    return place.map_or(Ok(()), |place| Err(Error::Malformed(place)));
                }
                return Ok(());
            }
            Line::Timeless(lack) => {
                self.ledger.timeless(line, lack);
                return Ok(());
            }
            Line::Skipped => {}
            Line::Loss { count, cpu } => {
                self.ledger.lost = self.ledger.lost.saturating_add(count);
                self.ledger.lost_markers += 1;
                self.release(Reorder::next_of_all)?;
                let number = self.number;
                self.matcher.cut(cpu, number);
                self.trials().for_each(|trials| trials.cut(cpu, number));
            }
            Line::Exit(thread) | Line::Fork(thread) => match &mut self.reorder {
                Some(reorder) => {
                    reorder.hold_forget(thread.tid, thread.time);
                    self.release(Reorder::next_due)?;
                }
                None => self.forget(thread.tid),
            },
        }
        self.ledger.skipped += 1;
        Ok(())
    }

    #[inline(never)]
    fn call(&mut self, call: &Call<'_>) -> Result<(), Error> {
        let mut name = NameBuffer::default();
        if let Some(enter) = call.enter(&mut name) {
            self.event(&enter)?;
        }
        match call.exit(&mut name) {
            Some(exit) => self.event(&exit),
            None => Ok(()),
        }
    }

    #[inline(never)]
    fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.ledger.events += 1;
        self.number += 1;
        if self.gated {
            return self.pass_gates(event);
        }
        let found = self.watch.count(event.name);
        // Of most events nothing is wanted but their number.
        if self.watch.known(found).hits.is_empty() && !self.wants_all {
            return Ok(());
        }
        self.follow(event, found)
    }

    fn trials(&mut self) -> impl Iterator<Item = &mut KeyTrials> {
        self.loops.iter_mut().filter_map(|followed| followed.trials.as_mut())
    }

    /// Ends a recording, of which nothing is held back any more.
    pub(super) fn end_recording(&mut self) {
        self.reorder.iter_mut().for_each(Reorder::end_recording);
        self.matcher.end_recording();
        self.trials().for_each(KeyTrials::end_recording);
        self.discovery.iter_mut().for_each(Discovery::end_recording);
        self.previous.iter_mut().for_each(Previous::end_recording);
    }

    pub(super) fn forget(&mut self, tid: Tid) {
        self.matcher.forget(tid);
        self.trials().for_each(|trials| trials.forget(tid));
    }

    /// What tallies of the loops, one each, have in them.
    pub(super) fn loop_summaries<'s>(&'s self, tallies: impl Iterator<Item = &'s Tally>) -> Vec<LoopSummary<'s>> {
        let loops = self.loops.iter().filter(|_| self.config.mode.has_loops());
        let summaries = loops.zip(tallies).map(|(of, tally)| of.summary(tally, self.config.how));
        if self.config.pairs { LoopSummary::largest_sum_first(summaries) } else { summaries.collect() }
    }

    /// The counts so far.
    pub(super) fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.clone();
        ledger.matcher = self.matcher.counts();
        ledger.matcher.evicted += self.previous.as_ref().map_or(0, Previous::evicted);
        ledger
    }
}
