//! The recorded events, and the layout of their samples.

use super::read_format::{Count, read_counts};
use super::sample_id::SampleId;
use super::sample_layout::{CALLCHAIN, RAW, READ, TID, TIME, fixed_length, id_offset, raw_data};
use crate::perf_data::bytes::u64_at;
use crate::perf_data::error::Unsupported;
use crate::perf_data::payload::formats::Printer;
use crate::perf_data::wanted::Lack;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::rc::Rc;

/// One recorded event: the parts of its `struct perf_event_attr` that say how to read its records.
pub(in crate::perf_data) struct Attribute {
    /// The name as perf prints it: `sched:sched_switch`, `cycles`.
    pub(in crate::perf_data) name: Rc<[u8]>,
    /// The ids of its counters, one for each CPU or thread. [`Attributes::new`] moves them into the table of all ids.
    pub(in crate::perf_data) ids: Vec<u64>,
    /// The parts that a sample has, as bits; [`sample_layout`](super::sample_layout) has their names.
    pub(in crate::perf_data) sample_type: u64,
    /// The form of the counter values in a sample, as bits; [`read_format`](super::read_format) has their names.
    pub(in crate::perf_data) read_format: u64,
    /// True if threads that a counted thread creates are counted as well (`inherit`).
    pub(in crate::perf_data) is_inherited: bool,
    /// True if every record that is no sample ends with its time, thread and CPU (`sample_id_all`).
    pub(in crate::perf_data) has_sample_id_on_all: bool,
    /// Prints the wanted part of the payload, or has the reason why it cannot be printed. It is `None` if
    /// nothing of the payload is wanted.
    pub(in crate::perf_data) printer: Option<Rc<Result<Printer, Unsupported>>>,
}

impl Attribute {
    fn prints(&self) -> bool {
        matches!(self.printer.as_deref(), Some(Ok(_)))
    }
}

/// All recorded events. The number of an event is its index in `events`.
#[derive(Default)]
pub(in crate::perf_data) struct Attributes {
    events: Vec<Attribute>,
    by_id: HashMap<u64, u16, RandomState>,
    /// The offset of the event's id in the body of a sample. It is the same for all events. It is `None` if there is
    /// only one event, because the id is not needed then.
    id_offset: Option<usize>,
    /// The number of bytes of the longest name.
    longest_name: usize,
}

impl Attributes {
    /// Creates the table of these events. They must be in the order of the recording, because records without an id
    /// count as records of the first event.
    ///
    /// # Errors
    ///
    /// [`Unsupported`] if samples have no time, no thread or, where a payload is wanted, no raw data; if a payload is
    /// wanted of samples with the counter values of a group; or if samples do not tell which event they belong to.
    pub(in crate::perf_data) fn new(mut events: Vec<Attribute>) -> Result<Self, Unsupported> {
        if events.iter().any(|event| event.sample_type & (TID | TIME) != TID | TIME) {
            return Err(Unsupported::NoTimeOrThread);
        }
        if events.iter().any(|event| event.sample_type & READ != 0 && event.prints()) {
            return Err(Unsupported::PayloadInGroup);
        }
        if events.iter().any(|event| event.sample_type & RAW == 0 && event.prints()) {
            return Err(Unsupported::NoRawData);
        }
        let offset = |event: &Attribute| id_offset(event.sample_type);
        let first = events.first().and_then(offset);
        let is_same = events.iter().all(|event| offset(event) == first);
        if !is_same || events.len() > 1 && first.is_none() || events.len() > usize::from(u16::MAX) {
            return Err(Unsupported::NoEventIds);
        }
        // The table gets its full size at once. If it grew step by step, it would need half as much memory again while
        // it grows.
        let ids = events.iter().map(|event| event.ids.len()).sum();
        let mut by_id = HashMap::with_capacity_and_hasher(ids, RandomState::default());
        for (event, at) in events.iter_mut().zip(0..) {
            by_id.extend(std::mem::take(&mut event.ids).into_iter().map(|id| (id, at)));
        }
        let id_offset = if events.len() > 1 { first } else { None };
        let longest_name = events.iter().map(|event| event.name.len()).max().unwrap_or(0);
        Ok(Attributes { by_id, id_offset, events, longest_name })
    }

    /// Returns the name of the event with this number; empty if there is no such event.
    pub(in crate::perf_data) fn name(&self, event: u16) -> &[u8] {
        self.get(event).map_or(b"", |event| &event.name)
    }

    /// Returns whether samples of an event have call chains.
    pub(in crate::perf_data) fn have_call_chains(&self) -> bool {
        self.events.iter().any(|event| event.sample_type & CALLCHAIN != 0)
    }

    /// Returns the number of bytes of the longest name.
    pub(in crate::perf_data) fn longest_name(&self) -> usize {
        self.longest_name
    }

    /// Returns the reason why a wanted payload cannot be printed, if there is an event with such a payload.
    pub(in crate::perf_data) fn unsupported(&self) -> Option<&Unsupported> {
        self.events.iter().find_map(|event| event.printer.as_deref()?.as_ref().err())
    }

    /// Returns the tracepoints that lack wanted fields.
    pub(in crate::perf_data) fn lacks(&self) -> impl Iterator<Item = Lack> {
        self.events.iter().filter_map(|event| {
            let (lacking, declared) = event.printer.as_deref()?.as_ref().ok()?.lack()?;
            Some(Lack { event: (*event.name).into(), lacking: lacking.to_vec(), declared: declared.to_vec() })
        })
    }

    /// Returns the number of the event to which the counter with this id belongs.
    pub(super) fn event_of_id(&self, id: u64) -> Option<u16> {
        self.by_id.get(&id).copied()
    }

    /// Returns the number of the event of a sample, and the sample's time, thread and CPU. Returns `None` if the sample
    /// is too short or its id belongs to no event.
    #[inline(always)]
    pub(super) fn event_of_sample(&self, body: &[u8]) -> Option<(u16, SampleId)> {
        let event = match self.id_offset {
            // perf makes some samples itself, which have the id 0. perf takes them as samples of the first event.
            Some(at) => match u64_at(body, at)? {
                0 => 0,
                id => self.event_of_id(id)?,
            },
            None => 0,
        };
        let id = SampleId::at_front(body, self.get(event)?.sample_type)?;
        Some((event, id))
    }

    /// Returns whether the event's counters have a value for each thread, and not one for all threads together.
    pub(super) fn counts_by_thread(&self, event: u16) -> bool {
        self.get(event).is_some_and(|event| event.is_inherited && event.sample_type & READ != 0)
    }

    /// Returns the counter values that a sample holds. Returns `Some(None)` if samples of this event hold none, and
    /// `None` if the sample is cut off or its values have no ids.
    pub(super) fn counts(&self, event: u16, body: &[u8]) -> Option<Option<Box<[Count]>>> {
        let event = self.get(event)?;
        if event.sample_type & READ == 0 {
            return Some(None);
        }
        read_counts(body, fixed_length(event.sample_type), event.read_format).map(Some)
    }

    /// Prints the wanted part of a sample's payload. The text is empty if nothing is wanted or the sample is cut off.
    /// `room` is a buffer that is used again for each sample.
    ///
    /// # Errors
    ///
    /// The reason why the payload cannot be printed.
    pub(super) fn payload(&self, event: u16, body: &[u8], room: &mut Vec<u8>) -> Result<Box<[u8]>, &Unsupported> {
        let event = self.get(event);
        let Some((event, printer)) = event.and_then(|event| Some((event, event.printer.as_deref()?))) else {
            return Ok(Box::default());
        };
        let printer = printer.as_ref()?;
        let Some(raw) = raw_data(body, event.sample_type) else { return Ok(Box::default()) };
        printer.print(raw, room);
        Ok(room.as_slice().into())
    }

    /// Splits the body of a record that is no sample into the part that its type defines and the [`SampleId`] at its
    /// end. The latter is all 0 if the event was recorded without `sample_id_all`. Returns `None` if the body is too
    /// short or its id belongs to no event.
    pub(super) fn split_sample_id<'b>(&self, body: &'b [u8]) -> Option<(&'b [u8], SampleId)> {
        let event = self.event_of_other(body)?;
        if !event.has_sample_id_on_all {
            return Some((body, SampleId::default()));
        }
        SampleId::split_off_end(body, event.sample_type)
    }

    /// Returns the event to which a record that is no sample belongs, by the id at the end of the record. Records that
    /// perf itself makes have the id 0 there, and the layout of the first event.
    fn event_of_other(&self, body: &[u8]) -> Option<&Attribute> {
        let first = self.events.first()?;
        if self.events.len() == 1 || !first.has_sample_id_on_all {
            return Some(first);
        }
        let from_end = SampleId::event_id_from_end(first.sample_type);
        match u64_at(body, body.len().checked_sub(from_end)?)? {
            0 => Some(first),
            id => self.get(self.event_of_id(id)?),
        }
    }

    fn get(&self, event: u16) -> Option<&Attribute> {
        self.events.get(usize::from(event))
    }
}
