//! The format files of all tracepoints in a recording (feature TRACING_DATA,
//! the `format` files of tracefs).
//!
//! ```text
//! name: sched_wakeup
//! ID: 373
//! format:
//!     field:char comm[16];    offset:8;    size:16;    signed:0;
//!     field:pid_t pid;    offset:24;    size:4;    signed:1;
//!
//! print fmt: "comm=%s pid=%d prio=%d", REC->comm, REC->pid, REC->prio
//! ```

pub(in crate::perf_data) use super::printer::Printer;
use crate::perf_data::bytes::{text, u32_at, u64_at};
use crate::perf_data::wanted::WantedPayloads;
use bstr::ByteSlice;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// The longest format file whose print format is parsed. Of the 2,323 that Linux 6.18 has here, the
/// longest has 5.5 KB, of which the print format is 4.8 KB.
pub(in crate::perf_data) const FORMAT_MAX: usize = 32 * 1024;

/// The longest name of an event. Those of the kernel have at most 64 bytes; perf also makes names
/// of paths.
pub(in crate::perf_data) const NAME_MAX: usize = 4096;

/// The format files of all tracepoints.
#[derive(Default)]
pub(in crate::perf_data) struct Formats {
    /// The tracing data, which hold the format files.
    bytes: Vec<u8>,
    /// By the ID of the tracepoint. The kernel numbers tracepoints with 16 bits (`common_type`).
    by_id: HashMap<u16, Format>,
}

/// A format file.
struct Format {
    /// The name of the tracepoint as perf prints it: `system:name`.
    name: Option<Rc<[u8]>>,
    /// The place of the file in the tracing data.
    place: Range<usize>,
}

impl Formats {
    /// Reads the tracing data of a recording (tools/perf/util/trace-event-info.c).
    /// `None` where they are cut off, or of a big-endian machine or a 32-bit one.
    ///
    /// ```text
    /// "\x17\x08Dtracing" | version "\0" | byte order | size of a long | page size
    /// | "header_page\0" file | "header_event\0" file | ftrace's own format files
    /// | number of subsystems, and for each one: name "\0" | format files | ... not read
    /// ```
    pub(in crate::perf_data) fn read(bytes: Vec<u8>) -> Option<Formats> {
        let by_id = Self::index(&bytes)?;
        Some(Formats { bytes, by_id })
    }

    /// Finds the format files. The time is linear in the bytes.
    fn index(bytes: &[u8]) -> Option<HashMap<u16, Format>> {
        const MAGIC: &[u8] = b"\x17\x08\x44tracing";
        let mut rest = bytes.strip_prefix(MAGIC)?;
        take_name(&mut rest)?;
        // The byte order is little-endian (0), and a long has 8 bytes.
        let [0, 8, ..] = rest else { return None };
        rest = rest.get(6..)?;
        for _ in 0..2 {
            take_name(&mut rest)?;
            take_file(&mut rest)?;
        }
        let mut by_id = HashMap::new();
        for _ in 0..take_u32(&mut rest)? {
            take_file(&mut rest)?;
        }
        for _ in 0..take_u32(&mut rest)? {
            let system = take_name(&mut rest)?;
            for _ in 0..take_u32(&mut rest)? {
                let file = take_file(&mut rest)?;
                let end = bytes.len() - rest.len();
                let format = || Format { name: full_name(system, file), place: end - file.len()..end };
                by_id.extend(tracepoint_id(file).map(|id| (id, format())));
            }
        }
        Some(by_id)
    }

    /// Returns the name of a tracepoint as perf prints it: `system:name`.
    pub(in crate::perf_data) fn name(&self, id: u64) -> Option<Rc<[u8]>> {
        self.get(id)?.name.clone()
    }

    /// Returns the number of bytes of a tracepoint's format file; 0 where there is none.
    pub(in crate::perf_data) fn length(&self, tracepoint: Option<u64>) -> usize {
        tracepoint.and_then(|id| self.get(id)).map_or(0, |format| format.place.len())
    }

    fn get(&self, id: u64) -> Option<&Format> {
        self.by_id.get(&u16::try_from(id).ok()?)
    }

    /// Returns the printer of a tracepoint's payloads. An event that is no
    /// tracepoint (`None`) has no format file. The file must not be longer than [`FORMAT_MAX`].
    ///
    /// # Errors
    ///
    /// Names the part of the payload that would differ from the payload that perf prints.
    pub(in crate::perf_data) fn printer(
        &self,
        tracepoint: Option<u64>,
        wanted: &WantedPayloads,
    ) -> Result<Printer, String> {
        let format = tracepoint.and_then(|id| self.get(id)).ok_or("the payload")?;
        let file = self.bytes.get(format.place.clone()).unwrap_or_default();
        Printer::new(&ascii(file), wanted)
    }
}

/// Returns the number in the line `ID: 373` of a format file.
fn tracepoint_id(file: &[u8]) -> Option<u16> {
    lines_after(file, b"ID: ").find_map(|number| str::from_utf8(number.trim_ascii()).ok()?.parse().ok())
}

/// Returns `system:name`, by the line `name: sched_wakeup` of a format file. `None` where that
/// is missing or too long.
fn full_name(system: &[u8], file: &[u8]) -> Option<Rc<[u8]>> {
    let name = lines_after(file, b"name: ").next()?;
    let is_short = system.len() + name.len() < NAME_MAX;
    is_short.then(|| ascii(&[system, b":", name.trim_ascii()].concat()).into_bytes().into())
}

/// Returns the rest of each line that begins so.
fn lines_after<'a>(file: &'a [u8], beginning: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    file.lines().filter_map(move |line| line.strip_prefix(beginning))
}

/// Returns bytes as text. The kernel's names are ASCII; any other byte becomes `?`.
fn ascii(bytes: &[u8]) -> String {
    let ascii = bytes.iter().map(|&byte| if byte.is_ascii() { byte } else { b'?' }).collect();
    String::from_utf8(ascii).unwrap_or_default()
}

/// Takes a name and the 0 byte that ends it.
fn take_name<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let name = text(rest);
    *rest = rest.get(name.len() + 1..)?;
    Some(name)
}

/// Takes a little-endian number of 4 bytes.
fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let number = u32_at(rest, 0)?;
    *rest = rest.get(4..)?;
    Some(number)
}

/// Takes a file: its length in 8 bytes, then its content.
fn take_file<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64_at(rest, 0)?).ok()?;
    let (file, behind) = rest.get(8..)?.split_at_checked(length)?;
    *rest = behind;
    Some(file)
}

#[cfg(test)]
mod tests;
