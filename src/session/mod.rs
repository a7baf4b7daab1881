//! A run of the program: opens the inputs one after another, reads them with the engine, answers signals, and ends the
//! outputs.
//!
//! | file          | content                                                        |
//! |---------------|----------------------------------------------------------------|
//! | `run.rs`      | the run from the parsed command line to the exit status        |
//! | `state.rs`    | the state of a run, and its results so far                    |
//! | `input.rs`    | reading one input, waiting for it, answering signals meanwhile |
//! | `baseline.rs` | reads the recordings of `--baseline`                           |
//! | `ending.rs`   | the end of a run: the outputs, the notes, the exit status      |
//! | `outputs.rs`  | creates the sinks that the command line asks for               |
//! | `task.rs`     | the task that the command line asks for                        |
//! | `conf.rs`     | the loops of a `delta_processor.conf`                          |
//! | `operands.rs` | guesses the loop that the user meant by an operand that is no file |
//! | `notes.rs`    | the notes about the input at the end of a run                  |
//! | `messages.rs` | everything that goes to standard error                         |
//! | `streams.rs`  | standard output and standard error                             |

mod baseline;
mod conf;
mod ending;
mod input;
mod messages;
mod notes;
mod operands;
mod outputs;
mod progress;
mod run;
mod state;
mod status;
mod stop;
mod streams;
mod style;
mod task;

pub use messages::Messages;
pub use run::{print, run, usage_error};
pub use status::Status;
pub use streams::StandardError;
