//! Field references, which `-b` and `--show` take: each names a value of a closed loop.

use super::field::{Field, Header};
use super::spec::Loop;
use std::fmt;

/// A reference to a value of a closed loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldReference {
    /// The reference as the user wrote it.
    pub text: String,
    /// The value that it stands for.
    pub target: Target,
}

/// The value that a field reference stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `comm`, `TID`: a header field of the event that closes the loop. A field of this name in the payload does not
    /// count.
    Closing(Header),
    /// `key`: the key of the loop.
    Key,
    /// `input`: the input, as the user named it.
    Input,
    /// `start`: the time of the event at the first position.
    Start,
    /// `fd`: this field, taken from the first event that has it, in the order of the positions.
    Earliest(Field),
    /// `fd@2`: a field of the event at this position, counted from 0.
    At(Field, usize),
}

/// The names that have a meaning of their own if no `@N` follows them. All other names stand for fields of the events.
/// `start` has a meaning of its own only in `--show`; in `-b` it is the name of a field.
const NAMES: [(&str, Target); 12] = [
    ("comm", Target::Closing(Header::Comm)),
    ("pid", Target::Closing(Header::Pid)),
    ("tid", Target::Closing(Header::Tid)),
    ("cpu", Target::Closing(Header::Cpu)),
    ("COMM", Target::Closing(Header::Comm)),
    ("PID", Target::Closing(Header::Pid)),
    ("TID", Target::Closing(Header::Tid)),
    ("CPU", Target::Closing(Header::Cpu)),
    ("common_pid", Target::Closing(Header::Tid)),
    ("key", Target::Key),
    ("input", Target::Input),
    ("start", Target::Start),
];

impl Target {
    /// Returns the value that a name without `@N` stands for. `has_start` is true in `--show`, where `start` is a time.
    pub(super) fn named(name: &str, has_start: bool) -> Target {
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, target)| target.clone());
        match known {
            Some(Target::Start) if !has_start => Target::Earliest(Field::named(name)),
            Some(target) => target,
            None => Target::Earliest(Field::named(name)),
        }
    }

    /// Returns the field of the event at a position, counted from 0, for a name with `@N`. A name in capitals (`TID`)
    /// always means the field of the header.
    pub(super) fn named_at(name: &str, position: usize) -> Target {
        let header = match name {
            "COMM" => Some(Header::Comm),
            "PID" => Some(Header::Pid),
            "TID" => Some(Header::Tid),
            "CPU" => Some(Header::Cpu),
            _ => None,
        };
        Target::At(header.map_or_else(|| Field::named(name), Field::Header), position)
    }

    /// Returns the field that must be read from the events of the loop when they come. Returns `None` for the values
    /// that are known when the loop closes, so that nothing must be read before.
    pub fn field(&self) -> Option<&Field> {
        match self {
            Target::Earliest(field) | Target::At(field, _) => Some(field),
            Target::Closing(_) | Target::Key | Target::Input | Target::Start => None,
        }
    }
}

/// A list of field references, none of them twice. It prints the references as the user wrote them, joined by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldReferences(Vec<FieldReference>);

impl FieldReferences {
    /// Returns the names that have a meaning of their own if no `@N` follows them, in the order in which the help lists
    /// them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Adds references. One that is in the list already is not added again.
    pub fn extend(&mut self, references: Vec<FieldReference>) {
        for reference in references {
            if !self.0.iter().any(|known| known.text == reference.text) {
                self.0.push(reference);
            }
        }
    }

    /// Removes all references.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns whether there are no references.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the references in order.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldReference> {
        self.0.iter()
    }

    /// Returns the first reference to a position that none of the loops has, and the number of positions of the longest
    /// loop. `has_pairs` is true if `--pairs` may find further loops, which have two positions each.
    pub fn beyond<'s>(&'s self, loops: &[Loop], has_pairs: bool) -> Option<(&'s FieldReference, usize)> {
        let pair = if has_pairs { 2 } else { 0 };
        let longest = loops.iter().map(|spec| spec.positions.len()).chain([pair]).max().unwrap_or(0);
        let is_beyond = |reference: &&FieldReference| matches!(reference.target, Target::At(_, at) if at >= longest);
        self.0.iter().find(is_beyond).map(|reference| (reference, longest))
    }
}

impl fmt::Display for FieldReferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, reference) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "," })?;
            f.write_str(&reference.text)?;
        }
        Ok(())
    }
}
