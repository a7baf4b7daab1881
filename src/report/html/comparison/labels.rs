//! Labels in a picture with the names of the two sides of a comparison. Each stands near the bars or the curve of its
//! side.

use crate::report::html::element::{element, push_text};
use crate::report::html::plot::{percent, pixels};

/// The names of the sides, which are also the classes of their colours in the style sheet.
pub(super) const SIDES: [&str; 2] = ["before", "after"];
/// The smallest vertical distance between the baselines of two labels that are near each other, in pixels. The baseline
/// is the line on which letters stand.
const LINE: f64 = 16.0;
/// Two labels are near each other if their distance along the width is less than this share of the width.
const NEAR: f64 = 0.25;

/// A label in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Label {
    pub(super) name: &'static str,
    /// The share of the width at which the label stands.
    pub(super) x: f64,
    /// The baseline of the label, in pixels from the top.
    pub(super) y: f64,
    /// The end of the label that stands at `x`: `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    /// The number of pixels by which the label is moved to the right of `x`; empty for none.
    pub(super) shift: &'static str,
}

/// Appends labels. If there are two and they would cover each other, the upper one is moved up.
pub(super) fn push(out: &mut Vec<u8>, mut labels: Vec<Label>) {
    if let [one, other] = labels.as_mut_slice() {
        separate(one, other);
    }
    for Label { name, x, y, anchor, shift } in labels {
        let (x, y) = (percent(x), pixels(y));
        let class = format!("label {name}");
        let attributes = [("class", &*class), ("x", &*x), ("y", &*y), ("dx", shift), ("text-anchor", anchor)];
        element(out, "text", &attributes, |out| push_text(out, name));
    }
}

fn separate(one: &mut Label, other: &mut Label) {
    let (upper, lower) = if one.y <= other.y { (one, other) } else { (other, one) };
    if (upper.x - lower.x).abs() < NEAR && lower.y - upper.y < LINE {
        upper.y = lower.y - LINE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_cover_each_other() {
        let label = |x: f64, y: f64| Label { name: "before", x, y, anchor: "start", shift: "" };
        let moved = |mut one: Label, mut other: Label| {
            separate(&mut one, &mut other);
            (one.y, other.y)
        };
        assert_eq!(moved(label(0.5, 40.0), label(0.6, 40.0)), (24.0, 40.0));
        assert_eq!(moved(label(0.5, 45.0), label(0.6, 40.0)), (45.0, 29.0));
        assert_eq!(moved(label(0.1, 40.0), label(0.6, 40.0)), (40.0, 40.0));
        assert_eq!(moved(label(0.5, 40.0), label(0.5, 60.0)), (40.0, 60.0));
    }
}
