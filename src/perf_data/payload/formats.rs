//! The format files of all tracepoints in a recording. A format file is a file `format` of tracefs. perf copies those
//! of the recorded tracepoints into the feature TRACING_DATA.
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

/// The largest number of bytes of a format file whose print format is parsed. Of the 2,323 format files of Linux 6.18
/// on one machine, the longest has 5.5 KB, and its print format has 4.8 KB.
pub(in crate::perf_data) const FORMAT_MAX: usize = 32 * 1024;

/// The largest number of bytes in the name of an event. The kernel's names have at most 64 bytes, but perf also makes
/// names out of paths.
pub(in crate::perf_data) const NAME_MAX: usize = 4096;

/// The format files of all tracepoints.
#[derive(Default)]
pub(in crate::perf_data) struct Formats {
    /// The body of the feature TRACING_DATA, in which the format files stand.
    bytes: Vec<u8>,
    /// The format file of each tracepoint, by the tracepoint's ID. The kernel numbers tracepoints with 16 bits
    /// (`common_type`).
    by_id: HashMap<u16, Format>,
}

/// One format file.
struct Format {
    /// The name of the tracepoint as perf prints it: `system:name`.
    name: Option<Rc<[u8]>>,
    /// The place of the file in the tracing data.
    place: Range<usize>,
}

impl Formats {
    /// Reads the body of the feature TRACING_DATA (tools/perf/util/trace-event-info.c). Returns `None` if it is cut
    /// off, or comes from a big-endian or a 32-bit machine.
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

    /// Finds the format files in the tracing data, in time linear in their length.
    fn index(bytes: &[u8]) -> Option<HashMap<u16, Format>> {
        const MAGIC: &[u8] = b"\x17\x08\x44tracing";
        let mut rest = bytes.strip_prefix(MAGIC)?;
        take_name(&mut rest)?;
        // Only a little-endian machine (byte order 0) on which a long has 8 bytes is supported.
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

    /// Returns the number of bytes of a tracepoint's format file, or 0 if there is no such file.
    pub(in crate::perf_data) fn length(&self, tracepoint: Option<u64>) -> usize {
        tracepoint.and_then(|id| self.get(id)).map_or(0, |format| format.place.len())
    }

    fn get(&self, id: u64) -> Option<&Format> {
        self.by_id.get(&u16::try_from(id).ok()?)
    }

    /// Returns the printer of a tracepoint's payloads. It is an error if there is no format file, as for an event that
    /// is no tracepoint (`None`). The caller checks that the file is not longer than [`FORMAT_MAX`].
    ///
    /// # Errors
    ///
    /// The name of the part of the payload that cannot be printed in the same way as perf prints it.
    pub(in crate::perf_data) fn printer(
        &self,
        tracepoint: Option<u64>,
        wanted: &WantedPayloads,
    ) -> Result<Printer, String> {
        Printer::new(&self.file(tracepoint)?, wanted)
    }

    /// Returns a printer of a tracepoint's whole payloads, for lines that are shown. `is_used` says whether the run
    /// needs the payload for more than to show it. Then the wanted fields that the payload does not contain are
    /// appended to it.
    ///
    /// # Errors
    ///
    /// Those of [`printer`](Self::printer). A payload that is only shown is an error only if there is no format file,
    /// or no print format in it.
    pub(in crate::perf_data) fn line_printer(
        &self,
        tracepoint: Option<u64>,
        wanted: &WantedPayloads,
        is_used: bool,
    ) -> Result<Printer, String> {
        Printer::for_lines(&self.file(tracepoint)?, wanted, is_used)
    }

    /// Returns the text of a tracepoint's format file.
    fn file(&self, tracepoint: Option<u64>) -> Result<String, String> {
        let format = tracepoint.and_then(|id| self.get(id)).ok_or("the payload")?;
        Ok(ascii(self.bytes.get(format.place.clone()).unwrap_or_default()))
    }
}

/// Returns the number in the line `ID: 373` of a format file.
fn tracepoint_id(file: &[u8]) -> Option<u16> {
    lines_after(file, b"ID: ").find_map(|number| str::from_utf8(number.trim_ascii()).ok()?.parse().ok())
}

/// Returns `system:name` for a format file, which has the name in a line `name: sched_wakeup`. Returns `None` if this
/// line is missing or the name is too long.
fn full_name(system: &[u8], file: &[u8]) -> Option<Rc<[u8]>> {
    let name = lines_after(file, b"name: ").next()?;
    let is_short = system.len() + name.len() < NAME_MAX;
    is_short.then(|| ascii(&[system, b":", name.trim_ascii()].concat()).into_bytes().into())
}

/// Returns the rest of each line that begins with `beginning`.
fn lines_after<'a>(file: &'a [u8], beginning: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    file.lines().filter_map(move |line| line.strip_prefix(beginning))
}

/// Returns bytes as text. The kernel's names and format files are ASCII; any other byte becomes `?`.
fn ascii(bytes: &[u8]) -> String {
    let ascii = bytes.iter().map(|&byte| if byte.is_ascii() { byte } else { b'?' }).collect();
    String::from_utf8(ascii).unwrap_or_default()
}

/// Takes a name from the front of `rest`, with the 0 byte that ends it.
fn take_name<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let name = text(rest);
    *rest = rest.get(name.len() + 1..)?;
    Some(name)
}

/// Takes a little-endian number of 4 bytes from the front of `rest`.
fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let number = u32_at(rest, 0)?;
    *rest = rest.get(4..)?;
    Some(number)
}

/// Takes a file from the front of `rest`: its length in 8 bytes, then its content. Returns the content.
fn take_file<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64_at(rest, 0)?).ok()?;
    let (file, behind) = rest.get(8..)?.split_at_checked(length)?;
    *rest = behind;
    Some(file)
}

#[cfg(test)]
mod tests;
