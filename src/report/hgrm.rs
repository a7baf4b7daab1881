//! Writes the percentile distribution of each transition in the text form of HdrHistogram, which the plotters of that
//! project read. Java's `Histogram.outputPercentileDistribution` prints the same bytes for the same histogram.
//!
//! ```text
//!        Value     Percentile TotalCount 1/(1-Percentile)
//!
//!        3.000 0.000000000000          1           1.00
//!        5.000 0.500000000000          4           2.00
//!       26.000 1.000000000000          7
//! #[Mean    =        7.429, StdDeviation   =        7.669]
//! #[Max     =       26.000, Total count    =            7]
//! #[Buckets =            1, SubBuckets     =         2048]
//! ```

use super::style::Style;
use super::summary::Summary;
use crate::text::fixed;
use hdrhistogram::Histogram;

/// The number of lines for each half of the distance to 100 %: five from 0 % to 50 %, five from 50 % to 75 %, and so
/// on. Five lines are the default of HdrHistogram in Java.
const TICKS_PER_HALF: f64 = 5.0;
/// The number of decimals of values. Java prints as many as the histogram has significant digits.
const DECIMALS: usize = 3;
/// The number of bins in the first bucket of a histogram with 3 significant digits. Each further bucket has half as many.
const SUB_BUCKETS: u32 = 2048;

/// Appends the distribution of each transition of each loop, under a line `#[LOOP TRANSITION]`. The distribution of the
/// total is the last one of its loop.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    for loop_summary in &summary.loops {
        for named in loop_summary.named_transitions(loop_summary.deltas) {
            out.extend_from_slice(format!("#[{} {}]\n", loop_summary.spec.name, named.for_people()).as_bytes());
            let (histogram, resolution) = named.transition.histogram();
            let ratio = style.unit.in_ns() as f64 / resolution.step_ns() as f64;
            push_distribution(out, &histogram, ratio);
        }
    }
}

/// Appends the distribution of a histogram. All values, which are in clock steps, are divided by `ratio` to get the
/// unit of the summary.
fn push_distribution(out: &mut Vec<u8>, histogram: &Histogram<u64>, ratio: f64) {
    out.extend_from_slice(b"       Value     Percentile TotalCount 1/(1-Percentile)\n\n");
    let total = histogram.len();
    let mut counted = 0;
    let mut percentile = 0.0;
    for bin in histogram.iter_recorded() {
        let value = bin.value_iterated_to() as f64 / ratio;
        counted += bin.count_at_value();
        while 100.0 * counted as f64 / total as f64 >= percentile {
            push_line(out, value, percentile / 100.0, counted);
            out.extend_from_slice(format!(" {:>14}\n", fixed(1.0 / (1.0 - percentile / 100.0), 2)).as_bytes());
            percentile += step_behind(percentile);
            // Behind the last bin, Java goes to 100 % at once.
            if counted == total {
                push_line(out, value, 1.0, counted);
                out.push(b'\n');
                break;
            }
        }
    }
    push_footer(out, histogram, ratio);
}

/// Returns the distance from a percentile to the next one that is printed. Each half of the distance to 100 % has
/// [`TICKS_PER_HALF`] steps. All operations are those of Java, in the same order, so that the result is the same to the
/// last bit.
fn step_behind(percentile: f64) -> f64 {
    let halves = ((100.0 / (100.0 - percentile)).ln() / 2.0_f64.ln()).trunc() + 1.0;
    100.0 / (TICKS_PER_HALF * 2.0_f64.powf(halves))
}

/// Appends the first three columns. The fourth one is left out in the last line, where it would be infinite.
fn push_line(out: &mut Vec<u8>, value: f64, quantile: f64, counted: u64) {
    let line = format!("{:>12} {} {counted:>10}", fixed(value, DECIMALS), fixed(quantile, 12));
    out.extend_from_slice(line.as_bytes());
}

/// Appends the lines below the distribution.
///
/// Mean and standard deviation (divided by n) are those of the bins, with every value in the middle of its bin, as Java
/// calculates them. They differ a little from the mean and the deviation in other formats of this program, which are
/// computed from the exact deltas.
fn push_footer(out: &mut Vec<u8>, histogram: &Histogram<u64>, ratio: f64) {
    let bins = || {
        let middle = |value: u64| histogram.median_equivalent(value) as f64;
        histogram.iter_recorded().map(move |bin| (middle(bin.value_iterated_to()), bin.count_at_value() as f64))
    };
    let count = histogram.len().max(1) as f64;
    let mean = bins().fold(0.0, |sum, (value, times)| sum + value * times) / count;
    let squares = bins().fold(0.0, |sum, (value, times)| sum + (value - mean) * (value - mean) * times);
    let deviation = (squares / count).sqrt();
    let shown = |value: f64| format!("{:>12}", fixed(value / ratio, DECIMALS));
    let lines = [
        format!("#[Mean    = {}, StdDeviation   = {}]\n", shown(mean), shown(deviation)),
        format!("#[Max     = {}, Total count    = {:>12}]\n", shown(histogram.max() as f64), histogram.len()),
        format!("#[Buckets = {:>12}, SubBuckets     = {:>12}]\n", histogram.buckets(), SUB_BUCKETS),
    ];
    lines.iter().for_each(|line| out.extend_from_slice(line.as_bytes()));
}
