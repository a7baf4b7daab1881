//! What is said of the events that were recorded: in a file by its header, in
//! a stream by its first records.

use crate::perf_data::bytes::{text, u32_at, u64_at};
use crate::perf_data::payload::formats::Formats;
use crate::perf_data::records::attributes::{Attribute, Attributes};
use crate::perf_data::{Payloads, Unread, broken};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

#[derive(Default)]
pub(in crate::perf_data) struct Description {
    attributes: Vec<Described>,
    /// By the first of the events' ids.
    names: HashMap<u64, Box<[u8]>>,
    /// In the attributes' order, where they have no ids.
    names_in_order: Vec<Box<[u8]>>,
    /// Feature TRACING_DATA, where it is there.
    pub(in crate::perf_data) tracing_data: Option<Vec<u8>>,
    /// Why the records are not read here, where they are not.
    pub(in crate::perf_data) unread: Option<&'static str>,
}

/// `struct perf_event_attr`, as far as it matters here.
struct Described {
    /// PERF_TYPE_TRACEPOINT: its number.
    tracepoint: Option<u64>,
    /// Of an event that has a name of its own, the name.
    own_name: Option<&'static str>,
    sample_type: u64,
    read_format: u64,
    is_inherited: bool,
    has_ids_on_all: bool,
    ids: Vec<u64>,
}

/// perf's own event, for records that are no samples.
const DUMMY: &str = "dummy";

/// `enum perf_sw_ids`, as perf calls them; older versions say names of tracepoints alone.
const SOFTWARE: [&str; 12] = [
    "cpu-clock",
    "task-clock",
    "page-faults",
    "context-switches",
    "cpu-migrations",
    "minor-faults",
    "major-faults",
    "alignment-faults",
    "emulation-faults",
    DUMMY,
    "bpf-output",
    "cgroup-switches",
];

/// `enum perf_hw_id`
const HARDWARE: [&str; 10] = [
    "cycles",
    "instructions",
    "cache-references",
    "cache-misses",
    "branches",
    "branch-misses",
    "bus-cycles",
    "stalled-cycles-frontend",
    "stalled-cycles-backend",
    "ref-cycles",
];

fn own_name(kind: u32, config: u64) -> Option<&'static str> {
    let names = [&HARDWARE[..], &SOFTWARE[..]];
    names.get(kind as usize)?.get(usize::try_from(config).ok()?).copied()
}

/// `struct perf_event_attr` of the first version.
const ATTRIBUTE_MIN: usize = 64;

impl Description {
    /// An attribute and the ids of its counters: type, size, config, period,
    /// sample_type, read_format, flags.
    pub(in crate::perf_data) fn add_attribute(&mut self, bytes: &[u8], ids: Vec<u64>) -> io::Result<()> {
        let attribute = || {
            let (kind, config) = (u32_at(bytes, 0)?, u64_at(bytes, 8)?);
            let (sample_type, read_format, flags) = (u64_at(bytes, 24)?, u64_at(bytes, 32)?, u64_at(bytes, 40)?);
            Some(Described {
                tracepoint: (kind == 2).then_some(config),
                own_name: own_name(kind, config),
                sample_type,
                read_format,
                is_inherited: flags >> 1 & 1 != 0,
                has_ids_on_all: flags >> 18 & 1 != 0,
                ids,
            })
        };
        let whole = bytes.len() >= ATTRIBUTE_MIN;
        let attribute = attribute().filter(|_| whole).ok_or_else(|| broken("attributes make no sense"))?;
        self.attributes.push(attribute);
        Ok(())
    }

    /// The attributes of a file, one after another of this size each, of which
    /// the last 16 bytes say where its ids are; those have come with the names.
    pub(in crate::perf_data) fn add_attributes(
        &mut self,
        bytes: &[u8],
        size: u64,
        ids: Vec<Vec<u64>>,
    ) -> io::Result<()> {
        let broken = || broken("attributes make no sense");
        let size = usize::try_from(size).ok().filter(|&size| size >= ATTRIBUTE_MIN + 16).ok_or_else(broken)?;
        if bytes.len() / size != ids.len() {
            return Err(broken());
        }
        bytes.chunks_exact(size).zip(ids).try_for_each(|(bytes, ids)| self.add_attribute(bytes, ids))
    }

    /// Feature EVENT_DESC: how many, the size of an attribute; of each its
    /// attribute, how many ids, its name as a string, and the ids. Says the ids.
    pub(in crate::perf_data) fn add_names(&mut self, bytes: &[u8]) -> io::Result<Vec<Vec<u64>>> {
        self.take_names(bytes).ok_or_else(|| broken("events are not described"))
    }

    fn take_names(&mut self, bytes: &[u8]) -> Option<Vec<Vec<u64>>> {
        let (count, size) = (u32_at(bytes, 0)?, u32_at(bytes, 4)? as usize);
        let (mut at, mut all) = (8_usize, Vec::new());
        for _ in 0..count {
            let end = at.checked_add(size)?;
            let (ids, length) = (u32_at(bytes, end)? as usize, u32_at(bytes, end.checked_add(4)?)? as usize);
            at = end.checked_add(8)?;
            let name: Box<[u8]> = text(bytes.get(at..at.checked_add(length)?)?).into();
            at += length;
            let end = at.checked_add(ids.checked_mul(8)?)?;
            let ids: Vec<u64> = ids_of(bytes.get(at..end)?);
            at = end;
            self.names.extend(ids.first().map(|id| (*id, name.clone())));
            self.names_in_order.push(name);
            all.push(ids);
        }
        Some(all)
    }

    /// One that was renamed by the user, or by perf.
    pub(in crate::perf_data) fn add_name(&mut self, id: u64, name: &[u8]) {
        self.names.entry(id).or_insert_with(|| text(name).into());
    }

    /// What samples are read by; [`Unread`] where they hold what is not read here.
    pub(in crate::perf_data) fn attributes(self, payloads: &Payloads) -> io::Result<Result<Attributes, Unread>> {
        let Description { attributes, names, names_in_order, tracing_data, unread } = self;
        if let Some(unread) = unread {
            return Ok(Err(unread.into()));
        }
        if attributes.is_empty() {
            return Err(broken("no events are described"));
        }
        let is_nameless = |described: &Described| described.ids.first().is_none_or(|id| !names.contains_key(id));
        let needs_formats = !payloads.is_nothing() || attributes.iter().any(is_nameless);
        let tracing_data = tracing_data.filter(|_| needs_formats);
        let Some(formats) = tracing_data.map_or(Some(Formats::default()), |bytes| Formats::read(&bytes)) else {
            return Ok(Err("its tracepoints are not described".into()));
        };
        let (mut each, mut printers) = (Vec::new(), HashMap::new());
        for (at, described) in attributes.into_iter().enumerate() {
            let Described { tracepoint, own_name, sample_type, read_format, is_inherited, has_ids_on_all, ids } =
                described;
            let of_id = ids.first().and_then(|id| names.get(id)).or_else(|| names_in_order.get(at)).cloned();
            let own = || own_name.map(|name| name.as_bytes().into());
            let name = of_id.or_else(own).or_else(|| formats.name(tracepoint?));
            let Some(name) = name else { return Ok(Err("its events have no names".into())) };
            let mut printer = None;
            // Those that are no tracepoints have no fields, but a text that perf makes of symbols.
            let has_wanted = tracepoint.is_some() || payloads.is_of_text() && own_name != Some(DUMMY);
            if has_wanted && !payloads.is_nothing() && (payloads.of)(&name) {
                // An event may stand there thousands of times.
                let printer_of = || {
                    let name = String::from_utf8_lossy(&name);
                    let lack = |lack| Unread::from(format!("only its text has {lack} of {name}"));
                    Rc::new(formats.printer(tracepoint, payloads).map_err(lack))
                };
                let found = Rc::clone(printers.entry(tracepoint).or_insert_with(printer_of));
                printer = Some(found).filter(|found| found.is_ok() || !payloads.optional);
            }
            each.push(Attribute { name, ids, sample_type, read_format, is_inherited, has_ids_on_all, printer });
        }
        Ok(Attributes::new(each))
    }
}

/// Ids one after another.
pub(in crate::perf_data) fn ids_of(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(8).filter_map(|id| u64_at(id, 0)).collect()
}
