//! The predecessor's files in a directory (`-o`).

mod figure;
mod whole;

use super::{EventRow, LoopRow, RowFormat, Rows};
use crate::event::{Event, Nanos};
use crate::pattern::{Loop, bare};
use crate::report::{Summary, SummaryFormat};
use crate::text::{Unit, push_csv, push_integer, push_span, push_time};
use std::io;
use std::path::{Path, PathBuf};
use whole::{WholeFile, named};

/// Rows are written in blocks of this many bytes ...
const BLOCK: usize = 64 * 1024;
/// ... and those of each category in smaller ones, of which there may be many.
const CATEGORY_BLOCK: usize = 4 * 1024;

/// Which files there are to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFiles {
    /// The directory; it is made if there is none.
    pub directory: PathBuf,
    /// Where the log goes; `None`: `delta_output.log` in the directory.
    pub log: Option<PathBuf>,
    /// `loop_diff.csv`, and the figure.
    pub loops: bool,
    /// `delta_processed.csv`
    pub processed: bool,
    /// A file for each category.
    pub split: bool,
    /// `perf_data.csv`
    pub perf_data: bool,
}

/// The files being written. They get their names when all are whole.
pub struct Folder {
    files: FolderFiles,
    loop_rows: Vec<LoopRows>,
    perf_data: Option<WholeFile>,
    processed: Option<WholeFile>,
    /// By category.
    split: Vec<Option<WholeFile>>,
    /// Rows of events, as CSV in seconds.
    event_rows: Rows,
}

struct LoopRows {
    file: WholeFile,
    rows: u64,
}

impl Folder {
    /// Makes the directory and begins the files.
    ///
    /// # Errors
    ///
    /// As the system has them, with the name of what cannot be made.
    pub fn create(files: &FolderFiles, loops: &[Loop]) -> io::Result<Self> {
        let directory = &files.directory;
        std::fs::create_dir_all(directory).map_err(|error| named(directory, &error))?;
        let begin =
            |wanted: bool, name: &str| wanted.then(|| WholeFile::create(directory.join(name), BLOCK)).transpose();
        let mut folder = Folder {
            files: files.clone(),
            loop_rows: Vec::new(),
            perf_data: begin(files.perf_data, "perf_data.csv")?,
            processed: begin(files.processed, "delta_processed.csv")?,
            split: Vec::new(),
            event_rows: Rows::new(RowFormat::Csv, Unit::Seconds, true, &[]),
        };
        for (at, spec) in loops.iter().enumerate().filter(|_| files.loops) {
            let name = if at == 0 { "loop_diff.csv".to_owned() } else { format!("loop_diff_{}.csv", spec.name) };
            let mut file = WholeFile::create(directory.join(name), BLOCK)?;
            loop_header(file.waiting(), spec);
            folder.loop_rows.push(LoopRows { file, rows: 0 });
        }
        if let Some(file) = &mut folder.perf_data {
            file.waiting().extend_from_slice(b"tstamp,entry\n");
        }
        if let Some(file) = &mut folder.processed {
            folder.event_rows.begin_events(file.waiting());
        }
        Ok(folder)
    }

    /// Takes a closed loop.
    ///
    /// # Errors
    ///
    /// As all here: what the system says, with the name of the file.
    pub fn closed(&mut self, row: &LoopRow<'_>) -> io::Result<()> {
        let LoopRow { loop_index, event, times, .. } = *row;
        let Some(LoopRows { file, rows }) = self.loop_rows.get_mut(loop_index) else { return Ok(()) };
        let out = file.waiting();
        push_integer(out, *rows);
        *rows += 1;
        for time in times {
            out.push(b',');
            push_time(out, Nanos(*time), event.resolution);
        }
        for pair in times.windows(2) {
            out.push(b',');
            push_span(out, Nanos(pair[1] - pair[0]), Unit::Seconds);
        }
        out.push(b'\n');
        file.flush_full()
    }

    /// Takes an event at a position of a loop.
    ///
    /// # Errors
    ///
    /// As [`Folder::closed`].
    pub fn at_position(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Some(file) = &mut self.perf_data else { return Ok(()) };
        push_time(file.waiting(), event.time, event.resolution);
        file.waiting().push(b',');
        push_csv(file.waiting(), bare(event.name));
        file.waiting().push(b'\n');
        file.flush_full()
    }

    /// Takes an event with its delta.
    ///
    /// # Errors
    ///
    /// As [`Folder::closed`].
    pub fn event(&mut self, category: usize, row: &EventRow<'_>) -> io::Result<()> {
        if let Some(file) = &mut self.processed {
            self.event_rows.event(file.waiting(), row);
            file.flush_full()?;
        }
        if !self.files.split {
            return Ok(());
        }
        if self.split.len() <= category {
            self.split.resize_with(category + 1, || None);
        }
        let file = match &mut self.split[category] {
            Some(file) => file,
            none => {
                let name = format!("{}.csv", file_name(row.category, category));
                let file = none.insert(WholeFile::create(self.files.directory.join(name), CATEGORY_BLOCK)?);
                self.event_rows.begin_events(file.waiting());
                file
            }
        };
        self.event_rows.event(file.waiting(), row);
        file.flush_full()
    }

    /// Writes the log and the figure, and gives all files their names.
    ///
    /// # Errors
    ///
    /// As [`Folder::closed`].
    pub fn finish(self, summary: &Summary<'_>) -> io::Result<()> {
        let FolderFiles { directory, log, loops, .. } = &self.files;
        let log = log.clone().unwrap_or_else(|| directory.join("delta_output.log"));
        let mut log = WholeFile::create(log, BLOCK)?;
        summary.write(log.waiting(), SummaryFormat::LOG);
        let mut last = vec![log];
        if *loops {
            let mut script = WholeFile::create(directory.join("delta_figure.gp"), BLOCK)?;
            figure::write(script.waiting(), summary);
            last.push(script);
        }
        let rows = self.loop_rows.into_iter().map(|rows| rows.file);
        let others = self.perf_data.into_iter().chain(self.processed).chain(self.split.into_iter().flatten());
        let mut all: Vec<WholeFile> = rows.chain(others).chain(last).collect();
        all.iter_mut().try_for_each(WholeFile::flush)?;
        all.into_iter().try_for_each(WholeFile::finish)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.files.directory
    }
}

/// `,kvm_exit,sys_exit_ppoll,delta:sys_exit_ppoll__kvm_exit`: an index without a
/// name, the positions' times, the deltas.
fn loop_header(out: &mut Vec<u8>, spec: &Loop) {
    let labels = spec.positions.iter().map(|position| position.label.clone());
    for name in labels.chain(spec.transitions()) {
        out.push(b',');
        push_csv(out, name.as_bytes());
    }
    out.push(b'\n');
}

/// A category as the name of a file: bytes that could leave the directory, or
/// be taken for another file of ours, become `%` and two hexadecimal digits.
fn file_name(category: &[u8], number: usize) -> String {
    const LENGTH_MAX: usize = 200;
    let ours = ["loop_diff", "perf_data", "delta_processed", "delta_output", "delta_figure"];
    let is_ours = ours.iter().any(|name| category.starts_with(name.as_bytes()));
    let mut name = String::new();
    for (at, &byte) in category.iter().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"_-+".contains(&byte) || (byte == b'.' && at > 0);
        if plain && !(is_ours && at == 0) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    if name.len() > LENGTH_MAX {
        name.truncate(LENGTH_MAX);
        name.push_str(&format!("%{number}"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_stay_in_the_directory() {
        for (category, expected) in [
            (&b"kvm___"[..], "kvm___"),
            (b"../etc/passwd", "%2E.%2Fetc%2Fpasswd"),
            (b".hidden", "%2Ehidden"),
            (b"cpu/event=0x3c/", "cpu%2Fevent%3D0x3c%2F"),
            (b"a b\n\xff%", "a%20b%0A%FF%25"),
            (b"loop_diff", "%6Coop_diff"),
        ] {
            assert_eq!(file_name(category, 0), expected);
        }
        assert_ne!(file_name(&[b'/'; 128], 1), file_name(&[b'/'; 127], 2));
    }
}
