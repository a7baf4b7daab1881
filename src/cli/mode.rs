//! The modes (`-m`) of perf-script-postprocessor, the program that pspp-filter replaces.

/// A mode says what gets a row, and which files `-o` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A row for each closed loop, and the statistics of the loops.
    #[default]
    Loops,
    /// A row for each event, with the time since the previous event of the same category (a group of event names) and
    /// key. Loops are not followed.
    Events,
    /// A row for each event, and the statistics of the loops.
    EventsAndLoops,
    /// A file for each category of events, and the statistics of the loops.
    Split,
}

impl Mode {
    /// All modes with their names on the command line. perf-script-postprocessor, whose options this program also
    /// takes, knew the numbers only.
    pub const NAMES: &[(&str, Mode)] = &[
        ("loops", Mode::Loops),
        ("events", Mode::Events),
        ("events+loops", Mode::EventsAndLoops),
        ("split", Mode::Split),
        ("3", Mode::Loops),
        ("0", Mode::Events),
        ("1", Mode::EventsAndLoops),
        ("2", Mode::Split),
    ];

    /// Returns whether loops are followed.
    pub fn has_loops(self) -> bool {
        self != Mode::Events
    }

    /// Returns whether every event gets a row.
    pub fn has_events(self) -> bool {
        self != Mode::Loops
    }
}
