//! The errors of reading a perf.data.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// The reason why a perf.data cannot be read any further.
#[derive(Debug)]
pub enum Error {
    /// The system could not read the input. This includes `WouldBlock` and `Interrupted`, after which the caller can
    /// ask again.
    Io(io::Error),
    /// The bytes break the rules of the format, or end too early.
    Damaged(Damage),
    /// The file holds something that only `perf script` can print. The caller can run `perf script` and read its text.
    Unsupported(Unsupported),
    /// The stream holds something that only `perf script` can print. A stream cannot be read a second time, so the
    /// program cannot run `perf script` itself. The message tells the user to print the stream with `perf script -i -`.
    UnsupportedInStream(Unsupported),
    /// A pipe carries a perf.data that was written as a file. In a file, a part of the description of the events stands
    /// behind the records, and a pipe cannot be read there first.
    FileInPipe,
    /// The records that wait to be put in order do not fit into the memory for them, and could not be written to a
    /// temporary file either.
    TemporaryFile {
        /// The folder of the temporary file.
        folder: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
}

/// Something in a recording that this reader does not support and `perf script` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// The recording comes from a big-endian machine. This reader knows only little-endian numbers.
    OtherByteOrder,
    /// The header states a size that it has in no known version of the format.
    UnknownHeader,
    /// The file header, or a section that it points to, is damaged. `perf script` may still read the file, because the
    /// records may be whole and perf knows the tracepoints of its own machine.
    DamagedHeader(Damage),
    /// The recording holds a hardware trace (`perf record -e intel_pt//`).
    HardwareTrace,
    /// The recording was written by `perf stat record`, so it holds counts and no samples.
    StatCounts,
    /// The file belongs to a directory that `perf record --threads` wrote. perf prints only the directory as a whole.
    FileOfDirectory,
    /// perf was killed before it wrote the size of the records and the features, which it does at the end.
    Unfinished,
    /// The level of compression is above 19. For such a level, the decompressor may have to keep more than 8 MiB of the
    /// data that it has decompressed.
    CompressionLevel,
    /// The records are compressed by something other than zstd.
    CompressionMethod,
    /// The format files of the tracepoints are missing or cannot be parsed.
    NoFormats,
    /// The file has no name for an event, and the event is none that perf has a name for.
    NoEventNames,
    /// The wanted field or word of the payload stands only in the text that `perf script` prints for the payload, and
    /// this program cannot print that text.
    OnlyInText {
        /// The part that is wanted: the name of a field, `$N` for a word, or "the payload" for the whole text.
        missing: Box<str>,
        /// The name of the event.
        event: Box<str>,
    },
    /// The format file that describes a wanted payload is much longer than any of the kernel's.
    LongFormat {
        /// The number of bytes of the format file.
        length: usize,
        /// The name of the event.
        event: Box<str>,
    },
    /// The print formats of all events whose payload is wanted take too much memory together.
    LargeFormats,
    /// Some samples have no time or no thread, so no latency can be measured.
    NoTimeOrThread,
    /// A payload is wanted of an event whose samples hold the counter values of a group of events instead
    /// (`perf record -e '{a,b}:S'`).
    PayloadInGroup,
    /// A payload is wanted of samples that hold no raw data, out of which payloads are printed.
    NoRawData,
    /// The call chains of samples are wanted, and only `perf script` finds the names of their functions.
    CallChains,
    /// There are several events, and the samples have no id that tells which event they belong to.
    NoEventIds,
}

/// A place where the bytes of a recording break the rules of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// A section or a record ends beyond the end of the file.
    CutOffFile,
    /// The description of the events in a stream ends too early.
    CutOffDescription,
    /// The input ends in the middle of a record.
    CutOffRecord,
    /// The file header is too short for its list of sections.
    NoSections,
    /// The offset at which the records end is larger than 64 bits can hold.
    NoEnd,
    /// The file header announces a feature that the file does not hold.
    NoFeatures,
    /// The description of the events is larger than any that perf writes.
    LargeDescription,
    /// More events are described than the 16 bits of their numbers can tell apart.
    ManyEvents,
    /// The events have more ids than a process can have files open, and perf needs an open file for each id.
    ManyIds,
    /// The name of an event is longer than any that perf makes.
    LongName,
    /// The attributes (`struct perf_event_attr`) have an impossible size or number.
    Attributes,
    /// The lengths in the body of the feature EVENT_DESC contradict each other.
    EventDescriptions,
    /// The recording describes no events at all.
    NoEvents,
    /// The length that a record states is shorter than the header of a record.
    EmptyRecord,
    /// A record of the description of the events is too short for its type.
    ShortRecord,
    /// A record is too short for its type, or the id in it is that of no described event.
    ShortOrForeignRecord,
    /// The type of a record is far above those that perf defines.
    UnknownRecord,
    /// A hardware trace stands among the records, although no feature announced one.
    UnannouncedTrace,
    /// The beginning of another recording stands among the records.
    SecondRecording,
    /// A `COMPRESSED` record has an impossible size, or stands inside of another one.
    CompressedRecords,
    /// The file was read a second time at the same place and held other records there, so another program changes it.
    Changed,
    /// zstd cannot decompress the records. The text is zstd's name for the error.
    Compression(&'static str),
}

impl Error {
    /// Returns whether the caller can ask again later, because only the bytes are missing at present or a signal came.
    pub(super) fn is_temporary(&self) -> bool {
        let Error::Io(error) = self else { return false };
        matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
    }

    /// Turns [`Error::Unsupported`] into [`Error::UnsupportedInStream`]; other errors stay as they are.
    pub(super) fn in_stream(self) -> Error {
        match self {
            Error::Unsupported(unsupported) => Error::UnsupportedInStream(unsupported),
            error => error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => error.fmt(f),
            Error::Damaged(damage) => damage.fmt(f),
            Error::Unsupported(unsupported) => unsupported.fmt(f),
            Error::UnsupportedInStream(unsupported) => {
                write!(f, "{unsupported}; print it first: perf script -i - | pspp-filter ...")
            }
            Error::FileInPipe => {
                f.write_str("a perf.data that was written as a file is not read from a pipe: name it, or < it")
            }
            Error::TemporaryFile { folder, error } => {
                let folder = folder.display();
                write!(f, "cannot put its records in order: a temporary file in {folder}: {error}")
            }
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unsupported::OtherByteOrder => "it is of a machine with the other byte order",
            Unsupported::UnknownHeader => "its header is cut off, or of another version",
            Unsupported::DamagedHeader(damage) => return write!(f, "it is {damage}"),
            Unsupported::HardwareTrace => "it holds a hardware trace",
            Unsupported::StatCounts => "it holds counts of perf stat",
            Unsupported::FileOfDirectory => "it is one file of a directory",
            Unsupported::Unfinished => "perf did not end it",
            Unsupported::CompressionLevel => "it is compressed at a level above 19",
            Unsupported::CompressionMethod => "it is compressed in a way that is not known",
            Unsupported::NoFormats => "its tracepoints are not described",
            Unsupported::NoEventNames => "its events have no names",
            Unsupported::OnlyInText { missing, event } => return write!(f, "only perf can print {missing} of {event}"),
            Unsupported::LongFormat { length, event } => {
                return write!(
                    f,
                    "the format file of {event} has {length} bytes, and the longest that is read here has 32768"
                );
            }
            Unsupported::LargeFormats => "the print formats of its events are larger than 16 MiB together",
            Unsupported::NoTimeOrThread => "some samples have no time or no thread",
            Unsupported::PayloadInGroup => "its samples hold the counts of others, of which one has the payload",
            Unsupported::NoRawData => "its samples have no raw data where they are wanted",
            Unsupported::CallChains => "only perf finds the names in its call chains",
            Unsupported::NoEventIds => "its events cannot be told apart by their ids",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a whole perf.data: ")?;
        f.write_str(match self {
            Damage::CutOffFile => "the file is cut off",
            Damage::CutOffDescription => "a description is cut off",
            Damage::CutOffRecord => "the last record is cut off",
            Damage::NoSections => "no sections",
            Damage::NoEnd => "no end",
            Damage::NoFeatures => "no features",
            Damage::LargeDescription => "the description of the events is larger than 32 MiB",
            Damage::ManyEvents => "more than 65535 events are described",
            Damage::ManyIds => "the events have more than 1048576 ids",
            Damage::LongName => "the name of an event is longer than 4096 bytes",
            Damage::Attributes => "attributes make no sense",
            Damage::EventDescriptions => "events are not described",
            Damage::NoEvents => "no events are described",
            Damage::EmptyRecord => "a record of no length",
            Damage::ShortRecord => "a record that is too short",
            Damage::ShortOrForeignRecord => "a record that is too short, or of no event",
            Damage::UnknownRecord => "a record of no kind",
            Damage::UnannouncedTrace => "a hardware trace that no feature announced",
            Damage::SecondRecording => "another recording begins in it",
            Damage::CompressedRecords => "compressed records that make no sense",
            Damage::Changed => "it changes while it is read",
            Damage::Compression(error) => return write!(f, "compressed records: {error}"),
        })
    }
}

impl std::error::Error for Error {}
impl std::error::Error for Unsupported {}
impl std::error::Error for Damage {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(error)
    }
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        Error::Damaged(damage)
    }
}

impl From<Unsupported> for Error {
    fn from(unsupported: Unsupported) -> Self {
        Error::Unsupported(unsupported)
    }
}

/// Lets a caller that reads both records and text handle the errors of both as `io::Error`.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Io(error) => return error,
            Error::Damaged(_) => io::ErrorKind::InvalidData,
            Error::Unsupported(_) | Error::UnsupportedInStream(_) | Error::FileInPipe => io::ErrorKind::Unsupported,
            Error::TemporaryFile { .. } => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_have_the_kind_and_text_of_the_reason() {
        let print_first = "it holds a hardware trace; print it first: perf script -i - | pspp-filter ...";
        let trace = Error::from(Unsupported::HardwareTrace);
        let cases = [
            (Error::Io(io::ErrorKind::WouldBlock.into()), io::ErrorKind::WouldBlock, "operation would block"),
            (Damage::NoEnd.into(), io::ErrorKind::InvalidData, "not a whole perf.data: no end"),
            (trace, io::ErrorKind::Unsupported, "it holds a hardware trace"),
            (Error::from(Unsupported::HardwareTrace).in_stream(), io::ErrorKind::Unsupported, print_first),
        ];
        for (error, kind, text) in cases {
            assert_eq!(error.is_temporary(), kind == io::ErrorKind::WouldBlock);
            let error = io::Error::from(error);
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
        }
    }

    #[test]
    fn unsupported_recordings_name_the_damage_and_the_field() {
        let damaged = Unsupported::DamagedHeader(Damage::CutOffFile);
        assert_eq!(damaged.to_string(), "it is not a whole perf.data: the file is cut off");
        let only_in_text = Unsupported::OnlyInText { missing: "$2".into(), event: "a:b".into() };
        assert_eq!(only_in_text.to_string(), "only perf can print $2 of a:b");
    }
}
