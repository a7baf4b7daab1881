//! Writes the summary as OpenMetrics 1.0 text, for Prometheus and other programs that read this format: a histogram of
//! each transition, and a counter for each count of lines and events.
//!
//! ```text
//! # TYPE pspp_filter_loop_seconds histogram
//! # UNIT pspp_filter_loop_seconds seconds
//! # HELP pspp_filter_loop_seconds Time from event to event in closed loops.
//! pspp_filter_loop_seconds_bucket{loop="read",transition="total",le="0.000000128"} 0
//! ...
//! pspp_filter_loop_seconds_bucket{loop="read",transition="total",le="+Inf"} 69
//! pspp_filter_loop_seconds_count{loop="read",transition="total"} 69
//! pspp_filter_loop_seconds_sum{loop="read",transition="total"} 0.000334701
//! # TYPE pspp_filter_input_events counter
//! # HELP pspp_filter_input_events Events read.
//! pspp_filter_input_events_total 138
//! # EOF
//! ```

use super::style::Style;
use super::summary::{GroupSummary, LoopSummary, Summary};
use crate::event::Nanos;
use crate::stats::{Deltas, Transition};
use crate::text::{Unit, is_obeyed, push_half_span, push_integer, push_span};
use bstr::ByteSlice;
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// The name of the histograms. OpenMetrics wants the unit at the end of the name.
const HISTOGRAM: &str = "pspp_filter_loop_seconds";

/// The buckets: number k counts all values up to 2^k ns, so they go from 128 ns to 137 s. All series of all runs have
/// the same buckets, because Prometheus can add up only series with equal buckets.
const BUCKETS: RangeInclusive<u32> = 7..=37;

/// The value of the label `by` for closed loops that lack the field if `-b` names only one.
const NO_VALUE: &[u8] = b"-";

/// Appends the summary as OpenMetrics text.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, _: &Style) {
    let header = format!(
        "# TYPE {HISTOGRAM} histogram\n# UNIT {HISTOGRAM} seconds\n\
         # HELP {HISTOGRAM} Time from event to event in closed loops.\n"
    );
    out.extend_from_slice(header.as_bytes());
    for loop_summary in &summary.loops {
        // With `-b`, the groups of a loop add up to all its closed loops. If a series of all of them stood beside the
        // groups, a sum over all series would count each closed loop twice.
        match summary.by {
            None => push_series(out, loop_summary, loop_summary.deltas, None),
            Some(_) => groups_by_label(&loop_summary.groups)
                .iter()
                .for_each(|(label, deltas)| push_series(out, loop_summary, deltas, Some(label))),
        }
    }
    for (name, meaning, count) in summary.ledger.named_counts() {
        let name = format!("pspp_filter_input_{name}");
        let counter = format!("# TYPE {name} counter\n# HELP {name} {meaning}.\n{name}_total {count}\n");
        out.extend_from_slice(counter.as_bytes());
    }
    out.extend_from_slice(b"# EOF\n");
}

/// Returns the groups, each with its value as the text of a label. Groups with different values but the same text are
/// joined, because two series must not have the same labels.
fn groups_by_label<'s>(groups: &'s [GroupSummary<'_>]) -> Vec<(Vec<u8>, Cow<'s, Deltas>)> {
    let mut joined: Vec<(Vec<u8>, Cow<'s, Deltas>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for group in groups {
        let mut label = Vec::new();
        push_label_value(&mut label, group.value.as_deref().unwrap_or(NO_VALUE));
        let place = *places.entry(label.clone()).or_insert(joined.len());
        match joined.get_mut(place) {
            Some((_, deltas)) => deltas.to_mut().merge(group.deltas),
            None => joined.push((label, Cow::Borrowed(group.deltas))),
        }
    }
    joined
}

/// Appends the series of all transitions of a loop or of one of its groups. `by` is the value of the group, escaped.
fn push_series(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, deltas: &Deltas, by: Option<&[u8]>) {
    for named in loop_summary.named_transitions(deltas) {
        let mut labels = b"loop=\"".to_vec();
        push_label_value(&mut labels, loop_summary.spec.name.as_bytes());
        labels.extend_from_slice(b"\",transition=\"");
        push_label_value(&mut labels, named.for_people().as_bytes());
        labels.push(b'"');
        if let Some(by) = by {
            labels.extend_from_slice(&[b",by=\"", by, b"\""].concat());
        }
        push_histogram(out, &labels, named.transition);
    }
}

/// Appends the lines of one histogram.
fn push_histogram(out: &mut Vec<u8>, labels: &[u8], transition: &Transition) {
    let mut bins = transition.bins().peekable();
    let mut counted = 0;
    for bucket in BUCKETS {
        let bound = Nanos(1 << bucket);
        while let Some(bin) = bins.next_if(|bin| bin.value <= bound) {
            counted += bin.count;
        }
        push_name(out, "_bucket", labels);
        out.extend_from_slice(b",le=\"");
        push_span(out, bound, Unit::Seconds);
        out.extend_from_slice(b"\"} ");
        push_integer(out, counted);
        out.push(b'\n');
    }
    push_name(out, "_bucket", labels);
    out.extend_from_slice(b",le=\"+Inf\"} ");
    push_integer(out, transition.count());
    out.push(b'\n');
    push_name(out, "_count", labels);
    out.extend_from_slice(b"} ");
    push_integer(out, transition.count());
    out.push(b'\n');
    push_name(out, "_sum", labels);
    out.extend_from_slice(b"} ");
    push_half_span(out, 2 * transition.sum_ns(), Unit::Seconds);
    out.push(b'\n');
}

/// Appends the begin of a line: the name and the labels. The caller appends the closing bracket.
fn push_name(out: &mut Vec<u8>, ending: &str, labels: &[u8]) {
    out.extend_from_slice(format!("{HISTOGRAM}{ending}{{").as_bytes());
    out.extend_from_slice(labels);
}

/// Appends the value of a label without its quotes. Bytes that are no UTF-8 become U+FFFD. So do the control characters
/// that a terminal would obey, because the format has no escapes for them; only tabs stay as they are.
fn push_label_value(out: &mut Vec<u8>, text: &[u8]) {
    for character in text.chars() {
        match character {
            '\n' => out.extend_from_slice(b"\\n"),
            '"' | '\\' => out.extend([b'\\', character as u8]),
            _ if is_obeyed(character) && character != '\t' => out.extend_from_slice("\u{fffd}".as_bytes()),
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Resolution;

    /// Returns the bound and the count of each bucket that holds more than the bucket before it, as `bound count`.
    fn steps(deltas_ns: &[u64]) -> Vec<String> {
        let mut transition = Transition::new();
        deltas_ns.iter().for_each(|&delta| transition.record(Nanos(delta), Resolution::Nanos));
        let mut out = Vec::new();
        push_histogram(&mut out, b"", &transition);
        let text = String::from_utf8(out).expect("ASCII");
        let buckets = text.lines().filter_map(|line| line.split_once(",le=\"")?.1.split_once("\"} "));
        let mut before = "0";
        let more = buckets.filter(|(_, count)| std::mem::replace(&mut before, count) != *count);
        more.map(|(bound, count)| format!("{bound} {count}")).collect()
    }

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        assert_eq!(steps(&[]), [""; 0]);
        assert_eq!(steps(&[0, 127, 128]), ["0.000000128 3"]);
        assert_eq!(steps(&[128, 129, 256, 257]), ["0.000000128 1", "0.000000256 3", "0.000000512 4"]);
        assert_eq!(steps(&[1 << 37]), ["137.438953472 1"]);
        assert_eq!(steps(&[1, 1 << 38]), ["0.000000128 1", "+Inf 2"]);
    }

    #[test]
    fn the_middle_of_a_bin_decides_within_the_extremes() {
        // The bin of the HdrHistogram holds 4096 to 4099 ns, so its middle is above the bound of 4096 ns. But if 4096
        // ns is the largest delta, the middle is taken to be no greater than that.
        assert_eq!(steps(&[4096]), ["0.000004096 1"]);
        assert_eq!(steps(&[1, 4096]), ["0.000000128 1", "0.000004096 2"]);
        assert_eq!(steps(&[4096, 5000]), ["0.000008192 2"]);
    }

    #[test]
    fn label_values_are_escaped() {
        let escaped = |text: &[u8]| {
            let mut out = Vec::new();
            push_label_value(&mut out, text);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(escaped(b"a\"b\\c\nd\te"), "a\\\"b\\\\c\\nd\te");
        assert_eq!(escaped(b"\xff \xc3\xa9 \x1b[0m\r"), "\u{fffd} \u{e9} \u{fffd}[0m\u{fffd}");
    }
}
