//! Writes `delta_figure.gp`, a gnuplot script that draws maximum, mean and minimum of every transition.

use crate::report::Summary;
use crate::text::{Unit, push_float, push_span};

/// Appends the script. The script contains the values. When gnuplot runs it, it writes `delta_figure.svg` into the
/// directory in which gnuplot was started.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    let unit = Unit::Micros;
    out.extend_from_slice(b"# Draw it: gnuplot delta_figure.gp\n$deltas << END\n");
    let mut drawn = 0;
    for of_loop in &summary.loops {
        let named = summary.loops.len() > 1;
        for (name, transition) in of_loop.transitions() {
            let (Some(max), Some(mean_ns), Some(min)) = (transition.max(), transition.mean_ns(), transition.min())
            else {
                continue;
            };
            let prefix = if named { format!("{}: ", of_loop.spec.name) } else { String::new() };
            out.extend_from_slice(format!("\"{prefix}{name}\" ").as_bytes());
            push_span(out, max, unit);
            out.push(b' ');
            push_float(out, mean_ns / unit.in_ns() as f64);
            out.push(b' ');
            push_span(out, min, unit);
            out.push(b'\n');
            drawn += 1;
        }
    }
    out.extend_from_slice(b"END\n");
    let height = HEIGHT_AROUND + HEIGHT_OF_ONE * drawn;
    out.extend_from_slice(format!("set terminal svg size 1000,{height} dynamic background rgb 'white'\n").as_bytes());
    out.extend_from_slice(SETTINGS);
    if drawn == 0 {
        out.extend_from_slice(NOTHING);
    } else {
        // The first transition is drawn at the top. The axis is half a line longer at both ends.
        out.extend_from_slice(format!("set yrange [{}.5:-0.5]\n", drawn - 1).as_bytes());
        out.extend_from_slice(PLOT);
    }
}

/// The height in pixels of the title, the axis and the legend together, and that of one transition.
const HEIGHT_AROUND: usize = 160;
const HEIGHT_OF_ONE: usize = 40;

const SETTINGS: &[u8] = b"set output 'delta_figure.svg'
set title 'Time from event to event'
set xlabel 'us'
set grid xtics
";

/// The gnuplot commands that draw the values. Each transition has a line of its own, because the names are long. The
/// scale is logarithmic, so the point of a delta of 0 is left out.
const PLOT: &[u8] = b"set logscale x
set ytics noenhanced
set key outside bottom center horizontal
shown(x) = x > 0 ? x : NaN
plot $deltas using (shown($2)):0:ytic(1) with points pointtype 7 title 'max', \\
     $deltas using (shown($3)):0:ytic(1) with points pointtype 5 title 'mean', \\
     $deltas using (shown($4)):0:ytic(1) with points pointtype 9 title 'min'
";

const NOTHING: &[u8] = b"set label 'no loop closed' at graph 0.5, 0.5 center
plot [0:1] [0:1] NaN notitle
";
