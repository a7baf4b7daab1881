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
    /// The number of early events at the first position that begin no loop. They came before the loop was added, and
    /// behind them events were lost or their thread ended. Only pairs that are found while reading have such events.
    pub(super) cut_before: u64,
    /// The statistics of the current interval; `None` in a run without intervals.
    pub(super) interval_tally: Option<Tally>,
    /// The statistics of each input; `None` unless the run is one of the two sides of a comparison (`--baseline`).
    pub(super) runs: Option<LoopRuns>,
    /// Two lists of flags. The first one has a flag for each value that `-b` names, the second one for each value that
    /// `--show` names. The flag is true if a closed loop had the value.
    pub(super) found: [Vec<bool>; 2],
    /// The key that the command line gives the loop. It differs from `key` if states that were read have another key.
    pub(super) key_of_task: Key,
    /// The rule by which the loop is matched.
    pub(super) matching: Matching,
    /// The definition of the loop in the states (the saved results of earlier runs) that were read; `None` if no state
    /// was read.
    pub(super) definition: Option<Definition>,
    /// The fields by whose values the statistics are divided into groups.
    pub(super) groups: GroupsOfTrack,
}

/// The fields by whose values the statistics of a loop are divided into groups. A state is the saved results of an
/// earlier run, which may be divided into groups, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GroupsOfTrack {
    /// The user has not asked for groups (`-b`). The first state that has the loop decides by what they are formed.
    Unknown,
    /// The fields of `-b`. A state must have been grouped by the same fields. The text is empty if `-b` names the input
    /// beside other fields: no state was grouped so, and so no state fits.
    By(String),
    /// `-b input`: the results of each state are one group.
    ByInput,
    /// There are no groups, because a state has no groups, or groups by other fields.
    Dropped,
}

impl Track {
    /// Returns the data of the loop that a comparison needs; `None` unless the run is one of the two sides of a
    /// comparison.
    pub(super) fn side(&self) -> Option<LoopSide<'_>> {
        let Track { tally, runs, .. } = self;
        Some(LoopSide { deltas: &tally.deltas, cells: tally.cells.as_ref()?, runs: runs.as_ref()? })
    }
}

impl GroupsOfTrack {
    /// Returns the groups of a loop before any input was read. `by` are the fields of `-b`; `None` if the user did not
    /// give `-b`.
    pub(super) fn new(by: Option<&FieldReferences>) -> GroupsOfTrack {
        let Some(by) = by else { return GroupsOfTrack::Unknown };
        let inputs = by.iter().filter(|reference| reference.target == Target::Input).count();
        match (inputs, by.iter().count()) {
            (0, _) => GroupsOfTrack::By(by.to_string()),
            (1, 1) => GroupsOfTrack::ByInput,
            _ => GroupsOfTrack::By(String::new()),
        }
    }

    /// Returns the fields of `-b` that are written to a state of the loop; `None` if the state gets no groups.
    pub(super) fn by(&self) -> Option<&str> {
        match self {
            GroupsOfTrack::By(by) if !by.is_empty() => Some(by),
            _ => None,
        }
    }
}
