//! The search for options that contradict each other.

use super::error::UsageError;
use super::given::Given;
use super::option::Opt;
use super::options::options;

/// Checks the options that were given against the conflicts of the option table.
///
/// # Errors
///
/// Returns the first conflict, in the order of the table.
pub(super) fn check(given: &Given) -> Result<(), UsageError> {
    for opt in options().filter(|opt| given.options.contains(&opt.long)) {
        if let Some(conflict) = opt.conflicts.iter().find(|conflict| conflict.applies(given)) {
            return Err(UsageError::new(conflict.message(given, &shown_name(opt))));
        }
    }
    Ok(())
}

/// Returns the option as a message names it. A loop can be an operand as well.
fn shown_name(opt: &Opt) -> String {
    let name = opt.shortest_name();
    if opt.long == "loop" { format!("{name} or a LOOP") } else { name }
}
