//! Reads the `perf_data.csv` of perf-script-postprocessor, the program that pspp-filter replaces. Each line has a time
//! in seconds and the name of an event.
//!
//! ```text
//! tstamp,entry
//! 2427107.654949,kvm_exit
//! ```

use super::cursor::Cursor;
use super::line::{Dialect, Line};
use crate::event::{Event, Payload, Syntax};

/// The reader of `perf_data.csv`.
pub(super) static DIALECT: Dialect = Dialect { read_event: read, read_other: |_| None };

/// The syntax of `perf_data.csv`, which has neither payloads nor header fields.
static SYNTAX: Syntax =
    Syntax { tracer: "perf_data.csv", field: Syntax::NO_FIELD, result: |_| None, print_missing: |_| None };

/// The first line of the file.
const HEADER: &[u8] = b"tstamp,entry";

/// Reads a line of `perf_data.csv`. Returns `None` if the line has another form.
fn read(line: &[u8]) -> Option<Line<'_>> {
    if line == HEADER {
        return Some(Line::Skipped);
    }
    let mut cursor = Cursor::new(line);
    let (time, resolution) = cursor.decimal_seconds()?;
    if !cursor.eat(b',') {
        return None;
    }
    let name = cursor.take_while(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b'"');
    if !cursor.rest().is_empty() || !name.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    let name = without_subsystem(name);
    Some(Line::Event(Event {
        time,
        resolution,
        tid: None,
        pid: None,
        cpu: None,
        machine: None,
        name,
        comm: None,
        payload: Payload::empty(&SYNTAX),
    }))
}

/// Cuts off a subsystem that stands in front of the name without a colon between the two: `syscallssys_exit_ppoll`. An
/// older version of the replaced program wrote such names.
fn without_subsystem(name: &[u8]) -> &[u8] {
    match name.strip_prefix(b"syscalls") {
        Some(rest) if rest.starts_with(b"sys_enter_") || rest.starts_with(b"sys_exit_") => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Resolution;

    #[test]
    fn times_and_names() {
        for (line, time_ns, resolution, name) in [
            ("2427107.654949,kvm_exit", 2_427_107_654_949_000, Resolution::Micros, "kvm_exit"),
            ("2427107.65751,syscallssys_exit_ppoll", 2_427_107_657_510_000, Resolution::Micros, "sys_exit_ppoll"),
            ("1.0,syscalls:sys_exit_ppoll", 1_000_000_000, Resolution::Micros, "syscalls:sys_exit_ppoll"),
            ("1.000000001,syscallssched", 1_000_000_001, Resolution::Nanos, "syscallssched"),
        ] {
            let Some(Line::Event(event)) = read(line.as_bytes()) else { panic!("{line} is no event") };
            assert_eq!((event.time.0, event.resolution, event.name), (time_ns, resolution, name.as_bytes()), "{line}");
        }
    }

    #[test]
    fn other_lines_are_refused() {
        assert_eq!(read(b"tstamp,entry"), Some(Line::Skipped));
        for line in [
            "1.0,",
            "1.0",
            "1,kvm_exit",
            "x,kvm_exit",
            "1.0,kvm exit",
            "1.0,a,b",
            "1.0,5",
            "",
            "1.,a",
            "1.0000000001,a",
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
