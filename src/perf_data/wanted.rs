//! The parts of the payloads that this run needs.

/// A test of an event's name, such as `sched:sched_switch`.
pub type EventFilter = Box<dyn Fn(&[u8]) -> bool>;

/// The parts of the payloads that the reader has to print. The fewer parts are wanted, the faster the reader is.
pub struct WantedPayloads {
    /// The names of the fields, each once.
    pub fields: Vec<String>,
    /// The numbers of the words (`$N`) of the payload's text, counted from 1.
    pub words: Vec<usize>,
    /// True if the text of the whole payload is wanted.
    pub whole: bool,
    /// True if the run can do without payloads. Then a payload that cannot be printed is left empty, and is no reason
    /// to call the recording unsupported.
    pub optional: bool,
    /// A test of the events for which `fields`, `words` and `whole` are wanted. It does not restrict `lines`.
    pub events: EventFilter,
    /// True if the whole payload of every event is wanted, to show it. A payload that cannot be printed as perf prints
    /// it then consists of all its fields as `name=value`, and is no reason to call the recording unsupported.
    pub lines: bool,
    /// True if the call chains of samples are wanted. Only `perf script` finds the names of their functions, so a
    /// recording that has call chains is then unsupported.
    pub call_chains: bool,
}

/// A tracepoint of a recording that lacks wanted fields. The message to the user names the fields that the tracepoint
/// has instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The name of the tracepoint, as perf prints it: `sched:sched_switch`.
    pub event: Box<[u8]>,
    /// The wanted fields that it does not have.
    pub lacking: Vec<String>,
    /// The names of the fields that its format file declares, in their order.
    pub declared: Vec<Box<str>>,
}

impl WantedPayloads {
    /// Returns what is wanted to show events: the whole payload of each.
    pub fn whole_lines() -> Self {
        WantedPayloads {
            fields: Vec::new(),
            words: Vec::new(),
            whole: false,
            optional: true,
            events: Box::new(|_| false),
            lines: true,
            call_chains: false,
        }
    }

    /// Returns whether the payload of an event with this name is wanted for more than to show it.
    pub(super) fn uses(&self, name: &[u8]) -> bool {
        let is_used = self.whole || !self.words.is_empty() || !self.fields.is_empty();
        is_used && (self.events)(name)
    }

    /// Returns whether no payload is wanted at all.
    pub(super) fn is_nothing(&self) -> bool {
        self.fields.is_empty() && !self.needs_text()
    }

    /// Returns whether the text of the payload is wanted, and not only fields.
    pub(super) fn needs_text(&self) -> bool {
        self.whole || self.lines || !self.words.is_empty()
    }
}
