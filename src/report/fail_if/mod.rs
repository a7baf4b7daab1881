//! Conditions on the statistics of a run, under which the program ends with status 3 (`--fail-if`).
//!
//! ```text
//! fsync.p99 > 5ms                      the p99 of the total of the loop `fsync`
//! delta:B__A.max >= 1s                 the maximum of a transition, as JSON names it, of any loop
//! A -> B.max >= 1s                     the same transition, as the table names it
//! count < 1000                         the number of closed loops, of any loop
//! p99 > +5%                            the p99 grew by more than 5 % since the baseline
//! ```

mod change;
mod check;
mod condition;
mod target;

pub use change::Checked;
pub use condition::FailCondition;
