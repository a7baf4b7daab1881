//! The frame of a picture: its caption, its grid lines and its labels.
//!
//! A picture is as wide as the figure element around it, so places along the width are percentages. Places along the
//! height are pixels from the top. The style sheet leaves room for the labels left of the picture.

use super::axis::Tick;
use super::element::{element, empty, push_text, tagged};

/// The height of the labels and of the title of the axis below a picture, in pixels.
const BELOW: f64 = 38.0;

/// The largest number of characters of a picture's title that a program which reads the page aloud gets.
const LABEL_MAX: usize = 100;

/// The frame of a picture.
pub(super) struct Plot<'a> {
    /// The class of the figure in the style sheet.
    pub(super) class: &'a str,
    pub(super) title: &'a str,
    /// A sentence that says how to read the picture.
    pub(super) reading: &'a str,
    /// The height without the labels below, in pixels.
    pub(super) height: f64,
    /// The labels left of the picture, from the bottom to the top.
    pub(super) rows: &'a [Tick],
    /// The labels below the picture.
    pub(super) columns: &'a [Tick],
    /// The title of the axis below the picture.
    pub(super) axis: &'a str,
}

impl Plot<'_> {
    /// Appends the figure. `draw` appends the content of the picture, and `legend` appends the elements between the
    /// caption and the picture.
    pub(super) fn push(&self, out: &mut Vec<u8>, draw: impl FnOnce(&mut Vec<u8>), legend: impl FnOnce(&mut Vec<u8>)) {
        element(out, "figure", &[("class", self.class)], |out| {
            element(out, "figcaption", &[], |out| {
                tagged(out, "b", "", self.title);
                tagged(out, "span", "reading", self.reading);
            });
            legend(out);
            let height = pixels(self.height + BELOW);
            let label: String = self.title.chars().take(LABEL_MAX).collect();
            let attributes = [("class", "plot"), ("role", "img"), ("height", &height), ("aria-label", &label)];
            element(out, "svg", &attributes, |out| {
                self.push_rows(out);
                draw(out);
                self.push_columns(out);
            });
        });
    }

    /// Appends the labels of the vertical axis, each with a grid line.
    fn push_rows(&self, out: &mut Vec<u8>) {
        for tick in self.rows {
            let y = pixels(self.height * (1.0 - tick.at));
            empty(out, "line", &[("class", "grid"), ("x2", "100%"), ("y1", &y), ("y2", &y)]);
            let attributes = [("class", "row"), ("x", "-8"), ("y", &y), ("dy", ".34em")];
            element(out, "text", &attributes, |out| push_text(out, &tick.label));
        }
    }

    /// Appends a label for each value of the horizontal axis, with a short line above it, and the title of the axis.
    fn push_columns(&self, out: &mut Vec<u8>) {
        let [top, bottom] = [self.height, self.height + 4.0].map(pixels);
        empty(out, "line", &[("class", "base"), ("x2", "100%"), ("y1", &top), ("y2", &top)]);
        for tick in self.columns {
            let (x, y) = (percent(tick.at), pixels(self.height + 17.0));
            let class = if tick.is_minor { "base m" } else { "base" };
            empty(out, "line", &[("class", class), ("x1", &x), ("x2", &x), ("y1", &top), ("y2", &bottom)]);
            let class = if tick.is_minor { "column m" } else { "column" };
            element(out, "text", &[("class", class), ("x", &x), ("y", &y)], |out| push_text(out, &tick.label));
        }
        let attributes = [("class", "axis"), ("x", "100%"), ("y", &pixels(self.height + 34.0))];
        element(out, "text", &attributes, |out| push_text(out, self.axis));
    }
}

/// Returns a place along the width, given as a share from 0 to 1, as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", short(share * 100.0))
}

/// Returns a place along the height, given in pixels, as a text.
pub(super) fn pixels(place: f64) -> String {
    short(place)
}

/// Returns a number as a text with at most two decimals.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
