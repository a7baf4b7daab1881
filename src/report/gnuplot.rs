//! Writes the summary as one gnuplot program, with its data inside. For each loop it draws a row of three pictures: a
//! heat map of the total over time, a percentile curve of the total, and a histogram of the total.

use super::bins::{HistogramBin, histogram};
use super::curve::{CurvePoint, curve};
use super::style::Style;
use super::summary::{LoopSummary, Summary};
use crate::event::{Nanos, Resolution};
use crate::stats::Cells;
use crate::text::{Unit, push_float, push_half_span, push_plain, push_span, push_time};

/// The largest number of columns of the heat map.
const COLUMNS: usize = 256;
/// The largest number of pairs of events (`--pairs`) that are drawn. The pictures of more would be too small to read.
const PAIRS_MAX: usize = 12;

/// The largest number of bounds that all have a tic on a logarithmic axis. If there are more, only powers of ten have
/// one.
const TICS_MAX: usize = 7;
/// The largest number of rows of pictures with letters of the usual size. With more rows, the letters are smaller.
const FEW_ROWS: usize = 3;

/// The settings for all pictures. The palette of the heat map goes from light for few loops to dark for many.
const SETTINGS: &str = "\
set datafile missing NaN
set style fill solid 1.0 noborder
set palette defined (0 '#9ecae1', 0.5 '#4292c6', 1 '#08306b')
set border 3
set tics nomirror out
set grid linecolor rgb '#e8e8e8'
set key off
set format '%g'
unset logscale
";

/// Appends the summary as a gnuplot program.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    let loops: Vec<&LoopSummary<'_>> = summary.loops.iter().filter(|loop_summary| !loop_summary.is_pair).collect();
    let mut pairs = summary.loops.iter().filter(|loop_summary| loop_summary.is_pair);
    let drawn: Vec<&LoopSummary<'_>> = loops.into_iter().chain(pairs.by_ref().take(PAIRS_MAX)).collect();
    let left_out = pairs.count();

    push(out, "# Draw this with: gnuplot -p FILE\n");
    push(out, "# or as a file: gnuplot -e \"set term pngcairo size 1200,900; set output 'out.png'\" FILE\n");
    for (at, loop_summary) in drawn.iter().enumerate() {
        push_data(out, at + 1, loop_summary, style.unit);
    }
    push(out, SETTINGS);
    if drawn.is_empty() {
        push(out, "set title 'No beginning and its end were seen, as of an enter and an exit.'\n");
        push_empty_picture(out);
        return;
    }
    let font = push_layout(out, drawn.len(), left_out);
    for (at, loop_summary) in drawn.iter().enumerate() {
        Row { out, number: at + 1, unit: style.unit, font }.push(loop_summary);
    }
    push(out, "unset multiplot\n");
}

/// Appends the data of a loop. `number` is the number of the loop, from 1.
fn push_data(out: &mut Vec<u8>, number: usize, loop_summary: &LoopSummary<'_>, unit: Unit) {
    let total = loop_summary.deltas.total();
    push(out, &format!("# time in s, low, high in {0}, count\n$heat{number} << EOD\n", unit.name()));
    if let Some(cells) = loop_summary.cells {
        push_heat(out, &cells.spanning(COLUMNS), unit);
    }
    push(out, &format!("EOD\n# 1/(1-p), value in {}\n$curve{number} << EOD\n", unit.name()));
    for CurvePoint { at, value } in curve(total) {
        push_float(out, at);
        out.push(b' ');
        push_span(out, value, unit);
        out.push(b'\n');
    }
    push(out, &format!("EOD\n# low, high in {}, count\n$hist{number} << EOD\n", unit.name()));
    for HistogramBin { low_ns, high_ns, count } in histogram(total) {
        push_half_span(out, 2 * low_ns, unit);
        out.push(b' ');
        push_half_span(out, 2 * high_ns, unit);
        push(out, &format!(" {count}\n"));
    }
    push(out, "EOD\n");
}

/// Appends a line for each cell of the heat map in which a loop closed.
fn push_heat(out: &mut Vec<u8>, cells: &Cells, unit: Unit) {
    for cell in cells.cells() {
        for (bin, count) in cell.bins() {
            let [low, high] = bin.row_bounds_ns(1).map(|ns| ns / unit.in_ns() as f64);
            push_time(out, cells.begin(cell), Resolution::Nanos);
            push(out, &format!(" {low} {high} {count}\n"));
        }
    }
}

/// Appends the layout of the pictures: a row of three for each loop. Returns the size of the letters for `set ... font`.
fn push_layout(out: &mut Vec<u8>, rows: usize, left_out: usize) -> &'static str {
    push(out, &format!("set tmargin 2.5\nset multiplot layout {rows},3"));
    if left_out > 0 {
        push(out, &format!(" title 'the {rows} pairs with the largest sums; {left_out} more are left out' font ',9'"));
    }
    let font = if rows <= FEW_ROWS { "font ',10'" } else { "font ',7'" };
    push(out, &format!("\nset tics {font}\n"));
    font
}

/// The pictures of one loop.
struct Row<'o> {
    out: &'o mut Vec<u8>,
    /// The number of the loop, from 1.
    number: usize,
    unit: Unit,
    /// The size of the letters, as in `set xlabel 'text' font ',10'`.
    font: &'static str,
}

impl Row<'_> {
    /// Appends the commands that draw the three pictures.
    fn push(mut self, loop_summary: &LoopSummary<'_>) {
        push(self.out, "set label 1 ");
        push_quoted(self.out, &format!("{}: {}", loop_summary.spec.name, loop_summary.spec.text()));
        push(self.out, &format!(" at graph 0, 1 offset 0, 1 left noenhanced {}\n", self.font));
        let total = loop_summary.deltas.total();
        let cells = loop_summary.cells.map(|cells| cells.spanning(COLUMNS));
        let (Some(cells), Some(min), Some(max)) = (cells, total.min(), total.max()) else {
            push(self.out, "set label 2 'no loop closed' at graph 0.5, 0.5 center\n");
            push_empty_picture(self.out);
            push(self.out, "unset label 1\nunset label 2\n");
            push_empty_picture(self.out);
            return push_empty_picture(self.out);
        };
        let edges = edges(min, max);
        self.push_heat_map(&cells, &edges);
        push(self.out, "unset label 1\n");
        self.push_curve(total.count(), &edges);
        self.push_histogram(&histogram(total));
    }

    /// Appends the commands that draw the heat map. Its time axis begins at the first cell.
    fn push_heat_map(&mut self, cells: &Cells, edges: &[f64]) {
        let Some(first) = cells.cells().first() else { return };
        let most = cells.cells().iter().flat_map(|cell| cell.bins()).map(|(_, count)| count).max().unwrap_or(1);
        let width = cells.width_ns() as f64 / 1e9;
        let seconds = cells.columns() as f64 * width;
        let mut begin = Vec::new();
        push_time(&mut begin, cells.begin(first), Resolution::Nanos);
        let begin = String::from_utf8_lossy(&begin).into_owned();
        self.push_titles(&format!("s since {begin}"), &format!("total, {}", self.unit.name()));
        push(self.out, "unset logscale\nset logscale y\nset logscale cb\nset cbtics auto\n");
        push(self.out, &format!("set cbrange [1:{0}]\nset cbtics add (1, {0})\n", most.max(2)));
        // The axis has at most about five numbers, because short times have numbers with so many digits that more would
        // overlap.
        push(self.out, &format!("set xtics {}\nset xrange [0:{seconds}]\n", step(seconds, 4)));
        self.push_scale('y', edges);
        let number = self.number;
        push(self.out, &format!("plot $heat{number} using ($1 - {begin} + {width} / 2):2:($1 - {begin}):"));
        push(self.out, &format!("($1 - {begin} + {width}):2:3:4 with boxxyerror linecolor palette\n"));
    }

    /// Appends the commands that draw the percentile curve of `count` loops.
    fn push_curve(&mut self, count: u64, edges: &[f64]) {
        self.push_titles("percentile", &format!("total, {}", self.unit.name()));
        // The last point of the curve is the first one at a place above `count`: less than one loop lies above its
        // percentile. As points are close together, it is below twice the `count`.
        let most = 2.0 * count as f64;
        let tics: Vec<String> = percentiles(most).iter().map(|(name, at)| format!("'{name}' {at}")).collect();
        push(self.out, "unset logscale\nset logscale xy\n");
        push(self.out, &format!("set xtics ({})\nset xrange [1:{}]\n", tics.join(", "), most.max(4.0)));
        self.push_scale('y', edges);
        let (number, least) = (self.number, self.per_unit(1.0));
        push(self.out, &format!("plot $curve{number} using 1:($2 > {least} ? $2 : {least}) with lines "));
        push(self.out, "linewidth 2 linecolor rgb '#2171b5'\n");
    }

    /// Appends the commands that draw the histogram. A first bin that begins at 0 is drawn from half of its upper
    /// bound, because a logarithmic axis has no 0.
    fn push_histogram(&mut self, bins: &[HistogramBin]) {
        let Some(first) = bins.first() else { return };
        let low = if first.low_ns == 0 { first.high_ns as f64 / 2.0 } else { first.low_ns as f64 };
        let edges: Vec<f64> = std::iter::once(low).chain(bins.iter().map(|bin| bin.high_ns as f64)).collect();
        let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1) as f64;
        self.push_titles(&format!("total, {}", self.unit.name()), "loops");
        push(self.out, "unset logscale\nset logscale x\n");
        self.push_scale('x', &edges);
        if first.low_ns == 0 {
            push(self.out, &format!("set xtics add ('0' {})\n", self.per_unit(low)));
        }
        push(self.out, &format!("set yrange [0:{}]\nset ytics {}\n", most * 1.05, step(most, 4).max(1.0)));
        let left = "($1 > 0 ? $1 : $2 / 2)";
        push(self.out, &format!("plot $hist{} using {left}:3:{left}:2:(0):3 with boxxyerror ", self.number));
        push(self.out, "linecolor rgb '#4292c6' fillstyle solid 1.0 border rgb 'white'\n");
    }

    /// Appends the titles of the two axes.
    fn push_titles(&mut self, x: &str, y: &str) {
        let font = self.font;
        push(self.out, &format!("set xlabel '{x}' offset 0, 0.4 {font}\nset ylabel '{y}' offset 1, 0 {font}\n"));
    }

    /// Appends the range and the tics of a logarithmic axis. `edges` are the bounds in nanoseconds at which it may have
    /// tics; if there are many, only powers of ten have one. A bound below 1 ns stands for 0 and gets no tic here, but
    /// from the caller.
    fn push_scale(&mut self, axis: char, edges: &[f64]) {
        let (Some(low), Some(high)) = (edges.first(), edges.last()) else { return };
        // gnuplot may leave out a tic that lies exactly at the end of a logarithmic axis.
        let [low, high] = [self.per_unit(*low) * 0.999, self.per_unit(*high) * 1.001];
        push(self.out, &format!("set {axis}range [{low}:{high}]\n"));
        let is_ten = |ns: f64| ns == 10_f64.powf(ns.log10().round());
        let is_step = |ns: f64| ns >= 1.0 && (edges.len() <= TICS_MAX || is_ten(ns));
        let shown = edges.iter().filter(|ns| is_step(**ns));
        let tics: Vec<String> = shown.map(|ns| self.per_unit(*ns).to_string()).collect();
        push(self.out, &format!("set {axis}tics ({})\n", tics.join(", ")));
    }

    /// Returns a time in the unit of the summary.
    fn per_unit(&self, ns: f64) -> f64 {
        ns / self.unit.in_ns() as f64
    }
}

/// Returns bounds in nanoseconds for a logarithmic axis with these values: all numbers of the form 1, 2 or 5 times a
/// power of ten from the first at or below `min` to the first above `max`. A value of 0 counts as 1 ns, because a
/// logarithmic axis has no 0.
fn edges(min: Nanos, max: Nanos) -> Vec<f64> {
    let [min, max] = [min, max].map(|ns| ns.0.max(1) as f64);
    let steps = (0..=19).flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10_f64.powi(power)));
    let all: Vec<f64> = steps.collect();
    let first = all.partition_point(|edge| *edge <= min).saturating_sub(1);
    let last = all.partition_point(|edge| *edge <= max).min(all.len() - 1);
    all[first..=last].to_vec()
}

/// Returns the percentiles that get a tic on an axis of 1/(1-p) up to `most`, each as its name and its place on the
/// axis.
fn percentiles(most: f64) -> Vec<(String, f64)> {
    let nines = (1..=18).map(|count: usize| match count {
        1 => ("90".to_owned(), 10.0),
        2 => ("99".to_owned(), 100.0),
        _ => (format!("99.{}", "9".repeat(count - 2)), 10_f64.powi(count as i32)),
    });
    let all = [("0".to_owned(), 1.0), ("50".to_owned(), 2.0)].into_iter().chain(nines);
    all.take_while(|(_, at)| *at <= most.max(2.0)).collect()
}

/// Appends the commands for a picture without anything in it.
fn push_empty_picture(out: &mut Vec<u8>) {
    push(out, "unset logscale\nset border 0\nset tics scale 0\nset format ''\nset xlabel ''\nset ylabel ''\n");
    push(out, "set xtics auto\nset ytics auto\nplot [0:1][0:1] -1 notitle\n");
    push(out, "set border 3\nset tics scale 1\nset format '%g'\n");
}

/// Returns the smallest step of the form 1, 2 or 5 times a power of ten that divides a length into at most this many
/// parts.
fn step(length: f64, parts: u32) -> f64 {
    let exact = length / f64::from(parts);
    let ten = 10_f64.powf(exact.log10().floor());
    [1.0, 2.0, 5.0].map(|factor| factor * ten).into_iter().find(|step| *step >= exact).unwrap_or(10.0 * ten)
}

/// Appends text in single quotes, as gnuplot reads it. In double quotes, gnuplot would run text in backticks as a
/// command.
fn push_quoted(out: &mut Vec<u8>, text: &str) {
    let mut plain = Vec::new();
    push_plain(&mut plain, text.as_bytes());
    out.push(b'\'');
    for byte in plain {
        // A single quote inside the quotes is written twice.
        out.extend_from_slice(if byte == b'\'' { b"''" } else { std::slice::from_ref(&byte) });
    }
    out.push(b'\'');
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
