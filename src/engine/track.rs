//! One loop that a run follows.

use crate::compare::{LoopRuns, LoopSide};
use crate::key::{Key, KeySource};
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop, Target};
use crate::stats::Tally;
use crate::stats::state::Definition;

/// One loop that the run follows, with its statistics.
pub(super) struct Track {
    pub(super) spec: Loop,
    pub(super) key: Key,
    pub(super) source: KeySource,
    /// The statistics of the whole run.
    pub(super) tally: Tally,
    /// The number of events at the first position that came before the loop was added and that a loss or the end of
    /// their thread has cut, so that they begin nothing. Only pairs that are found while reading have such events.
    pub(super) cut_before: u64,
    /// The statistics of the current interval; `None` in a run without intervals.
    pub(super) interval_tally: Option<Tally>,
    /// The statistics of each input; `None` if the run is no side of a comparison.
    pub(super) runs: Option<LoopRuns>,
    /// Two lists of flags. The first one has a flag for each value that `-b` names, the second one for each value that
    /// `--show` names. The flag is true if a closed loop had the value.
    pub(super) found: [Vec<bool>; 2],
    /// The key that the task gives the loop.
    pub(super) key_of_task: Key,
    /// The rule by which the loop is matched.
    pub(super) matching: Matching,
    /// The definition of the loop in the states that were read; `None` if none was read.
    pub(super) definition: Option<Definition>,
    /// The fields by whose values the statistics are divided into groups.
    pub(super) groups: GroupsOfTrack,
}

/// The fields by whose values (groups) the statistics of a loop are divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GroupsOfTrack {
    /// The user has not asked for groups (`-b`). The first state that has the loop decides.
    Unknown,
    /// The fields of `-b`, by which the states must have been grouped too. No state was grouped by an empty text.
    By(String),
    /// `-b input`: each state is a group.
    ByInput,
    /// There are no groups, because a state has none, or has other ones.
    Dropped,
}

impl Track {
    /// Returns what a comparison needs; `None` if the run is no side of one.
    pub(super) fn side(&self) -> Option<LoopSide<'_>> {
        let Track { tally, runs, .. } = self;
        Some(LoopSide { deltas: &tally.deltas, cells: tally.cells.as_ref()?, runs: runs.as_ref()? })
    }
}

impl GroupsOfTrack {
    /// Returns the groups of a loop before anything was read. `by` are the fields of `-b`; `None` if the user gave none.
    pub(super) fn new(by: Option<&FieldReferences>) -> GroupsOfTrack {
        let Some(by) = by else { return GroupsOfTrack::Unknown };
        let inputs = by.iter().filter(|reference| reference.target == Target::Input).count();
        match (inputs, by.iter().count()) {
            (0, _) => GroupsOfTrack::By(by.to_string()),
            (1, 1) => GroupsOfTrack::ByInput,
            _ => GroupsOfTrack::By(String::new()),
        }
    }

    /// Returns the fields of `-b` that a state of the loop names; `None` if it has no groups.
    pub(super) fn by(&self) -> Option<&str> {
        match self {
            GroupsOfTrack::By(by) if !by.is_empty() => Some(by),
            _ => None,
        }
    }
}
