//! Reads the arguments into a [`Given`].

use super::error::UsageError;
use super::given::{Given, Repeated};
use super::option::{Kind, Opt};
use super::options::options;
use super::values::{self, Mistake};
use crate::pattern::Notation;
use crate::source::InputName;
use crate::text::nearest;
use lexopt::{Arg, Parser};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// The options that are not repeated in the commands that the program proposes to the user, for example with
/// `--discover`: those that choose the loops or the form of the output.
const NOT_REPEATED: [&str; 9] =
    ["loop", "key", "pairs", "discover", "format", "no-header", "summary", "summary-format", "quiet"];

/// Reads the arguments behind the name of the program. It stops behind the first option that asks for a page, such as
/// `--help`.
///
/// # Errors
///
/// The first argument that is not understood.
pub(super) fn read(args: Vec<OsString>) -> Result<Given, UsageError> {
    let mut given = Given::default();
    let mut parser = Parser::from_args(&args);
    while let Some(arg) = parser.next().map_err(unexpected)? {
        let (name, opt) = match arg {
            Arg::Short(short) => (format!("-{short}"), options().find(|opt| opt.short == Some(short))),
            Arg::Long(long) => (format!("--{long}"), options().find(|opt| opt.long == long)),
            Arg::Value(operand) => {
                take_operand(&mut given, &operand)?;
                continue;
            }
        };
        let opt = opt.ok_or_else(|| unknown_option(&name))?;
        take_option(&mut given, opt, &name, &mut parser)?;
        if given.page.is_some() {
            break;
        }
    }
    Ok(given)
}

/// Stores an option, with its value if it takes one.
fn take_option(given: &mut Given, opt: &Opt, name: &str, parser: &mut Parser) -> Result<(), UsageError> {
    given.note(opt.long);
    let is_repeated = !NOT_REPEATED.contains(&opt.long);
    match &opt.kind {
        Kind::Switch(set) => {
            set(given);
            given.repeated.extend(is_repeated.then(|| Repeated { argument: name.into(), input: None }));
            // Only a long option can be given a value that it does not take. Behind an option of one letter that takes
            // no value, the rest of the argument is further options of one letter: `-qs`.
            if let Some(value) = name.starts_with("--").then(|| parser.optional_value()).flatten() {
                return Err(UsageError::new(format!("{name} takes no value, but was given {}", quoted(&value))));
            }
        }
        Kind::Value { metavar, set, .. } => {
            let value = parser.value().map_err(|_| UsageError::new(format!("{name}: expected a value, {metavar}")))?;
            set(given, &value).map_err(|mistake| wrong_value(mistake, &format!("{name} {}", quoted(&value))))?;
            if is_repeated {
                let input = (opt.long == "input").then(|| values::read_input(&value));
                repeat(given, [name.into(), value], input.as_ref());
            }
        }
    }
    Ok(())
}

/// Stores an operand. An operand with an arrow in it is a loop; any other one is an input.
fn take_operand(given: &mut Given, operand: &OsStr) -> Result<(), UsageError> {
    if !operand.to_string_lossy().contains("->") {
        let input = values::read_input(operand);
        // In a proposed command, a name that begins with a dash would be taken for an option, so `-i` is put in front
        // of it.
        let is_dashed = operand.as_bytes().starts_with(b"-") && operand != "-";
        let dash = is_dashed.then(|| "-i".into());
        repeat(given, dash.into_iter().chain([operand.to_owned()]), Some(&input));
        given.inputs.push(input);
        return Ok(());
    }
    given.note("loop");
    let parsed = values::read_loop(operand, Notation::Arrows);
    given.loops.push(parsed.map_err(|mistake| wrong_value(mistake, &quoted(operand)))?);
    Ok(())
}

/// Adds arguments to those that each proposed command repeats. `input` is the input that they name, if they name one.
fn repeat(given: &mut Given, arguments: impl IntoIterator<Item = OsString>, input: Option<&InputName>) {
    let repeated = |argument| Repeated { argument, input: input.cloned() };
    given.repeated.extend(arguments.into_iter().map(repeated));
}

/// Returns the error about a value that is not understood. `shown` is the option with the value, or the operand.
fn wrong_value(mistake: Mistake, shown: &str) -> UsageError {
    UsageError { message: format!("{shown}: {}", mistake.expected), pointer: mistake.pointer }
}

/// Returns an argument in quotes. Control characters in it are escaped, and quotes are not.
fn quoted(text: &OsStr) -> String {
    format!("'{}'", text.to_string_lossy().escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""))
}

/// Returns the error about an argument that the crate lexopt does not accept.
fn unexpected(error: lexopt::Error) -> UsageError {
    match error {
        lexopt::Error::UnexpectedValue { option, value } => {
            UsageError::new(format!("{option} takes no value, but was given {}", quoted(&value)))
        }
        other => UsageError::new(other.to_string()),
    }
}

/// Returns the error about an option that is not in the table. It names the option with the most similar name.
fn unknown_option(name: &str) -> UsageError {
    if name == "->" {
        return UsageError::new("'->' stands alone; quote the loop: 'A -> B'");
    }
    let known: Vec<String> = options().map(|opt| format!("--{}", opt.long)).collect();
    let near = nearest(name, known.iter().map(String::as_str));
    // A name that begins with the given text is taken first, even if another name differs in fewer letters: `--summ`
    // means `--summary`.
    let completed = near.iter().find(|known| known.starts_with(name));
    match completed.or(near.first()) {
        Some(near) => UsageError::new(format!("unknown option '{name}'; did you mean '{near}'?")),
        None => UsageError::new(format!("unknown option '{name}'; --help lists the options")),
    }
}
