//! Joins the steps: bytes -> lines -> events -> positions -> closed loops ->
//! rows and statistics. The one file that knows them all.

use crate::config::{Config, Mode};
use crate::dialect::{self, Call, Line, NameBuffer};
use crate::event::{Event, Nanos, Tid};
use crate::interval::Interval;
use crate::ledger::{Ledger, Place};
use crate::matcher::{KeyValue, Matcher, Previous, Shape, Trials};
use crate::pattern::{Key, Known, Loop, Watch};
use crate::reorder::{Held, Reorder};
use crate::report::{
    EventRow, Folder, LoopSummary, OutletError, Outlets, Rows, StreamRows, Summary, Trouble, why_not_closed,
};
use crate::source::LineBuffer;
use crate::stats::Tally;
use std::fmt;
use std::io::{self, Read, Write};
use std::time::Instant;

/// Why reading paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The input has ended.
    End,
    /// Nothing is there to read; all rows are written.
    Waiting,
    /// A signal came.
    Interrupted,
    /// An interval ended: its summary waits.
    Interval,
}

/// Why reading cannot go on.
#[derive(Debug)]
pub enum Error {
    /// The input failed.
    Read(io::Error),
    /// A row could not be written.
    Write(OutletError),
    /// `fail_malformed`, and this line is.
    Malformed(Place),
}

/// Reads recordings one after another; rows go out as loops close, statistics add up.
pub struct Filter<'c, W> {
    lines: LineBuffer,
    flow: Flow<'c, W>,
}

/// All that a line flows through. Apart from the buffer that lends the line.
struct Flow<'c, W> {
    config: &'c Config,
    keys: Vec<Key>,
    watch: Watch,
    matcher: Matcher,
    tallies: Vec<Tally>,
    /// Of each loop, until it closes for the first time.
    trials: Vec<Option<Trials>>,
    /// Numbers the events from 1 as they are read, and once more as they are
    /// let go: what the matcher tells occurrences apart by.
    number: u64,
    reorder: Option<Reorder>,
    interval: Option<Interval>,
    /// Summaries of the intervals that ended.
    ended: Vec<u8>,
    /// For the modes that show every event.
    previous: Option<Previous>,
    outlets: Outlets<W>,
    ledger: Ledger,
    started: Instant,
}

impl<'c, W: Write> Filter<'c, W> {
    /// Ready for the first recording. Rows go to `output` and into `folder`.
    pub fn new(config: &'c Config, output: W, folder: Option<Folder>) -> Self {
        let keys: Vec<Key> = config.loops.iter().map(|spec| config.key_of(spec)).collect();
        let shape = |(spec, &key): (&Loop, &Key)| Shape { positions: spec.positions.len(), key };
        let shapes: Vec<Shape> = config.loops.iter().zip(&keys).map(shape).collect();
        let trials = |&shape: &Shape| Some(Trials::new(config.how, shape, config.loops.len()));
        let rows = config.rows.map(|format| Rows::new(format, config.unit, config.header, &config.loops));
        let rows = match rows {
            Some(rows) if config.mode == Mode::Loops => StreamRows::Loops(rows),
            Some(rows) => StreamRows::Events(rows),
            None => StreamRows::None,
        };
        let flow = Flow {
            config,
            keys,
            watch: Watch::new(&config.loops),
            matcher: Matcher::new(config.how, &shapes, config.max_keys),
            tallies: shapes.iter().map(|shape| Tally::new(shape.positions)).collect(),
            trials: shapes.iter().map(trials).collect(),
            number: 0,
            reorder: config.reorder.map(Reorder::new),
            interval: config
                .interval
                .map(|(length, _)| Interval::new(length, shapes.iter().map(|shape| shape.positions))),
            ended: Vec::new(),
            previous: config.mode.has_events().then(|| Previous::new(config.max_keys)),
            outlets: Outlets::new(rows, output, folder),
            ledger: Ledger::default(),
            started: Instant::now(),
        };
        Filter { lines: LineBuffer::default(), flow }
    }

    /// Begins a recording, called `name` in messages.
    pub fn begin_input(&mut self, name: String) {
        self.lines.clear();
        self.flow.ledger.begin_input(name);
    }

    /// Reads until the input ends, has nothing to read, or a signal comes;
    /// call it again to go on.
    ///
    /// # Errors
    ///
    /// See [`Error`]. After a failed read the recording is as good as ended;
    /// after a failed write the rows that waited are gone.
    pub fn read(&mut self, input: &mut impl Read) -> Result<Pause, Error> {
        let Filter { lines, flow } = self;
        loop {
            while let Some(line) = lines.next_line() {
                flow.line(line)?;
                if !flow.ended.is_empty() {
                    return Ok(Pause::Interval);
                }
            }
            match lines.fill(input) {
                Ok(0) => break,
                Ok(count) => flow.ledger.bytes += count as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Pause::Interrupted),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    flow.outlets.stream().flush().map_err(|error| Error::Write(OutletError::Stream(error)))?;
                    return Ok(Pause::Waiting);
                }
                Err(error) => return Err(Error::Read(error)),
            }
        }
        while let Some(line) = lines.next_line() {
            flow.line(line)?;
        }
        Ok(Pause::End)
    }

    /// Lets go of the events that are held back, and ends the interval.
    ///
    /// # Errors
    ///
    /// [`Error::Write`]
    pub fn settle(&mut self) -> Result<(), Error> {
        self.flow.release(Reorder::next_of_all)?;
        self.flow.end_interval(None);
        Ok(())
    }

    /// Ends a recording: chains that are open stay unfinished.
    ///
    /// # Errors
    ///
    /// [`Error::Write`]
    pub fn end_input(&mut self) -> Result<(), Error> {
        self.settle()?;
        self.flow.reorder.iter_mut().for_each(Reorder::end_recording);
        self.flow.matcher.end_recording();
        self.flow.trials.iter_mut().flatten().for_each(Trials::end_recording);
        self.flow.previous.iter_mut().for_each(Previous::end_recording);
        Ok(())
    }

    /// The summaries of the intervals that ended, as text.
    pub fn take_intervals(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.flow.ended)
    }

    /// Writes the rows that wait.
    ///
    /// # Errors
    ///
    /// As the writer has them.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flow.outlets.stream().flush()
    }

    /// What waits to be written, for a summary behind the rows.
    pub fn waiting(&mut self) -> &mut Vec<u8> {
        self.flow.outlets.stream().waiting()
    }

    /// Gives the directory's files away, to be finished.
    pub fn take_folder(&mut self) -> Option<Folder> {
        self.flow.outlets.take_folder()
    }

    /// The counts so far.
    pub fn ledger(&self) -> Ledger {
        self.flow.ledger()
    }

    /// How many loops have closed so far.
    pub fn closed(&self) -> u64 {
        self.flow.tallies.iter().map(|tally| tally.total.count()).sum()
    }

    /// The statistics so far.
    pub fn summary(&self) -> Summary<'_> {
        let Flow { config, keys, tallies, trials, watch, started, .. } = &self.flow;
        let ledger = self.ledger();
        let nothing_selected = ledger.events > 0 && watch.names().next().is_none();
        let hints = |at: usize| match &trials[at] {
            Some(_) if nothing_selected => vec![format!("none of the {} events was selected", ledger.events)],
            Some(trials) => {
                let (spec, seen) = (&config.loops[at], &tallies[at].seen);
                let trouble = Trouble { cut: ledger.matcher.cut, lacking: ledger.keyless_of(keys[at]) };
                why_not_closed(spec, keys[at], seen, trials.closed(), trouble, watch.names())
            }
            None => Vec::new(),
        };
        Summary {
            unit: config.unit,
            loops: loop_summaries(config, keys, tallies, hints),
            categories: watch.categories().collect(),
            interval: None,
            ledger,
            elapsed: started.elapsed(),
        }
    }
}

fn loop_summaries<'s>(
    config: &'s Config,
    keys: &[Key],
    tallies: &'s [Tally],
    hints: impl Fn(usize) -> Vec<String>,
) -> Vec<LoopSummary<'s>> {
    let of_loop = |(at, spec): (usize, &'s Loop)| LoopSummary {
        spec,
        key: keys[at],
        how: config.how,
        first: tallies[at].first,
        last: tallies[at].last,
        transitions: spec.transitions().zip(&tallies[at].transitions).collect(),
        total: &tallies[at].total,
        seen: &tallies[at].seen,
        hints: hints(at),
    };
    config.loops.iter().enumerate().filter(|_| config.mode.has_loops()).map(of_loop).collect()
}

impl<W: Write> Flow<'_, W> {
    /// The hot path begins here and ends with `event`: nothing on it allocates
    /// once the name of an event is known.
    fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.ledger.lines += 1;
        if let Some(interval) = &mut self.interval {
            interval.take_line(line.len() as u64 + 1);
        }
        match dialect::read(line) {
            Line::Event(event) => return self.event(&event),
            Line::Call(call) => return self.call(&call),
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
                self.trials.iter_mut().flatten().for_each(|trials| trials.cut(cpu, number));
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

    fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.ledger.events += 1;
        self.number += 1;
        let number = self.number;
        if self.interval.is_some() {
            self.arrive(event.time);
        }
        if let Some(selection) = &self.config.selection {
            match selection.admits(event) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(lacking) => {
                    self.ledger.keyless(lacking, number);
                    return Ok(());
                }
            }
        }
        if self.reorder.is_some() { self.hold(event) } else { self.follow(event, Counting::Now) }
    }

    /// Puts an event through the loops.
    #[inline(always)]
    fn follow(&mut self, event: &Event<'_>, counting: Counting) -> Result<(), Error> {
        let number = self.number;
        let Known { hits, category, category_name } = match counting {
            Counting::Now => self.watch.find(event.name),
            Counting::Before => self.watch.look_up(event.name),
        };
        if let Some(previous) = &mut self.previous {
            match KeyValue::of(self.config.event_key, event) {
                Some(value) => {
                    let delta_ns = previous.step(category, value, event.time);
                    let row = EventRow { event, category: category_name, delta_ns };
                    self.outlets.event(category, &row).map_err(Error::Write)?;
                }
                None => self.ledger.keyless(self.config.event_key, number),
            }
        }
        if !hits.is_empty() {
            self.outlets.looped(event).map_err(Error::Write)?;
        }
        for &hit in hits.iter().filter(|_| self.config.mode.has_loops()) {
            let tally = &mut self.tallies[hit.loop_index];
            tally.saw(hit.positions);
            if let Some(interval) = &mut self.interval {
                interval.tallies[hit.loop_index].saw(hit.positions);
            }
            if let Some(trials) = &mut self.trials[hit.loop_index] {
                trials.step(hit.positions, event, number);
            }
            let key = self.keys[hit.loop_index];
            let Some(value) = KeyValue::of(key, event) else {
                self.ledger.keyless(key, number);
                continue;
            };
            if let Some(times) = self.matcher.step(hit, value, event.time, number) {
                tally.record(times, event.resolution);
                if let Some(interval) = &mut self.interval {
                    interval.tallies[hit.loop_index].record(times, event.resolution);
                }
                self.trials[hit.loop_index] = None;
                self.outlets.closed(hit.loop_index, event, times).map_err(Error::Write)?;
            }
        }
        Ok(())
    }

    fn forget(&mut self, tid: Tid) {
        self.matcher.forget(tid);
        self.trials.iter_mut().flatten().for_each(|trials| trials.forget(tid));
    }

    /// Holds an event back that is followed; the others are only counted.
    #[cold]
    fn hold(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let followed = !self.watch.find(event.name).hits.is_empty() || self.previous.is_some();
        if !followed {
            return Ok(());
        }
        let held = self.reorder.as_mut().is_some_and(|reorder| reorder.hold(event));
        if held { self.release(Reorder::next_due) } else { self.follow(event, Counting::Before) }
    }

    /// Follows the events that are due, in their order.
    #[cold]
    fn release(&mut self, due: impl Fn(&mut Reorder) -> Option<Held<'_>>) -> Result<(), Error> {
        let Some(mut reorder) = self.reorder.take() else { return Ok(()) };
        let mut result = Ok(());
        while let Some(held) = due(&mut reorder).filter(|_| result.is_ok()) {
            self.number += 1;
            match held {
                Held::Event(event) => {
                    self.pass_time(event.time);
                    result = self.follow(&event, Counting::Before);
                }
                Held::Forget(tid) => self.forget(tid),
            }
        }
        self.reorder = Some(reorder);
        result
    }

    /// The counts so far.
    fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.clone();
        ledger.matcher = self.matcher.counts();
        ledger.matcher.evicted += self.previous.as_ref().map_or(0, Previous::evicted);
        ledger
    }

    /// An event arrives at this time: the first of a recording begins its first
    /// interval. One that is held back ends an interval when it comes out again,
    /// so that loops close in their own.
    #[cold]
    fn arrive(&mut self, time: Nanos) {
        self.interval.iter_mut().for_each(|interval| interval.begin_with(time));
        if self.reorder.is_none() {
            self.pass_time(time);
        }
    }

    /// Ends the interval where an event of this time is beyond it.
    fn pass_time(&mut self, time: Nanos) {
        if self.interval.as_ref().is_some_and(|interval| interval.ends_before(time)) {
            self.end_interval(Some(time));
        }
    }

    /// Ends the interval, and begins the one that `next` is in.
    #[cold]
    fn end_interval(&mut self, next: Option<Nanos>) {
        let Some(mut interval) = self.interval.take() else { return };
        let mut ledger = self.ledger();
        // The line and the event that ended it are not in it.
        let beyond = u64::from(next.is_some());
        ledger.lines -= beyond;
        ledger.events -= beyond;
        if let (Some(span), Some((_, format)), false) = (interval.span(), self.config.interval, interval.is_empty()) {
            let summary = Summary {
                unit: self.config.unit,
                loops: loop_summaries(self.config, &self.keys, &interval.tallies, |_| Vec::new()),
                categories: self.watch.categories_since(&interval.categories_before).collect(),
                interval: Some(span),
                ledger: ledger.since(&interval.before, interval.bytes(next.is_some())),
                elapsed: interval.began.elapsed(),
            };
            summary.write(&mut self.ended, format);
        }
        interval.begin(next, ledger, self.watch.category_counts());
        self.interval = Some(interval);
    }
}

/// Whether an event still has to be counted among its category.
#[derive(Clone, Copy)]
enum Counting {
    Now,
    Before,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Read(error) | Error::Write(OutletError::Stream(error) | OutletError::Folder(error)) => error.fmt(f),
            Error::Malformed(place) => write!(f, "{}:{}: not a trace line", place.input, place.line),
        }
    }
}

impl std::error::Error for Error {}

/// Runs one recording from beginning to end and says what was counted; rows go
/// to `output`. The input has to wait where it has nothing to give: one that
/// says `WouldBlock` is asked again at once.
///
/// # Errors
///
/// As [`Filter::read`].
pub fn run<R: Read, W: Write>(config: &Config, mut input: R, output: W) -> Result<Ledger, Error> {
    let mut filter = Filter::new(config, output, None);
    filter.begin_input("input".to_owned());
    while filter.read(&mut input)? != Pause::End {}
    filter.end_input()?;
    filter.flush().map_err(|error| Error::Write(OutletError::Stream(error)))?;
    Ok(filter.ledger())
}
