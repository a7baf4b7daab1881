//! What stands before and behind the records: where they are, what was
//! recorded, and what it is called.

use super::attributes::{Attribute, Attributes};
use super::bytes::{text, u32_at, u64_at};
use super::formats::Formats;
use super::{Payloads, Unread, broken};
use std::io::{self, Read, Seek, SeekFrom};

/// `struct perf_file_header`: magic, its size, the size of an attribute with
/// its ids, three sections, and a bit for each feature.
const HEADER: usize = 104;
const FEATURES: usize = 256;

/// The features that matter here (`enum` of tools/perf/util/header.h).
const TRACING_DATA: usize = 1;
const EVENT_DESC: usize = 12;
/// Those whose records are others.
const UNREAD: [(usize, Unread); 4] = [
    (18, "it holds a hardware trace"),
    (19, "it holds counts of perf stat"),
    (24, "it is one file of a directory"),
    (27, "its records are compressed"),
];

/// How large what is described may be: thousands of tracepoints on hundreds of processors.
const DESCRIPTIONS_MAX: u64 = 64 << 20;

/// A part of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Section {
    fn at(bytes: &[u8], at: usize) -> Option<Section> {
        Some(Section { offset: u64_at(bytes, at)?, size: u64_at(bytes, at + 8)? })
    }

    fn read(self, file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        if self.size > DESCRIPTIONS_MAX {
            return Err(broken("a description is larger than any"));
        }
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        file.take(self.size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == self.size { Ok(bytes) } else { Err(broken("the file is cut off")) }
    }
}

pub(super) struct Header {
    pub(super) data: Section,
    pub(super) attributes: Attributes,
}

impl Header {
    pub(super) fn read(file: &mut (impl Read + Seek), payloads: &Payloads<'_>) -> io::Result<Result<Header, Unread>> {
        let mut bytes = [0; HEADER];
        file.seek(SeekFrom::Start(0))?;
        if file.read_exact(&mut bytes).is_err() || u64_at(&bytes, 8) != Some(HEADER as u64) {
            return Ok(Err("it was written into a pipe, or is cut off"));
        }
        let sections = (Section::at(&bytes, 24), Section::at(&bytes, 40), u64_at(&bytes, 16));
        let (Some(attributes), Some(data), Some(size)) = sections else { return Err(broken("no sections")) };
        let has = |feature: usize| {
            let byte = bytes.get(HEADER - FEATURES / 8 + feature / 8);
            byte.is_some_and(|byte| byte >> (feature % 8) & 1 != 0)
        };
        if let Some((_, unread)) = UNREAD.iter().find(|(feature, _)| has(*feature)) {
            return Ok(Err(unread));
        }
        // perf writes the size of the records when it ends.
        if data.size == 0 || !has(EVENT_DESC) {
            return Ok(Err("perf did not end it"));
        }
        let place = data.offset.checked_add(data.size).ok_or_else(|| broken("no end"))?;
        // A table of all features that the file has, in their order.
        let mut feature = |number: usize| {
            let index = (0..number).filter(|feature| has(*feature)).count() as u64;
            let table = Section { offset: place.saturating_add(16 * index), size: 16 }.read(file)?;
            Section::at(&table, 0).ok_or_else(|| broken("no features"))?.read(file)
        };
        let descriptions = feature(EVENT_DESC)?;
        let names = event_names(&descriptions).ok_or_else(|| broken("events are not described"))?;
        let formats = if payloads.fields.is_empty() {
            Some(Formats::default())
        } else if has(TRACING_DATA) {
            Formats::read(&feature(TRACING_DATA)?)
        } else {
            None
        };
        let Some(formats) = formats else { return Ok(Err("its tracepoints are not described")) };
        let known = attributes.read(file)?;
        let mut known = attributes_of(&known, size, &names).ok_or_else(|| broken("attributes make no sense"))?;
        for (attribute, tracepoint) in &mut known {
            if payloads.fields.is_empty() || !(payloads.of)(&attribute.name) {
                continue;
            }
            let printer = tracepoint.and_then(|id| formats.printer(id, &payloads.fields));
            let Some(printer) = printer else { return Ok(Err("fields are asked for that only its text has")) };
            attribute.printer = Some(printer);
        }
        let known = known.into_iter().map(|(attribute, _)| attribute).collect();
        Ok(Attributes::new(known).map(|attributes| Header { data, attributes }))
    }
}

/// The name and the ids of an event.
struct Described {
    name: Vec<u8>,
    ids: Vec<u64>,
}

/// Feature EVENT_DESC: how many, the size of an attribute; of each its
/// attribute, how many ids, its name as a string, and the ids.
fn event_names(bytes: &[u8]) -> Option<Vec<Described>> {
    let (count, size) = (u32_at(bytes, 0)?, u32_at(bytes, 4)? as usize);
    let (mut at, mut names) = (8, Vec::new());
    for _ in 0..count {
        let ids = u32_at(bytes, at + size)? as usize;
        let length = u32_at(bytes, at + size + 4)? as usize;
        at = at.checked_add(size)?.checked_add(8)?;
        let name = text(bytes.get(at..at.checked_add(length)?)?).to_vec();
        at += length;
        let end = at.checked_add(ids.checked_mul(8)?)?;
        let ids = bytes.get(at..end)?.chunks_exact(8).filter_map(|id| u64_at(id, 0)).collect();
        at = end;
        names.push(Described { name, ids });
    }
    Some(names)
}

/// The attributes, each with the section of its ids behind it, and the numbers
/// of those that are tracepoints; they are described in the same order.
fn attributes_of(bytes: &[u8], size: u64, names: &[Described]) -> Option<Vec<(Attribute, Option<u64>)>> {
    let size = usize::try_from(size).ok().filter(|&size| size >= 64 + 16)?;
    let each: Vec<&[u8]> = bytes.chunks_exact(size).collect();
    if each.len() != names.len() {
        return None;
    }
    let attribute = |(bytes, described): (&&[u8], &Described)| {
        // struct perf_event_attr: type, size, config, period, sample_type, read_format, flags
        let (sample_type, flags) = (u64_at(bytes, 24)?, u64_at(bytes, 40)?);
        let attribute = Attribute {
            name: described.name.clone().into_boxed_slice(),
            ids: described.ids.clone(),
            sample_type,
            has_ids_on_all: flags >> 18 & 1 != 0,
            printer: None,
        };
        // PERF_TYPE_TRACEPOINT: its number is the config.
        let tracepoint = if u32_at(bytes, 0)? == 2 { u64_at(bytes, 8) } else { None };
        Some((attribute, tracepoint))
    };
    each.iter().zip(names).map(attribute).collect()
}
