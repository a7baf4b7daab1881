//! A field as the user names it: what an event is told apart by (`@field`),
//! tested for (`if`) or grouped by (`--by`).

use super::name;
pub use crate::event::HeaderField as Header;
use crate::event::{Event, Value};
use std::fmt;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A field of the payload; where that lacks it and the header has one of
    /// this name (`tid`, `pid`, `cpu`, `comm`), that.
    Named(String),
    /// `$N`: a word of the payload, from 1.
    Word(usize),
    /// `trace`: the whole payload.
    Trace,
    /// `common_pid`, `CPU`, `COMM`: of the header in any case.
    Header(Header),
}

/// What statistics are kept apart by (`--by`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// A field of the closing event's header.
    Header(Header),
    /// The loop's key.
    Key,
    /// A field, of the earliest position of the loop whose event prints it.
    Field(Field),
}

impl Grouping {
    /// Every name that is not just any field's.
    pub const NAMES: &[(&str, Grouping)] = &[
        ("comm", Grouping::Header(Header::Comm)),
        ("pid", Grouping::Header(Header::Pid)),
        ("tid", Grouping::Header(Header::Tid)),
        ("cpu", Grouping::Header(Header::Cpu)),
        ("key", Grouping::Key),
    ];

    /// The grouping of such a name.
    pub fn from_name(name: &str) -> Option<Grouping> {
        Grouping::NAMES.iter().find(|(known, _)| *known == name).map(|(_, grouping)| grouping.clone())
    }
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, Grouping::NAMES.iter().find(|(_, known)| known == self)) {
            (_, Some((name, _))) => f.write_str(name),
            (Grouping::Field(field), None) => field.fmt(f),
            (_, None) => Ok(()),
        }
    }
}

/// Names that mean the header's field in any case, as the kernel's filters have them.
const HEADER_NAMES: [(&str, Header); 3] = [("common_pid", Header::Tid), ("CPU", Header::Cpu), ("COMM", Header::Comm)];

impl Field {
    /// The field of a name; `trace` and the header's names are special.
    pub fn named(name: &str) -> Field {
        match HEADER_NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, header)) => Field::Header(*header),
            None if name == "trace" => Field::Trace,
            None => Field::Named(name.to_owned()),
        }
    }

    /// Its value in an event, where that has it.
    pub fn read<'e>(&self, event: &Event<'e>) -> Option<Value<'e>> {
        match self {
            Field::Named(name) => event
                .payload
                .field(name.as_bytes())
                .or_else(|| returned(event, name))
                .map(Value::Text)
                .or_else(|| event.header_field(Header::from_name(name)?)),
            Field::Word(number) => event.payload.word(*number).map(Value::Text),
            Field::Trace => Some(Value::Text(event.payload.bytes.trim_ascii())),
            Field::Header(header) => event.header_field(*header),
        }
    }

    /// Whether it is a text in any case, which has no order.
    pub fn is_text(&self) -> bool {
        match self {
            Field::Named(name) => name == "comm",
            Field::Trace | Field::Header(Header::Comm) => true,
            Field::Word(_) | Field::Header(_) => false,
        }
    }

    /// Whether it is a number in any case.
    pub fn is_number(&self) -> bool {
        matches!(self, Field::Header(Header::Tid | Header::Pid | Header::Cpu))
    }
}

/// `ret` of a system call, whose exit prints nothing else.
///
/// ```text
/// syscalls:sys_exit_pread64: 0x310
/// ```
fn returned<'e>(event: &Event<'e>, name: &str) -> Option<&'e [u8]> {
    let is_exit = || name::bare(event.name).starts_with(b"sys_exit_");
    if name == "ret" && is_exit() { event.payload.result() } else { None }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Named(name) => f.write_str(name),
            Field::Word(number) => write!(f, "${number}"),
            Field::Trace => f.write_str("trace"),
            Field::Header(header) => {
                let name = HEADER_NAMES.iter().find(|(_, known)| known == header).map_or("pid", |(name, _)| *name);
                f.write_str(name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Line, read};

    fn shown(line: &str, name: &str) -> String {
        let Line::Event(event) = read(line.as_bytes()) else { panic!("no event: {line}") };
        let mut out = Vec::new();
        match Field::named(name).read(&event) {
            Some(value) => value.with_shown(|text| out.extend_from_slice(text)),
            None => out.push(b'-'),
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_payload_goes_before_the_header() {
        let wakeup = "  a b 7/9 [003]  1.000001: sched:sched_wakeup: comm=c d pid=5 prio=120";
        for (name, expected) in [
            ("comm", "c d"),
            ("pid", "5"),
            ("tid", "9"),
            ("cpu", "3"),
            ("COMM", "a b"),
            ("CPU", "3"),
            ("common_pid", "9"),
            ("trace", "comm=c d pid=5 prio=120"),
            ("ret", "-"),
            ("oom", "-"),
        ] {
            assert_eq!(shown(wakeup, name), expected, "{name}");
        }
    }

    #[test]
    fn what_a_call_returned() {
        assert_eq!(shown("  a 9 [003]  1.000001: syscalls:sys_exit_read: 0x310", "ret"), "0x310");
        assert_eq!(shown("  a 9 [003]  1.000001: kvm:kvm_pio: 0x310", "ret"), "-");
    }
}
