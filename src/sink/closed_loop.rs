//! A loop that has closed, in the form in which sinks get it.

use super::call_chain::CallChain;
use super::shown_fields::ShownFields;
use crate::event::{Event, Nanos, Resolution};
use crate::matcher::CarriedHeader;
use crate::pattern::Loop;

/// A loop that has closed. It borrows from the engine, so a sink must copy what it keeps.
#[derive(Clone, Copy, Debug)]
pub struct ClosedLoop<'a> {
    /// The index of the loop. The loops that [`super::Sink::begin`] has got come first, and behind them those of
    /// [`super::Sink::add_loop`].
    pub loop_index: usize,
    /// The loop as the user wrote it.
    pub spec: &'a Loop,
    /// The time of the event at each position, in nanoseconds of the trace clock. No time is less than the one before
    /// it.
    pub times: &'a [u64],
    /// The event that closed the loop.
    pub last: &'a Event<'a>,
    /// The header fields of the event that began the loop; `None` if no sink needs them
    /// ([`super::Needs::first_event`]).
    pub first: Option<&'a CarriedHeader>,
    /// The header fields of the event at each position. Empty if no sink needs them ([`super::Needs::headers`]), or if
    /// all loops of the run are followed in each thread alone, so that all events of a loop are of one thread.
    pub headers: &'a [CarriedHeader],
    /// The value of the key as text. If the loop takes its key from the header of events, and not from fields
    /// (`@field`), the text is empty unless a sink needs it ([`super::Needs::key_of_header`]).
    pub key: &'a [u8],
    /// The call chain of the event at the position that a sink needs ([`super::Needs::call_chain`]). `None` if the
    /// event has none, if it was not kept because there were too many, or if no sink needs it.
    pub call_chain: Option<CallChain<'a>>,
    /// The values that `--show` names; empty if no sink asked for them ([`super::Needs::shown`]).
    pub shown: &'a ShownFields,
}

impl ClosedLoop<'_> {
    /// Returns the time of the event at the first position, and the resolution in which this time is printed in the
    /// same row as the time of the closing event.
    pub fn start(&self) -> (Nanos, Resolution) {
        let start = self.times.first().map_or(self.last.time, |&start| Nanos(start));
        (start, self.last.resolution.for_time(start))
    }

    /// Returns the delta of each transition, from one position to the next, in the order of the loop.
    pub fn deltas(&self) -> impl Iterator<Item = Nanos> {
        self.times.windows(2).map(|pair| Nanos(pair[1] - pair[0]))
    }

    /// Returns the time from the first position to the last.
    pub fn total(&self) -> Nanos {
        match self.times {
            [first, .., last] => Nanos(last - first),
            _ => Nanos(0),
        }
    }
}
