//! All that a run keeps of the states among its inputs, besides the statistics of the loops.

use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Watch};
use crate::stats::Ledger;
use std::collections::{BTreeSet, HashMap};

/// The largest number of loops that a run takes from states, and the largest number of names of loops that it remembers to
/// name them in a note.
pub(super) const LOOPS_MAX: usize = 4096;

/// What a run does with states among its inputs.
#[derive(Clone, Debug, Default)]
pub struct StatesTask {
    /// True if the loops of the states are followed in place of those of the task, because the user gave none.
    pub takes_loops: bool,
    /// The value of `-k`, if the user gave it.
    pub key: Option<Key>,
    /// The value of `--match`, if the user gave it.
    pub matching: Option<Matching>,
    /// The value of `--min`, if the user gave it.
    pub min: Option<Nanos>,
    /// The value of `--max`, if the user gave it.
    pub max: Option<Nanos>,
}

/// All that a run keeps of the states that it has read, besides the statistics of the loops.
pub(super) struct States {
    /// The sum of the ledgers.
    pub(super) ledger: Ledger,
    /// The names of events, and their counts.
    pub(super) events: Watch,
    /// The indexes of the loops by name.
    pub(super) indexes: HashMap<String, usize>,
    /// The names of the loops that the run does not follow.
    pub(super) left_out: BTreeSet<String>,
    /// True if the statistics for each group value that the user asked for are missing.
    pub(super) lacks_groups: bool,
    /// True if the loops of the states are followed.
    pub(super) takes_loops: bool,
    /// The reason why no traces may be read beside the states, if there is one.
    pub(super) without_traces: Option<String>,
    /// The fields of `-b` that the states were written with, if the user gave none.
    pub(super) by: Option<FieldReferences>,
}

impl States {
    /// Creates the states of a run that has read none yet.
    pub(super) fn new(takes_loops: bool) -> States {
        States {
            ledger: Ledger::default(),
            events: Watch::new(&[]),
            indexes: HashMap::new(),
            left_out: BTreeSet::new(),
            lacks_groups: false,
            takes_loops,
            without_traces: None,
            by: None,
        }
    }
}
