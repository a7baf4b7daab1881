//! Writes the summary as a page for browsers: one file with pictures, tables and the analyses of slow loops.
//!
//! The page has no script, and it loads nothing. Its pictures are SVG. A picture is as wide as the window allows, but
//! its texts keep their size, because places along the width are percentages and heights are pixels.
//!
//! | file             | content                                                                |
//! |------------------|------------------------------------------------------------------------|
//! | `page.rs`        | [`write`]: the parts of the page in their order                        |
//! | `frame.rs`       | the document around the parts, and its size                            |
//! | `style.css`      | the style sheet, for light and dark screens and for print              |
//! | `element.rs`     | writes elements and escapes texts                                      |
//! | `budget.rs`      | how much of each part is shown, so that the page stays small            |
//! | `headline.rs`    | what was measured: a headline for each loop, and an overview of several |
//! | `human.rs`       | times as people say them, such as 12.4 µs                               |
//! | `axis.rs`        | axes: places of values, and the values that have a label               |
//! | `plot.rs`        | the frame of a picture: caption, grid lines and labels                 |
//! | `heat_map.rs`    | the closed loops by time and total                                     |
//! | `percentiles.rs` | the percentile curves                                                  |
//! | `histogram.rs`   | the histograms                                                         |
//! | `tables.rs`      | the statistics of transitions, groups and pairs                        |
//! | `explain.rs`     | what is different in the slow loops                                    |
//! | `states.rs`      | what the threads did                                                   |
//! | `slowest.rs`     | the slowest loops with their lines                                     |
//! | `unfinished.rs`  | the loops that have not closed                                         |
//! | `comparison/`    | the comparison with a baseline, which has a page of its own             |
//! | `input.rs`       | the events and the counts of the input                                 |

mod axis;
mod budget;
mod comparison;
mod element;
mod explain;
mod frame;
mod headline;
mod heat_map;
mod histogram;
mod human;
mod input;
mod page;
mod percentiles;
mod plot;
mod slowest;
mod states;
mod tables;
mod unfinished;

pub(super) use comparison::write as write_comparison;
pub(super) use page::write;
