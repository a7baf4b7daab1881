//! The sink that writes the files of the predecessor, the program that pspp-filter replaces.

use super::figure;
use super::names::category_file_name;
use super::whole_file::{WholeFile, named};
use crate::event::{Event, Nanos};
use crate::pattern::{Loop, bare};
use crate::report::{Style, Summary, SummaryFormat};
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::contract::{Ending, Needs, Sink, SinkError};
use crate::sink::event_delta::EventDelta;
use crate::sink::rows::{CSV, RowOptions, RowWriter};
use crate::text::{Unit, push_csv, push_integer, push_span, push_time};
use std::io;
use std::path::PathBuf;

/// The number of bytes of rows that are written at once.
const BLOCK: usize = 64 * 1024;
/// The number of bytes that are written at once into the file of a category. It is smaller than [`BLOCK`], because
/// there may be many of these files.
const CATEGORY_BLOCK: usize = 4 * 1024;

/// Says which files are to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFiles {
    /// The directory. It is created if it does not exist.
    pub directory: PathBuf,
    /// The path of the log. `None` stands for `delta_output.log` in the directory.
    pub log: Option<PathBuf>,
    /// True to write the rows of loops, `loop_diff.csv` for the first loop and `loop_diff_NAME.csv` for each other one,
    /// and the figure.
    pub loops: bool,
    /// True to write `delta_processed.csv`, which has a row for each event.
    pub processed: bool,
    /// True to write a file of events for each category.
    pub split: bool,
    /// True to write `perf_data.csv`, which has all events with the name of a position.
    pub perf_data: bool,
}

/// Writes the files of a directory. They have temporary names at first, and get their final names when all are
/// complete.
pub struct FolderSink {
    files: FolderFiles,
    loop_rows: Vec<LoopRows>,
    perf_data: Option<WholeFile>,
    processed: Option<WholeFile>,
    /// The file of each category, by the category's number.
    split: Vec<Option<WholeFile>>,
    /// Formats the rows of events, as CSV in seconds.
    event_rows: Box<dyn RowWriter>,
}

/// The file of one loop, and the number of rows in it.
struct LoopRows {
    file: WholeFile,
    rows: u64,
}

impl FolderSink {
    /// Creates the sink. It creates no files before [`Sink::begin`].
    pub fn new(files: &FolderFiles) -> Self {
        FolderSink {
            files: files.clone(),
            loop_rows: Vec::new(),
            perf_data: None,
            processed: None,
            split: Vec::new(),
            event_rows: (CSV.writer)(RowOptions { unit: Unit::Seconds, header: true, show: Vec::new() }),
        }
    }

    fn create(&mut self, loops: &[Loop]) -> io::Result<()> {
        let FolderFiles { directory, loops: has_loops, processed, perf_data, .. } = &self.files;
        std::fs::create_dir_all(directory).map_err(|error| named(directory, &error))?;
        let create =
            |wanted: bool, name: &str| wanted.then(|| WholeFile::create(directory.join(name), BLOCK)).transpose();
        self.perf_data = create(*perf_data, "perf_data.csv")?;
        self.processed = create(*processed, "delta_processed.csv")?;
        for (at, spec) in loops.iter().enumerate().filter(|_| *has_loops) {
            let name = if at == 0 { "loop_diff.csv".to_owned() } else { format!("loop_diff_{}.csv", spec.name) };
            let mut file = WholeFile::create(directory.join(name), BLOCK)?;
            push_loop_header(file.waiting(), spec);
            self.loop_rows.push(LoopRows { file, rows: 0 });
        }
        if let Some(file) = &mut self.perf_data {
            file.waiting().extend_from_slice(b"tstamp,entry\n");
        }
        if let Some(file) = &mut self.processed {
            self.event_rows.begin_events(file.waiting());
        }
        Ok(())
    }

    fn push_closed(&mut self, closed: &ClosedLoop<'_>) -> io::Result<()> {
        let Some(LoopRows { file, rows }) = self.loop_rows.get_mut(closed.loop_index) else { return Ok(()) };
        let out = file.waiting();
        push_integer(out, *rows);
        *rows += 1;
        for time in closed.times {
            out.push(b',');
            push_time(out, Nanos(*time), closed.last.resolution);
        }
        for delta in closed.deltas() {
            out.push(b',');
            push_span(out, delta, Unit::Seconds);
        }
        out.push(b'\n');
        file.flush_full()
    }

    fn push_at_position(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Some(file) = &mut self.perf_data else { return Ok(()) };
        push_time(file.waiting(), event.time, event.resolution);
        file.waiting().push(b',');
        push_csv(file.waiting(), bare(event.name));
        file.waiting().push(b'\n');
        file.flush_full()
    }

    fn push_event(&mut self, delta: &EventDelta<'_>) -> io::Result<()> {
        if let Some(file) = &mut self.processed {
            self.event_rows.event(file.waiting(), delta);
            file.flush_full()?;
        }
        if !self.files.split {
            return Ok(());
        }
        let number = delta.category_number;
        if self.split.len() <= number {
            self.split.resize_with(number + 1, || None);
        }
        let file = match &mut self.split[number] {
            Some(file) => file,
            none => {
                let name = format!("{}.csv", category_file_name(delta.category, number));
                let file = none.insert(WholeFile::create(self.files.directory.join(name), CATEGORY_BLOCK)?);
                self.event_rows.begin_events(file.waiting());
                file
            }
        };
        self.event_rows.event(file.waiting(), delta);
        file.flush_full()
    }

    /// Writes the log and the figure, and then gives all files their final names.
    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let FolderFiles { directory, log, loops, .. } = &self.files;
        let log = log.clone().unwrap_or_else(|| directory.join("delta_output.log"));
        let mut log = WholeFile::create(log, BLOCK)?;
        summary.write(log.waiting(), SummaryFormat::LOG, &Style::default());
        let mut last = vec![log];
        if *loops {
            let mut script = WholeFile::create(directory.join("delta_figure.gp"), BLOCK)?;
            figure::write(script.waiting(), summary);
            last.push(script);
        }
        let rows = std::mem::take(&mut self.loop_rows).into_iter().map(|rows| rows.file);
        let split = std::mem::take(&mut self.split).into_iter().flatten();
        let others = self.perf_data.take().into_iter().chain(self.processed.take()).chain(split);
        let mut all: Vec<WholeFile> = rows.chain(others).chain(last).collect();
        all.iter_mut().try_for_each(WholeFile::flush)?;
        all.into_iter().try_for_each(WholeFile::finish)
    }
}

impl Sink for FolderSink {
    fn needs(&self) -> Needs {
        Needs { closed: true, at_position: true, summary: true, ..Needs::default() }
    }

    fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        self.create(loops).map_err(SinkError::Folder)
    }

    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        self.push_closed(closed).map_err(SinkError::Folder)
    }

    fn at_position(&mut self, event: &Event<'_>) -> Result<(), SinkError> {
        self.push_at_position(event).map_err(SinkError::Folder)
    }

    fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        self.push_event(delta).map_err(SinkError::Folder)
    }

    /// Completes the files. If an input could not be read, all files are removed instead, because they would not show
    /// that the results of this input are missing.
    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        match ending.summary.filter(|_| !ending.input_failed) {
            Some(summary) => self.finish(summary).map_err(SinkError::Folder),
            None => Ok(()),
        }
    }
}

/// Appends the header of `loop_diff.csv`. The columns are the row number, whose name is empty, the times of the
/// positions, and the deltas.
///
/// ```text
/// ,kvm_exit,sys_exit_ppoll,delta:sys_exit_ppoll__kvm_exit
/// ```
fn push_loop_header(out: &mut Vec<u8>, spec: &Loop) {
    let positions = spec.positions.iter().map(|position| position.unique_name.clone());
    for name in positions.chain(spec.transitions()) {
        out.push(b',');
        push_csv(out, name.as_bytes());
    }
    out.push(b'\n');
}
