//! A line of a state with the statistics of one transition, or of the total, of a loop or of one of its groups.

use super::definition::Definition;
use super::fields::{COUNT_MAX, FieldError, FieldsToRead, FieldsToWrite};
use super::{cells, histogram};
use crate::event::{Nanos, Resolution};
use crate::key::{GroupValue, KeyValue};
use crate::stats::cells::{Cell, Cells};
use crate::stats::histograms::Histograms;
use crate::stats::moments::Moments;
use crate::stats::row_times::{PrintedTime, RowTimes};
use crate::stats::transition::Transition;
use crate::text::JsonValue;

/// The name of the time from the first position of a loop to the last one.
pub const TOTAL: &str = "total";

/// The names of the histograms, one for each clock step.
const STEPS: [(&str, Resolution); 2] = [("ns", Resolution::Nanos), ("us", Resolution::Micros)];

/// The statistics of one transition, or of the total, of a loop or of one of its groups.
#[derive(Clone, Debug)]
pub struct LoopLine {
    /// The name of the loop.
    pub name: String,
    /// What must be equal for two lines to be about the same loop.
    pub definition: Definition,
    /// The fields of `-b` that divide the loop into groups; `None` if the state has no groups of this loop.
    pub by: Option<String>,
    /// The group, if the line is about one.
    pub group: Option<GroupPart>,
    /// The name of the transition, or [`TOTAL`].
    pub transition: String,
    /// The statistics of the deltas.
    pub deltas: Transition,
    /// The deltas by time and size; `None` in the line of a group.
    pub cells: Option<Cells>,
    /// The counts of the whole loop. Only the line of the total of the whole loop has them.
    pub counts: Option<LoopCounts>,
}

/// The group that a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupPart {
    /// The group of a value.
    Of(GroupValue),
    /// The group that all values share for which there was no room. Where it stands, states that are merged in another
    /// order may have other groups.
    Others,
}

/// The counts of a whole loop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopCounts {
    /// The number of events at the first position that have the loop's key.
    pub begun: u64,
    /// The number of first events whose unfinished loop was dropped because the time limit behind `within` was over.
    pub expired: u64,
    /// The number of times that the loop closed outside of `--min` and `--max`.
    pub outside: u64,
    /// The number of events that came at each position.
    pub seen: Vec<u64>,
    /// The number of events that would have come at each position and that the selection left out.
    pub left_out: Vec<u64>,
    /// The number of events in `left_out`.
    pub events_left_out: u64,
    /// The times of the rows.
    pub row_times: RowTimes,
}

impl LoopLine {
    /// Returns the text of the group in the sort key.
    pub(super) fn group_text(&self) -> Vec<u8> {
        match &self.group {
            None => Vec::new(),
            Some(GroupPart::Of(value)) => value.text(),
            Some(GroupPart::Others) => b"others".to_vec(),
        }
    }

    /// Adds the fields of the line.
    pub(super) fn write(&self, fields: &mut FieldsToWrite) {
        fields.text("name", &self.name);
        fields.text("transition", &self.transition);
        self.definition.write(fields);
        match &self.by {
            Some(by) => fields.text("by", by),
            None => fields.add("by", "null"),
        }
        if let Some(group) = &self.group {
            let identity = match group {
                GroupPart::Of(value) => value.identity().map(|word| format!("{word:016x}")).concat(),
                GroupPart::Others => "others".to_owned(),
            };
            fields.text("group", &identity);
        }
        write_deltas(&self.deltas, fields);
        if let Some(of_transition) = &self.cells {
            fields.add("cells", cells::encode(of_transition));
        }
        if let Some(counts) = &self.counts {
            counts.write(fields);
        }
    }

    /// Takes the fields of a line. `key` has the three parts of its sort key.
    pub(super) fn read(fields: &mut FieldsToRead, key: &[Vec<u8>; 3]) -> Result<LoopLine, FieldError> {
        let group = match fields.take_if_there("group") {
            None => None,
            Some(value) => Some(group(value, &key[1]).ok_or_else(|| FieldError::of("group"))?),
        };
        let deltas = read_deltas(fields)?;
        let (cells, counts) = match &group {
            Some(_) => (None, None),
            None => {
                let cells = cells::decode(fields.object("cells")?)?;
                if cells.cells().iter().map(Cell::count).sum::<u64>() != deltas.count() {
                    return Err(FieldError::of("cells"));
                }
                let counts = if key[2] == TOTAL.as_bytes() { Some(LoopCounts::read(fields)?) } else { None };
                (Some(cells), counts)
            }
        };
        let line = LoopLine {
            name: fields.text("name")?,
            definition: Definition::read(fields)?,
            by: fields.optional_text("by")?,
            group,
            transition: fields.text("transition")?,
            deltas,
            cells,
            counts,
        };
        let has_rows = |counts: &LoopCounts| counts.row_times.first().is_some() == (line.deltas.count() > 0);
        if !line.counts.as_ref().is_none_or(has_rows) {
            return Err(FieldError::of("first"));
        }
        let of_line = [line.name.as_bytes(), &line.group_text(), line.transition.as_bytes()];
        if of_line == [&key[0], &key[1], &key[2]].map(Vec::as_slice) {
            Ok(line)
        } else {
            Err(FieldError("the first column does not fit the JSON".to_owned()))
        }
    }
}

/// Returns the group with this identity and this text in the sort key.
fn group(identity: JsonValue, text: &[u8]) -> Option<GroupPart> {
    let JsonValue::Text(identity) = identity else { return None };
    if identity == "others" {
        return (text == b"others").then_some(GroupPart::Others);
    }
    let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if identity.len() != 32 || !identity.bytes().all(is_hexadecimal) {
        return None;
    }
    let word = |range| u64::from_str_radix(identity.get(range)?, 16).ok();
    let words = [word(0..16)?, word(16..32)?];
    let value = match KeyValue::from_words(&words) {
        Some(value) => GroupValue::new(value, text),
        None => GroupValue::NONE,
    };
    (value.identity() == words && value.text() == text).then_some(GroupPart::Of(value))
}

fn write_deltas(deltas: &Transition, fields: &mut FieldsToWrite) {
    fields.number("n", deltas.count());
    fields.text("sum", &deltas.sum_ns().to_string());
    fields.text("squares", &deltas.squares());
    fields.optional("min", deltas.min().map(|min| min.0));
    fields.optional("max", deltas.max().map(|max| max.0));
    let mut histograms = FieldsToWrite::default();
    for (name, resolution) in STEPS {
        if let Some(histogram) = deltas.histograms().in_steps_of(resolution) {
            histograms.text(name, &histogram::encode(histogram));
        }
    }
    fields.add("histograms", histograms.into_json());
}

fn read_deltas(fields: &mut FieldsToRead) -> Result<Transition, FieldError> {
    let count = fields.count("n")?;
    let sum = fields.text("sum")?;
    let sum_ns: u128 =
        sum.parse().ok().filter(|ns: &u128| ns.to_string() == sum).ok_or_else(|| FieldError::of("sum"))?;
    let squares = fields.text("squares")?;
    let extremes = match (fields.optional("min")?, fields.optional("max")?) {
        (Some(min), Some(max)) if min <= max && count > 0 => Some([min, max]),
        (None, None) if count == 0 => None,
        _ => return Err(FieldError::of("min")),
    };
    let moments = Moments::from_sums(count, sum_ns, &squares, extremes.unwrap_or([0; 2]));
    let moments = moments.ok_or_else(|| FieldError::of("squares"))?;
    let mut of_steps = fields.object("histograms")?;
    let mut histograms = Histograms::default();
    let mut counted = 0_u64;
    for (name, resolution) in STEPS {
        let Some(text) = of_steps.take_if_there(name) else { continue };
        let JsonValue::Text(text) = text else { return Err(FieldError::of(name)) };
        let count = histogram::decode(&text, resolution, &mut histograms).filter(|count| *count <= COUNT_MAX);
        counted += count.ok_or_else(|| FieldError::of(name))?;
    }
    of_steps.end()?;
    if counted != count {
        return Err(FieldError::of("histograms"));
    }
    Ok(Transition::from_parts(moments, extremes, histograms))
}

impl LoopCounts {
    fn write(&self, fields: &mut FieldsToWrite) {
        fields.number("begun", self.begun);
        fields.number("expired", self.expired);
        fields.number("outside", self.outside);
        fields.numbers("seen", &self.seen);
        fields.numbers("left_out", &self.left_out);
        fields.number("events_left_out", self.events_left_out);
        for (name, time) in [("first", self.row_times.first()), ("last", self.row_times.last())] {
            match time {
                Some((Nanos(ns), resolution)) => fields.numbers(name, &[ns, resolution.step_ns()]),
                None => fields.add(name, "null"),
            }
        }
        fields.number("span", self.row_times.span().map_or(0, |(Nanos(ns), _)| ns));
    }

    fn read(fields: &mut FieldsToRead) -> Result<LoopCounts, FieldError> {
        let [first, last] = [printed_time(fields, "first")?, printed_time(fields, "last")?];
        let span = fields.number("span")?;
        let row_times = match (first, last) {
            (Some(first), Some(last)) if first <= last => RowTimes::of_ended(first, last, span),
            (None, None) if span == 0 => RowTimes::default(),
            _ => return Err(FieldError::of("last")),
        };
        let counts = LoopCounts {
            begun: fields.count("begun")?,
            expired: fields.count("expired")?,
            outside: fields.count("outside")?,
            seen: fields.counts("seen")?,
            left_out: fields.counts("left_out")?,
            events_left_out: fields.count("events_left_out")?,
            row_times,
        };
        if counts.seen.first().is_none_or(|first| *first < counts.begun) {
            return Err(FieldError::of("begun"));
        }
        Ok(counts)
    }
}

/// Takes a time and the clock step in which it was printed: `[NANOSECONDS,STEP]`, or null.
fn printed_time(fields: &mut FieldsToRead, name: &str) -> Result<Option<PrintedTime>, FieldError> {
    use JsonValue::{List, Null, Number};
    let time = match fields.take(name)? {
        Null => return Ok(None),
        List(parts) => match parts.as_slice() {
            [Number(ns), Number(step)] => {
                let resolution = STEPS.iter().find(|(_, resolution)| resolution.step_ns() == *step);
                resolution.map(|(_, resolution)| (Nanos(*ns), *resolution))
            }
            _ => None,
        },
        _ => None,
    };
    time.map(Some).ok_or_else(|| FieldError::of(name))
}
