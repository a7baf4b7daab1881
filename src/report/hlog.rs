//! Writes an interval log of HdrHistogram, version 1.3, which the readers of HdrHistogram in Java, Python, JavaScript, Go
//! and C understand. Each line has a histogram in nanoseconds, compressed in the encoding V2.
//!
//! ```text
//! #[Histogram log format version 1.3]
//! #[StartTime: 0.000 (seconds since epoch), Thu Jan 01 00:00:00 UTC 1970]
//! "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
//! Tag=read:total,43526.578,0.002,0.271,HISTFAAAAGd4nGNpmSzMgAkYoQ...
//! ```

use super::style::Style;
use super::summary::{LoopSummary, NamedTransition, Summary};
use crate::text::fixed;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};

/// The lines before the first histogram. The log begins at time 0 of the trace clock: without the line `#[StartTime: ...]`,
/// readers take the time of the first histogram for the begin of the log, and leave out every histogram that is earlier,
/// such as that of another loop, or of an input with an earlier clock.
const HEADING: &str = "#[Histogram log format version 1.3]\n\
    #[StartTime: 0.000 (seconds since epoch), Thu Jan 01 00:00:00 UTC 1970]\n\
    \"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";

/// Appends the lines that stand before the first histogram of the log.
pub(super) fn write_heading(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADING.as_bytes());
}

/// Appends a line for each transition of each loop that has closed.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, _: &Style) {
    let mut serializer = V2DeflateSerializer::new();
    for loop_summary in &summary.loops {
        let Some([start, length]) = start_and_length(summary, loop_summary) else { continue };
        for named in loop_summary.named_transitions(loop_summary.deltas) {
            let histogram = named.transition.histogram_in_nanos();
            let head = format!(
                "Tag={},{},{},{},",
                tag(&loop_summary.spec.name, &named),
                fixed(start, 3),
                fixed(length, 3),
                // Java writes the upper end of the last bin here, and not the largest delta, and so does this program.
                fixed(histogram.max() as f64 / 1e6, 3),
            );
            out.extend_from_slice(head.as_bytes());
            push_histogram(out, &histogram, &mut serializer);
            out.push(b'\n');
        }
    }
}

/// Returns the time at which the histograms of a loop begin, and the time that they cover, in seconds of the trace
/// clock. If the summary is about an interval of the run, both are those of the interval. Otherwise they are the
/// smallest time of the loop's rows, and the time from the smallest to the greatest one, summed over the inputs.
/// Returns `None` if the loop has never closed.
fn start_and_length(summary: &Summary<'_>, loop_summary: &LoopSummary<'_>) -> Option<[f64; 2]> {
    if loop_summary.deltas.total().count() == 0 {
        return None;
    }
    let [start, length] = match summary.interval {
        Some((from, to)) => [from.0, to.0 - from.0],
        None => [loop_summary.row_times.first()?.0.0, loop_summary.row_times.span()?.0.0],
    };
    Some([start, length].map(|ns| ns as f64 / 1e9))
}

/// Returns the tag of a transition: `loop:A->B`, or `loop:total`. For all readers a tag ends at a comma, and for some
/// also at a blank, so both are replaced by `_`, and control characters as well.
fn tag(loop_name: &str, named: &NamedTransition<'_>) -> String {
    let text = format!("{loop_name}:{}", named.for_people().replace(" -> ", "->"));
    text.chars().map(|char| if char == ',' || char.is_whitespace() || char.is_control() { '_' } else { char }).collect()
}

/// Appends a histogram in the encoding V2, compressed, as base64.
fn push_histogram(out: &mut Vec<u8>, histogram: &Histogram<u64>, serializer: &mut V2DeflateSerializer) {
    let mut bytes = Vec::new();
    // The encoding has no counts of 2^63 or more, but no run has so many loops. Writing into memory does not fail.
    let written = serializer.serialize(histogram, &mut bytes);
    debug_assert!(written.is_ok(), "{written:?}");
    out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
}
