//! Where rows go: a stream, or the files of a directory, or nowhere.

use super::folder::Folder;
use super::output::Output;
use super::rows::{EventRow, LoopRow, Rows};
use crate::event::Event;
use crate::pattern::Loop;
use std::io::{self, Write};

/// What failed.
#[derive(Debug)]
pub enum OutletError {
    /// The stream, or nobody reads it (`BrokenPipe`).
    Stream(io::Error),
    /// A file of the directory; the error names it.
    Folder(io::Error),
}

/// What the rows of the stream are.
pub enum StreamRows {
    /// One for each closed loop.
    Loops(Rows),
    /// One for each event.
    Events(Rows),
    /// There are none.
    None,
}

/// All outlets of a run.
pub struct Outlets<W> {
    rows: StreamRows,
    stream: Output<W>,
    folder: Option<Folder>,
}

impl<W: Write> Outlets<W> {
    /// Opens the outlets; the header waits to be written.
    pub fn new(rows: StreamRows, stream: W, folder: Option<Folder>) -> Self {
        let mut outlets = Outlets { rows, stream: Output::new(stream), folder };
        match &mut outlets.rows {
            StreamRows::Loops(rows) => rows.begin(outlets.stream.waiting()),
            StreamRows::Events(rows) => rows.begin_events(outlets.stream.waiting()),
            StreamRows::None => {}
        }
        outlets
    }

    /// Takes a closed loop.
    ///
    /// # Errors
    ///
    /// As all here: what failed to be written.
    #[inline(never)]
    pub fn closed(&mut self, row: &LoopRow<'_>) -> Result<(), OutletError> {
        if let Some(folder) = &mut self.folder {
            folder.closed(row).map_err(OutletError::Folder)?;
        }
        if let StreamRows::Loops(rows) = &mut self.rows {
            rows.row(self.stream.waiting(), row);
            self.stream.flush_full().map_err(OutletError::Stream)?;
        }
        Ok(())
    }

    /// Takes one more loop, found on the way.
    pub fn follow(&mut self, spec: &Loop) {
        if let StreamRows::Loops(rows) = &mut self.rows {
            rows.follow(spec);
        }
    }

    /// Takes an event with its delta.
    ///
    /// # Errors
    ///
    /// As [`Outlets::closed`].
    pub fn event(&mut self, category: usize, row: &EventRow<'_>) -> Result<(), OutletError> {
        if let Some(folder) = &mut self.folder {
            folder.event(category, row).map_err(OutletError::Folder)?;
        }
        if let StreamRows::Events(rows) = &mut self.rows {
            rows.event(self.stream.waiting(), row);
            self.stream.flush_full().map_err(OutletError::Stream)?;
        }
        Ok(())
    }

    /// Whether the rows of loops are written anywhere.
    pub fn want_loops(&self) -> bool {
        self.has_folder() || matches!(self.rows, StreamRows::Loops(_))
    }

    /// Whether the files of a directory are written.
    pub fn has_folder(&self) -> bool {
        self.folder.is_some()
    }

    /// Takes an event at a position of a loop.
    ///
    /// # Errors
    ///
    /// As [`Outlets::closed`].
    pub fn at_position(&mut self, event: &Event<'_>) -> Result<(), OutletError> {
        self.folder.as_mut().map_or(Ok(()), |folder| folder.at_position(event).map_err(OutletError::Folder))
    }

    /// The stream.
    pub fn stream(&mut self) -> &mut Output<W> {
        &mut self.stream
    }

    /// Gives the directory's files away, to be finished.
    pub fn take_folder(&mut self) -> Option<Folder> {
        self.folder.take()
    }
}
