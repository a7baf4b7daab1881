//! Cells of a state: `{"cells":[[NUMBER,COUNT,"SUM",FIRST_BIN,"COUNTS"],...],"k":LOG2_OF_WIDTH}`. COUNTS has the count of each
//! bin from the first to the last one that holds something, as LEB128 (7 bits a byte, the lowest first, the high bit set if
//! more follow) in base64. As a list of numbers it would take three times as long to read.

use super::fields::{COUNT_MAX, FieldError, FieldsToRead, FieldsToWrite};
use crate::stats::cells::{Cell, Cells};
use crate::text::JsonValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Returns the cells as JSON. There are at most [`Cells::MAX_OF_COMPARISON`] of them.
pub(super) fn encode(cells: &Cells) -> Vec<u8> {
    let cells = cells.at_most(Cells::MAX_OF_COMPARISON);
    let cell = |cell: &Cell| {
        let (index, first_bin, bins) = cell.raw();
        format!("[{index},{},\"{}\",{first_bin},\"{}\"]", cell.count(), cell.sum_ns(), encode_counts(bins))
    };
    let list: Vec<String> = cells.cells().iter().map(cell).collect();
    let mut fields = FieldsToWrite::default();
    fields.add("cells", format!("[{}]", list.join(",")));
    fields.number("k", cells.width_log2().into());
    fields.into_json()
}

/// Returns the cells of an object that [`encode`] has written.
pub(super) fn decode(mut fields: FieldsToRead) -> Result<Cells, FieldError> {
    let width_log2 = u32::try_from(fields.number("k")?).map_err(|_| FieldError::of("k"))?;
    let cells: Option<Vec<Cell>> = fields.list("cells")?.into_iter().map(cell).collect();
    fields.end()?;
    let cells = cells.and_then(|cells| Cells::from_cells(width_log2, Cells::MAX_OF_COMPARISON, cells));
    cells.ok_or_else(|| FieldError::of("cells"))
}

fn cell(value: JsonValue) -> Option<Cell> {
    use JsonValue::{List, Number, Text};
    let List(parts) = value else { return None };
    let [Number(index), Number(count), Text(sum), Number(first_bin), Text(bins)] = parts.as_slice() else {
        return None;
    };
    let sum_ns: u128 = sum.parse().ok()?;
    let is_possible = sum_ns.to_string() == *sum && sum_ns <= u128::from(*count).checked_mul(u64::MAX.into())?;
    let cell = Cell::from_bins(*index, sum_ns, usize::try_from(*first_bin).ok()?, decode_counts(bins)?)?;
    (is_possible && cell.count() == *count && *count <= COUNT_MAX).then_some(cell)
}

fn encode_counts(counts: &[u64]) -> String {
    let mut bytes = Vec::new();
    for &count in counts {
        let mut rest = count;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    STANDARD.encode(bytes)
}

/// Returns the counts of a text that [`encode_counts`] has written.
fn decode_counts(text: &str) -> Option<Vec<u64>> {
    let (mut counts, mut count, mut shift) = (Vec::new(), 0_u64, 0);
    for byte in STANDARD.decode(text).ok()? {
        // A byte of 0 behind others would be another text for the same count.
        if (byte == 0 && shift > 0) || shift > 56 {
            return None;
        }
        count |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            counts.push(std::mem::take(&mut count));
            shift = 0;
        }
    }
    let is_whole = shift == 0 && counts.iter().all(|count| *count <= COUNT_MAX);
    is_whole.then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_back() {
        for counts in [&[][..], &[1], &[1, 0, 127, 128, 300], &[COUNT_MAX, 0, 1]] {
            assert_eq!(decode_counts(&encode_counts(counts)).as_deref(), Some(counts));
        }
        for wrong in ["*", "gA==", "gAA=", "////////////"] {
            assert_eq!(decode_counts(wrong), None, "{wrong}");
        }
    }
}
