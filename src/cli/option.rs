//! The types of the option table.

use super::given::Given;
use super::values::Mistake;
use std::ffi::OsStr;

/// A heading of `--help`, and the options below it.
pub struct Category {
    /// The heading.
    pub title: &'static str,
    /// The options, in the order in which pages show them.
    pub options: &'static [Opt],
}

/// An option: its names, its value, its text in the pages, and its conflicts.
pub struct Opt {
    /// The letter of the short name, as in `-x`.
    pub short: Option<char>,
    /// The long name, without the two dashes.
    pub long: &'static str,
    /// Says whether the option takes a value, and has the function that stores the option.
    pub kind: Kind,
    /// One line for `--help`, the man page and the completions. It must not name values or a default, because the pages
    /// take those from `kind`.
    pub help: &'static str,
    /// Further sentences for the man page.
    pub more: &'static str,
    /// The combinations in which the option would have no effect. The first one that applies becomes the error.
    pub conflicts: &'static [Conflict],
}

/// A kind of option.
pub enum Kind {
    /// The option takes no value. The function notes that the option was given.
    Switch(fn(&mut Given)),
    /// The option takes a value.
    Value {
        /// The name that the pages give to the value, such as `FILE`.
        metavar: &'static str,
        /// The values that a shell can offer in completion.
        complete: Complete,
        /// The value that is used if the option is not given. It is `None` if there is no such value, or if one word
        /// cannot express it.
        default: Option<&'static str>,
        /// Reads and stores the value, or returns what was expected.
        set: fn(&mut Given, &OsStr) -> Result<(), Mistake>,
    },
}

/// The values that a shell can offer in completion.
pub enum Complete {
    /// A shell cannot guess the value.
    Nothing,
    /// The value is a file or a directory.
    Files,
    /// The value is one of these, which `--help` lists. An option may accept others that are less usual, as `-t` does.
    Names(&'static [ValueName]),
    /// The value is one of these, or something else, or several with commas. `--help` does not list them.
    SomeNames(&'static [ValueName]),
}

/// A value that has a name, with its meaning.
pub struct ValueName {
    /// The value as it is typed.
    pub name: &'static str,
    /// The meaning in one line, for the man page and the completions. It must not contain quotes or colons, because the
    /// completion scripts put it between such signs.
    pub meaning: &'static str,
}

/// Creates a named value. The name of this function is short because the tables call it on every line.
pub(super) const fn value(name: &'static str, meaning: &'static str) -> ValueName {
    ValueName { name, meaning }
}

/// A combination of options in which the user would not get what the options ask for.
pub enum Conflict {
    /// The option has no effect together with another one.
    With {
        /// The other option in the form in which it is typed: `-q`, or `-m events`.
        other: &'static str,
        /// Returns whether the other option was given.
        is_given: fn(&Given) -> bool,
        /// The last clause of the message. The clause begins with "which".
        reason: &'static str,
    },
    /// The option has no effect without another one.
    Without {
        /// The other option in the form in which it is typed: `-o DIR`.
        other: &'static str,
        /// Returns whether the other option is missing.
        is_missing: fn(&Given) -> bool,
        /// The whole message.
        message: &'static str,
    },
    /// The option, or its value, does not go together with the rest of the command line.
    Value {
        /// Returns whether the command line has this conflict.
        applies: fn(&Given) -> bool,
        /// Returns the whole message. The second argument is the option as the message shows it.
        message: fn(&Given, &str) -> String,
    },
}

impl Conflict {
    /// The conflict with `--pairs`, for an option that chooses loops.
    pub(super) const PAIRS: Conflict =
        Conflict::With { other: "--pairs", is_given: |given| given.pairs, reason: "which finds its own loops" };

    /// The conflict with `--discover`, for an option that chooses loops, or that shapes the rows or the summary.
    pub(super) const DISCOVER: Conflict =
        Conflict::With { other: "--discover", is_given: |given| given.discover, reason: "which finds its own loops" };

    /// Returns whether the conflict applies. The option that has this conflict must be on the command line.
    pub(super) fn applies(&self, given: &Given) -> bool {
        match self {
            Conflict::With { is_given, .. } => is_given(given),
            Conflict::Without { is_missing, .. } => is_missing(given),
            Conflict::Value { applies, .. } => applies(given),
        }
    }

    /// Returns the message, for the option that is shown as `name`. The command line must have the conflict.
    pub(super) fn message(&self, given: &Given, name: &str) -> String {
        match self {
            Conflict::With { other, reason, .. } => format!("{name} has no effect with {other}, {reason}"),
            Conflict::Without { message, .. } => (*message).to_owned(),
            Conflict::Value { message, .. } => message(given, name),
        }
    }
}

impl Opt {
    /// Returns the name of the value, if the option takes one.
    pub fn metavar(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Switch(_) => None,
            Kind::Value { metavar, .. } => Some(metavar),
        }
    }

    /// Returns the values that a shell can offer, if the option takes a value.
    pub fn complete(&self) -> Option<&Complete> {
        match &self.kind {
            Kind::Switch(_) => None,
            Kind::Value { complete, .. } => Some(complete),
        }
    }

    /// Returns the named values; the list is empty if the option has none.
    pub fn value_names(&self) -> &'static [ValueName] {
        match self.complete() {
            Some(Complete::Names(names) | Complete::SomeNames(names)) => names,
            _ => &[],
        }
    }

    /// Returns the value that is used if the option is not given. Returns `None` if there is no such value, or if one
    /// word cannot express it.
    pub fn default(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Switch(_) => None,
            Kind::Value { default, .. } => default,
        }
    }

    /// Returns the names `-x` and `--long`, or only `--long`.
    pub fn names(&self) -> Vec<String> {
        let short = self.short.map(|short| format!("-{short}"));
        short.into_iter().chain([format!("--{}", self.long)]).collect()
    }

    /// Returns `-x`, or `--long` if the option has no letter.
    pub fn shortest_name(&self) -> String {
        self.short.map_or_else(|| format!("--{}", self.long), |short| format!("-{short}"))
    }
}
