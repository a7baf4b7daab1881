//! Searches for options that contradict each other.

use super::error::UsageError;
use super::given::Given;
use super::option::Opt;
use super::options::options;

/// Checks the given options against the conflicts in the option table.
///
/// # Errors
///
/// The first conflict that applies, in the order of the table.
pub(super) fn check(given: &Given) -> Result<(), UsageError> {
    for opt in options().filter(|opt| given.options.contains(&opt.long)) {
        if let Some(conflict) = opt.conflicts.iter().find(|conflict| conflict.applies(given)) {
            return Err(UsageError::new(conflict.message(given, &shown_name(opt))));
        }
    }
    Ok(())
}

/// Returns the option in the form that a message shows. A loop may be given with `-l` or as an operand, so a message
/// about `-l` names both forms.
fn shown_name(opt: &Opt) -> String {
    let name = opt.shortest_name();
    if opt.long == "loop" { format!("{name} or a LOOP") } else { name }
}
