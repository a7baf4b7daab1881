//! The loops that a run follows.

use super::entering::{Closing, Entering};
use super::origin::{CallChainId, Origin};
use super::references::References;
use super::shown_key::push_shown_key;
use super::stepped::{Carried, Stepped};
use super::streams::{Entered, Stream, Streams};
use super::task::Task;
use super::track::{GroupsOfTrack, Track};
use crate::compare::LoopRuns;
use crate::event::{Event, Nanos, Tid};
use crate::key::{GroupValue, Key, KeySource, KeyValue};
use crate::matcher::{Counts, Entry, Matcher, Matching, Shape};
use crate::pattern::{Hit, Loop, POSITIONS_MAX, Selection};
use crate::sink::{ClosedLoop, Needs};
use crate::stats::{Cells, Groups, LoopCells, Tally};
use std::ops::RangeInclusive;

/// All loops that a run follows. The index of a loop is the number of loops that were added before it.
pub(super) struct Tracks {
    pub(super) tracks: Vec<Track>,
    pub(super) matcher: Matcher,
    streams: Streams,
    pub(super) matching: Matching,
    pub(super) references: References,
    /// The totals that closed loops may have, from `--min` to `--max`. The total of a loop is the time from its first
    /// position to its last.
    pub(super) totals: RangeInclusive<Nanos>,
    /// The selection of events; `None` if all events are selected.
    pub(super) selection: Option<Selection>,
    /// The groups of each loop before anything was read.
    groups: GroupsOfTrack,
    /// True if a sink writes a state.
    pub(super) has_state: bool,
    has_intervals: bool,
    /// True if a sink needs the numbers of closed loops by time and total, as a heat map shows them.
    has_cells: bool,
    /// True if the run is a side of a comparison.
    is_side: bool,
    /// True if closed loops need the text of their key, because a sink or `--slowest` takes closed loops.
    shows_key: bool,
    /// True if they need this text even if the key is a field of the header.
    shows_key_of_header: bool,
    /// A buffer for the text of the key of the loop that closed last.
    shown_key: Vec<u8>,
    /// The largest number of groups of each loop, one for each value of `-b`; `None` if the run has no groups.
    pub(super) max_groups: Option<usize>,
    /// The largest number of groups of each loop that come from states, if the user has not asked for groups.
    pub(super) max_groups_of_states: usize,
    /// The largest number of groups of all loops together.
    max_groups_of_all: usize,
    /// The number of groups (`-b`) that may still be added, over all loops.
    pub(super) groups_left: usize,
    /// The number of groups that may still be added in the current interval, over all loops.
    interval_groups_left: usize,
}

impl Tracks {
    /// Creates an empty list of loops, with a matcher that has room for the loops of the task.
    pub(super) fn new(task: &Task, needs: Needs) -> Self {
        let follow = task.follow.clone().unwrap_or_default();
        let (references, carried) = References::new(task, needs);
        let max_groups_of_all = if task.max_groups.is_some() { usize::MAX } else { Groups::MAX_OF_ALL };
        // Without a loop, all loops come from states, whose lengths are not known yet.
        let longest = task.loops_from_the_beginning().map(|spec| spec.positions.len()).max().unwrap_or(POSITIONS_MAX);
        Tracks {
            tracks: Vec::new(),
            matcher: Matcher::new(follow.matching, longest, task.max_keys, carried),
            streams: Streams::default(),
            matching: follow.matching,
            totals: follow.totals,
            selection: task.selection.clone(),
            groups: GroupsOfTrack::new(task.by()),
            has_state: needs.state,
            max_groups_of_states: task.max_groups.unwrap_or(Groups::MAX),
            max_groups: references.has_groups().then(|| task.max_groups.unwrap_or(Groups::MAX)),
            max_groups_of_all,
            references,
            has_intervals: task.interval.is_some(),
            has_cells: needs.cells,
            is_side: needs.side,
            shows_key: needs.closed || task.why.slowest.is_some(),
            shows_key_of_header: needs.key_of_header,
            shown_key: Vec::new(),
            groups_left: max_groups_of_all,
            interval_groups_left: max_groups_of_all,
        }
    }

    /// Adds a loop.
    pub(super) fn add(&mut self, spec: Loop, shape: Shape) {
        let tally = || Tally::new(shape.positions, self.max_groups);
        self.matcher.add_loop(shape);
        self.tracks.push(Track {
            key: shape.key,
            source: shape.source,
            tally: tally().with_cells(self.cells(shape.positions)),
            key_of_task: shape.key,
            matching: self.matching,
            definition: None,
            groups: self.groups.clone(),
            runs: self.is_side.then(|| LoopRuns::new(shape.positions)),
            cut_before: 0,
            interval_tally: self.has_intervals.then(tally),
            found: self.references.counts().map(|count| vec![false; count]),
            spec,
        });
    }

    /// Returns empty cells for a loop with this many positions; `None` if no sink needs them.
    fn cells(&self, positions: usize) -> Option<LoopCells> {
        match (self.has_state || self.is_side, self.has_cells) {
            (true, false) => Some(LoopCells::of_comparison(positions)),
            (true, true) => Some(LoopCells::of_comparison(positions).with_totals(Cells::MAX_OF_PICTURE)),
            (false, true) => Some(LoopCells::of_totals(Cells::MAX_OF_PICTURE)),
            (false, false) => None,
        }
    }

    /// Leaves the loop that was added last out of the counts of the summary, because the user did not ask for it. See
    /// [`Matcher::leave_out_of_counts`].
    pub(super) fn leave_last_out_of_counts(&mut self) {
        if let Some(last) = self.tracks.len().checked_sub(1) {
            self.matcher.leave_out_of_counts(last);
        }
    }

    /// Returns the number of loops.
    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Returns the loops.
    pub(super) fn specs(&self) -> impl Iterator<Item = &Loop> {
        self.tracks.iter().map(|track| &track.spec)
    }

    /// Returns the loops with the statistics of the whole run.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (&Loop, &Tally)> {
        self.tracks.iter().map(|track| (&track.spec, &track.tally))
    }

    /// Returns the key by which a loop is followed.
    #[inline(always)]
    pub(super) fn key(&self, loop_index: usize) -> Key {
        self.tracks[loop_index].key
    }

    /// Returns how often the loops have closed so far, over all loops.
    pub(super) fn closed(&self) -> u64 {
        self.tracks.iter().map(|track| track.tally.closed()).sum()
    }

    /// Counts an event at positions of a loop; bit k of `positions` is position k.
    #[inline(always)]
    pub(super) fn count_at_positions(&mut self, loop_index: usize, positions: u32) {
        let track = &mut self.tracks[loop_index];
        track.tally.count_seen(positions);
        if let Some(tally) = &mut track.interval_tally {
            tally.count_seen(positions);
        }
    }

    /// Counts an event that the selection left out, for each position of a loop at which it would have stood; bit k of
    /// `positions` is position k.
    pub(super) fn leave_out(&mut self, loop_index: usize, positions: u32) {
        let track = &mut self.tracks[loop_index];
        track.tally.count_left_out(positions);
        if let Some(tally) = &mut track.interval_tally {
            tally.count_left_out(positions);
        }
    }

    /// Adds events that came before the loop was added to the count of one of its positions. Only the statistics of the
    /// whole run count them.
    #[cold]
    pub(super) fn count_earlier(&mut self, loop_index: usize, position: usize, events: u64) {
        self.tracks[loop_index].tally.seen[position] += events;
    }

    /// Counts events that came before the loop was added, at its first position. A loss or the end of their thread has
    /// cut them, so they begin nothing.
    #[cold]
    pub(super) fn count_cut_before(&mut self, loop_index: usize, events: u64) {
        self.count_earlier(loop_index, 0, events);
        self.tracks[loop_index].cut_before += events;
    }

    /// Returns the number of events that [`Tracks::count_cut_before`] has counted for a loop.
    pub(super) fn cut_before(&self, loop_index: usize) -> u64 {
        self.tracks[loop_index].cut_before
    }

    /// Notes that an event which was counted at the first position of a loop lacks the loop's key, so that it begins
    /// nothing.
    #[cold]
    pub(super) fn count_first_without_key(&mut self, loop_index: usize) {
        let track = &mut self.tracks[loop_index];
        track.tally.first_without_key += 1;
        if let Some(tally) = &mut track.interval_tally {
            tally.first_without_key += 1;
        }
    }

    /// Finds the key values for which an event stands in a loop. [`Tracks::entered_streams`] then returns them. `hit`
    /// has the positions that the event's name matches.
    pub(super) fn enter_streams(&mut self, hit: Hit, event: &Event<'_>) -> Entered {
        let Track { spec, key, source, .. } = &self.tracks[hit.loop_index];
        self.streams.enter(spec, *key, *source, hit, event)
    }

    /// Returns the streams that [`Tracks::enter_streams`] found last; a stream is all events of a loop with one key
    /// value. The stream with the last position of the loop comes first.
    pub(super) fn entered_streams(&self) -> &[Stream] {
        self.streams.entered()
    }

    /// Begins an input. `-b input` and `--show input` give this name.
    pub(super) fn name_input(&mut self, name: &[u8]) {
        self.references.begin_input(name);
    }

    /// Returns the name of the input, which `-b input` and `--show input` give.
    pub(super) fn input(&self) -> &[u8] {
        self.references.input()
    }

    /// Returns the source of the values of a loop's key: the header of the events, their fields (`@field`), or both.
    pub(super) fn source(&self, loop_index: usize) -> KeySource {
        self.tracks[loop_index].source
    }

    /// Returns the values that chains carry, so that those of the next event can be set.
    #[inline(always)]
    pub(super) fn references_mut(&mut self) -> &mut References {
        &mut self.references
    }

    /// Puts an event into the state that the loop has for one key value. If the event closes the loop, and its total is
    /// within `--min` and `--max`, adds the closed loop to the statistics and returns it.
    #[inline(always)]
    pub(super) fn step<'a>(
        &'a mut self,
        event: &'a Event<'a>,
        loop_index: usize,
        stream: Stream,
        number: u64,
        origin: Origin,
    ) -> Stepped<'a> {
        let Stream { key, positions, negated } = stream;
        let entry = Entry { loop_index, positions, negated, key, time: event.time, number };
        let closed = if self.references.carries() {
            let Track { spec, key, .. } = &self.tracks[loop_index];
            let is_first = positions & 1 != 0;
            let entering = Entering { spec, key: *key, event, origin, is_first };
            self.matcher.step_carrying(entry, self.references.read(&entering))
        } else {
            self.matcher.step(entry)
        };
        let Some(closed) = closed else { return Stepped::Open };
        let Track { spec, key, source, tally, interval_tally, runs, found, .. } = &mut self.tracks[loop_index];
        if !self.totals.contains(&total(closed.times)) {
            tally.outside += 1;
            interval_tally.iter_mut().for_each(|tally| tally.outside += 1);
            return Stepped::Outside;
        }
        let closing = Closing { spec, key: *key, event, times: closed.times, carried: closed.carried };
        let [by_found, show_found] = found;
        let group = if self.max_groups.is_some() { self.references.group(&closing, by_found) } else { &NO_GROUP };
        tally.record(closed.times, event.resolution, group, &mut self.groups_left);
        if let Some(runs) = runs {
            runs.record(closed.times, event.resolution);
        }
        if let Some(tally) = interval_tally {
            tally.record(closed.times, event.resolution, group, &mut self.interval_groups_left);
        }
        if self.shows_key {
            self.shown_key.clear();
            if *source != KeySource::Header || self.shows_key_of_header {
                push_shown_key(&mut self.shown_key, spec, spec.positions.len() - 1, *key, event);
            }
            if self.references.has_shown() {
                self.references.show(&closing, show_found);
            }
        }
        let closed_loop = ClosedLoop {
            loop_index,
            spec,
            times: closed.times,
            last: event,
            first: self.references.first_event.as_ref(),
            headers: &self.references.shown_headers,
            call_chain: None,
            key: &self.shown_key,
            shown: &self.references.shown,
        };
        Stepped::Closed(closed_loop, Carried { references: &self.references, words: closed.carried, key: *key })
    }

    /// Returns the values of `-b` and `--show` that this loop lacked each time it closed. The first list has the
    /// indexes of those of `-b`, the second one the indexes of those of `--show`.
    pub(super) fn not_found(&self, loop_index: usize) -> [Vec<usize>; 2] {
        let missing = |found: &Vec<bool>| (0..found.len()).filter(|&at| !found[at]).collect();
        let [by, show] = &self.tracks[loop_index].found;
        [missing(by), missing(show)]
    }

    /// Takes an event that stands only at negated positions (`!C`) for one key value of a loop. It drops the chains
    /// (unfinished loops) in which it must not come. See [`Matcher::negate`].
    pub(super) fn negate(&mut self, event: &Event<'_>, loop_index: usize, stream: Stream, number: u64) {
        let Stream { key, positions, negated } = stream;
        self.matcher.negate(Entry { loop_index, positions, negated, key, time: event.time, number });
    }

    /// Adds to the statistics of a loop how many of its chains (unfinished loops) were dropped since the last call,
    /// because their time limit (`within`) was over. See [`Matcher::take_expired`].
    pub(super) fn count_expired(&mut self, loop_index: usize) {
        let expired = self.matcher.take_expired(loop_index);
        let track = &mut self.tracks[loop_index];
        track.tally.expired += expired;
        if let Some(tally) = &mut track.interval_tally {
            tally.expired += expired;
        }
    }

    /// Returns how many chains of a loop were dropped by events at negated positions (`!C`).
    pub(super) fn negated(&self, loop_index: usize) -> u64 {
        self.matcher.negated(loop_index)
    }

    /// Drops the unfinished loops (chains) that a loss of events may have cut; see [`Matcher::cut`].
    pub(super) fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        self.matcher.cut(cpu, number);
    }

    /// Forgets the state of a thread that has ended, or whose tid a new thread has got. See [`Matcher::forget`].
    pub(super) fn forget(&mut self, tid: Tid) {
        self.matcher.forget(tid);
    }

    /// Ends a recording. The next one begins without unfinished loops. See [`Matcher::end_recording`].
    pub(super) fn end_recording(&mut self) {
        self.matcher.end_recording();
        for track in &mut self.tracks {
            track.tally.end_input();
            track.runs.iter_mut().for_each(LoopRuns::end_input);
        }
    }

    /// Returns the numbers of the call chains to which the chains of all loops refer. (A chain is a loop that has begun
    /// and has not closed; a call chain is a list of functions.)
    pub(super) fn open_call_chains(&self) -> impl Iterator<Item = CallChainId> {
        self.matcher.carried_by_open_chains().map(|words| self.references.call_chain(words))
    }

    /// Returns the counts of the matcher so far.
    pub(super) fn counts(&self) -> Counts {
        self.matcher.counts()
    }

    /// Returns whether no loop has closed in the current interval.
    pub(super) fn interval_is_empty(&self) -> bool {
        self.tracks.iter().filter_map(|track| track.interval_tally.as_ref()).all(|tally| tally.closed() == 0)
    }

    /// Begins the statistics of the next interval.
    pub(super) fn begin_interval(&mut self) {
        for track in &mut self.tracks {
            track.interval_tally = Some(Tally::new(track.spec.positions.len(), self.max_groups));
        }
        self.interval_groups_left = self.max_groups_of_all;
    }
}

/// The group value of closed loops in a run without groups.
static NO_GROUP: GroupValue = GroupValue::NONE;

/// Returns the time from the first position to the last. `times` has the time of each position.
fn total(times: &[u64]) -> Nanos {
    match times {
        [first, .., last] => Nanos(last - first),
        _ => Nanos(0),
    }
}
