//! Fields of events, in the forms in which the user names them: for a key (`@field`), in a condition (`if`), or in a
//! field reference (`-b`, `--show`).

use super::name::bare;
pub use crate::event::HeaderField as Header;
use crate::event::{Event, FieldName, Value};
use std::fmt;

/// Says where the value of a field stands in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The field of the payload with this name. If the payload does not have it, this is the field of the header with
    /// the same name (`tid`, `pid`, `cpu`, `comm`, `machine`), or for `ret` the result of a system call, which some
    /// tracers print without a name.
    Named(FieldName),
    /// `$N`: the N-th word of the payload, counted from 1. Blanks separate words.
    Word(usize),
    /// `trace`: the whole payload.
    Trace,
    /// `common_pid`, `CPU`, `COMM`: a field of the header, even if the payload has one with a similar name.
    Header(Header),
}

/// The names that always mean a field of the header. The kernel's event filters have the same names.
const HEADER_NAMES: [(&str, Header); 3] = [("common_pid", Header::Tid), ("CPU", Header::Cpu), ("COMM", Header::Comm)];

impl Field {
    /// Returns the field with this name. The names `trace`, `common_pid`, `CPU` and `COMM` do not mean fields of the
    /// payload.
    pub fn named(name: &str) -> Field {
        match HEADER_NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, header)) => Field::Header(*header),
            None if name == "trace" => Field::Trace,
            None => Field::Named(FieldName::new(name)),
        }
    }

    /// Returns the value of the field in an event; `None` if the event does not have the field.
    pub fn read<'e>(&self, event: &Event<'e>) -> Option<Value<'e>> {
        match self {
            Field::Named(name) => event
                .payload
                .field(name)
                .or_else(|| returned(event, name.text()))
                .map(Value::Text)
                .or_else(|| of_header(event, name.text())),
            Field::Word(number) => event.payload.word(*number).map(Value::Text),
            Field::Trace => Some(Value::Text(event.payload.bytes.trim_ascii())),
            Field::Header(header) => event.header_field(*header),
        }
    }

    /// Returns whether the field is text in every event. In a condition, only `==`, `!=` and `~` compare such a field.
    pub fn is_text(&self) -> bool {
        match self {
            Field::Named(name) => name.text() == "comm",
            Field::Trace | Field::Header(Header::Comm) => true,
            Field::Word(_) | Field::Header(_) => false,
        }
    }

    /// Returns whether the field is a number in every event.
    pub fn is_number(&self) -> bool {
        matches!(self, Field::Header(Header::Tid | Header::Pid | Header::Cpu))
    }
}

/// Returns the header's field of this name: `tid`, `pid`, `cpu`, `comm` or `machine`.
fn of_header<'e>(event: &Event<'e>, name: &str) -> Option<Value<'e>> {
    match Header::from_name(name) {
        Some(header) => event.header_field(header),
        None if name == "machine" => event.machine.map(Value::Text),
        None => None,
    }
}

/// Returns the result of a system call, if `name` is `ret` and the event is the exit of the call.
///
/// ```text
/// syscalls:sys_exit_pread64: 0x310
/// raw_syscalls:sys_exit: NR 158 = -22
/// ```
fn returned<'e>(event: &Event<'e>, name: &str) -> Option<&'e [u8]> {
    if name != "ret" {
        return None;
    }
    match bare(event.name) {
        b"sys_exit" => event.payload.word_after_sign(),
        name if name.starts_with(b"sys_exit_") => event.payload.result(),
        _ => None,
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Named(name) => name.fmt(f),
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
    use crate::event::{Nanos, Resolution};
    use crate::event::{Payload, Syntax};

    /// A syntax with all forms of fields.
    static SYNTAX: Syntax =
        Syntax { tracer: "a test", field: Syntax::ANY_FIELD, result: Syntax::FIRST_WORD, print_missing: |_| None };

    /// Returns the value of a field in the form for output. The event has the comm `a b`, pid 7, tid 9 and cpu 3.
    fn shown(event: &str, payload: &str, field: &str) -> String {
        let event = Event {
            time: Nanos(1_000_001_000),
            resolution: Resolution::Micros,
            tid: Some(9),
            pid: Some(7),
            cpu: Some(3),
            machine: None,
            name: event.as_bytes(),
            comm: Some(b"a b"),
            payload: Payload::new(payload.as_bytes(), &SYNTAX),
        };
        let mut out = Vec::new();
        match Field::named(field).read(&event) {
            Some(value) => value.with_shown(|text| out.extend_from_slice(text)),
            None => out.push(b'-'),
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_field_of_the_payload_comes_before_the_header() {
        // perf script prints the event as: `a b 7/9 [003]  1.000001: sched:sched_wakeup: comm=c d pid=5 prio=120`
        let wakeup = |field| shown("sched:sched_wakeup", " comm=c d pid=5 prio=120", field);
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
            assert_eq!(wakeup(name), expected, "{name}");
        }
    }

    #[test]
    fn ret_is_the_only_word_of_a_system_call_exit() {
        assert_eq!(shown("syscalls:sys_exit_read", " 0x310", "ret"), "0x310");
        assert_eq!(shown("kvm:kvm_pio", " 0x310", "ret"), "-");
    }

    #[test]
    fn ret_of_a_raw_system_call_exit_follows_the_equals_sign() {
        assert_eq!(shown("raw_syscalls:sys_exit", " NR 158 = -22", "ret"), "-22");
        assert_eq!(shown("sys_exit", "NR 1 = 8 ", "ret"), "8");
        assert_eq!(shown("raw_syscalls:sys_exit", " NR 158", "ret"), "-");
        assert_eq!(shown("raw_syscalls:sys_enter", " NR 12 = 1", "ret"), "-");
    }
}
