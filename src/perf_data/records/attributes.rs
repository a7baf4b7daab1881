//! What was recorded: the events, and what stands in their samples.

use crate::event::Cpu;
use crate::perf_data::Unread;
use crate::perf_data::bytes::{u32_at, u64_at};
use crate::perf_data::payload::formats::Printer;
use crate::perf_data::records::counts::{self, Count};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::rc::Rc;

/// `enum perf_event_sample_format`, those that stand before what is of any length.
const IP: u64 = 1 << 0;
const TID: u64 = 1 << 1;
const TIME: u64 = 1 << 2;
const ADDR: u64 = 1 << 3;
const ID: u64 = 1 << 6;
const CPU: u64 = 1 << 7;
const PERIOD: u64 = 1 << 8;
const STREAM_ID: u64 = 1 << 9;
const IDENTIFIER: u64 = 1 << 16;
/// All of them: 8 bytes each.
const FIXED: u64 = IDENTIFIER | IP | TID | TIME | ADDR | ID | STREAM_ID | CPU | PERIOD;
/// Those of any length, before the raw data of a tracepoint.
const READ: u64 = 1 << 4;
const CALLCHAIN: u64 = 1 << 5;
const RAW: u64 = 1 << 10;

/// One event that was recorded.
pub(in crate::perf_data) struct Attribute {
    pub(in crate::perf_data) name: Box<[u8]>,
    /// The ids of its counters, one for each processor or thread.
    pub(in crate::perf_data) ids: Vec<u64>,
    pub(in crate::perf_data) sample_type: u64,
    /// How counts of others stand in its samples.
    pub(in crate::perf_data) read_format: u64,
    /// Whether it counts in threads that begin later as well.
    pub(in crate::perf_data) is_inherited: bool,
    /// Whether records that are no samples end with their time and the like.
    pub(in crate::perf_data) has_ids_on_all: bool,
    /// What is wanted of its payload, or why that is not to be had.
    pub(in crate::perf_data) printer: Option<Rc<Result<Printer, Unread>>>,
}

impl Attribute {
    fn prints(&self) -> bool {
        matches!(self.printer.as_deref(), Some(Ok(_)))
    }
}

#[derive(Default)]
pub(in crate::perf_data) struct Attributes {
    each: Vec<Attribute>,
    by_id: HashMap<u64, u16, RandomState>,
    /// Where a sample's id stands; `None` where there is one event alone.
    id_at: Option<usize>,
}

/// What stands in front of a sample, or behind any other record.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::perf_data) struct SampleId {
    pub(in crate::perf_data) time: u64,
    pub(in crate::perf_data) pid: i32,
    pub(in crate::perf_data) tid: i32,
    pub(in crate::perf_data) cpu: Option<Cpu>,
}

impl Attributes {
    pub(in crate::perf_data) fn new(each: Vec<Attribute>) -> Result<Self, Unread> {
        if each.iter().any(|attribute| attribute.sample_type & (TID | TIME) != TID | TIME) {
            return Err("some samples have no time or no thread".into());
        }
        let id_at = |attribute: &Attribute| {
            let before = |bits: u64| 8 * (attribute.sample_type & bits).count_ones() as usize;
            match attribute.sample_type {
                bits if bits & IDENTIFIER != 0 => Some(0),
                bits if bits & ID != 0 => Some(before(IP | TID | TIME | ADDR)),
                _ => None,
            }
        };
        let prints_counts = |attribute: &Attribute| attribute.sample_type & READ != 0 && attribute.prints();
        if each.iter().any(prints_counts) {
            return Err("its samples hold the counts of others, of which one has the payload".into());
        }
        if each.iter().any(|attribute| attribute.sample_type & RAW == 0 && attribute.prints()) {
            return Err("its samples have no raw data where they are wanted".into());
        }
        let first = each.first().and_then(id_at);
        let same = each.iter().all(|attribute| id_at(attribute) == first);
        if !same || each.len() > 1 && first.is_none() || each.len() > usize::from(u16::MAX) {
            return Err("its events cannot be told apart by their ids".into());
        }
        let pairs = each.iter().zip(0..).flat_map(|(attribute, at)| attribute.ids.iter().map(move |id| (*id, at)));
        let by_id = pairs.collect();
        let id_at = if each.len() > 1 { first } else { None };
        Ok(Attributes { by_id, id_at, each })
    }

    pub(in crate::perf_data) fn name(&self, attribute: u16) -> &[u8] {
        self.each.get(usize::from(attribute)).map_or(b"", |attribute| &attribute.name)
    }

    /// Which event a sample is of, and what stands in front of it.
    pub(in crate::perf_data) fn of_sample(&self, body: &[u8]) -> Option<(u16, SampleId)> {
        let number = match self.id_at {
            // Those that perf makes have no id, and are of the first.
            Some(at) => match u64_at(body, at)? {
                0 => 0,
                id => self.of_id(id)?,
            },
            None => 0,
        };
        let bits = self.each.get(usize::from(number))?.sample_type;
        let mut about = SampleId::default();
        let mut at = 8 * (bits & (IDENTIFIER | IP)).count_ones() as usize;
        // In this order: TID, TIME, ADDR, ID, STREAM_ID, CPU.
        (about.pid, about.tid) = (u32_at(body, at)? as i32, u32_at(body, at + 4)? as i32);
        about.time = u64_at(body, at + 8)?;
        at += 16 + 8 * (bits & (ADDR | ID | STREAM_ID)).count_ones() as usize;
        if bits & CPU != 0 {
            about.cpu = known_cpu(u32_at(body, at)?);
        }
        Some((number, about))
    }

    pub(in crate::perf_data) fn of_id(&self, id: u64) -> Option<u16> {
        self.by_id.get(&id).copied()
    }

    /// Whether each thread's count is its own.
    pub(in crate::perf_data) fn counts_by_thread(&self, attribute: u16) -> bool {
        let attribute = self.each.get(usize::from(attribute));
        attribute.is_some_and(|attribute| attribute.is_inherited && attribute.sample_type & READ != 0)
    }

    /// The counts of others that a sample holds, if it is one of those; `None` where they are cut off.
    pub(in crate::perf_data) fn counts(&self, attribute: u16, body: &[u8]) -> Option<Option<Box<[Count]>>> {
        let attribute = self.each.get(usize::from(attribute))?;
        if attribute.sample_type & READ == 0 {
            return Some(None);
        }
        let at = 8 * (attribute.sample_type & FIXED).count_ones() as usize;
        counts::read(body, at, attribute.read_format).map(|(counts, _)| Some(counts))
    }

    /// Why a payload that is wanted is not to be had, if there is such an event.
    pub(in crate::perf_data) fn lack(&self) -> Option<&Unread> {
        self.each.iter().find_map(|attribute| attribute.printer.as_deref()?.as_ref().err())
    }

    /// What is wanted of a sample's payload, printed in some room.
    pub(in crate::perf_data) fn payload(
        &self,
        attribute: u16,
        body: &[u8],
        room: &mut Vec<u8>,
    ) -> Result<Box<[u8]>, &Unread> {
        let attribute = self.each.get(usize::from(attribute));
        let Some((attribute, printer)) = attribute.and_then(|one| Some((one, one.printer.as_deref()?))) else {
            return Ok(Box::default());
        };
        let printer = match printer {
            Ok(printer) => printer,
            Err(lack) => return Err(lack),
        };
        let Some(raw) = raw(body, attribute.sample_type) else { return Ok(Box::default()) };
        printer.print(raw, room);
        Ok(room.as_slice().into())
    }

    /// What stands behind a record that is no sample, and what is its own;
    /// nothing is known of it where it was not asked for.
    pub(in crate::perf_data) fn of_other<'b>(&self, body: &'b [u8]) -> Option<(SampleId, &'b [u8])> {
        let attribute = self.writer(body)?;
        if !attribute.has_ids_on_all {
            return Some((SampleId::default(), body));
        }
        let bits = attribute.sample_type;
        // In this order: TID, TIME, ID, STREAM_ID, CPU, IDENTIFIER.
        let length = 8 * (bits & (TID | TIME | ID | STREAM_ID | CPU | IDENTIFIER)).count_ones() as usize;
        let (own, behind) = body.split_at_checked(body.len().checked_sub(length)?)?;
        let (pid, tid) = (u32_at(behind, 0)? as i32, u32_at(behind, 4)? as i32);
        let mut about = SampleId { time: u64_at(behind, 8)?, pid, tid, cpu: None };
        if bits & CPU != 0 {
            about.cpu = known_cpu(u32_at(behind, 16 + 8 * (bits & (ID | STREAM_ID)).count_ones() as usize)?);
        }
        Some((about, own))
    }

    /// The event that wrote a record that is no sample, by the id at its end;
    /// those that perf makes have none, and are as of the first.
    fn writer(&self, body: &[u8]) -> Option<&Attribute> {
        let first = self.each.first()?;
        if self.each.len() == 1 || !first.has_ids_on_all {
            return Some(first);
        }
        let from_end = match first.sample_type {
            bits if bits & IDENTIFIER != 0 => 8,
            bits => 8 * (bits & (ID | STREAM_ID | CPU)).count_ones() as usize,
        };
        match u64_at(body, body.len().checked_sub(from_end)?)? {
            0 => Some(first),
            id => self.each.get(usize::from(self.of_id(id)?)),
        }
    }
}

/// perf writes -1 where it knows none.
fn known_cpu(cpu: u32) -> Option<Cpu> {
    Some(cpu).filter(|&cpu| cpu != u32::MAX)
}

/// The raw data of a sample, behind its period and its call chain.
fn raw(body: &[u8], bits: u64) -> Option<&[u8]> {
    let mut at = 8 * (bits & FIXED).count_ones() as usize;
    if bits & RAW == 0 {
        return None;
    }
    if bits & CALLCHAIN != 0 {
        let frames = usize::try_from(u64_at(body, at)?).ok()?;
        at = at.checked_add(frames.checked_mul(8)?)?.checked_add(8)?;
    }
    let size = u32_at(body, at)? as usize;
    body.get(at + 4..at.checked_add(4)?.checked_add(size)?)
}
