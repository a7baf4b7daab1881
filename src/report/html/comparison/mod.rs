//! Writes a comparison with a baseline (`--baseline`) as a page for browsers.
//!
//! On the page, the side before has hollow bars and dashed lines, and the side after has filled bars and solid lines. So
//! the pictures can be read without colours.
//!
//! | file               | content                                                                  |
//! |--------------------|--------------------------------------------------------------------------|
//! | `page.rs`          | [`write`]: the parts of the page in their order                          |
//! | `comparison.css`   | the styles that only this page has                                       |
//! | `limits.rs`        | how much of each part is shown, so that the page stays small             |
//! | `verdict.rs`       | the verdict in a word and a sentence, and the numbers that matter        |
//! | `overview.rs`      | a table of several loops or pairs: their verdicts, numbers and ratios    |
//! | `ratio_table.rs`   | the statistics of a loop before and after, with their ratios             |
//! | `ratio_axis.rs`    | the axis of ratios around 1, and a ratio's interval as a line on it      |
//! | `distributions.rs` | the histograms and the percentile curves of both sides in one picture    |
//! | `labels.rs`        | the names of the two sides in a picture                                  |

mod distributions;
mod labels;
mod limits;
mod overview;
mod page;
mod ratio_axis;
mod ratio_table;
mod verdict;

pub(in crate::report) use page::write;
