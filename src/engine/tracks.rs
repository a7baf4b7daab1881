//! The loops that a run follows.

use super::shown_key::{group_of_field, group_of_loop, push_shown_key};
use super::streams::{Entered, Stream, Streams};
use super::task::Task;
use crate::event::{Event, Tid};
use crate::key::{Key, KeySource, KeyValue};
use crate::matcher::{Carried, Carries, Counts, Entry, FirstEvent, Matcher, Matching, Shape};
use crate::pattern::{Grouping, Loop};
use crate::report::LoopSummary;
use crate::sink::{ClosedLoop, Needs};
use crate::stats::{Groups, Tally};

/// One loop that is followed, and its statistics.
pub(super) struct Track {
    spec: Loop,
    key: Key,
    source: KeySource,
    /// The statistics of the whole run.
    tally: Tally,
    /// The statistics of the interval that runs now.
    interval_tally: Option<Tally>,
}

/// All loops that a run follows. The index of a loop is the number of loops added before it.
pub(super) struct Tracks {
    tracks: Vec<Track>,
    matcher: Matcher,
    streams: Streams,
    matching: Matching,
    by: Option<Grouping>,
    carries: Carries,
    has_intervals: bool,
    /// True if closed loops carry the text of their key, because a sink takes closed loops.
    shows_key: bool,
    /// Room for the text of the key of the loop that closed last.
    shown_key: Vec<u8>,
    /// The number of groups that may still be made, over all loops.
    groups_left: usize,
    /// The same for the interval that runs now.
    interval_groups_left: usize,
}

impl Tracks {
    /// Creates an empty list of loops, with a matcher that has room for the loops of a task.
    pub(super) fn new(task: &Task, needs: Needs) -> Self {
        let follow = task.follow.clone().unwrap_or_default();
        let carries = Carries { group: task.carries_group(), first: needs.first_event };
        let longest = task.loops.iter().map(|spec| spec.positions.len()).max().unwrap_or(0);
        Tracks {
            tracks: Vec::new(),
            matcher: Matcher::new(follow.matching, longest, task.max_keys, carries),
            streams: Streams::default(),
            matching: follow.matching,
            by: follow.by,
            carries,
            has_intervals: task.interval.is_some(),
            shows_key: needs.closed,
            shown_key: Vec::new(),
            groups_left: Groups::MAX_OF_ALL,
            interval_groups_left: Groups::MAX_OF_ALL,
        }
    }

    /// Adds a loop.
    pub(super) fn add(&mut self, spec: Loop, shape: Shape) {
        let tally = || Tally::new(shape.positions, self.by.is_some());
        self.matcher.add_loop(shape);
        self.tracks.push(Track {
            key: shape.key,
            source: shape.source,
            tally: tally(),
            interval_tally: self.has_intervals.then(tally),
            spec,
        });
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

    /// Returns how often loops have closed so far.
    pub(super) fn closed(&self) -> u64 {
        self.tracks.iter().map(|track| track.tally.closed()).sum()
    }

    /// Counts an event at positions of a loop.
    #[inline(always)]
    pub(super) fn count_at_positions(&mut self, loop_index: usize, positions: u32) {
        let track = &mut self.tracks[loop_index];
        track.tally.count_seen(positions);
        if let Some(tally) = &mut track.interval_tally {
            tally.count_seen(positions);
        }
    }

    /// Finds the keys of a loop that an event enters; [`Tracks::entered_streams`] returns them. `positions` are the
    /// positions that have the event's name.
    pub(super) fn enter_streams(&mut self, loop_index: usize, positions: u32, event: &Event<'_>) -> Entered {
        let Track { spec, key, source, .. } = &self.tracks[loop_index];
        self.streams.enter(spec, *key, *source, positions, event)
    }

    /// Returns the keys that were found last, in the order of their last positions, the last position first.
    pub(super) fn entered_streams(&self) -> &[Stream] {
        self.streams.entered()
    }

    /// Puts an event into the state of one key of a loop. If the event closes the loop, adds the closed loop to the
    /// statistics and returns it.
    #[inline(always)]
    pub(super) fn step<'a>(
        &'a mut self,
        event: &'a Event<'a>,
        loop_index: usize,
        stream: Stream,
        number: u64,
    ) -> Option<ClosedLoop<'a>> {
        let Stream { key, positions } = stream;
        let entry = Entry { loop_index, positions, key, time: event.time, number };
        let closed = if self.carries.group || self.carries.first {
            self.matcher.step_carrying(entry, &carried_by(event, self.by.as_ref(), self.carries))
        } else {
            self.matcher.step(entry)
        }?;
        let track = &mut self.tracks[loop_index];
        let of_loop = self.by.as_ref().and_then(|by| group_of_loop(by, &track.spec, track.key, event));
        let group = of_loop.as_ref().unwrap_or(&closed.carried.group);
        track.tally.record(closed.times, event.resolution, group, &mut self.groups_left);
        if let Some(tally) = &mut track.interval_tally {
            tally.record(closed.times, event.resolution, group, &mut self.interval_groups_left);
        }
        if self.shows_key {
            self.shown_key.clear();
            if track.source != KeySource::Header {
                push_shown_key(&mut self.shown_key, &track.spec, track.key, event);
            }
        }
        let (spec, first) = (&track.spec, closed.carried.first.as_ref());
        Some(ClosedLoop { loop_index, spec, times: closed.times, last: event, first, key: &self.shown_key })
    }

    /// Drops the chains that a loss of events may have cut; see [`Matcher::cut`].
    pub(super) fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        self.matcher.cut(cpu, number);
    }

    /// Forgets a thread; see [`Matcher::forget`].
    pub(super) fn forget(&mut self, tid: Tid) {
        self.matcher.forget(tid);
    }

    /// Ends a recording; see [`Matcher::end_recording`].
    pub(super) fn end_recording(&mut self) {
        self.matcher.end_recording();
    }

    /// Returns the counts of the matcher so far.
    pub(super) fn counts(&self) -> Counts {
        self.matcher.counts()
    }

    /// Returns whether no loop has closed in the interval that runs now.
    pub(super) fn interval_is_empty(&self) -> bool {
        self.tracks.iter().filter_map(|track| track.interval_tally.as_ref()).all(|tally| tally.closed() == 0)
    }

    /// Begins the statistics of the next interval.
    pub(super) fn begin_interval(&mut self) {
        for track in &mut self.tracks {
            track.interval_tally = Some(Tally::new(track.spec.positions.len(), self.by.is_some()));
        }
        self.interval_groups_left = Groups::MAX_OF_ALL;
    }

    /// Returns the summaries of all loops over the whole run.
    pub(super) fn summaries(&self) -> Vec<LoopSummary<'_>> {
        self.tracks.iter().map(|track| self.summary(track, &track.tally)).collect()
    }

    /// Returns the summaries of all loops over the interval that runs now.
    pub(super) fn interval_summaries(&self) -> Vec<LoopSummary<'_>> {
        let of_interval = |track| Some(self.summary(track, track.interval_tally.as_ref()?));
        self.tracks.iter().filter_map(of_interval).collect()
    }

    fn summary<'s>(&self, track: &'s Track, tally: &'s Tally) -> LoopSummary<'s> {
        LoopSummary::new(&track.spec, track.key, self.matching, tally)
    }
}

/// Returns the values that an event brings along for the chains that it begins or extends.
#[inline(never)]
fn carried_by(event: &Event<'_>, by: Option<&Grouping>, carries: Carries) -> Carried {
    let group = match by {
        Some(Grouping::Field(field)) => group_of_field(field, event),
        _ => None,
    };
    Carried { group: group.unwrap_or_default(), first: carries.first.then(|| FirstEvent::new(event)) }
}
