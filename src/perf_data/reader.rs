//! Reads a perf.data record by record. This file joins the parts that read the header, the records and their order.

use super::container::buffer::RecordBuffer;
use super::container::decompressor::Decompressor;
use super::container::file_header::FileHeader;
use super::container::pipe_header::PipeHeader;
use super::error::{Damage, Error, Unsupported};
use super::places::SharedFile;
use super::records::attributes::Attributes;
use super::records::comms::Comms;
use super::records::counts::LatestCounts;
use super::records::order::{Limits, OrderedRecords};
use super::records::parse::{parse, waiting_time_at_end};
use super::records::record::{Record, RecordKind};
use super::records::record_header::compressed_bytes;
use super::records::sample_id::SampleId;
use super::syntax::SYNTAX;
use super::wanted::{Lack, WantedPayloads};
use crate::dialect::{Line, TaskRecord};
use crate::event::{Event, Nanos, Payload, Resolution};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Seek};
use std::ops::Range;

/// The largest number of records that one call reads without returning a [`Line`]. After so many records the call fails
/// with `Interrupted`, so that its caller can answer a signal even if the input holds nothing but records that give no
/// [`Line`].
const SILENT_MAX: usize = 8192;

/// A reader of one recording, record by record. Its memory does not grow with the recording.
pub struct PerfData {
    buffer: RecordBuffer,
    /// The decompressor, which holds the decompressed records of the last `COMPRESSED` record; `None` before the first
    /// `COMPRESSED` record.
    decompressor: Option<Decompressor>,
    /// The description of the events of a stream, until all of it has been read; `None` from then on, and for a file.
    beginning: Option<StreamBeginning>,
    attributes: Attributes,
    ordered: OrderedRecords,
    comms: Comms,
    latest_counts: LatestCounts,
    /// The samples that the last group sample stands for. A group sample holds the counter values of a group of events,
    /// and stands for one sample of each event whose counter has grown. They are returned before the next record.
    group_samples: VecDeque<Record>,
    /// A buffer in which payloads are printed. It is used again for each sample.
    room: Vec<u8>,
    /// The payload of the event that was returned last. That event borrows it.
    payload: Box<[u8]>,
    /// An error of the input. It is kept until all records that were read before it have been returned.
    failure: Option<Error>,
}

/// The part of the beginning of a stream that was read so far, and the wanted payloads.
struct StreamBeginning {
    header: PipeHeader,
    wanted: WantedPayloads,
}

impl PerfData {
    /// Opens a file, and reads the tables in front of and behind its records. If the file holds a stream, the beginning
    /// of the stream is read.
    ///
    /// The events will have the payloads that `wanted` asks for, either as whole text in the form of `perf script`, or
    /// as only the wanted fields in the form `name=value`.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if `perf script` may print the file and this program cannot. [`Error::Io`] and
    /// [`Error::Damaged`] if it cannot be read at all.
    pub fn open(file: impl Read + Seek + 'static, wanted: WantedPayloads) -> Result<Self, Error> {
        PerfData::open_within(Limits::default(), file, wanted)
    }

    /// Opens a file as [`open`](Self::open) does, but with `limits` for the memory in which its records wait to be put
    /// in order. The limits do not change the records.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_within(
        limits: Limits,
        mut file: impl Read + Seek + 'static,
        wanted: WantedPayloads,
    ) -> Result<Self, Error> {
        let mut perf_data = match FileHeader::read(&mut file) {
            Ok(FileHeader::File { data, description }) => {
                let attributes = description.into_attributes(&wanted)?;
                let file = SharedFile::new(file);
                let records = Box::new(file.reader_at(data.offset));
                PerfData::new(
                    RecordBuffer::new(records, data.offset, data.size),
                    None,
                    attributes,
                    OrderedRecords::new(Some(file), limits),
                )
            }
            Ok(FileHeader::Stream) => {
                let file = SharedFile::new(file);
                let mut perf_data =
                    PerfData::stream_in_order(file.reader_at(0), wanted, OrderedRecords::new(Some(file), limits));
                perf_data.read_beginning()?;
                perf_data
            }
            Err(Error::Damaged(damage)) => return Err(Unsupported::DamagedHeader(damage).into()),
            Err(error) => return Err(error),
        };
        perf_data.ordered.begin(perf_data.buffer.position());
        match perf_data.attributes.unsupported() {
            Some(unsupported) => Err(unsupported.clone().into()),
            None => Ok(perf_data),
        }
    }

    /// Reads a stream of `perf record -o -` from its first byte on. The input may return `WouldBlock` while no bytes
    /// are available.
    ///
    /// A wanted payload that cannot be printed is an error only when a sample with such a payload comes.
    pub fn stream(input: impl Read + 'static, wanted: WantedPayloads) -> Self {
        PerfData::stream_within(Limits::default(), input, wanted)
    }

    /// Reads a stream as [`stream`](Self::stream) does, but with `limits` for the memory in which its records wait to
    /// be put in order.
    pub fn stream_within(limits: Limits, input: impl Read + 'static, wanted: WantedPayloads) -> Self {
        PerfData::stream_in_order(input, wanted, OrderedRecords::new(None, limits))
    }

    /// Creates a reader of a stream, which may stand in a file. Its records wait in `ordered` to be put in order.
    fn stream_in_order(input: impl Read + 'static, wanted: WantedPayloads, ordered: OrderedRecords) -> Self {
        let buffer = RecordBuffer::stream(Box::new(input));
        let beginning = StreamBeginning { header: PipeHeader::default(), wanted };
        PerfData::new(buffer, Some(beginning), Attributes::default(), ordered)
    }

    fn new(
        buffer: RecordBuffer,
        beginning: Option<StreamBeginning>,
        attributes: Attributes,
        ordered: OrderedRecords,
    ) -> Self {
        PerfData {
            buffer,
            decompressor: None,
            beginning,
            attributes,
            ordered,
            comms: Comms::default(),
            latest_counts: LatestCounts::default(),
            group_samples: VecDeque::new(),
            room: Vec::new(),
            payload: Box::default(),
            failure: None,
        }
    }

    /// Returns the number of bytes of records that are not read yet; `None` for a stream.
    pub fn length(&self) -> Option<u64> {
        self.buffer.length()
    }

    /// Returns the number of bytes of the input that were read since the last call.
    pub fn take_bytes(&mut self) -> u64 {
        self.buffer.take_bytes()
    }

    /// Returns the tracepoints that lack wanted fields. Those of a stream are known when its first record was returned.
    pub fn lacks(&self) -> impl Iterator<Item = Lack> {
        self.attributes.lacks()
    }

    /// Returns the length of the longest name of an event, to which `perf script` pads all names; 0 if it is not known
    /// yet.
    pub fn name_width(&self) -> usize {
        self.attributes.longest_name()
    }

    /// Returns whether more records wait for their turn than memory may hold, so that some are outside of it.
    pub fn is_spilled(&self) -> bool {
        self.ordered.is_spilled()
    }

    /// Stops reading the input. From now on [`next`](Self::next) returns only the records that were read before and
    /// waited to be put in order.
    ///
    /// In a round, perf reads the buffer of each CPU once. A FINISHED_ROUND record ends the round. If the input is
    /// stopped in the middle of a round, returns the time after which records of some CPUs may be missing. The time is
    /// 0 if no round has made a record ready yet. Returns `None` between two rounds.
    pub fn stop(&mut self) -> Option<Nanos> {
        self.beginning = None;
        self.decompressor = None;
        self.buffer.end();
        self.ordered.certain_in_round().map(Nanos)
    }

    /// Returns the next record in perf's order, as the [`Line`] that a reader of `perf script`'s text would get for it.
    /// `None` is the end.
    ///
    /// # Errors
    ///
    /// An error of the input comes after all records in front of it. After [`Error::Io`] with `WouldBlock` or
    /// `Interrupted` the caller can ask again.
    #[allow(clippy::should_implement_trait, reason = "the line borrows from the reader")]
    pub fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        if self.beginning.is_some() {
            self.read_beginning().map_err(Error::in_stream)?;
        }
        let mut silent = 0..SILENT_MAX;
        while silent.next().is_some() {
            let next = match self.ordered.next_in_memory() {
                None if self.ordered.is_busy() || !self.group_samples.is_empty() => self.next_of_all()?,
                next => next,
            };
            match next {
                None => {}
                Some(Record { kind: RecordKind::Other, .. }) => continue,
                Some(Record { time, kind: RecordKind::GroupSample { pid, tid, cpu, counts } }) => {
                    // The samples that the group sample stands for take its place.
                    let id = SampleId { time, pid, tid, cpu };
                    self.group_samples.extend(self.latest_counts.samples(id, &counts, &self.attributes));
                    continue;
                }
                Some(record) => return Ok(Some(self.line(record))),
            }
            match self.read_record(&mut silent) {
                Ok(Some(Record { kind: RecordKind::FinishedRound, .. })) => {
                    self.ordered.finish_round(self.buffer.position())
                }
                Ok(Some(record)) => {
                    if self.ordered.push(record, self.buffer.position()) {
                        self.spill()?;
                    }
                }
                Ok(None) if self.ordered.finish() => {}
                Ok(None) => return self.failure.take().map_or(Ok(None), Err),
                Err(error) if error.is_temporary() => return Err(error),
                Err(error) => {
                    // After damage, the reader does not know where the next record begins.
                    self.buffer.end();
                    self.decompressor = None;
                    // Whatever is unsupported in a file was found when the file was opened. So if this error is
                    // `Unsupported`, it comes from a stream.
                    self.failure = Some(error.in_stream());
                }
            }
        }
        Err(Error::Io(ErrorKind::Interrupted.into()))
    }

    /// Reads the description of the events of a stream, unless it has been read. `WouldBlock` means that the rest is
    /// not there yet.
    #[cold]
    fn read_beginning(&mut self) -> Result<(), Error> {
        let Some(beginning) = &mut self.beginning else { return Ok(()) };
        beginning.header.read(&mut self.buffer)?;
        if let Some(StreamBeginning { header, wanted }) = self.beginning.take() {
            let (description, mappings) = header.into_parts();
            self.attributes = description.into_attributes(&wanted)?;
            let times = mappings.iter().filter_map(|end| waiting_time_at_end(end, &self.attributes));
            self.ordered.wait_for_mappings(times.max().unwrap_or(0));
        }
        Ok(())
    }

    /// Returns the next record whose turn has come: a sample of a group, a record in memory, or one outside of memory.
    #[cold]
    fn next_of_all(&mut self) -> Result<Option<Record>, Error> {
        let next = match self.group_samples.pop_front() {
            None => self.ordered.next(&self.attributes, &mut self.room),
            sample => Ok(sample),
        };
        next.map_err(|error| self.order_failed(error))
    }

    /// Moves the waiting records to a place outside of memory, because the memory for them is full.
    #[cold]
    fn spill(&mut self) -> Result<(), Error> {
        let spilled = self.ordered.spill(self.buffer.position(), &self.attributes);
        spilled.map_err(|error| self.order_failed(error))
    }

    /// Handles an error of putting records in order. Unless the caller can ask again after it, the input ends here, and
    /// the records that wait are dropped, because their order is lost. Returns the error.
    #[cold]
    fn order_failed(&mut self, error: Error) -> Error {
        if !error.is_temporary() {
            self.stop();
            self.ordered = OrderedRecords::new(None, Limits::default());
        }
        error
    }

    /// Reads records in the order of the input until one matters to this program, and returns it. `silent` has one item
    /// for each record that may still be read before the caller must be able to answer a signal.
    fn read_record(&mut self, silent: &mut Range<usize>) -> Result<Option<Record>, Error> {
        while silent.next().is_some() {
            if let Some(decompressor) = &mut self.decompressor
                && let Some(bytes) = decompressor.record()?
            {
                let (length, record) = (bytes.len(), parse(bytes, &self.attributes, &mut self.room)?);
                decompressor.consume(length);
                if record.is_some() {
                    return Ok(record);
                }
                continue;
            }
            let Some(bytes) = self.buffer.record()? else {
                let is_cut_off = self.decompressor.as_ref().is_some_and(Decompressor::is_cut_off);
                return if is_cut_off { Err(Damage::CutOffRecord.into()) } else { Ok(None) };
            };
            let (length, mut record) = (bytes.len(), None);
            match compressed_bytes(bytes) {
                Some(compressed) => match &mut self.decompressor {
                    Some(decompressor) => decompressor.put(compressed),
                    none => {
                        self.ordered.leave_places();
                        none.insert(Decompressor::new()?).put(compressed);
                    }
                },
                None => record = parse(bytes, &self.attributes, &mut self.room)?,
            }
            self.buffer.consume(length);
            if record.is_some() {
                return Ok(record);
            }
        }
        Err(Error::Io(ErrorKind::Interrupted.into()))
    }

    /// Turns a record into the [`Line`] that a reader of `perf script`'s text would get for it.
    fn line(&mut self, record: Record) -> Line<'_> {
        let Record { time, kind } = record;
        let time = Nanos(time);
        match kind {
            RecordKind::Sample { event, pid, tid, cpu, payload } => {
                self.payload = payload;
                Line::Event(Event {
                    time,
                    resolution: Resolution::Nanos,
                    tid: Some(tid),
                    pid: Some(pid),
                    cpu,
                    machine: None,
                    name: self.attributes.name(event),
                    comm: Some(self.comms.comm(tid)),
                    payload: Payload::new(&self.payload, &SYNTAX),
                })
            }
            RecordKind::Comm { tid, comm } => {
                self.comms.set(tid, &comm);
                Line::Skipped
            }
            RecordKind::Fork { pid, tid, parent } => {
                self.comms.fork(tid, parent);
                Line::Fork(TaskRecord { pid, tid, time: Some(time) })
            }
            RecordKind::Exit { pid, tid } => {
                self.comms.exit(tid);
                Line::Exit(TaskRecord { pid, tid, time: Some(time) })
            }
            RecordKind::Lost { count, cpu } => Line::Loss { count, cpu, machine: None },
            RecordKind::GroupSample { .. } | RecordKind::FinishedRound | RecordKind::Other => Line::Skipped,
        }
    }
}

#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod tests;
