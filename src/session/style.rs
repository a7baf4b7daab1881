//! The style of summaries, and the names of inputs in them.

use crate::cli::Given;
use crate::report::Style;
use crate::source::InputName;
use crate::stats::Quantile;

/// Returns the style in which summaries are written.
pub(super) fn style(given: &Given) -> Style {
    Style {
        unit: given.unit.unwrap_or_default(),
        quantiles: given.quantiles.clone().unwrap_or_else(|| Quantile::USUAL.to_vec()),
        hist: given.hist,
        // -H leaves out the header of the rows if rows go to standard output, and the header of the summary otherwise.
        header: !(given.no_header && given.has_summary_only()),
        arguments: given.repeated_arguments(),
    }
}

/// Returns the names of inputs as the user typed them.
pub(super) fn input_names(inputs: &[InputName]) -> Vec<String> {
    inputs.iter().map(|input| String::from_utf8_lossy(input.as_typed()).into_owned()).collect()
}
