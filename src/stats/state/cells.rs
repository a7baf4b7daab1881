//! Cells of a state: `{"cells":[[NUMBER,COUNT,"SUM",FIRST_BIN,[COUNT,...]],...],"k":LOG2_OF_WIDTH}`.

use super::fields::{COUNT_MAX, FieldError, FieldsToRead, FieldsToWrite};
use crate::stats::cells::{Cell, Cells};
use crate::text::JsonValue;

/// Returns the cells as JSON. There are at most [`Cells::MAX_OF_STATE`] of them.
pub(super) fn encode(cells: &Cells) -> Vec<u8> {
    let cells = cells.at_most(Cells::MAX_OF_STATE);
    let cell = |cell: &Cell| {
        let (index, first_bin, bins) = cell.raw();
        let bins: Vec<String> = bins.iter().map(u64::to_string).collect();
        format!("[{index},{},\"{}\",{first_bin},[{}]]", cell.count(), cell.sum_ns(), bins.join(","))
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
    let cells = cells.and_then(|cells| Cells::from_cells(width_log2, Cells::MAX_OF_STATE, cells));
    cells.ok_or_else(|| FieldError::of("cells"))
}

fn cell(value: JsonValue) -> Option<Cell> {
    use JsonValue::{List, Number, Text};
    let List(parts) = value else { return None };
    let [Number(index), Number(count), Text(sum), Number(first_bin), List(bins)] = parts.as_slice() else {
        return None;
    };
    let bin = |value: &JsonValue| match value {
        Number(count) => Some(*count).filter(|count| *count <= COUNT_MAX),
        _ => None,
    };
    let sum_ns: u128 = sum.parse().ok()?;
    let is_possible = sum_ns.to_string() == *sum && sum_ns <= u128::from(*count).checked_mul(u64::MAX.into())?;
    let bins: Vec<u64> = bins.iter().map(bin).collect::<Option<_>>()?;
    let cell = Cell::from_bins(*index, sum_ns, usize::try_from(*first_bin).ok()?, bins)?;
    (is_possible && cell.count() == *count && *count <= COUNT_MAX).then_some(cell)
}
