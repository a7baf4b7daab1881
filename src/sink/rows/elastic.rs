//! Rows for people: the columns of `-f tsv` line up on a terminal.
//!
//! ```text
//! #time            tid      cpu  delta:sys_exit_read__sys_enter_read  total_us  comm
//! 43526.578054384  3761       1                                2.183     2.183  dash
//! 43526.578559546  3761       1                                5.168     5.168  dash
//! ```
//!
//! A row is shown at once, before the widths of later rows are known. So a column gets wider when a wider value comes,
//! and keeps that width.

use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;

/// Columns whose values are wider than their title, with the width that they have from the beginning.
const WIDTHS: [(&[u8], usize); 5] = [(b"#time", 15), (b"tid", 7), (b"key", 8), (b"category", 22), (b"event", 30)];
/// The blanks between two columns.
const GAP: &[u8] = b"  ";

impl RowFormat {
    /// Returns the format that takes the place of this one on a terminal. Only `tsv` is replaced there, by a format
    /// whose columns are lined up with blanks.
    pub fn on_terminal(self) -> RowFormat {
        if self == super::tsv::FORMAT {
            RowFormat { writer: |options| Box::new(Elastic::new(options)), ..self }
        } else {
            self
        }
    }
}

/// Writes the rows of `-f tsv` with blanks in place of tabs.
struct Elastic {
    inner: Box<dyn RowWriter>,
    /// A buffer for the lines that `inner` writes, until their columns are lined up.
    lines: Vec<u8>,
    /// The width of each column in characters.
    widths: Vec<usize>,
}

impl Elastic {
    fn new(options: RowOptions) -> Self {
        Elastic { inner: (super::tsv::FORMAT.writer)(options), lines: Vec::new(), widths: Vec::new() }
    }

    /// Appends the lines of `inner` with columns that line up, and clears them.
    fn push_lines(&mut self, out: &mut Vec<u8>) {
        for line in self.lines.split_inclusive(|byte| *byte == b'\n') {
            let mut cells = line.split(|byte| *byte == b'\t').enumerate().peekable();
            while let Some((at, cell)) = cells.next() {
                // The last cell is free text. It ends with the newline.
                if cells.peek().is_none() {
                    out.extend_from_slice(cell);
                    break;
                }
                if self.widths.len() <= at {
                    self.widths.push(0);
                }
                let length = String::from_utf8_lossy(cell).chars().count();
                let least = WIDTHS.iter().find(|(title, _)| *title == cell).map_or(0, |(_, width)| *width);
                self.widths[at] = self.widths[at].max(length).max(least);
                let blanks = std::iter::repeat_n(b' ', self.widths[at] - length);
                if at > 0 && is_on_the_right(cell) {
                    out.extend(blanks);
                    out.extend_from_slice(cell);
                } else {
                    out.extend_from_slice(cell);
                    out.extend(blanks);
                }
                out.extend_from_slice(GAP);
            }
        }
        self.lines.clear();
    }
}

/// Returns whether a cell stands at the right end of its column: a number, the sign `-` of an unknown number, or the
/// title of a column of numbers.
fn is_on_the_right(cell: &[u8]) -> bool {
    let is_title =
        matches!(cell, b"tid" | b"cpu") || [&b"delta"[..], b"total_"].iter().any(|start| cell.starts_with(start));
    is_title || cell.iter().all(|byte| byte.is_ascii_digit() || b"-.".contains(byte))
}

impl RowWriter for Elastic {
    fn begin(&mut self, out: &mut Vec<u8>, loops: &[Loop], finds_loops: bool) {
        self.inner.begin(&mut self.lines, loops, finds_loops);
        self.push_lines(out);
    }

    fn add_loop(&mut self, spec: &Loop) {
        self.inner.add_loop(spec);
    }

    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>) {
        self.inner.closed(&mut self.lines, closed);
        self.push_lines(out);
    }

    fn begin_events(&mut self, out: &mut Vec<u8>) {
        self.inner.begin_events(&mut self.lines);
        self.push_lines(out);
    }

    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>) {
        self.inner.event(&mut self.lines, delta);
        self.push_lines(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.inner.end(&mut self.lines);
        self.push_lines(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Unit;

    fn shown(lines: &str) -> String {
        let mut elastic = Elastic::new(RowOptions { unit: Unit::Micros, header: true, show: Vec::new() });
        let mut out = Vec::new();
        for line in lines.split_inclusive('\n') {
            elastic.lines.extend_from_slice(line.as_bytes());
            elastic.push_lines(&mut out);
        }
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_line_up_and_only_get_wider() {
        let lines = "#time\ttid\tcpu\tloop\tdelta:b__a\ttotal_us\tcomm\n\
            1.000001\t7\t0\tx\t2.5\t2.5\ta b\n\
            2.000001\t123456789\t-\tlong\t12345678901\t3\t\u{e9}\n\
            3.000001\t7\t0\t\u{e9}\t1\t1\tc\n";
        let expected = "\
#time                tid  cpu  loop  delta:b__a  total_us  comm
1.000001               7    0  x            2.5       2.5  a b
2.000001         123456789    -  long  12345678901         3  \u{e9}
3.000001                 7    0  \u{e9}               1         1  c
";
        assert_eq!(shown(lines), expected);
    }

    #[test]
    fn only_tsv_is_shown_otherwise_on_a_terminal() {
        for (name, format) in RowFormat::NAMES {
            let changes = !std::ptr::fn_addr_eq(format.on_terminal().writer, format.writer);
            assert_eq!((format.on_terminal() == *format, changes), (true, *name == "tsv"), "{name}");
        }
    }
}
