//! The description of the recorded events. A file has it in its tables, and a stream in its first records. Both are
//! collected here, and become the [`Attributes`] by which samples are read.

use super::event_names::{DUMMY, TYPE_TRACEPOINT, event_name};
use crate::perf_data::bytes::{text, u32_at, u64_at};
use crate::perf_data::error::{Damage, Error, Unsupported};
use crate::perf_data::payload::formats::{FORMAT_MAX, Formats, NAME_MAX, Printer};
use crate::perf_data::records::attributes::{Attribute, Attributes};
use crate::perf_data::wanted::WantedPayloads;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// The largest size in bytes of the description of the events. In a file this counts all sections of the description,
/// and in a stream all that precedes the first record of an event. The format files of the tracepoints are the largest
/// part of it; those of a whole kernel take 2 MB.
pub(super) const DESCRIPTION_MAX: u64 = 32 << 20;

/// The largest number of events that may be described, because events are numbered with 16 bits.
const EVENTS_MAX: usize = u16::MAX as usize;

/// The largest number of ids that all events may have. perf needs an open file for each id, and the kernel lets a
/// process open no more files than this (fs.nr_open).
const IDS_MAX: usize = 1 << 20;

/// The largest number of bytes that the print formats of the events whose payload is wanted may take: the text of their
/// format files and what is parsed out of it. The format files of a whole kernel have 2 MB.
const FORMATS_MAX: usize = 16 << 20;

/// The numbers of the features that are read (an `enum` in tools/perf/util/header.h).
pub(super) const FEATURE_TRACING_DATA: usize = 1;
pub(super) const FEATURE_EVENT_DESC: usize = 12;
pub(super) const FEATURE_COMPRESSED: usize = 27;

/// The size of the first version of `struct perf_event_attr`. All fields that are read here are in it.
const ATTRIBUTE_MIN: usize = 64;

/// The size in bytes of the two numbers that a file has behind each attribute: the offset and the size of the list of
/// its ids.
const IDS_SECTION: usize = 16;

/// The parts of the description that were read so far.
#[derive(Default)]
pub(in crate::perf_data) struct Description {
    events: Vec<DescribedEvent>,
    /// The name of an event, by the first one of its ids.
    names: HashMap<u64, Rc<[u8]>>,
    /// The same names in the order of the events. An event without ids finds its name here.
    names_in_order: Vec<Rc<[u8]>>,
    /// The number of ids of all events.
    ids: usize,
    /// The body of the feature TRACING_DATA. It holds the format files of the tracepoints.
    pub(super) tracing_data: Option<Vec<u8>>,
    /// The reason why the records of a stream cannot be read here, if a record of its description gives one.
    pub(super) unsupported: Option<Unsupported>,
}

/// The used parts of a `struct perf_event_attr`, and the ids of its counters.
struct DescribedEvent {
    /// The number of the tracepoint (its `config`), if the event is a tracepoint.
    tracepoint: Option<u64>,
    /// The name that perf gives to the event, if it is a known hardware or software event.
    perf_name: Option<&'static str>,
    sample_type: u64,
    read_format: u64,
    is_inherited: bool,
    has_sample_id_on_all: bool,
    ids: Vec<u64>,
}

impl DescribedEvent {
    /// Reads an attribute (`struct perf_event_attr`): type, size, config, period, sample_type, read_format, flags.
    /// Returns `None` if it is too short.
    fn read(attribute: &[u8], ids: Vec<u64>) -> Option<DescribedEvent> {
        if attribute.len() < ATTRIBUTE_MIN {
            return None;
        }
        let (event_type, config) = (u32_at(attribute, 0)?, u64_at(attribute, 8)?);
        let flags = u64_at(attribute, 40)?;
        Some(DescribedEvent {
            tracepoint: (event_type == TYPE_TRACEPOINT).then_some(config),
            perf_name: event_name(event_type, config),
            sample_type: u64_at(attribute, 24)?,
            read_format: u64_at(attribute, 32)?,
            is_inherited: flags >> 1 & 1 != 0,
            has_sample_id_on_all: flags >> 18 & 1 != 0,
            ids,
        })
    }

    /// Returns whether the event can have a payload that is wanted. Only tracepoints have fields. For the samples of
    /// other events, perf prints a text of symbols, except for the dummy event, which has no samples.
    fn may_have_payload(&self, wanted: &WantedPayloads) -> bool {
        self.tracepoint.is_some() || wanted.needs_text() && self.perf_name != Some(DUMMY)
    }
}

impl Description {
    /// Adds an event, given by its attribute and the ids of its counters.
    pub(super) fn add_event(&mut self, attribute: &[u8], ids: Vec<u64>) -> Result<(), Damage> {
        self.ids += ids.len();
        if self.ids > IDS_MAX {
            return Err(Damage::ManyIds);
        }
        if self.events.len() == EVENTS_MAX {
            return Err(Damage::ManyEvents);
        }
        self.events.push(DescribedEvent::read(attribute, ids).ok_or(Damage::Attributes)?);
        Ok(())
    }

    /// Adds the events of a file. Each entry of the table has `size` bytes: an attribute, and the place of its ids. The
    /// ids are not read from there: `ids` has those of each event, from the feature EVENT_DESC, which repeats them.
    pub(super) fn add_events(&mut self, attributes: &[u8], size: u64, ids: Vec<Vec<u64>>) -> Result<(), Damage> {
        let size = usize::try_from(size).map_err(|_| Damage::Attributes)?;
        if size < ATTRIBUTE_MIN + IDS_SECTION || attributes.len() / size != ids.len() {
            return Err(Damage::Attributes);
        }
        attributes.chunks_exact(size).zip(ids).try_for_each(|(attribute, ids)| self.add_event(attribute, ids))
    }

    /// Adds the names of all events from the body of the feature EVENT_DESC, and returns the ids of each event.
    pub(super) fn add_names(&mut self, feature: &[u8]) -> Result<Vec<Vec<u64>>, Damage> {
        // The body has the number of events and the size of an attribute. Then it has, for each event, its attribute,
        // the number of its ids, the length of its name, the name, and the ids.
        let (Some(count), Some(size)) = (u32_at(feature, 0), u32_at(feature, 4)) else {
            return Err(Damage::EventDescriptions);
        };
        let (mut rest, mut all_ids, mut count_of_ids) = (feature.get(8..).unwrap_or_default(), Vec::new(), 0);
        for _ in 0..count {
            let (name, ids) = take_described(&mut rest, size as usize).ok_or(Damage::EventDescriptions)?;
            count_of_ids += ids.len() / 8;
            if count_of_ids > IDS_MAX {
                return Err(Damage::ManyIds);
            }
            let (name, ids) = (checked_name(name)?, read_ids(ids));
            self.names.extend(ids.first().map(|id| (*id, Rc::clone(&name))));
            self.names_in_order.push(name);
            all_ids.push(ids);
            self.check_count_of_names()?;
        }
        Ok(all_ids)
    }

    /// Adds the name of the event with this id, for a stream. If the id already has a name, that name stays.
    pub(super) fn add_name(&mut self, id: u64, name: &[u8]) -> Result<(), Damage> {
        if let Entry::Vacant(vacant) = self.names.entry(id) {
            vacant.insert(checked_name(text(name))?);
        }
        self.check_count_of_names()
    }

    fn check_count_of_names(&self) -> Result<(), Damage> {
        let count = self.names.len().max(self.names_in_order.len());
        if count > EVENTS_MAX { Err(Damage::ManyEvents) } else { Ok(()) }
    }

    /// Turns the description into the attributes by which samples are read. An event whose payload is wanted gets a
    /// printer of payloads.
    ///
    /// # Errors
    ///
    /// [`Unsupported`] where samples hold something that is not read here, and [`Damage`] where no events are
    /// described.
    pub(in crate::perf_data) fn into_attributes(self, wanted: &WantedPayloads) -> Result<Attributes, Error> {
        // This call drops the tracing data and the names, so that their memory is free before the table of ids is made.
        let attributes = self.attributes(wanted)?;
        let attributes = Attributes::new(attributes)?;
        if wanted.call_chains && attributes.have_call_chains() {
            return Err(Unsupported::CallChains.into());
        }
        Ok(attributes)
    }

    fn attributes(mut self, wanted: &WantedPayloads) -> Result<Vec<Attribute>, Error> {
        if let Some(unsupported) = self.unsupported.take() {
            return Err(unsupported.into());
        }
        if self.events.is_empty() {
            return Err(Damage::NoEvents.into());
        }
        let formats = self.formats(wanted)?;
        let mut printers = Printers { formats: &formats, wanted, made: HashMap::new(), room: FORMATS_MAX };
        let mut attributes = Vec::with_capacity(self.events.len());
        for (at, event) in std::mem::take(&mut self.events).into_iter().enumerate() {
            let name = self.name(at, &event, &formats).ok_or(Unsupported::NoEventNames)?;
            let printer = printers.printer(&event, &name);
            let DescribedEvent { sample_type, read_format, is_inherited, has_sample_id_on_all, ids, .. } = event;
            attributes.push(Attribute {
                name,
                ids,
                sample_type,
                read_format,
                is_inherited,
                has_sample_id_on_all,
                printer,
            });
        }
        Ok(attributes)
    }

    /// Reads the format files, if payloads are wanted or an event may have its name only there.
    fn formats(&mut self, wanted: &WantedPayloads) -> Result<Formats, Unsupported> {
        let is_nameless = |event: &DescribedEvent| event.ids.first().is_none_or(|id| !self.names.contains_key(id));
        let are_needed = !wanted.is_nothing() || self.events.iter().any(is_nameless);
        match self.tracing_data.take().filter(|_| are_needed) {
            Some(tracing_data) => Formats::read(tracing_data).ok_or(Unsupported::NoFormats),
            None => Ok(Formats::default()),
        }
    }

    /// Returns the name of the event number `at`: the one in the recording, else perf's own name, else the one in the
    /// format file.
    fn name(&self, at: usize, event: &DescribedEvent, formats: &Formats) -> Option<Rc<[u8]>> {
        let recorded = event.ids.first().and_then(|id| self.names.get(id)).or_else(|| self.names_in_order.get(at));
        let perf_name = || event.perf_name.map(|name| name.as_bytes().into());
        recorded.cloned().or_else(perf_name).or_else(|| formats.name(event.tracepoint?))
    }
}

/// Reads the description of one event in the feature EVENT_DESC: its attribute of `size` bytes, the number of its ids,
/// the length of its name, the name, and the ids. Returns the name and the ids, and shortens `rest` by what was read.
fn take_described<'a>(rest: &mut &'a [u8], size: usize) -> Option<(&'a [u8], &'a [u8])> {
    let head = rest.get(size..)?;
    let (ids, length) = (u32_at(head, 0)? as usize, u32_at(head, 4)? as usize);
    let (name, behind) = head.get(8..)?.split_at_checked(length)?;
    let (ids, behind) = behind.split_at_checked(ids.checked_mul(8)?)?;
    *rest = behind;
    Some((text(name), ids))
}

/// Copies a name into memory that several events can share. A name that is too long is an error.
fn checked_name(name: &[u8]) -> Result<Rc<[u8]>, Damage> {
    if name.len() > NAME_MAX { Err(Damage::LongName) } else { Ok(name.into()) }
}

/// Makes the printers of payloads, only one for each tracepoint, because a recording may list the same tracepoint
/// thousands of times.
struct Printers<'f> {
    formats: &'f Formats,
    wanted: &'f WantedPayloads,
    /// The printer that was made for each tracepoint.
    made: HashMap<Option<u64>, Rc<Result<Printer, Unsupported>>>,
    /// The number of bytes that the print formats of further printers may take.
    room: usize,
}

impl Printers<'_> {
    /// Returns the printer of an event's payload, or `None` if nothing of the payload is wanted.
    fn printer(&mut self, event: &DescribedEvent, name: &[u8]) -> Option<Rc<Result<Printer, Unsupported>>> {
        let wanted = self.wanted;
        if !event.may_have_payload(wanted) || wanted.is_nothing() || !(wanted.lines || wanted.uses(name)) {
            return None;
        }
        let printer = match self.made.get(&event.tracepoint) {
            Some(printer) => Rc::clone(printer),
            None => {
                let printer = Rc::new(self.make(event.tracepoint, name));
                self.made.insert(event.tracepoint, Rc::clone(&printer));
                printer
            }
        };
        // A payload that cannot be printed makes the recording unsupported only if it is wanted for more than to show
        // it.
        let may_be_empty = wanted.optional || !wanted.uses(name);
        Some(printer).filter(|printer| printer.is_ok() || !may_be_empty)
    }

    fn make(&mut self, tracepoint: Option<u64>, name: &[u8]) -> Result<Printer, Unsupported> {
        let event = || String::from_utf8_lossy(name).into();
        let length = self.formats.length(tracepoint);
        if length > FORMAT_MAX {
            return Err(Unsupported::LongFormat { length, event: event() });
        }
        // The length of the format file counts even if no printer can be made from it, because the time of parsing
        // grows with the length.
        self.room = self.room.checked_sub(length).ok_or(Unsupported::LargeFormats)?;
        let unsupported = |missing: String| Unsupported::OnlyInText { missing: missing.into(), event: event() };
        let printer = if self.wanted.lines {
            self.formats.line_printer(tracepoint, self.wanted, self.wanted.uses(name))
        } else {
            self.formats.printer(tracepoint, self.wanted)
        };
        let printer = printer.map_err(unsupported)?;
        self.room = self.room.checked_sub(printer.memory()).ok_or(Unsupported::LargeFormats)?;
        Ok(printer)
    }
}

/// Reads a list of ids of 8 bytes each.
pub(super) fn read_ids(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(8).filter_map(|id| u64_at(id, 0)).collect()
}
