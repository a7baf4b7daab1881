//! Tables with columns of numbers that are aligned at their decimal points. All numbers of a column have the same
//! number of decimals.

use super::statistics::Amount;
use crate::text::Unit;

/// The shapes of a table, the first choice first: the number of significant digits of the smallest value in each
/// column, and the number of blanks between two columns.
const SHAPES: [(usize, usize); 4] = [(4, 2), (3, 2), (3, 1), (2, 1)];
/// The widest table that is not made narrower, in characters.
pub(super) const WIDTH: usize = 100;

/// A table: a header, and rows below it.
pub(super) struct Table {
    /// The heading of the first column, and the names of the columns of numbers.
    header: (String, Vec<String>),
    rows: Vec<Row>,
}

/// A row of a table.
struct Row {
    /// The text in the first column.
    name: String,
    /// The numbers. `None` stands for a row that is a heading of the rows below it.
    amounts: Option<Vec<Option<Amount>>>,
}

impl Table {
    /// Creates a table without rows.
    pub(super) fn new(heading: String, columns: Vec<String>) -> Self {
        Table { header: (heading, columns), rows: Vec::new() }
    }

    /// Adds a row of numbers. There must be as many numbers as columns.
    pub(super) fn push_row(&mut self, name: String, amounts: Vec<Option<Amount>>) {
        self.rows.push(Row { name, amounts: Some(amounts) });
    }

    /// Adds a row that is a heading of the rows below it.
    pub(super) fn push_heading(&mut self, name: String) {
        self.rows.push(Row { name, amounts: None });
    }

    /// Returns the lines. The names are aligned to the left, and the numbers at their decimal points.
    ///
    /// The smallest value of each column has four significant digits, if its unit allows that many. If the lines would
    /// be longer than [`WIDTH`], it has fewer, and the columns stand closer.
    pub(super) fn lines(&self, unit: Unit) -> Vec<String> {
        let mut lines = Vec::new();
        for (digits, gap) in SHAPES {
            lines = self.lines_in_shape(unit, digits, gap);
            if lines.iter().all(|line| line.chars().count() <= WIDTH) {
                break;
            }
        }
        lines
    }

    /// Returns the texts of the rows of numbers, column by column: those of [`Table::lines`] in the first shape, without
    /// blanks. The text of a heading is empty.
    pub(super) fn texts(&self, unit: Unit) -> Vec<Vec<String>> {
        let (_, titles) = &self.header;
        let column = |at| self.column(at, unit, SHAPES[0].0).into_iter().map(Option::unwrap_or_default).collect();
        (0..titles.len()).map(column).collect()
    }

    fn lines_in_shape(&self, unit: Unit, digits: usize, gap: usize) -> Vec<String> {
        let (heading, titles) = &self.header;
        // A heading has no cells behind it, so it may be longer than the names of the rows.
        let of_rows = self.rows.iter().filter(|row| row.amounts.is_some()).map(|row| &row.name);
        let names = std::iter::once(heading).chain(of_rows);
        let name_width = names.map(|name| name.chars().count()).max().unwrap_or(0);
        let mut lines: Vec<String> = std::iter::once(heading)
            .chain(self.rows.iter().map(|row| &row.name))
            .map(|name| format!("{name:name_width$} "))
            .collect();
        for (at, title) in titles.iter().enumerate() {
            let cells = self.column(at, unit, digits);
            let width = cells.iter().flatten().chain([title]).map(String::len).max().unwrap_or(0);
            let gap = if at == 0 { 1 } else { gap };
            for (line, cell) in lines.iter_mut().zip(std::iter::once(Some(title.clone())).chain(cells)) {
                let cell = cell.unwrap_or_default();
                line.push_str(&format!("{:gap$}{cell:>width$}", ""));
            }
        }
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Returns the texts of a column, one for each row. The text of a heading is `None`.
    fn column(&self, at: usize, unit: Unit, digits: usize) -> Vec<Option<String>> {
        let amounts =
            || self.rows.iter().map(|row| row.amounts.as_ref().map(|amounts| amounts.get(at).copied().flatten()));
        let decimals = decimals(amounts().flatten().flatten(), unit, digits);
        let text =
            |amount: Option<Amount>| amount.map_or_else(|| "-".to_owned(), |amount| rounded(amount, unit, decimals));
        amounts().map(|cell| cell.map(text)).collect()
    }
}

/// Returns the number of decimals with which the smallest of some amounts has this many significant digits. The number
/// is smaller if the last decimals would be 0 in all amounts, or would be finer than a nanosecond. If the unit is
/// nanoseconds, one decimal is possible, because a median may lie halfway between two of them.
fn decimals(amounts: impl Iterator<Item = Amount> + Clone, unit: Unit, digits: usize) -> usize {
    let most = unit.decimals().max(1);
    let scaled = |decimals: usize| amounts.clone().map(move |amount| scaled(amount, unit, decimals));
    let smallest = scaled(most).filter(|scaled| *scaled > 0).min().unwrap_or(0);
    let surplus = (smallest.max(1).ilog10() as usize + 1).saturating_sub(digits);
    let mut decimals = most.saturating_sub(surplus);
    while decimals > 0 && scaled(decimals).all(|scaled| scaled.is_multiple_of(10)) {
        decimals -= 1;
    }
    decimals
}

/// Returns an amount in the given unit, rounded to this many decimals, as a number without the decimal point: 1.25 with
/// two decimals is 125.
fn scaled(amount: Amount, unit: Unit, decimals: usize) -> u128 {
    let scale = 10_u128.pow(decimals as u32);
    match amount {
        Amount::Count(count) => u128::from(count) * scale,
        Amount::Exact(half_ns) => {
            let one = 2 * u128::from(unit.in_ns());
            // The whole units and the rest are scaled separately, so that the product of a large sum does not overflow.
            (half_ns / one).saturating_mul(scale).saturating_add((half_ns % one * scale + one / 2) / one)
        }
        Amount::Float(ns) => (ns / unit.in_ns() as f64 * scale as f64).round() as u128,
    }
}

/// Returns the text of an amount with this many decimals.
fn rounded(amount: Amount, unit: Unit, decimals: usize) -> String {
    if let Amount::Count(count) = amount {
        return count.to_string();
    }
    let scale = 10_u128.pow(decimals as u32);
    let scaled = scaled(amount, unit, decimals);
    match decimals {
        0 => scaled.to_string(),
        _ => format!("{}.{:0decimals$}", scaled / scale, scaled % scale),
    }
}
