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
use std::collections::HashMap;
use std::rc::Rc;

/// The format files of all tracepoints, by their IDs.
#[derive(Default)]
pub(in crate::perf_data) struct Formats(HashMap<u64, Format>);

/// A format file, and the subsystem that its tracepoint belongs to.
struct Format {
    system: Rc<str>,
    text: String,
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
    pub(in crate::perf_data) fn read(bytes: &[u8]) -> Option<Formats> {
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
        let mut formats = Formats::default();
        for _ in 0..take_u32(&mut rest)? {
            take_file(&mut rest)?;
        }
        for _ in 0..take_u32(&mut rest)? {
            let system: Rc<str> = ascii(take_name(&mut rest)?).into();
            for _ in 0..take_u32(&mut rest)? {
                let text = ascii(take_file(&mut rest)?);
                let id = text.lines().find_map(|line| line.strip_prefix("ID: ")?.trim().parse().ok());
                formats.0.extend(id.map(|id| (id, Format { system: Rc::clone(&system), text })));
            }
        }
        Some(formats)
    }

    /// Returns the name of a tracepoint as perf prints it: `system:name`.
    pub(in crate::perf_data) fn name(&self, id: u64) -> Option<Box<[u8]>> {
        let Format { system, text } = self.0.get(&id)?;
        let name = text.lines().find_map(|line| line.strip_prefix("name: "))?;
        Some(format!("{system}:{}", name.trim()).into_bytes().into())
    }

    /// Returns the printer of a tracepoint's payloads. An event that is no
    /// tracepoint (`None`) has no format file.
    ///
    /// # Errors
    ///
    /// Names the part of the payload that would differ from the payload that perf prints.
    pub(in crate::perf_data) fn printer(
        &self,
        tracepoint: Option<u64>,
        wanted: &WantedPayloads,
    ) -> Result<Printer, String> {
        let format = tracepoint.and_then(|id| self.0.get(&id)).ok_or("the payload")?;
        Printer::new(&format.text, wanted)
    }
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
