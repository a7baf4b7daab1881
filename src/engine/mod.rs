//! Joins the steps: bytes -> lines -> events -> positions -> closed loops ->
//! rows and statistics. The one file that knows them all.

mod flow;
mod follow;
mod followed;
mod gates;
mod interval;
mod reorder;
mod streams;

use crate::config::Config;
use crate::diagnosis::{Findings, Proposal, Trouble, why_not_closed, worth_asking_for};
use crate::report::{Summary, missing_group_hint};
use crate::sink::{Folder, OutletError};
use crate::source::{Input, LineBuffer};
use crate::stats::{Ledger, Place};
use flow::Flow;
use followed::Followed;
pub use reorder::{Held, Reorder, Window};
use std::fmt;
use std::io::{self, Read, Write};

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

/// How many records are read before a signal is looked for.
const RECORDS: usize = 4096;

/// Reads recordings one after another; rows go out as loops close, statistics add up.
pub struct Filter<'c, W> {
    lines: LineBuffer,
    flow: Flow<'c, W>,
}

impl<'c, W: Write> Filter<'c, W> {
    /// Ready for the first recording. Rows go to `output` and into `folder`.
    pub fn new(config: &'c Config, output: W, folder: Option<Folder>) -> Self {
        Filter { lines: LineBuffer::default(), flow: Flow::new(config, output, folder) }
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
    pub fn read(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        if let Err(error) = input.begin() {
            return self.flow.pause(error);
        }
        if input.records().is_some() {
            return self.read_records(input);
        }
        let Filter { lines, flow } = self;
        loop {
            while let Some(line) = lines.next_line() {
                flow.line(line)?;
                if !flow.ended.is_empty() {
                    return Ok(Pause::Interval);
                }
            }
            match input.next_into(lines) {
                Ok(0) => break,
                Ok(count) => flow.ledger.bytes += count as u64,
                Err(error) => return flow.pause(error),
            }
        }
        while let Some(line) = lines.next_line() {
            flow.line(line)?;
        }
        Ok(Pause::End)
    }

    /// As [`Filter::read`], of what is no text.
    fn read_records(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        while !input.is_interrupted() {
            for _ in 0..RECORDS {
                let Some(records) = input.records() else { return Ok(Pause::End) };
                let bytes = records.take_bytes();
                self.flow.ledger.bytes += bytes;
                let said = match records.next() {
                    Ok(Some(said)) => said,
                    Ok(None) => {
                        self.flow.ledger.bytes += records.take_bytes();
                        return Ok(Pause::End);
                    }
                    Err(error) => return self.flow.pause(error),
                };
                self.flow.record(&said, bytes)?;
                if !self.flow.ended.is_empty() {
                    return Ok(Pause::Interval);
                }
            }
        }
        Ok(Pause::Interrupted)
    }

    /// Takes what waits of an input's records to be put in order, of which no more are read.
    ///
    /// # Errors
    ///
    /// As [`Filter::read`].
    pub fn stop(&mut self, input: &mut impl Input) -> Result<(), Error> {
        let Some(records) = input.records() else { return Ok(()) };
        records.stop();
        while let Some(said) = records.next().map_err(Error::Read)? {
            self.flow.record(&said, 0)?;
        }
        Ok(())
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
        self.flow.end_recording();
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
        self.flow.loops.iter().map(|followed| followed.tally.closed()).sum()
    }

    /// The statistics so far.
    pub fn summary(&self) -> Summary<'_> {
        let Flow { config, loops, watch, started, .. } = &self.flow;
        let ledger = self.ledger();
        let mut summaries = self.flow.loop_summaries(loops.iter().map(|of| &of.tally));
        for (summary, of) in summaries.iter_mut().zip(loops).filter(|_| !config.pairs) {
            summary.hints = self.hints(of, &ledger);
            summary.hints.extend(config.by.as_ref().and_then(|by| missing_group_hint(by, &summary.groups)));
        }
        Summary {
            unit: config.unit,
            loops: summaries,
            pairs: config.pairs,
            categories: watch.categories().collect(),
            by: config.by.as_ref(),
            interval: None,
            ledger: ledger.clone(),
            elapsed: started.elapsed(),
        }
    }

    /// What `--discover` found: the events, and the loops worth asking for.
    pub fn findings(&self) -> Findings<'_> {
        let discovery = self.flow.discovery.as_ref();
        let closed = self.flow.loops.iter().filter(|followed| followed.tally.closed() > 0);
        let measured = closed.map(|Followed { spec, tally, .. }| Proposal {
            text: spec.text(),
            times: tally.closed(),
            at_least: false,
        });
        let mut proposals: Vec<Proposal> = measured.collect();
        // What a key of fields closes as often needs no proposal without it.
        let bare = |text: &str| text.split(' ').filter_map(|word| word.split('@').next()).collect::<Vec<_>>().join(" ");
        let keyed: Vec<(String, u64)> = proposals
            .iter()
            .filter(|known| known.text.contains('@'))
            .map(|known| (bare(&known.text), known.times))
            .collect();
        proposals.retain(|known| known.text.contains('@') || !keyed.contains(&(known.text.clone(), known.times)));
        for proposal in discovery.map_or(Vec::new(), |discovery| discovery.proposals()) {
            if proposals.iter().all(|known| known.text != proposal.text) {
                proposals.push(proposal);
            }
        }
        proposals.sort_by_key(|proposal| std::cmp::Reverse(proposal.times));
        Findings { events: discovery.map_or(Vec::new(), |discovery| discovery.events()), proposals }
    }

    /// Why a loop did not close, where it did not.
    fn hints(&self, followed: &Followed, ledger: &Ledger) -> Vec<String> {
        let names = || self.flow.watch.names();
        let Some(trials) = &followed.trials else { return Vec::new() };
        if ledger.events > 0 && names().next().is_none() {
            return vec![format!("none of the {} events was selected", ledger.events)];
        }
        let trouble = Trouble { cut: ledger.matcher.cut, lacking: ledger.missing_key_of(followed.key) };
        let Followed { spec, key, tally, mismatches, .. } = followed;
        let mut hints = why_not_closed(spec, *key, &tally.seen, mismatches, trials.closed(), trouble, names());
        // Where there is a remedy, or the condition is to blame, the loop itself is worth asking for.
        let is_told = trials.closed().next().is_some() || mismatches.iter().any(|mismatches| !mismatches.is_empty());
        if let Some(discovery) = self.flow.discovery.as_ref().filter(|_| !is_told) {
            hints.extend(worth_asking_for(&discovery.in_place_of(spec)));
        }
        hints
    }
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
